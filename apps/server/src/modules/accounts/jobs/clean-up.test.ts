import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type House, openHouse } from '../../../../test/harness/house.ts'
import { person } from '../../../../test/harness/people.ts'
import { accountRecurring } from '../index.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const cleanUpTurn = (): Promise<void> => house.turn('identity_clean_up')
const count = async (table: string, where = 'true'): Promise<number> =>
  (await house.sql<{ n: number }>(`select count(*)::int as n from identity.${table} where ${where}`))[0]?.n ?? 0

test('retention: what is over goes after its time, what is not stays; one run for the whole installation', async () => {
  assert.equal(accountRecurring[0]?.platform, true)
  const someone = await person(house)
  const old: [string, string, string][] = [
    [
      'auth_mfa_tickets (ticket_sha256, user_id, tenant_id, aud, type, expires_at)',
      `'\\x01', '${someone.id}', '${someone.tenantId}', 'web', 'VERIFY'`,
      '25 hours',
    ],
    [
      'auth_mfa_tickets (ticket_sha256, user_id, tenant_id, aud, type, expires_at)',
      `'\\x02', '${someone.id}', '${someone.tenantId}', 'web', 'VERIFY'`,
      '23 hours',
    ],
    [
      'webauthn_challenges (challenge, purpose, aud, tenant_id, expires_at)',
      `sha256('\\x01'), 'LOGIN', 'web', '${someone.tenantId}'`,
      '25 hours',
    ],
    [
      'webauthn_challenges (challenge, purpose, aud, tenant_id, expires_at)',
      `sha256('\\x02'), 'LOGIN', 'web', '${someone.tenantId}'`,
      '23 hours',
    ],
    ['auth_links (token_sha256, purpose, expires_at)', `'\\x01', 'REGISTER'`, '25 hours'],
    ['auth_links (token_sha256, purpose, expires_at)', `'\\x02', 'REGISTER'`, '23 hours'],
    ['auth_login_counters (login_hmac, last_failed_at)', `'\\x01'`, '25 hours'],
    ['auth_login_counters (login_hmac, last_failed_at)', `'\\x02'`, '23 hours'],
    ['auth_failed_addresses (address, login_hmac, failed_at)', `'a', '\\x01'`, '25 hours'],
    ['auth_failed_addresses (address, login_hmac, failed_at)', `'a', '\\x02'`, '23 hours'],
  ]
  for (const [into, values, age] of old)
    await house.sql(`insert into identity.${into} values (${values}, now() - interval '${age}')`)
  const runs = await house.sql('select 1 from ops.jobs')
  await cleanUpTurn()
  const asked = await house.sql<{ tenant_id: string; state: string }>(
    "select tenant_id, state from ops.jobs where kind = 'identity.clean_up'",
  )
  assert.deepEqual(asked, [{ tenant_id: house.config.ZENOPS_INTERNAL_TENANT_ID, state: 'done' }])
  assert.equal(runs.length, 0)
  for (const table of [
    'auth_mfa_tickets',
    'webauthn_challenges',
    'auth_links',
    'auth_login_counters',
    'auth_failed_addresses',
  ])
    assert.equal(await count(table), 1, table)
})

test('expired guests lose their line to the firms after thirty days, but for a legal hold', async () => {
  const { tenantId, owner } = await house.firm()
  const lane = house.config.ZENOPS_EXTERNAL_TENANT_ID
  const guest = async (age: string): Promise<string> => {
    const [row] = await house.sql<{ id: string }>(
      `insert into identity.users (kind, name, guest_expires_at) values ('GUEST', 'Guest', now() - $1::interval) returning id`,
      [age],
    )
    const id = row?.id ?? ''
    await house.sql(
      "insert into identity.memberships (tenant_id, user_id, role, status) values ($1, $2, 'CUSTOMER', 'active')",
      [lane, id],
    )
    await house.sql("insert into identity.portal_links (tenant_id, user_id, party_kind) values ($1, $2, 'self')", [
      tenantId,
      id,
    ])
    return id
  }
  const [gone, kept, held] = [await guest('31 days'), await guest('29 days'), await guest('31 days')]
  await house.sql(
    `insert into privacy.legal_holds (tenant_id, scope, subject_id, reason, placed_by) values ($1, 'subject', $2, 'a lawsuit is pending', $3)`,
    [tenantId, held, owner.userId],
  )
  await cleanUpTurn()
  const states = await house.sql<{ id: string; status: string; link: string; membership: string }>(
    `select u.id, u.status, l.status as link, m.status as membership from identity.users u join identity.portal_links l on l.user_id = u.id
     join identity.memberships m on m.user_id = u.id where u.id = any ($1)`,
    [[gone, kept, held]],
  )
  assert.deepEqual(
    new Map(states.map((row) => [row.id, [row.status, row.link, row.membership]])),
    new Map([
      [gone, ['erased', 'revoked', 'ended']],
      [kept, ['active', 'active', 'active']],
      [held, ['active', 'active', 'active']],
    ]),
  )
})
