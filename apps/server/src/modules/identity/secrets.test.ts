import assert from 'node:assert/strict'
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
import { openHouse, type Reply } from '../../../test/harness/house.ts'
import { cookieOf, mailsTo, person, signedIn, tokenIn } from '../../../test/harness/people.ts'

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
  } finally {
    house.errors.splice(0)
    await house.close()
  }
})
