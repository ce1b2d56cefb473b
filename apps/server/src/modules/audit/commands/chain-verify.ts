import { chainVerify, startVerifyRun } from '@zenops/contracts/audit'
import { sql } from 'kysely'
import type { ReadyConfig } from '../../../config.ts'
import { scopeOf } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { assertReads, tenantOf, type Visible } from '../context.ts'
import { keepPace } from '../pace.ts'
import { VERIFY_KIND, verifyLogJob } from '../verify-kind.ts'
import { storeVerdict, verdictEvent } from '../verification/keep-verdict.ts'
import { JournalUnreadable, type Trust, trustOf } from '../verification/trust.ts'
import { readerOf, seqsBetween, verifyTenant } from '../verification/verify-tenant.ts'

const on = operationsOf<Visible>()

/** Read before the log is: what was published by then must be there. */
const trusted = async (config: ReadyConfig): Promise<Trust> =>
  trustOf(config).catch((error: unknown) => {
    throw error instanceof JournalUnreadable ? refuse.unavailable('audit_journal') : error
  })

export const chainVerifyOperation = on.command(chainVerify, {
  prepare: async (context, { query }) => {
    assertReads(context)
    const { actor, services, now, traceId } = context
    const tenantId = tenantOf(actor, query.tenant_id)
    await keepPace(context, { key: `audit:verify:${actor.userId}`, limit: 12 })
    const trust = await trusted(services.config)
    const read = readerOf(services.database, scopeOf(actor))
    const [seqs] = await read(seqsBetween(tenantId, { from: query.from_utc, to: query.to_utc }))
    const isTimed = query.from_utc !== undefined || query.to_utc !== undefined
    const range = isTimed ? { from: seqs?.first ?? 1, to: seqs?.last ?? 0 } : {}
    return verifyTenant(read, {
      tenantId,
      trust,
      traceId,
      at: now.toISOString(),
      range,
      limit: query.limit,
    })
  },
  run: async (context, _input, verdict) => {
    const { tx, actor, services } = context
    await storeVerdict(tx, verdict, { id: uuidv7(), kind: 'range', actorUserId: actor.userId })
    return { body: verdict, audit: verdictEvent(verdict, services.metrics) }
  },
})

export const startVerifyRunOperation = on.command(startVerifyRun, {
  run: async (context, { body }) => {
    assertReads(context)
    const { actor, tx } = context
    // In the studio the actor stands in the firm that the body names, so the job is that firm's.
    const tenantId = tenantOf(actor, body.tenant_id)
    if (body.from_seq !== undefined && body.to_seq !== undefined && body.from_seq > body.to_seq)
      throw refuse.invalid('to_seq', 'before_from')
    const { rows } = await sql`
      select 1 from ops.jobs where tenant_id = ${tenantId}::uuid and kind = ${VERIFY_KIND} and state in ('queued', 'running', 'failed') limit 1`.execute(
      tx,
    )
    if (rows.length > 0) throw refuse.conflict('already_running', 'A verification of this log is running.')
    const run_id = await context.enqueue(verifyLogJob, { kind: 'full', from_seq: body.from_seq, to_seq: body.to_seq })
    return {
      body: { run_id },
      audit: { action: 'AUDIT_CHAIN_VERIFY_REQUESTED', target_id: run_id, tenant_id: tenantId } as const,
    }
  },
})
