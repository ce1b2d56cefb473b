import { BundleReader, type BundleVerdict } from '@zenops/audit/bundle-reader'
import pg from 'pg'
import { readerOf, verifyTenant } from '../../apps/server/src/modules/audit/verification/verify-tenant.ts'
import { sealerDatabase, sealTurn } from '../../apps/server/src/modules/audit/index.ts'
import { Database } from '../../apps/server/src/platform/db/database.ts'
import { uuidv7 } from '../../apps/server/src/platform/ids.ts'
import { bundleLines, drawer, eventBytes, HOST, logOf, sealed, SIGNER, TENANT, TRACE } from '../audit-log.ts'
import { bundleMutants, judgeMutant, type Mutant } from '../audit-mutants.ts'
import { rowMutants } from '../audit-row-mutants.ts'
import { proofMutants } from '../audit-proof-mutants.ts'
import { type BenchDatabase, openBenchDatabase } from '../bench-database.ts'
import type { Goal, GoalResult } from '../goal-kit.ts'
import { auditAppend } from '../audit-append.ts'
import { readLongBundle } from '../audit-stream.ts'

interface How {
  readonly full: boolean
  readonly planted: boolean
}

const MUTANTS = 50_000
/** Random bundles, events of the offline and of the database run, and of the bundle over which memory must stay flat. */
const FULL = { bundles: 10_000, offline: 200_000, rows: 100_000, long: 5_000_000 } as const
const SMALL = { bundles: 500, offline: 2_000, rows: 2_000, long: 20_000 } as const
/** By how much the process may grow over the long one. */
const GROWTH_MIB = 64

/** One after the other: kept all at once they would fill the memory. */
function* mutantsOf(wanted: number): Generator<Mutant> {
  yield* bundleMutants(Math.ceil(wanted * 0.6))
  yield* rowMutants(Math.ceil(wanted * 0.3))
  yield* proofMutants(Math.ceil(wanted * 0.1))
}

/** Mutants of bundles, rows, links, tiles, checkpoints and proofs; every one must be noticed, at the right event. */
async function auditTamper({ full, planted }: How): Promise<GoalResult> {
  const wanted = full ? MUTANTS : 2_000
  const figures = { mutants: 0, missed: 0, wrong_seq: 0, untouched_refused: 0 }
  const missed: string[] = []
  for (const mutant of mutantsOf(wanted)) {
    // The planted defect: only the ends of a range are looked at.
    const found = judgeMutant(mutant, planted)
    figures.mutants++
    if (mutant.kind === 'untouched') {
      if (found.noticed) figures.untouched_refused++
      continue
    }
    if (!found.noticed) missed.push(mutant.label)
    else if (mutant.seq !== null && found.seq !== mutant.seq) figures.wrong_seq++
  }
  figures.missed = missed.length
  const ok = figures.missed + figures.wrong_seq + figures.untouched_refused === 0 && figures.mutants >= wanted
  return {
    ok,
    figures: { ...figures, ...(missed.length > 0 ? { first_missed: [...new Set(missed)].slice(0, 10) } : {}) },
  }
}

const KEYS = [{ name: SIGNER.name, publicKey: SIGNER.publicKey }]
const PIECE = 262_144

function judge(text: string | Buffer): BundleVerdict {
  const reader = new BundleReader({ keys: KEYS })
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  for (let at = 0; at < bytes.length; at += PIECE) reader.push(bytes.subarray(at, at + PIECE))
  return reader.verdict()
}

/** Rows a second of the offline reader over a bundle in memory; the best of three, since the machine is shared. */
function offlineRate(rows: number): { rate: number; valid: boolean } {
  const log = logOf(Array.from({ length: rows }, (_, index) => eventBytes(TENANT, uuidv7(), { count: index })))
  const bytes = Buffer.from(sealed(bundleLines(log, { from: 1, to: rows, checkpoints: [rows] })))
  let [best, valid] = [Number.POSITIVE_INFINITY, true]
  for (let turn = 0; turn < 3; turn++) {
    const started = performance.now()
    valid &&= judge(bytes).verdict === 'valid'
    best = Math.min(best, performance.now() - started)
  }
  return { rate: rows / (best / 1000), valid }
}

/** Small random bundles, half of them damaged in ways that both verifiers can see. */
function randomBundles(count: number): string[] {
  const draw = drawer(4_711)
  const canons = Array.from({ length: 24 }, (_, index) => eventBytes(TENANT, uuidv7(), { count: index }))
  const log = logOf(canons)
  return Array.from({ length: count }, (_, index) => {
    const to = 3 + draw(18)
    const from = 1 + draw(Math.min(to - 1, 4))
    const lines = bundleLines(log, { from, to, checkpoints: [from + draw(to - from + 1), to] })
    if (index % 2 === 0) return sealed(lines)
    const events = lines.flatMap((line, place) => (line.startsWith('{"t":"E"') ? [place] : []))
    const place = events[draw(events.length)] ?? 0
    const other = lines[events[draw(events.length)] ?? 0] ?? ''
    const line = lines[place] ?? ''
    const field = (text: string, name: string): string => new RegExp(`"${name}":"([^"]*)"`).exec(text)?.[1] ?? ''
    const damages = [
      () => lines.splice(place, 1),
      () => lines.splice(place, 0, line),
      () =>
        lines.splice(
          place,
          1,
          line.replace(field(line, 'canon'), eventBytes(TENANT, TENANT, { count: 99 }).toString('base64')),
        ),
      () =>
        lines.splice(
          place,
          1,
          line.replace(field(line, 'link'), (log.links[0] ?? Buffer.alloc(32)).toString('base64')),
        ),
      () => lines.splice(place, 1, line.replace(/"seq":\d+/, '"seq":99')),
      () => lines.splice(place, 1, other === line ? '' : other),
      () => lines.splice((events.at(-1) ?? 0) - 1),
    ]
    damages[draw(damages.length)]?.()
    return sealed(lines.filter((one) => one !== ''))
  })
}

/** Bundles on which the two verifiers differ in their verdict or in the first event they blame. */
async function disagreements(database: BenchDatabase, bundles: readonly string[], planted: boolean): Promise<number> {
  let differing = 0
  const step = 250
  for (let at = 0; at < bundles.length; at += step) {
    const some = bundles.slice(at, at + step)
    // The planted defect: the second verifier is shown the bundle of its neighbour.
    const shown = planted ? [...some.slice(1), ...some.slice(0, 1)] : some
    const rows = await database.sql<{ code: string | null; seq: string | null }>(
      'select v.code, v.first_bad_seq as seq from unnest($1::text[]) with ordinality as b(text, place), audit.verify_bundle(b.text) v order by place',
      [shown],
    )
    for (const [index, bundle] of some.entries()) {
      const own = judge(bundle)
      const other = rows[index]
      const same =
        (own.verdict === 'valid') === (other?.code === null) &&
        own.first_bad_seq === (other?.seq ? Number(other.seq) : null)
      if (!same) differing++
    }
  }
  return differing
}

/** Sealed events of one tenant, written as commands write them. */
async function fill(database: BenchDatabase, rows: number): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  for (let at = 0; at < rows; at += 5_000) {
    const ids = Array.from({ length: Math.min(5_000, rows - at) }, () => uuidv7())
    await owner.query(
      `insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version)
       select id, $1, (place - 1)::int, canon, 1 from unnest($2::uuid[], $3::bytea[]) with ordinality as n(id, canon, place)`,
      [TENANT, ids, ids.map((id) => eventBytes(TENANT, id))],
    )
  }
  await owner.end()
  const sealer = sealerDatabase(database.sealerUrl, () => {})
  for (let done = 0; done < rows; ) {
    const turn = await sealTurn(sealer, 5_000)
    done += turn.kind === 'sealed' ? turn.rows : 0
  }
  await sealer.close()
  await database.sql('vacuum analyze audit.events')
}

async function databaseRate(
  database: BenchDatabase,
  rows: number,
): Promise<{ rate: number; sql: number; same: boolean }> {
  await fill(database, rows)
  const worker = new Database({
    url: database.workerUrl,
    poolSize: 4,
    prepared: true,
    applicationName: 'bench',
    statementTimeoutMs: 120_000,
  })
  const scope = { role: 'zen_worker', tenantId: TENANT, userId: TENANT, aud: 'worker' } as const
  let [best, bestSql, same] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, true]
  for (let turn = 0; turn < 3; turn++) {
    const started = performance.now()
    const verdict = await verifyTenant(readerOf(worker, scope), {
      tenantId: TENANT,
      trust: { host: HOST, keys: KEYS, published: new Map() },
      traceId: TRACE,
      at: new Date().toISOString(),
    })
    best = Math.min(best, performance.now() - started)
    const startedSql = performance.now()
    const [twin] = await database.sql<{ code: string | null; checked: string }>(
      'select (audit.verify_range($1, 1, 1, $2)).*',
      [TENANT, rows],
    )
    bestSql = Math.min(bestSql, performance.now() - startedSql)
    same &&= verdict.passed && twin?.code === null && verdict.checked_rows === rows && Number(twin.checked) === rows
  }
  await worker.close()
  return { rate: rows / (best / 1000), sql: rows / (bestSql / 1000), same }
}

async function auditVerify({ full, planted }: How): Promise<GoalResult> {
  const database = await openBenchDatabase()
  try {
    const sizes = full ? FULL : SMALL
    const bundles = randomBundles(sizes.bundles)
    const differing = await disagreements(database, bundles, planted)
    const offline = offlineRate(sizes.offline)
    const online = await databaseRate(database, sizes.rows)
    const long = readLongBundle(sizes.long)
    const isFlat = long.valid && long.growthMib <= GROWTH_MIB
    const isFast = !full || (offline.rate >= 200_000 && online.rate >= 50_000)
    return {
      ok: differing === 0 && offline.valid && online.same && isFast && isFlat,
      figures: {
        bundles: bundles.length,
        verifiers_differ: differing,
        long_bundle_events: long.events,
        long_bundle_growth_mib: long.growthMib,
        ...(full
          ? {
              offline_rows_per_s: Math.round(offline.rate),
              database_rows_per_s: Math.round(online.rate),
              sql_rows_per_s: Math.round(online.sql),
            }
          : {}),
        both_pass: online.same,
      },
    }
  } finally {
    await database.close()
  }
}

export const goals: readonly Goal[] = [
  { name: 'audit:tamper', correctness: true, run: auditTamper },
  { name: 'audit:verify', correctness: true, run: auditVerify },
  { name: 'audit:append', correctness: true, run: auditAppend },
]
