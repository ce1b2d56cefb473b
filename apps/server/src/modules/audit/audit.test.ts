import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  auditDiff,
  auditKeys,
  chainVerify,
  getVerifyRun,
  listAuditActions,
  listAuditLogs,
  listVerifyRuns,
  startVerifyRun,
} from '@zenops/contracts/audit'
import type { InputOf } from '@zenops/contracts/kit'
import { createBank, updateBank } from '@zenops/contracts/directory'
import { updateMe } from '@zenops/contracts/identity-people'
import { signerOf } from '@zenops/audit/notes'
import { type Firm, type House, openHouse } from '../../../test/harness/house.ts'
import { steppedUp } from '../../../test/harness/sessions.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { sealerDatabase } from './sealing/sealer.ts'
import { signTurn } from './sealing/sign-turn.ts'

let house: House
before(async () => {
  house = await openHouse({ AUDIT_ORIGIN: 'zenops.test' })
})
after(() => house.close())

/** A firm whose owner has made some banks: that many events. */
async function firmWith(banks: number): Promise<Firm> {
  const firm = await house.firm()
  for (let n = 1; n <= banks; n++) await firm.owner.ok(createBank, { body: { name: `Bank ${n}` } })
  return firm
}

const verified = async (firm: Firm, query: { limit?: number } = {}) => firm.owner.ok(chainVerify, { query })

test('AU-12 what was done is in the list at once, unsealed, and stays where it is when it is sealed', async () => {
  const firm = await firmWith(3)
  const before = await firm.owner.ok(listAuditLogs, {})
  assert.deepEqual(
    before.items.map((item) => [item.action_type, item.sealed, item.chain_seq]),
    Array(3).fill(['MASTERDATA_RECORD_CREATED', false, null]),
  )
  await house.seal()
  const sealed = await firm.owner.ok(listAuditLogs, {})
  assert.deepEqual(
    sealed.items.map((item) => item.chain_seq),
    [3, 2, 1],
  )
  assert.deepEqual(
    sealed.items.map((item) => item.audit_id),
    before.items.map((item) => item.audit_id),
  )
  assert.equal(sealed.items[0]?.actor_user_id, firm.owner.userId)
  const [owner] = await house.sql<{ name: string }>('select name from identity.users where id = $1', [
    firm.owner.userId,
  ])
  assert.ok(owner)
  assert.equal(sealed.items[0]?.actor_name, owner.name)
  assert.equal(sealed.items[0]?.actor_role, 'ADMIN')
})

test('AU-12 the list pages by a key that new events do not move, and filters', async () => {
  const firm = await firmWith(5)
  const first = await firm.owner.ok(listAuditLogs, { query: { limit: 2 } })
  await house.seal()
  await firm.owner.ok(createBank, { body: { name: 'Later Bank' } })
  const second = await firm.owner.ok(listAuditLogs, { query: { limit: 2, cursor: first.next_cursor ?? '' } })
  const third = await firm.owner.ok(listAuditLogs, { query: { limit: 2, cursor: second.next_cursor ?? '' } })
  const ids = [...first.items, ...second.items, ...third.items].map((item) => item.audit_id)
  assert.deepEqual([new Set(ids).size, ids.length, third.next_cursor], [5, 5, null])
  const [newest] = first.items
  assert.ok(newest)
  const count = async (query: NonNullable<InputOf<typeof listAuditLogs>['query']>): Promise<number> =>
    (await firm.owner.ok(listAuditLogs, { query })).items.length
  assert.equal(await count({ trace_id: newest.trace_id ?? '' }), 1)
  assert.equal(await count({ target_id: newest.target_id ?? '', target_type: 'MASTERDATA' }), 1)
  assert.equal(
    await count({ action_type: 'MASTERDATA_RECORD_CREATED', outcome: 'ok', actor_user_id: firm.owner.userId }),
    6,
  )
  assert.equal(await count({ action_type: 'MASTERDATA_RECORD_UPDATED' }), 0)
  assert.equal(await count({ to_utc: '2020-01-01T00:00:00Z' }), 0)
  assert.equal(await count({ from_utc: '2020-01-01T00:00:00Z', q: 'record_cre' }), 6)
  assert.equal(await count({ q: '%' }), 0)
})

test('AU-12 another firm is not found, and whoever may not read is refused', async () => {
  const firm = await firmWith(1)
  const [item] = (await firm.owner.ok(listAuditLogs, {})).items
  assert.ok(item)
  const foreign = { query: { tenant_id: firm.tenantId } }
  assert.equal((await firm.stranger.call(listAuditLogs, foreign)).status, 404)
  assert.equal((await firm.stranger.call(chainVerify, foreign)).status, 404)
  assert.equal((await firm.stranger.call(auditDiff, { params: { audit_id: item.audit_id } })).status, 404)
  assert.deepEqual((await firm.stranger.ok(listAuditLogs, {})).items, [])
  assert.equal((await house.operator.ok(listAuditLogs, foreign)).items.length, 1)
  assert.equal((await firm.valuer.call(listAuditLogs, {})).status, 403)
  assert.equal((await firm.owner.call(listAuditLogs, { query: { cursor: 'x' } })).status, 422)
})

test('AU-12 a diff tells the changes and the place in the chain, and is audited; revealing needs right and fresh factor', async () => {
  const firm = await house.firm()
  const bank = await firm.owner.ok(createBank, { body: { name: 'First Name' } })
  await firm.owner.ok(updateBank, { params: { id: bank.id }, body: { name: 'Second Name', expected_version: 1 } })
  const [item] = (await firm.owner.ok(listAuditLogs, {})).items
  assert.ok(item)
  const params = { audit_id: item.audit_id }
  const unsealed = await firm.owner.ok(auditDiff, { params })
  assert.deepEqual([unsealed.hash_curr, unsealed.chain_seq], [null, null])
  assert.deepEqual(
    unsealed.changes.find((change) => change.path === '/name'),
    { path: '/name', op: 'replace', before: 'First Name', after: 'Second Name' },
  )
  await house.seal()
  const sealed = await firm.owner.ok(auditDiff, { params })
  assert.equal(sealed.chain_seq, 2)
  const [row] = await house.sql<{ link: Buffer }>('select link from audit.events where tenant_id = $1 and seq = 1', [
    firm.tenantId,
  ])
  assert.equal(sealed.hash_prev, row?.link.toString('base64'))
  const refused = await firm.owner.call(auditDiff, { params, query: { reveal: 'true' } })
  assert.deepEqual([refused.status, refused.error.error_code], [401, 'AUTH_STEP_UP_REQUIRED'])
  const views = async () => (await house.audit(firm.tenantId)).filter((event) => event.action === 'AUDIT_DIFF_VIEWED')
  assert.equal((await views()).length, 1)
  assert.deepEqual((await views())[0]?.target, { type: 'AUDIT_EVENT', id: item.audit_id })
  // Another person's view counts apart; his own again after a quarter of an hour.
  await house.operator.ok(auditDiff, { params, query: { tenant_id: firm.tenantId } })
  assert.equal((await views()).length, 2)
  await house.sql("update audit.recent_views set seen_at = now() - interval '15 minutes' where actor_user_id = $1", [
    firm.owner.userId,
  ])
  await firm.owner.ok(auditDiff, { params })
  assert.equal((await views()).length, 3)
})

test('AU-12 personal fields are covered, revealed to who may and has stepped up, each time audited, and erased with their key', async () => {
  const firm = await house.firm()
  await firm.owner.ok(updateMe, { body: { name: 'Meera Kulkarni' } })
  const [item] = (await firm.owner.ok(listAuditLogs, { query: { action_type: 'USER_UPDATED' } })).items
  assert.ok(item)
  const params = { audit_id: item.audit_id }
  const stored = JSON.stringify((await house.audit(firm.tenantId)).at(-1))
  assert.ok(stored.includes('"$p"') && !stored.includes('Kulkarni'))
  const shown = await firm.owner.ok(auditDiff, { params })
  assert.deepEqual(shown.after_json, { name: '[personal]' })
  const reveal = { params, query: { reveal: 'true' as const } }
  // Reading the log is not enough, and neither is the right without the fresh factor.
  const there = { params, query: { ...reveal.query, tenant_id: firm.tenantId } }
  const lacking = await (await steppedUp(house, house.operator)).call(auditDiff, there)
  assert.deepEqual([lacking.status, lacking.error.details[0]?.['capability']], [403, 'documents.pii'])
  assert.equal((await firm.owner.call(auditDiff, reveal)).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  const owner = await steppedUp(house, firm.owner)
  const clear = await owner.ok(auditDiff, reveal)
  assert.deepEqual(clear.after_json, { name: 'Meera Kulkarni' })
  assert.equal(clear.changes[0]?.after, 'Meera Kulkarni')
  await owner.ok(auditDiff, reveal)
  const revealed = (await house.audit(firm.tenantId)).filter((event) => event.action === 'AUDIT_PERSONAL_REVEALED')
  assert.equal(revealed.length, 2)
  assert.deepEqual(revealed[0]?.target, { type: 'AUDIT_EVENT', id: item.audit_id })
  assert.ok(!JSON.stringify(await house.audit(firm.tenantId)).includes('Kulkarni'))
  await house.sql(
    'update privacy.subject_keys set wrapped_key = null, destroyed_at = now() where tenant_id = $1 and subject_id = $2',
    [firm.tenantId, firm.owner.userId],
  )
  assert.deepEqual((await owner.ok(auditDiff, reveal)).after_json, { name: '[erased]' })
  assert.deepEqual((await owner.ok(auditDiff, { params })).after_json, { name: '[personal]' })
  await house.seal()
  assert.equal((await verified(firm)).passed, true)
})

test('AU-12 an envelope that stands elsewhere than it was sealed does not open', async () => {
  const firm = await house.firm()
  await firm.owner.ok(updateMe, { body: { name: 'One Name' } })
  await firm.owner.ok(updateMe, { body: { name: 'Two Names' } })
  const [second, first] = (await firm.owner.ok(listAuditLogs, { query: { action_type: 'USER_UPDATED' } })).items
  assert.ok(first && second)
  await house.seal()
  const envelope = (id: string) => `(select canon from audit.events where id = '${id}')`
  await house.asSuperuser(
    `update audit.events set canon = convert_to(replace(convert_from(canon, 'UTF8'),
       audit.text_at(canon, 'after', 'name', '$p', 'c'), audit.text_at(${envelope(first.audit_id)}, 'after', 'name', '$p', 'c')), 'UTF8')
     where id = $1`,
    [second.audit_id],
  )
  const owner = await steppedUp(house, firm.owner)
  const shown = await owner.ok(auditDiff, { params: { audit_id: second.audit_id }, query: { reveal: 'true' } })
  assert.deepEqual(shown.after_json, { name: '[unreadable]' })
})

test('AU-12 the catalogue of actions is there for filters', async () => {
  const firm = await house.firm()
  const { items } = await firm.owner.ok(listAuditActions, {})
  assert.deepEqual(
    items.find((item) => item.action_type === 'AUDIT_LOG_REOPENED'),
    { action_type: 'AUDIT_LOG_REOPENED', target_type: 'AUDIT_LOG', severity: 'critical', is_read: false },
  )
})

test('AU-11 an untouched log passes, a limit truncates, and each look is kept and audited', async () => {
  const firm = await firmWith(6)
  await house.seal()
  const whole = await verified(firm)
  assert.deepEqual(
    [whole.passed, whole.checked_rows, whole.truncated, whole.from_seq, whole.to_seq, whole.failure_samples],
    [true, 6, false, 1, 6, []],
  )
  const part = await verified(firm, { limit: 2 })
  assert.deepEqual([part.passed, part.checked_rows, part.truncated, part.from_seq, part.to_seq], [true, 2, true, 5, 6])
  assert.equal((await firm.owner.call(chainVerify, { query: { limit: 5_001 } })).status, 422)
  assert.equal((await firm.owner.call(chainVerify, { query: { limit: 0 } })).status, 422)
  const { items } = await firm.owner.ok(listVerifyRuns, {})
  assert.deepEqual(
    items.map((run) => [run.status, run.result?.checked_rows]),
    [
      ['DONE', 2],
      ['DONE', 6],
    ],
  )
  assert.equal((await house.audit(firm.tenantId)).at(-1)?.action, 'AUDIT_CHAIN_VERIFIED')
})

test('AU-11 every tampering by the owner of the database is found, with its code and the first bad seq', async () => {
  const cases: readonly (readonly [string, string, number | null])[] = [
    ['hash_curr_mismatch', "update audit.events set leaf = sha256('x') where tenant_id = $1 and seq = 3", 3],
    ['hash_link_mismatch', "update audit.events set link = sha256('x') where tenant_id = $1 and seq = 4", 4],
    ['chain_seq_gap', 'delete from audit.events where tenant_id = $1 and seq = 2', 2],
    ['tail_truncated', 'delete from audit.events where tenant_id = $1 and seq = 6', 6],
    ['head_mismatch', "update audit.heads set link = sha256('x') where tenant_id = $1", null],
    ['head_mismatch', 'update audit.heads set size = 5 where tenant_id = $1', 6],
    ['checkpoint_signature_invalid', "update audit.checkpoints set root = sha256('x') where tenant_id = $1", 1],
    [
      'checkpoint_signature_invalid',
      "update audit.checkpoints set note = replace(note, 'zenops', 'zenopz') where tenant_id = $1",
      1,
    ],
    ['chain_seq_gap', 'update audit.events set seq = 1003 where tenant_id = $1 and seq = 3', 3],
  ]
  const sealer = sealerDatabase(house.sealerUrl, () => {})
  try {
    for (const [code, statement, seq] of cases) {
      const firm = await firmWith(6)
      await house.seal()
      const signer = signerOf('zenops.test/audit', Buffer.alloc(32, 7))
      const journal = {
        name: 'memory',
        publish: async () => ({}),
        latest: async () => ({ notes: new Map(), keys: [] }),
      }
      await signTurn(sealer, {
        host: 'zenops.test',
        signers: [signer],
        journal,
        published: new Map(),
        events: 1,
        seconds: 1,
      })
      await house.sql('insert into audit.signing_keys (public_key) values ($1) on conflict do nothing', [
        signer.publicKey,
      ])
      assert.equal((await verified(firm)).passed, true, 'untouched')
      await house.asSuperuser(statement, [firm.tenantId])
      const found = await verified(firm)
      assert.equal(found.passed, false, statement)
      assert.ok(
        found.failure_samples.some((one) => one.code === code),
        `${statement}: ${JSON.stringify(found.failure_samples)}`,
      )
      if (seq !== null) assert.equal(found.first_bad_seq, seq, `${statement}: ${JSON.stringify(found.failure_samples)}`)
      assert.equal((await house.audit(firm.tenantId)).at(-1)?.action, 'AUDIT_CHAIN_VERIFY_FAILED')
      // Its log is beyond sealing now; what waits for it must not hold up the next case.
      await house.asSuperuser('delete from audit.inbox where tenant_id = $1', [firm.tenantId])
    }
  } finally {
    await sealer.close()
  }
})

test('AU-11 a run verifies everything in the background, one at a time, and its result is kept', async () => {
  const firm = await firmWith(4)
  await house.seal()
  const { run_id } = await firm.owner.ok(startVerifyRun, { body: {} })
  assert.equal((await firm.owner.ok(getVerifyRun, { params: { id: run_id } })).status, 'QUEUED')
  assert.equal((await firm.owner.call(startVerifyRun, { body: {} })).error.error_code, 'CONFLICT')
  await house.runJobs()
  const run = await firm.owner.ok(getVerifyRun, { params: { id: run_id } })
  assert.deepEqual(
    [run.status, run.progress_percent, run.result?.passed, run.result?.checked_rows],
    ['DONE', 100, true, 4],
  )
  assert.equal((await firm.stranger.call(getVerifyRun, { params: { id: run_id } })).status, 404)
  assert.equal((await firm.owner.call(startVerifyRun, { body: { from_seq: 3, to_seq: 2 } })).status, 422)
  const part = await firm.owner.ok(startVerifyRun, { body: { from_seq: 2, to_seq: 3 } })
  await house.runJobs()
  assert.equal((await firm.owner.ok(getVerifyRun, { params: { id: part.run_id } })).result?.checked_rows, 2)
  assert.equal((await firm.owner.call(getVerifyRun, { params: { id: uuidv7() } })).status, 404)
})

test('AU-11 an operator of the studio has the log of any firm verified, and sees how far it is; a firm has its own alone', async () => {
  const firm = await firmWith(3)
  await house.seal()
  const tenant_id = firm.tenantId
  const { run_id } = await house.operator.ok(startVerifyRun, { body: { tenant_id } })
  const runOf = () => house.operator.ok(getVerifyRun, { params: { id: run_id }, query: { tenant_id } })
  assert.deepEqual([(await runOf()).status, (await runOf()).tenant_id], ['QUEUED', tenant_id])
  assert.equal((await firm.owner.call(startVerifyRun, { body: {} })).error.error_code, 'CONFLICT')
  await house.runJobs()
  const { status, result } = await runOf()
  assert.deepEqual([status, result?.passed, result?.tenant_id], ['DONE', true, tenant_id])
  const { items } = await house.operator.ok(listVerifyRuns, { query: { tenant_id } })
  assert.deepEqual(
    items.map((run) => run.run_id),
    [run_id],
  )
  const told = (await house.audit(tenant_id)).filter((event) => event.action.startsWith('AUDIT_CHAIN'))
  assert.deepEqual(
    told.map((event) => [event.action, (event['actor'] as { user_id: string }).user_id]),
    ['AUDIT_CHAIN_VERIFY_REQUESTED', 'AUDIT_CHAIN_VERIFIED'].map((action) => [action, house.operator.userId]),
  )
  const foreign = await firm.stranger.call(startVerifyRun, { body: { tenant_id } })
  assert.deepEqual([foreign.status, foreign.error.error_code], [404, 'NOT_FOUND'])
  assert.equal((await firm.stranger.call(getVerifyRun, { params: { id: run_id }, query: { tenant_id } })).status, 404)
  assert.equal((await house.operator.call(getVerifyRun, { params: { id: run_id } })).status, 404)
})

test('the keys are public, with the name under which they sign', async () => {
  const keys = await house.anon.ok(auditKeys, {})
  assert.ok(keys.every((key) => key.vkey.startsWith('zenops.test/audit+')))
})

test('AU-11 a failed verification is counted with its faults as an ops event of the firm, a passed one is not', async () => {
  const firm = await firmWith(3)
  await house.seal()
  await verified(firm)
  await house.asSuperuser("update audit.events set link = sha256('x') where tenant_id = $1 and seq = 2", [
    firm.tenantId,
  ])
  const verdict = await verified(firm)
  assert.equal(verdict.passed, false)
  const counted = await house.sql<{ value: string; trace_id: string }>(
    "select metric_value as value, trace_id from ops.events where tenant_id = $1 and metric_key = 'audit_chain_verify_failed'",
    [firm.tenantId],
  )
  assert.deepEqual(
    counted.map((row) => [Number(row.value), row.trace_id]),
    [[verdict.failure_count, verdict.trace_id]],
  )
})

test('AU-23 what the sealer seals is counted, added up in memory until it is told', async () => {
  const own = await openHouse({ AUDIT_ORIGIN: 'zenops.test' })
  try {
    const { owner, tenantId } = await own.firm()
    for (let n = 1; n <= 3; n++) await owner.ok(createBank, { body: { name: `Bank ${n}` } })
    const waiting = async (): Promise<number> => (await own.sql('select 1 from audit.inbox')).length
    const before = await waiting()
    assert.ok(before >= 3)
    const sealer = await own.app.startSealer()
    for (let tries = 0; tries < 300 && (await waiting()) > 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50))
    await sealer.stop()
    const { tally, database } = own.app.services
    await tally.flush(database)
    const [counted] = await own.sql<{ tenant_id: string; sealed: number }>(
      `select tenant_id, sum(metric_value)::int as sealed from ops.events where metric_key = 'audit_events_sealed' group by 1`,
    )
    assert.deepEqual(
      [counted?.tenant_id, counted?.sealed],
      [own.config.ZENOPS_INTERNAL_TENANT_ID, (await own.sql('select 1 from audit.events')).length],
    )
    assert.ok((await own.audit(tenantId)).length >= 3)
  } finally {
    await own.close()
  }
})
