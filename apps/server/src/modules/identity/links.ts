import { sql } from 'kysely'
import { first, type Tx } from '../../platform/db/rows.ts'
import { Refusal } from '../../platform/errors.ts'
import { newToken, sha256 } from './session.ts'

/** How long a mailed link lives, in seconds. */
export const LINK_LIFE = { INVITE: 7 * 86_400, RESET: 30 * 60, REGISTER: 86_400, EMAIL_CHANGE: 86_400 } as const
export type LinkPurpose = keyof typeof LINK_LIFE

export interface Link {
  readonly purpose: LinkPurpose
  readonly user_id: string | null
  readonly tenant_id: string | null
  readonly payload: Record<string, unknown>
  readonly expires_at: string
}

export interface NewLink extends Omit<Link, 'expires_at'> {
  readonly createdBy: string | null
}

export const linkInvalid = (): Refusal =>
  new Refusal('AUTH_TOKEN_INVALID', 'This link is used, expired or not valid. Please ask for a new one.')

/**
 * Draws a link; the one before it of the same person, purpose and firm is void, and of several at once the last one
 * holds. Answers the token: it is kept nowhere.
 */
export async function createLink(tx: Tx, link: NewLink): Promise<{ token: string; expires_at: string }> {
  const { purpose, user_id, tenant_id, createdBy } = link
  const token = newToken()
  const kept = await first(tx)<{ expires_at: string }>`
    insert into identity.auth_links as l (token_sha256, purpose, user_id, tenant_id, payload, created_by, expires_at)
    values (${sha256(token)}::bytea, ${purpose}, ${user_id}::uuid, ${tenant_id}::uuid, ${JSON.stringify(link.payload)}::jsonb,
      ${createdBy}::uuid, now() + make_interval(secs => ${LINK_LIFE[purpose]}))
    on conflict (purpose, user_id, tenant_id) where consumed_at is null and user_id is not null do update set
      token_sha256 = excluded.token_sha256, payload = excluded.payload, created_by = excluded.created_by,
      created_at = excluded.created_at, expires_at = excluded.expires_at
    returning expires_at`
  if (!kept) throw new Error('the link was not kept')
  return { token, ...kept }
}

const live = (token: string, purpose: LinkPurpose) =>
  sql`token_sha256 = ${sha256(token)}::bytea and purpose = ${purpose} and consumed_at is null and expires_at > now()`
const COLUMNS = sql`purpose, user_id, tenant_id, payload, expires_at`

/** A live link, left unused; AUTH_TOKEN_INVALID otherwise. */
export async function findLink(tx: Tx, token: string, purpose: LinkPurpose): Promise<Link> {
  const link = await first(tx)<Link>`select ${COLUMNS} from identity.auth_links where ${live(token, purpose)}`
  if (!link) throw linkInvalid()
  return link
}

/** Uses a link up, by one conditional update: of twenty at once one gets it. */
export async function consumeLink(tx: Tx, token: string, purpose: LinkPurpose): Promise<Link> {
  const link = await first(tx)<Link>`
    update identity.auth_links set consumed_at = now() where ${live(token, purpose)} returning ${COLUMNS}`
  if (!link) throw linkInvalid()
  return link
}
