import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { blockOf, type ExportRig, openExportRig, type RigPart } from '../../../test/harness/export-rig.ts'

let rig: ExportRig
before(async () => {
  rig = await openExportRig()
})
after(() => rig.close())

const KIB = 1024
const THREE: readonly RigPart[] = [1, 2, 3].map((seed) => ({ seed, blocks: 10, blockBytes: 150 * KIB }))
const whole = (parts: readonly RigPart[]): Buffer =>
  Buffer.concat(parts.flatMap((part) => Array.from({ length: part.blocks }, (_, no) => blockOf(part, no))))

test('AU-13 of two workers that claim a job one wins, the other is told when to look again', async () => {
  const id = await rig.addJob()
  const ends = await Promise.all([rig.run(id, THREE), rig.run(id, THREE)])
  assert.deepEqual(ends.map((one) => one.end).sort(), ['again', 'done'])
  const job = await rig.jobOf(id)
  assert.deepEqual([job.status, job.attempt, job.row_count], ['DONE', 1, 30])
  assert.deepEqual(await rig.bytesOf(rig.own, job), whole(THREE))
})

test('AU-13 a worker that comes late after a take-over writes nothing more, and the file is whole', async () => {
  const id = await rig.addJob()
  const arrived = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const late = rig.run(id, THREE, {
    disturb: async ({ part, block }) => {
      if (part !== 2 || block !== 8) return
      arrived.resolve()
      await release.promise
    },
  })
  await arrived.promise
  await rig.endLease(id)
  const heir = rig.run(id, THREE)
  assert.deepEqual(await heir, { end: 'done' })
  const before = await rig.sql(
    'select chunk_no, part_no, byte_offset, created_at from audit.export_chunks where job_id = $1 order by 1',
    [id],
  )
  release.resolve()
  assert.deepEqual(await late, { end: 'over' })
  assert.deepEqual(
    await rig.sql(
      'select chunk_no, part_no, byte_offset, created_at from audit.export_chunks where job_id = $1 order by 1',
      [id],
    ),
    before,
  )
  const job = await rig.jobOf(id)
  assert.deepEqual([job.status, job.attempt], ['DONE', 2])
  assert.deepEqual(await rig.bytesOf(rig.own, job), whole(THREE))
})

for (const compress of ['none', 'gzip'] as const) {
  test(`AU-17 attempts broken off anywhere leave the bytes of an undisturbed one (${compress})`, async () => {
    const calm = await rig.addJob({ compress })
    await rig.run(calm, THREE)
    const { sha256 } = await rig.jobOf(calm)
    const id = await rig.addJob({ compress })
    for (const [part, block] of [
      [1, 0],
      [1, 9],
      [2, 5],
      [3, 9],
    ] as const) {
      const broken = rig.run(id, THREE, {
        disturb: (at) => {
          if (at.part === part && at.block === block) throw new Error('the worker is gone')
        },
      })
      await assert.rejects(broken, /the worker is gone/)
    }
    assert.deepEqual(await rig.run(id, THREE), { end: 'done' })
    const job = await rig.jobOf(id)
    assert.deepEqual([job.sha256, job.attempt], [sha256, 5])
    const bytes = await rig.bytesOf(rig.own, job)
    assert.deepEqual(compress === 'gzip' ? gunzipSync(bytes) : bytes, whole(THREE))
  })
}

test('AU-13 the fifth attempt that fails is the last; a fifth that vanished is failed by the next look', async () => {
  const id = await rig.addJob()
  const broken = () => rig.run(id, THREE, { disturb: () => Promise.reject(new Error('no such disk')) })
  for (let attempt = 1; attempt < 5; attempt++) await assert.rejects(broken())
  assert.deepEqual(await broken(), { end: 'failed' })
  const job = await rig.jobOf(id)
  assert.deepEqual([job.status, job.attempt, job.error_code], ['FAILED', 5, 'AUDIT_EXPORT_PROCESSING_FAILED'])
  const gone = await rig.addJob()
  await rig.sql(
    `update audit.export_jobs set status = 'RUNNING', attempt = 5, started_at = now(), lease_until = now() where id = $1`,
    [gone],
  )
  assert.deepEqual(await rig.run(gone, THREE), { end: 'failed' })
  assert.equal(rig.moves.at(-1), 'fail')
})

test('AU-14 bytes and rows at edge − 1, edge and edge + 1: never one more, and nothing stays of what failed', async () => {
  const parts = [{ seed: 1, blocks: 4, blockBytes: 4_000 }]
  for (const [max_bytes, row_limit, ends] of [
    [15_999, null, 'FAILED'],
    [16_000, null, 'DONE'],
    [16_001, null, 'DONE'],
    [16_000, 3, 'FAILED'],
    [16_000, 4, 'DONE'],
    [15_999, 4, 'FAILED'],
    [16_001, 5, 'DONE'],
  ] as const) {
    const id = await rig.addJob({ max_bytes, row_limit })
    await rig.run(id, parts)
    const job = await rig.jobOf(id)
    assert.equal(job.status, ends, `${max_bytes} ${row_limit}`)
    assert.ok(job.raw_bytes <= max_bytes && job.row_count <= (row_limit ?? 4))
    const [kept] = await rig.sql<{ n: string }>('select count(*) as n from audit.export_chunks where job_id = $1', [id])
    assert.equal(Number(kept?.n) > 0, ends === 'DONE')
    if (ends === 'FAILED') assert.equal(job.error_code, 'AUDIT_EXPORT_RANGE_EXCEEDED')
  }
})

test('AU-14 the time over all attempts ends a job, also between attempts', async () => {
  const id = await rig.addJob({ max_duration_sec: 5 })
  await assert.rejects(rig.run(id, THREE, { disturb: () => Promise.reject(new Error('once')) }))
  await rig.sql(`update audit.export_jobs set started_at = now() - interval '5.1 seconds' where id = $1`, [id])
  assert.deepEqual(await rig.run(id, THREE), { end: 'failed' })
  assert.equal((await rig.jobOf(id)).error_code, 'AUDIT_EXPORT_TIMEOUT')
})

test('cancelling while it runs stops the worker at its next write, and its payload is gone', async () => {
  const id = await rig.addJob()
  const end = await rig.run(id, THREE, {
    disturb: async ({ part, block }) => {
      if (part === 2 && block === 9)
        await rig.sql(
          `update audit.export_jobs set status = 'FAILED', error_code = 'AUDIT_EXPORT_CANCELLED' where id = $1`,
          [id],
        )
    },
  })
  assert.deepEqual(end, { end: 'over' })
  const [kept] = await rig.sql<{ n: string }>('select count(*) as n from audit.export_chunks where job_id = $1', [id])
  assert.deepEqual([(await rig.jobOf(id)).error_code, Number(kept?.n)], ['AUDIT_EXPORT_CANCELLED', 0])
})
