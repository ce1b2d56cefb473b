import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { login } from '@zenops/contracts/identity'
import {
  activateTotp,
  enrollTotp,
  mfaStatus,
  regenerateRecoveryCodes,
  removeTotp,
  verifyFactor,
} from '@zenops/contracts/identity-factors'
import { decodeJwt } from 'jose'
import {
  actorOf,
  assertNoSession,
  codeOf,
  entered,
  entrant,
  familiesOf,
  freshStep,
  PASSWORD,
  provenAgo,
  signIn,
  ticketOf,
  withTotp,
  wrongCodeOf,
} from '../../../test/harness/factors.ts'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { timesRefused } from '../../../test/harness/refusals.ts'

let house: House
before(async () => {
  house = await openHouse({ MFA_ENFORCE_ADMINS: 'on' })
})
after(() => house.close())

const verify = (mfa_ticket_id: string, totp_code: string) =>
  house.anon.call(verifyFactor, { body: { mfa_ticket_id, totp_code } })
const recover = (mfa_ticket_id: string, recovery_code: string) =>
  house.anon.call(verifyFactor, { body: { mfa_ticket_id, recovery_code } })
const actions = async (tenantId: string): Promise<string[]> =>
  (await house.audit(tenantId)).map((event) => event.action)
const noticesOf = (userId: string) =>
  house.sql<{ subject: string }>('select subject from notifications.outbox where user_id = $1 order by id', [userId])

test('ID-23 a right password of who has a factor answers 202 with a ticket, and neither token nor cookie', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const before = await familiesOf(house, who.userId)
  const reply = await signIn(house, who)
  assert.equal(reply.status, 202)
  assert.deepEqual(reply.body, {
    result: 'mfa_required',
    mfa_ticket_id: 'mfa_ticket_id' in reply.body ? reply.body.mfa_ticket_id : '',
    mfa_methods: ['TOTP', 'RECOVERY'],
    expires_in: 600,
  })
  await assertNoSession(house, reply, { userId: who.userId, before })
})

test('ID-23 the code completes the sign-in: session, cookie, amr, step-up, audit', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const reply = await verify(await ticketOf(house, who), codeOf(who.secret))
  assert.equal(reply.status, 200)
  if (reply.body.result !== 'accepted') throw new Error('no session')
  assert.match(String(reply.headers['set-cookie']), /^refresh_token_web=/)
  assert.deepEqual(decodeJwt(reply.body.access_token)['amr'], ['pwd', 'otp'])
  const actor = actorOf(house, reply.body)
  assert.equal((await actor.call(regenerateRecoveryCodes, {})).status, 200)
  assert.deepEqual((await actions(tenantId)).slice(-3), [
    'AUTH_LOGIN_SUCCESS',
    'MFA_VERIFIED',
    'MFA_RECOVERY_REGENERATED',
  ])
})

test('ID-23 a code of the step before or after counts, one of a step further away does not', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  assert.equal(
    (await verify(await ticketOf(house, who), codeOf(who.secret, 3))).error.error_code,
    'AUTH_MFA_INVALID_CODE',
  )
  assert.equal(
    (await verify(await ticketOf(house, who), codeOf(who.secret, -3))).error.error_code,
    'AUTH_MFA_INVALID_CODE',
  )
  assert.equal((await verify(await ticketOf(house, who), codeOf(who.secret, 1))).status, 200)
})

test('ID-23 a step counts once: not again, not an earlier one, and of equal codes at once one', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const tickets = await Promise.all(Array.from({ length: 6 }, () => ticketOf(house, who)))
  const before = await familiesOf(house, who.userId)
  const code = codeOf(who.secret)
  const replies = await Promise.all(tickets.map((ticket) => verify(ticket, code)))
  assert.deepEqual(replies.map((reply) => reply.status).sort(), [200, 401, 401, 401, 401, 401])
  assert.equal(await familiesOf(house, who.userId), before + 1)
  const earlier = await verify(await ticketOf(house, who), codeOf(who.secret, -1))
  assert.equal(earlier.error.error_code, 'AUTH_MFA_INVALID_CODE')
})

test('ID-23 of one ticket used at once by many, one gets the session', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const ticket = await ticketOf(house, who)
  const before = await familiesOf(house, who.userId)
  const replies = await Promise.all(who.codes.slice(0, 6).map((code) => recover(ticket, code)))
  assert.equal(replies.filter((reply) => reply.status === 200).length, 1)
  assert.ok(replies.every((reply) => reply.status === 200 || reply.error.error_code === 'AUTH_MFA_CHALLENGE_INVALID'))
  assert.equal(await familiesOf(house, who.userId), before + 1)
})

test('ID-23 the fifth wrong code locks the ticket for five minutes, whatever comes then', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const ticket = await ticketOf(house, who)
  const wrong = wrongCodeOf(who.secret)
  for (let i = 0; i < 4; i++) {
    const reply = await verify(ticket, wrong)
    assert.equal(reply.status, 401)
    assert.equal(reply.error.error_code, 'AUTH_MFA_INVALID_CODE')
  }
  const fifth = await verify(ticket, wrong)
  assert.equal(fifth.status, 429)
  assert.equal(fifth.error.error_code, 'AUTH_MFA_LOCKED')
  assert.equal(fifth.headers['retry-after'], '300')
  const locked = await verify(ticket, codeOf(who.secret))
  assert.equal(locked.error.error_code, 'AUTH_MFA_LOCKED')
  assert.equal((await verify(await ticketOf(house, who), codeOf(who.secret))).status, 200)
  await house.sql(
    "update identity.auth_mfa_tickets set locked_until = now() - interval '1 second' where user_id = $1",
    [who.userId],
  )
  await freshStep(house, who.userId)
  assert.equal((await verify(ticket, codeOf(who.secret))).status, 200)
  assert.equal(await timesRefused(house, tenantId, 'MFA_FAILED'), 5)
})

test('ID-23 ten wrong codes over fresh tickets lock the person for fifteen minutes', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const wrong = wrongCodeOf(who.secret)
  const replies = []
  for (let i = 0; i < 10; i++) replies.push(await verify(await ticketOf(house, who), wrong))
  assert.ok(replies.slice(0, 9).every((reply) => reply.status === 401))
  const tenth = replies[9]
  assert.equal(tenth?.status, 429)
  assert.equal(tenth?.headers['retry-after'], '900')
  assert.equal((await verify(await ticketOf(house, who), codeOf(who.secret))).error.error_code, 'AUTH_MFA_LOCKED')
  await house.sql(
    "update identity.auth_factor_counters set locked_until = now() - interval '1 second' where user_id = $1",
    [who.userId],
  )
  assert.equal((await verify(await ticketOf(house, who), codeOf(who.secret))).status, 200)
})

test('ID-23 wrong codes at once count one by one: none slips past the tenth', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const tickets = await Promise.all(Array.from({ length: 14 }, () => ticketOf(house, who)))
  const replies = await Promise.all(tickets.map((ticket) => verify(ticket, wrongCodeOf(who.secret))))
  assert.equal(replies.filter((reply) => reply.status === 401).length, 9)
  assert.equal(replies.filter((reply) => reply.status === 429).length, 5)
})

test('ID-23 tickets: unknown, of the wrong kind, expired, used, of somebody else', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const reasonOf = async (
    call: Promise<{ status: number; error: { error_code: string; details: readonly object[] } }>,
  ) => {
    const { status, error } = await call
    assert.deepEqual([status, error.error_code], [401, 'AUTH_MFA_CHALLENGE_INVALID'])
    return (error.details[0] as { reason: string }).reason // the four-field shape
  }
  assert.equal(await reasonOf(verify('x'.repeat(43), '123456')), 'challenge_not_found')
  const ticket = await ticketOf(house, who)
  const asSetup = house.anon.call(enrollTotp, { body: { mfa_ticket_id: ticket } })
  assert.equal(await reasonOf(asSetup), 'challenge_type_mismatch')
  const stranger = await entered(house, await entrant(house, tenantId))
  const foreign = stranger.call(enrollTotp, { body: { mfa_ticket_id: ticket } })
  assert.equal(await reasonOf(foreign), 'challenge_not_found')
  await house.sql(
    'update identity.auth_mfa_tickets set expires_at = now() where user_id = $1 and consumed_at is null',
    [who.userId],
  )
  assert.equal(await reasonOf(verify(ticket, codeOf(who.secret))), 'challenge_expired')
  const used = await ticketOf(house, who)
  assert.equal((await verify(used, codeOf(who.secret))).status, 200)
  assert.equal(await reasonOf(verify(used, codeOf(who.secret, 1))), 'challenge_not_found')
})

test('ID-24 a recovery code counts once, also when used at once, opens no step-up, and is told by mail', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const [code = '', second = ''] = who.codes
  assert.match(code, /^[A-HJ-NP-Z2-9]{10}$/)
  assert.equal(new Set(who.codes).size, 10)
  const tickets = await Promise.all(Array.from({ length: 5 }, () => ticketOf(house, who)))
  const replies = await Promise.all(tickets.map((ticket) => recover(ticket, code)))
  assert.deepEqual(replies.map((reply) => reply.status).sort(), [200, 401, 401, 401, 401])
  const won = replies.find((reply) => reply.status === 200)?.body
  if (won?.result !== 'accepted') throw new Error('no session')
  assert.deepEqual(decodeJwt(won.access_token)['amr'], ['pwd', 'recovery'])
  const actor = actorOf(house, won)
  assert.equal((await actor.call(removeTotp, {})).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  assert.equal((await actor.ok(mfaStatus, {})).recovery_left, 9)
  assert.ok((await noticesOf(who.userId)).some(({ subject }) => subject === 'A recovery code was used'))
  assert.ok((await actions(tenantId)).includes('MFA_RECOVERY_USED'))
  const spaced = `${second.slice(0, 5).toLowerCase()}-${second.slice(5)} `
  assert.equal((await recover(await ticketOf(house, who), spaced)).status, 200)
})

test('ID-24 new recovery codes void the old ones; expired ones count no more', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const reply = await verify(await ticketOf(house, who), codeOf(who.secret))
  if (reply.body.result !== 'accepted') throw new Error('no session')
  const { recovery_codes } = await actorOf(house, reply.body).ok(regenerateRecoveryCodes, {})
  const [fresh = '', another = ''] = recovery_codes
  assert.equal((await recover(await ticketOf(house, who), who.codes[0] ?? '')).status, 401)
  assert.equal((await recover(await ticketOf(house, who), fresh)).status, 200)
  await house.sql('update identity.auth_recovery_codes set expires_at = now() where user_id = $1', [who.userId])
  assert.equal((await signIn(house, who)).status, 202)
  assert.equal((await recover(await ticketOf(house, who), another)).error.error_code, 'AUTH_MFA_INVALID_CODE')
})

test('new recovery codes are shown once: a repeat under the same key gives none', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const reply = await verify(await ticketOf(house, who), codeOf(who.secret))
  if (reply.body.result !== 'accepted') throw new Error('no session')
  const actor = actorOf(house, reply.body)
  const key = { 'idempotency-key': 'codes-1' }
  assert.equal((await actor.call(regenerateRecoveryCodes, {}, key)).status, 200)
  const repeated = await actor.call(regenerateRecoveryCodes, {}, key)
  assert.equal(repeated.error.error_code, 'IDEMPOTENCY_CONFLICT')
  assert.equal(repeated.error.details[0]?.['reason'], 'secret_not_replayable')
})

test('an app is set up after a step-up, proven by a code, and removed; none, a second one and an unproven one are said', async () => {
  const { tenantId } = await house.firm()
  const who = await entrant(house, tenantId)
  const actor = await entered(house, who)
  assert.equal((await actor.call(enrollTotp, { body: {} })).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  assert.equal((await house.anon.call(enrollTotp, { body: {} })).error.error_code, 'AUTH_REQUIRED')
  await provenAgo(house, actor.session)
  const early = await actor.call(activateTotp, { body: { totp_code: '123456' } })
  assert.deepEqual([early.status, early.error.error_code], [409, 'AUTH_MFA_SETUP_REQUIRED'])
  assert.equal((await actor.call(regenerateRecoveryCodes, {})).error.error_code, 'AUTH_MFA_SETUP_REQUIRED')
  assert.equal((await actor.call(removeTotp, {})).error.error_code, 'AUTH_MFA_SETUP_REQUIRED')
  const first = await actor.ok(enrollTotp, { body: {} })
  const drawn = await actor.ok(enrollTotp, { body: {} })
  assert.match(drawn.totp_secret, /^[A-Z2-7]{32}$/)
  assert.equal(
    drawn.otpauth_uri,
    `otpauth://totp/ZenOps:${encodeURIComponent(who.email)}?issuer=ZenOps&secret=${drawn.totp_secret}&algorithm=SHA1&digits=6&period=30`,
  )
  // Drawn and not proven: no factor yet, so a sign-in asks for none.
  assert.equal((await signIn(house, who)).status, 200)
  const stale = await actor.call(activateTotp, { body: { totp_code: codeOf(first.totp_secret) } })
  assert.equal(stale.error.error_code, 'AUTH_MFA_INVALID_CODE')
  const proven = await actor.ok(activateTotp, { body: { totp_code: codeOf(drawn.totp_secret) } })
  assert.equal(proven.result, 'activated')
  assert.equal(proven.recovery_codes.length, 10)
  const again = await actor.call(enrollTotp, { body: {} })
  assert.deepEqual([again.status, again.error.error_code], [409, 'CONFLICT'])
  const twice = await actor.call(activateTotp, { body: { totp_code: codeOf(drawn.totp_secret, 1) } })
  assert.equal(twice.error.error_code, 'CONFLICT')
  assert.deepEqual(await actor.ok(mfaStatus, {}), {
    required: false,
    totp: true,
    passkeys: 0,
    recovery_left: 10,
    grace_until: null,
  })
  assert.equal((await actor.call(removeTotp, {})).status, 204)
  assert.deepEqual(await actor.ok(mfaStatus, {}), {
    required: false,
    totp: false,
    passkeys: 0,
    recovery_left: 0,
    grace_until: null,
  })
  assert.equal((await signIn(house, who)).status, 200)
  const notices = await noticesOf(who.userId)
  assert.equal(notices.filter(({ subject }) => subject === 'Your second factor was changed').length, 2)
  const enrolled = (await actions(tenantId)).filter((action) => action === 'MFA_ENROLLED')
  assert.equal(enrolled.length, 3, 'drawn, drawn anew, proven')
  assert.ok((await actions(tenantId)).includes('MFA_DISABLED'))
})

test('ID-25 ADMIN without a factor sets one up at the sign-in; the last one stays', async () => {
  const { tenantId } = await house.firm()
  const who = await entrant(house, tenantId, 'ops_manager')
  const reply = await signIn(house, who)
  assert.equal(reply.status, 202)
  assert.deepEqual('mfa_methods' in reply.body ? reply.body.mfa_methods : [], ['TOTP', 'WEBAUTHN'])
  const older = await ticketOf(house, who, 'mfa_setup_required')
  const mfa_ticket_id = await ticketOf(house, who, 'mfa_setup_required')
  const { totp_secret } = await house.anon.ok(enrollTotp, { body: { mfa_ticket_id } })
  const wrong = await house.anon.call(activateTotp, { body: { mfa_ticket_id, totp_code: wrongCodeOf(totp_secret) } })
  assert.equal(wrong.error.error_code, 'AUTH_MFA_INVALID_CODE')
  const done = await house.anon.call(activateTotp, { body: { mfa_ticket_id, totp_code: codeOf(totp_secret) } })
  assert.equal(done.status, 200)
  if (done.body.result !== 'accepted') throw new Error('no session')
  assert.match(String(done.headers['set-cookie']), /^refresh_token_web=/)
  // A ticket from before the factor must not add another one.
  const stale = await house.anon.call(enrollTotp, { body: { mfa_ticket_id: older } })
  assert.equal(stale.error.error_code, 'AUTH_MFA_CHALLENGE_INVALID')
  const actor = actorOf(house, done.body)
  assert.equal((await actor.ok(mfaStatus, {})).required, true)
  const removed = await actor.call(removeTotp, {})
  assert.deepEqual([removed.status, removed.error.error_code], [409, 'AUTH_MFA_LAST_FACTOR'])
  assert.equal((await actor.ok(mfaStatus, {})).totp, true)
})

test('ID-25 five wrong codes lock the set-up too, and the person over all tickets', async () => {
  const { tenantId } = await house.firm()
  const who = await entrant(house, tenantId, 'ops_manager')
  const mfa_ticket_id = await ticketOf(house, who, 'mfa_setup_required')
  const { totp_secret } = await house.anon.ok(enrollTotp, { body: { mfa_ticket_id } })
  const activate = (totp_code: string) => house.anon.call(activateTotp, { body: { mfa_ticket_id, totp_code } })
  for (let i = 0; i < 4; i++) assert.equal((await activate(wrongCodeOf(totp_secret))).status, 401)
  assert.equal((await activate(wrongCodeOf(totp_secret))).error.error_code, 'AUTH_MFA_LOCKED')
  assert.equal((await activate(codeOf(totp_secret))).error.error_code, 'AUTH_MFA_LOCKED')
})

test('ID-25 the policy for staff gives fourteen days, then asks for the set-up', async () => {
  const { tenantId } = await house.firm()
  await house.sql("update identity.tenants set mfa_policy = 'staff', mfa_policy_since = now() where id = $1", [
    tenantId,
  ])
  const who = await entrant(house, tenantId)
  const actor = await entered(house, who)
  const status = await actor.ok(mfaStatus, {})
  assert.equal(status.required, true)
  const days = (Date.parse(status.grace_until ?? '') - Date.now()) / 86_400_000
  assert.ok(days > 13.9 && days <= 14)
  await house.sql("update identity.tenants set mfa_policy_since = now() - interval '15 days' where id = $1", [tenantId])
  await house.sql("update identity.memberships set created_at = now() - interval '15 days' where tenant_id = $1", [
    tenantId,
  ])
  await ticketOf(house, who, 'mfa_setup_required')
})

test('what may not stand in a session is looked at again when the factor is shown', async () => {
  const { tenantId } = await house.firm()
  const codes: [string, string][] = [
    ["update identity.memberships set status = 'disabled' where user_id = $1", 'AUTH_ACCOUNT_DISABLED'],
    ["update identity.users set status = 'disabled' where id = $1", 'AUTH_ACCOUNT_DISABLED'],
    [
      "insert into identity.auth_blocks (kind, user_id, reason, expires_at) values ('ACCOUNT', $1, 'test', now() + interval '1 hour')",
      'AUTH_BLOCKED',
    ],
    [
      "update identity.tenants set status = 'suspended' where id = (select tenant_id from identity.memberships where user_id = $1)",
      'TENANT_NOT_ENABLED',
    ],
  ]
  for (const [statement, code] of codes) {
    const who = await withTotp(house, tenantId)
    const ticket = await ticketOf(house, who)
    const before = await familiesOf(house, who.userId)
    await house.sql(statement, [who.userId])
    const reply = await verify(ticket, codeOf(who.secret))
    assert.deepEqual([reply.status, reply.error.error_code], [403, code])
    await assertNoSession(house, reply, { userId: who.userId, before })
  }
})

test('the secret is kept sealed, bound to its person, and sealed anew under a newer key', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const other = await withTotp(house, tenantId)
  const read = async (userId: string) => {
    const [row] = await house.sql<{ text: string; key_id: string }>(
      "select encode(secret_ciphertext, 'escape') as text, key_id from identity.auth_totp where user_id = $1",
      [userId],
    )
    return row
  }
  const kept = await read(who.userId)
  assert.ok(!kept?.text.includes(who.secret))
  const ring = house.config.MFA_ENC_KEYS
  ring.unshift({ kid: 'newer', secret: 'n'.repeat(40) })
  try {
    assert.equal((await verify(await ticketOf(house, who), codeOf(who.secret))).status, 200)
    assert.equal((await read(who.userId))?.key_id, 'newer')
    await freshStep(house, who.userId)
    assert.equal((await verify(await ticketOf(house, who), codeOf(who.secret))).status, 200)
    assert.equal((await read(other.userId))?.key_id, 'test')
  } finally {
    ring.shift()
  }
})

test('bodies are closed, and one of the two codes is sent', async () => {
  const ticket = 'x'.repeat(43)
  for (const body of [
    { mfa_ticket_id: ticket },
    { mfa_ticket_id: ticket, totp_code: '123456', recovery_code: 'ABCDEFGHJK' },
    { mfa_ticket_id: ticket, totp_code: '12345' },
    { mfa_ticket_id: ticket, totp_code: '123456', user_id: 'x' },
  ]) {
    assert.equal((await house.anon.call(verifyFactor, { body })).status, 422)
  }
})

test('ID-43 no secret of a second factor stands in the audit', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const ticket = await ticketOf(house, who)
  const code = codeOf(who.secret)
  await verify(ticket, code)
  await recover(await ticketOf(house, who), who.codes[0] ?? '')
  const written = JSON.stringify(await house.audit(tenantId))
  for (const secret of [who.secret, ticket, who.codes[0] ?? '', PASSWORD, who.email])
    assert.ok(!written.includes(secret))
  assert.ok(!written.includes(`"${code}"`))
})

test('the flag off: a ticket of another firm is refused, and left as it is', async () => {
  const { tenantId } = await house.firm()
  const who = await withTotp(house, tenantId)
  const ticket = await ticketOf(house, who)
  const gate = house.app.identity.gate as { multiTenant: boolean } // the same object that the operations read
  gate.multiTenant = false
  try {
    const reply = await verify(ticket, codeOf(who.secret))
    assert.deepEqual([reply.status, reply.error.error_code], [403, 'TENANT_NOT_ENABLED'])
  } finally {
    gate.multiTenant = true
  }
  assert.equal((await verify(ticket, codeOf(who.secret))).status, 200)
  assert.equal(
    (await house.anon.call(login, { body: { aud: 'web', email: who.email, password: PASSWORD, tenant_id: tenantId } }))
      .status,
    202,
  )
})
