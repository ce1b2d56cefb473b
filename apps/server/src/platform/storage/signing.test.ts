import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Claims, type KeyRing, parseKeyRing, randomKeyRing, signToken, verifyToken } from './signing.ts'

const now = new Date('2026-11-20T10:00:00Z')
const ring: KeyRing = [
  { kid: 'new', secret: 'n'.repeat(32) },
  { kid: 'old', secret: 'o'.repeat(32) },
]
const put: Claims = {
  op: 'put',
  key: 'incoming/1',
  document: 'd1',
  part: 2,
  type: 'image/jpeg',
  size: 10,
  expires: now.getTime() + 1,
}

test('OP-51 a token verifies for its operation until it expires', () => {
  const token = signToken(ring, put)
  assert.deepEqual(verifyToken(ring, token, { op: 'put', now }), { result: 'ok', claims: put })
  assert.deepEqual(verifyToken(ring, token, { op: 'get', now }), { result: 'invalid' })
  assert.deepEqual(verifyToken(ring, token, { op: 'put', now: new Date(now.getTime() + 1) }), { result: 'expired' })
})

test('the first key signs, all verify, a removed one no longer does', () => {
  assert.match(signToken(ring, put), /^new\./)
  const byOld = signToken(ring.slice(1), put)
  assert.equal(verifyToken(ring, byOld, { op: 'put', now }).result, 'ok')
  assert.equal(verifyToken(ring.slice(0, 1), byOld, { op: 'put', now }).result, 'invalid')
})

test('OP-51 a changed claim, key id or character makes a token invalid', () => {
  const token = signToken(ring, put)
  const [kid = '', , mac = ''] = token.split('.')
  const changes: Partial<Record<string, unknown>>[] = [
    { op: 'get' },
    { document: 'd2' },
    { key: 'incoming/2' },
    { part: 3 },
    { type: 'text/html' },
    { size: 11 },
    { expires: put.expires + 1000 },
  ]
  for (const change of changes) {
    const payload = Buffer.from(JSON.stringify({ ...put, ...change })).toString('base64url')
    assert.equal(verifyToken(ring, `${kid}.${payload}.${mac}`, { op: 'put', now }).result, 'invalid')
  }
  assert.equal(verifyToken(ring, token.replace(/^new/, 'old'), { op: 'put', now }).result, 'invalid')
  for (let at = 0; at < token.length; at += 1) {
    const other = token[at] === 'A' ? 'B' : 'A'
    const changed = token.slice(0, at) + other + token.slice(at + 1)
    assert.equal(verifyToken(ring, changed, { op: 'put', now }).result, 'invalid', `character ${at}`)
  }
})

test('a token that is no token is invalid, whatever it holds', () => {
  const asks = (token: string) => verifyToken(ring, token, { op: 'get', now }).result
  for (const token of ['', '.', '..', '...', 'new..', 'a.b.c', `${signToken(ring, put)}.x`, 'x'.repeat(1_000_000)]) {
    assert.equal(asks(token), 'invalid')
  }
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (token) => asks(token) === 'invalid'))
})

test('the key ring of the environment is checked, and never echoed', () => {
  const ok = JSON.stringify(ring)
  assert.deepEqual(parseKeyRing(ok), ring)
  const bad = [
    'secret-text',
    '[]',
    '[{"kid":"a","secret":"short"}]',
    JSON.stringify([ring[0], ring[0]]),
    JSON.stringify([{ kid: 'a.b', secret: 's'.repeat(32) }]),
  ]
  for (const text of bad) {
    assert.throws(
      () => parseKeyRing(text),
      (error: Error) => /STORAGE_SIGNING_KEYS/.test(error.message) && !/secret-text|short|nnn|sss/.test(error.message),
    )
  }
  assert.notEqual(randomKeyRing()[0]?.secret, randomKeyRing()[0]?.secret)
})
