import { z } from 'zod'
import { AUDIT_OUTCOMES, ChainVerdict } from './audit.ts'
import { operation } from './kit.ts'
import { count, id, instant, moment, page, paging, tenantRef } from './values.ts'

const read = { capability: 'audit.read' } as const
const audiences = ['web', 'studio'] as const
const base64Hash = z.string().length(44).meta({ description: '32 bytes in base64' })
const size = z.int().min(1).max(Number.MAX_SAFE_INTEGER)
const sizeQuery = z.coerce.number<number | string>().int().min(1).max(Number.MAX_SAFE_INTEGER)
const epoch = z.coerce.number<number | string>().int().min(1).max(1_000_000).optional()
/** Whose log, and which epoch of it; absent = one's own firm, the newest. */
const log = { tenant_id: tenantRef.optional(), epoch }

export const NOTARY_SINKS = ['file', 's3', 'webhook', 'mail', 'rfc3161'] as const
export type NotarySinkName = (typeof NOTARY_SINKS)[number]

/** Proof that a signed head was published: a note of the root log that holds it went to this sink. */
const Publication = z
  .object({ sink: z.string(), root_epoch: z.int(), root_size: size, published_at: instant, receipt: z.json() })
  .meta({ id: 'AuditPublication' })

export const AuditCheckpoint = z
  .object({
    tenant_id: id,
    epoch: z.int().min(1),
    origin: z.string(),
    size,
    root: base64Hash,
    link: base64Hash,
    note: z.string().meta({ description: 'the signed note: origin, size, root and last link with their signatures' }),
    created_at: instant,
    published: z.array(Publication),
  })
  .meta({ id: 'AuditCheckpoint' })

export const newestCheckpoint = operation({
  id: 'audit.newestCheckpoint',
  method: 'GET',
  path: '/v1/admin/audit-logs/checkpoint',
  summary: 'The newest signed head of the log.',
  access: read,
  audiences,
  query: z.strictObject(log),
  ok: AuditCheckpoint,
})

export const listCheckpoints = operation({
  id: 'audit.listCheckpoints',
  method: 'GET',
  path: '/v1/admin/audit-logs/checkpoints',
  summary: 'Signed heads of the log, newest first, over all its epochs.',
  access: read,
  audiences,
  query: z.strictObject({ tenant_id: tenantRef.optional(), ...paging }),
  ok: page(AuditCheckpoint),
})

export const inclusionProof = operation({
  id: 'audit.inclusionProof',
  opens: 'AUDIT_EVENT',
  method: 'GET',
  path: '/v1/admin/audit-logs/proof/:seq',
  summary: 'Proves that an event is in the log of a size (default: of the newest signed head), by RFC 6962.',
  access: read,
  audiences,
  params: z.strictObject({ seq: sizeQuery }),
  query: z.strictObject({ ...log, size: sizeQuery.optional() }),
  ok: z.object({
    tenant_id: id,
    epoch: z.int().min(1),
    seq: size,
    leaf: base64Hash,
    size,
    proof: z.array(base64Hash),
    note: z.string().nullable().meta({ description: 'null where no head of that size was signed' }),
  }),
})

export const consistencyProof = operation({
  id: 'audit.consistencyProof',
  method: 'GET',
  path: '/v1/admin/audit-logs/consistency',
  summary: 'Proves that the log of the later size begins with the log of the earlier one.',
  access: read,
  audiences,
  query: z.strictObject({ ...log, from: sizeQuery, to: sizeQuery }),
  ok: z.object({
    tenant_id: id,
    epoch: z.int().min(1),
    from: size,
    to: size,
    proof: z.array(base64Hash),
    notes: z.array(z.object({ size, note: z.string() })),
  }),
})

/** What a reader of the chain should know: `notary_only_file` in production, and what stands out. */
export const CHAIN_WARNINGS = [
  'signing_key_missing',
  'notary_only_file',
  'notary_stale',
  'notary_unlocked',
  'seal_lag',
  'exports_held',
] as const

export const chainStatus = operation({
  id: 'audit.chainStatus',
  method: 'GET',
  path: '/v1/admin/audit-logs/chain-status',
  summary: 'How the log stands: its head, what waits to be sealed, what was signed, published and verified.',
  access: read,
  audiences,
  query: z.strictObject({ tenant_id: tenantRef.optional() }),
  ok: z.object({
    tenant_id: id,
    origin: z.string(),
    head: z.object({ epoch: z.int().min(1), size: count, link: base64Hash, updated_at: instant }).nullable(),
    lag: z.object({ waiting: count, oldest_ms: count }),
    last_checkpoint: AuditCheckpoint.nullable(),
    sinks: z.array(
      z.object({
        sink: z.string(),
        journal: z.boolean().meta({ description: 'keeps the journal: without it nothing is signed' }),
        last_ok_at: instant.nullable(),
        waiting_since: instant.nullable(),
        stale: z.boolean(),
        attempts: count,
        last_error: z.string().nullable(),
        next_try_at: instant.nullable(),
        receipts: z.array(Publication).max(5),
      }),
    ),
    last_verify: z.object({ kind: z.string(), result: ChainVerdict }).nullable(),
    retention_seal: z
      .object({
        epoch: z.int().min(1),
        from_seq: size,
        upto_seq: size,
        archive_sha256: z.string(),
        archive_bytes: size,
        created_at: instant,
      })
      .nullable(),
    detection_window: z.object({
      seal_seconds: count,
      publication_seconds: count,
      checkpoint_seconds: count,
    }),
    warnings: z.array(z.enum(CHAIN_WARNINGS)),
    trace_id: z.string(),
  }),
})

export const auditVerifier = operation({
  id: 'audit.auditVerifier',
  method: 'GET',
  path: '/v1/admin/audit-logs/verifier',
  summary: 'The program that verifies an evidence bundle offline: one file, no dependency, no network.',
  access: read,
  audiences,
  raw: true,
  produces: 'text/javascript',
  ok: z.string(),
})

/** A row of an export: an event with its pictures and its place in the chain. */
export const AuditExportRow = z
  .object({
    audit_id: id,
    action_type: z.string(),
    actor_user_id: id.nullable(),
    actor_role: z.string().nullable(),
    outcome: z.enum(AUDIT_OUTCOMES),
    trace_id: z.string().nullable(),
    created_at: instant,
    target_type: z.string().nullable(),
    target_id: z.string().nullable(),
    chain_seq: size.nullable(),
    hash_prev: base64Hash.nullable(),
    hash_curr: base64Hash.nullable(),
    before_json: z.json(),
    after_json: z.json(),
  })
  .meta({ id: 'AuditExportRow' })

export const SYNC_EXPORT_ROWS = 500
export const SYNC_EXPORT_DAYS = 31

export const exportAuditLogs = operation({
  id: 'audit.exportAuditLogs',
  method: 'GET',
  path: '/v1/admin/audit-logs/export',
  summary:
    'Deprecated: sealed events of at most 31 days as one attachment, no more than 500. Export jobs take its place.',
  access: { capability: 'audit.export' },
  audiences,
  recordsAccess: true,
  raw: true,
  query: z.strictObject({
    tenant_id: tenantRef.optional(),
    format: z.enum(['json', 'csv']).default('json'),
    from_utc: moment.optional(),
    to_utc: moment.optional(),
    limit: z.coerce.number<number | string>().int().min(1).max(SYNC_EXPORT_ROWS).default(SYNC_EXPORT_ROWS),
  }),
  produces: 'application/json',
  ok: z.object({ items: z.array(AuditExportRow) }),
  errors: ['AUDIT_EXPORT_RANGE_EXCEEDED', 'FEATURE_SWITCHED_OFF'],
})
