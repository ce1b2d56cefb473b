import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listReports, updateReport } from '@zenops/contracts/reports'
import { type House, openHouse } from '../../../../test/harness/house.ts'
import { openReport } from '../../../../test/harness/reports.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

interface PathRow {
  readonly n: number
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

test('few changes and many leave the same history: one row a path, nothing where there was no value', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  await report.patch({ property: { landmark: 'By the "mill"', village: 'Hindalga' } })
  const place = { landmark: null, village: 'Kangrali', taluk: 'Belagavi', city: 'Belagavi', survey_no: '12/3' }
  await report.patch({ property: place })
  const rows = await house.sql<PathRow>(
    'select n, path, before, after from reports.report_changed_paths where report_id = $1 order by n, path',
    [report.id],
  )
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      { n: 1, path: 'property.landmark', before: null, after: 'By the "mill"' },
      { n: 1, path: 'property.village', before: null, after: 'Hindalga' },
      { n: 2, path: 'property.city', before: null, after: 'Belagavi' },
      { n: 2, path: 'property.landmark', before: 'By the "mill"', after: null },
      { n: 2, path: 'property.survey_no', before: null, after: '12/3' },
      { n: 2, path: 'property.taluk', before: null, after: 'Belagavi' },
      { n: 2, path: 'property.village', before: 'Hindalga', after: 'Kangrali' },
    ],
  )
  const [nulls] = await house.sql<{ n: number }>(
    `select count(*)::int as n from reports.report_changed_paths where report_id = $1 and (before = 'null' or after = 'null')`,
    [report.id],
  )
  assert.equal(nulls?.n, 0)
})

test('a hash that is not 64 lower-case hex digits is refused, whichever it is', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  await report.patch({ property: { city: 'Belagavi' } })
  const hashes = ['content_hash', 'patch_hash', 'prev_hash', 'chain_hash']
  for (const name of hashes)
    for (const wrong of ['A'.repeat(64), 'a'.repeat(63), 'a'.repeat(66), `${'a'.repeat(63)}x`, ''])
      await assert.rejects(
        house.sql(
          `insert into reports.report_revisions
           select (jsonb_populate_record(v, jsonb_build_object('n', 2, $2::text, $3::text))).*
           from reports.report_revisions v where v.report_id = $1 and v.n = 1`,
          [report.id, name, wrong],
        ),
        /sha256_hex_check|hexadecimal/,
        `${name} ${wrong}`,
      )
})

test('a report is found by the words it has now, whoever wrote them', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const found = async (q: string): Promise<string[]> =>
    (await owner.ok(listReports, { query: { q } })).items.map((item) => item.id)
  await report.patch({ party: { borrower_name: 'Savita Patil' } })
  assert.deepEqual(await found('savita'), [report.id])
  await report.patch({ party: { borrower_name: 'Meera Joshi' } })
  assert.deepEqual([await found('savita'), await found('meera')], [[], [report.id]])
  await owner.ok(updateReport, {
    params: { id: report.id },
    body: { title: 'Bungalow at Tilakwadi', expected_version: 1 },
  })
  assert.deepEqual(await found('tilakwadi'), [report.id])
  await house.sql(`update reports.reports set search_text = 'something else' where id = $1`, [report.id])
  assert.deepEqual(await found('meera'), [report.id])
})
