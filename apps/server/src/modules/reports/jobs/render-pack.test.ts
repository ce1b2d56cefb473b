import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { renderers } from '@zenops/contracts/meta'
import { moveReport, patchContract } from '@zenops/contracts/reports'
import { linkEvidence } from '@zenops/contracts/reports-evidence'
import {
  cancelReportJob,
  createPack,
  downloadArtifact,
  getPack,
  getPackLink,
  getReportJob,
  listPacks,
  listReportJobs,
  retryReportJob,
} from '@zenops/contracts/reports-packs'
import { verifyPack } from '@zenops/templates/pack'
import { createOfficeConverter } from '../../../platform/office/libreoffice.ts'
import { type DocumentDesk, openDocumentDesk } from '../../../../test/harness/documents.ts'
import { type House, openHouse, type TestActor } from '../../../../test/harness/house.ts'
import { COMPLETE, openReport, readyToRender, refused, type ReportDesk } from '../../../../test/harness/reports.ts'
import { drainJobs } from '../../../platform/jobs/drain.ts'
import { renderPackHandler, type RenderStep } from './render-pack.ts'

let house: House
let desk: DocumentDesk
before(async () => {
  // No LibreOffice: what a PDF needs is proven beside the converter.
  house = await openHouse({ LIBREOFFICE_PATH: '/nowhere/soffice' })
  desk = await openDocumentDesk(house)
})
after(() => house.close())

const linkOf = (actor: TestActor, { id }: ReportDesk) => actor.ok(getPackLink, { params: { id } })

/** The newest pack and its job, which both must be there. */
async function made(actor: TestActor, report: ReportDesk) {
  const { pack, generation_job: job } = await linkOf(actor, report)
  assert.ok(pack && job, 'the report has a pack and a job')
  return { pack, job }
}

async function bytesOf(actor: TestActor, packId: string, kind = 'docx'): Promise<Buffer> {
  const pack = await actor.ok(getPack, { params: { id: packId } })
  const artifact = pack.artifacts.find((file) => file.kind === kind) ?? assert.fail(`the pack has a ${kind}`)
  const { url } = await actor.ok(downloadArtifact, { params: { id: packId, aid: artifact.id } })
  const bytes = Buffer.from(await (await desk.get(url)).arrayBuffer())
  assert.equal(createHash('sha256').update(bytes).digest('hex'), artifact.checksum_sha256)
  return bytes
}

test('RP-21 READY freezes, draws the number and asks for the pack in one act; the job finishes it', async () => {
  const { owner, accounts, tenantId } = await house.firm()
  const report = await readyToRender(desk, owner)
  const { pack_link, work_order } = await report.move('READY_FOR_RENDER')
  assert.match(work_order.reference_no ?? '', /^[A-Z0-9]+\/TF\/\d{4}-\d{2}\/0001$/)
  assert.equal(work_order.latest_revision, 2)
  assert.ok(pack_link?.pack && pack_link.generation_job)
  assert.deepEqual([pack_link.pack.status, pack_link.generation_job.status], ['generating', 'queued'])
  const early = await owner.call(downloadArtifact, { params: { id: pack_link.pack.id, aid: crypto.randomUUID() } })
  refused(early, 409, 'PACK_GENERATION_NOT_COMPLETED')
  await house.runJobs()
  const { pack, job } = await made(owner, report)
  assert.equal(pack.status, 'generated')
  assert.deepEqual([job.status, job.progress.percent, job.attempts, job.dead], ['completed', 100, 1, false])
  const kinds = pack.artifacts.map((file) => file.kind)
  assert.deepEqual(kinds, ['docx', 'debug_json'])
  assert.deepEqual(
    pack.warnings.map((warning) => warning.code),
    ['PDF_RENDERER_UNAVAILABLE'],
  )
  const verdict = verifyPack(await bytesOf(accounts, pack.id))
  assert.deepEqual([verdict.ok, verdict.problems], [true, []])
  assert.ok(verdict.images >= 6)
  const bundle = await bytesOf(owner, pack.id, 'debug_json')
  assert.equal(createHash('sha256').update(bundle).digest('hex'), pack.bundle_hash)
  const actions = (await house.audit(tenantId)).map((event) => event.action)
  for (const action of ['REPORT_PACK_GENERATED', 'REPORT_PACK_DOWNLOADED', 'REPORT_TRANSITIONED'])
    assert.ok(actions.includes(action), action)
})

test('RP-21 a report with gaps does not become READY and says what is missing by key', async () => {
  const { owner, fieldValuer } = await house.firm()
  const report = await openReport(owner)
  await report.patch({ property: { address: 'A' } })
  await report.move('DATA_PENDING')
  const before = await house.sql('select * from reports.report_counters')
  const reply = await owner.call(moveReport, { params: { id: report.id }, body: { status: 'READY_FOR_RENDER' } })
  const { readiness } = refused(reply, 409, 'REPOGEN_READINESS_BLOCK') as {
    readiness: { missing_fields: { key: string }[]; gate_blocks: { key: string }[] }
  }
  assert.deepEqual(
    readiness.missing_fields.map(({ key }) => key),
    ['property.land_area', 'valuation_inputs.rate'],
  )
  assert.deepEqual(
    readiness.gate_blocks.map(({ key }) => key),
    ['values.fmv', 'template.available'],
  )
  assert.equal((await report.detail()).work_order.status, 'DATA_PENDING')
  assert.deepEqual(await house.sql('select * from reports.report_counters'), before)
  refused(
    await fieldValuer.call(moveReport, { params: { id: report.id }, body: { status: 'READY_FOR_RENDER' } }),
    403,
    'FORBIDDEN',
  )
})

test('RP-28 one revision rendered twice gives the same bytes; another photo gives other inputs', async () => {
  const { owner } = await house.firm()
  const report = await readyToRender(desk, owner)
  const params = { id: report.id }
  await report.move('READY_FOR_RENDER')
  await house.runJobs()
  const first = (await linkOf(owner, report)).pack ?? assert.fail()
  const again = await owner.ok(createPack, { params, body: {} })
  assert.deepEqual([again.idempotent, again.queue_enqueued, again.pack_link.pack?.id], [true, false, first.id])
  const forced = await owner.ok(createPack, { params, body: { force: true } })
  assert.deepEqual(
    [forced.idempotent, forced.pack_link.pack?.version, forced.pack_link.pack?.input_hash],
    [false, 2, first.input_hash],
  )
  refused(await owner.call(createPack, { params, body: { force: true } }), 409, 'CONFLICT')
  await house.runJobs()
  const second = (await linkOf(owner, report)).pack ?? assert.fail()
  assert.ok((await bytesOf(owner, first.id)).equals(await bytesOf(owner, second.id)))
  const { items } = await owner.ok(listPacks, { params })
  assert.deepEqual(
    items.map(({ version, status }) => [version, status]),
    [
      [2, 'generated'],
      [1, 'superseded'],
    ],
  )
  const item = (await report.detail()).evidence_items?.[0] ?? assert.fail()
  await owner.ok(linkEvidence, {
    params,
    body: { items: [{ id: item.id, include_in_annexure: false }], reason: 'not needed' },
  })
  assert.equal((await linkOf(owner, report)).pack?.stale, true)
  const link = (await report.move('READY_FOR_RENDER')).pack_link
  assert.notEqual(link?.pack?.input_hash, first.input_hash)
  await house.runJobs()
  assert.equal((await bytesOf(owner, first.id)).length, first.artifacts[0]?.size_bytes)
})

test('RP-30 without LibreOffice a PDF alone is 503 with the reason, and the renderers say so', async () => {
  const { owner } = await house.firm()
  const report = await readyToRender(desk, owner)
  await report.move('READY_FOR_RENDER')
  const reply = await owner.call(createPack, { params: { id: report.id }, body: { formats: ['pdf'] } })
  assert.equal(refused(reply, 503, 'DEPENDENCY_UNAVAILABLE')['reason'], 'PDF_RENDERER_UNAVAILABLE')
  const { renderers: list } = await owner.ok(renderers, {})
  assert.deepEqual(
    list.map(({ format, available, reason }) => [format, available, reason]),
    [
      ['docx', true, null],
      ['pdf', false, 'PDF_RENDERER_UNAVAILABLE'],
    ],
  )
})

/** Runs the one job that waits, with a step that breaks. Answers what the queue was told. */
async function runBroken(report: ReportDesk, onStep: (step: RenderStep) => void): Promise<Error | null> {
  const office = createOfficeConverter({ path: null })
  const options = house.app.workerOptions()
  const handler = renderPackHandler({ storage: house.app.services.storage, office, onStep })
  await house.jobsDue()
  await drainJobs({ ...options, handlers: [handler], recurring: [] })
  const [run] = await house.sql<{ state: string; error: string }>(
    `select j.state, j.error from reports.report_generation_jobs g join ops.jobs j on j.tenant_id = g.tenant_id and j.id = g.run_id
     where g.report_id = $1 order by g.created_at desc limit 1`,
    [report.id],
  )
  return run?.state === 'failed' ? new Error(run.error) : null
}

test('RP-31 a job that breaks at any step leaves nothing half made and the next attempt completes one pack', async () => {
  const { owner } = await house.firm()
  for (const broken of ['load', 'fill', 'assemble', 'pdf', 'store'] as const) {
    const report = await readyToRender(desk, owner)
    await report.move('READY_FOR_RENDER')
    const error = await runBroken(report, (step) => {
      if (step === broken) throw new Error(`the machine died at ${step}`)
    })
    assert.match(error?.message ?? '', /the machine died/)
    const between = await linkOf(owner, report)
    assert.deepEqual(
      [between.pack?.status, between.pack?.artifacts.length, between.generation_job?.status],
      ['generating', 0, 'queued'],
      broken,
    )
    assert.equal(await runBroken(report, () => {}), null)
    const { pack } = await linkOf(owner, report)
    assert.equal(pack?.status, 'generated', broken)
    const stored = await house.sql<{ n: string }>(
      `select count(*)::text as n from documents.document_links where report_id = $1 and purpose = 'annexure'`,
      [report.id],
    )
    assert.equal(Number(stored[0]?.n), pack?.artifacts.length)
  }
})

test('RP-31 a data error fails at once with its code; the failed job is retried under the same pack', async () => {
  const { owner, tenantId } = await house.firm()
  const report = await readyToRender(desk, owner)
  const { pack_link } = await report.move('READY_FOR_RENDER')
  const key =
    (
      await house.sql<{ storage_key: string }>(
        `select d.storage_key from documents.documents d join reports.report_evidence_items e on e.document_id = d.id where e.report_id = $1 limit 1`,
        [report.id],
      )
    )[0]?.storage_key ?? ''
  const { storage } = house.app.services
  await storage.copy(key, 'spare/copy')
  await storage.write(key, Buffer.from('other bytes'), { contentType: 'image/jpeg' })
  assert.equal(await runBroken(report, () => {}), null)
  const failed = await made(owner, report)
  assert.deepEqual(
    [failed.pack.status, failed.job.status, failed.job.error?.code],
    ['failed', 'failed', 'EVIDENCE_CHANGED'],
  )
  assert.ok((await house.audit(tenantId)).some((event) => event.action === 'REPORT_PACK_FAILED'))
  await storage.copy('spare/copy', key)
  const params = { id: failed.job.id }
  assert.equal((await owner.ok(retryReportJob, { params })).status, 'queued')
  const retried = (await house.audit(tenantId)).findLast((event) => event.action === 'REPORT_PACK_RETRIED')
  assert.deepEqual(
    [retried?.target, retried?.['after']],
    [
      { type: 'REPORT', id: report.id },
      { job_id: failed.job.id, pack_id: failed.pack.id },
    ],
  )
  refused(await owner.call(retryReportJob, { params }), 409, 'ILLEGAL_TRANSITION')
  await house.runJobs()
  const done = await made(owner, report)
  assert.deepEqual([done.pack.id, done.pack.status, done.job.status], [pack_link?.pack?.id, 'generated', 'completed'])
})

test('RP-32 keys belong to one report; a waiting job is cancelled; a draft needs no READY', async () => {
  const { owner, stranger, accounts } = await house.firm()
  const report = await openReport(owner)
  const params = { id: report.id }
  refused(await owner.call(createPack, { params, body: {} }), 409, 'PACK_CREATION_REQUIRES_READY_FOR_RENDER')
  refused(await accounts.call(createPack, { params, body: { draft: true } }), 403, 'FORBIDDEN')
  refused(await stranger.call(createPack, { params, body: { draft: true } }), 404, 'NOT_FOUND')
  const draft = await owner.ok(createPack, { params, body: { draft: true, idempotency_key: 'k-1' } })
  assert.deepEqual([draft.pack_link.pack?.final, draft.pack_link.pack?.revision], [false, 1])
  const same = await owner.ok(createPack, { params, body: { draft: true, idempotency_key: 'k-1' } })
  assert.deepEqual([same.idempotent, same.pack_link.pack?.id], [true, draft.pack_link.pack?.id])
  const other = await openReport(owner)
  const reused = { params: { id: other.id }, body: { draft: true, idempotency_key: 'k-1' } }
  refused(await owner.call(createPack, reused), 409, 'IDEMPOTENCY_KEY_REUSED_FOR_DIFFERENT_TARGET')
  refused(
    await owner.call(createPack, { params, body: { draft: true, template_version_id: crypto.randomUUID() } }),
    409,
    'TEMPLATE_NOT_AVAILABLE',
  )
  const job = draft.pack_link.generation_job?.id ?? ''
  assert.equal((await owner.ok(cancelReportJob, { params: { id: job } })).status, 'cancelled')
  refused(await owner.call(cancelReportJob, { params: { id: job } }), 409, 'ILLEGAL_TRANSITION')
  await house.runJobs()
  assert.equal((await owner.ok(getReportJob, { params: { id: job } })).status, 'cancelled')
  const { items } = await owner.ok(listReportJobs, { query: { report_id: report.id, status: ['cancelled'] } })
  assert.deepEqual(
    items.map(({ id }) => id),
    [job],
  )
  refused(await stranger.call(getReportJob, { params: { id: job } }), 404, 'NOT_FOUND')
  refused(await stranger.call(getPack, { params: { id: draft.pack_link.pack?.id ?? '' } }), 404, 'NOT_FOUND')
})

test('RP-32 the events of a job come in order and end with its end', async () => {
  const { owner } = await house.firm()
  const report = await readyToRender(desk, owner)
  const { pack_link } = await report.move('READY_FOR_RENDER')
  const address = `${desk.origin}/v1/report-jobs/${pack_link?.generation_job?.id}/events`
  const stream = fetch(address, { headers: { authorization: `Bearer ${owner.token}` } }).then((response) =>
    response.text(),
  )
  await house.runJobs()
  const names = [...(await stream).matchAll(/^event: (\w+)$/gm)].map((match) => match[1])
  assert.equal(names.at(-1), 'completed')
  const rank = names.map((name) => ['queued', 'started', 'step', 'completed'].indexOf(name ?? ''))
  assert.deepEqual(rank, [...rank].sort())
})

test('RP-22 a change of a READY report asks for a reason, drops it, stops its job and outdates its pack', async () => {
  const { owner } = await house.firm()
  const report = await readyToRender(desk, owner)
  await report.move('READY_FOR_RENDER')
  const params = { id: report.id }
  const change = { patch: { property: { city: 'Belgaum' } }, expected_version: 1 }
  assert.equal(
    refused(await owner.call(patchContract, { params, body: change }), 422, 'REASON_REQUIRED')['path'],
    'property.city',
  )
  const done = await owner.ok(patchContract, { params, body: { ...change, reason: 'the town was missing' } })
  assert.equal(done.status, 'DATA_PENDING')
  const link = await linkOf(owner, report)
  assert.deepEqual([link.pack?.stale, link.generation_job?.status], [true, 'cancelled'])
  await house.runJobs()
  assert.deepEqual((await linkOf(owner, report)).pack?.artifacts, [])
  const ready = await report.move('READY_FOR_RENDER')
  assert.equal(ready.work_order.pack_stale, false)
  assert.equal(ready.work_order.reference_no, (await report.detail()).work_order.reference_no)
})

test('RP-33 old packs stay downloadable byte for byte', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  await report.patch(COMPLETE)
  const packs: { id: string; bytes: Buffer }[] = []
  for (let i = 0; i < 4; i++) {
    const { pack_link } = await owner.ok(createPack, {
      params: { id: report.id },
      body: { draft: true, force: true, formats: ['docx'] },
    })
    await house.runJobs()
    const id = pack_link.pack?.id ?? ''
    packs.push({ id, bytes: await bytesOf(owner, id) })
  }
  for (const { id, bytes } of packs) assert.ok((await bytesOf(owner, id)).equals(bytes))
})
