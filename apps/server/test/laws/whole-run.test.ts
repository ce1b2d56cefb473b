import assert from 'node:assert/strict'
import { test } from 'node:test'
import { METRIC_KEYS } from '@zenops/contracts/metric-keys'
import { ALL_OPERATIONS } from '@zenops/contracts/registry'
import { AUDIT_ACTIONS, type AuditAction, targetOf } from '../../src/platform/audit/actions.ts'
import { uuidv7 } from '../../src/platform/ids.ts'
import { canonOf } from '../harness/audit.ts'
import { fieldsOf } from '../harness/audit-fields.ts'
import { openHouse } from '../harness/house.ts'
import type { Proofs } from '../harness/proofs.ts'
import { LATER, unansweredEndpoints, uncountedKeys, unprovenActions } from './whole-run.ts'

const later: readonly string[] = Object.values(LATER).flat()
/** A run that showed everything. */
const whole: Proofs = {
  written: (Object.keys(AUDIT_ACTIONS) as AuditAction[]) // keys of the catalogue
    .map((action) => ({ action, target: targetOf(action), fields: fieldsOf(action) })),
  counted: METRIC_KEYS.filter((key) => !later.includes(key)),
  answers: Object.fromEntries(ALL_OPERATIONS.map((one) => [`${one.method} ${one.path}`, ['ok', ...one.errors]])),
}

test('AU-01 a whole run is asked for each action of the catalogue with its target and its fields, and tells what it misses', () => {
  assert.deepEqual(unprovenActions(whole), [])
  const [first, ...rest] = whole.written
  assert.ok(first)
  const told = (one: object): string[] => unprovenActions({ ...whole, written: [{ ...first, ...one }, ...rest] })
  assert.deepEqual(unprovenActions({ ...whole, written: rest }), [`${first.action} was not produced`])
  assert.deepEqual(told({ target: 'THING' }), [`${first.action} is about THING`])
  assert.deepEqual(told({ fields: [...first.fields, 'secret_thing'] }), [`${first.action} names secret_thing`])
  assert.ok(told({ action: 'NO_SUCH_ACTION' }).includes('NO_SUCH_ACTION is in no catalogue'))
  const rich = whole.written.find((one) => one.fields.length > 1) ?? assert.fail()
  const poor = whole.written.map((one) => (one === rich ? { ...one, fields: rich.fields.slice(1) } : one))
  assert.deepEqual(unprovenActions({ ...whole, written: poor }), [`${rich.action} never named ${rich.fields[0]}`])
})

test('AU-23 a whole run is asked for each metric key but those of later parts', () => {
  assert.deepEqual(uncountedKeys(whole), [])
  assert.deepEqual(uncountedKeys({ ...whole, counted: whole.counted.slice(1) }), [
    `${whole.counted[0]} was not counted`,
  ])
  assert.equal(uncountedKeys({ ...whole, counted: [...whole.counted, later[0] ?? ''] }).length, 1)
})

test('AU-44 a whole run is asked for a success and each listed error of every endpoint of section 14', () => {
  assert.deepEqual(unansweredEndpoints(whole), [])
  const route = 'POST /v1/admin/audit-logs/export-jobs'
  const given = ['ok', 'AUDIT_EXPORT_RANGE_EXCEEDED', 'AUDIT_EXPORT_RATE_LIMITED', 'FEATURE_SWITCHED_OFF']
  const answers = { ...whole.answers, [route]: given }
  assert.deepEqual(unansweredEndpoints({ ...whole, answers }), [`${route} did not answer AUDIT_CHAIN_UNVERIFIED`])
  assert.ok(unansweredEndpoints({ ...whole, answers: {} }).includes(`${route} did not answer ok`))
})

test('AU-01 a house does not close over an event that is not as declared: its target, a field more, a personal field to be read', async () => {
  const house = await openHouse()
  const { tenantId, owner } = await house.firm()
  const write = async (extra: object): Promise<void> => {
    const id = uuidv7()
    const actor = { kind: 'user', user_id: owner.userId, role: 'ADMIN', aud: 'web' }
    const canon = canonOf(tenantId, id, { actor, before: {}, ...extra })
    await house.sql(
      'insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ($1, $2, 0, $3, 1)',
      [id, tenantId, canon],
    )
  }
  const user = { type: 'USER', id: owner.userId }
  await write({ action: 'USER_UPDATED', target: { type: 'TENANT', id: tenantId }, after: { locale: 'hi' } })
  await write({ action: 'USER_UPDATED', target: user, after: { shoe_size: 43, phone: '[personal]' } })
  await write({ action: 'USER_UPDATED', target: user, after: { name: 'Asha Rao' } })
  await assert.rejects(house.close(), (error: assert.AssertionError) => {
    assert.deepEqual((error.actual as string[]).toSorted(), [
      'USER_UPDATED is about TENANT',
      'USER_UPDATED names shoe_size',
      'USER_UPDATED shows name',
    ])
    return true
  })
})
