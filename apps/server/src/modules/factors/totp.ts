import type { enrollTotp } from '@zenops/contracts/identity-factors'
import type { ResultOf } from '@zenops/contracts/kit'
import { Secret, TOTP } from 'otpauth'
import { createSealing, type Sealing } from '../../platform/sealing.ts'
import { first } from '../../platform/db/rows.ts'
import type { IdentityParts } from '../access/index.ts'
import type { FactorCall } from './holder.ts'

const PERIOD = 30
const SHAPE = { algorithm: 'SHA1', digits: 6, period: PERIOD } as const

/** Secrets at rest have keys of their own; the user's id is associated data, so that none opens in another's row. */
const sealingOf = ({ config }: IdentityParts): Sealing => createSealing(config.MFA_ENC_KEYS, 'totp')

/** The step a code belongs to, at most one away from `now`; null when it belongs to none. */
export function stepOf(secret: string, code: string, now: Date): number | null {
  const totp = new TOTP({ ...SHAPE, secret: Secret.fromBase32(secret) })
  const delta = totp.validate({ token: code, window: 1, timestamp: now.getTime() })
  return delta === null ? null : Math.floor(now.getTime() / 1000 / PERIOD) + delta
}

/** Draws a secret that does not count yet; one drawn before and never proven is replaced. */
export async function drawSecret({ tx, person, parts }: FactorCall): Promise<ResultOf<typeof enrollTotp>> {
  const secret = new Secret({ size: 20 })
  const sealed = sealingOf(parts).seal(secret.base32, person.id)
  await first(tx)`
    insert into identity.auth_totp (user_id, secret_ciphertext, key_id)
    values (${person.id}::uuid, ${sealed.bytes}::bytea, ${sealed.kid})
      on conflict (user_id) do update set secret_ciphertext = excluded.secret_ciphertext, key_id = excluded.key_id, last_step = 0
      where auth_totp.enabled_at is null`
  const uri = new TOTP({ ...SHAPE, secret, issuer: parts.config.WEBAUTHN_RP_NAME, label: person.email ?? person.name })
  return { totp_secret: secret.base32, otpauth_uri: uri.toString() }
}

interface TotpRow {
  readonly secret_ciphertext: Buffer
  readonly key_id: string
  readonly enabled: boolean
}

/** A person's authenticator app: drawn and not yet proven, or in use; undefined = none. */
export const findTotp = ({ tx, person }: FactorCall): Promise<TotpRow | undefined> =>
  first(tx)<TotpRow>`select secret_ciphertext, key_id, enabled_at is not null as enabled from identity.auth_totp
      where user_id = ${person.id}::uuid`

/**
 * Takes a code of the app: right, and of a later step than any before. The step is written by compare-and-set, so that
 * of equal codes at once one counts; a secret under an older key is sealed anew on the way, one only drawn is enabled.
 */
export async function takeTotp({ tx, person, parts }: FactorCall, app: TotpRow, code: string): Promise<boolean> {
  const sealing = sealingOf(parts)
  const secret = sealing.open({ kid: app.key_id, bytes: app.secret_ciphertext }, person.id)
  const step = stepOf(secret, code, parts.now())
  if (step === null) return false
  const stays = app.key_id === parts.config.MFA_ENC_KEYS[0]?.kid
  const kept = stays ? { kid: app.key_id, bytes: app.secret_ciphertext } : sealing.seal(secret, person.id)
  const taken = await first(tx)`
    update identity.auth_totp set last_step = ${step}, enabled_at = coalesce(enabled_at, now()),
      secret_ciphertext = ${kept.bytes}::bytea, key_id = ${kept.kid}
    where user_id = ${person.id}::uuid and last_step < ${step} and secret_ciphertext = ${app.secret_ciphertext}::bytea returning 1`
  return taken !== undefined
}
