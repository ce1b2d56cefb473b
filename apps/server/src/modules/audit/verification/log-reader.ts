import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import type { LogKey, ReadRows } from '../sealing/ground.ts'

export interface EventRow {
  readonly seq: number
  readonly id: string
  /** Null, as leaf and link, only where somebody took the column's rule away. */
  readonly canon: Buffer | null
  readonly leaf: Buffer | null
  readonly link: Buffer | null
  /** Body and search columns say what the bytes say; null when the bytes cannot be read. */
  readonly same: boolean | null
}

const columns = sql`seq, id, canon, leaf, link`
/** The bytes are parsed once; the columns are held against that. */
const sameAsBytes = sql`(select e.body = b and e.id = (b ->> 'id')::uuid and e.tenant_id = (b ->> 'tenant_id')::uuid
    and e.at = (b ->> 'at')::timestamptz and e.action = b ->> 'action' and e.outcome = b ->> 'outcome'
    and (e.trace_id, e.actor_user_id, e.actor_role, e.target_type, e.target_id) is not distinct from
      (b ->> 'trace_id', (b #>> '{actor,user_id}')::uuid, b #>> '{actor,role}', b #>> '{target,type}', b #>> '{target,id}')
  from (select convert_from(e.canon, 'UTF8')::jsonb as b offset 0) bytes)`

const eventsQuery = (log: LogKey, range: { from: number; to: number }, compared: boolean) =>
  sql<EventRow>`
    select ${columns}, ${compared ? sameAsBytes : sql`null::boolean`} as same from audit.events e
    where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch} and seq between ${range.from} and ${range.to} order by seq`.compile(
    compileOnly,
  )

const isDataFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('22')

/** Events of a range; one that cannot even be parsed comes without the comparison. */
export async function readEvents(
  read: ReadRows,
  log: LogKey,
  range: { from: number; to: number },
): Promise<EventRow[]> {
  try {
    return await read(eventsQuery(log, range, true))
  } catch (error) {
    if (!isDataFault(error)) throw error
    if (range.from >= range.to) return read(eventsQuery(log, range, false))
    const middle = Math.floor((range.from + range.to) / 2)
    const first = await readEvents(read, log, { from: range.from, to: middle })
    return [...first, ...(await readEvents(read, log, { from: middle + 1, to: range.to }))]
  }
}

export interface LogState {
  readonly epoch: number
  readonly size: number
  readonly link: Buffer
  readonly edge: readonly Buffer[]
  /** Newest seq there is, which may differ from the size after a tampering. */
  readonly last_seq: number | null
  readonly signed_size: number | null
  /** Newest size that the root log holds, and one that it holds without the signed head. */
  readonly told_size: number | null
  readonly orphan_size: number | null
  /** There is a tile that the size does not fill. */
  readonly stray_tile: boolean
  readonly seal_seq: number | null
  readonly seal_link: Buffer | null
  readonly seal_edge: readonly Buffer[] | null
  readonly seal_open_leaves: Buffer | null
  /** What the first event of the epoch says of a range that was lost before it. */
  readonly lost: { readonly lost_from_seq?: unknown; readonly lost_to_seq?: unknown } | null
}
/** All epochs of a tenant's log, oldest first; one without a head stands with size 0. */
export const logStates = (tenantId: string) =>
  sql<LogState>`
    select n.epoch, coalesce(h.size, 0)::bigint as size, coalesce(h.link, '') as link, coalesce(h.edge, '{}') as edge,
      (select max(e.seq) from audit.events e where e.tenant_id = n.tenant_id and e.epoch = n.epoch) as last_seq,
      (select max(c.size) from audit.checkpoints c where c.tenant_id = n.tenant_id and c.epoch = n.epoch) as signed_size,
      (select max(r.size) from audit.root_log r where r.tenant_id = n.tenant_id and r.epoch = n.epoch) as told_size,
      (select min(r.size) from audit.root_log r where r.tenant_id = n.tenant_id and r.epoch = n.epoch and not exists (
        select from audit.checkpoints c where c.tenant_id = r.tenant_id and c.epoch = r.epoch and c.size = r.size)) as orphan_size,
      exists (select from generate_series(0, 6) l join audit.tiles t on t.tenant_id = n.tenant_id and t.epoch = n.epoch and t.level = l
        and t.index >= floor(coalesce(h.size, 0) / 256::numeric ^ (l + 1))::bigint) as stray_tile,
      s.upto_seq as seal_seq, s.link as seal_link, s.edge as seal_edge, s.open_leaves as seal_open_leaves,
      (select e.body -> 'after' from audit.events e where e.tenant_id = n.tenant_id and e.epoch = n.epoch and e.seq = 1
        and e.action = 'AUDIT_LOG_REOPENED') as lost
    from (select ${tenantId}::uuid as tenant_id, epoch from generate_series(1, greatest(
      (select max(epoch) from audit.heads where tenant_id = ${tenantId}::uuid),
      (select max(epoch) from audit.events where tenant_id = ${tenantId}::uuid),
      (select max(epoch) from audit.checkpoints where tenant_id = ${tenantId}::uuid))) epoch) n
    left join audit.heads h on h.tenant_id = n.tenant_id and h.epoch = n.epoch
    left join lateral (select upto_seq, link, edge, open_leaves from audit.retention_seals s where s.tenant_id = n.tenant_id and s.epoch = n.epoch
      order by upto_seq desc limit 1) s on true
    order by n.epoch`.compile(compileOnly)

/** A signed head in the root log, and the notes by which it was published. Hashes are base64. */
export interface Publication {
  readonly root_epoch: number
  readonly leaf: string
  readonly position: number
  readonly note_size: number | null
  readonly proof: readonly string[] | null
  readonly notes: readonly string[]
}
export interface CheckpointRow {
  readonly size: number
  readonly root: Buffer
  readonly link: Buffer
  readonly origin: string
  readonly note: string
  readonly publications: readonly Publication[]
}
const publications = sql`coalesce((select jsonb_agg(jsonb_build_object('root_epoch', r.root_epoch, 'leaf', encode(r.leaf, 'base64'),
    'position', r.position, 'note_size', r.note_size,
    'proof', case when r.proof is not null then
      coalesce((select jsonb_agg(encode(hash, 'base64') order by place) from unnest(r.proof) with ordinality p(hash, place)), '[]') end,
    'notes', coalesce((select jsonb_agg(n.note) from (
      select note from audit.root_notes where root_epoch = r.root_epoch and size = r.note_size order by id limit 20) n), '[]')))
  from audit.root_log r where r.tenant_id = c.tenant_id and r.epoch = c.epoch and r.size = c.size), '[]')`
/** Signed heads of a range with their places in the root log. */
export const checkpointRows = (log: LogKey, range: { from: number; to: number }) =>
  sql<CheckpointRow>`
    select c.size, c.root, c.link, c.origin, c.note, ${publications} as publications
    from audit.checkpoints c where c.tenant_id = ${log.tenantId}::uuid and c.epoch = ${log.epoch} and c.size between ${range.from} and ${range.to}
    order by c.size`.compile(compileOnly)

/** The newest signed head in front of a range, and the first one within. */
export const neighbourRows = (log: LogKey, range: { from: number; to: number }) =>
  sql<Pick<CheckpointRow, 'size' | 'note'>>`
    (select size, note from audit.checkpoints where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch} and size < ${range.from}
      order by size desc limit 1)
    union all
    (select size, note from audit.checkpoints where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch} and size between ${range.from} and ${range.to}
      order by size limit 1)`.compile(compileOnly)

export const tileRows = (log: LogKey, range: { from: number; to: number }) =>
  sql<{ index: number; hashes: Buffer; root: Buffer }>`
    select index, hashes, root from audit.tiles where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch} and level = 0
      and index between ${range.from} and ${range.to} order by index`.compile(compileOnly)

/** Tiles above the leaves with what their hashes must be: the roots of the tiles below them. */
export const upperTileRows = (log: LogKey, level: number, range: { from: number; to: number }) =>
  sql<{ index: number; hashes: Buffer; root: Buffer; below: Buffer | null }>`
    select u.index, u.hashes, u.root, (select string_agg(t.root, '' order by t.index) from audit.tiles t
      where t.tenant_id = u.tenant_id and t.epoch = u.epoch and t.level = u.level - 1 and t.index between u.index * 256 and u.index * 256 + 255) as below
    from audit.tiles u where u.tenant_id = ${log.tenantId}::uuid and u.epoch = ${log.epoch} and u.level = ${level}
      and u.index between ${range.from} and ${range.to} order by u.index`.compile(compileOnly)

export const oldestWaiting = (tenantId: string) =>
  sql<{ seconds: number | null }>`
    select extract(epoch from clock_timestamp() - min(created_at))::int as seconds from audit.inbox where tenant_id = ${tenantId}::uuid`.compile(
    compileOnly,
  )
