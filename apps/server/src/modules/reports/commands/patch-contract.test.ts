import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { BankType, ReportType } from '@zenops/contracts/report-enums'
import { listAssignments } from '@zenops/contracts/assignments'
import {
  createReport,
  diffRevisions,
  getReport,
  patchContract,
  previewValues,
  recalculate,
  updateReport,
  verifyRevisions,
} from '@zenops/contracts/reports'
import { linkEvidence } from '@zenops/contracts/reports-evidence'
import { createRuleset, publishRuleset } from '@zenops/contracts/reports-rules'
import { type House, openHouse } from '../../../../test/harness/house.ts'
import { COMPLETE, makeBank, openReport, refused } from '../../../../test/harness/reports.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

test('RP-01 a report without an assignment opens one of its title; the bank gives its type by record or name', async () => {
  const { owner, tenantId } = await house.firm()
  for (const [bank_name, type] of [
    ['State Bank of India', 'SBI'],
    ['Bank of India', 'PSU_GENERIC'],
    ['Pragati Sahakari Bank', 'COOP'],
    ['Sahyadri Finance', 'OTHER'],
  ] as const) {
    const title = `Valuation for ${bank_name}`
    const reply = await owner.call(createReport, {
      body: { source_type: 'TENANT', report_type: 'VALUATION', bank_name, title },
    })
    assert.equal(reply.status, 201)
    const { work_order } = reply.body
    assert.equal(work_order.bank_type, type)
    assert.match(work_order.report_no, /^R-\d{4}-\d{4}$/)
    const { items } = await owner.ok(listAssignments, { query: { q: title } })
    assert.deepEqual(
      items.map(({ id, title: named, status }) => ({ id, named, status })),
      [{ id: work_order.assignment_id, named: title, status: 'DRAFT' }],
    )
    const detail = await owner.ok(getReport, { params: { id: work_order.id } })
    assert.equal(detail.contract?.party?.bank_name, bank_name)
    assert.equal(detail.work_order.latest_revision, 0)
  }
  const actions = (await house.audit(tenantId)).map((event) => event.action)
  assert.equal(actions.filter((action) => action === 'REPORT_CREATED').length, 4)
  assert.equal(actions.filter((action) => action === 'ASSIGNMENT_CREATED').length, 4)
  const numbers = await house.sql<{ report_no: string }>(
    'select report_no from reports.reports where tenant_id = $1 order by report_no',
    [tenantId],
  )
  assert.deepEqual(
    numbers.map((row) => row.report_no.slice(-4)),
    ['0001', '0002', '0003', '0004'],
  )
})

test('RP-01 the record of a bank wins over its name; an unknown bank is 404, an unknown commission too', async () => {
  const { owner, stranger, valuer } = await house.firm()
  const bank_id = await makeBank(owner, 'State Bank of India')
  const report = await openReport(owner, { bank_name: null, bank_id })
  assert.equal((await report.detail()).work_order.bank_type, 'OTHER')
  const body = { source_type: 'TENANT', report_type: 'VALUATION' } as const
  refused(await stranger.call(createReport, { body: { ...body, bank_id } }), 404, 'NOT_FOUND')
  refused(await owner.call(createReport, { body: { ...body, source_ref_id: crypto.randomUUID() } }), 404, 'NOT_FOUND')
  refused(await owner.call(createReport, { body: { ...body, source_type: 'CHANNEL' } }), 422, 'VALIDATION_FAILED')
  refused(
    await stranger.call(createReport, { body: { ...body, assignment_id: report.assignmentId } }),
    404,
    'NOT_FOUND',
  )
  refused(await valuer.call(createReport, { body: { ...body, assignment_id: report.assignmentId } }), 403, 'FORBIDDEN')
  refused(await valuer.call(createReport, { body }), 403, 'FORBIDDEN')
})

interface Case {
  id: string
  bank_type: BankType
  report_type: ReportType
  ruleset_params: Record<string, unknown>
  contract: Record<string, unknown>
  expected: Record<string, unknown>
}
const FILE = new URL('../../../../../../packages/valuation/data/valuation-cases.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: Case[] } // the shape the file documents

test('RP-02 every published case comes out exact through the API, by its own published rules', async () => {
  const { owner } = await house.firm()
  for (const { id, bank_type, report_type, ruleset_params, contract, expected } of cases) {
    const ruleset = await owner.ok(createRuleset, { body: { version: id, params: ruleset_params } })
    await owner.ok(publishRuleset, { params: { id: ruleset.id } })
    const report = await openReport(owner, { bank_type, report_type })
    const { output_snapshot } = await report.patch(contract)
    const derived = output_snapshot?.derived_json
    assert.ok(derived)
    const { book: _, ...words } = derived.computed_values.value_in_words ?? {}
    const found: Record<string, unknown> = {
      ...derived,
      ...derived.computed_values,
      book_value: derived.computed_values.book_value ?? null,
      unit_value: derived.computed_values.sheet?.unit?.value,
      building_rows: derived.computed_values.sheet?.building_rows?.map((row) => [row.cost, row.depreciation, row.net]),
      value_in_words: words,
    }
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(found[name], value, `${id} ${name}`)
  }
})

test('RP-03 a later rate replaces the former; a typed rate per sqm cleared by null leaves the converted one', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const rate = (value: number) => ({ valuation_inputs: { guideline_rate_input: { value, unit: 'sqft' } } })
  const figure = (change: Awaited<ReturnType<typeof report.patch>>) =>
    change.output_snapshot?.derived_json.computed_values.standardized_rates?.guideline_rate_per_sqm
  assert.equal(figure(await report.patch(rate(2000))), 21_527.8)
  assert.equal(figure(await report.patch(rate(3000), { reason: 'register corrected' })), 32_291.7)
  assert.equal(figure(await report.patch({ valuation_inputs: { guideline_rate_per_sqm: 30_000 } })), 30_000)
  const cleared = await report.patch(
    { valuation_inputs: { guideline_rate_per_sqm: null } },
    { reason: 'typed by mistake' },
  )
  assert.equal(figure(cleared), 32_291.7)
})

test('RP-04 objects merge, lists are replaced only when they are sent, null clears', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const floors = [{ label: 'Ground', area: { value: 50, unit: 'sqm' } }]
  await report.patch({ property: { address: 'A', floors }, annexures: { items: [{ label: 'Front' }] } })
  const city = await report.patch({ property: { city: 'Belgaum' } })
  assert.deepEqual(city.input_snapshot?.contract_json.property?.floors, floors)
  assert.equal(city.input_snapshot?.contract_json.annexures?.items?.length, 1)
  const replaced = await report.patch({ property: { floors: [{ label: 'First' }], address: null } })
  assert.deepEqual(replaced.input_snapshot?.contract_json.property, { city: 'Belgaum', floors: [{ label: 'First' }] })
  const again = await report.patch({ property: { city: 'Belgaum' } })
  assert.equal(again.changed, false)
  assert.equal(again.revision, replaced.revision)
})

test('RP-05 server-owned sections, unknown keys and figures without an exact form are refused with their path', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const call = (patch: Record<string, unknown>) =>
    owner.call(patchContract, { params: { id: report.id }, body: { patch, expected_version: 0 } })
  for (const section of ['meta', 'computed_values', 'audit']) {
    assert.equal(refused(await call({ [section]: {} }), 422, 'SERVER_OWNED_FIELD')['path'], section)
  }
  const bad: [Record<string, unknown>, string][] = [
    [{ property: { colour: 'red' } }, 'property.colour'],
    [{ valuation_inputs: { land_value: 1.005 } }, 'valuation_inputs.land_value'],
    [{ valuation_inputs: { land_value: 'NaN' } }, 'valuation_inputs.land_value'],
    [{ valuation_inputs: { land_value: '12345678901234.56' } }, 'valuation_inputs.land_value'],
    [{ valuation_inputs: { land_value: -1 } }, 'valuation_inputs.land_value'],
    [{ property: { land_area: { value: 1, unit: 'bigha' } } }, 'property.land_area.unit'],
    [{ valuation_inputs: { inspection_date: '2999-01-01' } }, 'valuation_inputs.inspection_date'],
    [{ data_bundle: {} }, 'data_bundle'],
    [{ party: { signatory_id: crypto.randomUUID() } }, 'party.signatory_id'],
  ]
  for (const [patch, path] of bad) assert.equal(refused(await call(patch), 422, 'VALIDATION_FAILED')['path'], path)
  assert.equal((await report.detail()).work_order.latest_revision, 0)
})

test('RP-06 of two patches on one version one wins; the other learns what changed and rebases', async () => {
  const { owner, opsManager } = await house.firm()
  const report = await openReport(owner)
  const send = (by: typeof owner, patch: Record<string, unknown>, expected_version: number) =>
    by.call(patchContract, { params: { id: report.id }, body: { patch, expected_version } })
  const replies = await Promise.all([
    send(owner, { property: { city: 'A' } }, 0),
    send(opsManager, { party: { owner_name: 'B' } }, 0),
  ])
  assert.deepEqual(replies.map((reply) => reply.status).sort(), [200, 409])
  const lost = replies.findIndex((reply) => reply.status === 409)
  const detail = refused(replies[lost] ?? assert.fail(), 409, 'REVISION_MISMATCH')
  assert.equal(detail['current_version'], 1)
  assert.deepEqual(detail['changed_paths'], [lost === 1 ? 'property.city' : 'party.owner_name'])
  const patch = lost === 1 ? { party: { owner_name: 'B' } } : { property: { city: 'A' } }
  assert.equal((await send(owner, patch, 1)).status, 200)
  assert.equal(refused(await send(owner, patch, 0), 409, 'REVISION_MISMATCH')['current_version'], 2)
  refused(await owner.call(patchContract, { params: { id: report.id }, body: { patch } }), 422, 'VALIDATION_FAILED')
  const rows = await house.sql<{ n: number }>(
    'select n from reports.report_revisions where report_id = $1 order by n',
    [report.id],
  )
  assert.deepEqual(
    rows.map((row) => row.n),
    [1, 2],
  )
})

test('a revision that another process wrote is the one that the next change starts from', async () => {
  const { owner } = await house.firm()
  const { work_order } = await owner.ok(createReport, {
    body: { source_type: 'TENANT', report_type: 'VALUATION', bank_name: 'Bank of India', title: 'Two processes' },
  })
  const params = { id: work_order.id }
  const first = { property: { landmark: 'By the mill', village: 'Hindalga' } }
  await owner.ok(patchContract, { params, body: { patch: first, expected_version: 0 } })
  await house.sql(
    `insert into reports.report_revisions
     select (jsonb_populate_record(v, jsonb_build_object('n', 2, 'chain_hash', repeat('a', 64),
       'contract', jsonb_set(v.contract, '{property,landmark}', '"By the lake"')))).*
     from reports.report_revisions v where v.report_id = $1 and v.n = 1`,
    [work_order.id],
  )
  await house.sql('update reports.reports set latest_revision = 2, contract_version = 2 where id = $1', [work_order.id])
  const stale = await owner.call(patchContract, { params, body: { patch: { property: {} }, expected_version: 1 } })
  assert.equal(stale.status, 409)
  const patch = { property: { taluk: 'Belagavi' } }
  const changed = await owner.ok(patchContract, { params, body: { patch, expected_version: 2 } })
  const { property } = changed.input_snapshot?.contract_json ?? {}
  assert.deepEqual(property, { landmark: 'By the lake', village: 'Hindalga', taluk: 'Belagavi' })
  const [row] = await house.sql<{ prev_hash: string }>(
    'select prev_hash from reports.report_revisions where report_id = $1 and n = 3',
    [work_order.id],
  )
  assert.equal(row?.prev_hash, 'a'.repeat(64))
})

test('of evidence linked between two changes of a bare report the second one hears', async () => {
  const { owner } = await house.firm()
  const { work_order } = await owner.ok(createReport, {
    body: { source_type: 'TENANT', report_type: 'VALUATION', bank_name: 'Bank of India', title: 'First bare' },
  })
  const params = { id: work_order.id }
  const patched = (expected_version: number, landmark: string) =>
    owner.ok(patchContract, { params, body: { patch: { property: { landmark } }, expected_version } })
  await patched(0, 'A')
  const evidence = { evidence_type: 'DOCUMENT', doc_type: 'SALE_DEED', physical_copy_seen: true } as const
  await owner.ok(linkEvidence, { params, body: { items: [evidence] } })
  await patched(1, 'B')
  const frozen = await house.sql<{ items: number }>(
    'select jsonb_array_length(manifest) as items from reports.report_revisions where report_id = $1 order by n',
    [work_order.id],
  )
  assert.deepEqual(
    frozen.map((row) => row.items),
    [0, 1],
  )
})

test('RP-07 a stored figure changes with a reason only; the first entry needs none; the reason stands in the diff', async () => {
  const { owner, tenantId } = await house.firm()
  const report = await openReport(owner)
  const cost_sheet = { land: { rows: [{ label: 'Land', amount: 100 }] } }
  const geo = { lat: 15.8, lng: 74.5 }
  await report.patch({
    valuation_inputs: { land_value: 100, guideline_total_value: 50 },
    property: { geo },
    cost_sheet,
  })
  const call = (patch: Record<string, unknown>) =>
    owner.call(patchContract, { params: { id: report.id }, body: { patch, expected_version: 1 } })
  for (const [patch, path] of [
    [{ valuation_inputs: { land_value: 120 } }, 'valuation_inputs.land_value'],
    [{ valuation_inputs: { guideline_total_value: null } }, 'valuation_inputs.guideline_total_value'],
    [{ property: { geo: { lat: 15.9 } } }, 'property.geo.lat'],
    [{ cost_sheet: { land: { rows: [] } } }, 'cost_sheet.land.rows'],
  ] as const) {
    assert.equal(refused(await call(patch), 422, 'REASON_REQUIRED')['path'], path)
  }
  await owner.ok(patchContract, {
    params: { id: report.id },
    body: {
      patch: { valuation_inputs: { land_value: 120 } },
      expected_version: 1,
      reasons: { 'valuation_inputs.land_value': 'measured again' },
    },
  })
  const diff = await owner.ok(diffRevisions, { params: { id: report.id }, query: { from: 1, to: 2 } })
  assert.deepEqual(diff.contract, [
    {
      path: 'valuation_inputs.land_value',
      before: 100,
      after: 120,
      reason: 'measured again',
      author: 'Test super admin',
    },
  ])
  assert.ok(diff.computed.some(({ path, before, after: now }) => path === 'FMV' && before === 100 && now === 120))
  const whole = await owner.ok(diffRevisions, { params: { id: report.id }, query: { from: 0, to: 2 } })
  assert.ok(whole.contract.length > 4)
  refused(await owner.call(diffRevisions, { params: { id: report.id }, query: { from: 1, to: 9 } }), 404, 'NOT_FOUND')
  const event = (await house.audit(tenantId)).findLast(({ action }) => action === 'REPORT_CONTRACT_CHANGED')
  const told = event?.['after'] as { paths: string[] } | undefined // as the command wrote it
  assert.deepEqual(told?.paths, ['valuation_inputs.land_value'])
})

test('RP-08 the chain holds; a row tampered with past the fences is named', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  for (let i = 0; i < 4; i++) await report.patch({ property: { city: `City ${i}` } })
  const params = { id: report.id }
  assert.deepEqual(await owner.ok(verifyRevisions, { params }), { ok: true, checked: 4 })
  await assert.rejects(
    house.sql('update reports.report_revisions set reason = $1 where report_id = $2', ['x', report.id]),
    /append-only/,
  )
  await assert.rejects(
    house.sql('delete from reports.report_revisions where report_id = $1', [report.id]),
    /append-only/,
  )
  await assert.rejects(
    house.sql('delete from reports.report_changed_paths where report_id = $1', [report.id]),
    /append-only/,
  )
  await house.sql('alter table reports.report_revisions disable trigger user')
  await house.sql(
    `update reports.report_revisions set contract = jsonb_set(contract, '{property,city}', '"Elsewhere"') where report_id = $1 and n = 3`,
    [report.id],
  )
  await house.sql('alter table reports.report_revisions enable trigger user')
  const verdict = await owner.ok(verifyRevisions, { params })
  assert.equal(verdict.ok, false)
  assert.equal(verdict.first_bad, 3)
})

test('RP-09 the first patch gives snapshots 1 and 2; the input one holds no computed value', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const first = await report.patch(COMPLETE)
  assert.equal(first.input_snapshot?.version, 1)
  assert.equal(first.output_snapshot?.version, 2)
  assert.equal(first.input_snapshot?.contract_json.computed_values, undefined)
  assert.equal(first.output_snapshot?.contract_json.computed_values?.FMV, 5_000_000)
  assert.equal(first.output_snapshot?.contract_json.audit?.snapshot_version, 2)
  const second = await report.patch({ property: { city: 'B' } })
  assert.equal(second.input_snapshot?.version, 3)
  assert.equal((await report.detail()).latest_snapshot?.version, 4)
})

test('a preview computes and stores nothing', async () => {
  const { owner, accounts } = await house.firm()
  const report = await openReport(owner)
  const preview = await accounts.ok(previewValues, { params: { id: report.id }, body: { patch: COMPLETE } })
  assert.equal(preview.derived_json.computed_values.FMV, 5_000_000)
  assert.equal((await report.detail()).work_order.latest_revision, 0)
  refused(
    await accounts.call(patchContract, { params: { id: report.id }, body: { patch: {}, expected_version: 0 } }),
    403,
    'FORBIDDEN',
  )
  refused(
    await owner.call(previewValues, { params: { id: report.id }, body: { patch: { meta: {} } } }),
    422,
    'SERVER_OWNED_FIELD',
  )
})

test('RP-42 open reports keep their rules until they are recalculated; overrides by bank beat those by type', async () => {
  const { owner, valuer } = await house.firm()
  const bank_id = await makeBank(owner, 'Strict Bank')
  const report = await openReport(owner, { bank_id, bank_name: null, bank_type: 'OTHER' })
  await report.patch(COMPLETE)
  const body = {
    version: 'own-1',
    params: { realisable_percent: 90 },
    overrides: [
      { match: { bank_type: 'OTHER' as const }, params: { distress_percent: 70 } },
      { match: { bank_id }, params: { distress_percent: 60 } },
    ],
  }
  const draft = await owner.ok(createRuleset, { body })
  const params = { id: report.id }
  const change = { ruleset_id: draft.id, reason: 'new rules of the bank', expected_version: 1 }
  refused(await owner.call(recalculate, { params, body: change }), 422, 'VALIDATION_FAILED')
  refused(await valuer.call(publishRuleset, { params: { id: draft.id } }), 403, 'FORBIDDEN')
  const published = await owner.ok(publishRuleset, { params: { id: draft.id } })
  assert.equal(published.in_force, true)
  refused(await owner.call(publishRuleset, { params: { id: draft.id } }), 409, 'ILLEGAL_TRANSITION')
  const existing = refused(await owner.call(createRuleset, { body }), 409, 'DUPLICATE_RECORD')
  assert.equal(existing['existing_id'], draft.id)
  refused(
    await owner.call(createRuleset, { body: { version: 'x', params: { realisable_percent: 101 } } }),
    422,
    'VALIDATION_FAILED',
  )
  refused(
    await owner.call(createRuleset, { body: { version: 'x', params: { coop_factor: 1 } } }),
    422,
    'VALIDATION_FAILED',
  )
  const kept = await report.patch({ property: { city: 'B' } })
  assert.equal(kept.rules_run.ruleset_version, 'std-1')
  assert.ok(kept.rules_run.warnings.some(({ code }) => code === 'RULESET_OUTDATED'))
  refused(await owner.call(recalculate, { params, body: { ...change, expected_version: 1 } }), 409, 'REVISION_MISMATCH')
  const again = await owner.ok(recalculate, { params, body: { ...change, expected_version: 2 } })
  assert.equal(again.contract_version, 2)
  assert.equal(again.revision, 3)
  assert.equal(again.output_snapshot?.derived_json.computed_values.realizable_value, 4_500_000)
  assert.equal(again.output_snapshot?.derived_json.computed_values.distress_value, 3_000_000)
  await assert.rejects(house.sql(`update reports.rulesets set params = '{}' where id = $1`, [draft.id]), /never change/)
})

test('a stage report is warned when it falls behind the stage before it', async () => {
  const { owner } = await house.firm()
  const first = await openReport(owner, { report_type: 'STAGE_PROGRESS' })
  await first.patch({ stage: { completion_percent: 60 } })
  const second = await openReport(owner, { report_type: 'STAGE_PROGRESS', assignment_id: first.assignmentId })
  const codes = async (completion_percent: number) =>
    (await second.patch({ stage: { completion_percent } }, { reason: 'Measured again' })).readiness.warnings.map(
      ({ code }) => code,
    )
  const [behind, ahead] = [await codes(50), await codes(70)]
  assert.deepEqual(
    [behind, ahead].map((found) => found.includes('STAGE_REGRESSION')),
    [true, false],
  )
})

test('the header changes until the data are collected; a new bank type recomputes and writes a revision', async () => {
  const { owner, stranger } = await house.firm()
  const report = await openReport(owner)
  await report.patch(COMPLETE)
  const params = { id: report.id }
  const change = (body: Record<string, unknown>) =>
    owner.call(updateReport, { params, body: { expected_version: 1, ...body } })
  refused(await owner.call(updateReport, { params, body: { title: 'New' } }), 422, 'VALIDATION_FAILED')
  refused(await change({ title: 'New', expected_version: 7 }), 409, 'REVISION_MISMATCH')
  refused(await change({ bank_id: crypto.randomUUID() }), 404, 'NOT_FOUND')
  refused(await change({ nonsense: 1 }), 422, 'VALIDATION_FAILED')
  refused(await stranger.call(updateReport, { params, body: { title: 'X', expected_version: 1 } }), 404, 'NOT_FOUND')
  const coop = await change({ bank_type: 'COOP' })
  assert.equal(coop.body.template_selector, 'COOP_GENERIC')
  assert.equal(coop.body.latest_revision, 2)
  assert.equal(coop.body.contract_version, 1)
  await report.move('DATA_PENDING')
  const { version } = (await report.detail()).work_order
  refused(await change({ bank_type: 'SBI', expected_version: version }), 409, 'REPORT_LOCKED')
  assert.equal((await change({ title: 'Another title', expected_version: version })).body.title, 'Another title')
  await report.move('CANCELLED', 'the customer withdrew')
  refused(await change({ title: 'Late', expected_version: version + 2 }), 409, 'REPORT_LOCKED')
  refused(await owner.call(patchContract, { params, body: { patch: {}, expected_version: 1 } }), 409, 'REPORT_LOCKED')
})
