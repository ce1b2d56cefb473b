import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { listAssignments } from '@zenops/contracts/assignments'
import { createBank, listBanks } from '@zenops/contracts/directory'
import { me } from '@zenops/contracts/identity'
import { applyBlock } from '@zenops/contracts/identity-blocks'
import {
  createServiceToken,
  createTenant,
  listControlTenants,
  listServiceTokens,
  listSupportSessions,
  listTenants,
  revokeServiceToken,
} from '@zenops/contracts/identity-platform'
import { type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { steppedUp } from '../../../test/harness/sessions.ts'
import { assertStudioServiceToken, staticToken } from '../../platform/auth/static-token.ts'
import { Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { studioServiceActor } from '../identity/index.ts'

const ADMIN = 'the-operators-fallback-token-of-tests'
const PREVIOUS = 'the-token-before-it-during-a-rotation'
let house: House
before(async () => {
  house = await openHouse({ STUDIO_ADMIN_TOKEN: ADMIN, STUDIO_ADMIN_TOKEN_PREVIOUS: PREVIOUS })
})
after(() => house.close())

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()
interface Wanted {
  readonly capabilities?: readonly string[]
  readonly tenant_ids?: readonly string[]
  readonly expires_at?: string
}
const order = async (wanted: Wanted) => {
  const operator = await steppedUp(house, house.operator)
  const body = { name: 'importer', capabilities: ['masterdata.read'], expires_at: inDays(30), ...wanted }
  return operator.call(createServiceToken, { body: body as never }) // words of every kind
}
const program = async (wanted: Wanted): Promise<TestActor & { id: string; program: string }> => {
  const { status, body } = await order(wanted)
  assert.equal(status, 201, JSON.stringify(body))
  return { ...house.bearer(body.token, 'web'), id: body.id, program: body.user_id }
}

test('ID-32 a scoped token reads and writes what it lists, in its firm, and rows and events name its user', async () => {
  const firm = await house.firm()
  const importer = await program({
    capabilities: ['masterdata.propose', 'masterdata.write', 'masterdata.read'],
    tenant_ids: [firm.tenantId],
  })
  const key = { 'idempotency-key': uuidv7() }
  const body = { name: 'Program Bank' }
  const bank = await importer.ok(createBank, { body }, key)
  assert.deepEqual(await importer.ok(createBank, { body }, key), bank)
  assert.deepEqual(
    (await importer.ok(listBanks, {})).items.map(({ id }) => id),
    [bank.id],
  )
  const [row] = await house.sql('select tenant_id, created_by from directory.banks where id = $1', [bank.id])
  assert.deepEqual(row, { tenant_id: firm.tenantId, created_by: importer.program })
  const event = (await house.audit(firm.tenantId)).find(({ target }) => target.id === bank.id)
  const actor = event?.['actor'] as Record<string, unknown> | undefined
  assert.deepEqual([actor?.['kind'], actor?.['user_id'], actor?.['aud']], ['service', importer.program, 'service'])
  const [used] = await house.sql(
    'select last_used_at is not null as used, token_sha256 from identity.service_tokens where id = $1',
    [importer.id],
  )
  assert.equal(used?.['used'], true)
  assert.ok(!String(used?.['token_sha256']).includes('zst_'))
  assert.equal((await importer.call(listAssignments, {})).error.details[0]?.['reason'], 'missing_capability')
  assert.deepEqual((await firm.stranger.ok(listBanks, {})).items, [])
})

test('ID-32 a program is no person: person routes and step-up routes refuse it', async () => {
  const firm = await house.firm()
  const blocker = await program({
    capabilities: ['ops.blocks.write', 'control.tenants.write'],
    tenant_ids: [firm.tenantId],
  })
  const replies = [
    await blocker.call(me, {}),
    await blocker.call(listTenants, {}),
    await blocker.call(applyBlock, {
      body: { kind: 'IP', value: '203.0.113.7', reason: 'program', expires_at: inDays(1) },
    }),
    await blocker.call(createTenant, { body: { slug: 'of-a-program', name: 'X' } }),
  ]
  for (const reply of replies)
    assert.deepEqual([reply.status, reply.error.details[0]?.['reason']], [403, 'person_required'])
})

test('ID-32 a token bound to several firms names one of them; a platform token any that is active', async () => {
  const [one, two] = [await house.firm(), await house.firm()]
  const both = await program({ tenant_ids: [one.tenantId, two.tenantId] })
  const unnamed = await both.call(listBanks, {})
  assert.deepEqual([unnamed.status, unnamed.error.details[0]?.['reason']], [422, 'tenant_id_required'])
  await one.owner.ok(createBank, { body: { name: 'First Bank' } })
  const named = (actor: TestActor, id: string) => actor.call(listBanks, {}, { 'x-tenant-id': id })
  assert.equal((await named(both, one.tenantId)).body.items.length, 1)
  assert.equal((await named(both, two.tenantId)).body.items.length, 0)
  const foreign = await named(both, one.stranger.tenantId)
  assert.deepEqual([foreign.status, foreign.error.details[0]?.['reason']], [403, 'tenant_not_bound'])
  const platform = await program({})
  assert.equal((await named(platform, one.tenantId)).body.items.length, 1)
  assert.equal((await platform.call(listBanks, {})).status, 200)
  await house.sql("update identity.tenants set status = 'suspended' where id = $1", [one.tenantId])
  const sibling = await house.neighbour()
  for (const actor of [sibling.at(both), sibling.at(platform)])
    assert.equal((await named(actor, one.tenantId)).error.error_code, 'TENANT_NOT_ENABLED')
  const single = await house.neighbour({ config: { ZENOPS_MULTI_TENANT_ENABLED: false } })
  const bound = await program({ tenant_ids: [two.tenantId] })
  assert.equal((await single.at(bound).call(listBanks, {})).error.error_code, 'TENANT_NOT_ENABLED')
})

test('ID-32 what no token may hold, how long it may live, firms that are not there', async () => {
  for (const capability of [
    'users.write',
    'control.tokens.write',
    'control.support',
    'control.rbac',
    'reports.approve',
    'reports.override',
  ]) {
    const reply = await order({ capabilities: ['masterdata.read', capability] })
    assert.deepEqual(
      [reply.status, reply.error.details],
      [422, [{ path: 'capabilities.1', reason: 'capability_not_allowed', capability }]],
    )
  }
  assert.deepEqual((await order({ expires_at: inDays(366) })).error.details, [
    { path: 'expires_at', reason: 'too_late' },
  ])
  assert.deepEqual((await order({ expires_at: inDays(-1) })).error.details, [
    { path: 'expires_at', reason: 'in_the_past' },
  ])
  assert.equal((await order({ tenant_ids: [uuidv7()] })).status, 404)
  assert.equal((await order({ capabilities: ['no.such'] })).status, 422)
  const twice = await steppedUp(house, house.operator)
  const body = { name: 'once', capabilities: ['masterdata.read'], expires_at: inDays(1) } as never // words of every kind
  const key = { 'idempotency-key': uuidv7() }
  assert.equal((await twice.call(createServiceToken, { body }, key)).status, 201)
  const again = await twice.call(createServiceToken, { body }, key)
  assert.deepEqual([again.status, again.error.details[0]?.['reason']], [409, 'secret_not_replayable'])
})

test('ID-32 a revoked or expired token is dead, in a second process too; lists never show a secret', async () => {
  const importer = await program({ capabilities: ['masterdata.read'] })
  const at = new Date()
  const frozen = await house.neighbour({ clock: { now: () => at } })
  await frozen.app.authenticator.listening
  const there = frozen.at(importer)
  assert.equal((await there.call(listBanks, {})).status, 200)
  const operator = await steppedUp(house, house.operator)
  const live = await operator.ok(listServiceTokens, { query: { live: 'true', q: 'import' } })
  const [listed] = live.items.filter(({ id }) => id === importer.id)
  assert.equal(listed?.name, 'importer')
  assert.ok(!JSON.stringify(live).includes('zst_'))
  assert.equal((await operator.call(revokeServiceToken, { params: { id: importer.id } })).status, 204)
  assert.equal((await operator.call(revokeServiceToken, { params: { id: importer.id } })).status, 204)
  assert.equal((await operator.call(revokeServiceToken, { params: { id: uuidv7() } })).status, 404)
  const until = Date.now() + 5_000
  while ((await there.call(listBanks, {})).status === 200 && Date.now() < until) await wait(25)
  assert.equal((await there.call(listBanks, {})).error.error_code, 'AUTH_INVALID')
  const actions = (await house.audit(house.config.ZENOPS_INTERNAL_TENANT_ID)).filter(
    ({ target }) => target.id === importer.id,
  )
  assert.deepEqual(
    actions.map(({ action }) => action),
    ['SERVICE_TOKEN_CREATED', 'SERVICE_TOKEN_REVOKED'],
  )
  const brief = await program({})
  await house.sql("update identity.service_tokens set expires_at = now() - interval '1 second' where id = $1", [
    brief.id,
  ])
  assert.equal((await brief.call(listBanks, {})).error.error_code, 'AUTH_INVALID')
})

test('ID-32 the admin token opens the control plane alone, named and noted, and no step-up route', async () => {
  const internal = house.config.ZENOPS_INTERNAL_TENANT_ID
  const used = async (): Promise<number> =>
    (await house.audit(internal)).filter(({ action }) => action === 'ADMIN_TOKEN_USED').length
  const start = await used()
  for (const token of [ADMIN, PREVIOUS])
    assert.equal((await house.bearer(token).call(listControlTenants, {})).status, 200)
  const admin = house.bearer(ADMIN)
  assert.equal(
    (await admin.call(createServiceToken, { body: {} as never })).error.details[0]?.['reason'],
    'missing_capability',
  ) // refused before its body is read
  assert.equal((await admin.call(listSupportSessions, {})).error.details[0]?.['capability'], 'control.support')
  assert.equal(await used(), start + 4)
  for (const reply of [
    await admin.call(listTenants, {}),
    await admin.call(me, {}),
    await house.bearer(ADMIN, 'web').call(listBanks, {}),
  ])
    assert.deepEqual([reply.status, reply.error.error_code], [401, 'AUTH_INVALID'])
  assert.equal((await house.bearer(`${ADMIN}x`).call(listControlTenants, {})).error.error_code, 'AUTH_INVALID')
  assert.equal(await used(), start + 4)
  const [row] = await house.sql(
    "select u.kind, m.role from identity.users u join identity.memberships m on m.user_id = u.id where u.name = 'studio-admin-token'",
  )
  assert.deepEqual(row, { kind: 'SERVICE', role: 'OPS' })
  const event = (await house.audit(internal)).find(({ action }) => action === 'ADMIN_TOKEN_USED')
  assert.ok(!JSON.stringify(event).includes(ADMIN))
})

test('ID-32 the billing client’s token: right, wrong, absent, rotated, not configured', () => {
  const config = { STUDIO_SERVICE_TOKEN: 'now'.repeat(12), STUDIO_SERVICE_TOKEN_PREVIOUS: 'old'.repeat(12) }
  const codeOf = (
    headers: Record<string, string>,
    of: Parameters<typeof assertStudioServiceToken>[1] = config,
  ): string => {
    try {
      assertStudioServiceToken(headers, of)
      return 'accepted'
    } catch (error) {
      assert.ok(error instanceof Refusal)
      return `${error.status} ${error.code}`
    }
  }
  assert.equal(codeOf({ 'x-service-token': 'now'.repeat(12) }), 'accepted')
  assert.equal(codeOf({ 'x-service-token': ` ${'old'.repeat(12)} ` }), 'accepted')
  assert.equal(codeOf({ authorization: `Bearer ${'now'.repeat(12)}` }), 'accepted')
  assert.equal(codeOf({ 'x-service-token': 'wrong' }), '401 INVALID_STUDIO_SERVICE_TOKEN')
  assert.equal(codeOf({}), '401 INVALID_STUDIO_SERVICE_TOKEN')
  const off = { STUDIO_SERVICE_TOKEN: undefined, STUDIO_SERVICE_TOKEN_PREVIOUS: undefined }
  assert.equal(codeOf({ 'x-service-token': 'now' }, off), '401 STUDIO_SERVICE_TOKEN_NOT_CONFIGURED')
  assert.deepEqual(
    [
      staticToken('', undefined).configured,
      staticToken('', undefined).matches(''),
      staticToken('a', undefined).matches('a'),
    ],
    [false, false, true],
  )
  const actor = studioServiceActor(house.config.ZENOPS_INTERNAL_TENANT_ID)
  assert.deepEqual([...actor.capabilities.keys()], ['billing.read', 'billing.usage.write'])
  assert.deepEqual([actor.kind, actor.aud], ['service', 'service'])
})

test('ID-33 over the rate the control plane answers 429, with and without a token, counted over two processes', async () => {
  const limits = { config: { CONTROL_RATE_LIMIT_RPM: 6, STUDIO_ADMIN_TOKEN: ADMIN } }
  const [one, two] = [await house.neighbour(limits), await house.neighbour(limits)]
  await house.sql('delete from ops.rate_paces')
  const first = await one.at(house.anon).call(listControlTenants, {})
  assert.deepEqual([first.status, first.headers['ratelimit-limit']], [401, '6'])
  const second = await two.at({ ...house.operator, userId: '' }).call(listControlTenants, {})
  assert.deepEqual([second.status, second.error.error_code], [429, 'RATE_LIMITED'])
  assert.equal(second.error.details[0]?.['reason'], 'control_rate_limit')
  assert.ok(Number(second.headers['retry-after']) >= 1 && Number(second.headers['retry-after']) <= 10)
  assert.deepEqual(
    [second.headers['ratelimit-limit'], second.headers['ratelimit-remaining'], second.headers['ratelimit-reset']],
    ['6', '0', second.headers['retry-after']],
  )
  assert.notEqual((await two.at(house.operator).call(listTenants, {})).status, 429)
})

test('ID-33 a principal is counted beside his address', async () => {
  const limited = await house.neighbour({ config: { CONTROL_RATE_LIMIT_RPM: 6 } })
  await house.sql('delete from ops.rate_paces')
  assert.equal((await limited.at(house.operator).call(listControlTenants, {})).status, 200)
  await house.sql("delete from ops.rate_paces where key like 'rl:control:address:%'")
  const fresh = await house.neighbour({ config: { CONTROL_RATE_LIMIT_RPM: 6 } })
  assert.equal((await fresh.at(house.operator).call(listControlTenants, {})).status, 429)
  const keys = await house.sql<{ key: string }>('select key from ops.rate_paces order by key')
  assert.deepEqual(
    keys.map(({ key }) => key),
    [`rl:control:address:127.0.0.1`, `rl:control:person:${house.operator.userId}`],
  )
})
