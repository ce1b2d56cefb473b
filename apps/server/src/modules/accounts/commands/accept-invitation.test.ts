import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { login } from '@zenops/contracts/identity'
import { acceptInvitation, inspectInvitation } from '@zenops/contracts/identity-entry'
import { type House, openHouse, type Reply } from '../../../../test/harness/house.ts'
import {
  actions,
  cookieOf,
  type Known,
  PASSWORD,
  person,
  signedIn,
  type Wish,
} from '../../../../test/harness/people.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { createLink } from '../../identity/index.ts'

const NEXT = 'quite another long phrase'

let house: House
before(async () => {
  house = await openHouse({ TRUSTED_PROXIES: '127.0.0.1' })
})
after(() => house.close())

const codeOf = (reply: Reply<unknown>): unknown[] => [
  reply.status,
  reply.error.error_code,
  reply.error.details[0]?.['reason'],
]
const accept = (token: string, password = NEXT, headers: Record<string, string> = {}): Promise<Reply<unknown>> =>
  house.anon.call(acceptInvitation, { body: { token, password } }, headers)
const inspect = (token: string): Promise<Reply<unknown>> => house.anon.call(inspectInvitation, { body: { token } })

/** Somebody invited, and the token of his link. */
async function invited(
  wish: Wish & { firmId?: string; payload?: Record<string, unknown> } = {},
): Promise<Known & { token: string }> {
  const someone = await person(house, { password: null, ...wish })
  await house.sql("update identity.memberships set status = 'invited' where tenant_id = $1 and user_id = $2", [
    someone.tenantId,
    someone.id,
  ])
  await house.sql('update identity.users set email_verified_at = null where id = $1', [someone.id])
  const link = {
    purpose: 'INVITE',
    user_id: someone.id,
    tenant_id: wish.firmId ?? someone.tenantId,
    payload: wish.payload ?? {},
    createdBy: null,
  } as const
  const { token } = await house.app.services.database.transact(authScope(), (tx) => createLink(tx, link))
  return { ...someone, token }
}

test('ID-21 a new person looks at the invitation, chooses a password and is in; the link works once', async () => {
  const one = await invited()
  const [{ name } = { name: '' }] = await house.sql<{ name: string }>(
    'select name from identity.tenants where id = $1',
    [one.tenantId],
  )
  const seen = await inspect(one.token)
  assert.equal(seen.status, 200)
  const { expires_at, email_masked, ...rest } = seen.body as Record<string, unknown>
  assert.deepEqual(rest, { tenant_name: name, aud: 'web', job_templates: ['valuer'], new_user: true })
  assert.match(String(email_masked), /^p….@test\.zenops\.local$/)
  assert.ok(Date.parse(String(expires_at)) > Date.now() + 6 * 86_400_000)
  const weak = await accept(one.token, 'password')
  assert.deepEqual(
    weak.error.details.map((detail) => detail['reason']),
    ['too_short', 'common'],
  )
  const reply = await house.anon.call(acceptInvitation, {
    body: { token: one.token, password: NEXT, name: 'Meera Iyer' },
  })
  const { session } = signedIn(reply)
  assert.deepEqual([session.tenant.id, session.user.name], [one.tenantId, 'Meera Iyer'])
  assert.match(cookieOf(reply), /^refresh_token_web=/)
  const [row] = await house.sql<{ status: string; verified: boolean }>(
    'select m.status, u.email_verified_at is not null as verified from identity.memberships m join identity.users u on u.id = m.user_id where u.id = $1',
    [one.id],
  )
  assert.deepEqual(row, { status: 'active', verified: true })
  assert.deepEqual(await actions(house, one.tenantId), ['USER_INVITATION_ACCEPTED'])
  assert.deepEqual(codeOf(await accept(one.token)).slice(0, 2), [401, 'AUTH_TOKEN_INVALID'])
  assert.deepEqual(codeOf(await inspect(one.token)).slice(0, 2), [401, 'AUTH_TOKEN_INVALID'])
  assert.equal((await house.anon.call(login, { body: { ...one.credentials, password: NEXT } })).status, 200)
})

test('ID-21 accepted twice at once exactly one gets it', async () => {
  const one = await invited()
  const replies = await Promise.all(Array.from({ length: 8 }, () => accept(one.token)))
  assert.equal(replies.filter((reply) => reply.status === 200).length, 1)
  assert.equal(replies.filter((reply) => reply.error.error_code === 'AUTH_TOKEN_INVALID').length, 7)
})

test('ID-21 a known person proves his password; wrong ones count in the lockout and leave the link unused', async () => {
  const known = await person(house)
  const again = await invited({ email: known.email, password: PASSWORD })
  assert.equal(((await inspect(again.token)).body as { new_user: boolean }).new_user, false)
  for (let i = 0; i < 4; i++)
    assert.deepEqual(codeOf(await accept(again.token, NEXT)).slice(0, 2), [401, 'AUTH_INVALID'])
  assert.deepEqual(codeOf(await accept(again.token, NEXT)).slice(0, 2), [429, 'AUTH_LOCKED'])
  assert.deepEqual(codeOf(await accept(again.token, PASSWORD)).slice(0, 2), [429, 'AUTH_LOCKED'])
  await house.sql('delete from identity.auth_login_counters')
  const reply = await house.anon.call(acceptInvitation, {
    body: { token: again.token, password: PASSWORD, name: 'Somebody else' },
  })
  assert.equal(signedIn(reply).session.user.name, 'Test person', 'his name is his own')
})

test('ID-21 a portal user is invited by a firm into the lane', async () => {
  const { tenantId } = await house.firm()
  for (const payload of [{}, { aud: 'portal' }]) {
    const one = await invited({ aud: 'portal', template: 'portal_user', firmId: tenantId, payload })
    const seen = (await inspect(one.token)).body as { aud: string; tenant_name: string }
    assert.deepEqual(
      [seen.aud, seen.tenant_name],
      [
        'portal',
        (await house.sql<{ name: string }>('select name from identity.tenants where id = $1', [tenantId]))[0]?.name,
      ],
    )
    assert.equal(signedIn(await accept(one.token)).session.tenant.lane, 'external')
  }
})

test('an invitation answers like a sign-in where a second factor is due', async () => {
  const known = await person(house)
  await house.sql(
    `insert into identity.auth_totp (user_id, secret_ciphertext, key_id, enabled_at) values ($1, '\\x00', 'test', now())`,
    [known.id],
  )
  const one = await invited({ email: known.email, password: PASSWORD })
  const reply = await accept(one.token, PASSWORD)
  assert.deepEqual([reply.status, (reply.body as { result: string }).result], [202, 'mfa_required'])
  assert.equal(reply.headers['set-cookie'], undefined)
})

test('ID-21 what stands in the way of an invitation', async () => {
  const withdrawn = await invited()
  await house.sql("update identity.memberships set status = 'ended', deleted_at = now() where user_id = $1", [
    withdrawn.id,
  ])
  assert.deepEqual(codeOf(await inspect(withdrawn.token)).slice(0, 2), [401, 'AUTH_TOKEN_INVALID'])
  assert.deepEqual(codeOf(await inspect('A'.repeat(43))).slice(0, 2), [401, 'AUTH_TOKEN_INVALID'])
  const one = await invited()
  const off = (await house.neighbour({ config: { ZENOPS_MULTI_TENANT_ENABLED: false } })).at(house.anon)
  assert.deepEqual(codeOf(await off.call(inspectInvitation, { body: { token: one.token } })).slice(0, 2), [
    403,
    'TENANT_NOT_ENABLED',
  ])
  assert.deepEqual(
    codeOf(await off.call(acceptInvitation, { body: { token: one.token, password: NEXT } })).slice(0, 2),
    [403, 'TENANT_NOT_ENABLED'],
  )
  const until = new Date(Date.now() + 60_000).toISOString()
  await house.sql(
    "insert into identity.auth_blocks (kind, cidr, reason, expires_at) values ('IP', '192.0.2.21', 'test', $1)",
    [until],
  )
  assert.deepEqual(codeOf(await accept(one.token, NEXT, { 'x-forwarded-for': '192.0.2.21' })), [
    403,
    'AUTH_BLOCKED',
    'ip',
  ])
  await house.sql(
    "insert into identity.auth_blocks (kind, user_id, reason, expires_at) values ('ACCOUNT', $1, 'test', $2)",
    [one.id, until],
  )
  assert.deepEqual(codeOf(await accept(one.token)), [403, 'AUTH_BLOCKED', 'account'])
  await house.sql('update identity.auth_blocks set lifted_at = now() where user_id = $1', [one.id])
  await house.sql("update identity.users set status = 'disabled' where id = $1", [one.id])
  assert.deepEqual(codeOf(await accept(one.token)).slice(0, 2), [403, 'AUTH_ACCOUNT_DISABLED'])
  await house.sql("update identity.users set status = 'active' where id = $1", [one.id])
  const limited = (await house.neighbour({ config: { AUTH_LOGIN_RPM: 20 } })).at(house.anon)
  let last: Reply<unknown> | undefined
  for (let i = 0; i < 21; i++) last = await limited.call(inspectInvitation, { body: { token: one.token } })
  assert.deepEqual(codeOf(last as Reply<unknown>).slice(0, 2), [429, 'AUTH_RATE_LIMITED'])
  assert.equal((await accept(one.token)).status, 200)
})
