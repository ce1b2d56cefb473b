import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERROR_STATUS } from '@zenops/contracts/errors'
import { ApiError, NetworkError } from './api-error.ts'
import { en, errorText, faultOf, fieldErrors } from './error-texts.ts'
import { en as reasons } from './reason-texts.ts'
import { createFormats } from './formats.ts'

const refusal = (
  error_code: string,
  details: { path?: string; reason: string; until?: string }[] = [],
  retryAfter: number | null = null,
) => new ApiError(422, { error_code, message: 'told by the server', trace_id: 'abc', details }, retryAfter)

test('each sentence belongs to a code of the contracts', () => {
  for (const code of Object.keys(en).filter((key) => key !== 'network' && key !== 'unknown'))
    assert.ok(code in ERROR_STATUS, code)
})

test('failures are told by code, then by the server, then plainly', () => {
  assert.equal(errorText(refusal('NOT_FOUND')), en.NOT_FOUND)
  assert.equal(errorText(refusal('FORBIDDEN', [{ reason: 'self_change' }])), reasons.self_change)
  assert.equal(errorText(refusal('FORBIDDEN', [{ reason: 'missing_capability' }])), en.FORBIDDEN)
  assert.equal(errorText(refusal('VALIDATION_FAILED', [{ path: 'body', reason: 'mixed_roles' }])), en.VALIDATION_FAILED)
  assert.equal(errorText(refusal('BRAND_NEW')), 'told by the server')
  assert.equal(errorText(new NetworkError()), en.network)
  assert.equal(errorText(new Error('bug')), en.unknown)
})

test('a fault knows until when it lasts, and errors land on their fields', () => {
  assert.deepEqual(faultOf(refusal('AUTH_LOCKED', [], 900), 1_000), {
    text: en.AUTH_LOCKED,
    until: 901_000,
    traceId: 'abc',
  })
  const block = refusal('AUTH_BLOCKED', [{ reason: 'account', until: '2026-11-20T18:00:00Z' }])
  assert.equal(faultOf(block, 0).until, Date.parse('2026-11-20T18:00:00Z'))
  const details = [{ path: 'name', reason: 'too_long' }, { path: 'name', reason: 'second' }, { reason: 'whole' }]
  assert.deepEqual(fieldErrors(refusal('VALIDATION_FAILED', details)), { name: 'too_long', '': 'whole' })
  assert.deepEqual(fieldErrors(refusal('CONFLICT', details)), {})
})

test('formats are bound to the zone and the clock of the surface', () => {
  const formats = createFormats('Asia/Kolkata', () => Date.parse('2026-11-20T19:00:00Z'))
  assert.deepEqual(formats.parseDay('t'), { ok: true, day: '2026-11-21' })
  assert.equal(formats.shortDay('2026-11-21'), '21 Nov')
  assert.equal(formats.time('2026-11-20T18:40:00.000Z'), '00:10')
  assert.equal(formats.relative('2026-11-20T18:00:00.000Z'), '1 h ago')
  assert.equal(formats.parseDecimal('1,614.590'), '1614.590')
  assert.equal(formats.parseDecimal('x'), null)
})
