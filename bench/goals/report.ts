import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { confirmUpload, presignUpload } from '@zenops/contracts/documents'
import { createReport, getReport, patchContract } from '@zenops/contracts/reports'
import { linkEvidence } from '@zenops/contracts/reports-evidence'
import { createPack, getPackLink, getReportJob } from '@zenops/contracts/reports-packs'
import { setTimeout as sleep } from 'node:timers/promises'
import { drawPhoto } from '../../apps/server/test/harness/photo-fixture.ts'
import { type Caller, callerAt } from '../caller.ts'
import type { Child } from '../children.ts'
import { type BenchHouse, openBenchHouse } from '../firm.ts'
import { patchLoad } from '../patch-load.ts'
import { type Goal, type GoalResult, percentile, round } from '../goal-kit.ts'

interface How {
  readonly full: boolean
  readonly planted: boolean
}

async function withProduct(work: (house: BenchHouse, product: Child) => Promise<GoalResult>): Promise<GoalResult> {
  const house = await openBenchHouse()
  const product = await house.product({ BENCH_WORKER: '1' })
  try {
    return await work(house, product)
  } finally {
    await product.stop()
    await house.close()
  }
}

/** The contract of a real case: land, six floors, guideline. */
async function realContract(): Promise<Record<string, unknown>> {
  const file = path.join(import.meta.dirname, '../../packages/valuation/data/valuation-cases.json')
  const { cases } = JSON.parse(await readFile(file, 'utf8')) as {
    cases: { id: string; contract: Record<string, unknown> }[]
  } // our own data
  const found = cases.find((one) => one.id === 'VC-01')
  if (!found) throw new Error('VC-01 is gone')
  return found.contract
}

async function openReport(call: Caller, contract: Record<string, unknown>): Promise<{ id: string; version: number }> {
  const report = await call(createReport, {
    body: { source_type: 'TENANT', report_type: 'VALUATION', bank_name: 'State Bank of India', title: 'Bench report' },
  })
  const changed = await call(patchContract, {
    params: { id: report.work_order_id },
    body: { patch: contract, expected_version: 0 },
  })
  return { id: report.work_order_id, version: changed.contract_version }
}

const CLIENTS = 8
const LIMIT_MS = 40
/** Seconds until the compilers of the product have settled. */
const WARM_UP = 4

async function patchGoal(house: BenchHouse, product: Child, { full, planted }: How): Promise<GoalResult> {
  const contract = await realContract()
  const seconds = full ? 10 : 1
  const reports = await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      const token = house.firms[client % house.firms.length]?.token ?? ''
      return { token, ...(await openReport(callerAt(product.url, token), contract)) }
    }),
  )
  const patch = (n: number): object => ({
    property: {
      landmark: `Landmark ${n}`,
      floors: [{ label: `Floor ${n}`, area: { value: 100 + (n % 50), unit: 'sqm' } }],
    },
  })
  const load = (duration: number): Promise<number[]> =>
    patchLoad({ url: product.url, reports, seconds: duration, patch })
  const warm = full ? await load(WARM_UP) : []
  const ms = await load(seconds)
  // Every patch left one revision in an unbroken chain; the planted defect counts one patch too many.
  const [counted] = await house.database.sql<{ revisions: number }>(
    'select count(*)::int as revisions from reports.report_revisions',
  )
  const expected = warm.length + ms.length + CLIENTS + (planted ? 1 : 0)
  const holds = counted?.revisions === expected
  const p95 = percentile(ms, 0.95)
  const figures = { patches: ms.length, revisions: counted?.revisions, expected }
  if (!full) return { ok: holds, figures }
  return {
    ok: holds && p95 <= LIMIT_MS,
    figures: {
      ...figures,
      per_s: Math.round(ms.length / seconds),
      p50_ms: round(percentile(ms, 0.5), 1),
      p95_ms: round(p95, 1),
      limit_ms: LIMIT_MS,
    },
  }
}

async function uploadPhoto(
  call: Caller,
  url: string,
  photo: { assignmentId: string; n: number; bytes: Buffer },
): Promise<string> {
  const presigned = await call(presignUpload, {
    body: {
      purpose: 'evidence',
      assignment_id: photo.assignmentId,
      filename: `site-${photo.n}.jpg`,
      content_type: 'image/jpeg',
      size_bytes: photo.bytes.length,
      sha256: createHash('sha256').update(photo.bytes).digest('hex'),
    },
  })
  const target = presigned.upload
  if (!target || !('url' in target)) throw new Error('no address for the photo')
  const put = await fetch(new URL(target.url, url), {
    method: 'PUT',
    headers: target.headers,
    body: new Uint8Array(photo.bytes),
  })
  if (!put.ok) throw new Error(`the photo was refused with ${put.status}`)
  await call(confirmUpload, { body: { document_id: presigned.document_id } })
  return presigned.document_id
}

interface Rendered {
  readonly seconds: number
  readonly sha256: string
  readonly bytes: number
}

async function renderDocx(call: Caller, id: string): Promise<Rendered> {
  const started = performance.now()
  const asked = await call(createPack, { params: { id }, body: { draft: true, force: true, formats: ['docx'] } })
  const job = asked.pack_link.generation_job
  if (!job) throw new Error('no job for the pack')
  for (;;) {
    const now = await call(getReportJob, { params: { id: job.id } })
    if (now.status === 'completed') break
    if (now.status === 'failed') throw new Error(`the pack failed: ${JSON.stringify(now)}`)
    await sleep(25)
  }
  const seconds = (performance.now() - started) / 1000
  const link = await call(getPackLink, { params: { id } })
  const docx = link.pack?.artifacts.find((one) => one.kind === 'docx')
  if (!docx) throw new Error('the pack has no DOCX')
  return { seconds, sha256: docx.checksum_sha256, bytes: docx.size_bytes }
}

/** Resident memory of the product, megabytes; asked over the channel of its process. */
function watchMemory(product: Child): { baseline: Promise<number>; peak(): number; stop(): void } {
  let peak = 0
  let first: ((mb: number) => void) | undefined
  const baseline = new Promise<number>((resolve) => (first = resolve))
  product.process.on('message', (bytes) => {
    const mb = Number(bytes) / 1024 / 1024
    first?.(mb)
    peak = Math.max(peak, mb)
  })
  product.process.send('memory')
  const timer = setInterval(() => product.process.send('memory'), 50)
  return { baseline, peak: () => peak, stop: () => clearInterval(timer) }
}

const PHOTOS = 40

async function renderGoal(house: BenchHouse, product: Child, { full, planted }: How): Promise<GoalResult> {
  const call = callerAt(product.url, house.firms[0]?.token ?? '')
  const report = await openReport(call, await realContract())
  const { work_order } = await call(getReport, { params: { id: report.id }, query: { include: 'readiness' } })
  const photos = full ? PHOTOS : 4
  const size = full ? { width: 4000, height: 3000 } : { width: 800, height: 600 }
  const items: { document_id: string; evidence_type: 'PHOTO'; tags: { category: string } }[] = []
  for (let n = 0; n < photos; n++) {
    const turned = n % 3 === 0 ? { width: size.height, height: size.width } : size
    const bytes = await drawPhoto({
      seed: n + 1,
      ...turned,
      quality: 80,
      geo: { lat: 15.84, lng: 74.5 },
      takenAt: '2026-11-20 10:00:00',
      offset: '+05:30',
    })
    const document_id = await uploadPhoto(call, product.url, { assignmentId: work_order.assignment_id, n, bytes })
    items.push({ document_id, evidence_type: 'PHOTO', tags: { category: 'exterior' } })
  }
  await call(linkEvidence, { params: { id: report.id }, body: { items } })
  const memory = watchMemory(product)
  const baseline = await memory.baseline
  const cold = await renderDocx(call, report.id)
  // The planted defect changes the contract between two renders that must be equal.
  if (planted)
    await call(patchContract, {
      params: { id: report.id },
      body: { patch: { property: { landmark: 'Elsewhere' } }, expected_version: report.version },
    })
  const warm = await renderDocx(call, report.id)
  const third = await renderDocx(call, report.id)
  memory.stop()
  const growth = memory.peak() - baseline
  const equal = cold.sha256 === warm.sha256 && warm.sha256 === third.sha256
  const figures = { photos, equal_bytes: equal, docx_mb: round(warm.bytes / 1024 / 1024, 1) }
  if (!full) return { ok: equal, figures }
  const seconds = Math.max(warm.seconds, third.seconds)
  return {
    ok: equal && seconds <= 4 && growth <= 300,
    figures: {
      ...figures,
      cold_s: round(cold.seconds),
      warm_s: round(seconds),
      limit_s: 4,
      rss_growth_mb: Math.round(growth),
      limit_mb: 300,
    },
  }
}

export const goals: readonly Goal[] = [
  {
    name: 'report:patch',
    correctness: true,
    run: (how) => withProduct((house, product) => patchGoal(house, product, how)),
  },
  {
    name: 'report:render',
    correctness: true,
    run: (how) => withProduct((house, product) => renderGoal(house, product, how)),
  },
]
