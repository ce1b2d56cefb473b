import { aud, change, every, may, moveTenant, reads, scopeAll, T, tenantRows, W, workerRows, yes } from '../classes.ts'
import type { Names, Row, TableLaw } from '../model.ts'

const studio = aud('studio')
const exporter = every(T, scopeAll('audit.export'))
/** The studio acts in the firm that the call names. */
const named = every(studio, T)
/** What a request may set; the rest belongs to who makes the file. */
const ASKED = [
  'tenant_id',
  'id',
  'requested_by',
  'profile',
  'export_format',
  'compress',
  'columns',
  'filters',
  'include_personal',
  'from_utc',
  'to_utc',
  'row_limit',
  'max_bytes',
  'max_duration_sec',
  'rows_estimate',
  'sanitiser_version',
  'storage_kind',
  'expires_at',
  'trace_id',
]
/** What ending it by hand and fetching it change. */
const ENDED = [
  'status',
  'completed_at',
  'lease_until',
  'error_code',
  'error_message',
  'expires_at',
  'downloaded_by',
  'downloaded_at',
]
const JOB: Row = { profile: 'bulk', max_bytes: 1_024, max_duration_sec: 5 }
const SHA = 'ab'.repeat(32)
const PART: Row = { part_no: 1, rows: 0, bytes: 0, raw_bytes: 0, sha256: SHA }
const CHUNK: Row = {
  chunk_no: 0,
  part_no: 1,
  byte_offset: 0,
  bytes: 1,
  payload_hash: `\\x${SHA}`,
  external_ref: 'somewhere else',
}
const piece = (table: string, rows: (names: Names) => Readonly<Record<string, Row>>, touch: string): TableLaw => ({
  table,
  class: 2,
  capabilities: ['audit.export'],
  rights: {
    zen_web: reads(exporter),
    zen_studio: reads(studio),
    zen_worker: { ...workerRows, delete: may(W) },
    zen_definer: { select: may(yes), delete: may(yes) },
  },
  rows,
  moves: moveTenant,
  touch,
})

export const exportsLaws: readonly TableLaw[] = [
  {
    table: 'audit.export_jobs',
    class: 2,
    capabilities: ['audit.export'],
    rights: {
      zen_web: { select: may(exporter), insert: may(exporter, ASKED), update: change(exporter, exporter, ENDED) },
      zen_studio: { select: may(studio), insert: may(named, ASKED), update: change(named, named, ENDED) },
      zen_worker: { ...workerRows, delete: may(W) },
      zen_definer: { select: may(yes) },
      zen_keeper: reads(yes, ['tenant_id', 'storage_kind', 'status', 'total_bytes']),
    },
    rows: (names) => tenantRows(names, JOB),
    moves: moveTenant,
    touch: 'downloaded_at',
  },
  piece('audit.export_parts', (names) => tenantRows(names, PART), 'created_at'),
  piece('audit.export_chunks', (names) => tenantRows(names, CHUNK), 'created_at'),
]
