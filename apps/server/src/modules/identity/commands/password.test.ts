import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { login, me } from '@zenops/contracts/identity'
import { changePassword, forgotPassword, resetPassword } from '@zenops/contracts/identity-entry'
import { type House, openHouse, type Reply } from '../../../../test/harness/house.ts'
import {
  actions,
  counted,
  type Known,
  mailsTo,
  PASSWORD,
  person,
  signIn,
  tokenIn,
} from '../../../../test/harness/people.ts'

const NEXT = 'quite another long phrase'
const WRONG = 'not the right phrase'

let house: House
before(async () => {
  house = await openHouse({ TRUSTED_PROXIES: '127.0.0.1' })
})
after(() => house.close())

const reasonsOf = (reply: Reply<unknown>): unknown[] => reply.error.details.map((detail) => detail['reason'])
const forgot = (email: string): Promise<Reply<unknown>> =>
  house.anon.call(forgotPassword, { body: { email, aud: 'web' } })
const reset = (token: string, password = NEXT): Promise<Reply<unknown>> =>
  house.anon.call(resetPassword, { body: { token, password } })
const linkTo = async ({ email }: Known): Promise<string> => {
  await forgot(email)
  return tokenIn((await mailsTo(house, email)).filter((mail) => mail.template_key === 'auth_reset_link').at(-1))
}
const passwordIs = async ({ credentials }: Known, password: string): Promise<boolean> =>
  (await house.anon.call(login, { body: { ...credentials, password } })).status === 200

test('ID-18 a reset link sets the password, ends all sessions, lifts the lock, leaves factors, and signs nobody in', async () => {
  const someone = await person(house)
  const { bearer } = await signIn(house.anon, someone)
  await house.sql(
    `insert into identity.auth_totp (user_id, secret_ciphertext, key_id, enabled_at) values ($1, '\\x00', 'test', now())`,
    [someone.id],
  )
  for (let i = 0; i < 5; i++) await house.anon.call(login, { body: { ...someone.credentials, password: WRONG } })
  const token = await linkTo(someone)
  const reply = await reset(token)
  assert.deepEqual([reply.status, reply.body], [200, { result: 'password_set' }])
  assert.equal(reply.headers['set-cookie'], undefined)
  const signedIn = await house.anon.call(login, { body: { ...someone.credentials, password: NEXT } })
  assert.equal(signedIn.status, 202, 'the lock is lifted, the factor is asked for')
  const live = await house.sql('select 1 from identity.auth_families where user_id = $1 and revoked_at is null', [
    someone.id,
  ])
  assert.equal(live.length, 0)
  const elsewhere = (await house.neighbour()).at(house.anon)
  assert.equal((await elsewhere.call(me, {}, bearer)).status, 401)
  assert.deepEqual(
    (await mailsTo(house, someone.email)).map((mail) => mail.subject),
    ['Choose a new password', 'Your password was changed'],
  )
  assert.deepEqual((await actions(house, someone.tenantId)).slice(-4), [
    'AUTH_PASSWORD_RESET_REQUESTED',
    'AUTH_PASSWORD_RESET',
    'AUTH_ACCOUNT_UNLOCKED',
    'AUTH_LOGIN_SUCCESS',
  ])
  assert.ok((await counted(house, 'auth_account_unlocked')) >= 1)
})

test('ID-18 each rule of passwords has its reason, and a refused password leaves the link unused', async () => {
  const someone = await person(house)
  const [{ name } = { name: '' }] = await house.sql<{ name: string }>(
    'select name from identity.tenants where id = $1',
    [someone.tenantId],
  )
  const token = await linkTo(someone)
  const cases: [string, string][] = [
    ['short', 'too_short'],
    ['x'.repeat(129), 'too_long'],
    ['passwordpassword', 'common'],
    [`${someone.email.split('@')[0]} is me`, 'contains_identity'],
    [`working at ${name} today`, 'contains_identity'],
    [PASSWORD, 'unchanged'],
  ]
  for (const [password, reason] of cases) {
    const reply = await reset(token, password)
    assert.deepEqual([reply.status, reply.error.error_code], [422, 'AUTH_PASSWORD_REJECTED'], password)
    assert.ok(reasonsOf(reply).includes(reason), `${reason}: ${JSON.stringify(reply.error.details)}`)
    assert.equal(reply.error.details[0]?.['path'], 'password')
  }
  assert.equal((await reset(token)).status, 200)
})

test('ID-18 a link works once, also under twenty tries at once', async () => {
  const someone = await person(house)
  const token = await linkTo(someone)
  const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => reset(token, `${NEXT} number ${i}`)))
  assert.equal(replies.filter((reply) => reply.status === 200).length, 1)
  const others = replies.filter((reply) => reply.status !== 200)
  assert.ok(others.every((reply) => reply.status === 401 && reply.error.error_code === 'AUTH_TOKEN_INVALID'))
  assert.equal((await reset(token)).error.error_code, 'AUTH_TOKEN_INVALID')
})

test('a link is bound to its purpose, its time and the newest request; invented ones are refused', async () => {
  const someone = await person(house)
  const first = await linkTo(someone)
  const second = await linkTo(someone)
  assert.equal((await reset(first)).error.error_code, 'AUTH_TOKEN_INVALID')
  await house.sql("update identity.auth_links set purpose = 'INVITE' where user_id = $1 and consumed_at is null", [
    someone.id,
  ])
  assert.equal((await reset(second)).error.error_code, 'AUTH_TOKEN_INVALID')
  await house.sql(
    "update identity.auth_links set purpose = 'RESET', expires_at = now() where user_id = $1 and consumed_at is null",
    [someone.id],
  )
  assert.equal((await reset(second)).error.error_code, 'AUTH_TOKEN_INVALID')
  assert.equal((await reset('A'.repeat(43))).error.error_code, 'AUTH_TOKEN_INVALID')
  assert.equal((await reset('too short')).status, 422)
  const gone = await person(house)
  const token = await linkTo(gone)
  await house.sql("update identity.users set status = 'disabled' where id = $1", [gone.id])
  assert.equal((await reset(token)).error.error_code, 'AUTH_TOKEN_INVALID')
  assert.ok(await passwordIs(someone, PASSWORD))
})

test('asking for a reset answers alike for everybody and mails who can use it; three mails an hour', async () => {
  const someone = await person(house)
  const invited = await person(house, { password: null })
  await house.sql("update identity.memberships set status = 'invited' where user_id = $1", [invited.id])
  const nobody = `nobody-${crypto.randomUUID()}@test.zenops.local`
  for (const email of [someone.email, invited.email, nobody]) {
    const reply = await forgot(email)
    assert.deepEqual([reply.status, reply.body], [202, { result: 'mail_sent' }])
  }
  const [mail, ...more] = await mailsTo(house, someone.email)
  assert.equal(more.length, 0)
  assert.match(mail?.body_text ?? '', /\/reset#token=/)
  assert.deepEqual([...(await mailsTo(house, invited.email)), ...(await mailsTo(house, nobody))], [])
  const kept = await house.sql('select 1 from identity.auth_links where user_id is null')
  assert.equal(kept.length, 0, 'the work for nobody leaves nothing')
  const limited = (await house.neighbour({ config: { AUTH_LOGIN_RPM: 20 } })).at(house.anon)
  const busy = await person(house)
  const answers: number[] = []
  for (let i = 0; i < 5; i++)
    answers.push(
      (
        await limited.call(
          forgotPassword,
          { body: { email: busy.email, aud: 'web' } },
          { 'x-forwarded-for': '198.51.100.40' },
        )
      ).status,
    )
  assert.deepEqual(answers, [202, 202, 202, 202, 202])
  assert.equal((await mailsTo(house, busy.email)).length, 3)
  const sixth = await limited.call(
    forgotPassword,
    { body: { email: busy.email, aud: 'web' } },
    { 'x-forwarded-for': '198.51.100.40' },
  )
  assert.deepEqual(
    [sixth.status, sixth.error.error_code, sixth.headers['ratelimit-limit']],
    [429, 'AUTH_RATE_LIMITED', '5'],
  )
})

test('ID-18 a change needs the present password, ends the other sessions, and counts wrong ones in the lockout', async () => {
  const someone = await person(house)
  const here = await signIn(house.anon, someone)
  await signIn(house.anon, someone)
  const change = (current_password: string, new_password: string): Promise<Reply<unknown>> =>
    house.anon.call(changePassword, { body: { current_password, new_password } }, here.bearer)
  const wrong = await change(WRONG, NEXT)
  assert.deepEqual([wrong.status, wrong.error.error_code], [401, 'AUTH_INVALID'])
  const same = await change(PASSWORD, PASSWORD)
  assert.deepEqual(
    [same.status, same.error.error_code, reasonsOf(same)],
    [422, 'AUTH_PASSWORD_REJECTED', ['unchanged']],
  )
  assert.equal(same.error.details[0]?.['path'], 'new_password')
  const changed = await change(PASSWORD, NEXT)
  assert.deepEqual([changed.status, changed.body], [200, { result: 'password_set', revoked: 1 }])
  assert.equal((await house.anon.call(me, {}, here.bearer)).status, 200, 'this session lives on')
  assert.deepEqual(
    (await mailsTo(house, someone.email)).map((mail) => mail.subject),
    ['Your password was changed'],
  )
  assert.equal((await actions(house, someone.tenantId)).at(-1), 'AUTH_PASSWORD_CHANGED')
  for (let i = 0; i < 4; i++) assert.equal((await change(WRONG, PASSWORD)).status, 401)
  const fifth = await change(WRONG, PASSWORD)
  assert.deepEqual([fifth.status, fifth.error.error_code, fifth.headers['retry-after']], [429, 'AUTH_LOCKED', '900'])
  assert.equal((await change(NEXT, PASSWORD)).error.error_code, 'AUTH_LOCKED')
  assert.equal(
    (await house.anon.call(login, { body: { ...someone.credentials, password: NEXT } })).error.error_code,
    'AUTH_LOCKED',
  )
  const limited = (await house.neighbour({ config: { AUTH_LOGIN_RPM: 20 } })).at(house.anon)
  let last: Reply<unknown> | undefined
  for (let i = 0; i < 11; i++)
    last = await limited.call(changePassword, { body: { current_password: NEXT, new_password: PASSWORD } }, here.bearer)
  assert.equal(last?.error.error_code, 'AUTH_RATE_LIMITED')
})

test('who has no password proves none', async () => {
  const { owner } = await house.firm()
  const reply = await owner.call(changePassword, { body: { current_password: PASSWORD, new_password: NEXT } })
  assert.deepEqual([reply.status, reply.error.error_code], [401, 'AUTH_INVALID'])
})

test('ID-18 asked for many times at once, known and unknown addresses get one answer, and the last link alone works', async () => {
  const someone = await person(house)
  for (const email of [someone.email, `nobody-${crypto.randomUUID()}@test.zenops.local`]) {
    const replies = await Promise.all(Array.from({ length: 8 }, () => forgot(email)))
    assert.deepEqual(
      replies.map(({ status, body }) => [status, body]),
      Array(8).fill([202, { result: 'mail_sent' }]),
    )
  }
  const live = await house.sql('select 1 from identity.auth_links where user_id = $1 and consumed_at is null', [
    someone.id,
  ])
  assert.equal(live.length, 1)
  const tokens = (await mailsTo(house, someone.email)).map(tokenIn)
  const statuses: number[] = []
  for (const token of tokens) statuses.push((await reset(token)).status)
  assert.ok(tokens.length > 1)
  assert.deepEqual(statuses.toSorted(), [200, ...Array(tokens.length - 1).fill(401)])
})
