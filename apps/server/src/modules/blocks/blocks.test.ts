import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { me } from '@zenops/contracts/identity'
import {
  applyBlock,
  changeBlock,
  createConfirmation,
  liftBlock,
  listBlocks,
  putBlock,
} from '@zenops/contracts/identity-blocks'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { steppedUp } from '../../../test/harness/sessions.ts'
import { timesRefused } from '../../../test/harness/refusals.ts'
import { uuidv7 } from '../../platform/ids.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString()
const reason = 'seen scraping the queue'
const opened = async (): Promise<Firm> => {
  const firm = await house.firm()
  await steppedUp(house, firm.owner)
  return firm
}
const actionsOf = async (tenantId: string, target: string): Promise<string[]> =>
  (await house.audit(tenantId)).filter((event) => event.target.id === target).map((event) => event.action)
const confirmed = async (actor: TestActor, target: string): Promise<{ confirmation_id: string; phrase: string }> => {
  const { confirmation_id, phrase } = await actor.ok(createConfirmation, { body: { action: 'block_apply', target } })
  return { confirmation_id, phrase }
}

test('ID-31 a block of a person ends his sessions in that firm, and lifting it lets him sign in again', async () => {
  const firm = await opened()
  const block = await firm.owner.ok(applyBlock, {
    body: { kind: 'ACCOUNT', user_id: firm.valuer.userId, reason, expires_at: inMinutes(60) },
  })
  assert.deepEqual(
    [block.tenant_id, block.user?.id, block.value, block.active, block.automatic, block.created_by?.id],
    [firm.tenantId, firm.valuer.userId, null, true, false, firm.owner.userId],
  )
  const [family] = await house.sql('select revoked_reason, revoked_by from identity.auth_families where user_id = $1', [
    firm.valuer.userId,
  ])
  assert.deepEqual(family, { revoked_reason: 'blocked', revoked_by: firm.owner.userId })
  const twice = await firm.owner.call(applyBlock, {
    body: { kind: 'ACCOUNT', user_id: firm.valuer.userId, reason, expires_at: inMinutes(90) },
  })
  assert.deepEqual([twice.status, twice.error.details[0]?.['reason']], [409, 'already_blocked'])
  const later = inMinutes(120)
  const moved = await firm.owner.ok(changeBlock, { params: { id: block.id }, body: { expires_at: later } })
  assert.deepEqual([moved.expires_at, moved.reason], [later, reason])
  assert.equal((await firm.owner.call(liftBlock, { params: { id: block.id } })).status, 204)
  assert.equal((await firm.owner.call(liftBlock, { params: { id: block.id } })).status, 204)
  const ended = await firm.owner.call(changeBlock, { params: { id: block.id }, body: { expires_at: later } })
  assert.deepEqual([ended.status, ended.error.error_code], [409, 'ILLEGAL_TRANSITION'])
  assert.deepEqual(await actionsOf(firm.tenantId, block.id), [
    'OPS_BLOCK_APPLIED',
    'OPS_BLOCK_CHANGED',
    'OPS_BLOCK_LIFTED',
  ])
})

test('ID-31 a person who is blocked meets AUTH_BLOCKED with the reason and the end; time frees him', async () => {
  const firm = await opened()
  const [row] = await house.sql<{ expires_at: string }>(
    `insert into identity.auth_blocks (tenant_id, kind, user_id, reason, expires_at)
     values ($1, 'ACCOUNT', $2, 'abuse at the desk', now() + interval '15 minutes') returning to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as expires_at`,
    [firm.tenantId, firm.valuer.userId],
  )
  const shut = await firm.valuer.call(me, {})
  assert.deepEqual([shut.status, shut.error.error_code], [403, 'AUTH_BLOCKED'])
  assert.deepEqual(shut.error.details, [{ reason: 'account', until: row?.expires_at }])
  assert.equal((await firm.owner.call(me, {})).status, 200)
  await house.sql("update identity.auth_blocks set expires_at = now() - interval '1 second' where user_id = $1", [
    firm.valuer.userId,
  ])
  const sibling = await house.neighbour()
  assert.equal((await sibling.at(firm.valuer).call(me, {})).status, 200)
})

test('ID-31 a blocked address is refused in that firm alone; a platform block everywhere', async () => {
  const firm = await opened()
  await house.sql(
    "insert into identity.auth_blocks (tenant_id, kind, cidr, reason, expires_at) values ($1, 'CIDR', '127.0.0.0/24', 'law', now() + interval '1 hour')",
    [firm.tenantId],
  )
  const sibling = await house.neighbour()
  const shut = await sibling.at(firm.valuer).call(me, {})
  assert.deepEqual([shut.status, shut.error.error_code, shut.error.details[0]?.['reason']], [403, 'AUTH_BLOCKED', 'ip'])
  assert.equal((await sibling.at(firm.stranger).call(me, {})).status, 200)
  await house.sql('update identity.auth_blocks set tenant_id = null where tenant_id = $1', [firm.tenantId])
  const third = await house.neighbour()
  assert.equal((await third.at(firm.stranger).call(me, {})).error.error_code, 'AUTH_BLOCKED')
  await assert.rejects(third.app.authenticator.assertAddressFree('::ffff:127.0.0.9', firm.tenantId), {
    code: 'AUTH_BLOCKED',
  })
  await third.app.authenticator.assertAddressFree('127.0.1.1', firm.tenantId)
  await house.sql('update identity.auth_blocks set lifted_at = now() where lifted_at is null')
})

test('ID-31 what no block may be: self, own address, last administrator, stranger, too short, too long, too wide', async () => {
  const firm = await opened()
  const tried = async (body: object, who = firm.owner): Promise<[number, unknown, unknown]> => {
    const reply = await who.call(applyBlock, { body: { reason, expires_at: inMinutes(60), ...body } as never }) // bodies of every kind
    return [reply.status, reply.error.error_code, reply.error.details?.[0]?.['reason']]
  }
  assert.deepEqual(await tried({ kind: 'ACCOUNT', user_id: firm.owner.userId }), [409, 'CONFLICT', 'self_block'])
  assert.deepEqual(await tried({ kind: 'IP', value: '127.0.0.1' }), [409, 'CONFLICT', 'self_block'])
  assert.deepEqual(await tried({ kind: 'IP', value: '::ffff:127.0.0.1' }), [409, 'CONFLICT', 'self_block'])
  assert.deepEqual(await tried({ kind: 'CIDR', value: '127.0.0.0/16' }), [409, 'CONFLICT', 'self_block'])
  assert.deepEqual(await tried({ kind: 'ACCOUNT', user_id: firm.stranger.userId }), [404, 'NOT_FOUND', 'not_found'])
  assert.deepEqual(await tried({ kind: 'ACCOUNT' }), [422, 'VALIDATION_FAILED', 'required'])
  assert.deepEqual(await tried({ kind: 'IP' }), [422, 'VALIDATION_FAILED', 'required'])
  assert.deepEqual(await tried({ kind: 'ACCOUNT', user_id: uuidv7(), value: '1.2.3.4' }), [
    422,
    'VALIDATION_FAILED',
    'not_allowed',
  ])
  assert.deepEqual(await tried({ kind: 'CIDR', value: '10.0.0.0/15' }), [422, 'VALIDATION_FAILED', 'range_too_wide'])
  assert.deepEqual(await tried({ kind: 'CIDR', value: '2001:db8::/31' }), [422, 'VALIDATION_FAILED', 'range_too_wide'])
  assert.deepEqual(await tried({ kind: 'IP', value: 'example' }), [422, 'VALIDATION_FAILED', 'invalid_address'])
  const short = { kind: 'IP', value: '203.0.113.9', expires_at: inMinutes(4) }
  assert.deepEqual(await tried(short), [422, 'VALIDATION_FAILED', 'too_short'])
  const long = { kind: 'IP', value: '203.0.113.9', expires_at: inMinutes(91 * 1440) }
  assert.deepEqual(await tried(long), [422, 'VALIDATION_FAILED', 'too_long'])
  const foreign = { kind: 'IP', value: '203.0.113.9', tenant_id: firm.stranger.tenantId }
  assert.deepEqual(await tried(foreign), [404, 'NOT_FOUND', 'not_found'])
  const second = await steppedUp(house, await house.member(firm.tenantId, 'super_admin'))
  assert.equal((await tried({ kind: 'ACCOUNT', user_id: firm.owner.userId }, second))[0], 201)
  const third = await steppedUp(house, await house.member(firm.tenantId, 'super_admin'))
  await house.sql('delete from identity.membership_job_templates where user_id = $1', [third.userId])
  await house.sql("update identity.memberships set status = 'disabled' where user_id = $1", [third.userId])
  const operator = await steppedUp(house, house.operator)
  const last = await operator.call(applyBlock, {
    body: { kind: 'ACCOUNT', user_id: second.userId, reason, expires_at: inMinutes(60), tenant_id: firm.tenantId },
  })
  assert.deepEqual([last.status, last.error.error_code], [409, 'LAST_ADMIN'])
  assert.equal((await firm.opsManager.call(listBlocks, {})).error.details[0]?.['reason'], 'missing_capability')
})

test('ID-31 of two administrators who block each other at once, one stays', async () => {
  const firm = await opened()
  const other = await steppedUp(house, await house.member(firm.tenantId, 'super_admin'))
  const shut = (who: TestActor, whom: TestActor) =>
    who.call(applyBlock, { body: { kind: 'ACCOUNT', user_id: whom.userId, reason, expires_at: inMinutes(60) } })
  const replies = await Promise.all([shut(firm.owner, other), shut(other, firm.owner)])
  assert.deepEqual(replies.map(({ status }) => status).filter((status) => status === 201).length, 1)
  const blocked = await house.sql('select 1 from identity.auth_blocks where tenant_id = $1', [firm.tenantId])
  assert.equal(blocked.length, 1)
})

test('ID-31 of equal blocks at once one is set, the others are told of it', async () => {
  const firm = await opened()
  const replies = await Promise.all(
    Array.from({ length: 6 }, () =>
      firm.owner.call(applyBlock, {
        body: { kind: 'ACCOUNT', user_id: firm.valuer.userId, reason, expires_at: inMinutes(60) },
      }),
    ),
  )
  assert.deepEqual(replies.map(({ status }) => status).toSorted(), [201, 409, 409, 409, 409, 409])
  const blocked = await house.sql('select 1 from identity.auth_blocks where tenant_id = $1', [firm.tenantId])
  assert.equal(blocked.length, 1)
})

test('ID-31 a range and whatever holds everywhere ask for the typed phrase, once, of this person, for this target', async () => {
  const firm = await opened()
  const apply = (actor: TestActor, value: string, confirmation?: { confirmation_id: string; phrase: string }) =>
    actor.call(applyBlock, {
      body: { kind: 'CIDR', value, reason, expires_at: inMinutes(60), ...(confirmation ? { confirmation } : {}) },
    })
  const bare = await apply(firm.owner, '203.0.113.0/24')
  assert.deepEqual([bare.status, bare.error.error_code], [409, 'CONFIRMATION_REQUIRED'])
  const drawn = await confirmed(firm.owner, '203.0.113.0/24')
  assert.equal(drawn.phrase, 'BLOCK 203.0.113.0/24')
  const { confirmation_id, phrase } = drawn
  const second = await steppedUp(house, await house.member(firm.tenantId, 'super_admin'))
  const wrong = [
    await apply(firm.owner, '203.0.113.0/24', { confirmation_id, phrase: 'block 203.0.113.0/24' }),
    await apply(firm.owner, '203.0.112.0/24', { confirmation_id, phrase }),
    await apply(firm.owner, '203.0.113.0/24', { confirmation_id: uuidv7(), phrase }),
    await apply(second, '203.0.113.0/24', { confirmation_id, phrase }),
  ]
  for (const reply of wrong)
    assert.deepEqual([reply.status, reply.error.error_code], [409, 'OPS_CONFIRMATION_MISMATCH'])
  assert.equal(await timesRefused(house, firm.tenantId, 'OPS_CONFIRMATION_REFUSED'), 4)
  const right = await apply(firm.owner, '203.0.113.0/24', { confirmation_id, phrase: `  ${phrase} ` })
  assert.equal(right.status, 201)
  await firm.owner.ok(liftBlock, { params: { id: right.body.id } })
  const reused = await apply(firm.owner, '203.0.113.0/24', { confirmation_id, phrase })
  assert.equal(reused.error.error_code, 'OPS_CONFIRMATION_MISMATCH')
  const late = await confirmed(firm.owner, '203.0.113.0/24')
  await house.sql("update ops.confirmations set expires_at = now() - interval '1 second' where id = $1", [
    late.confirmation_id,
  ])
  const expired = await apply(firm.owner, '203.0.113.0/24', late)
  assert.equal(expired.error.error_code, 'OPS_CONFIRMATION_MISMATCH')
})

test('the phrase of a person names him; who may not block draws none', async () => {
  const firm = await opened()
  const drawn = await confirmed(firm.owner, firm.valuer.userId)
  assert.equal(drawn.phrase, 'BLOCK Test valuer')
  const nobody = await firm.owner.call(createConfirmation, { body: { action: 'block_apply', target: uuidv7() } })
  assert.equal(nobody.status, 404)
  const foreign = await firm.owner.call(createConfirmation, {
    body: { action: 'block_apply', target: firm.stranger.userId },
  })
  assert.equal(foreign.status, 404)
  const valuer = await firm.valuer.call(createConfirmation, { body: { action: 'block_apply', target: '1.2.3.4' } })
  assert.deepEqual([valuer.status, valuer.error.details[0]?.['reason']], [403, 'missing_capability'])
})

test('ID-31 the platform blocks a person everywhere, typed, and all his sessions end', async () => {
  const firm = await opened()
  const operator = await steppedUp(house, house.operator)
  const body = { kind: 'ACCOUNT' as const, user_id: firm.valuer.userId, reason, expires_at: inMinutes(60) }
  assert.equal((await operator.call(applyBlock, { body })).error.error_code, 'CONFIRMATION_REQUIRED')
  const { confirmation_id, phrase } = await confirmed(operator, firm.valuer.userId)
  const block = await operator.ok(applyBlock, { body: { ...body, confirmation: { confirmation_id, phrase } } })
  assert.equal(block.tenant_id, null)
  const sibling = await house.neighbour()
  assert.equal((await sibling.at(firm.valuer).call(me, {})).error.error_code, 'AUTH_INVALID')
  assert.deepEqual(await actionsOf(house.config.ZENOPS_INTERNAL_TENANT_ID, block.id), ['OPS_BLOCK_APPLIED'])
  const seen = await operator.ok(listBlocks, { query: { active: 'true', kind: 'ACCOUNT' } })
  assert.ok(seen.items.some(({ id }) => id === block.id))
  assert.deepEqual((await firm.owner.ok(listBlocks, {})).items, [])
  for (const reply of [
    await firm.owner.call(liftBlock, { params: { id: block.id } }),
    await firm.owner.call(changeBlock, { params: { id: block.id }, body: { expires_at: inMinutes(90) } }),
  ])
    assert.equal(reply.status, 404)
  const named = await operator.call(applyBlock, { body: { ...body, tenant_id: uuidv7() } })
  assert.equal(named.status, 404)
  const other = await firm.owner.call(listBlocks, { query: { tenant_id: firm.stranger.tenantId } })
  assert.equal(other.status, 404)
})

test('blocks are listed newest first and paged', async () => {
  const firm = await opened()
  for (const n of [1, 2, 3])
    await firm.owner.ok(applyBlock, {
      body: { kind: 'IP', value: `203.0.113.${n}`, reason, expires_at: inMinutes(60) },
    })
  const first = await firm.owner.ok(listBlocks, { query: { limit: 2 } })
  assert.deepEqual(
    first.items.map(({ value }) => value),
    ['203.0.113.3', '203.0.113.2'],
  )
  const rest = await firm.owner.ok(listBlocks, { query: { limit: 2, cursor: first.next_cursor ?? '' } })
  assert.deepEqual([rest.items.map(({ value }) => value), rest.next_cursor], [['203.0.113.1'], null])
  await firm.owner.ok(liftBlock, { params: { id: rest.items[0]?.id ?? '' } })
  assert.equal((await firm.owner.ok(listBlocks, { query: { active: 'true' } })).items.length, 2)
  assert.equal((await firm.owner.ok(listBlocks, { query: { active: 'false', q: '203.0.113' } })).items.length, 1)
})

test('the older form applies, changes and lifts under one address', async () => {
  const firm = await opened()
  const block_id = uuidv7()
  const put = (body: object) =>
    firm.owner.call(putBlock, {
      params: { block_id },
      body: {
        block_type: 'account',
        block_value: firm.valuer.userId,
        status: 'active',
        reason,
        expires_at: inMinutes(60),
        ...body,
      } as never, // bodies of every kind
    })
  assert.equal((await put({ status: 'lifted' })).status, 404)
  assert.deepEqual([(await put({})).status, (await put({})).status], [200, 200])
  const later = inMinutes(180)
  assert.equal((await put({ expires_at: later })).body.expires_at, later)
  const other = await put({ block_value: firm.hr.userId })
  assert.deepEqual([other.status, other.error.details[0]?.['reason']], [409, 'block_differs'])
  const lifted = await put({ status: 'lifted' })
  assert.deepEqual(
    [lifted.body.id, lifted.body.active, lifted.body.lifted_by?.id],
    [block_id, false, firm.owner.userId],
  )
  assert.equal((await put({ status: 'lifted' })).status, 200)
  assert.equal((await put({})).error.error_code, 'ILLEGAL_TRANSITION')
  const fresh = uuidv7()
  const range = {
    block_type: 'CIDR',
    block_value: '203.0.113.0/24',
    status: 'active',
    reason,
    expires_at: inMinutes(60),
  } as const
  const unconfirmed = await firm.owner.call(putBlock, { params: { block_id: fresh }, body: range })
  assert.equal(unconfirmed.error.error_code, 'CONFIRMATION_REQUIRED')
  const mismatch = await firm.owner.call(putBlock, {
    params: { block_id: fresh },
    body: { ...range, confirmation: { confirmation_id: uuidv7(), phrase: 'BLOCK' } },
  })
  assert.equal(mismatch.error.error_code, 'OPS_CONFIRMATION_MISMATCH')
  assert.equal((await put({ block_value: 'nobody' })).status, 422)
  const self = await firm.owner.call(putBlock, {
    params: { block_id: fresh },
    body: { ...range, block_type: 'account', block_value: firm.owner.userId },
  })
  assert.equal(self.error.details[0]?.['reason'], 'self_block')
  const operator = await steppedUp(house, house.operator)
  const drawn = await confirmed(operator, firm.owner.userId)
  const last = await operator.call(putBlock, {
    params: { block_id: fresh },
    body: {
      ...range,
      block_type: 'ACCOUNT',
      block_value: firm.owner.userId,
      confirmation: { confirmation_id: drawn.confirmation_id, phrase: drawn.phrase },
    },
  })
  assert.deepEqual([last.status, last.error.error_code], [409, 'LAST_ADMIN'])
})

test('ID-35 a portal user whom a firm blocks sees nothing of it, and all else as before', async () => {
  const firm = await opened()
  const firms = async (): Promise<number> => (await firm.portal.ok(me, {})).firms?.length ?? 0
  assert.equal(await firms(), 1)
  const block = await firm.owner.ok(applyBlock, {
    body: { kind: 'ACCOUNT', user_id: firm.portal.userId, reason, expires_at: inMinutes(60) },
  })
  const seen = await house.app.services.database.readTransaction(
    { role: 'zen_portal', tenantId: firm.portal.tenantId, userId: firm.portal.userId, aud: 'portal' },
    async (tx) => (await tx.selectFrom('identity.tenants').select('id').execute()).map(({ id }) => id),
  )
  assert.deepEqual(seen, [house.config.ZENOPS_EXTERNAL_TENANT_ID])
  assert.equal((await firm.portal.call(me, {})).status, 200)
  await firm.owner.ok(liftBlock, { params: { id: block.id } })
  assert.equal(await firms(), 1)
})
