import { setTimeout as wait } from 'node:timers/promises'
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

/** Milliseconds until the second process refuses; null when it lets the session in beyond the limit. */
async function refusedAfter(
  house: BenchHouse,
  url: string,
  of: { firm: BenchFirm; ending: Ending },
): Promise<number | null> {
  const { firm, ending } = of
  if ((await answerOf(url, firm)) !== undefined)
    throw new Error(`${ending.name}: the session was not good to begin with`)
  await ending.act(house, firm)
  const at = performance.now()
  for (;;) {
    const code = await answerOf(url, firm)
    const passed = performance.now() - at
    if (code !== undefined) {
      if (!ending.expected.includes(code)) throw new Error(`${ending.name}: refused with ${code}`)
      return passed
    }
    if (passed > LIMIT_MS) return null
    await wait(20)
  }
}

async function revoke({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const house = await openBenchHouse()
  const other = await house.product(planted ? { BENCH_FROZEN_CLOCK: '1' } : {})
  try {
    // The planted defect: no notices, and a memory that does not grow old.
    if (planted) await house.database.sql('drop function identity.notice_principal() cascade')
    const each = full ? Math.min(EACH, Math.floor(house.firms.length / ENDINGS.length)) : 1
    const firms = house.firms.slice(0, each * ENDINGS.length)
    const slowest: Record<string, number | null> = {}
    let late = 0
    for (const [index, firm] of firms.entries()) {
      const ending = ENDINGS[index % ENDINGS.length]
      if (!ending) break
      const passed = await refusedAfter(house, other.url, { firm, ending })
      const before = slowest[`${ending.name}_ms`]
      if (passed === null) late++
      slowest[`${ending.name}_ms`] =
        passed === null || before === null ? null : Math.round(Math.max(passed, before ?? 0))
    }
    return { ok: late === 0, figures: { limit_ms: LIMIT_MS, tries: firms.length, late, ...slowest } }
  } finally {
    await other.stop()
    await house.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'auth:revoke', correctness: true, run: revoke }]
