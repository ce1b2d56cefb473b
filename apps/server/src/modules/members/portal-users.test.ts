import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createClientOrg } from '@zenops/contracts/directory'
import { me } from '@zenops/contracts/identity'
import { acceptInvitation, inspectInvitation } from '@zenops/contracts/identity-entry'
import {
  invitePortalUser,
  listPortalUsers,
  unlinkPortalUser,
  updatePortalUser,
} from '@zenops/contracts/identity-people'
import { type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { emailOf, mailsOf, PASSWORD, reasonOf, tokenIn } from '../../../test/harness/rights.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const newEmail = (): string => `portal-${crypto.randomUUID()}@test.zenops.local`
const org = async (owner: TestActor, name = `Client ${crypto.randomUUID().slice(0, 8)}`): Promise<string> =>
  (await owner.ok(createClientOrg, { body: { name, city: 'Pune' } })).id
const self = [{ kind: 'self' as const }]

test('ID-21 a new portal user is invited into the portal lane, by mail of the firm or by hand', async () => {
  const { owner, opsManager, tenantId } = await house.firm()
  const id = await org(owner, 'Acme Traders')
  const email = newEmail()
  const made = await opsManager.call(invitePortalUser, {
    body: { email, name: 'Bina Shah', parties: [{ kind: 'client_org', id }] },
  })
  assert.equal(made.status, 201)
  assert.deepEqual(
    [made.body.status, made.body.parties, made.body.invite_url],
    ['invited', [{ kind: 'client_org', id, name: 'Acme Traders' }], undefined],
  )
  const [mail] = await mailsOf(house, tenantId)
  assert.deepEqual([mail?.template, mail?.recipient], ['auth_invitation', email])
  assert.ok(tokenIn(mail?.text))
  const [member] = await house.sql<{ tenant_id: string; role: string }>(
    'select tenant_id, role from identity.memberships where user_id = $1',
    [made.body.id],
  )
  assert.deepEqual(member, { tenant_id: house.config.ZENOPS_EXTERNAL_TENANT_ID, role: 'CUSTOMER' })
  const byHand = await opsManager.ok(invitePortalUser, {
    body: { email: newEmail(), name: 'Chand', parties: self, delivery: 'manual' },
  })
  assert.ok(tokenIn(byHand.invite_url))
  const log = JSON.stringify(await house.audit(tenantId))
  assert.ok(log.includes('PORTAL_USER_LINKED') && !log.includes(email))
})

test('ID-21 who accepts is a portal user of the firm; inspected, the invitation names the firm', async () => {
  const { owner, tenantId } = await house.firm()
  const made = await owner.ok(invitePortalUser, {
    body: { email: newEmail(), name: 'Esha', parties: self, delivery: 'manual' },
  })
  const token = tokenIn(made.invite_url)
  const seen = await house.anon.ok(inspectInvitation, { body: { token } })
  assert.deepEqual([seen.aud, seen.new_user, seen.job_templates], ['portal', true, ['portal_user']])
  const [firm] = await house.sql<{ name: string }>('select name from identity.tenants where id = $1', [tenantId])
  assert.equal(seen.tenant_name, firm?.name)
  const entered = await house.anon.call(acceptInvitation, { body: { token, password: PASSWORD } })
  assert.equal(entered.status, 200)
  if (entered.body.result !== 'accepted') return assert.fail()
  assert.deepEqual([entered.body.aud, entered.body.tenant.id], ['portal', house.config.ZENOPS_EXTERNAL_TENANT_ID])
  assert.equal((await owner.ok(listPortalUsers, { query: { q: 'Esha' } })).items[0]?.status, 'active')
})

test('an existing person is linked and sees the firm at once; twice is a conflict', async () => {
  const { owner, portal } = await house.firm()
  const other = await house.firm()
  const email = await emailOf(house, portal.userId)
  const linked = await other.owner.call(invitePortalUser, { body: { email, name: 'Other name', parties: self } })
  assert.equal(linked.status, 201)
  assert.deepEqual([linked.body.id, linked.body.status], [portal.userId, 'active'])
  assert.notEqual(linked.body.name, 'Other name')
  assert.deepEqual(await mailsOf(house, other.tenantId), [])
  assert.equal((await portal.ok(me, {})).firms?.length, 2)
  const twice = await owner.call(invitePortalUser, { body: { email, name: 'Again', parties: self } })
  assert.deepEqual([twice.status, twice.error.error_code, reasonOf(twice)], [409, 'CONFLICT', 'linked'])
})

test("a member of some firm's staff gets a portal membership that he has to accept", async () => {
  const { owner, valuer, tenantId } = await house.firm()
  const email = await emailOf(house, valuer.userId)
  const made = await owner.ok(invitePortalUser, { body: { email, name: 'X', parties: self } })
  assert.deepEqual([made.id, made.status], [valuer.userId, 'invited'])
  assert.equal((await mailsOf(house, tenantId)).length, 1)
})

test("a party must stand in the firm's own directory", async () => {
  const { owner, stranger, portal } = await house.firm()
  const foreign = await org(stranger)
  for (const kind of ['client_org', 'bank_branch', 'channel'] as const) {
    const parties = [{ kind, id: foreign }]
    const reply = await owner.call(invitePortalUser, { body: { email: newEmail(), name: 'X', parties } })
    assert.deepEqual([reply.status, reply.error.details[0]?.['path']], [404, 'parties.0.id'])
    assert.equal((await owner.call(updatePortalUser, { params: { id: portal.userId }, body: { parties } })).status, 404)
  }
  const unnamed = await owner.call(invitePortalUser, {
    body: { email: newEmail(), name: 'X', parties: [{ kind: 'client_org' }] },
  })
  assert.equal(unnamed.status, 422)
})

test('parties are replaced; unlinking ends all of them for this firm at once', async () => {
  const { owner, portal, tenantId, stranger } = await house.firm()
  const id = await org(owner)
  const params = { id: portal.userId }
  const parties = [
    { kind: 'client_org' as const, id },
    { kind: 'client_org' as const, id },
  ]
  const changed = await owner.ok(updatePortalUser, { params, body: { parties } })
  assert.deepEqual(
    changed.parties.map((one) => [one.kind, one.id]),
    [['client_org', id]],
  )
  assert.deepEqual(
    (await portal.ok(me, {})).firms?.[0]?.parties.map((one) => one.kind),
    ['client_org'],
  )
  assert.equal((await stranger.call(updatePortalUser, { params, body: { parties: self } })).status, 404)
  assert.equal((await stranger.call(unlinkPortalUser, { params })).status, 404)
  assert.equal((await owner.call(unlinkPortalUser, { params })).status, 204)
  assert.deepEqual((await portal.ok(me, {})).firms, [])
  assert.equal((await owner.call(unlinkPortalUser, { params })).status, 404)
  assert.equal((await owner.call(updatePortalUser, { params, body: { parties: self } })).status, 404)
  assert.ok((await house.audit(tenantId)).some((event) => event.action === 'PORTAL_USER_UNLINKED'))
})

test('unlinked before it was accepted, an invitation opens nothing; by another firm it may come again', async () => {
  const { owner } = await house.firm()
  const other = await house.firm()
  const body = { email: newEmail(), name: 'Dev', parties: self }
  const made = await owner.ok(invitePortalUser, { body: { ...body, delivery: 'manual' } })
  await owner.ok(unlinkPortalUser, { params: { id: made.id } })
  const live = await house.sql('select 1 from identity.auth_links where user_id = $1 and consumed_at is null', [
    made.id,
  ])
  assert.deepEqual(live, [])
  const again = await other.owner.ok(invitePortalUser, { body })
  assert.deepEqual([again.id, again.status], [made.id, 'invited'])
})

test('the list: by name, with parties, filters and pages, of this firm alone', async () => {
  const { owner, portal, hr, valuer, stranger } = await house.firm()
  const id = await org(owner, 'Northern Mills')
  const made = await owner.ok(invitePortalUser, {
    body: { email: newEmail(), name: 'Aamir', parties: [{ kind: 'client_org', id }, { kind: 'self' }] },
  })
  const first = await hr.ok(listPortalUsers, { query: { limit: 1 } })
  assert.deepEqual(
    first.items.map((one) => one.id),
    [made.id],
  )
  assert.deepEqual(
    first.items[0]?.parties.map((one) => one.name),
    ['Northern Mills', null],
  )
  const rest = await hr.ok(listPortalUsers, { query: { limit: 5, cursor: first.next_cursor ?? '' } })
  assert.deepEqual([rest.items.map((one) => one.id), rest.next_cursor], [[portal.userId], null])
  const ids = async (query: Record<string, unknown>) =>
    (await hr.ok(listPortalUsers, { query })).items.map((one) => one.id)
  assert.deepEqual(await ids({ party_kind: 'client_org' }), [made.id])
  assert.deepEqual(await ids({ party_id: id }), [made.id])
  assert.deepEqual(await ids({ status: ['active'] }), [portal.userId])
  assert.deepEqual(await ids({ q: 'aam' }), [made.id])
  assert.deepEqual((await stranger.ok(listPortalUsers, {})).items, [])
  assert.equal((await valuer.call(listPortalUsers, {})).status, 403)
  assert.equal((await portal.call(listPortalUsers, {})).status, 403)
})
