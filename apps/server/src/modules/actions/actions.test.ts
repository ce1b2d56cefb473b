import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { applyBlock, createConfirmation } from '@zenops/contracts/identity-blocks'
import { me } from '@zenops/contracts/identity'
import { register, startGuest } from '@zenops/contracts/identity-entry'
import {
  compareRollback,
  getRollback,
  listKillSwitches,
  listRollbacks,
  listRollbackTargets,
  setKillSwitch,
  setProviderSwitch,
  startRollback,
} from '@zenops/contracts/ops-actions'
import { createRuleset, listRulesets, publishRuleset } from '@zenops/contracts/reports-rules'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { steppedUp } from '../../../test/harness/sessions.ts'
import { timesRefused } from '../../../test/harness/refusals.ts'

let house: House
let operator: TestActor
before(async () => {
  house = await openHouse()
  operator = await steppedUp(house, house.operator)
})
after(() => house.close())

const reason = 'the provider sends nonsense'
type Confirmed = { confirmation_id: string; phrase: string }
type Action = 'kill_switch_enable' | 'kill_switch_disable' | 'rollback'
const confirmed = async (actor: TestActor, action: Action, target: string): Promise<Confirmed> => {
  const { confirmation_id, phrase } = await actor.ok(createConfirmation, { body: { action, target } })
  return { confirmation_id, phrase }
}
const opened = async (): Promise<Firm> => {
  const firm = await house.firm()
  await steppedUp(house, firm.owner)
  return firm
}
const cut = async (
  actor: TestActor,
  key: 'exports' | 'signup' | 'outbox.mail' | 'portal.intake',
  tenant_id?: string,
) => {
  const target = actor === operator && tenant_id ? `${key}/${tenant_id}` : key
  const confirmation = await confirmed(actor, 'kill_switch_enable', target)
  const firm = tenant_id === undefined ? {} : { tenant_id }
  return actor.call(setKillSwitch, {
    params: { key },
    body: { action: 'enable', reason, effective_seconds: 600, confirmation, ...firm },
  })
}
const restore = async (
  actor: TestActor,
  key: 'exports' | 'signup' | 'outbox.mail' | 'portal.intake',
  tenant_id?: string,
) => {
  const target = actor === operator && tenant_id ? `${key}/${tenant_id}` : key
  const confirmation = await confirmed(actor, 'kill_switch_disable', target)
  const firm = tenant_id === undefined ? {} : { tenant_id }
  return actor.call(setKillSwitch, { params: { key }, body: { action: 'disable', reason, confirmation, ...firm } })
}
const audited = async (tenantId: string, action: string) =>
  (await house.audit(tenantId)).filter((event) => event.action === action)
const expire = async (): Promise<void> => {
  const loop = house.app.loops.find((one) => one.name === 'kill_switch_expiry')
  assert.ok(loop)
  const { services } = house.app
  await loop.turn?.({
    services,
    log: services.log,
    actor: await workerIn(house.config.ZENOPS_INTERNAL_TENANT_ID),
    traceId: '0af7651916cd43dd8448eb211c80319d',
    signal: AbortSignal.timeout(10_000),
    fenced: () => Promise.reject(new Error('writes nothing under its lock')),
  })
}
const workerIn = async (tenantId: string) => {
  const { systemActor } = await import('../../platform/auth/actor.ts')
  return systemActor(tenantId, house.app.workerOptions().workerUserId, new Map())
}

test('AU-24 the right words do the act once; wrong, used, foreign, late and other ones do not, and leave their event', async () => {
  const firm = await opened()
  const other = await steppedUp(house, await house.member(firm.tenantId, 'super_admin'))
  const tried = async (
    actor: TestActor,
    confirmation: Confirmed | undefined,
    key: 'exports' | 'signup' = 'exports',
  ) => {
    const body = {
      action: 'enable' as const,
      reason,
      effective_seconds: 600,
      ...(confirmation ? { confirmation } : {}),
    }
    const reply = await actor.call(setKillSwitch, { params: { key }, body })
    return [reply.status, reply.error.error_code]
  }
  const good = await confirmed(firm.owner, 'kill_switch_enable', 'exports')
  assert.equal(good.phrase, 'CUT OFF exports')
  assert.deepEqual(await tried(firm.owner, undefined), [409, 'CONFIRMATION_REQUIRED'])
  const refused = [409, 'OPS_CONFIRMATION_MISMATCH']
  assert.deepEqual(await tried(firm.owner, { ...good, phrase: 'cut off exports' }), refused)
  assert.deepEqual(await tried(other, good), refused)
  assert.deepEqual(await tried(firm.owner, good, 'signup'), refused)
  const turned = await confirmed(firm.owner, 'kill_switch_disable', 'exports')
  assert.deepEqual(await tried(firm.owner, turned), refused)
  const late = await confirmed(firm.owner, 'kill_switch_enable', 'exports')
  await house.sql(`update ops.confirmations set expires_at = now() - interval '1 second' where id = $1`, [
    late.confirmation_id,
  ])
  assert.deepEqual(await tried(firm.owner, late), refused)
  assert.equal(await timesRefused(house, firm.tenantId, 'OPS_CONFIRMATION_REFUSED'), 5)
  const done = await firm.owner.call(setKillSwitch, {
    params: { key: 'exports' },
    body: { action: 'enable', reason, effective_seconds: 600, confirmation: { ...good, phrase: `  ${good.phrase} ` } },
  })
  assert.equal(done.status, 200)
  assert.equal((await restore(firm.owner, 'exports')).status, 200)
  assert.deepEqual(await tried(firm.owner, good), refused)
})

test('AU-24 words are drawn only for who may do the act, and for targets that there are', async () => {
  const firm = await opened()
  const drawn = async (actor: TestActor, action: Action, target: string) => {
    const reply = await actor.call(createConfirmation, { body: { action, target } })
    return [reply.status, reply.error.details?.[0]?.['reason']]
  }
  assert.deepEqual(await drawn(firm.opsManager, 'kill_switch_enable', 'exports'), [403, 'missing_capability'])
  assert.deepEqual(await drawn(firm.owner, 'kill_switch_enable', 'everything'), [422, 'no_such_switch'])
  assert.deepEqual(await drawn(firm.owner, 'kill_switch_enable', `exports/${firm.stranger.tenantId}`), [
    404,
    'not_found',
  ])
  assert.deepEqual(await drawn(firm.owner, 'rollback', 'nothing'), [422, 'invalid_format'])
  const [slug] = await house.sql<{ slug: string }>('select slug from identity.tenants where id = $1', [firm.tenantId])
  const words = await confirmed(operator, 'kill_switch_enable', `exports/${firm.tenantId}`)
  assert.equal(words.phrase, `CUT OFF exports FOR ${slug?.slug}`)
})

test('AU-25 of two who switch at once one does, and the other is told so', async () => {
  const firm = await opened()
  for (let round = 0; round < 5; round++) {
    const replies = await Promise.all([
      cut(firm.owner, 'exports'),
      cut(firm.owner, 'exports'),
      cut(firm.owner, 'exports'),
    ])
    assert.deepEqual(replies.map((one) => one.status).sort(), [200, 409, 409])
    assert.equal((await restore(firm.owner, 'exports')).status, 200)
  }
  assert.equal((await audited(firm.tenantId, 'OPS_KILL_SWITCH_CHANGED')).length, 10)
})

test('AU-25 a switch is known to every process at once, says what it is, and conflicts with itself', async () => {
  const firm = await opened()
  const second = await house.neighbour()
  const isOff = async (tenantId: string): Promise<(string | null)[]> => [
    await house.app.services.switches.offUntil('exports', tenantId),
    await second.app.services.switches.offUntil('exports', tenantId),
  ]
  assert.deepEqual(await isOff(firm.tenantId), [null, null])
  const reply = await cut(firm.owner, 'exports')
  assert.equal(reply.status, 200)
  const { state, scope_tenant_id, effective_until, changed_by, version } = reply.body
  assert.deepEqual([state, scope_tenant_id, changed_by?.id, version], ['ENABLED', firm.tenantId, firm.owner.userId, 1])
  const heard = async (): Promise<boolean> => (await isOff(firm.tenantId)).every((until) => until === effective_until)
  for (let n = 0; n < 100 && !(await heard()); n++) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.ok(await heard())
  assert.deepEqual(await isOff(firm.stranger.tenantId), [null, null])
  await assert.rejects(house.app.services.switches.assertOn('exports', firm.tenantId), {
    code: 'FEATURE_SWITCHED_OFF',
    status: 503,
  })
  const twice = await cut(firm.owner, 'exports')
  assert.deepEqual([twice.status, twice.error.error_code], [409, 'OPS_SWITCH_CONFLICT'])
  const items = (await firm.owner.ok(listKillSwitches, { query: {} })).items.filter((one) => one.key === 'exports')
  assert.deepEqual(
    items.map((one) => [one.scope_tenant_id, one.state]),
    [
      [null, 'DISABLED'],
      [firm.tenantId, 'ENABLED'],
    ],
  )
  assert.equal((await restore(firm.owner, 'exports')).status, 200)
  const again = await restore(firm.owner, 'exports')
  assert.deepEqual([again.status, again.error.error_code], [409, 'OPS_SWITCH_CONFLICT'])
  const events = await audited(firm.tenantId, 'OPS_KILL_SWITCH_CHANGED')
  assert.deepEqual(
    events.map((event) => [event.target.id, (event['after'] as { state: string }).state, event['reason']]),
    [
      [`exports/${firm.tenantId}`, 'ENABLED', reason],
      [`exports/${firm.tenantId}`, 'DISABLED', reason],
    ],
  )
  const counted = await house.sql<{ action: string }>(
    `select dimensions ->> 'action' as action from ops.events where tenant_id = $1 and metric_key = 'kill_switch_changed' order by id`,
    [firm.tenantId],
  )
  assert.deepEqual(
    counted.map((row) => row.action),
    ['enable', 'disable'],
  )
})

test('AU-44 the switch of a model provider asks for the typed words, and conflicts with itself', async () => {
  const firm = await opened()
  const set = (action: 'enable' | 'disable', confirmation?: Confirmed) =>
    firm.owner.call(setProviderSwitch, {
      params: { provider: 'acme-models' },
      body: { action, reason, effective_seconds: 600, ...(confirmation ? { confirmation } : {}) },
    })
  const words = () => confirmed(firm.owner, 'kill_switch_enable', 'llm.provider.acme-models')
  const without = await set('enable')
  assert.deepEqual([without.status, without.error.error_code], [409, 'CONFIRMATION_REQUIRED'])
  const wrong = await set('enable', { ...(await words()), phrase: 'CUT OFF something else' })
  assert.deepEqual([wrong.status, wrong.error.error_code], [409, 'OPS_CONFIRMATION_MISMATCH'])
  const done = await set('enable', await words())
  assert.deepEqual([done.status, done.body.key, done.body.state], [200, 'llm.provider.acme-models', 'ENABLED'])
  const twice = await set('enable', await words())
  assert.deepEqual([twice.status, twice.error.error_code], [409, 'OPS_SWITCH_CONFLICT'])
})

test('AU-25 a lost notice costs seconds, not the switch: what is remembered grows old by itself', async () => {
  let time = Date.now()
  const deaf = await house.neighbour({ clock: { now: () => new Date(time) } })
  await deaf.app.authenticator.listening
  const firm = await opened()
  assert.equal(await deaf.app.services.switches.offUntil('signup', firm.tenantId), null)
  await house.sql('alter table ops.kill_switches disable trigger user')
  try {
    assert.equal((await cut(firm.owner, 'signup')).status, 200)
  } finally {
    await house.sql('alter table ops.kill_switches enable trigger user')
  }
  assert.equal(await deaf.app.services.switches.offUntil('signup', firm.tenantId), null)
  time += 5_000
  assert.notEqual(await deaf.app.services.switches.offUntil('signup', firm.tenantId), null)
  time = Date.now() + 601_000
  assert.equal(await deaf.app.services.switches.offUntil('signup', firm.tenantId), null)
})

test('AU-25 a switch ends by itself, with its own event in the log of its firm, once', async () => {
  const firm = await opened()
  assert.equal((await cut(firm.owner, 'exports')).status, 200)
  await expire()
  assert.equal((await audited(firm.tenantId, 'OPS_KILL_SWITCH_EXPIRED')).length, 0)
  await house.sql(
    `update ops.kill_switches set effective_until = now() - interval '1 second' where scope_tenant_id = $1`,
    [firm.tenantId],
  )
  const shown = (await firm.owner.ok(listKillSwitches, { query: {} })).items.find(
    (one) => one.scope_tenant_id === firm.tenantId && one.key === 'exports',
  )
  assert.equal(shown?.state, 'DISABLED')
  await expire()
  await expire()
  const [event, ...more] = await audited(firm.tenantId, 'OPS_KILL_SWITCH_EXPIRED')
  assert.deepEqual([event?.target.id, more], [`exports/${firm.tenantId}`, []])
  const [row] = await house.sql(
    'select state, changed_by, effective_until from ops.kill_switches where scope_tenant_id = $1',
    [firm.tenantId],
  )
  assert.deepEqual(row, { state: 'DISABLED', changed_by: null, effective_until: null })
})

test('AU-25 what a switch takes and what it does not', async () => {
  const firm = await opened()
  const tried = async (actor: TestActor, body: object, key = 'exports') => {
    const reply = await actor.call(setKillSwitch, { params: { key: key as never }, body: { reason, ...body } as never }) // wrong ones, on purpose
    return [
      reply.status,
      reply.error.error_code,
      reply.error.details?.[0]?.['path'],
      reply.error.details?.[0]?.['reason'],
    ]
  }
  assert.deepEqual(await tried(firm.owner, { action: 'enable' }), [
    422,
    'VALIDATION_FAILED',
    'effective_seconds',
    'required',
  ])
  assert.deepEqual(await tried(firm.owner, { action: 'disable', effective_seconds: 60 }), [
    422,
    'VALIDATION_FAILED',
    'effective_seconds',
    'not_allowed',
  ])
  assert.deepEqual((await tried(firm.owner, { action: 'enable', effective_seconds: 59 })).slice(0, 3), [
    422,
    'VALIDATION_FAILED',
    'effective_seconds',
  ])
  assert.deepEqual((await tried(firm.owner, { action: 'enable', effective_seconds: 86_401 })).slice(0, 3), [
    422,
    'VALIDATION_FAILED',
    'effective_seconds',
  ])
  assert.deepEqual(
    (await tried(firm.owner, { action: 'enable', effective_seconds: 60, reason: 'short' })).slice(0, 3),
    [422, 'VALIDATION_FAILED', 'reason'],
  )
  assert.equal((await tried(firm.owner, { action: 'enable', effective_seconds: 60 }, 'everything'))[0], 422)
  assert.deepEqual(
    (await tried(firm.owner, { action: 'enable', effective_seconds: 60, tenant_id: firm.stranger.tenantId })).slice(
      0,
      2,
    ),
    [404, 'NOT_FOUND'],
  )
  const foreign = await firm.owner.call(listKillSwitches, { query: { tenant_id: firm.stranger.tenantId } })
  assert.deepEqual([foreign.status, foreign.error.details[0]?.['reason']], [403, 'tenant_scope'])
  const confirmation = await confirmed(operator, 'kill_switch_enable', 'llm.provider.acme')
  const provider = await operator.ok(setProviderSwitch, {
    params: { provider: 'acme' },
    body: { action: 'enable', reason, effective_seconds: 60, confirmation },
  })
  assert.deepEqual([provider.key, provider.scope_tenant_id, provider.state], ['llm.provider.acme', null, 'ENABLED'])
  assert.notEqual(await house.app.services.switches.offUntil('llm.provider.acme', firm.tenantId), null)
})

test('AU-25 sign-up and guests are refused with 503 and Retry-After while they are cut off', async () => {
  const firm = await opened()
  await house.sql(`update identity.tenants set registration = 'open' where id = $1`, [firm.tenantId])
  const [slug] = await house.sql<{ slug: string }>('select slug from identity.tenants where id = $1', [firm.tenantId])
  const portal = { ...house.anon, call: house.bearer('', 'portal').call }
  const asks = (): ReturnType<typeof portal.call> =>
    portal.call(register, {
      body: { email: `a-${randomUUID()}@test.zenops.local`, name: 'Asha', firm: slug?.slug ?? '' },
    })
  const visits = () => portal.call(startGuest, { body: { firm: slug?.slug ?? '' } })
  assert.deepEqual([(await asks()).status, (await visits()).status], [202, 201])
  for (const key of ['signup', 'portal.intake'] as const) assert.equal((await cut(firm.owner, key)).status, 200)
  const refused = await asks()
  assert.deepEqual(
    [refused.status, refused.error.error_code, refused.error.details[0]?.['key']],
    [503, 'FEATURE_SWITCHED_OFF', 'signup'],
  )
  assert.ok(Number(refused.headers['retry-after']) > 0)
  assert.deepEqual([(await visits()).status, (await visits()).error.details[0]?.['key']], [503, 'portal.intake'])
  for (const key of ['signup', 'portal.intake'] as const) assert.equal((await restore(firm.owner, key)).status, 200)
  assert.equal((await asks()).status, 202)
})

test('AU-25 mails that are cut off wait in the outbox, and none is lost', async () => {
  const firm = await opened()
  assert.equal((await cut(firm.owner, 'outbox.mail')).status, 200)
  const { database, mail } = house.app.services
  const scope = { role: 'zen_web', tenantId: firm.tenantId, userId: firm.owner.userId, aud: 'web' } as const
  const message = {
    tenantId: firm.tenantId,
    userId: null,
    to: 'held@test.zenops.local',
    template: 'ops_alert',
    variables: { head: 'Held', facts: 'law' },
    traceId: '0af7651916cd43dd8448eb211c80319d',
  } as const
  const id = await database.transact(scope, (tx) => mail.queue(tx, message))
  await house.runJobs()
  const stateOf = async () =>
    (await house.sql('select status, hold_reason from notifications.outbox where id = $1', [id]))[0]
  assert.deepEqual(await stateOf(), { status: 'queued', hold_reason: 'switched_off' })
  assert.equal((await restore(firm.owner, 'outbox.mail')).status, 200)
  await house.sql(`update notifications.outbox set next_attempt_at = now() - interval '1 minute' where id = $1`, [id])
  await house.jobsDue()
  await house.runJobs()
  assert.deepEqual(await stateOf(), { status: 'sent', hold_reason: null })
})

test('AU-25 a block of a person ends his sessions on the other process within seconds', async () => {
  const firm = await opened()
  const second = await house.neighbour()
  assert.equal((await second.at(firm.valuer).call(me, {})).status, 200)
  const expires_at = new Date(Date.now() + 3_600_000).toISOString()
  await firm.owner.ok(applyBlock, { body: { kind: 'ACCOUNT', user_id: firm.valuer.userId, reason, expires_at } })
  const shut = async (): Promise<boolean> => (await second.at(firm.valuer).call(me, {})).status !== 200
  for (let n = 0; n < 100 && !(await shut()); n++) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.ok(await shut())
  const [event] = await audited(firm.tenantId, 'OPS_BLOCK_APPLIED')
  assert.deepEqual(event?.['before'], { status: 'INACTIVE' })
  const counted = await house.sql(
    `select 1 from ops.events where tenant_id = $1 and metric_key = 'ops_block_applied'`,
    [firm.tenantId],
  )
  assert.equal(counted.length, 1)
})

const rulesOf = async (firm: Firm): Promise<string> => {
  const made = await firm.owner.ok(createRuleset, { body: { version: 'firm-2', params: {} as never } }) // parameters left out stay as they are
  await firm.owner.ok(publishRuleset, { params: { id: made.id } })
  return made.id
}
const inForce = async (firm: Firm): Promise<(string | undefined)[]> =>
  (await firm.owner.ok(listRulesets, { query: { in_force: 'true' } })).items.map((one) => one.version)
const goBack = async (firm: Firm, to_version: string, target_id = firm.tenantId) => {
  const actor = firm.owner
  const confirmation = await confirmed(actor, 'rollback', `bank_ruleset/${target_id}/${to_version}`)
  return actor.call(
    startRollback,
    { body: { target_type: 'bank_ruleset', target_id, to_version, reason, confirmation } },
    { 'idempotency-key': randomUUID() },
  )
}

test('AU-25 a rollback puts the older rules in force in one step, and shows what that changes', async () => {
  const firm = await opened()
  await rulesOf(firm)
  assert.deepEqual(await inForce(firm), ['firm-2'])
  const [target] = (await firm.owner.ok(listRollbackTargets, {})).items
  assert.deepEqual(
    [target?.target_type, target?.target_id, target?.current_version, target?.versions.map((one) => one.version)],
    ['bank_ruleset', firm.tenantId, 'firm-2', ['firm-2', 'std-1']],
  )
  const params = { target_type: 'bank_ruleset' as const, target_id: firm.tenantId }
  const { from_version, to_version, changes } = await firm.owner.ok(compareRollback, {
    params,
    query: { to_version: 'std-1' },
  })
  assert.deepEqual([from_version, to_version, changes.length > 0], ['firm-2', 'std-1', true])
  const asked = await goBack(firm, 'std-1')
  assert.deepEqual([asked.status, asked.body.status], [202, 'REQUESTED'])
  assert.deepEqual(await inForce(firm), ['firm-2'])
  await house.runJobs()
  assert.deepEqual(await inForce(firm), ['std-1'])
  const done = await firm.owner.ok(getRollback, { params: { id: asked.body.rollback_id } })
  assert.deepEqual(
    [done.status, done.from_version, done.to_version, done.requested_by?.id],
    ['APPLIED', 'firm-2', 'std-1', firm.owner.userId],
  )
  assert.equal((await audited(firm.tenantId, 'OPS_ROLLBACK_REQUESTED')).length, 1)
  assert.equal((await audited(firm.tenantId, 'OPS_ROLLBACK_APPLIED')).length, 1)
  const counted = await house.sql(`select 1 from ops.events where tenant_id = $1 and metric_key = 'rollback_applied'`, [
    firm.tenantId,
  ])
  assert.equal(counted.length, 1)
})

test('AU-25 only an approved older version of something real is a target', async () => {
  const firm = await opened()
  await rulesOf(firm)
  const draft = await firm.owner.ok(createRuleset, { body: { version: 'draft-3', params: {} as never } }) // likewise
  const reasonOf = async (work: ReturnType<typeof goBack>): Promise<unknown[]> => {
    const reply = await work
    return [reply.status, reply.error.error_code, reply.error.details[0]?.['reason']]
  }
  const invalid = (why: string): unknown[] => [409, 'OPS_ROLLBACK_INVALID_TARGET', why]
  assert.deepEqual(await reasonOf(goBack(firm, 'firm-2')), invalid('not_an_older_version'))
  assert.deepEqual(await reasonOf(goBack(firm, draft.version)), invalid('not_an_older_version'))
  assert.deepEqual(await reasonOf(goBack(firm, 'std-9')), invalid('not_an_older_version'))
  assert.deepEqual(await reasonOf(goBack(firm, 'std-1', firm.stranger.tenantId)), invalid('no_such_target'))
  const words = await confirmed(firm.owner, 'rollback', 'report_template/x/1')
  const nothing = await firm.owner.call(
    startRollback,
    { body: { target_type: 'report_template', target_id: 'x', to_version: '1', reason, confirmation: words } },
    { 'idempotency-key': randomUUID() },
  )
  assert.deepEqual([nothing.status, nothing.error.details[0]?.['reason']], [409, 'no_versions'])
  const unknown = await firm.owner.call(compareRollback, {
    params: { target_type: 'bank_ruleset', target_id: firm.tenantId },
    query: { to_version: 'std-9' },
  })
  assert.deepEqual([unknown.status, unknown.error.error_code], [409, 'OPS_ROLLBACK_INVALID_TARGET'])
  const bare = await firm.owner.call(
    startRollback,
    { body: { target_type: 'bank_ruleset', target_id: firm.tenantId, to_version: 'std-1', reason } },
    { 'idempotency-key': randomUUID() },
  )
  assert.deepEqual([bare.status, bare.error.error_code], [409, 'CONFIRMATION_REQUIRED'])
  const wrong = {
    ...(await confirmed(firm.owner, 'rollback', `bank_ruleset/${firm.tenantId}/std-1`)),
    phrase: 'ROLL BACK',
  }
  const mismatch = await firm.owner.call(
    startRollback,
    {
      body: { target_type: 'bank_ruleset', target_id: firm.tenantId, to_version: 'std-1', reason, confirmation: wrong },
    },
    { 'idempotency-key': randomUUID() },
  )
  assert.deepEqual([mismatch.status, mismatch.error.error_code], [409, 'OPS_CONFIRMATION_MISMATCH'])
  assert.equal((await firm.owner.call(getRollback, { params: { id: randomUUID() } })).status, 404)
})

test('AU-25 of two rollbacks of one thing one runs; one that was overtaken fails and says so', async () => {
  const firm = await opened()
  await rulesOf(firm)
  const first = await goBack(firm, 'std-1')
  const second = await goBack(firm, 'std-1')
  assert.deepEqual([first.status, second.status, second.error.error_code], [202, 409, 'CONFLICT'])
  const newer = await firm.owner.ok(createRuleset, { body: { version: 'firm-3', params: {} as never } }) // likewise
  await firm.owner.ok(publishRuleset, { params: { id: newer.id } })
  await house.runJobs()
  assert.deepEqual(await inForce(firm), ['firm-3'])
  const { items } = await firm.owner.ok(listRollbacks, { query: { status: ['FAILED'] } })
  assert.deepEqual(
    items.map((one) => [one.rollback_id, one.error_code]),
    [[first.body.rollback_id, 'version_moved']],
  )
  assert.equal((await audited(firm.tenantId, 'OPS_ROLLBACK_FAILED')).length, 1)
})
