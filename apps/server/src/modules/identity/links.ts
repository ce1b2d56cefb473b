import { type QueryExecutorProvider, sql } from 'kysely'
import { Refusal } from '../../platform/errors.ts'
import { newToken, sha256 } from './session.ts'

export type LinkPurpose = 'INVITE' | 'RESET' | 'REGISTER' | 'EMAIL_CHANGE'
/** How long a mailed link lives, in seconds. */
export const LINK_LIFE: Readonly<Record<LinkPurpose, number>> = {
  INVITE: 7 * 86_400,
  RESET: 30 * 60,
  REGISTER: 86_400,
  EMAIL_CHANGE: 86_400,
}

export interface Link {
  readonly purpose: LinkPurpose
  readonly user_id: string | null
  readonly tenant_id: string | null
  readonly payload: Record<string, unknown>
  readonly expires_at: string
}

export const linkInvalid = (): Refusal =>
  new Refusal('AUTH_TOKEN_INVALID', 'This link is used, expired or not valid. Please ask for a new one.')

/** Draws a link; the one before it of the same person, purpose and firm is void. Answers the token: it is kept nowhere. */
export async function createLink(
  tx: QueryExecutorProvider,
  link: Omit<Link, 'expires_at'> & { readonly createdBy: string | null },
): Promise<{ token: string; expires_at: string }> {
  const token = newToken()
  // Asked also without a person, so that nobody can tell by the time whether there is one.
  await sql`update identity.auth_links set consumed_at = now() where consumed_at is null and purpose = ${link.purpose}
    and user_id = ${link.user_id}::uuid and tenant_id is not distinct from ${link.tenant_id}::uuid`.execute(tx)
  const { rows } = await sql<{ expires_at: string }>`
    insert into identity.auth_links (token_sha256, purpose, user_id, tenant_id, payload, created_by, expires_at)
    values (${sha256(token)}::bytea, ${link.purpose}, ${link.user_id}::uuid, ${link.tenant_id}::uuid,
      ${JSON.stringify(link.payload)}::jsonb, ${link.createdBy}::uuid, now() + make_interval(secs => ${LINK_LIFE[link.purpose]}))
    returning expires_at`.execute(tx)
  const expires_at = rows[0]?.expires_at
  if (expires_at === undefined) throw new Error('the link was not kept')
  return { token, expires_at }
}

/** A live link, left unused; AUTH_TOKEN_INVALID otherwise. */
export async function findLink(tx: QueryExecutorProvider, token: string, purpose: LinkPurpose): Promise<Link> {
  const { rows } = await sql<Link>`
    select purpose, user_id, tenant_id, payload, expires_at from identity.auth_links
    where token_sha256 = ${sha256(token)}::bytea and purpose = ${purpose} and consumed_at is null and expires_at > now()`.execute(
    tx,
  )
  const link = rows[0]
  if (!link) throw linkInvalid()
  return link
}

/** Uses a link up, by one conditional update: of twenty at once one gets it. */
export async function consumeLink(tx: QueryExecutorProvider, token: string, purpose: LinkPurpose): Promise<Link> {
  const { rows } = await sql<Link>`
    update identity.auth_links set consumed_at = now()
    where token_sha256 = ${sha256(token)}::bytea and purpose = ${purpose} and consumed_at is null and expires_at > now()
    returning purpose, user_id, tenant_id, payload, expires_at`.execute(tx)
  const link = rows[0]
  if (!link) throw linkInvalid()
  return link
}
