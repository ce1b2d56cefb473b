import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultOfParents, faultOfShape, forbiddenToPortal, targetsIn } from './targets.ts'

test('OP-55 L5 a link needs a target', () => {
  assert.deepEqual(faultOfShape({}), { path: 'assignment_id', reason: 'target_required' })
})

test('OP-55 L4 employee, invoice and conversation stand alone; commission, assignment and report go together', () => {
  for (const name of ['employee_id', 'invoice_id', 'conversation_id']) {
    assert.equal(faultOfShape({ [name]: 'x' }), undefined)
    assert.deepEqual(faultOfShape({ [name]: 'x', assignment_id: 'a' }), { path: name, reason: 'stands_alone' })
  }
  assert.equal(faultOfShape({ work_order_id: 'c', assignment_id: 'a', report_request_id: 'r' }), undefined)
})

test('OP-55 L6 portal users name commissions, invoices and conversations only', () => {
  assert.equal(forbiddenToPortal({ work_order_id: 'c' }), undefined)
  assert.equal(forbiddenToPortal({ assignment_id: 'a' }), 'assignment_id')
  assert.equal(forbiddenToPortal({ report_request_id: 'r' }), 'report_request_id')
  assert.equal(forbiddenToPortal({ employee_id: 'e' }), 'employee_id')
})

test('OP-55 L2 named targets must be the true parents', () => {
  const parents = { assignment_id: 'a', commission_id: 'c' }
  assert.equal(faultOfParents({ assignment_id: 'a', work_order_id: 'c' }, parents), undefined)
  assert.equal(faultOfParents({}, parents), undefined)
  assert.deepEqual(faultOfParents({ assignment_id: 'b' }, parents), {
    path: 'assignment_id',
    reason: 'other_assignment',
  })
  assert.deepEqual(faultOfParents({ work_order_id: 'd' }, { ...parents, commission_id: null }), {
    path: 'work_order_id',
    reason: 'other_commission',
  })
})

test('targets are picked out of a wider body', () => {
  const body = { assignment_id: 'a', filename: 'x.pdf', invoice_id: undefined }
  assert.deepEqual(targetsIn(body), { assignment_id: 'a' })
})
