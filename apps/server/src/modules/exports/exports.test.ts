import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { BundleReader } from '@zenops/audit/bundle-reader'
import { signerOf } from '@zenops/audit/notes'
import {
  cancelExportJob,
  createExportJob,
  deleteExportJob,
  estimateExport,
  getExportJob,
  getExportManifest,
  listExportJobs,
} from '@zenops/contracts/exports'
import { type ExportDesk, exportDesk } from '../../../test/harness/exports.ts'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { uuidv7 } from '../../platform/ids.ts'

let house: House
let desk: ExportDesk
before(async () => {
  house = await openHouse({ EXPORT_MAX_ROWS: '6000' })
  desk = exportDesk(house)
})
after(() => house.close())

const YEAR = { from_utc: '2026-01-01T00:00:00Z', to_utc: '2026-12-31T00:00:00Z' }
const forget = (tenantId: string): Promise<unknown> =>
  house.sql('delete from audit.export_jobs where tenant_id = $1', [tenantId])

test('AU-15 a request without a body keeps the interactive limits and gives the last day in ascending order', async () => {
  const { owner } = await desk.firmWith(4)
  const asked = await desk.ask(owner)
  assert.deepEqual(
    [asked.status, asked.body.status, asked.body.profile, asked.body.rows_estimate],
    [202, 'PENDING', 'interactive', 4],
  )
  await house.runJobs()
  const job = await desk.jobOf(owner, asked.body.job_id)
  assert.deepEqual(
    [job.status, job.row_count, job.row_limit, job.max_bytes, job.max_duration_sec],
    ['DONE', 4, 1_000, 3_145_728, 30],
  )
  assert.deepEqual([job.truncated, job.progress_percent, job.attempt], [false, 100, 1])
  const reply = await desk.fetchFile(owner, job.job_id)
  assert.equal(reply.statusCode, 200, reply.body)
  const rows = JSON.parse(reply.body) as Record<string, unknown>[]
  assert.deepEqual(
    rows.map((row) => row['chain_seq']),
    [1, 2, 3, 4],
  )
  const names =
    'audit_id action_type actor_user_id actor_role outcome trace_id created_at target_type target_id chain_seq hash_prev hash_curr before_json after_json'
  assert.deepEqual(Object.keys(rows[0] ?? {}), names.split(' '))
  assert.equal(rows[1]?.['hash_prev'], rows[0]?.['hash_curr'])
  assert.equal(hash('sha256', reply.rawPayload), job.sha256)
  assert.equal(reply.rawPayload.length, job.total_bytes)
})

const TYPES = { json: 'application/json', jsonl: 'application/jsonl', csv: 'text/csv; charset=utf-8' } as const
const seqsOf = (format: 'json' | 'jsonl' | 'csv', text: string): number[] => {
  const lines = text.trimEnd().split('\n')
  if (format === 'csv') return lines.slice(1).map((line) => Number(line.split('","')[7]))
  const rows = (format === 'json' ? JSON.parse(text) : lines.map((line) => JSON.parse(line) as unknown)) as {
    chain_seq: number
  }[] // rows of the product's own
  return rows.map((row) => row.chain_seq)
}

test('AU-15 every format, plain and packed, holds the same events; the newest rows where a limit is set', async () => {
  const firm = await desk.firmWith(3)
  for (const compress of ['none', 'gzip'] as const) {
    for (const format of ['json', 'jsonl', 'csv'] as const) {
      await forget(firm.tenantId)
      const id = await desk.made(firm.owner, {
        format,
        compress,
        row_limit: 2,
        filters: { action_type: 'MASTERDATA_RECORD_CREATED' },
        ...YEAR,
      })
      const job = await desk.jobOf(firm.owner, id)
      assert.deepEqual([job.row_count, job.truncated, job.profile], [2, true, 'bulk'], format)
      const reply = await desk.fetchFile(firm.owner, id)
      const text = (compress === 'gzip' ? gunzipSync(reply.rawPayload) : reply.rawPayload).toString('utf8')
      assert.deepEqual(seqsOf(format, text), [2, 3], `${format} ${compress}`)
      assert.equal(reply.headers['content-type'], compress === 'gzip' ? 'application/gzip' : TYPES[format])
      const name = `audit_export_${id}.${format}${compress === 'gzip' ? '.gz' : ''}`
      assert.equal(reply.headers['content-disposition'], `attachment; filename="${name}"`)
    }
  }
})

test('an export of nothing is a whole file of its format', async () => {
  const firm = await desk.firmWith(0)
  for (const [format, text] of [
    ['json', '[]\n'],
    ['jsonl', ''],
    [
      'csv',
      'audit_id,action_type,actor_user_id,trace_id,created_at,target_type,target_id,chain_seq,actor_role,outcome,hash_curr\n',
    ],
  ] as const) {
    await forget(firm.tenantId)
    const id = await desk.made(firm.owner, { format, filters: { q: 'no such thing' } })
    const reply = await desk.fetchFile(firm.owner, id)
    assert.deepEqual([reply.statusCode, reply.body], [200, text], format)
  }
})

test('a bundle holds what a verifier accepts; it takes no filters, and is not held by a failed verification', async () => {
  const firm = await desk.firmWith(3)
  const signer = signerOf(`${house.config.AUDIT_ORIGIN}/audit`, Buffer.alloc(32, 7))
  const unsigned = await desk.made(firm.owner, { format: 'bundle' })
  const failed = await desk.jobOf(firm.owner, unsigned)
  assert.deepEqual([failed.status, failed.error_code], ['FAILED', 'AUDIT_EXPORT_PROCESSING_FAILED'])
  assert.match(failed.error_message ?? '', /nothing_signed/)
  await desk.signed(signer)
  const id = await desk.made(firm.owner, { format: 'bundle', profile: 'bulk', compress: 'none' })
  const reply = await desk.fetchFile(firm.owner, id)
  assert.equal(reply.statusCode, 200, reply.body)
  const reader = new BundleReader({ keys: [{ name: signer.name, publicKey: signer.publicKey }] })
  reader.push(reply.rawPayload)
  const verdict = reader.verdict()
  assert.equal(verdict.verdict, 'valid', JSON.stringify(verdict))
  const refused = await desk.ask(firm.owner, { format: 'bundle', filters: { outcome: 'ok' } })
  assert.deepEqual([refused.status, refused.error.details[0]?.['reason']], [422, 'not_in_a_bundle'])
  assert.equal((await desk.ask(firm.owner, { format: 'bundle', include_personal: true })).status, 422)
})

test('AU-11 a log whose verification failed is held for bulk exports, interactive ones and bundles go on', async () => {
  const firm = await desk.firmWith(1)
  const verified = (kind: 'range' | 'full' | 'nightly', passed: boolean) =>
    house.sql(
      `insert into audit.verify_runs (tenant_id, kind, passed, checked_rows, failure_count, result, trace_id) values ($1, $2, $3, 1, $4, '{}', 'x')`,
      [firm.tenantId, kind, passed, passed ? 0 : 1],
    )
  const assertHeld = async (): Promise<void> => {
    const held = await desk.ask(firm.owner, { profile: 'bulk' })
    assert.deepEqual([held.status, held.error.error_code], [409, 'AUDIT_CHAIN_UNVERIFIED'])
  }
  await verified('nightly', false)
  await assertHeld()
  // What looks at a few rows does not lift it.
  await verified('range', true)
  await assertHeld()
  assert.equal((await desk.ask(firm.owner, { profile: 'bulk', format: 'bundle' })).status, 202)
  assert.equal((await desk.ask(firm.owner)).status, 202)
  await forget(firm.tenantId)
  await verified('full', true)
  assert.equal((await desk.ask(firm.owner, { profile: 'bulk' })).status, 202)
})

test('AU-21 the third active export, the eleventh in an hour and the seventh bulk in a day are refused with Retry-After', async () => {
  const firm = await desk.firmWith(1)
  for (const _ of [1, 2]) assert.equal((await desk.ask(firm.owner)).status, 202)
  const third = await desk.ask(firm.owner)
  assert.deepEqual(
    [third.status, third.error.error_code, third.error.details[0]?.['reason']],
    [429, 'AUDIT_EXPORT_RATE_LIMITED', 'active_jobs'],
  )
  assert.ok(Number(third.headers['retry-after']) > 0)
  const other = await house.firm()
  await desk.steppedUp(other.owner)
  assert.equal((await desk.ask(other.owner)).status, 202, 'another firm has its own')
  for (const [profile, most] of [
    ['interactive', 10],
    ['bulk', 6],
  ] as const) {
    await forget(firm.tenantId)
    for (let n = 0; n < most; n++) await desk.made(firm.owner, { profile })
    const beyond = await desk.ask(firm.owner, { profile })
    assert.deepEqual([beyond.status, beyond.error.details[0]?.['reason']], [429, 'created_jobs'], profile)
    assert.ok(Number(beyond.headers['retry-after']) > 60)
  }
})

test('AU-21 the same key gives the same export, another body under it is refused, and none is refused', async () => {
  const firm = await desk.firmWith(1)
  const headers = { 'idempotency-key': uuidv7() }
  const first = await firm.owner.call(createExportJob, { body: { format: 'csv' } }, headers)
  const again = await firm.owner.call(createExportJob, { body: { format: 'csv' } }, headers)
  assert.deepEqual(
    [again.status, again.body.job_id, again.headers['idempotent-replay']],
    [202, first.body.job_id, 'true'],
  )
  assert.equal(
    (await firm.owner.call(createExportJob, { body: { format: 'json' } }, headers)).error.error_code,
    'IDEMPOTENCY_CONFLICT',
  )
  assert.equal((await firm.owner.call(createExportJob, { body: {} })).error.error_code, 'IDEMPOTENCY_KEY_REQUIRED')
})

test('AU-19 requested, completed, downloaded and expired are one audit event and one counted event each', async () => {
  const firm = await desk.firmWith(1)
  const id = await desk.made(firm.owner)
  await desk.fetchFile(firm.owner, id)
  assert.equal((await firm.owner.call(deleteExportJob, { params: { job_id: id } })).status, 204)
  const names = ['REQUESTED', 'COMPLETED', 'DOWNLOADED', 'EXPIRED']
  assert.deepEqual(
    await desk.actionsOf(firm.tenantId, id),
    names.map((name) => `AUDIT_EXPORT_${name}`),
  )
  assert.deepEqual(
    await desk.countedOf(firm.tenantId),
    names.map((name) => `audit_export_${name.toLowerCase()}`),
  )
  assert.equal((await desk.jobOf(firm.owner, id)).status, 'EXPIRED')
  const [left] = await house.sql<{ n: string }>('select count(*) as n from audit.export_chunks where job_id = $1', [id])
  assert.equal(Number(left?.n), 0)
  assert.equal((await firm.owner.call(deleteExportJob, { params: { job_id: id } })).error.error_code, 'CONFLICT')
})

test('AU-19 cancelling fails a job at once, with its events, and nothing is left; a finished one cannot be cancelled', async () => {
  const firm = await desk.firmWith(1)
  const { job_id } = (await desk.ask(firm.owner)).body
  const cancelled = await firm.owner.ok(cancelExportJob, { params: { job_id } })
  assert.deepEqual([cancelled.status, cancelled.error_code], ['FAILED', 'AUDIT_EXPORT_CANCELLED'])
  await house.runJobs()
  assert.equal((await desk.jobOf(firm.owner, job_id)).attempt, 0, 'its queue job found nothing to do')
  assert.deepEqual(await desk.actionsOf(firm.tenantId, job_id), ['AUDIT_EXPORT_REQUESTED', 'AUDIT_EXPORT_FAILED'])
  assert.equal((await firm.owner.call(cancelExportJob, { params: { job_id } })).error.error_code, 'CONFLICT')
  const early = await desk.fetchFile(firm.owner, job_id)
  assert.deepEqual([early.statusCode, JSON.parse(early.body).error_code], [409, 'AUDIT_EXPORT_JOB_NOT_READY'])
  assert.equal(
    (await firm.owner.call(getExportManifest, { params: { job_id } })).error.error_code,
    'AUDIT_EXPORT_JOB_NOT_READY',
  )
})

test('AU-44 a job of another firm is not found, and whoever may not export is refused; the studio names a firm', async () => {
  const firm = await desk.firmWith(2)
  await desk.steppedUp(firm.stranger, house.operator)
  const id = await desk.made(firm.owner)
  const params = { job_id: id }
  for (const operation of [getExportJob, getExportManifest, cancelExportJob]) {
    assert.equal((await firm.stranger.call(operation, { params })).status, 404, operation.id)
    assert.equal((await firm.valuer.call(operation, { params })).status, 403, operation.id)
  }
  assert.equal((await desk.fetchFile(firm.stranger, id)).statusCode, 404)
  const foreign = await firm.stranger.call(listExportJobs, { query: { tenant_id: firm.tenantId } })
  assert.deepEqual([foreign.status, foreign.error.details[0]?.['reason']], [403, 'tenant_scope'])
  assert.equal((await desk.ask(firm.stranger, { tenant_id: firm.tenantId })).status, 403)
  assert.deepEqual(
    (await firm.owner.ok(listExportJobs, {})).items.map((job) => job.job_id),
    [id],
  )
  const asked = await desk.ask(house.operator, { tenant_id: firm.tenantId })
  assert.equal(asked.status, 202, JSON.stringify(asked.body))
  await house.runJobs()
  const own = { params: { job_id: asked.body.job_id }, query: { tenant_id: firm.tenantId } }
  assert.deepEqual(
    [(await house.operator.ok(getExportJob, own)).status, (await house.operator.ok(getExportJob, own)).tenant_id],
    ['DONE', firm.tenantId],
  )
  assert.equal(
    (await house.operator.call(getExportJob, { params: own.params })).status,
    404,
    'the house firm has no such job',
  )
  assert.ok((await desk.actionsOf(firm.tenantId, asked.body.job_id)).includes('AUDIT_EXPORT_REQUESTED'))
  assert.equal((await house.operator.call(deleteExportJob, own)).status, 204)
})

test('AU-19 whoever asked is told of the end where he is at home: the owner in his firm, the operator in the house', async () => {
  const firm = await desk.firmWith(1)
  await desk.steppedUp(house.operator)
  const letters = () =>
    house.sql<{ tenant_id: string; user_id: string; template_key: string; subject: string; body_text: string }>(
      `select tenant_id, user_id, template_key, subject, body_text from notifications.outbox
       where template_key like 'audit_export_%' and user_id = any ($1) order by queued_at, id`,
      [[firm.owner.userId, house.operator.userId]],
    )
  const known = (await letters()).length
  await desk.made(firm.owner)
  await desk.made(house.operator, { tenant_id: firm.tenantId })
  // Nothing was signed on that day.
  const day = { from_utc: '2026-01-01T00:00:00Z', to_utc: '2026-01-02T00:00:00Z' }
  await desk.made(house.operator, { tenant_id: firm.tenantId, format: 'bundle', ...day })
  const told = (await letters()).slice(known)
  assert.deepEqual(
    told.map((letter) => [letter.tenant_id, letter.user_id, letter.template_key]),
    [
      [firm.tenantId, firm.owner.userId, 'audit_export_completed'],
      [house.operator.tenantId, house.operator.userId, 'audit_export_completed'],
      [house.operator.tenantId, house.operator.userId, 'audit_export_failed'],
    ],
  )
  const [own, theirs] = told
  assert.equal(theirs?.subject, own?.subject, 'both name the firm of the log')
  assert.match(own?.body_text ?? '', /\/admin\/audit\/exports\s/)
  assert.ok(theirs?.body_text.includes(`/admin/audit/exports?tenant_id=${firm.tenantId}`), theirs?.body_text)
})

test('AU-44 creating asks for a factor just proven; the manifest adds up', async () => {
  const firm = await house.firm()
  const refused = await desk.ask(firm.owner)
  assert.deepEqual([refused.status, refused.error.error_code], [401, 'AUTH_STEP_UP_REQUIRED'])
  await desk.steppedUp(firm.owner)
  const id = await desk.made(firm.owner)
  const manifest = await firm.owner.ok(getExportManifest, { params: { job_id: id } })
  assert.equal(
    manifest.rows,
    manifest.parts.reduce((sum, part) => sum + part.rows, 0),
  )
})

test('AU-14 more events than a bulk export may hold are refused with their number; with a limit the newest are taken', async () => {
  const firm = await desk.firmWith(4)
  const { at } = await house.neighbour({ config: { EXPORT_MAX_ROWS: 3 } })
  const narrow = { ...firm.owner, ...at(firm.owner) }
  const beyond = await desk.ask(narrow, { profile: 'bulk' })
  assert.deepEqual([beyond.status, beyond.error.error_code], [422, 'AUDIT_EXPORT_RANGE_EXCEEDED'])
  const [detail] = beyond.error.details
  assert.deepEqual(
    [detail?.['reason'], Number(detail?.['estimate']) >= 4, detail?.['most']],
    ['row_estimate_exceeded', true, 3],
  )
  const { at: atEdge } = await house.neighbour({ config: { EXPORT_MAX_ROWS: 4 } })
  const held = await desk.ask(atEdge(firm.owner), { profile: 'bulk' })
  assert.deepEqual([held.status, held.body.rows_estimate], [202, 4])
  assert.equal((await desk.ask(narrow, { row_limit: 3 })).status, 202)
})

test('a malformed request is 422: unknown values, unknown names, half a range, a range turned round', async () => {
  const firm = await desk.firmWith(0)
  const status = async (body: object): Promise<[number, unknown]> => {
    const reply = await desk.ask(firm.owner, body)
    return [reply.status, reply.error.details[0]?.['reason']]
  }
  assert.equal((await status({ format: 'xlsx' }))[0], 422)
  assert.equal((await status({ colour: 'red' }))[0], 422)
  assert.deepEqual(await status({ from_utc: '2026-01-01T00:00:00Z' }), [422, 'invalid_time_range'])
  assert.deepEqual(await status({ from_utc: '2026-02-01T00:00:00Z', to_utc: '2026-01-01T00:00:00Z' }), [
    422,
    'invalid_time_range',
  ])
  assert.deepEqual(await status({ from_utc: '2025-01-01T00:00:00Z', to_utc: '2026-06-01T00:00:00Z' }), [
    422,
    'range_exceeded',
  ])
  assert.deepEqual(await status({ row_limit: 6_001 }), [422, 'value_out_of_range'])
  assert.equal((await firm.owner.call(getExportJob, { params: { job_id: 'nothing' } })).status, 422)
})

test('AU-22 an estimate tells rows, profile and range, and creates nothing; what is too long is refused as at creation', async () => {
  const firm = await desk.firmWith(7)
  const told = await firm.owner.ok(estimateExport, { query: {} })
  assert.deepEqual([told.profile, told.row_limit], ['interactive', 1_000])
  assert.equal(Date.parse(told.to_utc) - Date.parse(told.from_utc), 86_400_000)
  assert.ok(told.rows_estimate >= 7, `${told.rows_estimate}`)
  const none = await firm.owner.ok(estimateExport, { query: { action_type: 'NOTHING_OF_THE_KIND', profile: 'bulk' } })
  assert.deepEqual([none.rows_estimate, none.profile, none.row_limit], [0, 'bulk', null])
  const far = { from_utc: '2024-01-01T00:00:00.000Z', to_utc: '2026-01-01T00:00:00.000Z' }
  const refused = await firm.owner.call(estimateExport, { query: far })
  assert.deepEqual([refused.status, refused.error.error_code], [422, 'AUDIT_EXPORT_RANGE_EXCEEDED'])
  const foreign = await firm.owner.call(estimateExport, { query: { tenant_id: firm.stranger.tenantId } })
  assert.deepEqual([foreign.status, foreign.error.details?.[0]?.['reason']], [403, 'tenant_scope'])
  assert.equal((await firm.valuer.call(estimateExport, { query: {} })).status, 403)
  assert.deepEqual(await house.sql('select 1 from audit.export_jobs where tenant_id = $1', [firm.tenantId]), [])
})
