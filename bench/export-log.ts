import type { BenchDatabase } from './bench-database.ts'
import { TRACE } from './audit-log.ts'

const BATCH = 100_000

/**
 * Sealed events of ordinary kinds and sizes for one firm, written past the sealer: links are hashes of their place, which
 * is enough for an export. Foreign text (ten events share one), amounts, dates, ids and what the sanitiser left behind stand in them.
 */
export async function fillLog(database: BenchDatabase, tenantId: string, rows: number): Promise<void> {
  // Computing the search columns of millions of rows would take longer than what is measured: here they are given.
  for (const column of COMPUTED) await database.sql(`alter table audit.events alter column ${column} drop expression`)
  await database.sql('alter table audit.events drop constraint events__leaf_is_hash_of_canon')
  for (let from = 1; from <= rows; from += BATCH) {
    const to = Math.min(rows, from + BATCH - 1)
    await database.sql(INSERT, [tenantId, from, to, 1_000, TRACE])
  }
  await database.sql(
    `insert into audit.heads (tenant_id, epoch, size, link, edge, cluster_id) values ($1, 1, $2, sha256('x'), '{}', 'bench')`,
    [tenantId, rows],
  )
  await database.sql('vacuum analyze audit.events')
}

const COMPUTED = [
  'body',
  'id',
  'at',
  'action',
  'outcome',
  'trace_id',
  'actor_user_id',
  'actor_role',
  'target_type',
  'target_id',
]

const INSERT = `
  insert into audit.events (tenant_id, epoch, seq, canon, leaf, link, sanitiser_version, body, id, at, action, outcome, trace_id,
    actor_user_id, actor_role, target_type, target_id)
  select $1::uuid, 1, s, convert_to(body, 'UTF8'), sha256(int8send(-s)), sha256(int8send(s)), $4::int, body::jsonb, id, at, action, 'ok',
    $5::text, actor, 'AGENT', 'ASSIGNMENT', target
  from (select *, format(
      '{"action":"%s","actor":{"aud":"web","job_template":"valuer","kind":"user","role":"AGENT","session":"0123456789abcdef","user_id":"%s"},"after":{"amount_paise":%s,"assignment_id":"%s","due_at":"2026-11-20T10:00:00.000Z","note":"प्रवेश रोका %s","status":"QC_PENDING","version":%s},"at":"%s","before":{"status":"DRAFT","version":%s},"id":"%s","outcome":"ok","target":{"id":"%s","type":"ASSIGNMENT"},"tenant_id":"%s","trace_id":"%s","v":1}',
      action, actor, s * 100, other, s - s % 10, s % 90 + 2, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), s % 90 + 1, id, target, $1::uuid, $5::text) as body
    from (select s, gen_random_uuid() as id, gen_random_uuid()::text as target, gen_random_uuid() as other,
        timestamptz '2026-11-01 00:00Z' + s * interval '100 milliseconds' as at,
        (array['ASSIGNMENT_UPDATED','DOCUMENT_VIEWED','REPORT_CONTRACT_CHANGED','AUTH_LOGIN_SUCCESS'])[1 + s % 4] as action,
        ('01930000-0000-7000-8000-' || lpad((s % 40)::text, 12, '0'))::uuid as actor
      from generate_series($2::bigint, $3::bigint) s) drawn) made`

export interface JobWish {
  readonly format?: 'json' | 'jsonl' | 'csv'
  readonly compress?: 'none' | 'gzip'
  readonly row_limit?: number | null
  readonly max_bytes?: number
  readonly max_duration_sec?: number
  readonly columns?: 'base' | 'full'
}

/** A bulk job as a request would leave it, without its queue job. */
export async function addJob(database: BenchDatabase, tenantId: string, wish: JobWish = {}): Promise<string> {
  const [job] = await database.sql<{ id: string }>(
    `insert into audit.export_jobs (tenant_id, profile, export_format, compress, columns, from_utc, to_utc, row_limit, max_bytes,
       max_duration_sec, storage_kind, expires_at, trace_id)
     values ($1, 'bulk', $2, $3, $4, '2026-10-01', '2027-06-01', $5, $6, $7, 'db', now() + interval '1 day', $8) returning id`,
    [
      tenantId,
      wish.format ?? 'jsonl',
      wish.compress ?? 'gzip',
      wish.columns ?? 'base',
      wish.row_limit ?? null,
      wish.max_bytes ?? 8 * 1024 ** 3,
      wish.max_duration_sec ?? 1_800,
      TRACE,
    ],
  )
  return job?.id ?? ''
}
