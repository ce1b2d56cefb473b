import assert from 'node:assert/strict'
import { listDeletedRows } from '@zenops/contracts/retention'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import { listDeadJobs, replayDeadJob } from '@zenops/contracts/ops-queue'
import {
  ackAlert,
  createAlertChannel,
  deleteAlertChannel,
  restoreAlertChannel,
  getAlertRule,
  listAlertChannels,
  listAlertDeliveries,
  listAlertRules,
  listAlerts,
  testAlertChannel,
  updateAlertChannel,
  updateAlertRule,
} from '@zenops/contracts/ops-alerts'
import { type Hook, startHook } from '../../../test/harness/hook.ts'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { type SmtpServer, startSmtp } from '../../../test/harness/smtp.ts'
import { systemActor } from '../../platform/auth/actor.ts'
import { startWorker } from '../../platform/jobs/worker.ts'
import { declarationsOf, declareAll } from '../../platform/scheduler/declared.ts'
import { acquire, recover } from '../../platform/scheduler/locks.ts'
import { lockRoom } from '../../platform/scheduler/turns.ts'
import { isSigned } from '../../platform/outgoing/standard-webhooks.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319d'
let house: House
let hook: Hook
let smtp: SmtpServer
before(async () => {
  hook = await startHook()
  smtp = await startSmtp()
  house = await openHouse({ SMTP_URL: smtp.url, MAIL_FROM: 'ZenOps <no-reply@zenops.test>' })
})
beforeEach(async () => {
  hook.received.splice(0)
  hook.answer(200)
  smtp.mails.splice(0)
  await house.sql('delete from ops.alert_deliveries')
  await house.sql('delete from ops.alert_channels')
  await house.sql('delete from ops.alerts')
  await house.sql('delete from ops.alert_rules')
  await house.sql(`delete from ops.dead_jobs`)
})
after(async () => {
  await hook.stop()
  // The house lets go of its connections first.
  await house.close().finally(() => smtp.stop())
})

const evaluateOnly = async (): Promise<void> => {
  const loop = house.app.loops.find((one) => one.name === 'alert_evaluator')
  assert.ok(loop)
  const actor = systemActor(house.config.ZENOPS_INTERNAL_TENANT_ID, house.app.workerOptions().workerUserId, new Map())
  const { services } = house.app
  await loop.turn?.({
    services,
    log: services.log,
    actor,
    traceId: TRACE,
    signal: AbortSignal.timeout(10_000),
    fenced: () => Promise.reject(new Error('writes nothing under its lock')),
  })
}
/** One turn of the evaluator and of the workers. */
const turn = async (): Promise<void> => {
  await evaluateOnly()
  await house.runJobs()
}
/** The next attempt of everything that waits is due. */
const due = async (): Promise<void> => {
  await house.sql(`update notifications.outbox set next_attempt_at = now() where status in ('queued', 'failed')`)
  await house.jobsDue()
}
/** As if that much time had gone by for the alerts of a firm. */
const passes = (seconds: number, tenantId: string): Promise<unknown> =>
  house.sql(
    `update ops.alerts set first_at = first_at - $1 * interval '1 second', last_at = last_at - $1 * interval '1 second',
       level_at = level_at - $1 * interval '1 second' where tenant_id = $2`,
    [seconds, tenantId],
  )
/** A firm whose log was found changed: critical, until a later verification passes. */
const breakLog = (tenantId: string, passed = false): Promise<unknown> =>
  house.sql(
    `insert into audit.verify_runs (tenant_id, kind, passed, checked_rows, first_bad_seq, failure_count, result, trace_id)
     values ($1, 'nightly', $2, 10, $3, $4, '{}', $5)`,
    [tenantId, passed, passed ? null : 7, passed ? 0 : 1, TRACE],
  )
const mend = async (tenantId: string): Promise<void> => {
  await breakLog(tenantId, true)
  await turn()
  await passes(31, tenantId)
  await turn()
}
const webhook = (actor: TestActor, name: string, more: object = {}) =>
  actor.ok(createAlertChannel, { body: { kind: 'webhook', url: `${hook.url}/${name}`, name, ...more } })
const heardAt = (path: string): string[] =>
  hook.received
    .filter((one) => one.path === `/${path}`)
    .map((one) => (JSON.parse(one.body) as { data: { notice: string } }).data.notice) // our own text
const actionsOf = async (firm: Firm): Promise<string[]> =>
  (await house.audit(firm.tenantId)).map((event) => event.action).filter((action) => action.startsWith('ALERT_'))

test('AU-32 an alert fires once, however often it is found, and resolves once, when a channel hears of both', async () => {
  const firm = await house.firm()
  const channel = await webhook(firm.owner, 'hook')
  await breakLog(firm.tenantId)
  for (let n = 0; n < 3; n++) await turn()
  const [alert, ...more] = (await firm.owner.ok(listAlerts, { query: {} })).items
  assert.deepEqual(
    [alert?.rule_key, alert?.severity, alert?.state, alert?.count, alert?.runbook, more],
    ['audit_chain_verify_failed', 'critical', 'OPEN', 3, '/admin/runbooks/audit_chain', []],
  )
  assert.deepEqual(heardAt('hook'), ['fired'])
  const [call] = hook.received
  assert.ok(call && channel.secret !== null)
  assert.ok(isSigned(call, channel.secret, Date.now() / 1_000))
  await mend(firm.tenantId)
  assert.equal((await firm.owner.ok(listAlerts, { query: { state: ['RESOLVED'] } })).items.length, 1)
  assert.deepEqual(heardAt('hook'), ['fired', 'resolved'])
  await turn()
  assert.equal(hook.received.length, 2)
  const counted = await house.sql(`select 1 from ops.events where tenant_id = $1 and metric_key = 'alert_fired'`, [
    firm.tenantId,
  ])
  assert.equal(counted.length, 1)
  const [shown] = (await firm.owner.ok(listAlertChannels, { query: {} })).items
  assert.notEqual(shown?.last_ok_at, null)
})

test('AU-32 a firm sees and hears of its own alerts alone; the platform of all', async () => {
  const firm = await house.firm()
  await webhook(firm.owner, 'firm')
  await webhook(firm.stranger, 'stranger')
  await webhook(house.operator, 'platform')
  await breakLog(firm.tenantId)
  await turn()
  assert.deepEqual([heardAt('firm'), heardAt('stranger'), heardAt('platform')], [['fired'], [], ['fired']])
  assert.deepEqual((await firm.stranger.ok(listAlerts, { query: {} })).items, [])
  const [seen] = (await house.operator.ok(listAlerts, { query: { tenant_id: firm.tenantId } })).items
  assert.equal(seen?.tenant_id, firm.tenantId)
  const foreign = await firm.owner.call(listAlerts, { query: { tenant_id: firm.stranger.tenantId } })
  assert.deepEqual([foreign.status, foreign.error.details[0]?.['reason']], [403, 'tenant_scope'])
  assert.equal((await firm.stranger.call(ackAlert, { params: { id: seen?.id ?? '' }, body: {} })).status, 404)
  const acked = await house.operator.ok(ackAlert, { params: { id: seen?.id ?? '' }, body: { note: 'looking at it' } })
  assert.equal(acked.state, 'ACKED')
  assert.ok((await actionsOf(firm)).includes('ALERT_ACKNOWLEDGED'))
  await mend(firm.tenantId)
})

test('AU-32 nobody acknowledges: next level after 15 minutes, reminder after 4 hours; an acknowledgement ends both', async () => {
  const firm = await house.firm()
  await webhook(firm.owner, 'first')
  await webhook(firm.owner, 'second', { level: 2 })
  await breakLog(firm.tenantId)
  await turn()
  await passes(14 * 60, firm.tenantId)
  await turn()
  assert.deepEqual([heardAt('first'), heardAt('second')], [['fired'], []])
  await passes(61, firm.tenantId)
  await turn()
  assert.deepEqual([heardAt('first'), heardAt('second')], [['fired', 'escalated:2'], ['escalated:2']])
  await passes(4 * 3_600, firm.tenantId)
  await turn()
  assert.deepEqual(heardAt('first').toSorted(), ['escalated:2', 'escalated:3', 'fired', 'reminder:1'])
  const [alert] = (await firm.owner.ok(listAlerts, { query: {} })).items
  const acked = await firm.owner.ok(ackAlert, { params: { id: alert?.id ?? '' }, body: { note: 'mine' } })
  assert.deepEqual(
    [acked.state, acked.acked_by?.id, acked.ack_note, acked.level],
    ['ACKED', firm.owner.userId, 'mine', 3],
  )
  assert.equal((await firm.owner.ok(ackAlert, { params: { id: acked.id }, body: {} })).ack_note, 'mine')
  hook.received.splice(0)
  await passes(9 * 3_600, firm.tenantId)
  await turn()
  assert.equal(hook.received.length, 0)
  await mend(firm.tenantId)
  assert.deepEqual([heardAt('first'), heardAt('second')], [['resolved'], ['resolved']])
  const over = await firm.owner.call(ackAlert, { params: { id: acked.id }, body: {} })
  assert.deepEqual([over.status, over.error.error_code], [409, 'ILLEGAL_TRANSITION'])
  assert.equal((await firm.owner.call(ackAlert, { params: { id: randomUUID() }, body: {} })).status, 404)
})

test('AU-32 a channel hears from its least severity on, and when a warning becomes critical', async () => {
  const firm = await house.firm()
  const house1 = house.operator
  await webhook(house1, 'all')
  await webhook(house1, 'critical', { min_severity: 'critical' })
  const late = (hours: number): Promise<unknown> =>
    house.sql(
      `insert into ops.watermarks (name, reached_at) values ('restore_drill', now() - $1 * interval '1 hour')
       on conflict (name) do update set reached_at = excluded.reached_at`,
      [hours],
    )
  await late(36 * 24)
  await turn()
  assert.deepEqual([heardAt('all'), heardAt('critical')], [['fired'], []])
  await late(1)
  const dead = `insert into audit.checkpoints (tenant_id, epoch, size, root, link, origin, note, created_at)
    values ($1, 1, 1, decode(repeat('ab', 32), 'hex'), decode(repeat('ab', 32), 'hex'), 'law', 'law', now() - $2 * interval '1 second')`
  await house.sql('alter table audit.checkpoints disable trigger user')
  await house.sql(dead, [firm.tenantId, 1_000])
  await turn()
  hook.received.splice(0)
  await house.sql(`update audit.checkpoints set created_at = now() - interval '2 hours' where tenant_id = $1`, [
    firm.tenantId,
  ])
  await turn()
  assert.deepEqual([heardAt('all'), heardAt('critical')], [['worsened'], ['fired']])
  await house.sql('delete from audit.checkpoints where tenant_id = $1', [firm.tenantId])
  await house.sql('alter table audit.checkpoints enable trigger user')
})

test('AU-32 a channel that fails for good hands its message to the next and shows its failure', async () => {
  const firm = await house.firm()
  const broken = await webhook(firm.owner, 'broken')
  await firm.owner.ok(createAlertChannel, {
    body: { kind: 'email', to: ['duty@test.zenops.local'], name: 'mail', min_severity: 'critical', level: 3 },
  })
  hook.answer(410)
  await breakLog(firm.tenantId)
  await turn()
  // What the outbox gave up is settled, the next channel told, and that settled.
  await turn()
  await turn()
  const { items } = await firm.owner.ok(listAlertDeliveries, { query: {} })
  assert.deepEqual(items.map((one) => [one.channel_name, one.notice, one.state, one.error_code]).toReversed(), [
    ['broken', 'fired', 'FAILED', 'status_410'],
    ['mail', 'fired', 'DELIVERED', null],
  ])
  assert.equal(items[0]?.fallback_of, items[1]?.id)
  assert.equal(smtp.mails.length, 1)
  const shown = (await firm.owner.ok(listAlertChannels, { query: {} })).items.find((one) => one.id === broken.id)
  assert.deepEqual([shown?.last_error_code, shown?.last_ok_at], ['status_410', null])
  const counted = await house.sql(
    `select 1 from ops.events where tenant_id = $1 and metric_key = 'alert_delivery_failed'`,
    [firm.tenantId],
  )
  assert.equal(counted.length, 1)
  hook.answer(200)
  await mend(firm.tenantId)
})

const replayOf = async (firm: Firm, queue: string): Promise<string> => {
  const [dead, ...more] = (await firm.owner.ok(listDeadJobs, { query: { queue } })).items
  assert.ok(dead)
  assert.deepEqual(more, [])
  const order = { params: { id: dead.id }, body: { reason: 'the receiver is there again' } }
  await firm.owner.ok(replayDeadJob, order, { 'idempotency-key': randomUUID() })
  return dead.error_code
}
const statesOf = async (firm: Firm): Promise<(readonly [string, string, string | null])[]> =>
  (await firm.owner.ok(listAlertDeliveries, { query: {} })).items
    .map((one) => [one.channel_name, one.state, one.error_code] as const)
    .toReversed()

test('AU-31 AU-32 a message that was given up lies with the dead letters; a replay delivers it under its own id', async () => {
  const firm = await house.firm()
  await webhook(firm.owner, 'gone')
  hook.answer(410)
  await breakLog(firm.tenantId)
  await turn()
  await turn()
  assert.deepEqual(await statesOf(firm), [['gone', 'FAILED', 'status_410']])
  hook.answer(200)
  assert.equal(await replayOf(firm, 'notifications.send_webhook'), 'status_410')
  await turn()
  await turn()
  assert.deepEqual(await statesOf(firm), [['gone', 'DELIVERED', null]])
  assert.equal(new Set(hook.received.map((one) => one.headers['webhook-id'])).size, 1)
  assert.equal(hook.received.length, 2)
  const counted = await house.sql<{ metric_key: string; n: number }>(
    `select metric_key, count(*)::int as n from ops.events where tenant_id = $1 and metric_key like 'webhook%' group by 1 order by 1`,
    [firm.tenantId],
  )
  assert.deepEqual(counted, [
    { metric_key: 'webhook_delivered', n: 1 },
    { metric_key: 'webhook_delivery_failed', n: 1 },
  ])
  const shown = await house.app.services.metrics.registry.metrics()
  for (const result of ['sent', 'dead'])
    assert.match(shown, new RegExp(`outbox_deliveries_total\\{kind="webhook",result="${result}"\\} [1-9]`))
  await mend(firm.tenantId)
})

test('AU-31 AU-32 a message whose channel was switched off lies with the dead letters, and goes out when that is on again', async () => {
  const firm = await house.firm()
  const channel = await webhook(firm.owner, 'off')
  await breakLog(firm.tenantId)
  await evaluateOnly()
  const set = (enabled: boolean) => firm.owner.ok(updateAlertChannel, { params: { id: channel.id }, body: { enabled } })
  await set(false)
  await house.runJobs()
  assert.deepEqual(await statesOf(firm), [['off', 'FAILED', 'channel_off']])
  await set(true)
  assert.equal(await replayOf(firm, 'ops.deliver_alert'), 'channel_off')
  await house.runJobs()
  await turn()
  assert.deepEqual([await statesOf(firm), heardAt('off')], [[['off', 'DELIVERED', null]], ['fired']])
  await mend(firm.tenantId)
})

test('AU-32 while an address fails the next channel is told, once, and the outbox goes on trying', async () => {
  const firm = await house.firm()
  await webhook(firm.owner, 'slow')
  await firm.owner.ok(createAlertChannel, {
    body: { kind: 'email', to: ['second-duty@test.zenops.local'], name: 'mail', level: 3 },
  })
  await firm.owner.ok(createAlertChannel, {
    body: { kind: 'email', to: ['third-duty@test.zenops.local'], name: 'third', level: 3 },
  })
  hook.answer(503)
  await breakLog(firm.tenantId)
  await turn()
  for (let n = 0; n < 2; n++) {
    assert.equal(smtp.mails.length, 0)
    await due()
    await turn()
  }
  await turn()
  await turn()
  assert.deepEqual(
    smtp.mails.map((one) => one.to[0]),
    ['second-duty@test.zenops.local'],
  )
  assert.deepEqual(await statesOf(firm), [
    ['slow', 'HANDED_OVER', null],
    ['mail', 'DELIVERED', null],
  ])
  const [shown] = (await firm.owner.ok(listAlertChannels, { query: {} })).items.filter((one) => one.name === 'slow')
  assert.equal(shown?.last_error_code, 'status_503')
  hook.answer(200)
  await due()
  await turn()
  await turn()
  assert.deepEqual(await statesOf(firm), [
    ['slow', 'DELIVERED', null],
    ['mail', 'DELIVERED', null],
  ])
  await mend(firm.tenantId)
})

test('AU-32 what could not be told for six hours is told no more', async () => {
  const firm = await house.firm()
  await webhook(firm.owner, 'late')
  hook.answer(503)
  await breakLog(firm.tenantId)
  await turn()
  hook.answer(200)
  await house.sql(
    `update notifications.outbox set expires_at = now() - interval '1 second' where tenant_id = $1 and channel = 'webhook'`,
    [firm.tenantId],
  )
  await due()
  await house.runJobs()
  await turn()
  assert.deepEqual([await statesOf(firm), hook.received.length], [[['late', 'FAILED', 'expired']], 1])
  await mend(firm.tenantId)
})

test('AU-32 a single dead job is news in a queue that its kind declares critical; of others only many are', async () => {
  const firm = await house.firm()
  const die = async (kind: string): Promise<void> => {
    await house.sql(
      `insert into ops.jobs (tenant_id, kind, payload, trace_id, max_attempts, effect_key, attempts)
       values ($1, $2, '{}', $3, 1, gen_random_uuid()::text, 1)`,
      [firm.tenantId, kind, TRACE],
    )
    await house.runJobs()
    await evaluateOnly()
  }
  const told = async (): Promise<unknown[]> =>
    (await firm.owner.ok(listAlerts, { query: { rule_key: ['job_dead'] } })).items.map((one) => one.detail['queue'])
  await die('documents.expire_uploads')
  assert.deepEqual(await told(), [])
  await die('privacy.rewrap_keys')
  assert.deepEqual(await told(), ['privacy.rewrap_keys'])
})

test('AU-32 an address that stumbles is tried again under the same id', async () => {
  const firm = await house.firm()
  await webhook(firm.owner, 'shaky')
  hook.answer(503)
  await breakLog(firm.tenantId)
  await turn()
  hook.answer(200)
  await due()
  await turn()
  assert.equal(hook.received.length, 2)
  await turn()
  assert.equal(new Set(hook.received.map((one) => one.headers['webhook-id'])).size, 1)
  const [delivery] = (await firm.owner.ok(listAlertDeliveries, { query: { state: ['DELIVERED'] } })).items
  assert.equal(delivery?.attempts, 2)
  await mend(firm.tenantId)
})

test('AU-32 what is cut off waits, and goes out when it is restored', async () => {
  const firm = await house.firm()
  await webhook(firm.owner, 'held')
  await house.sql(
    `insert into ops.kill_switches (key, scope_tenant_id, state, reason, effective_until) values ('outbox.webhook', $1, 'ENABLED', 'tried in a law', now() + interval '1 hour')`,
    [firm.tenantId],
  )
  await house.app.services.switches.all()
  for (
    let n = 0;
    n < 100 && (await house.app.services.switches.offUntil('outbox.webhook', firm.tenantId)) === null;
    n++
  )
    await new Promise((resolve) => setTimeout(resolve, 20))
  await breakLog(firm.tenantId)
  await turn()
  assert.equal(hook.received.length, 0)
  await house.sql(
    `update ops.kill_switches set state = 'DISABLED', effective_until = null where scope_tenant_id = $1`,
    [firm.tenantId],
  )
  for (
    let n = 0;
    n < 100 && (await house.app.services.switches.offUntil('outbox.webhook', firm.tenantId)) !== null;
    n++
  )
    await new Promise((resolve) => setTimeout(resolve, 20))
  await due()
  await house.runJobs()
  assert.deepEqual(heardAt('held'), ['fired'])
  await mend(firm.tenantId)
})

test('AU-32 mail and Slack-compatible channels; a test is marked; nothing personal leaves', async () => {
  const firm = await house.firm()
  await firm.owner.ok(createAlertChannel, {
    body: { kind: 'slack', url: `${hook.url}/services/T0/B0/secret`, name: 'slack' },
  })
  const mail = await firm.owner.ok(createAlertChannel, {
    body: { kind: 'email', to: ['duty@test.zenops.local', 'second@test.zenops.local'], name: 'duty' },
  })
  await breakLog(firm.tenantId)
  await turn()
  await house.runJobs()
  const slack = JSON.parse(hook.received[0]?.body ?? '{}') as { text: string; blocks: unknown[] } // our own text
  assert.equal(slack.text, '[CRITICAL] The audit log of a firm was changed')
  assert.equal(slack.blocks.length, 3)
  assert.deepEqual(smtp.mails.map((one) => one.to[0]).toSorted(), [
    'duty@test.zenops.local',
    'second@test.zenops.local',
  ])
  assert.ok(smtp.mails[0]?.text.includes('/admin/alerts?preview=') && smtp.mails[0].text.includes(TRACE))
  const { delivery_id } = await firm.owner.ok(testAlertChannel, { params: { id: mail.id } })
  await house.runJobs()
  await turn()
  await house.runJobs()
  assert.ok(smtp.mails.some((one) => one.headers['subject']?.includes('TEST')))
  const tested = (await firm.owner.ok(listAlertDeliveries, { query: { channel_id: mail.id } })).items.find(
    (one) => one.id === delivery_id,
  )
  assert.deepEqual([tested?.notice, tested?.alert_id], ['test', null])
  const people = await house.sql<{ name: string; email: string }>(
    'select name, email from identity.users where email is not null',
  )
  const told = [
    ...hook.received.map((one) => one.body),
    ...smtp.mails.map((one) => one.text.split('\r\n\r\n').slice(1).join('')),
  ].join('\n')
  for (const { name, email } of people) {
    if (name.length > 4) assert.ok(!told.includes(name), name)
    assert.ok(!told.includes(email), email)
  }
  await mend(firm.tenantId)
})

test('AU-32 channels: what is refused, what is sealed, what is shown', async () => {
  const firm = await house.firm()
  const tried = async (body: object): Promise<unknown[]> => {
    const reply = await firm.owner.call(createAlertChannel, { body: body as never }) // wrong ones, on purpose
    return [reply.status, reply.error.error_code, reply.error.details?.[0]?.['reason']]
  }
  const at = (url: string) => tried({ kind: 'webhook', url, name: 'x' })
  assert.deepEqual(await at('https://10.0.0.1/hook'), [422, 'VALIDATION_FAILED', 'ip_literal'])
  assert.deepEqual(await at('https://169.254.169.254/latest/meta-data'), [422, 'VALIDATION_FAILED', 'ip_literal'])
  assert.deepEqual(await at('https://user:pass@hooks.example/x'), [422, 'VALIDATION_FAILED', 'url_credentials'])
  assert.equal((await at('ftp://hooks.example/x'))[0], 422)
  assert.equal((await tried({ kind: 'email', to: ['not a mailbox'], name: 'x' }))[0], 422)
  assert.equal((await tried({ kind: 'pager', url: hook.url, name: 'x' }))[0], 422)
  const made = await webhook(firm.owner, 'Hook')
  assert.match(made.secret ?? '', /^whsec_/)
  assert.deepEqual([made.address, made.secret_ref], [`${new URL(hook.url).host}/Hook`, `alert-channel/${made.id}`])
  assert.deepEqual(await tried({ kind: 'webhook', url: hook.url, name: 'hook' }), [
    409,
    'DUPLICATE_RECORD',
    'duplicate',
  ])
  const listed = await firm.owner.ok(listAlertChannels, { query: {} })
  assert.ok(!JSON.stringify(listed).includes(made.secret ?? ''))
  const [kept] = await house.sql<{ text: string }>("select encode(sealed, 'escape') as text from ops.alert_channels")
  assert.ok(!kept?.text.includes('whsec_'))
  const events = JSON.stringify(await house.audit(firm.tenantId))
  assert.ok(!events.includes(made.secret ?? '') && !events.includes(hook.url))
  assert.equal((await firm.hr.call(listAlertChannels, { query: {} })).status, 403)
})

test('AU-32 channels are changed under their version, and the last one goes only with typed words', async () => {
  const firm = await house.firm()
  const first = await webhook(firm.owner, 'first')
  const second = await webhook(firm.owner, 'second')
  const params = { id: first.id }
  const changed = await firm.owner.ok(updateAlertChannel, {
    params,
    body: { name: 'renamed', level: 2, expected_version: 1 },
  })
  assert.deepEqual([changed.name, changed.level, changed.version], ['renamed', 2, 2])
  const stale = await firm.owner.call(updateAlertChannel, { params, body: { enabled: false, expected_version: 1 } })
  assert.deepEqual([stale.status, stale.error.error_code], [409, 'REVISION_MISMATCH'])
  const taken = await firm.owner.call(updateAlertChannel, { params, body: { name: 'SECOND' } })
  assert.deepEqual([taken.status, taken.error.error_code], [409, 'DUPLICATE_RECORD'])
  const moved = await firm.owner.call(updateAlertChannel, { params, body: { url: `${hook.url}/other` } })
  assert.deepEqual([moved.status, moved.error.details[0]?.['reason']], [422, 'make_another_channel'])
  assert.equal((await firm.stranger.call(updateAlertChannel, { params, body: { level: 1 } })).status, 404)
  assert.equal((await firm.owner.call(deleteAlertChannel, { params })).status, 204)
  assert.equal((await firm.owner.call(deleteAlertChannel, { params })).status, 404)
  const last = { id: second.id }
  const bare = await firm.owner.call(deleteAlertChannel, { params: last })
  assert.deepEqual([bare.status, bare.error.error_code], [409, 'CONFIRMATION_REQUIRED'])
  const { confirmation_id, phrase } = await firm.owner.ok(createConfirmation, {
    body: { action: 'alert_channel_delete', target: second.id },
  })
  assert.equal(phrase, 'DELETE second')
  const wrong = await firm.owner.call(deleteAlertChannel, {
    params: last,
    body: { confirmation: { confirmation_id, phrase: 'DELETE' } },
  })
  assert.deepEqual([wrong.status, wrong.error.error_code], [409, 'OPS_CONFIRMATION_MISMATCH'])
  assert.equal(
    (await firm.owner.call(deleteAlertChannel, { params: last, body: { confirmation: { confirmation_id, phrase } } }))
      .status,
    204,
  )
  assert.deepEqual((await firm.owner.ok(listAlertChannels, { query: {} })).items, [])
  assert.deepEqual(await actionsOf(firm), [
    'ALERT_CHANNEL_CREATED',
    'ALERT_CHANNEL_CREATED',
    'ALERT_CHANNEL_UPDATED',
    'ALERT_CHANNEL_DELETED',
    'ALERT_CHANNEL_DELETED',
  ])
})

test('AU-32 rules: thresholds are changed in their bounds, and count from the next turn on', async () => {
  const firm = await house.firm()
  const mine = await firm.owner.ok(listAlertRules, {})
  assert.ok(mine.items.every((one) => one.of === 'firm'))
  assert.ok((await house.operator.ok(listAlertRules, {})).items.some((one) => one.key === 'audit_seal_lag'))
  assert.equal((await firm.owner.call(getAlertRule, { params: { key: 'audit_seal_lag' } })).status, 404)
  const params = { key: 'job_dead' as const }
  for (let n = 0; n < 3; n++)
    await house.sql(
      `insert into ops.dead_jobs (tenant_id, queue, job_id, effect_key, error_code, attempts, first_failed_at, last_failed_at, trace_id) values ($1, 'reports.render_pack', gen_random_uuid(), 'tried', 'TRIED', 1, now(), now(), $2)`,
      [firm.tenantId, TRACE],
    )
  await turn()
  assert.deepEqual((await firm.owner.ok(listAlerts, { query: {} })).items, [])
  const changed = await firm.owner.ok(updateAlertRule, {
    params,
    body: { thresholds: { per_hour: 2 }, expected_version: 1 },
  })
  assert.deepEqual([changed.thresholds[0]?.value, changed.version, changed.updated_by?.id], [2, 2, firm.owner.userId])
  await turn()
  assert.deepEqual(
    (await firm.owner.ok(listAlerts, { query: {} })).items.map((one) => [
      one.rule_key,
      one.severity,
      one.detail['in_the_last_hour'],
    ]),
    [['job_dead', 'warning', 3]],
  )
  const stale = await firm.owner.call(updateAlertRule, { params, body: { enabled: false, expected_version: 1 } })
  assert.deepEqual([stale.status, stale.error.error_code], [409, 'REVISION_MISMATCH'])
  const wrong = await firm.owner.call(updateAlertRule, { params, body: { thresholds: { per_hour: -1 } } })
  assert.deepEqual([wrong.status, wrong.error.details[0]?.['reason']], [422, 'out_of_range'])
  const back = await firm.owner.ok(updateAlertRule, { params, body: { thresholds: { per_hour: null } } })
  assert.equal(back.thresholds[0]?.value, 10)
  assert.equal((await firm.owner.call(getAlertRule, { params: { key: 'nothing' as never } })).status, 422)
  assert.deepEqual((await firm.owner.ok(getAlertRule, { params })).version, 3)
})

test('AU-32 a lag must last for its time before it is told; processes tell of their alarms', async () => {
  const { vitals, database } = house.app.services
  vitals.ring('audit_signing_key_missing', true)
  await vitals.flush(database)
  await turn()
  const open = async (): Promise<string[]> =>
    (
      await house.operator.ok(listAlerts, {
        query: {
          tenant_id: house.config.ZENOPS_INTERNAL_TENANT_ID,
          state: ['OPEN'],
          rule_key: ['audit_signing_key_missing'],
        },
      })
    ).items.map((one) => one.rule_key)
  assert.deepEqual(await open(), ['audit_signing_key_missing'])
  vitals.ring('audit_signing_key_missing', false)
  await vitals.leave(database)
  await mend(house.config.ZENOPS_INTERNAL_TENANT_ID)
  assert.deepEqual(await open(), [])
})

test('AU-32 room for exports, requests of people and damaged files are looked at in the database itself', async () => {
  const firm = await house.firm()
  const of = async (): Promise<string[]> =>
    (await firm.owner.ok(listAlerts, { query: {} })).items.map((one) => one.rule_key).sort()
  await turn()
  assert.deepEqual(await of(), [])
  await house.sql(
    `insert into audit.export_jobs (tenant_id, requested_by, status, profile, export_format, compress, columns, from_utc, to_utc, max_bytes,
       max_duration_sec, storage_kind, total_bytes, sha256, completed_at, expires_at, trace_id)
     values ($1, $2, 'DONE', 'bulk', 'json', 'gzip', 'full', now() - interval '1 day', now(), 1024, 5, 'db', $3, repeat('ab', 32), now(),
       now() + interval '1 day', $4)`,
    [firm.tenantId, firm.owner.userId, 7.5 * 1024 ** 3, TRACE],
  )
  await house.sql(
    `insert into privacy.requests (tenant_id, kind, subject_kind, subject_id, requested_by, due_at, trace_id)
     values ($1, 'erasure', 'user', $2, $2, now() - interval '1 minute', $3)`,
    [firm.tenantId, firm.owner.userId, TRACE],
  )
  const { services } = house.app
  services.vitals.count(`export_integrity ${firm.tenantId}`)
  await services.vitals.flush(services.database)
  await turn()
  assert.deepEqual(await of(), ['export_integrity', 'privacy_overdue', 'quota_85'])
  await house.sql('delete from audit.export_jobs where tenant_id = $1', [firm.tenantId])
  await house.sql('delete from privacy.requests where tenant_id = $1', [firm.tenantId])
})

const HOUSE_ALERTS = ['scheduler_healed', 'scheduler_recovery_failed', 'scheduler_task_late'] as const
/** What is open of the scheduler, as `rule:subject severity`. */
const schedulerAlerts = async (): Promise<string[]> => {
  const rows = await house.sql<{ text: string }>(
    `select fingerprint || ' ' || severity as text from ops.alerts where rule_key = any($1) and state <> 'RESOLVED' order by 1`,
    [HOUSE_ALERTS],
  )
  return rows.map((row) => row.text)
}
const resolves = async (): Promise<void> => {
  await passes(31, house.config.ZENOPS_INTERNAL_TENANT_ID)
  await turn()
}
const period = (task: string, kind: 'task' | 'loop', [periodMs, quietSeconds]: readonly [number, number]) =>
  house.sql(
    `insert into ops.scheduler_locks (lock_key, task, kind, cadence, period_ms, expected_ms, last_success_at)
     values ($1, $1, $2, 'law', $3::bigint, 2 * $3::bigint, now() - $4 * interval '1 second')
     on conflict (lock_key) do update set last_success_at = excluded.last_success_at`,
    [task, kind, periodMs, quietSeconds],
  )

test('AU-27 AU-32 a stopped task and a stopped watchdog each alert after two periods, are critical after three, and resolve', async () => {
  const MINUTE = 60_000
  await period('law_minutely', 'task', [MINUTE, 118])
  await period('scheduler_watchdog', 'loop', [30_000, 58])
  await turn()
  assert.deepEqual(await schedulerAlerts(), [])
  await period('law_minutely', 'task', [MINUTE, 121])
  await period('scheduler_watchdog', 'loop', [30_000, 61])
  await turn()
  assert.deepEqual(await schedulerAlerts(), [
    'scheduler_task_late:law_minutely warning',
    'scheduler_task_late:scheduler_watchdog warning',
  ])
  await period('law_minutely', 'task', [MINUTE, 181])
  // A watchdog that somebody paused watches nothing either.
  await house.sql(
    "update ops.scheduler_locks set paused_at = now(), pause_reason = 'paused by a law' where task = 'scheduler_watchdog'",
  )
  await period('scheduler_watchdog', 'loop', [30_000, 91])
  await turn()
  assert.deepEqual(await schedulerAlerts(), [
    'scheduler_task_late:law_minutely critical',
    'scheduler_task_late:scheduler_watchdog critical',
  ])
  await house.sql(
    "update ops.scheduler_locks set last_success_at = now() where task in ('law_minutely', 'scheduler_watchdog')",
  )
  await resolves()
  assert.deepEqual(await schedulerAlerts(), [])
  await house.sql("delete from ops.scheduler_locks where task in ('law_minutely', 'scheduler_watchdog')")
})

test('AU-27 AU-32 a lock that was healed and a listening connection that was replaced alert, and resolve by themselves', async () => {
  const room = lockRoom(house.app.workerOptions())
  await declareAll(room, declarationsOf([], [{ name: 'law_healed', every_ms: 5_000 }]), new Date())
  assert.ok(await acquire(room, 'law_healed', null))
  await house.sql("update ops.scheduler_locks set lease_until = now() - interval '1 s' where lock_key = 'law_healed'")
  await turn()
  assert.deepEqual(await schedulerAlerts(), [])
  assert.equal(await recover(room, 'law_healed'), true)
  const { vitals, database } = house.app.services
  const worker = await startWorker({ ...house.app.workerOptions(), handlers: [], recurring: [], loops: [] })
  await house.sql(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'zenops-liveness' and datname = current_database()",
  )
  const told = "select 1 from ops.instances where minutes::text like '%listener_lost%'"
  for (; (await house.sql(told)).length === 0; await wait(20)) await vitals.flush(database)
  await worker.stop()
  await turn()
  assert.deepEqual(await schedulerAlerts(), ['scheduler_healed:listener warning', 'scheduler_healed:locks warning'])
  const [alert] = await house.sql<{ detail: object }>(
    "select detail from ops.alerts where fingerprint = 'scheduler_healed:locks'",
  )
  assert.deepEqual(alert?.detail, { recoveries: 1, locks: 'law_healed' })
  await house.asSuperuser(
    "update ops.events set occurred_at = occurred_at - interval '16 minutes' where metric_key = $1",
    ['scheduler_lock_recovered'],
  )
  await vitals.leave(database)
  await resolves()
  assert.deepEqual(await schedulerAlerts(), [])
})

test('AU-27 AU-32 three failed recoveries of one lock within a quarter of an hour are critical; spread over an hour they are not', async () => {
  const failed = (minutes: readonly number[]) =>
    house.sql(
      `insert into ops.events (tenant_id, trace_id, event_type, metric_key, dimensions, occurred_at)
       select $1, $2, 'scheduler_lock_recovery_failed', 'scheduler_lock_recovery_failed', '{"about": "law_stuck"}', now() - m * interval '1 minute'
       from unnest($3::int[]) m`,
      [house.config.ZENOPS_INTERNAL_TENANT_ID, TRACE, minutes],
    )
  await failed([55, 40, 20, 2, 1])
  await turn()
  assert.deepEqual(await schedulerAlerts(), [])
  await failed([14])
  await turn()
  assert.deepEqual(await schedulerAlerts(), ['scheduler_recovery_failed:law_stuck critical'])
  await house.asSuperuser('delete from ops.events where metric_key = $1', ['scheduler_lock_recovery_failed'])
  await resolves()
  assert.deepEqual(await schedulerAlerts(), [])
})

test('AU-33 a removed channel comes back switched off, until its time is over or another one has its name', async () => {
  const { owner, valuer, stranger, tenantId } = await house.firm()
  const make = (name: string) =>
    owner.ok(createAlertChannel, { body: { kind: 'email', to: ['ops@example.test'], name } as never }) // defaults stand in
  const [one] = [await make('Desk'), await make('Other')]
  const params = { id: one.id }
  const restore = (actor = owner) => actor.call(restoreAlertChannel, { params })
  assert.equal((await restore()).error.error_code, 'ILLEGAL_TRANSITION')
  await owner.call(deleteAlertChannel, { params })
  const [listed] = (await owner.ok(listDeletedRows, { query: { kind: 'ops.alert_channels' } })).items
  assert.deepEqual([listed?.row_id, listed?.restore_path], [one.id, `/v1/ops/alert-channels/${one.id}/restore`])
  assert.deepEqual([(await restore(valuer)).status, (await restore(stranger)).status], [403, 404])
  const twin = await make('desk')
  assert.equal((await restore()).error.error_code, 'DUPLICATE_RECORD')
  await owner.call(deleteAlertChannel, { params: { id: twin.id } })
  const back = await owner.ok(restoreAlertChannel, { params })
  assert.deepEqual([back.id, back.name, back.enabled], [one.id, 'Desk', false])
  const event = (await house.audit(tenantId)).at(-1)
  assert.deepEqual(
    [event?.action, event?.target.id, event?.['after']],
    ['RECORD_RESTORED', one.id, { kind: 'ops.alert_channels', status: 'live' }],
  )
  await owner.call(deleteAlertChannel, { params })
  await house.sql('update ops.alert_channels set purge_after = now() where id = $1', [one.id])
  assert.equal((await restore()).status, 404)
})
