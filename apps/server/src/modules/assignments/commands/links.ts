import { sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import type { CommandContext } from '../../../platform/operations.ts'
import { findReferences, type Reference, type Referenced } from '../../directory/index.ts'
import { disagreement, filled, type Links } from '../rules/sources.ts'

export type Context = CommandContext<'assignments' | 'directory' | 'identity'>

/** Every link of a header. */
export interface HeaderLinks extends Links {
  readonly property_id: string | null
  readonly channel_id: string | null
}
const KINDS = {
  bank_id: 'banks',
  bank_branch_id: 'bank_branches',
  client_org_id: 'client_orgs',
  property_id: 'properties',
  primary_contact_id: 'contacts',
} as const
type LinkName = keyof typeof KINDS
const isLink = (name: string): name is LinkName => name in KINDS

/**
 * Links as they are stored: alive, merged records replaced by their targets, bank and client filled from the branch.
 * `known` names those that stood there before; they may have been switched off since. Throws NOT_FOUND,
 * MASTERDATA_NOT_USABLE or VALIDATION_FAILED, each naming the field.
 */
export async function settledLinks(
  context: Context,
  links: HeaderLinks,
  known: ReadonlySet<string> = new Set(),
): Promise<HeaderLinks> {
  const wanted: Reference[] = Object.entries(links).flatMap(([path, id]) =>
    isLink(path) && typeof id === 'string' ? [{ path, kind: KINDS[path], id, known: known.has(path) }] : [],
  )
  if (links.channel_id !== null) throw refuse.notFound('The channel', 'channel_id')
  const found = await findReferences(context.tx, context.actor.tenantId, wanted)
  const stored = (path: LinkName): string | null => found.get(path)?.id ?? null
  const parents = { branch: found.get('bank_branch_id'), contact: found.get('primary_contact_id') } satisfies Record<
    string,
    Referenced | undefined
  >
  const own = {
    bank_id: stored('bank_id'),
    bank_branch_id: stored('bank_branch_id'),
    client_org_id: stored('client_org_id'),
    primary_contact_id: stored('primary_contact_id'),
  }
  const whole = filled(own, parents)
  const wrong = disagreement(whole, parents)
  if (wrong) throw refuse.invalid(wrong.path, wrong.reason, 'These records do not belong together.')
  return { ...whole, property_id: stored('property_id'), channel_id: null }
}

/** Refuses somebody who is no active member of the Workspace. */
export async function requireMember(context: Context, userId: string, path: string): Promise<void> {
  const { rows } = await sql`
    select 1 from identity.memberships m
    where m.tenant_id = ${context.actor.tenantId}::uuid and m.user_id = ${userId}::uuid and m.status = 'active' and m.deleted_at is null
      and exists (select 1 from identity.membership_job_templates t join identity.job_templates j on j.key = t.job_template and 'web' = any (j.aud)
        where t.tenant_id = m.tenant_id and t.user_id = m.user_id)`.execute(context.tx)
  if (rows.length === 0) throw refuse.notFound('The person', path)
}
