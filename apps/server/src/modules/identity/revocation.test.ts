import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { logout, me, refresh } from '@zenops/contracts/identity'
import { applyBlock } from '@zenops/contracts/identity-blocks'
import { logoutAll, revokeSession } from '@zenops/contracts/identity-entry'
import { disableUser, revokeUserSessions } from '@zenops/contracts/identity-people'
import { updateTenant } from '@zenops/contracts/identity-platform'
import { SignJWT } from 'jose'
import { addressOf, type House, type Neighbour, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { sessionOf, steppedUp } from '../../../test/harness/sessions.ts'
import { ghostParams } from '../../../test/laws/callers.ts'
import { newSigningKey } from '../../platform/auth/access-tokens.ts'
import { authScope } from '../../platform/db/scope.ts'
import { openFamily } from './index.ts'

let house: House
/** A second process whose clock stands still: nothing it remembers grows old, so only a notice makes it forget. */
let frozen: Neighbour
before(async () => {
  house = await openHouse()
  const at = new Date()
  frozen = await house.neighbour({ clock: { now: () => at } })
  await frozen.app.authenticator.listening
})
after(() => house.close())

const LIMIT_MS = 5_000
type Answer = { status: number; error: { error_code: string } }

/** Asks until the answer is the wanted one, at most the five seconds that the promise gives. */
async function within(ask: () => Promise<Answer>, wanted: readonly [number, string]): Promise<void> {
  const until = Date.now() + LIMIT_MS
  let seen = await ask()
  while (seen.error?.error_code !== wanted[1] && Date.now() < until) {
    await wait(25)
    seen = await ask()
  }
  assert.deepEqual([seen.status, seen.error?.error_code], wanted)
}

/** The person is known to the second process; then something changes at the first. */
async function afterChange(actor: TestActor, change: () => Promise<unknown>, wanted: readonly [number, string]) {
  const there = frozen.at(actor)
  assert.equal((await there.call(me, {})).status, 200)
  const open = { sessionId: sessionOf(actor), tenantId: actor.tenantId, permissionVersion: 1, ip: '127.0.0.1' }
  assert.deepEqual(await frozen.app.authenticator.standingOf([open]), ['good'])
  await change()
  await within(() => there.call(me, {}), wanted)
  const [standing] = await frozen.app.authenticator.standingOf([open])
  return standing
}

const silently = (text: string, values: unknown[]): Promise<unknown> =>
  house.sql(
    `do $do$ begin set local session_replication_role = replica; execute $sql$${text.replace('$1', `'${String(values[0])}'`)}$sql$; end $do$`,
  )

test('ID-15 a signed-out session is refused by a second process', async () => {
  const { valuer } = await house.firm()
  const standing = await afterChange(valuer, () => valuer.ok(logout, { body: { aud: 'web' } }), [401, 'AUTH_INVALID'])
  assert.equal(standing, 'ended')
})

test('ID-15 all sessions of a person, ended by himself or by an administrator', async () => {
  const firm = await house.firm()
  const itself = () => firm.valuer.ok(logoutAll, {})
  assert.equal(await afterChange(firm.valuer, itself, [401, 'AUTH_INVALID']), 'ended')
  const params = { id: firm.hr.userId }
  const byOwner = () => firm.owner.ok(revokeUserSessions, { params, body: {} })
  assert.equal(await afterChange(firm.hr, byOwner, [401, 'AUTH_INVALID']), 'ended')
  const one = () => firm.assistant.call(revokeSession, { params: { id: sessionOf(firm.assistant) } })
  assert.equal(await afterChange(firm.assistant, one, [401, 'AUTH_INVALID']), 'ended')
})

test('ID-15 a disabled membership, a disabled person', async () => {
  const firm = await house.firm()
  const body = { reason: 'left the firm' }
  const disable = () => firm.owner.ok(disableUser, { params: { id: firm.valuer.userId }, query: {}, body })
  assert.equal(await afterChange(firm.valuer, disable, [401, 'AUTH_INVALID']), 'ended')
  const operator = await steppedUp(house, house.operator)
  const everywhere = () => operator.ok(disableUser, { params: { id: firm.hr.userId }, query: {}, body })
  assert.equal(await afterChange(firm.hr, everywhere, [401, 'AUTH_INVALID']), 'ended')
  const [person] = await house.sql('select status from identity.users where id = $1', [firm.hr.userId])
  assert.deepEqual(person, { status: 'disabled' })
})

test('ID-15 a suspended firm is refused until it is active again, and no session is lost', async () => {
  const firm = await house.firm()
  const operator = await steppedUp(house, house.operator)
  const suspend = () => operator.ok(updateTenant, { params: { id: firm.tenantId }, body: { status: 'suspended' } })
  assert.equal(await afterChange(firm.owner, suspend, [403, 'TENANT_NOT_ENABLED']), 'tenant_not_enabled')
  await operator.ok(updateTenant, { params: { id: firm.tenantId }, body: { status: 'active' } })
  const there = frozen.at(firm.owner)
  const until = Date.now() + LIMIT_MS
  while ((await there.call(me, {})).status !== 200 && Date.now() < until) await wait(25)
  assert.equal((await there.call(me, {})).status, 200)
})

test('ID-15 a block of a person ends his sessions; of an address, it refuses while it lasts', async () => {
  const firm = await house.firm()
  const owner = await steppedUp(house, firm.owner)
  const expires_at = new Date(Date.now() + 3_600_000).toISOString()
  const shut = () =>
    owner.ok(applyBlock, {
      body: { kind: 'ACCOUNT', user_id: firm.valuer.userId, reason: 'left his laptop', expires_at },
    })
  assert.equal(await afterChange(firm.valuer, shut, [401, 'AUTH_INVALID']), 'ended')
  const insert = () =>
    house.sql(
      "insert into identity.auth_blocks (tenant_id, kind, cidr, reason, expires_at) values ($1, 'IP', '127.0.0.1/32', 'law', now() + interval '1 hour')",
      [firm.tenantId],
    )
  assert.equal(await afterChange(firm.hr, insert, [403, 'AUTH_BLOCKED']), 'blocked')
  await house.sql('update identity.auth_blocks set lifted_at = now() where tenant_id = $1', [firm.tenantId])
})

test('ID-15 changed rights are stale at the second process', async () => {
  const firm = await house.firm()
  const raise = () =>
    house.sql('update identity.memberships set permission_version = permission_version + 1 where user_id = $1', [
      firm.valuer.userId,
    ])
  assert.equal(await afterChange(firm.valuer, raise, [401, 'AUTH_STALE_PERMISSION']), 'stale_permission')
})

test('ID-15 without any notice what is remembered ends after five seconds', async () => {
  const { valuer } = await house.firm()
  let at = Date.now()
  const deaf = await house.neighbour({ clock: { now: () => new Date(at) } })
  await deaf.app.authenticator.listening
  const there = deaf.at(valuer)
  assert.equal((await there.call(me, {})).status, 200)
  await silently('update identity.auth_families set revoked_at = now() where user_id = $1', [valuer.userId])
  at += 4_999
  assert.equal((await there.call(me, {})).status, 200)
  at += 1
  assert.equal((await there.call(me, {})).error.error_code, 'AUTH_INVALID')
})

test('ID-15 a broken notice connection makes a process forget, and it listens again', async () => {
  const firm = await house.firm()
  const there = frozen.at(firm.valuer)
  assert.equal((await there.call(me, {})).status, 200)
  await silently('update identity.auth_families set revoked_at = now() where user_id = $1', [firm.valuer.userId])
  const listening = (): Promise<object[]> =>
    house.sql(
      "select pid from pg_stat_activity where application_name = 'zenops-notices' and datname = current_database() and query like 'listen%'",
    )
  const count = (await listening()).length
  await house.sql(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'zenops-notices' and datname = current_database()",
  )
  await within(() => there.call(me, {}), [401, 'AUTH_INVALID'])
  const until = Date.now() + LIMIT_MS
  while ((await listening()).length < count && Date.now() < until) await wait(25)
  assert.equal((await listening()).length, count)
  await afterChange(firm.hr, () => firm.hr.ok(logout, { body: { aud: 'web' } }), [401, 'AUTH_INVALID'])
})

test('ID-04 a closed gate refuses request, refresh and socket and consumes nothing; open again, the same token works', async () => {
  const { valuer } = await house.firm()
  const closed = await house.neighbour({ config: { ZENOPS_MULTI_TENANT_ENABLED: false } })
  const family = await house.app.services.database.transact(authScope(), (tx) =>
    openFamily(tx, {
      userId: valuer.userId,
      tenantId: valuer.tenantId,
      aud: 'web',
      clientType: 'web',
      deviceName: null,
      ip: '127.0.0.1',
      amr: ['pwd'],
    }),
  )
  const body = { aud: 'web' as const, refresh_token: family.refreshToken }
  const there = closed.at(valuer)
  for (const reply of [await there.call(me, {}), await there.call(refresh, { body })])
    assert.deepEqual([reply.status, reply.error.error_code], [403, 'TENANT_NOT_ENABLED'])
  const open = { sessionId: family.familyId, tenantId: valuer.tenantId, permissionVersion: 1, ip: '127.0.0.1' }
  assert.deepEqual(await closed.app.authenticator.standingOf([open]), ['tenant_not_enabled'])
  assert.equal((await valuer.call(refresh, { body })).status, 200)
})

test('ID-10 broken, expired and forged tokens are 401 on every route', async () => {
  const { valuer } = await house.firm()
  const [ring] = house.config.JWT_KEYS
  assert.ok(ring)
  const stranger = await newSigningKey()
  const claims = {
    sub: valuer.userId,
    tenant_id: valuer.tenantId,
    sid: sessionOf(valuer),
    permission_version: 1,
    aud: 'web',
    iss: 'zenops',
  }
  const now = Math.floor(Date.now() / 1000)
  const signed = (header: object, key: Parameters<SignJWT['sign']>[0], extra: object = {}): Promise<string> =>
    new SignJWT({ ...claims, iat: now, exp: now + 600, ...extra })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...header } as never) // headers of every kind
      .sign(key)
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const secret = new TextEncoder().encode(ring.x.padEnd(32, 'x'))
  const own = { ...ring, kty: 'OKP' }
  const bad: Record<string, string> = {
    malformed: 'a.b.c',
    'no token at all': 'nonsense',
    'alg none': `${part({ alg: 'none', typ: 'at+jwt', kid: ring.kid })}.${part({ ...claims, exp: Date.now() })}.`,
    'HS256 with the public key': await signed({ alg: 'HS256', kid: ring.kid }, secret),
    'unknown kid': await signed({ kid: 'nobody' }, stranger),
    'wrong key': await signed({ kid: ring.kid }, stranger),
    'wrong type': await signed({ kid: ring.kid, typ: 'JWT' }, own),
    'expired, and its skew too': await signed({ kid: ring.kid }, own, { iat: now - 931, exp: now - 31 }),
    'without an end': await signed({ kid: ring.kid }, own, { exp: undefined }),
    'wrong issuer': await signed({ kid: ring.kid }, own, { iss: 'elsewhere' }),
    'no session': await signed({ kid: ring.kid }, own, { sid: 'x' }),
    'a session of nobody': await signed({ kid: ring.kid }, own, { sid: crypto.randomUUID() }),
    'of another person': await signed({ kid: ring.kid }, own, { sub: crypto.randomUUID() }),
    'of another firm': await signed({ kid: ring.kid }, own, { tenant_id: crypto.randomUUID() }),
    'of a program that is not there': `zst_${'x'.repeat(43)}`,
    'cut short': valuer.token.slice(0, -4),
  }
  assert.equal((await valuer.call(me, {})).status, 200)
  for (const { operation } of house.app.operations) {
    if (operation.access === 'public') continue
    for (const [name, token] of Object.entries(bad)) {
      const response = await house.server('web').inject({
        method: operation.method,
        url: addressOf(operation, { params: ghostParams(operation) }),
        headers: { authorization: `Bearer ${token}` },
      })
      assert.equal(response.statusCode, 401, `${operation.id} ${name}: ${response.body}`)
      assert.equal(
        (JSON.parse(response.body) as { error_code: string }).error_code,
        'AUTH_INVALID',
        `${operation.id} ${name}`,
      )
    }
  }
})

test('ID-10 a token lives 900 seconds and 30 of skew', async () => {
  const { valuer } = await house.firm()
  let at = Date.now()
  const later = await house.neighbour({ clock: { now: () => new Date(at) } })
  at += 928_000
  assert.equal((await later.at(valuer).call(me, {})).status, 200)
  at += 4_000
  assert.equal((await later.at(valuer).call(me, {})).error.error_code, 'AUTH_INVALID')
})

test('ID-11 a rotation under load refuses no valid session; a dropped key’s tokens are healed by refresh', async () => {
  const { valuer } = await house.firm()
  const [first] = house.config.JWT_KEYS
  assert.ok(first)
  const second = { ...(await newSigningKey()), kty: 'OKP' as const, crv: 'Ed25519' as const }
  const running = (keys: (typeof first)[]) => house.neighbour({ config: { JWT_KEYS: keys } })
  const added = await running([first, second])
  const turned = await running([second, first])
  const dropped = await running([second])
  const claims = {
    sub: valuer.userId,
    aud: 'web',
    tenant_id: valuer.tenantId,
    sid: sessionOf(valuer),
    permission_version: 1,
  }
  const fresh = { ...valuer, token: await turned.app.identity.tokens.sign(claims) }
  const calls = Array.from({ length: 60 }, (_, i) => {
    const [place = added] = [[added, turned, frozen][i % 3]]
    const token = place === frozen ? valuer : i % 2 === 0 ? valuer : fresh
    return place.at(token).call(me, {})
  })
  assert.deepEqual([...new Set((await Promise.all(calls)).map(({ status }) => status))], [200])
  assert.equal((await dropped.at(fresh).call(me, {})).status, 200)
  assert.equal((await dropped.at(valuer).call(me, {})).error.error_code, 'AUTH_INVALID')
  const family = await house.app.services.database.transact(authScope(), (tx) =>
    openFamily(tx, {
      userId: valuer.userId,
      tenantId: valuer.tenantId,
      aud: 'web',
      clientType: 'web',
      deviceName: null,
      ip: '127.0.0.1',
      amr: ['pwd'],
    }),
  )
  const healed = await dropped.at(valuer).ok(refresh, { body: { aud: 'web', refresh_token: family.refreshToken } })
  assert.equal((await dropped.at({ ...valuer, token: healed.access_token }).call(me, {})).status, 200)
})
