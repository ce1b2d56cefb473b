import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  assertPasskey,
  assertPasskeyOptions,
  listPasskeys,
  mfaStatus,
  registerPasskey,
  registerPasskeyOptions,
  removePasskey,
  renamePasskey,
  verifyFactor,
} from '@zenops/contracts/identity-factors'
import { decodeJwt } from 'jose'
import {
  actorOf,
  addPasskey,
  assertNoSession,
  codeOf,
  entered,
  entrant,
  type Entrant,
  familiesOf,
  HOME,
  optionsOf,
  provenAgo,
  signIn,
  ticketOf,
  withPasskey,
  withTotp,
} from '../../../test/harness/factors.ts'
import { type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { SoftPasskey, type Twist } from '../../../test/harness/soft-authenticator.ts'

let house: House
before(async () => {
  house = await openHouse({ MFA_ENFORCE_ADMINS: 'on' })
})
after(() => house.close())

const actions = async (tenantId: string): Promise<string[]> =>
  (await house.audit(tenantId)).map((event) => event.action)
const slugOf = async (tenantId: string): Promise<string> => {
  const [row] = await house.sql<{ slug: string }>('select slug from identity.tenants where id = $1', [tenantId])
  return row?.slug ?? ''
}
const allowPasswordless = (tenantId: string) =>
  house.sql('update identity.tenants set passwordless = true where id = $1', [tenantId])

/** Shows a passkey as the second factor of a sign-in. */
async function second(who: Entrant, passkey: SoftPasskey, twist: Twist = {}) {
  const mfa_ticket_id = await ticketOf(house, who)
  const begun = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'mfa', mfa_ticket_id } })
  const credential = passkey.assert(optionsOf(begun), twist)
  return house.anon.call(assertPasskey, { body: { challenge_id: begun.challenge_id, credential, mfa_ticket_id } })
}
async function passwordless(passkey: SoftPasskey, tenant: string, twist: Twist = {}) {
  const begun = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'login', aud: 'web', tenant } })
  const credential = passkey.assert(optionsOf(begun), twist)
  return house.anon.call(assertPasskey, { body: { challenge_id: begun.challenge_id, credential } })
}
async function stepUp(actor: TestActor, passkey: SoftPasskey, twist: Twist = {}) {
  const begun = await actor.ok(assertPasskeyOptions, { body: { purpose: 'step_up' } })
  const credential = passkey.assert(optionsOf(begun), twist)
  return actor.call(assertPasskey, { body: { challenge_id: begun.challenge_id, credential } })
}

test('ID-26 a passkey is registered after a step-up and completes a sign-in, with each algorithm that is offered', async () => {
  const { tenantId } = await house.firm()
  for (const algorithm of ['ES256', 'RS256', 'EdDSA'] as const) {
    const who = await entrant(house, tenantId)
    const actor = await entered(house, who)
    assert.equal((await actor.call(registerPasskeyOptions, { body: {} })).error.error_code, 'AUTH_STEP_UP_REQUIRED')
    await provenAgo(house, actor.session)
    const passkey = await addPasskey(actor, { algorithm })
    const reply = await second(who, passkey)
    assert.equal(reply.status, 200, algorithm)
    if (reply.body.result !== 'accepted') throw new Error('no session')
    assert.match(String(reply.headers['set-cookie']), /^refresh_token_web=/)
    assert.deepEqual(decodeJwt(reply.body.access_token)['amr'], ['pwd', 'webauthn'])
  }
  const written = await actions(tenantId)
  assert.equal(written.filter((action) => action === 'WEBAUTHN_REGISTERED').length, 3)
  assert.equal(written.filter((action) => action === 'WEBAUTHN_ASSERTED').length, 3)
})

test('ID-26 the options: challenge, verification, algorithms, handle, what is registered already', async () => {
  const { tenantId } = await house.firm()
  const { actor, passkey } = await withPasskey(house, tenantId)
  const { public_key } = await actor.ok(registerPasskeyOptions, { body: {} })
  const options = public_key as {
    challenge: string
    user: { id: string }
    rp: object
    timeout: number
    attestation: string
    pubKeyCredParams: { alg: number }[]
    excludeCredentials: { id: string; transports: string[] }[]
    authenticatorSelection: Record<string, unknown>
  } // the parts that this test reads
  assert.equal(Buffer.from(options.challenge, 'base64url').length, 32)
  assert.equal(Buffer.from(options.user.id, 'base64url').length, 32)
  assert.deepEqual(options.rp, { id: 'localhost', name: 'ZenOps' })
  assert.deepEqual([options.timeout, options.attestation], [300_000, 'none'])
  assert.deepEqual(
    options.pubKeyCredParams.map(({ alg }) => alg),
    [-7, -257, -8],
  )
  assert.deepEqual(options.excludeCredentials, [{ id: passkey.id, transports: ['internal'], type: 'public-key' }])
  assert.equal(options.authenticatorSelection['userVerification'], 'required')
  assert.equal(options.authenticatorSelection['residentKey'], 'preferred')
  await allowPasswordless(tenantId)
  const again = (await actor.ok(registerPasskeyOptions, { body: {} })).public_key as typeof options // as above
  assert.equal(again.authenticatorSelection['residentKey'], 'required')
})

test('ID-26 ID-27 a passkey steps a session up, in this session alone', async () => {
  const { tenantId } = await house.firm()
  const { who, actor, passkey } = await withPasskey(house, tenantId)
  await provenAgo(house, actor.session, 301)
  const rename = await actor.ok(listPasskeys, {})
  const id = rename.items[0]?.id ?? ''
  const refused = await actor.call(removePasskey, { params: { id } })
  assert.equal(refused.error.error_code, 'AUTH_STEP_UP_REQUIRED')
  assert.deepEqual(refused.error.details[0]?.['methods'], ['WEBAUTHN'])
  const reply = await stepUp(actor, passkey)
  assert.equal(reply.status, 200)
  assert.equal(reply.body.result, 'stepped_up')
  assert.equal(reply.headers['set-cookie'], undefined)
  const written = await house.audit(tenantId)
  assert.deepEqual(
    written.slice(-2).map((event) => event.action),
    ['WEBAUTHN_ASSERTED', 'STEP_UP_PASSED'],
  )
  const other = await second(who, passkey)
  if (other.body.result !== 'accepted') throw new Error('no session')
  await provenAgo(house, other.body, 301)
  assert.equal((await actorOf(house, other.body).call(removePasskey, { params: { id } })).status, 401)
  assert.equal((await actor.call(removePasskey, { params: { id } })).status, 204)
})

test('ID-26 passwordless counts as both factors where the firm allows it, and is refused after the assertion where not', async () => {
  const { tenantId } = await house.firm()
  const { who, passkey } = await withPasskey(house, tenantId)
  const slug = await slugOf(tenantId)
  const before = await familiesOf(house, who.userId)
  const refused = await passwordless(passkey, slug)
  assert.deepEqual([refused.status, refused.error.error_code], [403, 'AUTH_PASSWORDLESS_DISABLED'])
  await assertNoSession(house, refused, { userId: who.userId, before })
  const unknown = await passwordless(new SoftPasskey(HOME), slug, { handle: null })
  assert.equal(unknown.error.error_code, 'AUTH_WEBAUTHN_VERIFICATION_FAILED')
  await allowPasswordless(tenantId)
  const begun = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'login', aud: 'web', tenant: slug } })
  assert.deepEqual(begun.public_key['allowCredentials'], [])
  const reply = await passwordless(passkey, slug)
  assert.equal(reply.status, 200)
  if (reply.body.result !== 'accepted') throw new Error('no session')
  assert.equal(reply.body.tenant.id, tenantId)
  assert.deepEqual(decodeJwt(reply.body.access_token)['amr'], ['webauthn'])
  const actor = actorOf(house, reply.body)
  assert.equal((await actor.call(registerPasskeyOptions, { body: {} })).status, 200)
  assert.ok((await actions(tenantId)).includes('AUTH_LOGIN_FAILED'))
  assert.equal((await actions(tenantId)).at(-1), 'AUTH_LOGIN_SUCCESS')
})

test('ID-26 a sign-in by passkey that names no firm goes to the one worked in last; an unknown one is not enabled', async () => {
  const { tenantId } = await house.firm()
  const { who, passkey } = await withPasskey(house, tenantId)
  await allowPasswordless(tenantId)
  const begun = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'login', aud: 'web' } })
  const credential = passkey.assert(optionsOf(begun))
  const reply = await house.anon.call(assertPasskey, { body: { challenge_id: begun.challenge_id, credential } })
  if (reply.body.result !== 'accepted') throw new Error('no session')
  assert.equal(reply.body.tenant.id, who.tenantId)
  const unknown = await house.anon.call(assertPasskeyOptions, {
    body: { purpose: 'login', aud: 'web', tenant: 'no-such-firm' },
  })
  assert.deepEqual([unknown.status, unknown.error.error_code], [403, 'TENANT_NOT_ENABLED'])
})

test('ID-26 a sign-in by passkey asks after block, account and firm like any other', async () => {
  const { tenantId } = await house.firm()
  await allowPasswordless(tenantId)
  const slug = await slugOf(tenantId)
  const cases: [string, string][] = [
    ["update identity.users set status = 'disabled' where id = $1", 'AUTH_ACCOUNT_DISABLED'],
    [
      "insert into identity.auth_blocks (kind, user_id, reason, expires_at) values ('ACCOUNT', $1, 'test', now() + interval '1 hour')",
      'AUTH_BLOCKED',
    ],
    ['delete from identity.membership_job_templates where user_id = $1', 'FORBIDDEN'],
  ]
  for (const [statement, code] of cases) {
    const { who, passkey } = await withPasskey(house, tenantId)
    await house.sql(statement, [who.userId])
    const before = await familiesOf(house, who.userId)
    const reply = await passwordless(passkey, slug)
    assert.deepEqual([reply.status, reply.error.error_code], [403, code])
    await assertNoSession(house, reply, { userId: who.userId, before })
  }
})

test('ID-25 ID-26 an ADMIN without a factor registers a passkey with the ticket of the sign-in', async () => {
  const { tenantId } = await house.firm()
  const who = await entrant(house, tenantId, 'super_admin')
  const mfa_ticket_id = await ticketOf(house, who, 'mfa_setup_required')
  const passkey = new SoftPasskey(HOME)
  const begun = await house.anon.ok(registerPasskeyOptions, { body: { mfa_ticket_id } })
  const credential = passkey.register(optionsOf(begun))
  const reply = await house.anon.call(registerPasskey, {
    body: { challenge_id: begun.challenge_id, credential, nickname: ' My key ', mfa_ticket_id },
  })
  assert.equal(reply.status, 201)
  assert.equal(reply.body.recovery_codes?.length, 10)
  assert.match(String(reply.headers['set-cookie']), /^refresh_token_web=/)
  if (!reply.body.session) throw new Error('no session')
  const actor = actorOf(house, reply.body.session)
  const { items } = await actor.ok(listPasskeys, {})
  assert.deepEqual(
    items.map(({ id, nickname, suspended, backed_up }) => ({ id, nickname, suspended, backed_up })),
    [{ id: reply.body.credential_id, nickname: 'My key', suspended: false, backed_up: false }],
  )
  const last = await actor.call(removePasskey, { params: { id: reply.body.credential_id } })
  assert.deepEqual([last.status, last.error.error_code], [409, 'AUTH_MFA_LAST_FACTOR'])
  assert.equal((await second(who, passkey)).status, 200)
})

test('ID-25 where ADMIN needs a passkey, the app is shown first, then a passkey is set up: no session before', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId, 'ops_manager')
  await house.sql("update identity.tenants set mfa_policy = 'webauthn_admins' where id = $1", [tenantId])
  const before = await familiesOf(house, who.userId)
  const shown = await house.anon.call(verifyFactor, {
    body: { mfa_ticket_id: await ticketOf(house, who), totp_code: codeOf(who.secret) },
  })
  assert.equal(shown.status, 202)
  if (shown.body.result !== 'mfa_setup_required') throw new Error('no set-up is asked for')
  assert.deepEqual(shown.body.mfa_methods, ['WEBAUTHN'])
  await assertNoSession(house, shown, { userId: who.userId, before })
  const { mfa_ticket_id } = shown.body
  const begun = await house.anon.ok(registerPasskeyOptions, { body: { mfa_ticket_id } })
  const passkey = new SoftPasskey(HOME)
  const credential = passkey.register(optionsOf(begun))
  const reply = await house.anon.call(registerPasskey, {
    body: { challenge_id: begun.challenge_id, credential, nickname: 'Key', mfa_ticket_id },
  })
  assert.equal(reply.status, 201)
  assert.ok(reply.body.session)
  assert.equal((await second(who, passkey)).status, 200)
})

test('ID-26 passkeys are listed, renamed and removed by their owner alone; none left is said', async () => {
  const { tenantId } = await house.firm()
  const { who, actor, passkey } = await withPasskey(house, tenantId)
  const stranger = await withPasskey(house, tenantId)
  const id = passkey.credentialId
  const renamed = await actor.ok(renamePasskey, { params: { id }, body: { nickname: 'Desk' } })
  assert.equal(renamed.nickname, 'Desk')
  for (const foreign of [
    await stranger.actor.call(renamePasskey, { params: { id }, body: { nickname: 'Mine' } }),
    await stranger.actor.call(removePasskey, { params: { id } }),
  ]) {
    assert.deepEqual([foreign.status, foreign.error.error_code], [404, 'NOT_FOUND'])
  }
  const mfa_ticket_id = await ticketOf(house, who)
  assert.equal((await actor.call(removePasskey, { params: { id } })).status, 204)
  assert.deepEqual((await actor.ok(listPasskeys, {})).items, [])
  assert.deepEqual(await actor.ok(mfaStatus, {}), {
    required: false,
    totp: false,
    passkeys: 0,
    recovery_left: 0,
    grace_until: null,
  })
  const none = await house.anon.call(assertPasskeyOptions, { body: { purpose: 'mfa', mfa_ticket_id } })
  assert.deepEqual([none.status, none.error.error_code], [409, 'AUTH_WEBAUTHN_NOT_REGISTERED'])
  assert.equal((await signIn(house, who)).status, 200)
  const subjects = await house.sql<{ subject: string }>('select subject from notifications.outbox where user_id = $1', [
    who.userId,
  ])
  assert.equal(subjects.filter(({ subject }) => subject === 'Your passkeys were changed').length, 2)
  assert.ok((await actions(tenantId)).includes('WEBAUTHN_REVOKED'))
})

test('a challenge for a step-up needs somebody who is signed in', async () => {
  const reply = await house.anon.call(assertPasskeyOptions, { body: { purpose: 'step_up' } })
  assert.deepEqual([reply.status, reply.error.error_code], [401, 'AUTH_REQUIRED'])
  const without = await house.anon.call(assertPasskeyOptions, { body: { purpose: 'mfa' } })
  assert.deepEqual([without.status, without.error.error_code], [401, 'AUTH_MFA_CHALLENGE_INVALID'])
  const nameless = await house.anon.call(assertPasskeyOptions, { body: { purpose: 'login' } })
  assert.equal(nameless.status, 422)
})
