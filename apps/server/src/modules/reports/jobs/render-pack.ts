import { createHash } from 'node:crypto'
import type { RENDER_STEPS } from '@zenops/contracts/reports-pack-records'
import { annexureSections } from '@zenops/templates/annexures'
import { TemplateError } from '@zenops/templates/template-error'
import { resolveParams } from '@zenops/valuation/ruleset'
import { sql } from 'kysely'
import type { OfficeConverter } from '../../../platform/office/libreoffice.ts'
import { handleJob, JobFailure, type JobContext, type JobHandler } from '../../../platform/jobs/port.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import { readDocuments } from '../../documents/index.ts'
import { annexuresOf } from '../rules/annexures.ts'
import { bundleText } from '../rules/bundle.ts'
import { printData } from '../print-data.ts'
import { fillPack } from './fill-pack.ts'
import { failPack } from './fail-pack.ts'
import { renderPackJob } from './kinds.ts'
import { loadImages } from './load-images.ts'
import { type PackInputs, readInputs } from './pack-inputs.ts'
import { type MadeFile, type PackWarning, storePack } from './store-pack.ts'

export interface RenderParts {
  readonly storage: StoragePort
  readonly office: OfficeConverter
  /** Tests break a chosen step; nothing else sets it. */
  readonly onStep?: (step: RenderStep) => void | Promise<void>
}
export type RenderStep = (typeof RENDER_STEPS)[number]

/** Where each step begins on the way from 0 to 100. */
const PERCENT: Readonly<Record<RenderStep, number>> = {
  load: 2,
  fill: 45,
  images: 50,
  annexures: 55,
  assemble: 60,
  verify: 65,
  pdf: 70,
  store: 92,
}

interface Work {
  readonly job: JobContext
  readonly parts: RenderParts
  readonly inputs: PackInputs
}

async function show(
  { job, inputs }: Work,
  step: RenderStep,
  at: { percent: number; done: number; total: number },
): Promise<void> {
  await job.transact((tx) =>
    sql`update reports.report_generation_jobs set progress = ${JSON.stringify({ step, ...at })}::jsonb
      where tenant_id = ${job.tenantId}::uuid and id = ${inputs.job_id}::uuid and status = 'processing'`.execute(tx),
  )
  await job.progress({ step, ...at })
}

async function begin(work: Work, step: RenderStep): Promise<void> {
  work.job.signal.throwIfAborted()
  await work.parts.onStep?.(step)
  await show(work, step, { percent: PERCENT[step], done: 0, total: 0 })
}

/** Takes the job for this attempt; undefined when it was cancelled or is done. */
async function take(job: JobContext, jobId: string): Promise<PackInputs | undefined> {
  return job.transact(async (tx) => {
    const { rows } = await sql`
      update reports.report_generation_jobs set status = 'processing', attempts = ${job.attempt}::int, max_attempts = ${job.maxAttempts}::int,
        started_at = coalesce(started_at, now())
      where tenant_id = ${job.tenantId}::uuid and id = ${jobId}::uuid and status in ('pending', 'queued', 'processing') returning id`.execute(
      tx,
    )
    const inputs = rows.length === 0 ? undefined : await readInputs(tx, job.tenantId, jobId)
    return inputs?.pack_status === 'generating' ? inputs : undefined
  })
}

async function makeDocx(work: Work): Promise<Uint8Array> {
  const { job, parts, inputs } = work
  await begin(work, 'load')
  const params = resolveParams(inputs.ruleset, { ...inputs, bank_type: inputs.derived.bank_type })
  const sections = annexuresOf(inputs.manifest, inputs.contract, params.annexure_grouping)
  const wanted = new Set(
    sections.flatMap((section) => section.pages.flatMap((page) => page.cells.map((cell) => cell.evidence_item_id))),
  )
  const rows = inputs.manifest.filter((row) => wanted.has(row.evidence_item_id))
  const documents = await job.transact((tx) =>
    readDocuments(
      tx,
      rows.flatMap((row) => row.document_id ?? []),
    ),
  )
  const span = PERCENT.fill - PERCENT.load
  const images = await loadImages(
    {
      storage: parts.storage,
      tenantId: job.tenantId,
      documents,
      signal: job.signal,
      onLoaded: (done, total) =>
        show(work, 'load', { percent: PERCENT.load + Math.floor((span * done) / total), done, total }),
    },
    rows,
  )
  await parts.onStep?.('fill')
  const shown: Promise<void>[] = []
  const pack = await fillPack(
    {
      family: inputs.family,
      variant: inputs.context.variant,
      bankType: inputs.context.bank_type,
      data: printData(inputs),
      images,
      annexures: annexureSections(sections),
      draft: !inputs.final,
      properties: {
        title: inputs.context.report['title'] === null ? '' : String(inputs.context.report['title']),
        author: inputs.context.firm['name'] ?? '',
        subject: String(inputs.context.report['reference_no'] ?? inputs.context.report['report_no'] ?? ''),
        created: inputs.revised_at,
      },
      blankMark: params.blank_mark,
      localUnits: inputs.ruleset.local_units ?? [],
    },
    {
      signal: job.signal,
      onStep: (step) => void shown.push(show(work, step, { percent: PERCENT[step], done: 0, total: 0 })),
    },
  )
  await Promise.all(shown)
  for (const step of ['images', 'annexures', 'assemble', 'verify'] as const) await parts.onStep?.(step)
  return pack.docx
}

const UNAVAILABLE: PackWarning = {
  code: 'PDF_RENDERER_UNAVAILABLE',
  message: 'No PDF was made: LibreOffice is not installed here.',
}

/** The PDF beside the DOCX, or the warning that says why there is none. */
async function makePdf(work: Work, docx: Uint8Array): Promise<{ pdf?: Uint8Array; warning?: PackWarning }> {
  if (!work.inputs.formats.includes('pdf')) return {}
  await begin(work, 'pdf')
  const docxHash = createHash('sha256').update(docx).digest('hex')
  const made = await work.parts.office.convertToPdf(docx, { created: work.inputs.revised_at, docxHash })
  if (made.ok) return { pdf: made.pdf }
  if (made.reason === 'PDF_RENDERER_UNAVAILABLE') return { warning: UNAVAILABLE }
  throw new Error(`the PDF was not made: ${made.reason} ${made.detail}`)
}

const DOCX_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
/** Page objects of a PDF; LibreOffice writes them uncompressed. */
const pagesOf = (pdf: Uint8Array): number =>
  Buffer.from(pdf)
    .toString('latin1')
    .match(/\/Type\s*\/Page[^s]/g)?.length ?? 0

function filesOf(
  { inputs }: Work,
  made: { docx: Uint8Array; pdf?: Uint8Array | undefined; bundle: string },
): MadeFile[] {
  const number = inputs.context.report['reference_no'] ?? inputs.context.report['report_no'] ?? inputs.report_no
  const stem = `${String(number).replace(/[^A-Za-z0-9._-]+/g, '-')}_v${inputs.pack_version}`
  const pages = made.pdf ? pagesOf(made.pdf) : null
  return [
    { kind: 'docx', filename: `${stem}.docx`, mime_type: DOCX_TYPE, bytes: made.docx, pages },
    ...(made.pdf
      ? [{ kind: 'pdf', filename: `${stem}.pdf`, mime_type: 'application/pdf', bytes: made.pdf, pages } as const]
      : []),
    {
      kind: 'debug_json',
      filename: `${stem}.json`,
      mime_type: 'application/json',
      bytes: Buffer.from(made.bundle),
      pages: null,
    },
  ]
}

async function render(work: Work): Promise<void> {
  const { inputs } = work
  const docx = await makeDocx(work)
  const { pdf, warning } = await makePdf(work, docx)
  await begin(work, 'store')
  const params = resolveParams(inputs.ruleset, { ...inputs, bank_type: inputs.derived.bank_type })
  const bundle = bundleText({ ...inputs }, params.annexure_grouping)
  await storePack(work.job, work.parts.storage, {
    inputs,
    files: filesOf(work, { docx, pdf, bundle }),
    bundle_hash: createHash('sha256').update(bundle).digest('hex'),
    warnings: warning ? [warning] : [],
  })
}

/** A template or data error cannot be mended by another attempt. */
const asFailure = (error: unknown): unknown =>
  error instanceof TemplateError
    ? new JobFailure(error.code, error.message, { placeholder: error.placeholder, place: error.location })
    : error

const waitsAgain = (job: JobContext, jobId: string): Promise<unknown> =>
  job.transact((tx) =>
    sql`update reports.report_generation_jobs set status = 'queued'
      where tenant_id = ${job.tenantId}::uuid and id = ${jobId}::uuid and status = 'processing'`.execute(tx),
  )

/** Renders one pack from one frozen revision; running it again under the same pack leaves one result. */
export const renderPackHandler = (parts: RenderParts): JobHandler =>
  handleJob(renderPackJob, {
    run: async (job, { job_id }) => {
      const inputs = await take(job, job_id)
      if (!inputs) return
      try {
        await render({ job, parts, inputs })
      } catch (error) {
        const failure = asFailure(error)
        if (!(failure instanceof JobFailure)) await waitsAgain(job, job_id)
        throw failure
      }
    },
    dead: (job, { job_id }, failure) => failPack(job, job_id, failure),
  })
