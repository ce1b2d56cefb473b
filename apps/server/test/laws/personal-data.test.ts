import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { PERSONAL_DATA, SPOKEN_TEXT } from '../../src/modules/privacy/index.ts'
import { RETENTION } from '../../src/modules/retention/index.ts'
import { openTestDatabase, type TestDatabase } from '../harness/cluster.ts'

let database: TestDatabase
let client: pg.Client
before(async () => {
  database = await openTestDatabase()
  client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
})
after(async () => {
  await client.end()
  await database.drop()
})

test('AU-36 every table says whether and where it holds personal data', () => {
  assert.deepEqual(Object.keys(PERSONAL_DATA).sort(), Object.keys(RETENTION).sort())
})

/** Columns whose name speaks of a person. */
const SPEAKING = /(^|_)(email|phone|recipient|ip|borrower|owner)(_|$)|^(evidence|summary|device_name|hold_reason)$/
/** Words that mean something else there. */
const OTHERWISE: readonly string[] = ['directory.bank_branches.phone', 'documents.document_links.owner_user_id']

test('AU-36 a table with a column that speaks of a person does not say that it holds nothing of one', async () => {
  const { rows } = await client.query<{ line: string; table: string; column: string }>(`
    select c.oid::regclass::text as table, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'graphile_worker')`)
  const found = rows.filter(({ table, column }) => {
    const entry = PERSONAL_DATA[table]
    return entry !== undefined && 'none' in entry && SPEAKING.test(column) && !OTHERWISE.includes(`${table}.${column}`)
  })
  assert.deepEqual(found, [])
})

/** Columns of a job's tables that name a person, and why a hold on the job does not hold these. */
const NAMES_A_PERSON = /(user_id|owner_id|author_id|contact_id|(^|_)by)$/
const NO_PART_IN_THE_JOB: Readonly<Record<string, string>> = {
  'assignments.assignment_assignees.deleted_by': 'an event of the job names him',
  'assignments.assignment_floors.deleted_by': 'an event of the job names him',
  'assignments.assignments.deleted_by': 'an event of the job names him',
  'documents.documents.deleted_by': 'looked after the file, not the job',
  'documents.document_tags.created_by': 'tagged the file',
  'documents.document_views.user_id': 'looked at the file',
  'reports.evidence_profiles.created_by': 'no job',
  'reports.evidence_profiles.deleted_by': 'no job',
  'reports.evidence_profile_versions.created_by': 'no job',
  'reports.report_evidence_items.created_by': 'an event of the job names him',
  'reports.report_evidence_items.deleted_by': 'an event of the job names him',
  'reports.report_generation_jobs.created_by': 'an event of the job names him',
  'reports.report_packs.created_by': 'an event of the job names him',
  'reports.report_suggestions.decided_by': 'an event of the job names him',
  'reports.reports.deleted_by': 'an event of the job names him',
  'reports.rulesets.created_by': 'no job',
  'reports.rulesets.published_by': 'no job',
}

test('AU-36 whom a job names is held with the job, or it is said why not', async () => {
  const { rows: columns } = await client.query<{ table: string; column: string }>(`
    select c.oid::regclass::text as table, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('assignments', 'documents', 'reports') and a.atttypid = 'uuid'::regtype order by 1, 2`)
  const { rows: bodies } = await client.query<{ body: string }>(
    `select prosrc as body from pg_proc where oid = 'privacy.people_of_jobs(uuid, uuid[])'::regprocedure`,
  )
  const body = bodies[0]?.body ?? ''
  const aliasOf = (table: string) => new RegExp(`${table.replace('.', '\\.')} (\\w)\\b`).exec(body)?.[1]
  const isAsked = (table: string, column: string) => {
    const alias = aliasOf(table)
    return alias !== undefined && new RegExp(`\\b${alias}\\.${column}\\b`).test(body)
  }
  const unsaid = columns
    .filter(({ table, column }) => NAMES_A_PERSON.test(column) && !isAsked(table, column))
    .map(({ table, column }) => `${table}.${column}`)
  assert.deepEqual(unsaid, Object.keys(NO_PART_IN_THE_JOB).sort())
  assert.ok(isAsked('assignments.assignments', 'primary_contact_id'))
})

test('AU-36 what is to be erased names tables whose rows the worker may remove', async () => {
  for (const [table, entry] of Object.entries(PERSONAL_DATA)) {
    if (!('erasure' in entry) || typeof entry.erasure !== 'object' || !('rows' in entry.erasure)) continue
    const { rows } = await client.query<{ may: boolean }>(
      `select has_table_privilege('zen_worker', $1, 'delete') as may`,
      [table],
    )
    assert.ok(rows[0]?.may, table)
  }
})

test('AU-36 a table says that it is masked if and only if some of its columns are', () => {
  const said = Object.entries(PERSONAL_DATA).flatMap(([table, entry]) =>
    'erasure' in entry && entry.erasure === 'masked' ? [table] : [],
  )
  const unmasked = said.filter((table) => SPOKEN_TEXT[table]?.masked === undefined)
  assert.deepEqual(unmasked, [])
})
