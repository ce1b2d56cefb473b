import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  assertPasskey,
  assertPasskeyOptions,
  listPasskeys,
  MAX_PASSKEYS,
  registerPasskey,
  registerPasskeyOptions,
  removePasskey,
  verifyFactor,
} from '@zenops/contracts/identity-factors'
import {
  addPasskey,
  assertNoSession,
  entered,
  entrant,
  familiesOf,
  HOME,
  optionsOf,
  provenAgo,
  ticketOf,
  withPasskey,
  withTotp,
  wrongCodeOf,
} from '../../../test/harness/factors.ts'
import { type House, openHouse, type Reply } from '../../../test/harness/house.ts'
import { SoftPasskey, type Twist } from '../../../test/harness/soft-authenticator.ts'
import { timesRefused } from '../../../test/harness/refusals.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const FAILED = 'AUTH_WEBAUTHN_VERIFICATION_FAILED'
const CHALLENGE = 'AUTH_WEBAUTHN_CHALLENGE_INVALID'
const said = (reply: Reply<unknown>): unknown[] => [
  reply.status,
  reply.error.error_code,
  reply.error.details[0]?.['reason'],
]

/** Turns the last bit of base64url bytes over. */
const flipped = (encoded = ''): string => {
  const bytes = Buffer.from(encoded, 'base64url')
  const last = bytes.length - 1
  bytes[last] = (bytes[last] ?? 0) ^ 1
  return bytes.toString('base64url')
}

/** What an answer lies about, and how it is refused. */
const LIES: Readonly<Record<string, readonly [Twist, readonly unknown[]]>> = {
  'wrong origin': [{ origin: 'https://evil.example' }, [403, 'FORBIDDEN', 'webauthn_origin_not_allowed']],
  'origin of another port': [{ origin: 'http://localhost:3999' }, [403, 'FORBIDDEN', 'webauthn_origin_not_allowed']],
  'origin of another surface': [{ origin: 'http://localhost:3001' }, [403, 'FORBIDDEN', 'webauthn_origin_not_allowed']],
  'origin without https': [{ origin: 'http://127.0.0.1:3000' }, [403, 'FORBIDDEN', 'webauthn_origin_not_allowed']],
  'wrong RP': [{ rpId: 'evil.example' }, [401, FAILED, 'not_verified']],
  'wrong type': [{ type: 'payment.get' }, [401, FAILED, 'type']],
  'wrong challenge': [{ challenge: 'x'.repeat(43) }, [401, CHALLENGE, 'challenge_mismatch']],
  'framed elsewhere': [{ crossOrigin: true }, [401, FAILED, 'cross_origin']],
  'foreign top page': [{ topOrigin: 'https://evil.example' }, [401, FAILED, 'cross_origin']],
  'nobody present': [{ present: false }, [401, FAILED, 'not_verified']],
  'nobody verified': [{ verified: false }, [401, FAILED, 'not_verified']],
  'client data that is no JSON': [
    { tamper: (parts) => ({ ...parts, clientDataJSON: 'AAAA' }) },
    [401, FAILED, 'malformed'],
  ],
}

test('ID-26 an assertion that lies is refused, opens no session and is written', async (t) => {
  const { tenantId } = await house.firm()
  const { who, passkey } = await withPasskey(house, tenantId)
  const attempt = async (twist: Twist) => {
    const mfa_ticket_id = await ticketOf(house, who)
    const begun = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'mfa', mfa_ticket_id } })
    const credential = passkey.assert(optionsOf(begun), twist)
    return house.anon.call(assertPasskey, { body: { challenge_id: begun.challenge_id, credential, mfa_ticket_id } })
  }
  const more: typeof LIES = {
    ...LIES,
    'wrong user handle': [{ handle: 'AAAA' }, [401, FAILED, 'user_handle']],
    'tampered signature': [
      { tamper: (parts) => ({ ...parts, signature: flipped(parts['signature']) }) },
      [401, FAILED, 'signature'],
    ],
    'tampered authenticator data': [
      { tamper: (parts) => ({ ...parts, authenticatorData: flipped(parts['authenticatorData']) }) },
      [401, FAILED, 'signature'],
    ],
    'authenticator data cut off': [
      { tamper: (parts) => ({ ...parts, authenticatorData: 'AAAA' }) },
      [401, FAILED, 'not_verified'],
    ],
    'client data changed after signing': [
      {
        tamper: (parts) => {
          const read = Buffer.from(parts['clientDataJSON'] ?? '', 'base64url').toString('utf8')
          return { ...parts, clientDataJSON: Buffer.from(`${read} `).toString('base64url') }
        },
      },
      [401, FAILED, 'signature'],
    ],
    'no signature': [{ tamper: ({ signature: _gone, ...parts }) => parts }, [401, FAILED, 'malformed']],
  }
  const before = await familiesOf(house, who.userId)
  for (const [name, [twist, expected]] of Object.entries(more)) {
    await t.test(name, async () => {
      const known = await timesRefused(house, tenantId, 'WEBAUTHN_FAILED')
      const reply = await attempt(twist)
      assert.deepEqual(said(reply), expected)
      await assertNoSession(house, reply, { userId: who.userId, before })
      assert.equal(await timesRefused(house, tenantId, 'WEBAUTHN_FAILED'), known + 1)
    })
  }
  assert.equal((await attempt({})).status, 200)
})

test('ID-26 a registration that lies is refused, and keeps nothing', async (t) => {
  const { tenantId } = await house.firm()
  const actor = await entered(house, await entrant(house, tenantId))
  await provenAgo(house, actor.session)
  const x5c = new Map([['x5c', Buffer.from('certificate')]])
  const more: typeof LIES = {
    ...LIES,
    'an assertion in its place': [{ type: 'webauthn.get' }, [401, FAILED, 'type']],
    'a statement with certificates': [{ format: 'packed', statement: x5c }, [401, FAILED, 'attestation_format']],
    'a foreign statement': [{ format: 'tpm', statement: x5c }, [401, FAILED, 'attestation_format']],
    'an attestation that is no CBOR': [
      { tamper: (parts) => ({ ...parts, attestationObject: 'AAAA' }) },
      [401, FAILED, 'not_verified'],
    ],
  }
  for (const [name, [twist, expected]] of Object.entries(more)) {
    await t.test(name, async () => {
      const known = await timesRefused(house, tenantId, 'WEBAUTHN_FAILED')
      const begun = await actor.ok(registerPasskeyOptions, { body: {} })
      const credential = new SoftPasskey(HOME).register(optionsOf(begun), twist)
      const body = { challenge_id: begun.challenge_id, credential, nickname: 'Key' }
      assert.deepEqual(said(await actor.call(registerPasskey, { body })), expected)
      assert.equal(await timesRefused(house, tenantId, 'WEBAUTHN_FAILED'), known + 1)
    })
  }
  assert.deepEqual((await actor.ok(listPasskeys, {})).items, [])
})

test('ID-26 an algorithm that was not offered is 422, a known credential and an eleventh are 409', async () => {
  const { tenantId } = await house.firm()
  const { actor, passkey } = await withPasskey(house, tenantId)
  const offer = async (key: SoftPasskey) => {
    const begun = await actor.ok(registerPasskeyOptions, { body: {} })
    const credential = key.register(optionsOf(begun))
    return actor.call(registerPasskey, { body: { challenge_id: begun.challenge_id, credential, nickname: 'Key' } })
  }
  const foreign = await offer(new SoftPasskey(HOME, { algorithm: 'ES384' }))
  assert.deepEqual(said(foreign), [422, 'AUTH_WEBAUTHN_UNSUPPORTED_ALG', 'unsupported_algorithm'])
  assert.deepEqual(said(await offer(passkey)), [409, 'AUTH_WEBAUTHN_CREDENTIAL_EXISTS', 'credential_exists'])
  const other = await withPasskey(house, tenantId)
  assert.equal((await offer(other.passkey)).error.error_code, 'AUTH_WEBAUTHN_CREDENTIAL_EXISTS')
  const late = await actor.ok(registerPasskeyOptions, { body: {} })
  for (let i = 1; i < MAX_PASSKEYS; i++) await addPasskey(actor)
  const eleventh = new SoftPasskey(HOME).register(optionsOf(late))
  const body = { challenge_id: late.challenge_id, credential: eleventh, nickname: 'Key' }
  assert.deepEqual(said(await actor.call(registerPasskey, { body })), [
    409,
    'AUTH_WEBAUTHN_LIMIT_REACHED',
    'limit_reached',
  ])
  const options = await actor.call(registerPasskeyOptions, { body: {} })
  assert.equal(options.error.error_code, 'AUTH_WEBAUTHN_LIMIT_REACHED')
})

test('ID-26 a challenge is good once, for 300 seconds, for its person and its purpose', async () => {
  const { tenantId } = await house.firm()
  const { who, actor, passkey } = await withPasskey(house, tenantId)
  const other = await withPasskey(house, tenantId)
  const mfa_ticket_id = await ticketOf(house, who)
  const begin = () => house.anon.ok(assertPasskeyOptions, { body: { purpose: 'mfa', mfa_ticket_id } })
  const show = (begun: Awaited<ReturnType<typeof begin>>, ticket = mfa_ticket_id) =>
    house.anon.call(assertPasskey, {
      body: { challenge_id: begun.challenge_id, credential: passkey.assert(optionsOf(begun)), mfa_ticket_id: ticket },
    })
  const gone = [401, CHALLENGE, 'challenge_not_found']
  const wasted = await begin()
  const lied = passkey.assert(optionsOf(wasted), { verified: false })
  const first = await house.anon.call(assertPasskey, {
    body: { challenge_id: wasted.challenge_id, credential: lied, mfa_ticket_id },
  })
  assert.equal(first.error.error_code, FAILED)
  assert.deepEqual(said(await show(wasted)), gone, 'used up by a refused answer too')
  const late = await begin()
  await house.sql('update identity.webauthn_challenges set expires_at = now() where id = $1', [late.challenge_id])
  assert.deepEqual(said(await show(late)), gone, 'expired')
  const theirs = await ticketOf(house, other.who)
  const foreign = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'mfa', mfa_ticket_id: theirs } })
  assert.deepEqual(said(await show(foreign)), gone, 'of somebody else')
  const stepping = await actor.ok(assertPasskeyOptions, { body: { purpose: 'step_up' } })
  assert.deepEqual(said(await show(stepping)), gone, 'of another purpose')
  const signing = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'login', aud: 'web' } })
  assert.deepEqual(said(await show(signing)), gone, 'of a sign-in without password')
  for (const challenge_id of ['x', crypto.randomUUID()]) {
    assert.deepEqual(said(await show({ ...stepping, challenge_id })), gone)
  }
  const right = await begin()
  const replies = await Promise.all([show(right), show(right), show(right)])
  assert.equal(replies.filter((reply) => reply.status === 200).length, 1)
})

test('ID-26 a registration challenge is its own person’s too', async () => {
  const { tenantId } = await house.firm()
  const mine = await withPasskey(house, tenantId)
  const other = await withPasskey(house, tenantId)
  const begun = await other.actor.ok(registerPasskeyOptions, { body: {} })
  const credential = new SoftPasskey(HOME).register(optionsOf(begun))
  const body = { challenge_id: begun.challenge_id, credential, nickname: 'Key' }
  assert.deepEqual(said(await mine.actor.call(registerPasskey, { body })), [401, CHALLENGE, 'challenge_not_found'])
  // It was not used up by somebody else.
  assert.equal((await other.actor.call(registerPasskey, { body })).status, 201)
})

test('ID-26 a passkey of somebody else, a removed and an unknown one sign nobody in', async () => {
  const { tenantId } = await house.firm()
  const { who, actor, passkey } = await withPasskey(house, tenantId)
  const other = await withPasskey(house, tenantId)
  const spare = await addPasskey(actor)
  const before = await familiesOf(house, who.userId)
  const attempt = async (key: SoftPasskey) => {
    const mfa_ticket_id = await ticketOf(house, who)
    const begun = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'mfa', mfa_ticket_id } })
    const credential = key.assert(optionsOf(begun), { handle: null })
    return house.anon.call(assertPasskey, { body: { challenge_id: begun.challenge_id, credential, mfa_ticket_id } })
  }
  assert.equal((await actor.call(removePasskey, { params: { id: spare.credentialId } })).status, 204)
  for (const key of [other.passkey, spare, new SoftPasskey(HOME)]) {
    const reply = await attempt(key)
    assert.deepEqual(said(reply), [401, FAILED, 'credential_unknown'])
    await assertNoSession(house, reply, { userId: who.userId, before })
  }
  assert.equal((await attempt(passkey)).status, 200)
})

test('ID-26 a counter that does not go up suspends the passkey: 409, mail, and it stays so; an unsigned one does nothing', async () => {
  const { tenantId } = await house.firm()
  const { who, actor, passkey } = await withPasskey(house, tenantId)
  const attempt = async (twist: Twist) => {
    const mfa_ticket_id = await ticketOf(house, who)
    const begun = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'mfa', mfa_ticket_id } })
    const credential = passkey.assert(optionsOf(begun), twist)
    return house.anon.call(assertPasskey, { body: { challenge_id: begun.challenge_id, credential, mfa_ticket_id } })
  }
  assert.equal((await attempt({ counter: 0 })).status, 200, 'both zero')
  assert.equal((await attempt({ counter: 7 })).status, 200)
  const spare = await addPasskey(actor)
  const before = await familiesOf(house, who.userId)
  const forged = await attempt({
    counter: 3,
    tamper: (parts) => ({ ...parts, signature: flipped(parts['signature']) }),
  })
  assert.deepEqual(said(forged), [401, FAILED, 'signature'])
  const reply = await attempt({ counter: 7 })
  assert.deepEqual(said(reply), [409, 'AUTH_WEBAUTHN_COUNTER_REGRESSION', 'counter_regression'])
  await assertNoSession(house, reply, { userId: who.userId, before })
  assert.equal((await house.audit(tenantId)).at(-1)?.action, 'WEBAUTHN_COUNTER_REGRESSION')
  assert.deepEqual(said(await attempt({ counter: 9 })), [401, FAILED, 'credential_suspended'])
  const { items } = await actor.ok(listPasskeys, {})
  assert.deepEqual(
    new Map(items.map(({ id, suspended }) => [id, suspended])),
    new Map([
      [spare.credentialId, false],
      [passkey.credentialId, true],
    ]),
  )
  const mails = await house.sql(
    "select 1 from notifications.outbox where user_id = $1 and subject = 'A passkey of yours was suspended'",
    [who.userId],
  )
  assert.equal(mails.length, 1)
})

test('ID-26 who is locked by wrong codes cannot go on by passkey', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const first = await ticketOf(house, who)
  // Ten failures over fresh tickets lock the person.
  for (let i = 0; i < 10; i++) {
    const mfa_ticket_id = await ticketOf(house, who)
    await house.anon.call(verifyFactor, { body: { mfa_ticket_id, totp_code: wrongCodeOf(who.secret) } })
  }
  const credential = new SoftPasskey(HOME).assert({ challenge: 'x'.repeat(43) })
  const reply = await house.anon.call(assertPasskey, {
    body: { challenge_id: crypto.randomUUID(), credential, mfa_ticket_id: first },
  })
  assert.deepEqual(said(reply), [429, 'AUTH_MFA_LOCKED', 'locked'])
  assert.ok(Number(reply.headers['retry-after']) > 800)
})

test('the ticket of somebody else does not stand in for a session', async () => {
  const { tenantId } = await house.firm()
  const mine = await withPasskey(house, tenantId)
  const other = await withPasskey(house, tenantId)
  const mfa_ticket_id = await ticketOf(house, other.who)
  const begun = await mine.actor.call(assertPasskeyOptions, { body: { purpose: 'mfa', mfa_ticket_id } })
  assert.deepEqual(said(begun), [401, 'AUTH_MFA_CHALLENGE_INVALID', 'challenge_not_found'])
  const setUp = await house.anon.call(registerPasskeyOptions, { body: { mfa_ticket_id } })
  assert.deepEqual(said(setUp), [401, 'AUTH_MFA_CHALLENGE_INVALID', 'challenge_type_mismatch'])
})
