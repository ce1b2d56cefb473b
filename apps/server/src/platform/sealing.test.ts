import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSealing } from './sealing.ts'

const old = { kid: 'old', secret: 'o'.repeat(40) }
const young = { kid: 'young', secret: 'y'.repeat(40) }

test('the first key of the ring seals, every key opens, and a key that left opens nothing', () => {
  const before = createSealing([old], 'mail').seal('a secret', 'row 1')
  const rotated = createSealing([young, old], 'mail')
  assert.equal(rotated.open(before, 'row 1'), 'a secret')
  assert.equal(rotated.seal('x', 'row').kid, 'young')
  assert.throws(() => createSealing([young], 'mail').open(before, 'row 1'), /no key named old/)
})

test('what was sealed opens only unchanged, at its row and for its purpose', () => {
  const mail = createSealing([old], 'mail')
  const sealed = mail.seal('a secret', 'row 1')
  assert.ok(!sealed.bytes.includes('a secret'))
  assert.notDeepEqual(mail.seal('a secret', 'row 1').bytes, sealed.bytes)
  assert.throws(() => mail.open(sealed, 'row 2'))
  assert.throws(() => createSealing([old], 'totp').open(sealed, 'row 1'))
  for (const at of [0, 12, 28]) {
    const bytes = Buffer.from(sealed.bytes)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    assert.throws(() => mail.open({ ...sealed, bytes }, 'row 1'), `byte ${at}`)
  }
  assert.throws(() => mail.open({ ...sealed, bytes: sealed.bytes.subarray(0, 20) }, 'row 1'))
})
