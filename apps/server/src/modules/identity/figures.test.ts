import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { login, refresh } from '@zenops/contracts/identity'
import { applyBlock, listBlocks } from '@zenops/contracts/identity-blocks'
import {
  assertPasskey,
  assertPasskeyOptions,
  registerPasskey,
  registerPasskeyOptions,
  verifyFactor,
} from '@zenops/contracts/identity-factors'
import { unlockUser } from '@zenops/contracts/identity-people'
import { METRIC_KEYS, type MetricKey } from '@zenops/contracts/metric-keys'
import {
  addPasskey,
  entered,
  entrant,
  optionsOf,
  provenAgo,
  ticketOf,
  withPasskey,
  withTotp,
  wrongCodeOf,
} from '../../../test/harness/factors.ts'
import type { App } from '../../app.ts'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { person, signIn } from '../../../test/harness/people.ts'
import { steppedUp } from '../../../test/harness/sessions.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const WRONG = 'not the right phrase'
/** What is counted, and the process that counts it where it is not the house's own. */
interface Happening {
  (): Promise<unknown>
  readonly app?: App
}
/** What makes ready answers the happening itself. */
type Story = () => Promise<Happening>

async function showPasskey(counter: number): Promise<Happening> {
  const { who, passkey } = await withPasskey(house, (await house.firm()).tenantId)
  await house.sql('update identity.webauthn_credentials set sign_count = 5 where user_id = $1', [who.userId])
  const mfa_ticket_id = await ticketOf(house, who)
  const begun = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'mfa', mfa_ticket_id } })
  const credential = passkey.assert(optionsOf(begun), { counter })
  return () => house.anon.call(assertPasskey, { body: { challenge_id: begun.challenge_id, credential, mfa_ticket_id } })
}

const STORIES: Partial<Record<MetricKey, Story>> = {
  auth_login_success: async () => {
    const someone = await person(house)
    return () => house.anon.ok(login, { body: someone.credentials })
  },
  auth_login_failed: async () => {
    const someone = await person(house)
    return () => house.anon.call(login, { body: { ...someone.credentials, password: WRONG } })
  },
  auth_rate_limited: async () => {
    const at = new Date()
    const tight = await house.neighbour({ config: { AUTH_LOGIN_RPM: 1 }, clock: { now: () => at } })
    const body = { aud: 'web', email: 'nobody@test.zenops.local', password: WRONG } as const
    await tight.at(house.anon).call(login, { body })
    const happening = () => tight.at(house.anon).call(login, { body })
    return Object.assign(happening, { app: tight.app })
  },
  auth_account_locked: async () => {
    const someone = await person(house)
    const attempt = () => house.anon.call(login, { body: { ...someone.credentials, password: WRONG } })
    for (let i = 0; i < 4; i++) await attempt()
    return attempt
  },
  auth_account_unlocked: async () => {
    const firm = await house.firm()
    const someone = await person(house, { tenantId: firm.tenantId })
    for (let i = 0; i < 5; i++) await house.anon.call(login, { body: { ...someone.credentials, password: WRONG } })
    return () => firm.owner.ok(unlockUser, { params: { id: someone.id }, query: {}, body: { reason: 'he asked' } })
  },
  auth_refresh_success: async () => {
    const { cookie } = await signIn(house.anon, await person(house))
    return () => house.anon.ok(refresh, { body: { aud: 'web' } }, { cookie })
  },
  auth_refresh_reuse_detected: async () => {
    const { cookie } = await signIn(house.anon, await person(house))
    const again = () => house.anon.call(refresh, { body: { aud: 'web' } }, { cookie })
    await again()
    return again
  },
  auth_mfa_failed: async () => {
    const who = await withTotp(house, (await house.firm()).tenantId)
    const body = { mfa_ticket_id: await ticketOf(house, who), totp_code: wrongCodeOf(who.secret) }
    return () => house.anon.call(verifyFactor, { body })
  },
  auth_webauthn_register_success: async () => {
    const actor = await entered(house, await entrant(house, (await house.firm()).tenantId))
    await provenAgo(house, actor.session)
    return () => addPasskey(actor)
  },
  auth_webauthn_register_failed: async () => {
    const actor = await entered(house, await entrant(house, (await house.firm()).tenantId))
    await provenAgo(house, actor.session)
    const { challenge_id } = await actor.ok(registerPasskeyOptions, { body: {} })
    const credential = { id: 'AAAA', rawId: 'AAAA', type: 'public-key' }
    return () => actor.call(registerPasskey, { body: { challenge_id, nickname: 'Key', credential } })
  },
  auth_webauthn_assert_success: () => showPasskey(6),
  auth_webauthn_assert_failed: async () => {
    const { who } = await withPasskey(house, (await house.firm()).tenantId)
    const mfa_ticket_id = await ticketOf(house, who)
    const { challenge_id } = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'mfa', mfa_ticket_id } })
    const credential = { id: 'AAAA', rawId: 'AAAA', type: 'public-key' }
    return () => house.anon.call(assertPasskey, { body: { challenge_id, credential, mfa_ticket_id } })
  },
  auth_webauthn_counter_regression: () => showPasskey(4),
  rbac_denied: async () => {
    const firm = await house.firm()
    return () => firm.valuer.call(listBlocks, {})
  },
  ops_block_applied: async () => {
    const firm = await house.firm()
    const owner = await steppedUp(house, firm.owner)
    const expires_at = new Date(Date.now() + 3_600_000).toISOString()
    const body = { kind: 'IP', value: '203.0.113.9', reason: 'seen scraping', expires_at } as const
    return () => owner.ok(applyBlock, { body })
  },
}

/** What a process has counted of a key, and what the figures of the firms say of it. */
async function figuresOf(key: MetricKey, { services }: App): Promise<[number, number]> {
  await services.tally.flush(services.database)
  const { values } = await services.metrics.events.get()
  const [row] = await house.sql<{ sum: number }>(
    'select coalesce(sum(metric_value), 0)::int as sum from ops.events where metric_key = $1',
    [key],
  )
  return [values.find((one) => one.labels['key'] === key)?.value ?? 0, row?.sum ?? 0]
}

test('each metric key of identity counts its happening once: for the watch of the process and for the figures of the firm', async () => {
  const own = METRIC_KEYS.filter(
    (key) => key.startsWith('auth_') || key === 'rbac_denied' || key === 'ops_block_applied',
  )
  assert.deepEqual(Object.keys(STORIES).toSorted(), own.toSorted())
  for (const [name, story] of Object.entries(STORIES)) {
    const key = name as MetricKey // the keys of the record above
    const happening = await story()
    const app = happening.app ?? house.app
    const before = await figuresOf(key, app)
    await happening()
    const after = await figuresOf(key, app)
    assert.deepEqual([after[0] - before[0], after[1] - before[1]], [1, 1], key)
  }
})

test('a sign-in by passkey that is refused counts like any failed sign-in', async () => {
  const { passkey } = await withPasskey(house, (await house.firm()).tenantId)
  const begun = await house.anon.ok(assertPasskeyOptions, { body: { purpose: 'login', aud: 'web' } })
  const credential = passkey.assert(optionsOf(begun))
  const before = await figuresOf('auth_login_failed', house.app)
  const reply = await house.anon.call(assertPasskey, { body: { challenge_id: begun.challenge_id, credential } })
  assert.equal(reply.error.error_code, 'AUTH_PASSWORDLESS_DISABLED')
  const after = await figuresOf('auth_login_failed', house.app)
  assert.deepEqual([after[0] - before[0], after[1] - before[1]], [1, 1])
})
