import { type QueryExecutorProvider, sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { createSealing, type Sealing } from '../../platform/auth/sealing.ts'
import type { IdentityParts } from '../identity/index.ts'

const PERIOD = 30

/** Secrets at rest have keys of their own; the user's id is associated data, so that none opens in another's row. */
const sealingOf = ({ config }: IdentityParts): Sealing => createSealing(config.MFA_ENC_KEYS, 'totp')

const totpOf = (secret: Secret): TOTP => new TOTP({ secret, algorithm: 'SHA1', digits: 6, period: PERIOD })

/** The step a code belongs to, at most one away from `now`; null when it belongs to none. */
export function stepOf(secret: string, code: string, now: Date): number | null {
  const delta = totpOf(Secret.fromBase32(secret)).validate({ token: code, window: 1, timestamp: now.getTime() })
  return delta === null ? null : Math.floor(now.getTime() / 1000 / PERIOD) + delta
}

/** Draws a secret that does not count yet; one drawn before and never proven is replaced. */
export async function drawSecret(
  tx: QueryExecutorProvider,
  person: { readonly id: string; readonly label: string },
  parts: IdentityParts,
): Promise<{ totp_secret: string; otpauth_uri: string }> {
  const secret = new Secret({ size: 20 })
  const sealed = sealingOf(parts).seal(secret.base32, person.id)
  await sql`
    insert into identity.auth_totp (user_id, secret_ciphertext, key_id) values (${person.id}::uuid, ${sealed.bytes}::bytea, ${sealed.kid})
    on conflict (user_id) do update set secret_ciphertext = excluded.secret_ciphertext, key_id = excluded.key_id, last_step = 0
    where auth_totp.enabled_at is null`.execute(tx)
  const issuer = parts.config.WEBAUTHN_RP_NAME
  const uri = new TOTP({ secret, issuer, label: person.label, algorithm: 'SHA1', digits: 6, period: PERIOD }).toString()
  return { totp_secret: secret.base32, otpauth_uri: uri }
}

interface TotpRow {
  readonly secret_ciphertext: Buffer
  readonly key_id: string
  readonly enabled: boolean
}

/** The person's authenticator app: none, drawn and not yet proven, or in use. */
export async function totpStateOf(tx: QueryExecutorProvider, userId: string): Promise<'none' | 'drawn' | 'enabled'> {
  const { rows } = await sql<{ enabled: boolean }>`
    select enabled_at is not null as enabled from identity.auth_totp where user_id = ${userId}::uuid`.execute(tx)
  return rows[0] === undefined ? 'none' : rows[0].enabled ? 'enabled' : 'drawn'
}

/**
 * Takes a code: right, and of a later step than any before. The step is written by compare-and-set, so that of equal
 * codes at once one counts; a secret under an older key is sealed anew on the way, one that was only drawn is enabled.
 */
export async function takeTotp(
  tx: QueryExecutorProvider,
  { userId, code }: { readonly userId: string; readonly code: string },
  parts: IdentityParts,
): Promise<boolean> {
  const { rows } = await sql<TotpRow>`
    select secret_ciphertext, key_id, enabled_at is not null as enabled
    from identity.auth_totp where user_id = ${userId}::uuid`.execute(tx)
  const row = rows[0]
  if (!row) return false
  const sealing = sealingOf(parts)
  const secret = sealing.open({ kid: row.key_id, bytes: row.secret_ciphertext }, userId)
  const step = stepOf(secret, code, parts.now())
  if (step === null) return false
  const stays = row.key_id === parts.config.MFA_ENC_KEYS[0]?.kid
  const kept = stays ? { kid: row.key_id, bytes: row.secret_ciphertext } : sealing.seal(secret, userId)
  const taken = await sql`
    update identity.auth_totp set last_step = ${step}, enabled_at = coalesce(enabled_at, now()),
      secret_ciphertext = ${kept.bytes}::bytea, key_id = ${kept.kid}
    where user_id = ${userId}::uuid and last_step < ${step} and secret_ciphertext = ${row.secret_ciphertext}::bytea returning 1`.execute(
    tx,
  )
  return taken.rows.length === 1
}
