import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import http from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { exportAuditLogs } from '@zenops/contracts/audit-chain'
import { updateMe } from '@zenops/contracts/identity-people'
import { createDownloadUrl, downloadExport, fetchDownload, getExportManifest } from '@zenops/contracts/exports'
import { type ExportDesk, exportDesk } from '../../../test/harness/exports.ts'
import { addressOf, type Firm, type House, openHouse } from '../../../test/harness/house.ts'

let house: House
let desk: ExportDesk
before(async () => {
  house = await openHouse()
  desk = exportDesk(house)
})
after(() => house.close())

/** A firm with one finished export of a few kilobytes. */
async function firmWithFile(): Promise<{ firm: Firm; id: string; file: Buffer; etag: string }> {
  const firm = await desk.firmWith(6)
  const id = await desk.made(firm.owner, { format: 'jsonl' })
  const reply = await desk.fetchFile(firm.owner, id)
  assert.equal(reply.statusCode, 200, reply.body)
  return { firm, id, file: reply.rawPayload, etag: String(reply.headers['etag']) }
}

test('AU-17 length, tag, digest and ranges: 200, 206, 304, 416, HEAD, If-Range', async () => {
  const { firm, id, file, etag } = await firmWithFile()
  const sum = hash('sha256', file)
  const ask = (headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') =>
    desk.fetchFile(firm.owner, id, { headers, method })
  assert.equal(etag, `"sha256-${sum}"`)
  const head = await ask({}, 'HEAD')
  assert.deepEqual(
    [head.statusCode, head.rawPayload.length, Number(head.headers['content-length'])],
    [200, 0, file.length],
  )
  assert.equal(head.headers['repr-digest'], `sha-256=:${Buffer.from(sum, 'hex').toString('base64')}:`)
  assert.equal(head.headers['accept-ranges'], 'bytes')
  const part = await ask({ range: 'bytes=10-19' })
  assert.deepEqual([part.statusCode, part.headers['content-range']], [206, `bytes 10-19/${file.length}`])
  assert.deepEqual(part.rawPayload, file.subarray(10, 20))
  assert.deepEqual((await ask({ range: `bytes=${file.length - 5}-` })).rawPayload, file.subarray(-5))
  assert.deepEqual((await ask({ range: 'bytes=-7' })).rawPayload, file.subarray(-7))
  assert.equal((await ask({ range: 'bytes=0-1,5-6' })).statusCode, 200, 'several ranges are the whole')
  assert.equal(
    (await ask({ range: 'bytes=5-', 'if-range': '"other"' })).statusCode,
    200,
    'another version is the whole',
  )
  assert.equal((await ask({ range: 'bytes=5-', 'if-range': etag })).statusCode, 206)
  assert.equal((await ask({ 'if-none-match': etag })).statusCode, 304)
  const beyond = await ask({ range: `bytes=${file.length}-` })
  assert.deepEqual(
    [beyond.statusCode, beyond.headers['content-range'], JSON.parse(beyond.body).error_code],
    [416, `bytes */${file.length}`, 'RANGE_NOT_SATISFIABLE'],
  )
})

test('the 61st look at a file within a minute is refused with Retry-After', async () => {
  const { firm, id } = await firmWithFile()
  let refused = await desk.fetchFile(firm.owner, id, { method: 'HEAD' })
  // The window may turn meanwhile; it does so once.
  for (let n = 0; n < 121 && refused.statusCode === 200; n++)
    refused = await desk.fetchFile(firm.owner, id, { method: 'HEAD' })
  assert.equal(refused.statusCode, 429)
  assert.ok(Number(refused.headers['retry-after']) > 0)
})

test('AU-19 a download is one event; what goes on with it adds none, what begins anew adds one, headers alone none', async () => {
  const { firm, id } = await firmWithFile()
  const downloads = async (): Promise<number> =>
    (await desk.actionsOf(firm.tenantId, id)).filter((name) => name === 'AUDIT_EXPORT_DOWNLOADED').length
  assert.equal(await downloads(), 1)
  await desk.fetchFile(firm.owner, id, { headers: { range: 'bytes=10-' } })
  await desk.fetchFile(firm.owner, id, { method: 'HEAD' })
  assert.equal(await downloads(), 1)
  await desk.fetchFile(firm.owner, id, { headers: { range: 'bytes=0-3' } })
  assert.equal(await downloads(), 2)
  await house.sql(`update audit.export_jobs set downloaded_at = now() - interval '16 minutes' where id = $1`, [id])
  await desk.fetchFile(firm.owner, id, { headers: { range: 'bytes=10-' } })
  assert.equal(await downloads(), 3)
  assert.equal((await desk.countedOf(firm.tenantId)).filter((key) => key === 'audit_export_downloaded').length, 3)
})

test('AU-21 a link is a secret: its key cannot be used twice, and what was handed out is kept nowhere', async () => {
  const { firm, id } = await firmWithFile()
  const key = { 'idempotency-key': 'one-link' }
  const once = await firm.owner.call(createDownloadUrl, { params: { job_id: id } }, key)
  assert.equal(once.status, 200)
  const twice = await firm.owner.call(createDownloadUrl, { params: { job_id: id } }, key)
  assert.deepEqual(
    [twice.status, twice.error.error_code, twice.error.details[0]?.['reason']],
    [409, 'IDEMPOTENCY_CONFLICT', 'secret_not_replayable'],
  )
  const kept = await house.sql(`select body from ops.idempotency_keys where key = 'one-link'`)
  assert.deepEqual(kept, [{ body: null }])
})

test('AU-17 a link serves its person without another step-up, for 15 minutes, while his session lives', async () => {
  const { firm, id, file } = await firmWithFile()
  const { url, expires_at } = await firm.owner.ok(createDownloadUrl, { params: { job_id: id } })
  const fetch = (path: string, headers: Record<string, string> = {}) =>
    house.server('web').inject({ url: path, headers })
  assert.ok(Date.parse(expires_at) - Date.now() <= 15 * 60_000)
  assert.deepEqual((await fetch(url)).rawPayload, file)
  assert.deepEqual((await fetch(url, { range: 'bytes=3-' })).rawPayload, file.subarray(3))
  const tampered = await fetch(`${url.slice(0, -2)}AA`)
  assert.deepEqual([tampered.statusCode, JSON.parse(tampered.body).error_code], [403, 'STORAGE_TOKEN_INVALID'])
  const later = await house.neighbour({ clock: { now: () => new Date(Date.now() + 15 * 60_000 + 1_000) } })
  const late = await (await later.app.server('web')).inject({ url })
  assert.deepEqual([late.statusCode, JSON.parse(late.body).error_code], [410, 'STORAGE_TOKEN_EXPIRED'])
  await house.sql('update identity.auth_families set revoked_at = now() where user_id = $1', [firm.owner.userId])
  const ended = await later.app.services.database.read({ role: 'zen_auth', tenantId: null, userId: null, aud: null })
  assert.deepEqual(ended, [])
  let status = 200
  for (let tries = 0; tries < 50 && status === 200; tries++) {
    status = (await fetch(url)).statusCode
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.equal(status, 401)
})

test('AU-12 AU-44 personal fields leave in clear text for who may see them alone, whoever asked for the file', async () => {
  const firm = await house.firm()
  await desk.steppedUp(firm.owner, house.operator)
  await firm.owner.ok(updateMe, { body: { name: 'Meera Kulkarni' } })
  await house.seal()
  const ofNames = { format: 'jsonl', filters: { action_type: 'USER_UPDATED' } } as const
  const [covered, clear] = [
    await desk.made(firm.owner, ofNames),
    await desk.made(firm.owner, { ...ofNames, include_personal: true }),
  ]
  assert.match((await desk.fetchFile(firm.owner, covered)).body, /"name": ?"\[personal\]"/)
  assert.match((await desk.fetchFile(firm.owner, clear)).body, /"name": ?"Meera Kulkarni"/)
  const { operator } = house
  const lacking = [403, 'documents.pii']
  const asked = await desk.ask(operator, { ...ofNames, tenant_id: firm.tenantId, include_personal: true })
  assert.deepEqual([asked.status, asked.error.details[0]?.['capability']], lacking)
  for (const [job_id, ends] of [
    [covered, [200, undefined]],
    [clear, lacking],
  ] as const) {
    const at = { params: { job_id }, query: { tenant_id: firm.tenantId } }
    const link = await operator.call(createDownloadUrl, at)
    assert.deepEqual([link.status, link.status === 200 ? undefined : link.error.details[0]?.['capability']], ends)
    const headers = { authorization: `Bearer ${operator.token}` }
    const file = await house.server('studio').inject({ url: addressOf(downloadExport, at), headers })
    assert.equal(file.statusCode, ends[0])
    assert.ok(!file.body.includes('Kulkarni'))
  }
})

test('AU-19 a download after its time expires the job itself: 409, payload gone, one event', async () => {
  const { firm, id } = await firmWithFile()
  await house.sql(`update audit.export_jobs set expires_at = now() - interval '1 second' where id = $1`, [id])
  for (const _ of [1, 2]) {
    const reply = await desk.fetchFile(firm.owner, id)
    assert.deepEqual([reply.statusCode, JSON.parse(reply.body).error_code], [409, 'AUDIT_EXPORT_JOB_EXPIRED'])
  }
  assert.equal((await desk.jobOf(firm.owner, id)).status, 'EXPIRED')
  assert.deepEqual(await house.sql('select 1 from audit.export_chunks where job_id = $1', [id]), [])
  // One that no worker took up in its time as well.
  const waiting = (await desk.ask(firm.owner)).body.job_id
  assert.equal(JSON.parse((await desk.fetchFile(firm.owner, waiting)).body).error_code, 'AUDIT_EXPORT_JOB_NOT_READY')
  await house.sql(`update audit.export_jobs set expires_at = now() - interval '1 second' where id = $1`, [waiting])
  assert.equal(JSON.parse((await desk.fetchFile(firm.owner, waiting)).body).error_code, 'AUDIT_EXPORT_JOB_EXPIRED')
  assert.deepEqual(await desk.actionsOf(firm.tenantId, waiting), ['AUDIT_EXPORT_REQUESTED', 'AUDIT_EXPORT_EXPIRED'])
  assert.equal((await desk.actionsOf(firm.tenantId, id)).filter((name) => name === 'AUDIT_EXPORT_EXPIRED').length, 1)
  assert.equal(
    (await firm.owner.call(getExportManifest, { params: { job_id: id } })).error.error_code,
    'AUDIT_EXPORT_JOB_EXPIRED',
  )
  assert.equal(
    (await firm.owner.call(createDownloadUrl, { params: { job_id: id } })).error.error_code,
    'AUDIT_EXPORT_JOB_EXPIRED',
  )
})

test('AU-44 a link: too early, past its range, of a file whose time is over, of a job that is not done any more, of a damaged one', async () => {
  const { firm, id, file } = await firmWithFile()
  const codeAt = async (url: string, headers: Record<string, string> = {}) => {
    const reply = await house.server('web').inject({ url, headers })
    return [reply.statusCode, JSON.parse(reply.body).error_code]
  }
  const asked = await desk.ask(firm.owner, { format: 'csv' })
  assert.equal(asked.status, 202)
  const early = await firm.owner.call(createDownloadUrl, { params: { job_id: asked.body.job_id } })
  assert.deepEqual([early.status, early.error.error_code], [409, 'AUDIT_EXPORT_JOB_NOT_READY'])
  const { url } = await firm.owner.ok(createDownloadUrl, { params: { job_id: id } })
  assert.deepEqual(await codeAt(url, { range: `bytes=${file.length}-` }), [416, 'RANGE_NOT_SATISFIABLE'])
  // The clock of the installation has gone on; the link's own time is read from it.
  const late = await house.neighbour({ clock: { now: () => new Date(Date.now() - 15 * 60_000 - 1_000) } })
  const old = await late.at(firm.owner).ok(createDownloadUrl, { params: { job_id: id } })
  assert.deepEqual(await codeAt(old.url), [410, 'STORAGE_TOKEN_EXPIRED'])
  await house.sql(
    `update audit.export_jobs set status = 'RUNNING', lease_until = now() + interval '1 hour' where id = $1`,
    [id],
  )
  assert.deepEqual(await codeAt(url), [409, 'AUDIT_EXPORT_JOB_NOT_READY'])
  await house.sql(`update audit.export_jobs set status = 'DONE', lease_until = null where id = $1`, [id])
  await house.sql('update audit.export_chunks set payload_bytes = set_byte(payload_bytes, 0, 0) where job_id = $1', [
    id,
  ])
  assert.deepEqual(await codeAt(url), [500, 'AUDIT_EXPORT_INTEGRITY'])
  assert.ok(house.errors.splice(0).every((line) => line.includes('audit_export_integrity')))
  await house.sql(`update audit.export_jobs set expires_at = now() - interval '1 second' where id = $1`, [id])
  assert.deepEqual(await codeAt(url), [409, 'AUDIT_EXPORT_JOB_EXPIRED'])
})

test('AU-17 a damaged first chunk is 500 and no byte; one further on breaks the connection; both alarm', async () => {
  const { firm, id, file } = await firmWithFile()
  // The same file in two chunks, the second of them damaged.
  const half = Math.floor(file.length / 2)
  await house.sql('delete from audit.export_chunks where job_id = $1', [id])
  for (const [no, bytes, hashed] of [
    [0, file.subarray(0, half), file.subarray(0, half)],
    [1, file.subarray(half), Buffer.from('other')],
  ] as const) {
    await house.sql(
      `insert into audit.export_chunks (tenant_id, job_id, chunk_no, part_no, byte_offset, bytes, payload_bytes, payload_hash)
       values ($1, $2, $3, 1, $4, $5, $6, sha256($7))`,
      [firm.tenantId, id, no, no === 0 ? 0 : half, bytes.length, bytes, hashed],
    )
  }
  const server = await house.app.server('web')
  const origin = await server.listen({ host: '127.0.0.1', port: 0 })
  const url = `${origin}${addressOf(downloadExport, { params: { job_id: id } })}`
  const broken = await new Promise<{ complete: boolean; length: number }>((resolve, reject) => {
    http
      .get(url, { headers: { authorization: `Bearer ${firm.owner.token}` }, agent: false }, (response) => {
        let length = 0
        response.on('data', (piece: Buffer) => {
          length += piece.length
        })
        response.on('error', () => {})
        response.on('close', () => resolve({ complete: response.complete, length }))
      })
      .on('error', reject)
  })
  assert.deepEqual([broken.complete, broken.length <= half], [false, true], 'never a clean end')
  await server.close()
  const first = await desk.fetchFile(firm.owner, id, { headers: { range: `bytes=${half + 1}-` } })
  assert.deepEqual([first.statusCode, JSON.parse(first.body).error_code], [500, 'AUDIT_EXPORT_INTEGRITY'])
  const { services } = house.app
  await services.tally.flush(services.database)
  await services.vitals.flush(services.database)
  const told = await house.sql(
    `select sum((m -> 'counts' ->> $1)::int)::int as n from ops.instances, jsonb_array_elements(minutes) m`,
    [`export_integrity ${firm.tenantId}`],
  )
  assert.deepEqual(told, [{ n: 2 }], 'an alert is raised by it')
  const failed = `select 1 from ops.events where tenant_id = $1 and metric_key = 'audit_export_failed'`
  assert.deepEqual(await house.sql(failed, [firm.tenantId]), [], 'the export did not fail')
  const said = house.errors.splice(0).filter((line) => line.includes('audit_export_integrity'))
  assert.equal(said.length, 2)
})

test('AU-19 cleanup times out what runs too long, expires what is due, drops orphan chunks; the sweeper asks again', async () => {
  const firm = await desk.firmWith(2)
  const [stale, waiting] = [(await desk.ask(firm.owner)).body.job_id, (await desk.ask(firm.owner)).body.job_id]
  await house.sql(`update ops.jobs set state = 'cancelled' where tenant_id = $1`, [firm.tenantId])
  await house.sql(
    `update audit.export_jobs set status = 'RUNNING', attempt = 1, started_at = now() - interval '91 seconds', lease_until = now() where id = $1`,
    [stale],
  )
  await house.turn('audit_export_cleanup')
  const failed = await desk.jobOf(firm.owner, stale)
  assert.deepEqual([failed.status, failed.error_code], ['FAILED', 'AUDIT_EXPORT_TIMEOUT'])
  assert.equal(await house.loop('audit_export_sweeper'), 1)
  assert.equal(await house.loop('audit_export_sweeper'), 0, 'it has its queue job now')
  await house.runJobs()
  assert.equal((await desk.jobOf(firm.owner, waiting)).status, 'DONE', 'the job without a queue job was made')
  const other = (await desk.ask(firm.owner)).body.job_id
  await house.sql(`update ops.jobs set state = 'cancelled' where tenant_id = $1 and state = 'queued'`, [firm.tenantId])
  await house.sql(`update audit.export_jobs set expires_at = now() where tenant_id = $1`, [firm.tenantId])
  await house.sql(
    `insert into audit.export_chunks (tenant_id, job_id, chunk_no, part_no, byte_offset, bytes, payload_bytes, payload_hash)
     values ($1, $2, 0, 1, 0, 1, 'x', sha256('x'))`,
    [firm.tenantId, stale],
  )
  await house.turn('audit_export_cleanup')
  for (const id of [stale, waiting, other]) assert.equal((await desk.jobOf(firm.owner, id)).status, 'EXPIRED')
  assert.deepEqual(await house.sql('select 1 from audit.export_chunks where tenant_id = $1', [firm.tenantId]), [])
  assert.deepEqual(await desk.actionsOf(firm.tenantId, stale), [
    'AUDIT_EXPORT_REQUESTED',
    'AUDIT_EXPORT_FAILED',
    'AUDIT_EXPORT_EXPIRED',
  ])
  const mails = await house.sql<{ template_key: string }>(
    `select template_key from notifications.outbox where tenant_id = $1 order by queued_at`,
    [firm.tenantId],
  )
  assert.deepEqual(
    mails.map((mail) => mail.template_key),
    ['audit_export_failed', 'audit_export_completed'],
  )
})

test('AU-25 while exports are cut off none is asked for, made or handed out; what waits is made afterwards', async () => {
  const { firm, id, file } = await firmWithFile()
  const waiting = (await desk.ask(firm.owner)).body.job_id
  const { url } = await firm.owner.ok(createDownloadUrl, { params: { job_id: id } })
  const turn = (state: string, seconds: number | null) =>
    house.sql(
      `insert into ops.kill_switches (key, scope_tenant_id, state, reason, effective_until)
       values ('exports', $1, $2, 'an incident is looked into', now() + $3 * interval '1 second')
       on conflict (key, scope_tenant_id) do update set state = excluded.state, effective_until = excluded.effective_until`,
      [firm.tenantId, state, seconds],
    )
  await turn('ENABLED', 600)
  const { switches } = house.app.services
  for (let n = 0; n < 100 && (await switches.offUntil('exports', firm.tenantId)) === null; n++) await wait(60)
  const asked = await desk.ask(firm.owner)
  const off = [503, 'FEATURE_SWITCHED_OFF']
  assert.deepEqual([asked.status, asked.error.error_code, Number(asked.headers['retry-after']) > 0], [...off, true])
  const fetched = await desk.fetchFile(firm.owner, id)
  assert.deepEqual([fetched.statusCode, JSON.parse(fetched.body).error_code], off)
  const link = await firm.owner.call(createDownloadUrl, { params: { job_id: id }, query: {} })
  assert.deepEqual([link.status, link.error.error_code], off)
  const byLink = await firm.owner.call(fetchDownload, { params: { token: url.split('/').at(-1) ?? '' } })
  assert.deepEqual([byLink.status, byLink.error.error_code], off)
  const old = await firm.owner.call(exportAuditLogs, { query: {} })
  assert.deepEqual([old.status, old.error.error_code], off)
  await house.runJobs()
  assert.equal((await desk.jobOf(firm.owner, waiting)).status, 'PENDING')
  await turn('DISABLED', null)
  for (let n = 0; n < 100 && (await switches.offUntil('exports', firm.tenantId)) !== null; n++) await wait(60)
  await house.jobsDue()
  await house.runJobs()
  assert.equal((await desk.jobOf(firm.owner, waiting)).status, 'DONE')
  assert.deepEqual((await desk.fetchFile(firm.owner, id)).rawPayload, file)
})
