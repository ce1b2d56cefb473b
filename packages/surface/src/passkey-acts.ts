import {
  assertPasskey,
  assertPasskeyOptions,
  registerPasskey,
  registerPasskeyOptions,
} from '@zenops/contracts/identity-factors'
import type { OutputOf } from '@zenops/contracts/kit'
import { deviceName } from './device-name.ts'
import { makePasskey, showPasskey, type ShowOptions } from './passkeys.ts'
import type { Surface } from './surface.ts'

/** `device_name` where the browser tells one. */
export function namedDevice(): { readonly device_name?: string } {
  const name = deviceName(navigator.userAgent)
  return name === undefined ? {} : { device_name: name }
}

/** What a passkey proves: a sign-in that waits (`ticket`), the person again, or alone who signs in. */
export type PasskeyPurpose =
  | { readonly purpose: 'mfa'; readonly ticket: string }
  | { readonly purpose: 'step_up' | 'login' }

/** Challenge, the person's device, check. Throws PasskeyError, ApiError, NetworkError. */
export async function provePasskey(
  { client, aud }: Surface,
  act: PasskeyPurpose,
  show: ShowOptions = {},
): Promise<OutputOf<typeof assertPasskey>> {
  const ticket = act.purpose === 'mfa' ? { mfa_ticket_id: act.ticket } : {}
  const signal = show.signal ? { signal: show.signal } : {}
  const body = { purpose: act.purpose, ...ticket, ...(act.purpose === 'login' ? { aud } : {}) }
  const { challenge_id, public_key } = await client.call(assertPasskeyOptions, { body }, signal)
  const credential = await showPasskey(public_key, navigator.credentials, show)
  const device = act.purpose === 'login' ? namedDevice() : {}
  return await client.call(assertPasskey, { body: { challenge_id, credential, ...ticket, ...device } })
}

/** Makes a passkey and has the server keep it; with a ticket it completes the sign-in. */
export async function addPasskey(
  { client }: Surface,
  { nickname, ticket }: { readonly nickname: string; readonly ticket?: string | undefined },
): Promise<OutputOf<typeof registerPasskey>> {
  const named = ticket === undefined ? {} : { mfa_ticket_id: ticket }
  const { challenge_id, public_key } = await client.call(registerPasskeyOptions, { body: named })
  const credential = await makePasskey(public_key, navigator.credentials)
  return await client.call(registerPasskey, { body: { challenge_id, credential, nickname, ...named } })
}
