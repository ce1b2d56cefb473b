import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { patchContract, updateReport } from '@zenops/contracts/reports'
import { createRuleset, publishRuleset } from '@zenops/contracts/reports-rules'
import { type House, openHouse } from '../../../../test/harness/house.ts'
import { openReport, refused, type ReportDesk } from '../../../../test/harness/reports.ts'

// What a process remembers of a report between two changes must not outlive what others write in between.

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

/** Twice: the first change chooses a profile, and the second is the first that is remembered. */
async function remembered(report: ReportDesk): Promise<void> {
  await report.patch({ property: { landmark: 'A' } })
  await report.patch({ property: { landmark: 'B' } })
  await report.patch({ property: { landmark: 'C' } })
}

test('a report closed by another process between two changes is locked for the next one', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  await remembered(report)
  await house.sql(`update reports.reports set status = 'CLOSED' where id = $1`, [report.id])
  const body = { patch: { property: { landmark: 'D' } }, expected_version: 3 }
  refused(await owner.call(patchContract, { params: { id: report.id }, body }), 409, 'REPORT_LOCKED')
})

test('a header changed between two changes is what the next one is judged by', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  await remembered(report)
  const body = { bank_name: 'State Bank of India', expected_version: 1 }
  await owner.ok(updateReport, { params: { id: report.id }, body })
  const next = await report.patch({ property: { landmark: 'D' } })
  assert.equal(next.output_snapshot?.derived_json.bank_type, 'SBI')
})

test('a report that its reader may see no longer is not found, remembered or not', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  await remembered(report)
  await house.sql('update reports.reports set deleted_at = now() where id = $1', [report.id])
  const body = { patch: { property: { landmark: 'D' } }, expected_version: 3 }
  refused(await owner.call(patchContract, { params: { id: report.id }, body }), 404, 'NOT_FOUND')
})

test('rules, profiles and settings that change between two changes are told at the next one', async () => {
  const { owner, tenantId } = await house.firm()
  const report = await openReport(owner)
  await remembered(report)
  const codes = (change: Awaited<ReturnType<ReportDesk['patch']>>) => change.readiness.warnings.map(({ code }) => code)
  const quiet = await report.patch({ property: { landmark: 'D' } })
  const ruleset = await owner.ok(createRuleset, { body: { version: 'firm-1', params: { distress_percent: 70 } } })
  await owner.ok(publishRuleset, { params: { id: ruleset.id } })
  const told = await report.patch({ property: { landmark: 'E' } })
  assert.deepEqual(
    codes(told).filter((code) => !codes(quiet).includes(code)),
    ['RULESET_OUTDATED'],
  )
  await house.sql(`update reports.evidence_profiles set name = 'Renamed ' || name where tenant_id = $1`, [tenantId])
  const renamed = await report.patch({ property: { landmark: 'F' } })
  assert.match(renamed.readiness.profile?.name ?? '', /^Renamed /)
  const settings = { reports: { default_signatory_id: owner.userId } }
  await house.sql('update identity.tenants set settings = $2 where id = $1', [tenantId, JSON.stringify(settings)])
  const signed = await report.patch({ property: { landmark: 'G' } })
  assert.deepEqual(
    codes(renamed).filter((code) => !codes(signed).includes(code)),
    ['SIGNATORY_MISSING'],
  )
})
