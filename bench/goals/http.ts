import { createAssignment, getAssignment, listAssignments } from '@zenops/contracts/assignments'
import type { CompiledQuery } from 'kysely'
import type { Database } from '../../apps/server/src/platform/db/database.ts'
import { addressOf } from '../../apps/server/test/harness/house.ts'
import { type BenchHouse, fillAssignments, openBenchHouse } from '../firm.ts'
import { startChild } from '../children.ts'
import { type Goal, type GoalResult, median, round } from '../goal-kit.ts'
import { load, type LoadResult } from '../load.ts'

interface How {
  readonly full: boolean
  readonly planted: boolean
}

/** The statements one request of the product sends: caught where they leave, so the yardstick runs the very same. */
async function caught(
  house: BenchHouse,
  url: string,
  token: string,
): Promise<{ text: string; values: readonly unknown[] }[]> {
  const seen: CompiledQuery[] = []
  const database = house.app.services.database
  const original = database.read.bind(database)
  // The goal listens in on this one app instance; production code has no such hook.
  const listening = database as { read: Database['read'] }
  listening.read = ((scope, ...queries) => {
    if (scope.role === 'zen_web') seen.push(...(queries as readonly CompiledQuery[]))
    return original(scope, ...queries)
  }) as Database['read']
  const server = await house.app.server('web')
  try {
    const response = await server.inject({ url, headers: { authorization: `Bearer ${token}` } })
    if (response.statusCode !== 200)
      throw new Error(`${url} answered ${response.statusCode}: ${response.body.slice(0, 300)}`)
  } finally {
    listening.read = original
    await server.close()
  }
  return seen.map((query) => ({ text: query.sql, values: query.parameters }))
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

async function httpRead({ full, planted }: How): Promise<GoalResult> {
  const house = await openBenchHouse()
  const product = await house.product()
  try {
    await fillAssignments(house, full ? 5_000 : 200)
    const firm = house.firms[3]
    if (!firm) throw new Error('no firm')
    const [first] = await house.database.sql<{ id: string }>(
      'select id from assignments.assignments where tenant_id = $1 limit 1',
      [firm.tenantId],
    )
    const listUrl = addressOf(listAssignments, { query: { limit: 50 } })
    const detailUrl = addressOf(getAssignment, { params: { id: first?.id } })
    const headers = { authorization: `Bearer ${firm.token}` }
    const list = await caught(house, listUrl, firm.token)
    const detail = await caught(house, detailUrl, firm.token)
    const body = (await (await fetch(product.url + listUrl, { headers })).json()) as { items: unknown[] }
    // Correctness at any size: one round of statements, and only the firm's own rows come back.
    const statements = list.length + (planted ? 10 : 0)
    const holds = body.items.length === 50 && statements <= 4
    if (!full)
      return {
        ok: holds,
        figures: { rows: body.items.length, list_statements: statements, detail_statements: detail.length },
      }
    const routes = [
      ...list.map((q, i) => ({ method: 'GET' as const, url: `/list${i}`, ...q })),
      ...detail.map((q, i) => ({ method: 'GET' as const, url: `/detail${i}`, ...q })),
    ]
    const bare = await startChild('bare-server.ts', {
      BARE_ROUTES: JSON.stringify(routes),
      BARE_URL: house.database.ownerUrl,
    })
    try {
      const run = (url: string, seconds = 4): Promise<LoadResult> => load({ url, headers, seconds })
      await run(product.url + listUrl, 3)
      const lists = await duel(
        3,
        () => run(product.url + listUrl),
        () => run(`${bare.url}/list0`),
      )
      const details = await duel(
        3,
        () => run(product.url + detailUrl),
        () => run(`${bare.url}/detail0`),
      )
      const ratio = lists.product.perSecond / lists.bare.perSecond
      const detailRatio = details.product.perSecond / details.bare.perSecond
      const tail = lists.product.p99Ms / lists.bare.p99Ms
      const detailTail = details.product.p99Ms / details.bare.p99Ms
      const failed = lists.product.failed + details.product.failed + lists.bare.failed + details.bare.failed
      return {
        ok: holds && failed === 0 && ratio >= 0.5 && detailRatio >= 0.5 && tail <= 3 && detailTail <= 3,
        figures: {
          list_per_s: Math.round(lists.product.perSecond),
          bare_list_per_s: Math.round(lists.bare.perSecond),
          list_ratio: round(ratio),
          list_p99_ratio: round(tail),
          detail_per_s: Math.round(details.product.perSecond),
          bare_detail_per_s: Math.round(details.bare.perSecond),
          detail_ratio: round(detailRatio),
          detail_p99_ratio: round(detailTail),
          list_statements: statements,
          detail_statements: detail.length,
          failed,
        },
      }
    } finally {
      await bare.stop()
    }
  } finally {
    await product.stop()
    await house.close()
  }
}

const INSERT = `
  insert into assignments.assignments (tenant_id, code, source_type, case_type, title, borrower_name, fee_paise, due_at, due_basis, created_by, search_text)
  values ($1, $2, 'direct', 'DIRECT', 'Bench job', 'Borrower', 250000, now() + interval '1 day', 'DEFAULT', $3, 'bench job') returning id, code`

async function httpWrite({ full, planted }: How): Promise<GoalResult> {
  const house = await openBenchHouse()
  const product = await house.product()
  try {
    const firm = house.firms[0]
    if (!firm) throw new Error('no firm')
    const headers = { authorization: `Bearer ${firm.token}`, 'content-type': 'application/json' }
    const url = product.url + createAssignment.path
    let turn = 0
    const body = (n: number): string => JSON.stringify({ title: `Bench job ${n}`, borrower_name: `Borrower ${n}` })
    const create = (seconds: number): Promise<LoadResult> =>
      load({
        url,
        method: 'POST',
        headers,
        seconds,
        body: body(0),
        each: (n) => ({ headers: { ...headers, 'idempotency-key': `k${turn}-${n}` }, body: body(n) }),
      })
    turn += 1
    const first = await create(full ? 2 : 1)
    const [counted] = await house.database.sql<{ rows: number; events: number; codes: number }>(
      `select (select count(*)::int from assignments.assignments where tenant_id = $1) as rows,
         (select count(*)::int from audit.inbox where tenant_id = $1) as events,
         (select last from assignments.assignment_counters where tenant_id = $1) as codes`,
      [firm.tenantId],
    )
    const rows = counted?.rows ?? 0
    // Each row has its audit event and its number; the planted defect loses one event.
    const holds =
      rows > 0 && rows === (counted?.events ?? 0) - (planted ? 1 : 0) && rows === counted?.codes && first.failed === 0
    if (!full) return { ok: holds, figures: { created: rows, audit_events: counted?.events, failed: first.failed } }
    const values = [firm.tenantId, '$n', firm.ownerId]
    const bare = await startChild('bare-server.ts', {
      BARE_ROUTES: JSON.stringify([{ method: 'POST', url: '/create', text: INSERT, values }]),
      BARE_URL: house.database.ownerUrl,
    })
    try {
      const result = await duel(
        3,
        () => {
          turn += 1
          return create(4)
        },
        () =>
          load({
            url: `${bare.url}/create`,
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{}',
            seconds: 4,
          }),
      )
      const ratio = result.product.perSecond / result.bare.perSecond
      return {
        ok: holds && result.product.failed === 0 && ratio >= 0.4,
        figures: {
          create_per_s: Math.round(result.product.perSecond),
          bare_insert_per_s: Math.round(result.bare.perSecond),
          ratio: round(ratio),
          failed: result.product.failed,
        },
      }
    } finally {
      await bare.stop()
    }
  } finally {
    await product.stop()
    await house.close()
  }
}

export const goals: readonly Goal[] = [
  { name: 'http:read', correctness: true, run: httpRead },
  { name: 'http:write', correctness: true, run: httpWrite },
]
