import { createAssignment } from '@zenops/contracts/assignments'
import type { ParsedOf } from '@zenops/contracts/kit'
import { refuse } from '../../../platform/errors.ts'
import { type Bound, operationsOf } from '../../../platform/operations.ts'
import { firmOf, rowById, unnamed } from '../queries/assignment-row.ts'
import { detailOf, freshDetail } from '../queries/detail.ts'
import { duplicatesOf, mayHaveDuplicates } from '../queries/possible-duplicates.ts'
import { dueOf } from '../rules/due.ts'
import { firmFrom } from '../rules/settings.ts'
import { sourceRef } from '../rules/sources.ts'
import { type Context, type HeaderLinks, requireMember, settledLinks } from './links.ts'
import { together } from '../../../platform/db/together.ts'
import { type NewAssignment, openAssignment } from './open-assignment.ts'

const on = operationsOf<'assignments' | 'directory' | 'identity'>()
type Body = ParsedOf<typeof createAssignment>['body']

/** Links as they were sent, the source's reference read as the branch or channel it means. */
function sentLinks(body: Body): HeaderLinks {
  const source = sourceRef(body)
  if ('reason' in source) throw refuse.invalid('source_ref_id', source.reason)
  const sent = { ...body, ...source }
  if (body.source_type === 'channel' && (sent.channel_id ?? null) === null)
    throw refuse.invalid('channel_id', 'required')
  return {
    bank_id: sent.bank_id ?? null,
    bank_branch_id: sent.bank_branch_id ?? null,
    client_org_id: sent.client_org_id ?? null,
    property_id: sent.property_id ?? null,
    channel_id: sent.channel_id ?? null,
    primary_contact_id: sent.primary_contact_id ?? null,
  }
}

const caseType = (body: Body) => body.case_type ?? (body.source_type === 'bank' ? 'BANK' : 'DIRECT')

async function readGround(context: Context, body: Body) {
  const sent = sentLinks(body)
  const [firms, links, possible_duplicates] = await together([
    firmOf(context.actor.tenantId).execute(context.tx),
    settledLinks(context, sent),
    alikes(context, body),
    body.lead_user_id === undefined ? null : requireMember(context, body.lead_user_id, 'lead_user_id'),
  ])
  return { firm: firmFrom(firms.rows[0]), links, possible_duplicates }
}

async function alikes(context: Context, body: Body) {
  const like = {
    tenantId: context.actor.tenantId,
    borrowerName: body.borrower_name ?? null,
    borrowerPhone: body.borrower_phone ?? null,
    propertyId: body.property_id ?? null,
  }
  if (!mayHaveDuplicates(like)) return []
  return (await duplicatesOf(like).execute(context.tx)).rows
}

/** Whether names stand beside the ids of a job; they are read from where they are kept. */
const namesAnything = (job: NewAssignment): boolean =>
  job.lead_user_id !== undefined || Object.values(job.links).some((id) => id !== null)

/** Opens a job: what it names is settled first, then it is written and the names beside its ids are read in one flush. */
export const createAssignmentOperation: Bound = on.command(createAssignment, {
  run: async (context, { body }) => {
    if (body.lead_user_id !== undefined && context.can('assignments.assign') === null) {
      throw refuse.forbidden('missing_capability', { capability: 'assignments.assign' })
    }
    const { tx, actor, now } = context
    const { firm, links, possible_duplicates } = await readGround(context, body)
    const job = { ...body, case_type: caseType(body), links, due: dueOf(body, firm, now) }
    const opened = openAssignment(context, job, firm)
    const [header, named] = await together([
      opened.written,
      namesAnything(job) ? rowById(actor.tenantId, opened.id).execute(tx) : null,
    ])
    const rows = freshDetail(named?.rows[0] ?? unnamed(header, firm.zone), firm)
    return { body: { ...detailOf(rows, context), possible_duplicates }, audit: opened.audit }
  },
})
