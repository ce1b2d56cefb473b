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

interface How {
  readonly full: boolean
  readonly planted: boolean
}

/** What the answers told, whatever their number: it must hold at any size. */
interface Served {
  readonly perSecond: number
  readonly holds: boolean
  readonly counts: Readonly<Record<string, number>>
}

const judged = ({ perSecond, holds, counts }: Served, { peer, times }: Yardstick, { full }: How): GoalResult => ({
  ok: holds && (!full || perSecond >= peer * times),
  figures: {
    ...(full
      ? { per_s: round(perSecond, 1), peer_per_s: peer, times: round(perSecond / peer, 1), wanted_times: times }
      : {}),
    ...counts,
  },
})

async function withFirms<T>(
  perTenant: number,
  work: (house: BenchHouse, url: string) => Promise<T>,
  worker = false,
): Promise<T> {
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
/** Reduced, a goal is warmed and loaded for a moment. */
const seconds = ({ full }: How) => (full ? { warmUp: WARM_UP, counted: SECONDS } : { warmUp: 0.5, counted: 0.5 })
const jobsOf = async (house: BenchHouse): Promise<number> =>
  (await house.database.sql<{ n: number }>('select count(*)::int as n from assignments.assignments'))[0]?.n ?? 0

/** The list of a firm with 1,000 assignments, as a screen asks for it (50 rows), and all 1,000 rows in five pages. */
const list = (how: How) =>
  withFirms(1_000, async (house, url) => {
    const headers = bearer(firmOf(house).token)
    // The planted defect: a page with a row too few.
    const page = (limit: number) =>
      url + addressOf(listAssignments, { query: { limit: how.planted ? limit - 1 : limit } })
    const answer = (await (await fetch(page(50), { headers })).json()) as { items: { id: string }[] } // the contract's page
    const rows = new Set(answer.items.map((item) => item.id)).size
    await load({ url: page(50), headers, seconds: seconds(how).warmUp })
    const screen = await load({ url: page(50), headers, seconds: seconds(how).counted })
    const whole = how.full ? await load({ url: page(200), headers, seconds: SECONDS }) : { perSecond: 0, failed: 0 }
    const failed = screen.failed + whole.failed
    const counts = { rows, failed, ...(how.full ? { all_1000_rows_per_s: round(whole.perSecond / 5, 1) } : {}) }
    const holds = rows === 50 && failed === 0
    return judged({ perSecond: screen.perSecond, holds, counts }, { peer: PEER.list, times: READS }, how)
  })

const detail = (how: How) =>
  withFirms(how.full ? 1_000 : 10, async (house, url) => {
    const firm = firmOf(house)
    const rows = await house.database.sql<{ id: string }>(
      'select id from assignments.assignments where tenant_id = $1 limit 2',
      [firm.tenantId],
    )
    // The planted defect: the detail of another job is answered.
    const asked = rows[how.planted ? 1 : 0]?.id
    const address = url + addressOf(getAssignment, { params: { id: asked } })
    const headers = bearer(firm.token)
    const answer = (await (await fetch(address, { headers })).json()) as { id: string } // the contract's detail
    await load({ url: address, headers, seconds: seconds(how).warmUp })
    const { perSecond, failed } = await load({ url: address, headers, seconds: seconds(how).counted })
    const wrong = answer.id === rows[0]?.id ? 0 : 1
    const holds = wrong === 0 && failed === 0
    return judged({ perSecond, holds, counts: { wrong, failed } }, { peer: PEER.detail, times: READS }, how)
  })

const create = (how: How) =>
  withFirms(0, async (house, url) => {
    let asked = 0
    const each = (n: number) => {
      asked += 1
      return {
        headers: { ...bearer(firmOf(house, n).token), 'content-type': 'application/json' },
        body: JSON.stringify({ title: `Job ${n}`, borrower_name: `Borrower ${n}` }),
      }
    }
    const run = (length: number) =>
      load({ url: url + createAssignment.path, method: 'POST', body: '{}', seconds: length, each })
    const warm = await run(seconds(how).warmUp)
    const { perSecond, failed, answered } = await run(seconds(how).counted)
    // The planted defect: a job that was answered is gone.
    if (how.planted)
      await house.database.sql(
        'delete from assignments.assignments where ctid = any (array(select ctid from assignments.assignments limit 40))',
      )
    const jobs = await jobsOf(house)
    const told = warm.answered + answered
    // Those under way when a load ends are stored unheard: at most one a connection and load.
    const holds = failed === 0 && jobs >= told && jobs <= asked
    return judged({ perSecond, holds, counts: { jobs, told, failed } }, { peer: PEER.create, times: WRITES }, how)
  })

const patch = (how: How) =>
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
    const patches = (length: number): Promise<number[]> =>
      patchLoad({
        url,
        reports,
        seconds: length,
        patch: (version) => ({ property: { landmark: `Landmark ${version}` } }),
      })
    const warm = await patches(seconds(how).warmUp)
    const ms = await patches(seconds(how).counted)
    const [kept] = await house.database.sql<{ n: number }>('select count(*)::int as n from reports.report_revisions')
    const revisions = kept?.n ?? 0
    // Each patch left its revision; the planted defect counts a patch that has none.
    const asked = warm.length + ms.length + (how.planted ? 1 : 0)
    const served = { perSecond: ms.length / SECONDS, holds: revisions === asked, counts: { patches: asked, revisions } }
    return judged(served, { peer: PEER.patch, times: WRITES }, how)
  })

const JOB_TRACE = `${'0'.repeat(31)}1`

/** Jobs of the queue from asking to done, the snapshot of nothing: what the machinery itself allows. */
const job = (how: How) =>
  withFirms(
    0,
    async (house) => {
      const firm = firmOf(house)
      const count = how.full ? 5_000 : 100
      const started = performance.now()
      // The planted defect: a job that nobody hears of.
      await house.database.sql(
        `do $$ begin
           perform set_config('app.tenant_id', '${firm.tenantId}', true), set_config('app.aud', 'web', true);
           perform ops.enqueue_job('identity.expire_requests', '{}', '${JOB_TRACE}') from generate_series(1, ${how.planted ? count - 1 : count});
         end $$`,
      )
      for (;;) {
        // The schedule's own jobs come and go beside them.
        const left = await house.database.sql<{ state: string; error_code: string | null; n: number }>(
          `select state, error_code, count(*)::int as n from ops.jobs
           where state <> 'done' and trace_id = $1 group by 1, 2`,
          [JOB_TRACE],
        )
        if (left.length === 0) break
        if (performance.now() - started > 120_000) throw new Error(`jobs are not done: ${JSON.stringify(left)}`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      const perSecond = count / ((performance.now() - started) / 1000)
      const [ended] = await house.database.sql<{ n: number }>(
        'select count(*)::int as n from ops.jobs where trace_id = $1',
        [JOB_TRACE],
      )
      const done = ended?.n ?? 0
      return judged(
        { perSecond, holds: done === count, counts: { asked: count, done } },
        { peer: PEER.job, times: WRITES },
        how,
      )
    },
    true,
  )

export const goals: readonly Goal[] = [
  { name: 'peer:list', correctness: true, run: list },
  { name: 'peer:detail', correctness: true, run: detail },
  { name: 'peer:create', correctness: true, run: create },
  { name: 'peer:patch', correctness: true, run: patch },
  { name: 'peer:job', correctness: true, run: job },
]
