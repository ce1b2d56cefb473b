import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chainVerify, getVerifyRun, startVerifyRun } from '@zenops/contracts/audit'
import { chainStatus } from '@zenops/contracts/audit-chain'
import { listAlerts } from '@zenops/contracts/ops-alerts'
import { type ExportDesk, exportDesk } from '../../../../test/harness/exports.ts'
import { type Firm, type House, openHouse } from '../../../../test/harness/house.ts'
import { notaryOf, type TestNotary } from '../../../../test/harness/notary.ts'

let house: House
let desk: ExportDesk
let notary: TestNotary
before(async () => {
  house = await openHouse({ AUDIT_ORIGIN: 'zenops.test' })
  desk = exportDesk(house)
  notary = notaryOf(house)
  await house.sql('create table public.kept_events (like audit.events)')
  await house.sql('create table public.kept_heads (like audit.heads)')
})
after(async () => {
  await notary.close()
  await house.close()
})

/** What somebody with all rights does, and undoes from what he kept. */
const TAMPERINGS = [
  {
    name: 'a tail cut off',
    code: 'tail_truncated',
    first: 6,
    act: 'delete from audit.events where tenant_id = $1 and seq > 5',
    undo: `insert into audit.events (tenant_id, epoch, seq, canon, leaf, link, sanitiser_version, sealed_at)
      select tenant_id, epoch, seq, canon, leaf, link, sanitiser_version, sealed_at from public.kept_events where tenant_id = $1 and seq > 5`,
  },
  {
    name: 'an edited head',
    code: 'head_mismatch',
    first: null,
    act: "update audit.heads set link = sha256('x') where tenant_id = $1",
    undo: 'update audit.heads h set link = k.link from public.kept_heads k where h.tenant_id = $1 and k.tenant_id = h.tenant_id',
  },
  {
    name: 'a changed row',
    code: 'hash_curr_mismatch',
    first: 3,
    act: "update audit.events set canon = convert_to(replace(convert_from(canon, 'UTF8'), 'Bank', 'Bonk'), 'UTF8') where tenant_id = $1 and seq = 3",
    undo: 'update audit.events e set canon = k.canon from public.kept_events k where e.tenant_id = $1 and k.tenant_id = e.tenant_id and k.seq = e.seq',
  },
] as const

const alertsOf = async ({ owner }: Firm) =>
  (await owner.ok(listAlerts, { query: { rule_key: ['audit_chain_verify_failed'] } })).items.map((one) => [
    one.severity,
    one.state,
  ])
const evaluate = () => house.loop('alert_evaluator')

/** Half a minute without the fault, after which its alert would end. */
async function quiet({ tenantId }: Firm): Promise<void> {
  await evaluate()
  await house.sql("update ops.alerts set last_at = last_at - interval '31 seconds' where tenant_id = $1", [tenantId])
  await evaluate()
}

/** Status and code of a bulk export, and of a bundle. */
async function asked({ owner, tenantId }: Firm): Promise<[number, string | undefined, number]> {
  const bulk = await desk.ask(owner, { profile: 'bulk' })
  await house.sql('delete from audit.export_jobs where tenant_id = $1', [tenantId])
  const bundle = await desk.ask(owner, { profile: 'bulk', format: 'bundle' })
  await house.sql('delete from audit.export_jobs where tenant_id = $1', [tenantId])
  return [bulk.status, bulk.error.error_code, bundle.status]
}

for (const { name, code, first, act, undo } of TAMPERINGS) {
  test(`AU-11 ${name} is found at night: one alert within the run, bulk exports held until the whole log passes again`, async () => {
    const firm = await desk.firmWith(6)
    const { owner, tenantId } = firm
    await notary.sign()
    await house.sql('insert into public.kept_events select * from audit.events where tenant_id = $1', [tenantId])
    await house.sql('insert into public.kept_heads select * from audit.heads where tenant_id = $1', [tenantId])
    await house.turn('audit_verify_nightly')
    await evaluate()
    assert.deepEqual([await alertsOf(firm), (await asked(firm))[0]], [[], 202])

    await house.asSuperuser(act, [tenantId])
    await house.turn('audit_verify_nightly')
    await evaluate()
    await evaluate()
    assert.equal(house.errors.splice(0).filter((line) => line.includes('"audit_chain_verify_failed"')).length, 1)
    const { last_verify, warnings } = await owner.ok(chainStatus, {})
    const found = last_verify?.result
    assert.deepEqual(
      [last_verify?.kind, found?.failure_samples[0]?.code, found?.first_bad_seq],
      ['nightly', code, first],
    )
    assert.ok(warnings.includes('exports_held'))
    const told = (await house.audit(tenantId)).filter((event) => event.action === 'AUDIT_CHAIN_VERIFY_FAILED')
    assert.deepEqual(
      told.map((event) => [event['outcome'], (event['after'] as { first_bad_seq: number | null }).first_bad_seq]),
      [['failed', first]],
    )
    const counted = await house.sql<{ n: number }>(
      "select metric_value::int as n from ops.events where tenant_id = $1 and metric_key = 'audit_chain_verify_failed'",
      [tenantId],
    )
    assert.deepEqual(counted, [{ n: found?.failure_count }])
    assert.deepEqual(await alertsOf(firm), [['critical', 'OPEN']])
    assert.deepEqual(await asked(firm), [409, 'AUDIT_CHAIN_UNVERIFIED', 202])

    await house.asSuperuser(undo, [tenantId])
    // A look at a part of the log lifts nothing.
    assert.equal((await owner.ok(chainVerify, { query: { limit: 1 } })).passed, true)
    await quiet(firm)
    assert.deepEqual(
      [await alertsOf(firm), await asked(firm)],
      [[['critical', 'OPEN']], [409, 'AUDIT_CHAIN_UNVERIFIED', 202]],
    )
    const { run_id } = await owner.ok(startVerifyRun, { body: {} })
    await house.runJobs()
    assert.equal((await owner.ok(getVerifyRun, { params: { id: run_id } })).result?.passed, true)
    await quiet(firm)
    assert.deepEqual([await alertsOf(firm), (await asked(firm))[0]], [[['critical', 'RESOLVED']], 202])
  })
}
