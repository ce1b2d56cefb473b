import type { AuditEntry } from '../../../platform/audit/record.ts'
import { dueOf } from '../rules/due.ts'
import { together } from '../../../platform/db/together.ts'
import { drawCode } from './draw-code.ts'
import { type Context, settledLinks } from './links.ts'
import { openAssignment } from './open-assignment.ts'

export interface Draft {
  readonly title: string
  readonly bank_id?: string | null
  readonly bank_branch_id?: string | null
  readonly property_id?: string | null
}

/** Opens a DRAFT job for work that came without one (a report, for example). Answers its id and its audit entry. */
export async function createDraftAssignment(
  context: Context,
  draft: Draft,
): Promise<{ id: string; audit: AuditEntry }> {
  const sent = {
    bank_id: draft.bank_id ?? null,
    bank_branch_id: draft.bank_branch_id ?? null,
    property_id: draft.property_id ?? null,
  }
  const [links, { firm, code }] = await together([
    settledLinks(context, { ...sent, client_org_id: null, channel_id: null, primary_contact_id: null }),
    drawCode(context),
  ])
  const bank = links.bank_id !== null
  const { header, statements, audit } = await openAssignment(
    context,
    {
      title: draft.title,
      source_type: bank ? 'bank' : 'direct',
      case_type: bank ? 'BANK' : 'DIRECT',
      service_line: 'VALUATION',
      priority: 'normal',
      links,
      due: dueOf({}, firm, context.now),
    },
    code,
  )
  await together(statements.map((statement) => statement.execute(context.tx)))
  return { id: header.id, audit }
}
