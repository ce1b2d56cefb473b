import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stepOf } from './totp.ts'

// RFC 6238, appendix B, cut to six digits: the secret is the ASCII text 12345678901234567890.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const at = (seconds: number): Date => new Date(seconds * 1000)

test('codes are those of RFC 6238', () => {
  assert.equal(stepOf(SECRET, '287082', at(59)), 1)
  assert.equal(stepOf(SECRET, '081804', at(1_111_111_109)), 37_037_036)
  assert.equal(stepOf(SECRET, '005924', at(1_234_567_890)), 41_152_263)
  assert.equal(stepOf(SECRET, '279037', at(2_000_000_000)), 66_666_666)
})

test('ID-23 one step to either side counts, two do not', () => {
  const step = 37_037_036
  for (const away of [-1, 0, 1]) assert.equal(stepOf(SECRET, '081804', at((step + away) * 30)), step, String(away))
  for (const away of [-2, 2]) assert.equal(stepOf(SECRET, '081804', at((step + away) * 30)), null, String(away))
})
