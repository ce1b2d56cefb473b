import { moveAssignment } from '@zenops/contracts/assignments'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type AuditEntry, NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type Bound, operationsOf } from '../../../platform/operations.ts'
import type { JobKey, Neighbours } from '../neighbours.ts'
import { type DetailRows, detailOf, detailWithin } from '../queries/detail.ts'
import { dueOf } from '../rules/due.ts'
import { judgeMove, type MoveRefusal } from '../rules/moves.ts'
import { lockedDetail } from './job-lock.ts'
import type { Context } from './links.ts'
import { settle } from './system-moves.ts'
import { type Step, takeStep } from './transition.ts'

const on = operationsOf<'assignments' | 'directory' | 'identity'>()
type Body = ParsedOf<typeof moveAssignment>['body']

function refusalOf(refusal: MoveRefusal, from: string, to: string): Refusal {
  switch (refusal.code) {
    case 'ILLEGAL_TRANSITION':
      return new Refusal('ILLEGAL_TRANSITION', `There is no such move from ${from}.`, {
        details: [{ path: 'to_status', reason: 'illegal_transition', from, to, allowed: refusal.allowed }],
      })
    case 'FORBIDDEN':
      return refuse.forbidden('missing_capability', { capability: refusal.capability })
    case 'ASSIGNMENT_ON_HOLD':
      return new Refusal('ASSIGNMENT_ON_HOLD', 'The job is on hold.', { details: [{ reason: 'on_hold' }] })
    case 'SELF_APPROVAL_FORBIDDEN':
      return new Refusal('SELF_APPROVAL_FORBIDDEN', 'Nobody approves his own work.', {
        details: [{ reason: 'own_work' }],
      })
    case 'REASON_REQUIRED':
      return new Refusal('REASON_REQUIRED', `Please say why, in at least ${refusal.min} characters.`, {
        details: [{ path: 'note', reason: 'too_short', min: refusal.min }],
      })
    case 'DUE_DATE_REQUIRED':
      return refuse.invalid('due_date', 'required', 'A new due date is needed.')
    case 'TRANSITION_BLOCKED':
      return new Refusal('TRANSITION_BLOCKED', 'Something is still missing for this move.', {
        details: refusal.unmet.map((reason) => ({ reason })),
      })
  }
}

/** The steps of a move: approved work that is packed and released is finalized on the way. */
function stepsOf(rows: DetailRows, body: Body, context: Context): readonly Step[] {
  const { status } = rows.row
  const to = body.to_status
  if (status === 'QC_APPROVED' && to === 'DELIVERED') {
    return [
      { from: status, to: 'FINALIZED', note: body.note },
      { from: 'FINALIZED', to, note: body.note },
    ]
  }
  const due = body.due_date === undefined || to !== 'COLLECTING' ? undefined : dueOf(body, rows.firm, context.now)
  return [{ from: status, to, note: body.note, due, reports: rows.facts.reports }]
}

/** Of two movers one wins: the row is locked first, and everything is judged as it is then. */
export const moveAssignmentOperation = (neighbours: Neighbours): Bound =>
  on.command(moveAssignment, {
    run: async (context, { params, body }) => {
      const { tx, actor } = context
      const job: JobKey = { tenantId: actor.tenantId, id: params.id }
      const rows = await lockedDetail(tx, { job, neighbours })
      const { row, facts, firm } = rows
      if (row.status === body.to_status)
        return { body: { changed: false, assignment: detailOf(rows, context) }, audit: NOTHING_CHANGED }
      if (body.expected_version !== undefined && body.expected_version !== row.version) throw refuse.stale(row.version)
      const mover = { userId: actor.userId, can: context.can }
      const verdict = judgeMove(facts, mover, { ...body, to: body.to_status, allowSelfQc: firm.settings.allow_self_qc })
      if ('refusal' in verdict) throw refusalOf(verdict.refusal, row.status, body.to_status)
      const [first, ...others] = stepsOf(rows, body, context)
      if (!first) throw new Error('a move has a step')
      const audit: [AuditEntry, ...AuditEntry[]] = [await takeStep(context, job, first)]
      for (const step of others) audit.push(await takeStep(context, job, step))
      if (body.to_status === 'DELIVERED') audit.push(...(await settle(context, { job, neighbours })))
      const fresh = await detailWithin(tx, { job, neighbours })
      if (!fresh) throw new Error('the locked assignment is gone')
      return { body: { changed: true, assignment: detailOf(fresh, context) }, audit }
    },
  })
