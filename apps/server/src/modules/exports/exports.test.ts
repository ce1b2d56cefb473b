import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { createBank } from '@zenops/contracts/directory'
import {
  cancelExportJob,
  createDownloadUrl,
  createExportJob,
  deleteExportJob,
  downloadExport,
  type ExportRequest,
  getExportJob,
  getExportManifest,
  listExportJobs,
} from '@zenops/contracts/exports'
import type { z } from 'zod'
import { addressOf, type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { uuidv7 } from '../../platform/ids.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

type Body = z.input<typeof ExportRequest>

const steppedUp = (...people: TestActor[]): Promise<unknown> =>
  house.sql('update identity.auth_families set stepped_up_at = now() where user_id = any ($1)', [
    people.map((one) => one.userId),
  ])

/** A firm whose owner has just proven a factor, with a log of so many events. */
async function firmWith(banks: number): Promise<Firm> {
  const firm = await house.firm()
  await steppedUp(firm.owner)
  for (let n = 1; n <= banks; n++) await firm.owner.ok(createBank, { body: { name: `Bank ${n}` } })
  await house.seal()
  return firm
}

const key = (): Record<string, string> => ({ 'idempotency-key': uuidv7() })
const ask = (actor: TestActor, body: Body = {}) => actor.call(createExportJob, { body }, key())
async function made(firm: Firm, body: Body = {}): Promise<string> {
  const asked = await firm.owner.ok(createExportJob, { body }, key())
  await house.runJobs()
  return asked.job_id
}
const jobOf = (firm: Firm, job_id: string) => firm.owner.ok(getExportJob, { params: { job_id } })
const fetchFile = (
  actor: TestActor,
  job_id: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'HEAD' = 'GET',
) =>
  house.server(actor.surface).inject({
    method,
    url: addressOf(downloadExport, { params: { job_id } }),
    headers: { authorization: `Bearer ${actor.token}`, ...headers },
  })
const actionsOf = async (firm: Firm, job: string) =>
  (await house.audit(firm.tenantId)).filter((event) => event.target.id === job).map((event) => event.action)

test('AU-15 a request without a body keeps the interactive limits and gives the last day in ascending order', async () => {
  const firm = await firmWith(4)
  const asked = await ask(firm.owner)
  assert.deepEqual(
    [asked.status, asked.body.status, asked.body.profile, asked.body.rows_estimate],
    [202, 'PENDING', 'interactive', 4],
  )
  await house.runJobs()
  const job = await jobOf(firm, asked.body.job_id)
  assert.deepEqual(
    [
      job.status,
      job.row_count,
      job.row_limit,
      job.max_bytes,
      job.max_duration_sec,
      job.truncated,
      job.progress_percent,
    ],
    ['DONE', 4, 1_000, 3_145_728, 30, false, 100],
  )
  const reply = await fetchFile(firm.owner, job.job_id)
  assert.equal(reply.statusCode, 200, reply.body)
  const rows = JSON.parse(reply.body) as Record<string, unknown>[]
  assert.deepEqual(
    rows.map((row) => row['chain_seq']),
    [1, 2, 3, 4],
  )
  assert.deepEqual(Object.keys(rows[0] ?? {}), [
    'audit_id',
    'action_type',
    'actor_user_id',
    'actor_role',
    'outcome',
    'trace_id',
    'created_at',
    'target_type',
    'target_id',
    'chain_seq',
    'hash_prev',
    'hash_curr',
    'before_json',
    'after_json',
  ])
  assert.equal(rows[1]?.['hash_prev'], rows[0]?.['hash_curr'])
  assert.equal(hash('sha256', reply.rawPayload), job.sha256)
  assert.equal(reply.rawPayload.length, job.total_bytes)
})

test('AU-15 every format, plain and packed, holds the same events', async () => {
  const firm = await firmWith(3)
  const range = { from_utc: '2026-01-01T00:00:00Z', to_utc: '2026-12-31T00:00:00Z' }
  for (const compress of ['none', 'gzip'] as const) {
    for (const format of ['json', 'jsonl', 'csv'] as const) {
      await house.sql('delete from audit.export_jobs')
      const job = await made(firm, { format, compress, ...range })
      const reply = await fetchFile(firm.owner, job)
      assert.equal(reply.statusCode, 200, reply.body)
      const text = (compress === 'gzip' ? gunzipSync(reply.rawPayload) : reply.rawPayload).toString('utf8')
      const seqs =
        format === 'csv'
          ? text
              .trimEnd()
              .split('\n')
              .slice(1)
              .map((line) => Number(line.split('","')[7]))
          : (format === 'json'
              ? (JSON.parse(text) as { chain_seq: number }[])
              : text
                  .trimEnd()
                  .split('\n')
                  .map((line) => JSON.parse(line) as { chain_seq: number })
            ).map((row) => row.chain_seq)
      assert.equal(seqs.length, 3 + (await jobOf(firm, job)).row_count - 3, format)
      assert.deepEqual(seqs.slice(0, 3), [1, 2, 3], `${format} ${compress}`)
      const type =
        compress === 'gzip'
          ? 'application/gzip'
          : { json: 'application/json', jsonl: 'application/jsonl', csv: 'text/csv; charset=utf-8' }[format]
      assert.equal(reply.headers['content-type'], type)
      assert.equal(
        reply.headers['content-disposition'],
        `attachment; filename="audit_export_${job}.${format}${compress === 'gzip' ? '.gz' : ''}"`,
      )
    }
  }
})
