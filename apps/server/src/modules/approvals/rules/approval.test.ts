import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ApprovalCase, whyNot } from './approval.ts'

const open: ApprovalCase = {
  status: 'PENDING',
  isOver: false,
  requestedBy: 'asker',
  decidedBy: ['first'],
  standInUsed: false,
  caller: { userId: 'second', standing: 'admin' },
}
const caller = (userId: string, standing: ApprovalCase['caller']['standing']) => ({ userId, standing })

test('ID-28 who may decide, and the order of refusals', () => {
  assert.equal(whyNot(open), null)
  assert.equal(whyNot({ ...open, caller: caller('operator', 'stand_in') }), null)
  assert.equal(whyNot({ ...open, caller: caller('second', 'none') }), 'approver_not_entitled')
  assert.equal(whyNot({ ...open, caller: caller('first', 'none') }), 'duplicated_approver')
  const asker = { ...open, decidedBy: ['first', 'asker'], caller: caller('asker', 'none') }
  assert.equal(whyNot(asker), 'self_approval_not_allowed')
  for (const status of ['APPLIED', 'REJECTED', 'WITHDRAWN', 'EXPIRED'] as const) {
    assert.equal(whyNot({ ...asker, status }), 'request_not_pending')
  }
  assert.equal(whyNot({ ...open, isOver: true }), 'request_not_pending')
})

test('one operator stands in, not two', () => {
  const used = { ...open, standInUsed: true }
  assert.equal(whyNot({ ...used, caller: caller('operator', 'stand_in') }), 'approver_not_entitled')
  assert.equal(whyNot(used), null)
})
