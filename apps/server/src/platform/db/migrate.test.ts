import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { openTestDatabase, type TestDatabase } from '../../../test/harness/cluster.ts'
import { migrate, migrationFiles } from './migrate.ts'

let database: TestDatabase
let folder: string
before(async () => {
  database = await openTestDatabase()
  folder = await mkdtemp(path.join(os.tmpdir(), 'zenops-migrations-'))
})
after(async () => {
  await rm(folder, { recursive: true, force: true })
  await database.drop()
})

const put = (name: string, sql: string): Promise<void> => writeFile(path.join(folder, name), sql)
const run = (): Promise<number> => migrate({ ownerUrl: database.ownerUrl, folder })

test('a file runs once, and is refused when it was edited afterwards', async () => {
  await put('9001_probe.sql', 'create schema probe')
  assert.equal(await run(), 1)
  assert.equal(await run(), 0)
  await put('9001_probe.sql', 'create schema probe_again')
  await assert.rejects(run(), /9001_probe\.sql was edited after it landed/)
  await put('9001_probe.sql', 'create schema probe')
})

test('a file that fails leaves nothing, not even its name', async () => {
  await put('9002_half.sql', 'create table probe.half (id int); select 1 / 0')
  await assert.rejects(run(), /9002_half\.sql: division by zero/)
  await put('9002_half.sql', 'create table probe.half (id int)')
  assert.equal(await run(), 1)
})

test('two files of one number are refused', async () => {
  await put('9002_other.sql', 'create table probe.other (id int)')
  await assert.rejects(migrationFiles(folder), /two migrations have the number of 9002_half\.sql/)
})
