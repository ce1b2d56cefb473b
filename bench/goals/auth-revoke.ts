import { setTimeout as wait } from 'node:timers/promises'
import { createReport } from '@zenops/contracts/reports'
import { createPack, listReportJobs } from '@zenops/contracts/reports-packs'
import type { App } from '../../apps/server/src/app.ts'
import { type BenchFirm, type BenchHouse, openBenchHouse } from '../firm.ts'
import type { Goal, GoalResult } from '../goal-kit.ts'

const LIMIT_MS = 5_000
const EACH = 5

interface Ending {
  readonly name: string
  /** What happens at one process; the other hears of it or finds out. */
  act(house: BenchHouse, firm: BenchFirm): Promise<unknown>
  readonly expected: readonly string[]
}

const ENDINGS: readonly Ending[] = [
  {
    name: 'revoke',
    act: async ({ app }, { token }) => {
      const server = await app.server('web')
      const headers = { authorization: `Bearer ${token}` }
      const reply = await server.inject({ method: 'POST', url: '/v1/auth/logout', headers, payload: { aud: 'web' } })
      await server.close()
      if (reply.statusCode !== 200) throw new Error(`logout answered ${reply.statusCode}`)
    },
    expected: ['AUTH_INVALID'],
  },
  {
    name: 'disable',
    act: ({ database }, { ownerId }) =>
      database.sql("update identity.memberships set status = 'disabled' where user_id = $1", [ownerId]),
    expected: ['AUTH_INVALID'],
  },
  {
    name: 'block',
    act: ({ database }, { ownerId, tenantId }) =>
      database.sql(
        "insert into identity.auth_blocks (tenant_id, kind, user_id, reason, expires_at) values ($1, 'ACCOUNT', $2, 'goal', now() + interval '1 hour')",
        [tenantId, ownerId],
      ),
    expected: ['AUTH_BLOCKED'],
  },
  {
    name: 'block_address',
    act: ({ database }, { tenantId }) =>
      database.sql(
        "insert into identity.auth_blocks (tenant_id, kind, cidr, reason, expires_at) values ($1, 'IP', '127.0.0.1/32', 'goal', now() + interval '1 hour')",
        [tenantId],
      ),
    expected: ['AUTH_BLOCKED'],
  },
  {
    name: 'suspend',
    act: ({ database }, { tenantId }) =>
      database.sql("update identity.tenants set status = 'suspended' where id = $1", [tenantId]),
    expected: ['TENANT_NOT_ENABLED'],
  },
]

/** The other process's answer to a request of that session: the failure's code, or nothing while it lets it in. */
async function answerOf(url: string, { token }: BenchFirm): Promise<string | undefined> {
  const reply = await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${token}` } })
  const body = (await reply.json()) as { error_code?: string } // a session or a failure
  return body.error_code
}

type Server = Awaited<ReturnType<App['server']>>

async function asked<T>(
  server: Server,
  { token }: BenchFirm,
  call: { method: 'GET' | 'POST'; url: string; payload?: object },
) {
  const reply = await server.inject({
    ...call,
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': crypto.randomUUID() },
  })
  if (reply.statusCode >= 300) throw new Error(`${call.url} answered ${reply.statusCode}: ${reply.body}`)
  return reply.json() as T // by the contract
}

/** The number of a job that nobody works on, so that a stream of its events stays open for minutes. */
async function idleJob(server: Server, firm: BenchFirm): Promise<string> {
  const report = { source_type: 'TENANT', report_type: 'VALUATION', bank_name: 'Bench Finance' }
  const { work_order } = await asked<{ work_order: { id: string } }>(server, firm, {
    method: 'POST',
    url: createReport.path,
    payload: report,
  })
  await asked(server, firm, {
    method: 'POST',
    url: createPack.path.replace(':id', work_order.id),
    payload: { draft: true },
  })
  const { items } = await asked<{ items: { id: string }[] }>(server, firm, { method: 'GET', url: listReportJobs.path })
  return items[0]?.id ?? ''
}

/** A stream that the second process keeps open for the session. Answers when it broke off. */
async function openStream(url: string, { token }: BenchFirm, job: string): Promise<() => number | null> {
  const reply = await fetch(`${url}/v1/report-jobs/${job}/events`, { headers: { authorization: `Bearer ${token}` } })
  const reader = reply.body?.getReader()
  const first = await reader?.read()
  if (!reader || !first?.value) throw new Error(`no stream: ${reply.status}`)
  let ended: number | null = null
  const follow = async (): Promise<void> => {
    while (!(await reader.read()).done);
  }
  const end = (): void => {
    ended = performance.now()
  }
  follow().then(end, end)
  return () => ended
}

interface Passed {
  readonly request: number | null
  readonly socket: number | null
}

/** Milliseconds until the second process refuses requests and ends the open stream; null = beyond the limit. */
async function refusedAfter(
  house: BenchHouse,
  url: string,
  of: { firm: BenchFirm; ending: Ending; job: string },
): Promise<Passed> {
  const { firm, ending, job } = of
  if ((await answerOf(url, firm)) !== undefined)
    throw new Error(`${ending.name}: the session was not good to begin with`)
  const streamEnd = await openStream(url, firm, job)
  await ending.act(house, firm)
  const at = performance.now()
  let request: number | null = null
  for (;;) {
    const passed = performance.now() - at
    if (request === null) {
      const code = await answerOf(url, firm)
      if (code !== undefined && !ending.expected.includes(code)) throw new Error(`${ending.name}: refused with ${code}`)
      if (code !== undefined) request = performance.now() - at
    }
    const ended = streamEnd()
    if (passed > LIMIT_MS || (request !== null && ended !== null)) {
      const within = (ms: number | null): number | null => (ms !== null && ms <= LIMIT_MS ? ms : null)
      return { request: within(request), socket: within(ended === null ? null : ended - at) }
    }
    await wait(20)
  }
}

async function revoke({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const house = await openBenchHouse()
  const server = await house.app.server('web')
  const other = await house.product(planted ? { BENCH_FROZEN_CLOCK: '1' } : {})
  try {
    // The planted defect: no notices, and a memory that does not grow old.
    if (planted) await house.database.sql('drop function identity.notice_principal() cascade')
    const each = full ? Math.min(EACH, Math.floor(house.firms.length / ENDINGS.length)) : 1
    const firms = house.firms.slice(0, each * ENDINGS.length)
    const slowest: Record<string, number | null> = {}
    const note = (name: string, ms: number | null): void => {
      const before = slowest[name]
      slowest[name] = ms === null || before === null ? null : Math.round(Math.max(ms, before ?? 0))
    }
    for (const [index, firm] of firms.entries()) {
      const ending = ENDINGS[index % ENDINGS.length]
      if (!ending) break
      const passed = await refusedAfter(house, other.url, { firm, ending, job: await idleJob(server, firm) })
      note(`${ending.name}_ms`, passed.request)
      note(`${ending.name}_socket_ms`, passed.socket)
    }
    const late = Object.values(slowest).filter((ms) => ms === null).length
    return { ok: late === 0, figures: { limit_ms: LIMIT_MS, tries: firms.length, late, ...slowest } }
  } finally {
    await other.stop()
    await server.close()
    await house.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'auth:revoke', correctness: true, run: revoke }]
