import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { canonOf } from '../../../test/harness/audit.ts'
import { type ExportDesk, exportDesk } from '../../../test/harness/exports.ts'
import { type Firm, type House, openHouse } from '../../../test/harness/house.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { cellsOf } from './cleaning.ts'

let house: House
let desk: ExportDesk
before(async () => {
  house = await openHouse()
  desk = exportDesk(house)
})
after(() => house.close())

/** Events written past the sanitiser, as only the owner of the database can. */
async function planted(firm: Firm, extras: readonly object[]): Promise<void> {
  for (const extra of extras) {
    const id = uuidv7()
    const canon = canonOf(firm.tenantId, id, extra as Record<string, unknown>) // members of an event
    await house.sql(
      'insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ($1, $2, 0, $3, 99)',
      [id, firm.tenantId, canon],
    )
  }
  await house.seal()
}

const FORMULAS = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  '﹦1',
  '﹢1',
  '﹣1',
  '﹫x',
  '−1',
  ' =1',
  '  +1',
  '\u00a0=1',
  '\u3000=1',
  '\u200b=1',
  '\ufeff=1',
  '\u2003-1',
  ' \t =1',
  '\v=1',
  '\f=1',
  '=cmd|"/c calc"!A0',
  '=HYPERLINK("http://x","y")',
  '@import',
  '+cmd',
  '-2+3',
  '=',
  '+',
  '-',
  '@',
  '\t',
  '\r',
  '\n',
  '==1',
  '+-1',
  '=\u202e1',
  '=A1"',
  "='x'",
  '=,1',
  '-\n=1',
  '@@',
]

test('AU-18 more than forty cells that a spreadsheet would run are neutral, and ordinary ones stay as they are', async () => {
  assert.ok(FORMULAS.length > 40)
  const plain = ['ordinary', '7', 'a=1', '1-2', "'=1", '', '{"a": 1}', 'प्रवेश', '😀=1', '#REF', '%41', '_x']
  const rows = await house.sql<{ cell: string; guarded: string }>(
    'select cell, audit.csv_guard(cell) as guarded from unnest($1::text[]) cell',
    [[...FORMULAS, ...plain]],
  )
  for (const { cell, guarded } of rows)
    assert.equal(guarded, plain.includes(cell) ? cell : `'${cell}`, JSON.stringify(cell))
  assert.deepEqual(await house.sql('select audit.csv_guard(null) as none'), [{ none: null }])
  const [kind] = await house.sql<{ provolatile: string }>(`select provolatile from pg_proc where proname = 'csv_guard'`)
  assert.equal(kind?.provolatile, 'i')
})

test('AU-18 formulas in a target leave guarded as CSV and unchanged for machines; quotes, newlines and signs read back', async () => {
  const firm = await desk.firmWith(0)
  const targets = ['=1+1', 'a "quoted"\nline, with \\ back', '😀 प्रवेश', "plain'"]
  await planted(
    firm,
    targets.map((id) => ({ target: { type: 'BLOCK', id } })),
  )
  const csv = await desk.fetchFile(
    firm.owner,
    await desk.made(firm.owner, { format: 'csv', columns: 'full', filters: { target_type: 'BLOCK' } }),
  )
  // A row ends where no cell is open.
  const rows = csv.body
    .split('\n"0')
    .slice(1)
    .map((rest) => cellsOf(`"0${rest.replace(/\n$/, '')}`))
  assert.deepEqual(
    rows.map((cells) => cells[6]),
    ["'=1+1", ...targets.slice(1)],
  )
  const lines = (
    await desk.fetchFile(
      firm.owner,
      await desk.made(firm.owner, { format: 'jsonl', filters: { target_type: 'BLOCK' } }),
    )
  ).body
    .trimEnd()
    .split('\n')
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { target_id: string }).target_id),
    targets,
  )
})

test('AU-18 a secret written past the sanitiser is in no format, and old rows go through the rules of today', async () => {
  const firm = await desk.firmWith(0)
  await planted(firm, [
    { after: { password: 'hunter2', note: 'eyJhbGciOi.eyJzdWIiOi.abc-defghij' } },
    { before: { deep: [{ clientSecret: 'hunter2' }] }, after: { mail: 'meera@bank.example.in' } },
    { target: { type: 'BLOCK', id: 'eyJhbGciOi.eyJzdWIiOi.abc-defghij' } },
  ])
  await house.asSuperuser('update audit.events set sanitiser_version = 1 where tenant_id = $1 and seq = 2', [
    firm.tenantId,
  ])
  for (const format of ['json', 'jsonl', 'csv'] as const) {
    await house.sql('delete from audit.export_jobs')
    const reply = await desk.fetchFile(firm.owner, await desk.made(firm.owner, { format, columns: 'full' }))
    assert.equal(reply.statusCode, 200)
    assert.doesNotMatch(reply.body, /hunter2|eyJhbGci|meera@/, format)
    assert.match(reply.body, /REDACTED/, format)
  }
})
