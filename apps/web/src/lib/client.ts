import { createClient } from '@zenops/client/client'

const aud = 'web' as const

/** The one client of this app; its access token lives here, in memory. */
export const client = { aud, ...createClient({ aud }) }

let starting: Promise<unknown> | null = null

/** At start: a session by the refresh cookie, tried once. */
export async function sessionReady(): Promise<void> {
  if (client.session.state().kind === 'starting') await (starting ??= client.session.restore())
}
