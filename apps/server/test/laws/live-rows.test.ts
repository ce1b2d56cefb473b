import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { blindReads, BY_POLICY, SOFT_DELETED } from './live-rows.ts'

const SOURCES = path.join(import.meta.dirname, '../../src')
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
  // The register speaks of deleted rows by trade.
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('modules/retention/'),
)

test('AU-33 a statement that forgets deleted rows is flagged', () => {
  assert.ok(SOFT_DELETED.has('directory.banks') && !SOFT_DELETED.has('ops.job_runs'))
  assert.deepEqual(blindReads('sql`select 1 from directory.banks b`'), ['directory.banks'])
  assert.deepEqual(blindReads('sql`select 1 from x join documents.documents d on true`'), ['documents.documents'])
  assert.deepEqual(blindReads('sql`select 1 from directory.banks_live b`'), [])
  assert.deepEqual(blindReads('sql`select 1 from directory.banks b where b.deleted_at is null`'), [])
})

test('AU-33 reads of soft-deletable tables go through their live views, but for those that a policy guards', () => {
  const found = files.filter((file) => blindReads(readFileSync(path.join(SOURCES, file), 'utf8')).length > 0)
  assert.deepEqual(found.sort(), [...BY_POLICY].sort())
})
