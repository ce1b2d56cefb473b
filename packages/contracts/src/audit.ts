import { z } from 'zod'
import { operation } from './kit.ts'
import { byId, count, flag, id, instant, listQuery, moment, page, paging, tenantRef } from './values.ts'

const read = { capability: 'audit.read' } as const
const verify = { capability: 'audit.verify' } as const
const audiences = ['web', 'studio'] as const

export const AUDIT_OUTCOMES = ['ok', 'denied', 'failed'] as const
const base64Hash = z.string().length(44).meta({ description: '32 bytes in base64' })
const seq = z.int().min(1).max(Number.MAX_SAFE_INTEGER)

/** An event as a list shows it: without its bodies. `chain_seq` is null until it is sealed. */
export const AuditLogItem = z
  .object({
    audit_id: id,
    tenant_id: id,
    action_type: z.string(),
    outcome: z.enum(AUDIT_OUTCOMES),
    actor_user_id: id.nullable(),
    actor_name: z.string().nullable().meta({
      description: 'as the person is called now, `erased-…` after an erasure; null where nobody of that id is visible',
    }),
    actor_role: z.string().nullable(),
    target_type: z.string().nullable(),
    target_id: z.string().nullable(),
    trace_id: z.string().nullable(),
    created_at: instant,
    chain_seq: seq.nullable(),
    sealed: z.boolean(),
  })
  .meta({ id: 'AuditLogItem' })

export const listAuditLogs = operation({
  id: 'audit.listAuditLogs',
  method: 'GET',
  path: '/v1/admin/audit-logs',
  summary: 'Audit events, newest first; what was just done is there at once, sealed or not.',
  access: read,
  audiences,
  query: listQuery({
    tenant_id: tenantRef.optional(),
    from_utc: moment.optional(),
    to_utc: moment.optional(),
    actor_user_id: id.optional(),
    action_type: z.string().min(1).max(80).optional(),
    outcome: z.enum(AUDIT_OUTCOMES).optional(),
    target_type: z.string().min(1).max(80).optional(),
    target_id: z.string().min(1).max(200).optional(),
    trace_id: z
      .string()
      .regex(/^[0-9a-f]{32}$/, '32 lower-case hex digits')
      .optional(),
  }),
  ok: page(AuditLogItem),
})

export const listAuditActions = operation({
  id: 'audit.listAuditActions',
  method: 'GET',
  path: '/v1/admin/audit-logs/actions',
  summary: 'Every action that may be logged, for filters.',
  access: read,
  audiences,
  perMinute: 120,
  ok: z.object({
    items: z.array(
      z.object({
        action_type: z.string(),
        target_type: z.string(),
        severity: z.enum(['info', 'notice', 'critical']),
        is_read: z.boolean(),
      }),
    ),
  }),
})

export const CHANGE_OPS = ['add', 'remove', 'replace'] as const

export const auditDiff = operation({
  id: 'audit.auditDiff',
  method: 'GET',
  path: '/v1/admin/audit-logs/:audit_id/diff',
  summary: 'What an event changed, with its place in the chain. Personal fields stay covered unless they are revealed.',
  access: read,
  audiences,
  recordsAccess: true,
  params: z.strictObject({ audit_id: id }),
  query: z.strictObject({ tenant_id: tenantRef.optional(), reveal: flag.optional() }),
  errors: ['AUTH_STEP_UP_REQUIRED'],
  ok: z.object({
    audit_id: id,
    tenant_id: id,
    before_json: z.json(),
    after_json: z.json(),
    changes: z.array(
      z.object({
        path: z.string().meta({ description: 'JSON Pointer' }),
        op: z.enum(CHANGE_OPS),
        before: z.json().optional(),
        after: z.json().optional(),
      }),
    ),
    actor: z.json().meta({ description: 'Who acted, as the event holds it' }),
    reason: z.string().nullable(),
    source_trace_id: z.string().nullable(),
    hash_algo: z.literal('audit/v1'),
    hash_prev: base64Hash.nullable(),
    hash_curr: base64Hash.nullable(),
    epoch: z.int().min(1).nullable(),
    chain_seq: seq.nullable(),
  }),
})

export const CHAIN_FAULTS = [
  'missing_chain_fields',
  'canon_invalid',
  'chain_seq_gap',
  'hash_curr_mismatch',
  'hash_link_mismatch',
  'tail_truncated',
  'head_mismatch',
  'checkpoint_signature_invalid',
  'checkpoint_root_mismatch',
  'checkpoint_link_mismatch',
  'checkpoint_inconsistent',
  'tile_mismatch',
  'retention_seal_mismatch',
  'notary_mismatch',
  'seal_lag',
] as const
export type ChainFault = (typeof CHAIN_FAULTS)[number]

/** What a verification found. Hashes are base64. */
export const ChainVerdict = z
  .object({
    tenant_id: id,
    passed: z.boolean(),
    checked_rows: count,
    first_bad_seq: seq.nullable(),
    failure_count: count,
    failure_samples: z
      .array(
        z.object({
          code: z.enum(CHAIN_FAULTS),
          audit_id: id.nullable(),
          chain_seq: seq.nullable(),
          expected: z.string().nullable(),
          actual: z.string().nullable(),
        }),
      )
      .max(20),
    truncated: z.boolean(),
    from_seq: seq.nullable(),
    to_seq: seq.nullable(),
    verified_at: instant,
    trace_id: z.string(),
  })
  .meta({ id: 'ChainVerdict' })
export type ChainVerdict = z.infer<typeof ChainVerdict>

export const chainVerify = operation({
  id: 'audit.chainVerify',
  method: 'GET',
  path: '/v1/admin/audit-logs/chain-verify',
  summary: 'Verifies the newest events in a range at once.',
  access: verify,
  audiences,
  recordsAccess: true,
  query: z.strictObject({
    tenant_id: tenantRef.optional(),
    from_utc: moment.optional(),
    to_utc: moment.optional(),
    limit: z.coerce.number<number | string>().int().min(1).max(5_000).default(1_000),
  }),
  ok: ChainVerdict,
})

const RUN_STATES = ['QUEUED', 'RUNNING', 'DONE', 'FAILED'] as const
export const VerifyRun = z
  .object({
    run_id: id,
    tenant_id: id,
    status: z.enum(RUN_STATES),
    progress_percent: z.int().min(0).max(100),
    rows_done: count,
    result: ChainVerdict.nullable(),
    created_at: instant,
    finished_at: instant.nullable(),
  })
  .meta({ id: 'VerifyRun' })

export const startVerifyRun = operation({
  id: 'audit.startVerifyRun',
  method: 'POST',
  path: '/v1/admin/audit-logs/verify-runs',
  summary: 'Verifies the whole log of a firm, or a range of it, in the background. The studio names any firm.',
  access: verify,
  audiences,
  actsInTenant: true,
  body: z.strictObject({ tenant_id: tenantRef.optional(), from_seq: seq.optional(), to_seq: seq.optional() }),
  status: 202,
  ok: z.object({ run_id: id }),
  errors: ['CONFLICT'],
})

export const listVerifyRuns = operation({
  id: 'audit.listVerifyRuns',
  method: 'GET',
  path: '/v1/admin/audit-logs/verify-runs',
  summary: 'Runs of verification, newest first.',
  access: verify,
  audiences,
  query: z.strictObject({ tenant_id: tenantRef.optional(), ...paging }),
  ok: page(VerifyRun),
})

export const getVerifyRun = operation({
  id: 'audit.getVerifyRun',
  opens: 'VERIFY_RUN',
  method: 'GET',
  path: '/v1/admin/audit-logs/verify-runs/:id',
  summary: 'One run: state, progress, and the result when it is done.',
  access: verify,
  audiences,
  params: byId,
  query: z.strictObject({ tenant_id: tenantRef.optional() }),
  ok: VerifyRun,
})

export const auditKeys = operation({
  id: 'audit.auditKeys',
  method: 'GET',
  path: '/v1/audit-keys',
  summary:
    'Verifier keys of the audit log, with those of former times. One key signs the logs of all firms below its name.',
  access: 'public',
  ok: z.array(z.object({ vkey: z.string(), valid_from: instant, valid_to: instant.nullable() })),
})
