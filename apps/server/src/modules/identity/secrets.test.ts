import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { login, logout, refresh } from '@zenops/contracts/identity'
import {
  acceptInvitation,
  changePassword,
  forgotPassword,
  inspectInvitation,
  register,
  resetPassword,
  startGuest,
  switchTenant,
  verifyRegistration,
} from '@zenops/contracts/identity-entry'
import {
  activateTotp,
  enrollTotp,
  regenerateRecoveryCodes,
  stepUp,
  verifyFactor,
} from '@zenops/contracts/identity-factors'
import { inviteUser, resendInvitation } from '@zenops/contracts/identity-people'
import { createServiceToken } from '@zenops/contracts/identity-platform'
import { actorOf, codeOf, entered, entrant, freshStep, provenAgo, ticketOf } from '../../../test/harness/factors.ts'
import { type House, openHouse, type Reply } from '../../../test/harness/house.ts'
import { cookieOf, mailsTo, person, signedIn, tokenIn } from '../../../test/harness/people.ts'
import { steppedUp } from '../../../test/harness/sessions.ts'

const CANARY = {
  password: 'canary password forty-two',
  wrong: 'canary wrong password seven',
  chosen: 'canary chosen password nine',
  failedName: 'canary-failed-sign-in@test.zenops.local',
  registered: 'canary-registered@test.zenops.local',
  forgotten: 'canary-unknown-forgot@test.zenops.local',
  link: 'canarylinkcanarylinkcanarylinkcanarylink123',
  ticket: 'canary-ticket',
}

/** Outside production the outbox keeps mails readable, for developers; nothing else may. */
const READABLE = ['notifications.outbox']

/** Every row of every table as text; bytes are hexadecimal digits there. */
async function everyRow(house: House): Promise<string[]> {
  const tables = await house.sql<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`)
  assert.ok(tables.length > 60)
  const rows: string[] = []
  for (const { name } of tables.filter((table) => !READABLE.includes(table.name))) {
    const found = await house.sql<{ text: string }>(`select to_jsonb(t)::text as text from ${name} t`)
    rows.push(...found.map(({ text }) => `${name} ${text}`))
  }
  return rows
}

/** A secret as it stands, as bytes, and as the bytes that it writes. */
const formsOf = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('hex'),
  ...(/^[\w-]{43}$/.test(secret) ? [Buffer.from(secret, 'base64url').toString('hex')] : []),
]

/** No secret stands in any row, nor in any line of the log. */
async function assertKeptNowhere(house: House, secrets: ReadonlyMap<string, string>): Promise<void> {
  const written = [...house.errors.map((line) => `log ${line}`), ...(await everyRow(house))]
  assert.ok(house.errors.length > 10, 'the log was listened to')
  for (const [what, secret] of secrets) {
    assert.ok(secret.length > 5, what)
    const place = written.find((text) => formsOf(secret).some((form) => text.includes(form)))
    assert.equal(place, undefined, `${what} was written down`)
  }
}

test('ID-43 no password, token, link or clear e-mail of a failed sign-in reaches log, audit, jobs, limits or stored answers', async () => {
  const house = await openHouse({ LOG_LEVEL: 'debug' })
  try {
    const secrets = new Map(Object.entries(CANARY))
    const known = await person(house, { password: CANARY.password })
    const second = await person(house, { email: known.email })
    await house.sql("update identity.tenants set registration = 'open' where id = $1", [known.tenantId])
    const [{ slug } = { slug: '' }] = await house.sql<{ slug: string }>(
      'select slug from identity.tenants where id = $1',
      [known.tenantId],
    )
    const { anon } = house
    const refused = async (reply: Reply<unknown>): Promise<void> => {
      assert.ok(reply.status >= 400)
      assert.deepEqual(Object.keys(reply.error).toSorted(), ['details', 'error_code', 'message', 'trace_id'])
      for (const [what, secret] of secrets)
        assert.ok(!JSON.stringify(reply.error).includes(secret), `${what} came back`)
    }
    await refused(
      await anon.call(login, { body: { ...known.credentials, email: CANARY.failedName, password: CANARY.wrong } }),
    )
    const reply = await anon.call(login, { body: known.credentials })
    const { session, bearer } = signedIn(reply)
    const cookie = cookieOf(reply)
    secrets.set('access token', session.access_token).set('refresh token', cookie.split('=')[1] ?? '')
    const next = await anon.call(refresh, { body: { aud: 'web' } }, { cookie })
    secrets.set('second refresh token', cookieOf(next).split('=')[1] ?? '')
    await refused(
      await anon.call(
        changePassword,
        { body: { current_password: CANARY.wrong, new_password: CANARY.chosen } },
        bearer,
      ),
    )
    await refused(
      await anon.call(
        changePassword,
        { body: { current_password: CANARY.password, new_password: CANARY.password } },
        bearer,
      ),
    )
    const key = { 'idempotency-key': crypto.randomUUID() }
    const switched = signedIn(
      await anon.call(switchTenant, { body: { tenant_id: second.tenantId } }, { ...bearer, ...key }),
    )
    secrets
      .set('switched token', switched.session.access_token)
      .set('switched cookie', switched.cookie.split('=')[1] ?? '')
    for (const email of [known.email, CANARY.forgotten])
      await anon.call(forgotPassword, { body: { email, aud: 'web' } })
    await anon.call(register, { body: { email: CANARY.registered, name: 'Asha Rao', firm: slug } })
    const resetLink = tokenIn(
      (await mailsTo(house, known.email)).find((mail) => mail.template_key === 'auth_reset_link'),
    )
    const registerLink = tokenIn((await mailsTo(house, CANARY.registered))[0])
    secrets.set('reset link', resetLink).set('register link', registerLink)
    await refused(await anon.call(resetPassword, { body: { token: resetLink, password: 'password' } }))
    assert.equal((await anon.call(resetPassword, { body: { token: resetLink, password: CANARY.chosen } })).status, 200)
    const portal = signedIn(
      await anon.call(verifyRegistration, { body: { token: registerLink, password: CANARY.chosen } }),
    )
    secrets.set('portal token', portal.session.access_token)
    const guest = await anon.call(startGuest, { body: { firm: slug, client_type: 'widget' } })
    secrets.set('widget token', guest.body.refresh_token ?? '')
    await refused(await anon.call(inspectInvitation, { body: { token: CANARY.link } }))
    await refused(await anon.call(acceptInvitation, { body: { token: CANARY.link, password: CANARY.wrong } }))
    await refused(await anon.call(refresh, { body: { aud: 'web', refresh_token: CANARY.ticket } }, { origin: 'null' }))
    await anon.call(logout, { body: { aud: 'web' } }, bearer)
    const unknownMember = { sub: CANARY.ticket }
    await refused(await anon.call(login, { body: { ...known.credentials, ...unknownMember } }))
    await house.runJobs()
    const kept = await house.sql<{ text: string }>(`
      select convert_from(canon, 'UTF8') as text from audit.inbox
      union all select to_jsonb(k)::text from ops.idempotency_keys k
      union all select to_jsonb(r)::text from ops.jobs r
      union all select to_jsonb(w)::text from ops.rate_windows w
      union all select to_jsonb(f)::text from identity.auth_families f
      union all select to_jsonb(t)::text from identity.auth_refresh_tokens t
      union all select to_jsonb(c)::text from identity.auth_login_counters c
      union all select to_jsonb(a)::text from identity.auth_failed_addresses a`)
    assert.ok(kept.length > 20)
    assert.ok(house.errors.length > 10, 'the log was listened to')
    const everything = [...house.errors, ...kept.map((row) => row.text)].join('\n')
    for (const [what, secret] of secrets) {
      assert.ok(secret.length > 5, what)
      assert.ok(!everything.includes(secret), `${what} was written down`)
    }
    // The registered address is that of a person now; it stands with him.
    secrets.delete('registered')
    await assertKeptNowhere(house, secrets)
  } finally {
    house.errors.splice(0)
    await house.close()
  }
})

test('ID-43 no seed, code, ticket, invitation or program token stands in any row or line, and none is given twice', async () => {
  const house = await openHouse({ LOG_LEVEL: 'debug' })
  try {
    const secrets = new Map<string, string>()
    const firm = await house.firm()
    const key = (): Record<string, string> => ({ 'idempotency-key': crypto.randomUUID() })
    const notTwice = (reply: Reply<unknown>): void =>
      assert.deepEqual(
        [reply.status, reply.error.error_code, reply.error.details[0]?.['reason']],
        [409, 'IDEMPOTENCY_CONFLICT', 'secret_not_replayable'],
      )
    // An authenticator app, its codes, a sign-in with it, new recovery codes under a key.
    const who = await entrant(house, firm.tenantId)
    const { session, ...actor } = await entered(house, who)
    await provenAgo(house, session)
    const { totp_secret, otpauth_uri } = await actor.ok(enrollTotp, { body: {} })
    const activated = await actor.ok(activateTotp, { body: { totp_code: codeOf(totp_secret) } })
    const codes = [codeOf(totp_secret)]
    secrets.set('seed', totp_secret).set('uri', otpauth_uri)
    for (const [place, code] of activated.recovery_codes.entries()) secrets.set(`recovery code ${place}`, code)
    await freshStep(house, who.userId)
    const ticket = await ticketOf(house, who)
    secrets.set('ticket', ticket)
    const wrong = { mfa_ticket_id: ticket, recovery_code: 'WRONGC2DE9' }
    assert.equal((await house.anon.call(verifyFactor, { body: wrong })).error.error_code, 'AUTH_MFA_INVALID_CODE')
    secrets.set('wrong code', wrong.recovery_code)
    codes.push(codeOf(totp_secret))
    const back = signedIn(
      await house.anon.call(verifyFactor, { body: { mfa_ticket_id: ticket, totp_code: codeOf(totp_secret) } }),
    )
    const again = actorOf(house, back.session)
    await freshStep(house, who.userId)
    assert.equal((await again.call(stepUp, { body: { method: 'TOTP', code: codeOf(totp_secret) } })).status, 200)
    const regenerating = key()
    const renewed = await again.ok(regenerateRecoveryCodes, {}, regenerating)
    for (const [place, code] of renewed.recovery_codes.entries()) secrets.set(`new recovery code ${place}`, code)
    notTwice(await again.call(regenerateRecoveryCodes, {}, regenerating))
    // Invitations handed out, and a program's token.
    const inviting = key()
    const body = { email: 'canary-invited@test.zenops.local', name: 'Asha', job_templates: ['valuer' as const] }
    const invited = await firm.owner.ok(inviteUser, { body: { ...body, delivery: 'manual' } }, inviting)
    assert.ok(invited.result === 'invited')
    notTwice(await firm.owner.call(inviteUser, { body: { ...body, delivery: 'manual' } }, inviting))
    const resending = key()
    const params = { id: invited.user_id }
    const resent = await firm.owner.ok(resendInvitation, { params, body: { delivery: 'manual' } }, resending)
    notTwice(await firm.owner.call(resendInvitation, { params, body: { delivery: 'manual' } }, resending))
    for (const [name, url] of [
      ['invitation', invited.invite_url],
      ['second invitation', resent.invite_url],
    ] as const)
      secrets.set(name, /#token=([\w-]{43})$/.exec(url ?? '')?.[1] ?? '')
    const operator = await steppedUp(house, house.operator)
    const ordering = key()
    const order = {
      body: {
        name: 'importer',
        capabilities: ['masterdata.read'],
        expires_at: new Date(Date.now() + 86_400_000).toISOString(),
      },
    }
    const program = await operator.ok(createServiceToken, order, ordering)
    secrets.set('program token', program.token)
    notTwice(await operator.call(createServiceToken, order, ordering))
    assert.equal(
      (await house.bearer(program.token).call(stepUp, { body: { method: 'TOTP', code: '123456' } })).status,
      403,
    )
    await house.runJobs()
    await house.seal()
    await assertKeptNowhere(house, secrets)
    const rows = [...house.errors, ...(await everyRow(house))]
    // The search does see what is kept: the digest of the token.
    const digest = createHash('sha256').update(program.token).digest('hex')
    assert.ok(rows.some((text) => text.startsWith('identity.service_tokens') && text.includes(digest)))
    for (const code of codes)
      assert.ok(!rows.some((text) => text.includes(`"${code}"`)), 'a code of the app was written down')
  } finally {
    house.errors.splice(0)
    await house.close()
  }
})
