import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { login } from '@zenops/contracts/identity'
import {
  createControlTenant,
  createTenant,
  deleteTenant,
  getTenant,
  listControlTenants,
  listTenants,
  onboard,
  restoreTenant,
  updateTenant,
} from '@zenops/contracts/identity-platform'
import type { Operation } from '@zenops/contracts/kit'
import { type TenantField, tenantFieldsOf } from '@zenops/contracts/tenant-fields'
import { addressOf, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { steppedUp } from '../../../test/harness/sessions.ts'
import { ghostParams } from '../../../test/laws/callers.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { bootstrap, BootstrapError } from './bootstrap.ts'

const ADMIN_TOKEN = 'the-operators-fallback-token-of-tests'
let house: House
let single: House
before(async () => {
  house = await openHouse()
  single = await openHouse({ ZENOPS_MULTI_TENANT_ENABLED: '0', STUDIO_ADMIN_TOKEN: ADMIN_TOKEN })
})
after(async () => {
  await house.close()
  await single.close()
})

const slug = (): string => `firm-${uuidv7().slice(-12)}`
const made = async (operator: TestActor) =>
  operator.ok(createTenant, { body: { slug: slug(), name: 'Rao Valuers', time_zone: 'Asia/Kolkata' } })
const actionsOf = async (tenantId: string): Promise<string[]> =>
  (await house.audit(tenantId)).map((event) => event.action)

test('ID-01 founding three times makes two tenants and two people, doubles nothing and resets nothing', async () => {
  const fresh = await openHouse()
  try {
    const database = fresh.app.services.database
    const state = (): Promise<object[]> =>
      fresh.sql(`select id::text, name, version::text, slug as detail from identity.tenants
        union all select id::text, name, version::text, kind || coalesce(email::text, '') from identity.users
        union all select user_id::text, role, version::text, status from identity.memberships
        union all select user_id::text, job_template, role, '' from identity.membership_job_templates order by 1, 2`)
    await fresh.sql("update identity.users set name = 'Asha Rao' where id = '33333333-3333-3333-3333-333333333333'")
    const before = await state()
    for (const _ of [2, 3]) assert.deepEqual(await bootstrap(database, fresh.config, fresh.app.passwords), [])
    assert.deepEqual(await state(), before)
    const people = await fresh.sql("select 1 from identity.users where kind = 'PERSON'")
    assert.equal(people.length, 2)
    assert.equal((await fresh.sql('select 1 from identity.tenants')).length, 2)
    for (const changed of [
      { ZENOPS_INTERNAL_TENANT_ID: uuidv7() },
      { ZENOPS_EXTERNAL_TENANT_ID: uuidv7() },
      { ZENOPS_INTERNAL_TENANT_ID: fresh.config.ZENOPS_EXTERNAL_TENANT_ID },
    ]) {
      await assert.rejects(bootstrap(database, { ...fresh.config, ...changed }, fresh.app.passwords), BootstrapError)
    }
  } finally {
    await fresh.close()
  }
})

test('ID-01 without a password each first administrator gets one invitation, and no second while it lives', async () => {
  const fresh = await openHouse({ BOOTSTRAP_RBAC_APPROVALS: '1' })
  try {
    await fresh.sql(
      'delete from identity.auth_refresh_tokens; delete from identity.auth_families; delete from identity.auth_credentials',
    )
    await fresh.sql(
      "delete from identity.membership_job_templates; delete from identity.memberships; delete from identity.users where kind = 'PERSON'",
    )
    const { BOOTSTRAP_ADMIN_PASSWORD: _, ...config } = fresh.config
    const found = (): ReturnType<typeof bootstrap> =>
      bootstrap(fresh.app.services.database, config, fresh.app.passwords)
    const invitations = await found()
    assert.deepEqual(
      invitations.map(({ email, surface }) => [email, surface]),
      [
        ['internal-admin@zenops.local', 'web'],
        ['studio-admin@zenops.local', 'studio'],
      ],
    )
    assert.ok(invitations.every(({ token }) => /^[\w-]{43}$/.test(token)))
    const waiting = await fresh.sql<{ status: string }>(
      "select status from identity.memberships where role <> 'OPS' or user_id::text like '4%'",
    )
    assert.deepEqual(
      waiting.map(({ status }) => status),
      ['invited', 'invited'],
    )
    assert.deepEqual(await found(), [])
    await fresh.sql("update identity.auth_links set expires_at = now() - interval '1 minute'")
    assert.equal((await found()).length, 2)
    const [approvals] = await fresh.sql<{ rbac_approvals: number }>(
      "select rbac_approvals from identity.tenants where lane = 'internal'",
    )
    assert.equal(approvals?.rbac_approvals, 1)
  } finally {
    await fresh.close()
  }
})

test('ID-02 with the flag off a sign-in that names another firm is refused before anything is looked up', async () => {
  const body = { email: 'nobody@test.zenops.local', password: 'a long enough phrase' }
  const other = await single.anon.call(login, { body: { aud: 'web', ...body, tenant_id: uuidv7() } })
  assert.deepEqual([other.status, other.error.error_code], [403, 'TENANT_NOT_ENABLED'])
  const external = single.config.ZENOPS_EXTERNAL_TENANT_ID
  const lane = await single.anon.call(login, { body: { aud: 'web', ...body, tenant_id: external } })
  assert.equal(lane.error.error_code, 'TENANT_NOT_ENABLED')
  const home = await single.anon.call(login, { body: { aud: 'web', ...body } })
  assert.equal(home.error.error_code, 'AUTH_INVALID')
  const portal = await single.anon.call(login, { body: { aud: 'portal', ...body, tenant_id: uuidv7() } })
  assert.equal(portal.error.error_code, 'AUTH_INVALID')
  const named = await single.anon.call(login, {
    body: { aud: 'web', email: 'internal-admin@zenops.local', password: 'the founding phrase of tests' },
  })
  assert.ok(named.status === 200 || named.status === 202, JSON.stringify(named.body))
})

test('ID-03 with the flag off no firm is made, removed or restored, whoever asks with whatever body', async () => {
  const { ZENOPS_INTERNAL_TENANT_ID: home } = single.config
  const people = [
    await single.member(home, 'super_admin'),
    await single.member(home, 'valuer'),
    await single.member(home, 'super_admin', 'studio'),
    single.operator,
  ]
  const wire = { params: { id: uuidv7() }, body: { nonsense: true } } as never // what no schema takes
  for (const operation of [createTenant, createControlTenant, onboard, deleteTenant, restoreTenant]) {
    for (const person of people) {
      const reply = await person.call(operation, wire)
      assert.deepEqual([reply.status, reply.error.error_code], [403, 'MULTI_TENANT_DISABLED'], operation.id)
    }
    const nobody = await single.anon.call(operation, wire)
    assert.deepEqual([nobody.status, nobody.error.error_code], [401, 'AUTH_REQUIRED'], operation.id)
  }
  const token = single.bearer(ADMIN_TOKEN)
  const control = await token.call(onboard, wire)
  assert.deepEqual([control.status, control.error.error_code], [403, 'MULTI_TENANT_DISABLED'])
  assert.equal((await token.call(createTenant, wire)).error.error_code, 'AUTH_INVALID')
  assert.equal((await single.sql('select 1 from identity.tenants')).length, 2)
})

/** One call that names the firm in one field, by a person of that surface. */
async function naming(
  actor: TestActor,
  { operation, part, name }: TenantField & { operation: Operation },
  firm: string,
): Promise<string> {
  const ghosts = ghostParams(operation)
  const response = await single.server(actor.surface).inject({
    method: operation.method,
    url: addressOf(operation, {
      params: part === 'params' ? { ...ghosts, [name]: firm } : ghosts,
      ...(part === 'query' ? { query: { [name]: firm } } : {}),
    }),
    headers: { authorization: `Bearer ${actor.token}` },
    ...(part === 'body' ? { payload: { [name]: name.endsWith('s') ? [firm] : firm } } : {}),
  })
  return `${response.statusCode} ${(JSON.parse(response.body) as { error_code: string }).error_code}` // a failure's own shape
}

test('ID-05 with the flag off every field that names a firm refuses a third one', async () => {
  const people: Partial<Record<string, TestActor>> = {
    web: await single.member(single.config.ZENOPS_INTERNAL_TENANT_ID, 'super_admin'),
    studio: single.operator,
  }
  const third = uuidv7()
  let asked = 0
  const gated = single.app.operations
    .map((one) => one.operation)
    .filter((operation) => operation.access !== 'public' && !operation.multiTenantOnly)
  for (const operation of gated) {
    const fields = tenantFieldsOf(operation)
    for (const actor of operation.audiences.flatMap((aud) => people[aud] ?? [])) {
      for (const field of fields) {
        assert.equal(
          await naming(actor, { ...field, operation }, third),
          '403 TENANT_NOT_ENABLED',
          `${operation.id} ${field.name}`,
        )
        asked++
      }
    }
  }
  assert.ok(asked >= 8)
  const look = await single.operator.call(listTenants, {}, { 'x-tenant-id': third })
  assert.equal(look.error.error_code, 'TENANT_NOT_ENABLED')
  const broken = await single.operator.call(listTenants, {}, { 'x-tenant-id': 'no-id' })
  assert.deepEqual([broken.status, broken.error.details[0]?.['path']], [422, 'x-tenant-id'])
})

test('GET /v1/tenants lists the two lanes with the flag off, and a firm only its own people', async () => {
  const lanes = await single.operator.ok(listTenants, {})
  assert.deepEqual(lanes.items.map(({ lane }) => lane).sort(), ['external', 'internal'])
  assert.ok(lanes.items.every((tenant) => tenant.protected))
  const firm = await house.firm()
  const own = await firm.owner.ok(listTenants, {})
  assert.deepEqual(
    own.items.map(({ id }) => id),
    [firm.tenantId],
  )
  assert.equal(typeof own.items[0]?.people, 'number')
  assert.equal((await firm.valuer.ok(listTenants, {})).items[0]?.people, null)
  assert.equal((await firm.portal.call(listTenants, {})).status, 403)
  assert.equal((await firm.owner.ok(getTenant, { params: { id: firm.tenantId } })).id, firm.tenantId)
  const foreign = await firm.owner.call(getTenant, { params: { id: firm.stranger.tenantId } })
  assert.deepEqual([foreign.status, foreign.error.error_code], [404, 'NOT_FOUND'])
  const all = await house.operator.ok(listControlTenants, { query: { lane: 'tenant', limit: 1 } })
  assert.equal(all.items.length, 1)
  const rest = await house.operator.ok(listControlTenants, { query: { lane: 'tenant', cursor: all.next_cursor ?? '' } })
  assert.ok(rest.items.length > 0 && rest.items.every(({ id }) => id !== all.items[0]?.id))
})

test('a firm is made with its own log entry; a taken short name is a conflict', async () => {
  const fresh = await house.operator.call(createTenant, { body: { slug: slug(), name: 'Rao Valuers' } })
  assert.equal(fresh.error.error_code, 'AUTH_STEP_UP_REQUIRED')
  const operator = await steppedUp(house, house.operator)
  const firm = await made(operator)
  assert.deepEqual([firm.lane, firm.status, firm.rbac_approvals, firm.protected], ['tenant', 'active', 2, false])
  assert.deepEqual(await actionsOf(firm.id), ['TENANT_CREATED'])
  const twice = await operator.call(createControlTenant, { body: { slug: firm.slug, name: 'Another' } })
  assert.deepEqual([twice.status, twice.error.details[0]?.['reason']], [409, 'slug_taken'])
  const bad = await operator.call(createTenant, { body: { slug: 'Nicht So', name: 'X', time_zone: 'Mars/Base' } })
  assert.equal(bad.status, 422)
})

test('a firm changes its own name, zone and settings, and nothing of the platform', async () => {
  const firm = await house.firm()
  const change = (actor: TestActor, body: object, id = firm.tenantId) =>
    actor.call(updateTenant, { params: { id }, body: body as never }) // bodies of every kind
  const named = await change(firm.owner, {
    name: 'Rao & Co',
    settings: { desk: { greeting: 'hello' } },
    expected_version: 1,
  })
  assert.deepEqual([named.status, named.body.name, named.body.version], [200, 'Rao & Co', 2])
  const merged = await change(firm.owner, { settings: { reports: { a: 1 } } })
  assert.deepEqual(merged.body.settings, { desk: { greeting: 'hello' }, reports: { a: 1 } })
  const stale = await change(firm.owner, { name: 'Old', expected_version: 1 })
  assert.deepEqual([stale.status, stale.error.error_code], [409, 'REVISION_MISMATCH'])
  assert.equal((await change(firm.valuer, { name: 'Mine' })).error.details[0]?.['reason'], 'missing_capability')
  assert.equal(
    (await change(firm.owner, { status: 'suspended' })).error.details[0]?.['capability'],
    'control.tenants.write',
  )
  assert.equal((await change(firm.owner, { rbac_approvals: 1 })).error.details[0]?.['capability'], 'control.rbac')
  assert.equal((await change(firm.owner, { name: 'Theirs' }, firm.stranger.tenantId)).status, 404)
  // One of the valuer, at the gate; one of the owner, whose second is merged with it.
  const denied = ['RBAC_DENIED', 'RBAC_DENIED']
  assert.deepEqual(await actionsOf(firm.tenantId), ['TENANT_UPDATED', 'TENANT_UPDATED', ...denied])
})

test('state and approvals are the platform’s, with a fresh factor; a closed firm stays closed', async () => {
  const operator = await house.member(house.config.ZENOPS_INTERNAL_TENANT_ID, 'platform_ops', 'studio')
  const firm = await made(await steppedUp(house, house.operator))
  const change = (body: object) => operator.call(updateTenant, { params: { id: firm.id }, body: body as never }) // bodies of every kind
  assert.equal((await change({ status: 'suspended' })).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  assert.equal((await change({ rbac_approvals: 1 })).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  assert.equal((await change({ name: 'No factor asked' })).status, 200)
  await steppedUp(house, operator)
  assert.equal((await change({ rbac_approvals: 1 })).body.rbac_approvals, 1)
  assert.equal((await change({ status: 'suspended', reason: 'unpaid' })).body.status, 'suspended')
  assert.equal((await change({ status: 'active' })).body.status, 'active')
  assert.equal((await change({ status: 'closed' })).body.status, 'closed')
  const back = await change({ status: 'active' })
  assert.deepEqual([back.status, back.error.error_code], [409, 'ILLEGAL_TRANSITION'])
  assert.deepEqual((await actionsOf(firm.id)).filter((action) => action === 'TENANT_STATUS_CHANGED').length, 3)
  const missing = await operator.call(updateTenant, { params: { id: uuidv7() }, body: { name: 'Nobody' } })
  assert.equal(missing.status, 404)
})

test('the two fixed lanes are neither suspended nor removed, and no row changes its lane', async () => {
  const operator = await steppedUp(house, house.operator)
  for (const id of [house.config.ZENOPS_INTERNAL_TENANT_ID, house.config.ZENOPS_EXTERNAL_TENANT_ID]) {
    for (const reply of [
      await operator.call(updateTenant, { params: { id }, body: { status: 'suspended' } }),
      await operator.call(updateTenant, { params: { id }, body: { status: 'closed' } }),
      await operator.call(deleteTenant, { params: { id } }),
      await operator.call(restoreTenant, { params: { id } }),
    ])
      assert.deepEqual([reply.status, reply.error.details[0]?.['reason']], [409, 'tenant_protected'])
  }
  const lane = await operator.call(updateTenant, {
    params: { id: house.config.ZENOPS_INTERNAL_TENANT_ID },
    body: { lane: 'tenant' } as never, // what no schema takes
  })
  assert.equal(lane.status, 422)
})

test('a removed firm lets nobody in; restored it is as before, unless its short name is taken', async () => {
  const operator = await steppedUp(house, house.operator)
  const firm = await made(operator)
  const owner = await house.member(firm.id, 'super_admin')
  assert.equal((await owner.call(listTenants, {})).status, 200)
  const alive = await operator.call(restoreTenant, { params: { id: firm.id } })
  assert.deepEqual([alive.status, alive.error.error_code], [409, 'ILLEGAL_TRANSITION'])
  assert.equal((await operator.call(deleteTenant, { params: { id: firm.id } })).status, 204)
  assert.equal((await operator.call(deleteTenant, { params: { id: firm.id } })).status, 404)
  house.app.authenticator.forget('')
  const sibling = await house.neighbour()
  const shut = await sibling.at(owner).call(listTenants, {})
  assert.deepEqual([shut.status, shut.error.error_code], [403, 'TENANT_NOT_ENABLED'])
  const removed = await operator.ok(listTenants, { query: { deleted: 'true', q: firm.slug } })
  assert.deepEqual(
    removed.items.map(({ id }) => id),
    [firm.id],
  )
  const heir = await operator.ok(createTenant, { body: { slug: firm.slug, name: 'Heir' } })
  const taken = await operator.call(restoreTenant, { params: { id: firm.id } })
  assert.deepEqual([taken.status, taken.error.details[0]?.['reason']], [409, 'slug_taken'])
  await operator.ok(deleteTenant, { params: { id: heir.id } })
  assert.equal((await operator.ok(restoreTenant, { params: { id: firm.id } })).deleted_at, null)
  assert.deepEqual(await actionsOf(firm.id), ['TENANT_CREATED', 'TENANT_DELETED', 'TENANT_RESTORED'])
})

test('onboarding makes a firm and invites its owner in one transaction; one key makes one firm', async () => {
  const operator = await steppedUp(house, house.operator)
  const owner_email = `owner-${uuidv7()}@test.zenops.local`
  const body = { tenant_name: 'Sharma Valuers', owner_email, display_name: 'Meera Sharma' }
  const bare = await operator.call(onboard, { body })
  assert.equal(bare.error.error_code, 'IDEMPOTENCY_KEY_REQUIRED')
  const key = { 'idempotency-key': uuidv7() }
  const [first, second] = [await operator.ok(onboard, { body }, key), await operator.ok(onboard, { body }, key)]
  assert.deepEqual(first, second)
  assert.match(first.tenant_slug, /^sharma-valuers(-\d+)?$/)
  assert.deepEqual(await actionsOf(first.tenant_id), ['TENANT_CREATED', 'USER_INVITED'])
  const [member] = await house.sql(
    `select m.status, m.admin_level, t.job_template from identity.memberships m
     join identity.membership_job_templates t using (tenant_id, user_id) where m.tenant_id = $1`,
    [first.tenant_id],
  )
  assert.deepEqual(member, { status: 'invited', admin_level: 'SYSTEM_ADMIN', job_template: 'super_admin' })
  const mails = await house.sql<{ recipient: string; body_text: string }>(
    'select recipient, body_text from notifications.outbox where tenant_id = $1',
    [first.tenant_id],
  )
  assert.deepEqual(
    mails.map(({ recipient }) => recipient),
    [owner_email],
  )
  assert.match(mails[0]?.body_text ?? '', /\/invite#token=[\w-]{43}/)
  const again = await operator.ok(
    onboard,
    { body: { ...body, tenant_name: 'Sharma  Valuers' } },
    { 'idempotency-key': uuidv7() },
  )
  assert.notEqual(again.tenant_slug, first.tenant_slug)
  assert.equal(again.owner_user_id, first.owner_user_id)
  const atOnce = await Promise.all(
    Array.from({ length: 4 }, () => operator.ok(onboard, { body }, { 'idempotency-key': uuidv7() })),
  )
  assert.equal(new Set(atOnce.map(({ tenant_slug }) => tenant_slug)).size, 4)
  await house.runJobs()
})
