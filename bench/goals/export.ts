import { hash } from 'node:crypto'
import http from 'node:http'
import { bothWays } from '../../apps/server/test/harness/clean-rows.ts'
import { addressOf } from '../../apps/server/test/harness/house.ts'
import { downloadExport } from '../../packages/contracts/src/exports.ts'
import { drawer } from '../audit-log.ts'
import type { BenchDatabase } from '../bench-database.ts'
import { addJob, fillLog } from '../export-log.ts'
import { jobOf, killed, runChild, storedHash } from '../export-runs.ts'
import { type BenchFirm, openBenchHouse } from '../firm.ts'
import { type Goal, type GoalResult, interleaved, round } from '../goal-kit.ts'

/** `npm run goal -- export` (AU-14, AU-15, AU-16, AU-17). */
interface Sizes {
  readonly rows: number
  readonly most: number
  readonly stretch: number
  readonly kills: number
  readonly cuts: number
  readonly limits: number
  /** Milliseconds within which a worker is killed. */
  readonly killMs: number
}
const FULL: Sizes = {
  rows: 1_000_000,
  most: Number(process.env['EXPORT_MOST'] ?? 5_000_000),
  stretch: 250_000,
  kills: 20,
  cuts: 50,
  limits: 40,
  killMs: 4_000,
}
const SMALL: Sizes = { rows: 12_000, most: 12_000, stretch: 3_000, kills: 4, cuts: 6, limits: 6, killMs: 400 }
/** A job has five attempts. */
const PER_JOB = 4

interface Bench {
  readonly database: BenchDatabase
  readonly firm: BenchFirm
  readonly sizes: Sizes
  readonly planted: boolean
}

/** Rows a second of the product's export and of one bare COPY of the same statement, and the memory of its worker. */
async function speed({ database, firm, sizes }: Bench) {
  const wish = { tenant: firm.tenantId, stretch: sizes.stretch }
  let peakMb = 0
  const rates = await interleaved(3, {
    bare: async () => sizes.rows / (await runChild(database, { ...wish, job: '', bare: sizes.rows })).ms,
    product: async () => {
      const job = await addJob(database, firm.tenantId, { row_limit: sizes.rows })
      const end = await runChild(database, { ...wish, job })
      peakMb = Math.max(peakMb, end.peak_mb)
      const { row_count } = await jobOf(database, job)
      if (Number(row_count) !== sizes.rows) throw new Error(`${row_count} rows of ${sizes.rows}`)
      await database.sql('delete from audit.export_jobs where id = $1', [job])
      return sizes.rows / end.ms
    },
  })
  return {
    bare_rows_per_s: Math.round(rates.bare * 1000),
    rows_per_s: Math.round(rates.product * 1000),
    ratio: round(rates.product / rates.bare),
    peak_mb: round(peakMb, 1),
  }
}

/** The whole log by the usual limits of a bulk job, in every row format (AU-15); the most memory that one of them took. */
async function flatness({ database, firm, sizes }: Bench): Promise<{ rows: Record<string, number>; peak_mb: number }> {
  const rows: Record<string, number> = {}
  let peakMb = 0
  for (const format of ['json', 'jsonl', 'csv'] as const) {
    const job = await addJob(database, firm.tenantId, { format, columns: 'full' })
    const end = await runChild(database, { tenant: firm.tenantId, stretch: sizes.stretch, job })
    const { row_count, status, error_code } = await jobOf(database, job)
    if (status !== 'DONE') throw new Error(`the large ${format} ended as ${status} ${error_code}`)
    rows[format] = Number(row_count)
    peakMb = Math.max(peakMb, end.peak_mb)
    await database.sql('delete from audit.export_jobs where id = $1', [job])
  }
  return { rows, peak_mb: round(peakMb, 1) }
}

/** The same file made in peace. */
async function calmFile({ database, firm, sizes }: Bench, compress: 'none' | 'gzip'): Promise<File> {
  const job = await addJob(database, firm.tenantId, { row_limit: sizes.rows, compress })
  await runChild(database, { tenant: firm.tenantId, stretch: sizes.stretch, job })
  return { job, sha256: (await jobOf(database, job)).sha256 ?? '' }
}

/** Jobs killed while they run, plain and packed by turns: how many files differ from the undisturbed one. */
async function kills(bench: Bench): Promise<{ kills: number; differing: number; file: File }> {
  const { database, firm, sizes, planted } = bench
  const draw = drawer(7)
  const calm = { none: await calmFile(bench, 'none'), gzip: await calmFile(bench, 'gzip') }
  let done = 0
  let differing = 0
  for (let tries = 0; done < sizes.kills && tries < sizes.kills; tries++) {
    const compress = tries % 2 === 0 ? 'none' : 'gzip'
    const job = await addJob(database, firm.tenantId, { row_limit: sizes.rows, compress })
    const wish = { tenant: firm.tenantId, stretch: sizes.stretch, job, planted }
    done += await killed(database, wish, {
      kills: Math.min(PER_JOB, sizes.kills - done),
      within: () => 50 + draw(sizes.killMs),
    })
    const ended = await jobOf(database, job)
    const same = ended.sha256 === calm[compress].sha256 && (await storedHash(database, job)) === calm[compress].sha256
    if (ended.status !== 'DONE' || !same) differing += 1
    await database.sql('delete from audit.export_jobs where id = $1', [job])
  }
  await database.sql('delete from audit.export_jobs where id = $1', [calm.none.job])
  return { kills: done, differing, file: calm.gzip }
}

interface File {
  readonly job: string
  readonly sha256: string
}

interface Part {
  readonly status: number
  readonly etag: string
  readonly bytes: Buffer
}

/** Bytes from `from` on, cut off after about `most`. */
function fetchPart(url: string, headers: Record<string, string>, most: number): Promise<Part> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers, agent: false }, (response) => {
      const pieces: Buffer[] = []
      let length = 0
      const end = (): void =>
        resolve({ status: response.statusCode ?? 0, etag: String(response.headers.etag), bytes: Buffer.concat(pieces) })
      response.on('data', (piece: Buffer) => {
        pieces.push(piece)
        length += piece.length
        if (length >= most) request.destroy()
      })
      response.once('close', end)
      response.once('error', end)
    })
    request.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)))
  })
}

/** A download cut so many times and resumed by Range; how many of the pieced files differ. */
async function cuts(bench: Bench, origin: string, file: File): Promise<{ cuts: number; differing: number }> {
  const { database, firm, sizes } = bench
  const draw = drawer(11)
  const url = `${origin}${addressOf(downloadExport, { params: { job_id: file.job } })}`
  const { total_bytes } = await jobOf(database, file.job)
  const size = Number(total_bytes)
  let done = 0
  let differing = 0
  while (done < sizes.cuts) {
    const pieces: Buffer[] = []
    let at = 0
    let etag = ''
    while (at < size) {
      const range = at === 0 ? {} : { range: `bytes=${at}-`, 'if-range': etag }
      const most = done < sizes.cuts ? 1 + draw(Math.max(2, Math.floor(size / 6))) : Number.MAX_SAFE_INTEGER
      const part = await fetchPart(url, { authorization: `Bearer ${firm.token}`, ...range }, most)
      if (part.status !== (at === 0 ? 200 : 206))
        throw new Error(`a download answered ${part.status}: ${part.bytes.toString('utf8').slice(0, 200)}`)
      etag = part.etag
      pieces.push(part.bytes)
      at += part.bytes.length
      if (at < size) done += 1
    }
    if (hash('sha256', Buffer.concat(pieces)) !== file.sha256) differing += 1
  }
  return { cuts: done, differing }
}

/** Jobs at random limits: rows, bytes before packing; how many end beyond one. */
async function overruns({ database, firm, sizes }: Bench): Promise<{ jobs: number; overruns: number }> {
  const draw = drawer(13)
  let beyond = 0
  for (let n = 0; n < sizes.limits; n++) {
    const row_limit = 1 + draw(Math.min(sizes.rows, 20_000))
    const max_bytes = 1_024 + draw(8_000_000)
    const format = (['json', 'jsonl', 'csv'] as const)[n % 3] ?? 'json'
    const job = await addJob(database, firm.tenantId, {
      row_limit,
      max_bytes,
      format,
      compress: n % 2 === 0 ? 'gzip' : 'none',
    })
    await runChild(database, { tenant: firm.tenantId, stretch: Math.min(sizes.stretch, 5_000), job })
    const ended = await jobOf(database, job)
    const [kept] = await database.sql<{ n: string }>(
      'select count(*) as n from audit.export_chunks where job_id = $1',
      [job],
    )
    const fits = Number(ended.row_count) <= row_limit && Number(ended.raw_bytes) <= max_bytes
    const endsWell =
      ended.status === 'DONE'
        ? Number(ended.row_count) === Math.min(row_limit, sizes.most)
        : ended.error_code === 'AUDIT_EXPORT_RANGE_EXCEEDED' && Number(kept?.n) === 0
    if (!fits || !endsWell) beyond += 1
    await database.sql('delete from audit.export_jobs where id = $1', [job])
  }
  return { jobs: sizes.limits, overruns: beyond }
}

async function measure(bench: Bench, origin: string, full: boolean): Promise<GoalResult> {
  const killed = await kills(bench)
  const cut = await cuts(bench, origin, killed.file)
  const limits = await overruns(bench)
  const whole =
    killed.differing === 0 && killed.kills >= bench.sizes.kills / 2 && cut.differing === 0 && limits.overruns === 0
  const figures = {
    kills: killed.kills,
    kills_differing: killed.differing,
    cuts: cut.cuts,
    cuts_differing: cut.differing,
    limit_jobs: limits.jobs,
    limit_overruns: limits.overruns,
  }
  if (!full) return { ok: whole, figures }
  const large = await atSize(bench)
  return { ok: whole && large.ok, figures: { ...figures, ...large.figures } }
}

/** What only means something at full size: speed, memory, and the cleaning of 100,000 random rows. */
async function atSize(bench: Bench): Promise<GoalResult> {
  const cleaned = bothWays(100_000)
  const fast = await speed(bench)
  const large = await flatness(bench)
  const growth = round(large.peak_mb / fast.peak_mb)
  const isWhole = Object.values(large.rows).every((rows) => rows === bench.sizes.most)
  const ok =
    isWhole &&
    cleaned.differing === 0 &&
    fast.ratio >= 0.6 &&
    Math.max(fast.peak_mb, large.peak_mb) <= 150 &&
    growth <= 1.1
  const figures = {
    cleaned_rows: cleaned.rows,
    cleaned_differing: cleaned.differing,
    ...fast,
    large_rows: large.rows,
    large_peak_mb: large.peak_mb,
    growth,
  }
  return { ok, figures }
}

export const goals: readonly Goal[] = [
  {
    name: 'export',
    correctness: true,
    run: async ({ full, planted }) => {
      const house = await openBenchHouse()
      const sizes = full ? FULL : SMALL
      const [firm] = house.firms
      if (!firm) throw new Error('no firm')
      const server = await house.app.server('web')
      try {
        await fillLog(house.database, firm.tenantId, sizes.most)
        await house.database.sql("update identity.auth_families set stepped_up_at = now() + interval '1 day'")
        const origin = await server.listen({ host: '127.0.0.1', port: 0 })
        return await measure({ database: house.database, firm, sizes, planted }, origin, full)
      } finally {
        await server.close()
        await house.close()
      }
    },
  },
]
