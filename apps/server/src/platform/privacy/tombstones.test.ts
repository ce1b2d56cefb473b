import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { startSwift, type Swift } from '../../../test/harness/swift.ts'
import { LockedBucket } from '../storage/locked-bucket.ts'
import { bucketTombstones, everywhere, fileTombstones } from './tombstones.ts'

const [ONE, TWO, THREE] = [1, 2, 3].map((n) => `01930000-0000-7000-8000-00000000000${n}`) as [string, string, string] // of three
const now = (): Date => new Date()
let swift: Swift
let folder: string
before(async () => {
  swift = await startSwift()
  folder = await mkdtemp(path.join(os.tmpdir(), 'zenops-tombstones-'))
})
after(async () => {
  await swift.stop()
  await rm(folder, { recursive: true })
})

const bucket = (secretAccessKey = swift.secret): LockedBucket =>
  new LockedBucket({
    endpoint: swift.endpoint,
    region: swift.region,
    bucket: swift.bucket,
    accessKeyId: swift.accessKeyId,
    secretAccessKey,
    pathStyle: true,
    years: 8,
    now,
  })

test('AU-36 ids of destroyed keys lie in every place of the notary, and any of them brings them back', async () => {
  const [file, store] = [fileTombstones(folder, now), bucketTombstones(bucket(), now)]
  const both = everywhere([file, store])
  assert.deepEqual(await both.all(), [])
  await both.append([ONE, TWO])
  await both.append([])
  // A crash cut the folder's line short; the bucket has it whole.
  await appendFile(path.join(folder, 'destroyed-keys.jsonl'), '{"at":"2026-03-01T10:00:00.000Z","key_')
  await store.append([THREE])
  assert.deepEqual((await file.all()).sort(), [ONE, TWO])
  assert.deepEqual((await both.all()).sort(), [ONE, TWO, THREE])
  await file.append([THREE])
  assert.deepEqual((await file.all()).sort(), [ONE, TWO, THREE], 'the cut line spoils no later one')
})

test('AU-36 where one place does not take them, the erasure does not go on', async () => {
  const wrong = bucketTombstones(bucket('wrong'), now)
  await assert.rejects(everywhere([fileTombstones(folder, now), wrong]).append([ONE]))
})
