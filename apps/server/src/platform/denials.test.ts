import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { auditDiff, listAuditLogs } from '@zenops/contracts/audit'
import { login } from '@zenops/contracts/identity'
import { listBlocks } from '@zenops/contracts/identity-blocks'
import { updateMe } from '@zenops/contracts/identity-people'
import { setKillSwitch } from '@zenops/contracts/ops-actions'
import { type House, openHouse, type Reply } from '../../test/harness/house.ts'
import { endMinute } from '../../test/harness/refusals.ts'
import { steppedUp } from '../../test/harness/sessions.ts'
import { uuidv7 } from './ids.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const denials = async (tenantId: string) =>
  (await house.audit(tenantId)).filter(({ action }) => action === 'RBAC_DENIED')

test('ID-43 a lack of rights is written once a minute for a person and a capability, over all processes', async () => {
  const firm = await house.firm()
  const neighbour = await house.neighbour()
  const calls = [firm.valuer, firm.valuer, firm.hr, neighbour.at(firm.valuer)]
  for (const actor of calls) assert.equal((await actor.call(listBlocks, {})).status, 403)
  const written = await denials(firm.tenantId)
  assert.equal(written.length, 2)
  for (const event of written) {
    assert.deepEqual(event.target, { type: 'OPERATION', id: 'identity.listBlocks' })
    assert.equal(event['outcome'], 'denied')
    assert.deepEqual(event['after'], { capability: 'ops.blocks.read' })
  }
  assert.deepEqual(
    written.map((event) => (event['actor'] as { user_id: string }).user_id).toSorted(),
    [firm.valuer.userId, firm.hr.userId].toSorted(),
  )
})

test('a refusal of another kind leaves no denial', async () => {
  const firm = await house.firm()
  assert.equal((await firm.owner.call(listBlocks, { query: { limit: '9999' as unknown as number } })).status, 422)
  assert.deepEqual(await denials(firm.tenantId), [])
})

test('AU-01 equal refusals are merged: the first at once, the rest of its minute as one event with their number', async () => {
  const firm = await house.firm()
  for (let call = 0; call < 4; call++) assert.equal((await firm.valuer.call(listBlocks, {})).status, 403)
  assert.equal((await denials(firm.tenantId)).length, 1)
  assert.equal(await house.flushRefusals(), 0)
  assert.equal(await endMinute(house, firm.tenantId), 1)
  const [first, rest] = await denials(firm.tenantId)
  assert.deepEqual([first?.['count'], rest?.['count'], rest?.['outcome']], [undefined, 3, 'denied'])
  assert.deepEqual(
    [rest?.['actor'], rest?.target, rest?.['after']],
    [first?.['actor'], first?.target, first?.['after']],
  )
  // A new minute begins with the next one.
  assert.equal((await firm.valuer.call(listBlocks, {})).status, 403)
  assert.equal((await denials(firm.tenantId)).length, 3)
  assert.equal(await endMinute(house, firm.tenantId), 0)
})

test('AU-01 who is not signed in is merged by his address: each wrong password is counted, one event is written', async () => {
  const { tenantId, owner } = await house.firm()
  const proxied = (await house.neighbour({ config: { TRUSTED_PROXIES: ['127.0.0.1'] } })).at(house.anon)
  const [row] = await house.sql<{ email: string }>('select email from identity.users where id = $1', [owner.userId])
  const body = { aud: 'web', tenant_id: tenantId, email: row?.email ?? '', password: 'not the one' } as const
  const attempt = (ip: string) => proxied.call(login, { body }, { 'x-forwarded-for': ip })
  for (let tries = 0; tries < 3; tries++) assert.equal((await attempt('203.0.113.8')).status, 401)
  assert.equal((await attempt('203.0.113.9')).status, 401)
  const failures = async () => (await house.audit(tenantId)).filter(({ action }) => action === 'AUTH_LOGIN_FAILED')
  const [here, there, ...none] = await failures()
  assert.deepEqual([none, here?.target], [[], there?.target])
  const hashOf = (event: typeof here): unknown => (event?.['actor'] as { ip_hash?: string } | undefined)?.ip_hash
  assert.notEqual(hashOf(here), hashOf(there))
  assert.equal(await endMinute(house, tenantId), 1)
  const merged = (await failures()).at(-1)
  assert.deepEqual(
    [merged?.['count'], merged?.['outcome'], merged?.['actor'], merged?.target],
    [2, 'denied', here?.['actor'], here?.target],
  )
  const [counted] = await house.sql(
    "select sum(metric_value)::int as n from ops.events where tenant_id = $1 and metric_key = 'auth_login_failed'",
    [tenantId],
  )
  assert.deepEqual(counted, { n: 4 })
})

test('AU-01 a lack of rights that the handler finds is written down like one at the gate', async () => {
  const firm = await house.firm()
  await firm.owner.ok(updateMe, { body: { name: 'Meera Kulkarni' } })
  const [item] = (await firm.owner.ok(listAuditLogs, { query: { action_type: 'USER_UPDATED' } })).items
  const refused = await house.operator.call(auditDiff, {
    params: { audit_id: item?.audit_id ?? '' },
    query: { tenant_id: firm.tenantId, reveal: 'true' },
  })
  assert.deepEqual([refused.status, refused.error.details[0]?.['capability']], [403, 'documents.pii'])
  const written = (await denials(house.operator.tenantId)).filter(({ target }) => target.id === 'audit.auditDiff')
  assert.deepEqual(
    written.map((event) => [event['after'], (event['actor'] as { user_id: string }).user_id]),
    [[{ capability: 'documents.pii' }, house.operator.userId]],
  )
})

/** While refusals cannot be written. */
async function unwritable<T>(work: () => Promise<T>): Promise<T> {
  await house.sql('alter function audit.is_first_refusal(uuid, text, text, jsonb) rename to gone')
  try {
    return await work()
  } finally {
    await house.sql('alter function audit.gone(uuid, text, text, jsonb) rename to is_first_refusal')
  }
}
const failedWrites = async (): Promise<number> =>
  (await house.app.services.metrics.auditDetachedFailed.get()).values[0]?.value ?? 0
const said = ({ status, error }: Reply<unknown>) => [status, { ...error, trace_id: '' }]

test('AU-01 a refusal whose event cannot be written is answered as ever, and counted', async () => {
  const firm = await house.firm()
  const before = await failedWrites()
  const usual = await firm.valuer.call(listBlocks, {})
  const refused = await unwritable(() => firm.accounts.call(listBlocks, {}))
  assert.deepEqual(said(refused), said(usual))
  assert.equal(await failedWrites(), before + 1)
  assert.equal((await denials(firm.tenantId)).length, 1)
})

test('AU-01 so are a wrong password and a wrong phrase', async () => {
  const firm = await house.firm()
  const owner = await steppedUp(house, firm.owner)
  const asked = { email: 'nobody@example.test', password: 'not the one' }
  const body = { action: 'enable', reason: 'the provider is down', effective_seconds: 600 } as const
  const confirmation = { confirmation_id: uuidv7(), phrase: 'CUT OFF exports' }
  const acts: readonly (() => Promise<Reply<unknown>>)[] = [
    () => house.anon.call(login, { body: { aud: 'web', tenant_id: firm.tenantId, ...asked } }),
    () => owner.call(setKillSwitch, { params: { key: 'exports' }, body: { ...body, confirmation } }),
  ]
  for (const act of acts) {
    const usual = await act()
    const before = await failedWrites()
    assert.deepEqual(said(await unwritable(act)), said(usual))
    assert.equal(await failedWrites(), before + 1)
  }
})
