import type { BenchDatabase } from './bench-database.ts'
import { TRACE } from './audit-log.ts'

const BATCH = 100_000

/**
 * Sealed events of ordinary kinds and sizes for one firm, written past the sealer: links are hashes of their place, which
 * is enough for an export. Foreign text, amounts, dates, ids and what the sanitiser left behind stand in them.
 */
export async function fillLog(database: BenchDatabase, tenantId: string, rows: number): Promise<void> {
  for (let from = 1; from <= rows; from += BATCH) {
    await database.sql(
      `insert into audit.events (tenant_id, epoch, seq, canon, leaf, link, sanitiser_version)
       select $1::uuid, 1, s, canon, sha256('\\x00'::bytea || canon), sha256(int8send(s)), $4::int
       from (select s, convert_to(format(
         '{"action":"%s","actor":{"aud":"web","job_template":"valuer","kind":"user","role":"AGENT","session":"0123456789abcdef","user_id":"01930000-0000-7000-8000-%s"},"after":{"amount_paise":%s,"assignment_id":"%s","due_at":"2026-11-20T10:00:00.000Z","note":"प्रवेश रोका %s","status":"QC_PENDING","version":%s},"at":"%s","before":{"status":"DRAFT","version":%s},"id":"%s","outcome":"ok","target":{"id":"%s","type":"ASSIGNMENT"},"tenant_id":"%s","trace_id":"%s","v":1}',
         (array['ASSIGNMENT_UPDATED','DOCUMENT_VIEWED','REPORT_CONTRACT_CHANGED','AUTH_LOGIN_SUCCESS'])[1 + s % 4], lpad((s % 40)::text, 12, '0'), s * 100, gen_random_uuid(), s, s % 90 + 2,
         to_char(timestamptz '2026-11-01 00:00Z' + s * interval '100 milliseconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), s % 90 + 1, gen_random_uuid(), gen_random_uuid(), $1::uuid, $5::text), 'UTF8') as canon
         from generate_series($2::bigint, $3::bigint) s) made`,
      [tenantId, from, Math.min(rows, from + BATCH - 1), 1_000, TRACE],
    )
  }
  await database.sql(
    `insert into audit.heads (tenant_id, epoch, size, link, edge, cluster_id) values ($1, 1, $2, sha256('x'), '{}', 'bench')`,
    [tenantId, rows],
  )
  await database.sql('vacuum analyze audit.events')
}

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
