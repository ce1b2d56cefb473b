import { randomBytes } from 'node:crypto'
import type { Surface } from '@zenops/contracts/identity'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { IdentityParts } from '../identity/index.ts'
import type { Expected, NewPasskey, PasskeyTransport } from './passkey-answer.ts'

export type ChallengePurpose = 'REGISTER' | 'MFA' | 'STEP_UP' | 'LOGIN'
/** Life of a challenge, seconds; the browser gives up at the same time. */
export const CHALLENGE_LIFE = 300

/** Whom a challenge is for. A sign-in names nobody, and perhaps no firm. */
export interface ChallengeOf {
  readonly purpose: ChallengePurpose
  readonly userId: string | null
  readonly aud: Surface
  readonly tenantId: string | null
}

export async function newChallenge(
  tx: QueryExecutorProvider,
  of: ChallengeOf,
): Promise<{ id: string; challenge: Buffer }> {
  const challenge = randomBytes(32)
  const { rows } = await sql<{ id: string }>`
    insert into identity.webauthn_challenges (challenge, purpose, user_id, aud, tenant_id, expires_at)
    values (${challenge}::bytea, ${of.purpose}, ${of.userId}::uuid, ${of.aud}, ${of.tenantId}::uuid,
      now() + make_interval(secs => ${CHALLENGE_LIFE})) returning id`.execute(tx)
  return { id: rows[0]?.id ?? '', challenge }
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export interface TakenChallenge {
  readonly challenge: Buffer
  readonly aud: Surface
  readonly tenant_id: string | null
}

/** Uses a challenge up, by one conditional update; undefined unless it is live and of this purpose and person. */
export async function takeChallenge(
  tx: QueryExecutorProvider,
  id: string,
  of: Pick<ChallengeOf, 'purpose' | 'userId'>,
): Promise<TakenChallenge | undefined> {
  if (!GUID.test(id)) return undefined
  const { rows } = await sql<TakenChallenge>`
    update identity.webauthn_challenges set consumed_at = now()
    where id = ${id}::uuid and purpose = ${of.purpose} and user_id is not distinct from ${of.userId}::uuid
      and consumed_at is null and expires_at > now() returning challenge, aud, tenant_id`.execute(tx)
  return rows[0]
}

export const expectedOf = (taken: TakenChallenge, parts: IdentityParts): Expected => ({
  challenge: taken.challenge,
  origins: parts.origins[taken.aud],
  rpId: parts.config.WEBAUTHN_RP_ID,
})

/** A passkey as the browser is told of it. */
export interface KnownPasskey {
  readonly id: string
  readonly transports: PasskeyTransport[]
}

/** The person's passkeys that sign: neither removed nor suspended. */
export async function livePasskeys(tx: QueryExecutorProvider, userId: string): Promise<KnownPasskey[]> {
  const { rows } = await sql<{ credential_id: Buffer; transports: PasskeyTransport[] }>`
    select credential_id, transports from identity.webauthn_credentials
    where user_id = ${userId}::uuid and revoked_at is null and suspended_at is null order by created_at`.execute(tx)
  return rows.map(({ credential_id, transports }) => ({ id: credential_id.toString('base64url'), transports }))
}

/** Keeps a passkey; undefined when its credential id is known already, whoever holds it. */
export async function keepPasskey(
  tx: QueryExecutorProvider,
  whose: { readonly userId: string; readonly nickname: string },
  made: NewPasskey,
): Promise<{ id: string; created_at: string } | undefined> {
  const { rows } = await sql<{ id: string; created_at: string }>`
    insert into identity.webauthn_credentials (user_id, credential_id, public_key_cose, alg, sign_count, transports, aaguid,
      backup_eligible, backup_state, nickname)
    values (${whose.userId}::uuid, ${made.credentialId}::bytea, ${made.publicKey}::bytea, ${made.alg}, ${made.signCount},
      ${[...made.transports]}::text[], ${made.aaguid}::uuid, ${made.backupEligible}, ${made.backedUp}, ${whose.nickname})
    on conflict (credential_id) do nothing returning id, created_at`.execute(tx)
  return rows[0]
}

/** Whose passkey it is, gone or not; undefined when nobody's. */
export async function ownerOf(tx: QueryExecutorProvider, credentialId: Buffer): Promise<string | undefined> {
  const { rows } = await sql<{ user_id: string }>`
    select user_id from identity.webauthn_credentials where credential_id = ${credentialId}::bytea`.execute(tx)
  return rows[0]?.user_id
}

/** A stored passkey with its owner's handle. Its owner is locked, so it stays as it is. */
export interface StoredPasskey {
  readonly id: string
  readonly public_key: Buffer
  readonly sign_count: number
  readonly suspended: boolean
  readonly revoked: boolean
  readonly handle: Buffer
}

export async function findPasskey(tx: QueryExecutorProvider, credentialId: Buffer): Promise<StoredPasskey | undefined> {
  const { rows } = await sql<StoredPasskey>`
    select c.id, c.public_key_cose as public_key, c.sign_count, c.suspended_at is not null as suspended,
      c.revoked_at is not null as revoked, u.webauthn_user_handle as handle
    from identity.webauthn_credentials c join identity.users u on u.id = c.user_id
    where c.credential_id = ${credentialId}::bytea`.execute(tx)
  return rows[0]
}

/** Writes what an assertion told: the counter, or that it went backwards. */
export const noteAssertion = (
  tx: QueryExecutorProvider,
  id: string,
  told: { readonly signCount: number; readonly backedUp: boolean; readonly regressed: boolean },
): Promise<unknown> =>
  told.regressed
    ? sql`update identity.webauthn_credentials set suspended_at = now() where id = ${id}::uuid`.execute(tx)
    : sql`update identity.webauthn_credentials set sign_count = ${told.signCount}, backup_state = ${told.backedUp},
        last_used_at = now() where id = ${id}::uuid`.execute(tx)

/** A passkey as its owner sees it. */
export interface PasskeyRow {
  readonly id: string
  readonly nickname: string
  readonly created_at: string
  readonly last_used_at: string | null
  readonly backed_up: boolean
  readonly suspended: boolean
}
export const PASSKEY_COLUMNS = sql.raw(
  'id, nickname, created_at, last_used_at, backup_state as backed_up, suspended_at is not null as suspended',
)
