import fc from 'fast-check'
import { cleanCsvRow, cleanJsonRow, isSuspect, spaced } from '../../src/modules/exports/cleaning.ts'

export const ID = '01930000-0000-7000-8000-00000000000b'
const HASH = 'BtfY7mF+xuOSiYmrqFhwTL+xHt9lk4GPHzsMRjvzv7A='
export type Json = Parameters<typeof spaced>[0]

export const rowOf = (before: Json, after: Json, target_id: string): Record<string, Json> => ({
  audit_id: ID,
  action_type: 'BANK_UPDATED',
  actor_user_id: ID,
  actor_role: 'ADMIN',
  outcome: 'ok',
  trace_id: '0af7651916cd43dd8448eb211c80319d',
  created_at: '2026-03-01T10:01:00.000Z',
  target_type: 'BANK',
  target_id,
  chain_seq: 12,
  hash_prev: HASH,
  hash_curr: HASH,
  before_json: before,
  after_json: after,
})
export const jsonLine = (row: Record<string, Json>): string => spaced(row)
const CELLS = [
  'audit_id',
  'action_type',
  'actor_user_id',
  'trace_id',
  'created_at',
  'target_type',
  'target_id',
  'chain_seq',
  'actor_role',
  'outcome',
  'hash_curr',
]
const cellOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
export const csvLine = (row: Record<string, Json>): string =>
  [...CELLS.map((name) => cellOf(row[name] ?? null)), spaced(row['before_json'] ?? {}), spaced(row['after_json'] ?? {})]
    .map((cell) => `"${cell.replaceAll('"', '""')}"`)
    .join(',')

/** The two ways of the exporter: the scan with the sanitiser behind it, and the sanitiser alone. */
export const scanned = (line: string, csv: boolean): string => {
  const bytes = Buffer.from(line)
  const clean = csv ? cleanCsvRow : cleanJsonRow
  return isSuspect(bytes, { from: 0, to: bytes.length }, csv) ? clean(line) : line
}

export const SECRETS: readonly Json[] = [
  { password: 'hunter2' },
  { clientSecret: 's' },
  { 'X-Api-Key': 'abc' },
  { note: 'Bearer abcdef123456' },
  { note: 'eyJhbGciOi.eyJzdWIiOi.abc-defghij' },
  { deep: { list: [{ access_token: 'x' }] } },
  { t_o_k_e_n: 'x' },
  { 'pass\tword': 'x' },
  { 'to\u212aen': 'kelvin' },
  { mail: 'meera@bank.example.in' },
  { phone: '+91 98765 43210' },
  { pan: 'ABCPK1234F' },
  { at: 'from 192.168.10.24 again' },
  { note: '-----BEGIN PRIVATE KEY-----' },
  { rate: 1.5 },
  { note: 'a'.repeat(2_001) },
  { list: Array.from({ length: 101 }, (_, n) => n) },
  { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } },
  { name: { $p: { k: 'key-0001', n: 'AAAAAAAAAAAA', c: 'AAAAAAAAAAAA' } } },
  { otp: 482_913 },
]
export const PLAIN: readonly Json[] = [
  { status: 'ACTIVE', version: 3 },
  { amount_paise: 123_456_789, assignment_id: ID, due_at: '2026-11-20T10:00:00.000Z' },
  { note: 'प्रवेश रोका "quoted" \\ back\nline 😀', count: 0 },
  { password: '***REDACTED***' },
  {},
  { flags: [true, false, null], words: ['a', 'b'] },
]

/** Puts so many random rows, with secrets planted among them, through both ways; answers how many differ. */
export function bothWays(rows: number): {
  readonly rows: number
  readonly changed: number
  readonly differing: number
} {
  const word = fc.constantFrom(
    'status',
    'note',
    'version',
    'secret_ref',
    'password',
    'token',
    'name',
    'x y',
    'ट',
    'ticket',
    'Cookie',
  )
  const value = fc.oneof(
    fc.constantFrom<Json>('ok', 'b-12', ID, 7, true, null, 'two. full. stops', '=1+1'),
    fc.string({ maxLength: 20 }),
    fc.integer(),
  )
  const loose: fc.Arbitrary<Json> = fc.dictionary(word, value, { maxKeys: 4 })
  const picture = fc.oneof(
    { arbitrary: loose, weight: 3 },
    { arbitrary: fc.constantFrom(...PLAIN), weight: 2 },
    { arbitrary: fc.constantFrom(...SECRETS), weight: 1 },
  )
  const target = fc.constantFrom(ID, 'b-7', 'meera@bank.example.in', 'eyJhbGciOi.eyJzdWIiOi.abc-defghij')
  const found = { rows: 0, changed: 0, differing: 0 }
  fc.assert(
    fc.property(picture, picture, target, (before, after, id) => {
      const row = rowOf(before, after, id)
      const [json, csv] = [jsonLine(row), csvLine(row)]
      const [full, fullCsv] = [cleanJsonRow(json), cleanCsvRow(csv)]
      found.rows += 2
      if (full !== json) found.changed += 1
      if (scanned(json, false) !== full || scanned(csv, true) !== fullCsv) found.differing += 1
    }),
    { numRuns: Math.ceil(rows / 2) },
  )
  return found
}
