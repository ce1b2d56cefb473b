import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BASE_FIELDS, CALL_FIELDS, FREE_FIELDS } from './log-contract.ts'
import { createLog } from './log.ts'
import { maskForLog } from './mask.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319d'

function listening() {
  const lines: Record<string, unknown>[] = []
  let violations = 0
  const log = createLog({
    level: 'debug',
    version: '1.0.0',
    instance: 'law',
    env: 'test',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }, // one object a line
    onViolation: () => void (violations += 1),
  })
  return { log, lines, violations: () => violations }
}

test('AU-37 a line says when, how bad, who wrote it and what happened', () => {
  const { log, lines } = listening()
  log.info(
    { outcome: 'audit_seal_lag', about: { seconds: 12, tenants: ['x'], nothing: undefined, reset_token: 'x' } },
    'alarm_raised',
  )
  const { ts, ...line } = lines[0] ?? {}
  assert.match(String(ts), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual(line, {
    level: 'info',
    service: 'zenops',
    version: '1.0.0',
    instance: 'law',
    env: 'test',
    outcome: 'audit_seal_lag; seconds=12 tenants=["x"] reset_token=***REDACTED***',
    event: 'alarm_raised',
  })
})

test('AU-37 a line of a call without its trace is replaced and counted', () => {
  const { log, lines, violations } = listening()
  log.info({ route: '/v1/me', status: 200 }, 'request')
  log.info({ route: '/v1/me', status: 200, trace_id: 'short' }, 'request')
  assert.equal(violations(), 2)
  assert.deepEqual(
    lines.map((line) => [line['event'], line['route'], line['outcome']]),
    [
      ['log_contract_violation', undefined, 'request'],
      ['log_contract_violation', undefined, 'request'],
    ],
  )
  log.info({ route: '/v1/me', status: 200, trace_id: TRACE }, 'request')
  log.child({ trace_id: TRACE }).warn({ queue: 'law' }, 'job_failed')
  log.warn({ about: { seconds: 1 } }, 'alarm_raised')
  assert.equal(violations(), 2)
  assert.deepEqual(
    lines.slice(2).map((line) => line['event']),
    ['request', 'job_failed', 'alarm_raised'],
  )
})

test('AU-37 free texts are masked: mail, phone, address of a machine, tokens and signed links', () => {
  const told: readonly (readonly [string, string])[] = [
    ['mail to a.person+tag@firm.co.in failed', 'mail to ***@*** failed'],
    ['call +91 98450 12345 or 9845012345', 'call ***-**** or ***-****'],
    ['from 203.0.113.77 at 12:00', 'from [ip] at 12:00'],
    ['Bearer abcdefgh12345678', 'Bearer ***REDACTED***'],
    ['jwt eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl end', 'jwt ***REDACTED*** end'],
    ['key sk-live_1234567890', 'key ***REDACTED***'],
    ['GET https://files.example/a/b.pdf?sig=abc&exp=1 401', 'GET https://files.example/a/b.pdf***REDACTED*** 401'],
    ['link Zk3nT9aQ2LxV7bW0cYr5uP1d8', 'link ***REDACTED***'],
    ['the one-time code is 482913', 'the one-time code is ***REDACTED***'],
    ['PAN ABCPK1234F, Aadhaar 2341 2341 2346', 'PAN [pan], Aadhaar [aadhaar]'],
    ['card 4111 1111 1111 1111 of Smt. Meera Rao', 'card [card] of Smt. [name]'],
    ['A/c no 50100 2345 6789 12 at 18.520430, 73.856744', 'A/c no [account] at [place]'],
  ]
  for (const [text, masked] of told) assert.equal(maskForLog(text), masked)
})

test('AU-37 ids, traces, instants, amounts, versions and paths of code stay readable', () => {
  const kept = [
    TRACE,
    '019b3f6e-7c1a-7cc0-8d2f-5a1b2c3d4e5f',
    '2026-11-20T16:45:04.123Z',
    'at run (file:///apps/server/src/platform/jobs/worker.ts:221:14)',
    'duplicate key value violates unique constraint "banks__name"',
    'fee of 447410000 paise, version 9.7.3, took 1234 ms',
    'audit_chain_verify_failed in ops.alert_deliveries',
  ]
  for (const text of kept) assert.equal(maskForLog(text), text)
})

test('AU-37 a failure is told without the row it was about, and its words are masked', () => {
  const { log, lines } = listening()
  const error = Object.assign(new Error('no mailbox for a@firm.example'), {
    code: '23505',
    detail: 'Key (email)=(a@firm.example)',
  })
  log.error({ err: error, trace_id: TRACE, outcome: 'mail to b@firm.example' }, 'unexpected_failure')
  const text = JSON.stringify(lines[0])
  assert.ok(!text.includes('firm.example'), text)
  const { error_code, outcome } = lines[0] ?? {}
  assert.equal(error_code, '23505')
  assert.match(String(outcome), /^mail to \*\*\*@\*\*\*; Error: no mailbox for \*\*\*@\*\*\*\n {4}at /)
  assert.deepEqual(
    Object.keys(lines[0] ?? {}).filter(
      (field) => ![...BASE_FIELDS, ...CALL_FIELDS, ...FREE_FIELDS].includes(field as never),
    ), // any name may stand there
    [],
  )
})
