import { createAssignment, getAssignment, listAssignments } from '@zenops/contracts/assignments'
import { addressOf } from '../../apps/server/test/harness/house.ts'
import { caught, type Statement } from '../caught.ts'
import { type BenchHouse, fillAssignments, openBenchHouse } from '../firm.ts'
import { startChild } from '../children.ts'
import { type Goal, type GoalResult, median, round } from '../goal-kit.ts'
import { lineLoad } from '../line.ts'
import { load, type LoadResult } from '../load.ts'

interface How {
  readonly full: boolean
  readonly planted: boolean
}

/** Alternating slices on the same database: what disturbs one disturbs both. */
async function duel(rounds: number, product: () => Promise<LoadResult>, bare: () => Promise<LoadResult>) {
  const results: { product: LoadResult[]; bare: LoadResult[] } = { product: [], bare: [] }
  for (let i = 0; i < rounds; i++) {
    results.product.push(await product())
    results.bare.push(await bare())
  }
  const of = (side: 'product' | 'bare') => ({
    perSecond: median(results[side].map((r) => r.perSecond)),
    p99Ms: median(results[side].map((r) => r.p99Ms)),
    failed: results[side].reduce((sum, r) => sum + r.failed, 0),
  })
  return { product: of('product'), bare: of('bare') }
}

interface ReadTargets {
  readonly house: BenchHouse
  readonly product: string
  readonly headers: Record<string, string>
  readonly list: { readonly url: string; readonly statements: Statement[] }
  readonly detail: { readonly url: string; readonly statements: Statement[] }
}

async function readSpeeds(targets: ReadTargets) {
  const { house, product, headers, list, detail } = targets
  const routes = [
    { method: 'GET', url: '/list', statements: list.statements },
    { method: 'GET', url: '/detail', statements: detail.statements },
  ]
  const bare = await startChild('bare-server.ts', {
    BARE_ROUTES: JSON.stringify(routes),
    BARE_URL: house.database.ownerUrl,
  })
  const run = (url: string, seconds = 4): Promise<LoadResult> => load({ url, headers, seconds })
  try {
    await run(product + list.url, 3)
    const lists = await duel(
      3,
      () => run(product + list.url),
      () => run(`${bare.url}/list`),
    )
    const details = await duel(
      3,
      () => run(product + detail.url),
      () => run(`${bare.url}/detail`),
    )
    return { list: compared(lists), detail: compared(details) }
  } finally {
    await bare.stop()
  }
}

const compared = ({ product, bare }: Awaited<ReturnType<typeof duel>>) => ({
  per_s: Math.round(product.perSecond),
  bare_per_s: Math.round(bare.perSecond),
  ratio: round(product.perSecond / bare.perSecond),
  p99_ratio: round(product.p99Ms / bare.p99Ms),
  failed: product.failed + bare.failed,
})

const fastEnough = (one: ReturnType<typeof compared>): boolean =>
  one.ratio >= 0.5 && one.p99_ratio <= 3 && one.failed === 0

async function readGoal(house: BenchHouse, product: string, { full, planted }: How): Promise<GoalResult> {
  await fillAssignments(house, full ? 5_000 : 200)
  const firm = house.firms[3]
  if (!firm) throw new Error('no firm')
  const query = 'select id from assignments.assignments where tenant_id = $1 limit 1'
  const [first] = await house.database.sql<{ id: string }>(query, [firm.tenantId])
  const headers = { authorization: `Bearer ${firm.token}` }
  const listUrl = addressOf(listAssignments, { query: { limit: 50 } })
  const detailUrl = addressOf(getAssignment, { params: { id: first?.id } })
  const list = { url: listUrl, statements: await caught(house, listUrl, firm.token) }
  const detail = { url: detailUrl, statements: await caught(house, detailUrl, firm.token) }
  const answer = (await (await fetch(product + listUrl, { headers })).json()) as { items: unknown[] } // the contract's page
  // At any size: a fixed number of statements, however many rows; the planted defect asks once per row.
  const statements = list.statements.length + (planted ? answer.items.length : 0)
  const holds = answer.items.length === 50 && statements <= 4
  const counts = { list_statements: statements, detail_statements: detail.statements.length }
  if (!full) return { ok: holds, figures: { rows: answer.items.length, ...counts } }
  const speeds = await readSpeeds({ house, product, headers, list, detail })
  return { ok: holds && fastEnough(speeds.list) && fastEnough(speeds.detail), figures: { ...speeds, ...counts } }
}

/** Runs a goal against a product process on a fresh database. */
async function withProduct(work: (house: BenchHouse, product: string) => Promise<GoalResult>): Promise<GoalResult> {
  const house = await openBenchHouse()
  const product = await house.product()
  try {
    return await work(house, product.url)
  } finally {
    await product.stop()
    await house.close()
  }
}

/** A row like the product's: as many different borrowers, as much text to search, codes of a month that it does not number. */
const INSERT = `
  insert into assignments.assignments (tenant_id, code, source_type, case_type, title, borrower_name, due_at, due_basis, created_by, search_text)
  values ($1, 'Z-2601-' || $2::text, 'direct', 'DIRECT', 'Bench job ' || $2::text, 'Borrower 1-' || $2::text, now() + interval '1 day', 'DEFAULT', $3,
    'z 2601 ' || $2::text || ' z2601' || $2::text || ' bench job ' || $2::text || ' borrower 1 ' || $2::text)
  returning id, code`

interface Written {
  readonly rows: number
  readonly events: number
  readonly codes: number
}

/** What all firms together have: jobs, their audit events, and the numbers that were drawn. */
async function written(house: BenchHouse): Promise<Written> {
  const [counted] = await house.database.sql<Written>(
    `select (select count(*)::int from assignments.assignments) as rows,
       (select count(*)::int from audit.inbox where convert_from(canon, 'UTF8') like '%ASSIGNMENT_CREATED%') as events,
       (select coalesce(sum(last), 0)::int from assignments.assignment_counters) as codes`,
  )
  return counted ?? { rows: 0, events: 0, codes: 0 }
}

/** Creates of one firm queue for its number; twenty firms are the load the goals are stated for. */
function createLoad(house: BenchHouse, url: string) {
  let n = 0
  return async (seconds: number): Promise<LoadResult> =>
    resultOf(
      await lineLoad({
        url,
        seconds,
        request: () => {
          n += 1
          return {
            method: createAssignment.method,
            path: createAssignment.path,
            headers: {
              authorization: `Bearer ${house.firms[n % house.firms.length]?.token}`,
              'idempotency-key': `k-${n}`,
            },
            body: JSON.stringify({ title: `Bench job ${n}`, borrower_name: `Borrower ${n}` }),
          }
        },
      }),
      seconds,
    )
}

/** What a load told, in the words of the other loads; one that was refused has thrown. */
function resultOf(ms: number[], seconds: number): LoadResult {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0
  return { perSecond: ms.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99), failed: 0, answered: ms.length }
}

/** Until the compilers of both processes have settled. */
const WRITE_WARM_UP = 6

async function writeSpeed(house: BenchHouse, create: (seconds: number) => Promise<LoadResult>) {
  // Spread over the same firms as the product's.
  const tenants = { turns: house.firms.map((firm) => firm.tenantId) }
  const owners = { turns: house.firms.map((firm) => firm.ownerId) }
  const route = { method: 'POST', url: '/create', statements: [{ text: INSERT, values: [tenants, '$n', owners] }] }
  const bare = await startChild('bare-server.ts', {
    BARE_ROUTES: JSON.stringify([route]),
    BARE_URL: house.database.ownerUrl,
  })
  const request = () => ({ method: 'POST', path: '/create', body: '{}' })
  const insert = async (seconds: number): Promise<LoadResult> =>
    resultOf(await lineLoad({ url: bare.url, seconds, request }), seconds)
  try {
    await create(WRITE_WARM_UP)
    await insert(WRITE_WARM_UP)
    return compared(
      await duel(
        3,
        () => create(4),
        () => insert(4),
      ),
    )
  } finally {
    await bare.stop()
  }
}

async function writeGoal(house: BenchHouse, product: string, { full, planted }: How): Promise<GoalResult> {
  const create = createLoad(house, product)
  await create(1)
  const { rows, events, codes } = await written(house)
  // Each job has its audit event and its number; the planted defect loses one event.
  const holds = rows > 0 && rows === events - (planted ? 1 : 0) && rows === codes
  if (!full) return { ok: holds, figures: { created: rows, audit_events: events } }
  const speed = await writeSpeed(house, create)
  return { ok: holds && speed.ratio >= 0.4, figures: speed }
}

export const goals: readonly Goal[] = [
  {
    name: 'http:read',
    correctness: true,
    run: (how) => withProduct((house, product) => readGoal(house, product, how)),
  },
  {
    name: 'http:write',
    correctness: true,
    run: (how) => withProduct((house, product) => writeGoal(house, product, how)),
  },
]
