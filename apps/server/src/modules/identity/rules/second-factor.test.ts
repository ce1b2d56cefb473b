import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FactorCase, factorDuty, GRACE_MS } from './second-factor.ts'

const NOW = Date.UTC(2026, 10, 20)
const one = (change: Partial<FactorCase>): FactorCase => ({
  policy: 'admins',
  role: 'AGENT',
  aud: 'web',
  enforceAdmins: true,
  hasTotp: false,
  passkeys: 0,
  since: NOW,
  now: NOW,
  ...change,
})

test('ID-25 ADMIN and OPS set a factor up before any session, others need none', () => {
  for (const role of ['ADMIN', 'OPS'] as const) {
    assert.deepEqual(factorDuty(one({ role })), {
      required: true,
      holds: false,
      graceUntil: null,
      lacks: true,
      due: 'SETUP',
    })
  }
  const free = { required: false, holds: true, graceUntil: null, lacks: false, due: 'none' }
  assert.deepEqual(factorDuty(one({})), free)
  assert.deepEqual(factorDuty(one({ role: 'CUSTOMER', aud: 'portal' })), free)
  assert.deepEqual(factorDuty(one({ role: 'ADMIN', enforceAdmins: false })), free)
})

test('ID-23 who has a factor is asked for it, whether or not he must have one, on every surface', () => {
  for (const aud of ['web', 'studio', 'portal'] as const) {
    assert.equal(factorDuty(one({ aud, hasTotp: true })).due, 'VERIFY')
    assert.equal(factorDuty(one({ aud, passkeys: 1 })).due, 'VERIFY')
  }
})

test('ID-25 staff have fourteen days of grace, privileged people none, the portal is not meant', () => {
  const staff = one({ policy: 'staff' })
  const within = factorDuty({ ...staff, now: NOW + GRACE_MS - 1 })
  assert.deepEqual([within.required, within.due, within.graceUntil], [true, 'none', NOW + GRACE_MS])
  const over = factorDuty({ ...staff, now: NOW + GRACE_MS })
  assert.deepEqual([over.lacks, over.due, over.graceUntil], [true, 'SETUP', null])
  assert.equal(factorDuty({ ...staff, role: 'ADMIN' }).due, 'SETUP')
  assert.equal(factorDuty({ ...staff, aud: 'portal', role: 'CUSTOMER' }).required, false)
  assert.deepEqual(factorDuty({ ...staff, passkeys: 1 }).graceUntil, null)
})

test('ID-25 where an ADMIN needs a passkey, the app alone is shown first and is not enough', () => {
  const admin = one({ policy: 'webauthn_admins', role: 'ADMIN', enforceAdmins: false })
  assert.deepEqual([factorDuty(admin).due, factorDuty(admin).lacks], ['SETUP', true])
  const withApp = factorDuty({ ...admin, hasTotp: true })
  assert.deepEqual([withApp.due, withApp.lacks, withApp.holds], ['VERIFY', true, false])
  const withPasskey = factorDuty({ ...admin, hasTotp: true, passkeys: 1 })
  assert.deepEqual([withPasskey.due, withPasskey.lacks, withPasskey.holds], ['VERIFY', false, true])
  assert.equal(factorDuty({ ...admin, role: 'AGENT' }).required, false)
})
