import type { ChainVerdict } from '@zenops/contracts/audit'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import type { Metrics } from '../../../platform/telemetry/metrics.ts'

interface Kept {
  readonly id: string
  readonly kind: 'range' | 'full' | 'nightly'
  readonly actorUserId: string
}

/** Stores a verdict: the log's newest one decides whether bulk exports are held. */
export const storeVerdict = (tx: QueryExecutorProvider, verdict: ChainVerdict, kept: Kept) =>
  sql`
    insert into audit.verify_runs (tenant_id, id, kind, passed, checked_rows, first_bad_seq, failure_count, result, actor_user_id, trace_id)
    values (${verdict.tenant_id}::uuid, ${kept.id}::uuid, ${kept.kind}, ${verdict.passed}, ${verdict.checked_rows}, ${verdict.first_bad_seq},
      ${verdict.failure_count}, ${JSON.stringify(verdict)}::jsonb, ${kept.actorUserId}::uuid, ${verdict.trace_id})`.execute(
    tx,
  )

/** The event of a verification. */
export function verdictEvent(verdict: ChainVerdict, metrics: Metrics): AuditEntry {
  metrics.auditVerifyRuns.inc({ result: verdict.passed ? 'passed' : 'failed' })
  const { checked_rows, first_bad_seq, failure_count, from_seq, to_seq } = verdict
  return {
    action: verdict.passed ? 'AUDIT_CHAIN_VERIFIED' : 'AUDIT_CHAIN_VERIFY_FAILED',
    outcome: verdict.passed ? 'ok' : 'failed',
    target_id: verdict.tenant_id,
    tenant_id: verdict.tenant_id,
    after: {
      checked_rows,
      first_bad_seq,
      failure_count,
      from_seq,
      to_seq,
      codes: [...new Set(verdict.failure_samples.map((one) => one.code))],
    },
  }
}

/**
 * True while a failed verification of a tenant stands: bulk exports wait until the whole log passes. What looked at a part
 * of it says nothing of the rest.
 */
export const isUnverified = (tenantId: string) =>
  sql<{ held: boolean }>`
    select exists (select from audit.verify_runs f where f.tenant_id = ${tenantId}::uuid and not f.passed
      and f.created_at >= coalesce((select max(w.created_at) from audit.verify_runs w
        where w.tenant_id = ${tenantId}::uuid and w.passed and w.kind <> 'range'), '-infinity')) as held`
