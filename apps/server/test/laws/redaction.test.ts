import assert from 'node:assert/strict'
import { test } from 'node:test'
import { login, updateUiSettings } from '@zenops/contracts/identity'
import { openHouse } from '../harness/house.ts'

const CANARY = {
  password: 'canary-password-4711',
  email: 'canary-person@test.zenops.local',
  token: 'canaryheader.canarypayload.canarysignature',
  cookie: 'canary-refresh-cookie-0815',
  body: 'canary-in-the-body',
  query: 'canary-in-the-query',
}

test('no secret and no e-mail of a failed sign-in reaches logs, audit or the store of answers', async () => {
  const house = await openHouse({ LOG_LEVEL: 'debug' })
  try {
    const { tenantId, owner } = await house.firm()
    const refused = await house.anon.call(login, {
      body: { aud: 'web', email: CANARY.email, password: CANARY.password, tenant_id: tenantId },
    })
    assert.equal(refused.status, 401)
    await house.anon.call(login, {
      body: { aud: 'web', email: CANARY.email, password: CANARY.password, [CANARY.body]: CANARY.body },
    })
    await owner.call(updateUiSettings, { body: { [CANARY.body]: CANARY.body } as never }) // a wrong body, on purpose
    const server = house.server()
    for (const headers of [
      { authorization: `Bearer ${CANARY.token}` },
      { cookie: `refresh_token_web=${CANARY.cookie}` },
    ]) {
      await server.inject({ method: 'GET', url: `/v1/me?${CANARY.query}=1`, headers })
      await server.inject({
        method: 'POST',
        url: '/v1/auth/refresh',
        headers,
        payload: { aud: 'web', refresh_token: CANARY.cookie },
      })
    }
    await server.inject({
      method: 'POST',
      url: '/v1/auth/login',
      headers: { 'content-type': 'application/json' },
      payload: `{"password":"${CANARY.password}"`,
    })
    assert.ok(house.errors.length > 0, 'the log was listened to')
    const kept = await house.sql<{ text: string }>(`
      select convert_from(canon, 'UTF8') as text from audit.inbox
      union all select concat(route, key, body) from ops.idempotency_keys
      union all select to_jsonb(r)::text from ops.jobs r`)
    assert.ok(kept.length > 0)
    const everything = [...house.errors, ...kept.map((row) => row.text)].join('\n')
    for (const [what, canary] of Object.entries(CANARY))
      assert.ok(!everything.includes(canary), `${what} was written down`)
  } finally {
    house.errors.splice(0)
    await house.close()
  }
})
