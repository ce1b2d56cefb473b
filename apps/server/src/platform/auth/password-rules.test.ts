import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonPasswords, passwordFaults } from './password-rules.ts'

const faults = (password: string, about: { email?: string; firm?: string; isCurrent?: boolean } = {}) =>
  passwordFaults({
    password,
    email: about.email ?? 'asha.rao@example.test',
    firm: about.firm ?? 'Acme Valuers',
    ...(about.isCurrent === undefined ? {} : { isCurrent: about.isCurrent }),
  })

test('the bundled list holds at least 10,000 passwords, all of them as they are compared', () => {
  const list = commonPasswords()
  assert.ok(list.size >= 10_000, `${list.size} passwords`)
  for (const password of list) assert.equal(password, password.normalize('NFKC').toLowerCase())
})

test('length counts code points after NFKC, 12 to 128', () => {
  assert.deepEqual(faults('elf wörter'), ['too_short'])
  assert.deepEqual(faults('zwölf wörter'), [])
  assert.deepEqual(faults('🦊'.repeat(12)), [])
  assert.deepEqual(faults('🦊'.repeat(11)), ['too_short'])
  // One sign that is three letters once it is normalised.
  assert.deepEqual(faults('ﬃ'.repeat(4)), [])
  // A letter and its accent are one code point once they are composed.
  assert.deepEqual(faults('e\u0301'.repeat(11)), ['too_short'])
  assert.deepEqual(faults('ab '.repeat(42) + 'xy'), [])
  assert.deepEqual(faults('ab '.repeat(43)), ['too_long'])
  assert.deepEqual(faults('x'.repeat(100_000)), ['too_long'])
  assert.deepEqual(faults('')[0], 'too_short')
})

test('a common password is refused in any case and width', () => {
  for (const password of ['justinbieber', 'JustinBieber', 'ｊｕｓｔｉｎｂｉｅｂｅｒ'])
    assert.deepEqual(faults(password), ['common'])
  assert.deepEqual(faults('password'), ['too_short', 'common'])
  assert.deepEqual(faults('justinbieber and I'), [])
})

test("the e-mail's local part and the firm's name are refused, however they are written", () => {
  for (const password of [
    'my asha.rao secret',
    'ASHA.RAO rocks on',
    'asharao-2026-11-20',
    'acme valuers forever',
    'AcmeValuers2026!',
    'acme_valuers_xyz',
    'ａｃｍｅ ｖａｌｕｅｒｓ 123',
  ])
    assert.deepEqual(faults(password), ['contains_identity'], password)
  assert.deepEqual(faults('asha the valuer of acme'), [])
  assert.deepEqual(faults('abc is easy as 123', { email: 'abc@example.test', firm: 'AS' }), [])
  assert.deepEqual(faults('abcd is as easy as 123', { email: 'abcd@example.test' }), ['contains_identity'])
  assert.deepEqual(passwordFaults({ password: 'no name to be found', email: null, firm: null }), [])
  assert.deepEqual(faults('nothing of signs here', { firm: '----- ' }), [])
})

test('the current one is no new one, and all faults are told at once', () => {
  assert.deepEqual(faults('a perfectly good one', { isCurrent: true }), ['unchanged'])
  assert.deepEqual(faults('hunter', { email: 'hunter@example.test', isCurrent: true }), [
    'too_short',
    'common',
    'contains_identity',
    'unchanged',
  ])
})
