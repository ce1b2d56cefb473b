import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headOf, linesOf, messageOf, slackBody, testMessage, webhookBody } from '../message.ts'
import { dueNotices, nextLevel } from './notices.ts'

const standing = { severity: 'critical', state: 'OPEN', age_seconds: 0, level: 1, raised: false } as const

test('AU-32 it is told when an alert fires, gets worse, stays open each four hours, and ends', () => {
  assert.deepEqual(dueNotices(standing), ['fired'])
  assert.deepEqual(dueNotices({ ...standing, raised: true }), ['fired', 'worsened'])
  assert.deepEqual(dueNotices({ ...standing, age_seconds: 4 * 3_600 - 1 }), ['fired'])
  assert.deepEqual(dueNotices({ ...standing, age_seconds: 4 * 3_600 }), ['fired', 'reminder:1'])
  assert.deepEqual(dueNotices({ ...standing, age_seconds: 13 * 3_600 }), ['fired', 'reminder:3'])
  assert.deepEqual(dueNotices({ ...standing, state: 'ACKED', age_seconds: 13 * 3_600, level: 3 }), ['fired'])
  assert.deepEqual(dueNotices({ ...standing, state: 'RESOLVED', age_seconds: 13 * 3_600 }), ['resolved'])
  assert.deepEqual(dueNotices({ ...standing, level: 3 }), ['fired', 'escalated:2', 'escalated:3'])
})

test('AU-32 what is critical and nobody acknowledges goes up a level each 15 minutes, to the third', () => {
  const at = (level_seconds: number, given: object = {}): number => nextLevel({ ...standing, level_seconds, ...given })
  assert.deepEqual([at(899), at(900)], [1, 2])
  assert.deepEqual([at(900, { level: 2 }), at(900, { level: 3 })], [3, 3])
  assert.deepEqual([at(900, { severity: 'warning' }), at(900, { state: 'ACKED' })], [1, 1])
})

const TRACE = '0af7651916cd43dd8448eb211c80319d'
const FIRM = '22222222-2222-2222-2222-222222222222'
const alert = {
  id: '33333333-3333-3333-3333-333333333333',
  tenant_id: FIRM,
  rule_key: 'audit_chain_verify_failed',
  severity: 'critical',
  first_at: '2026-11-20T16:45:00.000Z',
  count: 3,
  detail: { failures: 2, first_bad_seq: 7 },
  trace_id: TRACE,
} as const

test('AU-32 a message says how bad, what, since when, where to read on, and under which trace', () => {
  const message = messageOf(alert, 'fired', 'https://zenops.test/admin/alerts?preview=3')
  assert.equal(headOf(message), '[CRITICAL] The audit log of a firm was changed')
  assert.equal(
    headOf({ ...message, notice: 'escalated:2' }),
    '[CRITICAL, NOT ACKNOWLEDGED] The audit log of a firm was changed',
  )
  assert.equal(
    headOf(testMessage({ tenantId: FIRM, link: 'https://zenops.test', traceId: TRACE })),
    '[WARNING, TEST] This is a test of an alert channel',
  )
  assert.deepEqual(linesOf(message), [
    `Firm: ${FIRM}`,
    'Since: 2026-11-20T16:45:00.000Z',
    'failures: 2',
    'first bad seq: 7',
    'Runbook: https://zenops.test/admin/runbooks/audit_chain',
    `Trace: ${TRACE}`,
  ])
})

test('AU-32 the bodies of a webhook and of a Slack-compatible address', () => {
  const message = messageOf(
    { ...alert, detail: { queue: '<a&b>' } },
    'reminder:2',
    'https://zenops.test/admin/alerts?preview=3',
  )
  const webhook = JSON.parse(webhookBody(message, { id: 'd1', at: '2026-11-20T17:00:00.000Z' })) as Record<
    string,
    unknown
  > // our own text
  assert.deepEqual(
    [webhook['type'], webhook['id'], webhook['timestamp']],
    ['ops.alert.reminder', 'd1', '2026-11-20T17:00:00.000Z'],
  )
  assert.deepEqual(webhook['data'], message)
  const slack = JSON.parse(slackBody(message)) as { text: string; blocks: { type: string }[] } // likewise
  assert.deepEqual(Object.keys(slack), ['text', 'blocks'])
  assert.equal(slack.text, '[CRITICAL, STILL OPEN] The audit log of a firm was changed')
  assert.deepEqual(
    slack.blocks.map((block) => block.type),
    ['header', 'section', 'section'],
  )
  assert.ok(JSON.stringify(slack).includes('&lt;a&amp;b&gt;') && !JSON.stringify(slack).includes('<a&b>'))
})
