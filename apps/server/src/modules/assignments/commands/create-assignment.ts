import { createAssignment } from '@zenops/contracts/assignments'
import type { ParsedOf } from '@zenops/contracts/kit'
import type { QueryResult } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import { type Bound, operationsOf } from '../../../platform/operations.ts'
import { rowById, type StoredHeader, type StoredRow, unnamed } from '../queries/assignment-row.ts'
import { detailOf, freshDetail } from '../queries/detail.ts'
import { duplicatesOf, mayHaveDuplicates } from '../queries/possible-duplicates.ts'
import { dueOf } from '../rules/due.ts'
import { sourceRef } from '../rules/sources.ts'
import { drawCode } from './draw-code.ts'
import { type Context, type HeaderLinks, requireMember, settledLinks } from './links.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { together } from '../../../platform/db/together.ts'
import { type Opened, openAssignment } from './open-assignment.ts'

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
  const [links, possible_duplicates, , drawn] = await together([
    settledLinks(context, sent),
    alikes(context, body),
    body.lead_user_id === undefined ? null : requireMember(context, body.lead_user_id, 'lead_user_id'),
    drawCode(context),
  ])
  return { ...drawn, links, possible_duplicates }
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
const namesAnything = (header: StoredHeader): boolean =>
  [
    header.lead_user_id,
    header.bank_id,
    header.bank_branch_id,
    header.client_org_id,
    header.property_id,
    header.channel_id,
    header.primary_contact_id,
  ].some((id) => id !== null)

/** The row of a new job. Without names it leaves with the commit; else it is written and they are read in one flush. */
async function written({ tx, unit, actor }: Context, { header, statements }: Opened, zone: string): Promise<StoredRow> {
  if (!namesAnything(header)) {
    for (const statement of statements) unit.withCommit(statement.compile(compileOnly))
    return unnamed(header, zone)
  }
  const row = rowById(actor.tenantId, header.id)
  const results = await together([...statements.map((one) => one.execute(tx)), row.execute(tx)])
  // Cast: the last result is that of the row.
  return (results.at(-1) as QueryResult<StoredRow>).rows[0] ?? unnamed(header, zone)
}

/** Opens a job: what it names is settled and its code drawn in one flush, then it is written. */
export const createAssignmentOperation: Bound = on.command(createAssignment, {
  run: async (context, { body }) => {
    if (body.lead_user_id !== undefined && context.can('assignments.assign') === null) {
      throw refuse.forbidden('missing_capability', { capability: 'assignments.assign' })
    }
    const { firm, code, links, possible_duplicates } = await readGround(context, body)
    const job = { ...body, case_type: caseType(body), links, due: dueOf(body, firm, context.now) }
    const opened = await openAssignment(context, job, code)
    const rows = freshDetail(await written(context, opened, firm.zone), firm)
    return { body: { ...detailOf(rows, context), possible_duplicates }, audit: opened.audit }
  },
})
