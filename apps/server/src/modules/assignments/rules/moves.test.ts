import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ASSIGNMENT_MOVES,
  ASSIGNMENT_STATUSES,
  type AssignmentGuard,
  findMove,
} from '@zenops/contracts/assignment-states'
import { judgeMove, type MoveFacts, type Mover } from './moves.ts'

const report = { report_id: 'r', ready: true, revision: 3, packed_revision: 3, released: true, author_id: 'author' }
const done: MoveFacts = {
  status: 'DRAFT',
  on_hold: false,
  source_type: 'bank',
  lead_user_id: 'lead',
  bank_branch_id: 'branch',
  property_id: 'property',
  masterdata_verified: true,
  team: [
    { user_id: 'lead', role: 'lead' },
    { user_id: 'reviewer', role: 'reviewer' },
  ],
  reports: [report],
  qc_revisions: { r: 3 },
  charges: [{ invoiced: true, settled: true }],
  open_tasks: 0,
}
const owner: Mover = { userId: 'owner', can: () => 'all' }
const wish = { note: 'because it is so', due_date: '2026-12-01', allowSelfQc: false }

test('OP-29 every pair of states: the moves of the table pass, all others are illegal and name the allowed ones', () => {
  for (const from of ASSIGNMENT_STATUSES) {
    for (const to of ASSIGNMENT_STATUSES) {
      const verdict = judgeMove({ ...done, status: from }, owner, { ...wish, to })
      if (findMove(from, to)?.capability) {
        assert.ok('move' in verdict, `${from} to ${to}`)
        continue
      }
      assert.ok('refusal' in verdict, `${from} to ${to}`)
      const allowed = ASSIGNMENT_MOVES.filter((move) => move.from === from && move.capability !== null).map(
        (move) => move.to,
      )
      assert.deepEqual(verdict.refusal, { code: 'ILLEGAL_TRANSITION', allowed })
    }
  }
})

test('OP-30 each guard alone blocks and is named', () => {
  const breaks: Readonly<Record<AssignmentGuard, Partial<MoveFacts> | null>> = {
    lead_missing: { lead_user_id: null },
    branch_missing: { bank_branch_id: null },
    masterdata_unverified: { masterdata_verified: false },
    property_missing: { property_id: null },
    report_missing: { reports: [] },
    report_not_ready: { reports: [report, { ...report, ready: false }] },
    report_changed: { qc_revisions: { r: 2 } },
    pack_missing: { reports: [{ ...report, packed_revision: 2 }] },
    not_released: { reports: [{ ...report, released: false }] },
    not_billed: { charges: [{ invoiced: false, settled: false }] },
    not_paid: { charges: [{ invoiced: true, settled: false }] },
    tasks_open: { open_tasks: 1 },
    // No table holds questions and approvals yet.
    info_open: null,
    approvals_open: null,
  }
  let judged = 0
  for (const move of ASSIGNMENT_MOVES.filter((one) => one.capability !== null)) {
    for (const guard of move.guards) {
      const broken = breaks[guard]
      if (!broken) continue
      judged += 1
      const verdict = judgeMove({ ...done, status: move.from, ...broken }, owner, {
        ...wish,
        to: move.to,
        note: move.noteMin > 0 ? wish.note : null,
      })
      assert.deepEqual(
        verdict,
        { refusal: { code: 'TRANSITION_BLOCKED', unmet: [guard] } },
        `${move.from} to ${move.to}: ${guard}`,
      )
    }
  }
  assert.ok(judged >= 18)
})

test('a waivable guard gives way to a note, others do not', () => {
  const open = { ...done, status: 'PAID', open_tasks: 2 } as const
  assert.ok('move' in judgeMove(open, owner, { ...wish, to: 'CLOSED' }))
  assert.ok(
    'refusal' in judgeMove({ ...done, status: 'COLLECTING', lead_user_id: null }, owner, { ...wish, to: 'QC_PENDING' }),
  )
})

test('OP-35 on hold nothing moves but the cancelling', () => {
  const held = { ...done, status: 'COLLECTING', on_hold: true } as const
  assert.deepEqual(judgeMove(held, owner, { ...wish, to: 'QC_PENDING' }), { refusal: { code: 'ASSIGNMENT_ON_HOLD' } })
  assert.ok('move' in judgeMove(held, owner, { ...wish, to: 'CANCELLED' }))
})

test('OP-32 nobody approves his own work, unless the firm allows it and he says why', () => {
  const qc = { ...done, status: 'QC_PENDING' } as const
  const ask = (userId: string, extra: { allowSelfQc: boolean; note: string | null }) =>
    judgeMove(qc, { ...owner, userId }, { ...wish, ...extra, to: 'QC_APPROVED' })
  for (const userId of ['lead', 'author']) {
    assert.deepEqual(ask(userId, { allowSelfQc: false, note: 'x' }), { refusal: { code: 'SELF_APPROVAL_FORBIDDEN' } })
    assert.deepEqual(ask(userId, { allowSelfQc: true, note: null }), { refusal: { code: 'SELF_APPROVAL_FORBIDDEN' } })
    assert.ok('move' in ask(userId, { allowSelfQc: true, note: 'small firm' }))
  }
  assert.ok('move' in ask('reviewer', { allowSelfQc: false, note: null }))
})

test('OP-41 a move asks for its capability and scope; a short note and a missing day are named', () => {
  const valuer: Mover = {
    userId: 'v',
    can: (capability) => (capability === 'assignments.transition' ? 'assigned' : null),
  }
  assert.ok('move' in judgeMove({ ...done, status: 'COLLECTING' }, valuer, { ...wish, to: 'QC_PENDING' }))
  assert.deepEqual(judgeMove(done, valuer, { ...wish, to: 'COLLECTING' }), {
    refusal: { code: 'FORBIDDEN', capability: 'assignments.transition' },
  })
  assert.deepEqual(judgeMove(done, valuer, { ...wish, to: 'CANCELLED' }), {
    refusal: { code: 'FORBIDDEN', capability: 'assignments.cancel' },
  })
  assert.deepEqual(judgeMove(done, owner, { ...wish, to: 'CANCELLED', note: 'too short' }), {
    refusal: { code: 'REASON_REQUIRED', min: 10 },
  })
  const closed = { ...done, status: 'CLOSED' } as const
  assert.deepEqual(judgeMove(closed, owner, { ...wish, to: 'COLLECTING', due_date: undefined }), {
    refusal: { code: 'DUE_DATE_REQUIRED' },
  })
})
