import { createAssignment, getAssignment, listAssignments } from '@zenops/contracts/assignments'
import { createReport } from '@zenops/contracts/reports'
import { addressOf } from '../../apps/server/test/harness/house.ts'
import { callerAt } from '../caller.ts'
import { type BenchHouse, fillAssignments, openBenchHouse } from '../firm.ts'
import { type Goal, type GoalResult, round } from '../goal-kit.ts'
import { load } from '../load.ts'
import { patchLoad } from '../patch-load.ts'

/**
 * What a system of the same kind (NestJS and Prisma) answered a second on this class of machine at 16 connections;
 * reads are to be at least 15 times that, writes 8 times.
 */
const PEER = { list: 19, detail: 102, create: 44, patch: 110, job: 61 } as const
const READS = 15
const WRITES = 8
const SECONDS = 5
/** Until the compilers of both processes have settled. */
const WARM_UP = 6

interface Yardstick {
  readonly peer: number
  readonly times: number
}

const judged = (perSecond: number, { peer, times }: Yardstick, more: Record<string, unknown> = {}): GoalResult => ({
  ok: perSecond >= peer * times,
  figures: {
    per_s: round(perSecond, 1),
    peer_per_s: peer,
    times: round(perSecond / peer, 1),
    wanted_times: times,
    ...more,
  },
})

async function withFirms(
  perTenant: number,
  work: (house: BenchHouse, url: string) => Promise<GoalResult>,
  worker = false,
): Promise<GoalResult> {
  const house = await openBenchHouse()
  const product = await house.product(worker ? { BENCH_WORKER: '1' } : {})
  try {
    if (perTenant > 0) await fillAssignments(house, perTenant)
    return await work(house, product.url)
  } finally {
    await product.stop()
    await house.close()
  }
}

const firmOf = (house: BenchHouse, n = 0) => {
  const firm = house.firms[n % house.firms.length]
  if (!firm) throw new Error('no firm')
  return firm
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** The list of a firm with 1,000 assignments, as a screen asks for it (50 rows), and all 1,000 rows in five pages. */
const list = () =>
  withFirms(1_000, async (house, url) => {
    const headers = bearer(firmOf(house).token)
    const page = (limit: number) => url + addressOf(listAssignments, { query: { limit } })
    await load({ url: page(50), headers, seconds: WARM_UP })
    const screen = await load({ url: page(50), headers, seconds: SECONDS })
    const whole = await load({ url: page(200), headers, seconds: SECONDS })
    return judged(
      screen.perSecond,
      { peer: PEER.list, times: READS },
      {
        all_1000_rows_per_s: round(whole.perSecond / 5, 1),
        failed: screen.failed + whole.failed,
      },
    )
  })

const detail = () =>
  withFirms(1_000, async (house, url) => {
    const firm = firmOf(house)
    const [row] = await house.database.sql<{ id: string }>(
      'select id from assignments.assignments where tenant_id = $1 limit 1',
      [firm.tenantId],
    )
    const address = url + addressOf(getAssignment, { params: { id: row?.id } })
    await load({ url: address, headers: bearer(firm.token), seconds: WARM_UP })
    const result = await load({ url: address, headers: bearer(firm.token), seconds: SECONDS })
    return judged(result.perSecond, { peer: PEER.detail, times: READS }, { failed: result.failed })
  })

const create = () =>
  withFirms(0, async (house, url) => {
    const each = (n: number) => ({
      headers: { ...bearer(firmOf(house, n).token), 'content-type': 'application/json' },
      body: JSON.stringify({ title: `Job ${n}`, borrower_name: `Borrower ${n}` }),
    })
    const run = (seconds: number) =>
      load({ url: url + createAssignment.path, method: 'POST', body: '{}', seconds, each })
    await run(WARM_UP)
    const result = await run(SECONDS)
    return judged(result.perSecond, { peer: PEER.create, times: WRITES }, { failed: result.failed })
  })

const patch = () =>
  withFirms(0, async (house, url) => {
    const reports = await Promise.all(
      Array.from({ length: 16 }, async (_, n) => {
        const { token } = firmOf(house, n)
        const made = await callerAt(url, token)(createReport, {
          body: { source_type: 'TENANT', report_type: 'VALUATION', bank_name: 'Bank of India', title: 'Bench' },
        })
        return { token, id: made.work_order_id, version: 0 }
      }),
    )
    const patches = (seconds: number): Promise<number[]> =>
      patchLoad({ url, reports, seconds, patch: (version) => ({ property: { landmark: `Landmark ${version}` } }) })
    await patches(WARM_UP)
    const ms = await patches(SECONDS)
    return judged(ms.length / SECONDS, { peer: PEER.patch, times: WRITES })
  })

/** Jobs of the queue from asking to done, the snapshot of nothing: what the machinery itself allows. */
const job = () =>
  withFirms(
    0,
    async (house) => {
      const firm = firmOf(house)
      const count = 5_000
      const started = performance.now()
      await house.database.sql(
        `do $$ begin
           perform set_config('app.tenant_id', '${firm.tenantId}', true), set_config('app.aud', 'web', true);
           perform ops.enqueue_job('ops.purge_idempotency_keys', '{}', repeat('0', 31) || '1') from generate_series(1, ${count});
         end $$`,
      )
      for (;;) {
        const [left] = await house.database.sql<{ n: number }>(
          `select count(*)::int as n from ops.jobs where state <> 'done'`,
        )
        if (left?.n === 0) break
        if (performance.now() - started > 120_000) throw new Error(`${left?.n} jobs are not done`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      return judged(count / ((performance.now() - started) / 1000), { peer: PEER.job, times: WRITES })
    },
    true,
  )

export const goals: readonly Goal[] = [
  { name: 'peer:list', correctness: false, run: list },
  { name: 'peer:detail', correctness: false, run: detail },
  { name: 'peer:create', correctness: false, run: create },
  { name: 'peer:patch', correctness: false, run: patch },
  { name: 'peer:job', correctness: false, run: job },
]
