import { aud, change, every, everything, F, may, reads, scopeAll, some, T, tenantRows, W, yes } from '../classes.ts'
import type { Names, Row, TableLaw } from '../model.ts'

const studio = aud('studio')
const worker = aud('worker')
const TRACE = '0af7651916cd43dd8448eb211c80319d'
// As the database writes it, for it is part of keys.
const HOUR = '2026-01-01 00:00:00+00'
const KEY = 'job_dead'
const BUCKETS = `{${Array.from({ length: 24 }, () => 0).join(',')}}`

const counted = (names: Names): Record<string, Row> => {
  const extra = { trace_id: TRACE, metric_key: KEY, occurred_at: HOUR }
  return { ...tenantRows(names, extra), 'of the portal lane': { tenant_id: names.external, ...extra } }
}

export const opsLaws: readonly TableLaw[] = [
  {
    table: 'ops.metric_keys',
    class: 1,
    noTenant: true,
    rights: { zen_web: reads(yes), zen_studio: reads(yes), zen_worker: reads(yes), zen_keeper: reads(yes) },
    rows: () => ({ any: { metric_key: 'law_key' } }),
  },
  {
    table: 'ops.events',
    class: 6,
    capabilities: ['ops.read'],
    rights: {
      zen_web: { select: may(every(T, scopeAll('ops.read'))), insert: may(T) },
      zen_studio: { select: may(studio), insert: may(studio) },
      zen_portal: { insert: may(some(T, F)) },
      zen_worker: { select: may(W), insert: may(W) },
      zen_auth: { insert: may(yes) },
      zen_sealer: { insert: may(yes) },
      zen_keeper: { select: may(yes), insert: may(yes) },
    },
    rows: counted,
  },
  // A partition is reached through its table alone.
  { table: 'ops.events_default', class: 12, rights: {}, rows: counted },
  {
    table: 'ops.metric_hourly',
    class: 8,
    capabilities: ['ops.read'],
    touch: 'updated_at',
    rights: {
      zen_web: reads(every(T, scopeAll('ops.read'))),
      zen_studio: reads(studio),
      zen_worker: reads(W),
      zen_keeper: everything,
    },
    rows: (names) => tenantRows(names, { metric_key: KEY, hour_bucket_utc: HOUR }),
  },
  {
    table: 'ops.latency_hourly',
    class: 8,
    noTenant: true,
    capabilities: ['ops.read'],
    touch: 'updated_at',
    rights: {
      zen_web: reads(scopeAll('ops.read')),
      zen_studio: reads(studio),
      zen_worker: { select: may(worker), insert: may(worker), update: change(worker, worker), delete: may(worker) },
      zen_keeper: everything,
    },
    rows: () => ({ any: { hour: HOUR, bucket_counts: BUCKETS } }),
  },
]
