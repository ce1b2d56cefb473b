import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWeaker, type SignInRules } from './sign-in-policy.ts'

const rules = (change: Partial<SignInRules> = {}): SignInRules => ({
  mfa_policy: 'admins',
  passwordless: false,
  registration: 'invite_only',
  ...change,
})

test('what demands less of anybody is weaker', () => {
  const policies = ['admins', 'staff', 'webauthn_admins'] as const
  const weaker = policies.flatMap((from) =>
    policies
      .filter((to) => isWeaker(rules({ mfa_policy: from }), rules({ mfa_policy: to })))
      .map((to) => `${from} ${to}`),
  )
  assert.deepEqual(weaker, ['staff admins', 'staff webauthn_admins', 'webauthn_admins admins', 'webauthn_admins staff'])
})

test('passwordless on and registration open are weaker; off and closed are not', () => {
  assert.equal(isWeaker(rules(), rules({ passwordless: true })), true)
  assert.equal(isWeaker(rules({ passwordless: true }), rules()), false)
  assert.equal(isWeaker(rules(), rules({ registration: 'open' })), true)
  assert.equal(isWeaker(rules({ registration: 'open' }), rules({ registration: 'off' })), false)
  assert.equal(isWeaker(rules({ registration: 'off' }), rules()), false)
  // One weaker part makes the whole weaker.
  assert.equal(isWeaker(rules(), rules({ mfa_policy: 'staff', passwordless: true })), true)
})
