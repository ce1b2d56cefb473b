import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import type { LogKey, ReadRows } from '../sealing/ground.ts'

export interface EventRow {
  readonly seq: number
  readonly id: string
  readonly canon: Buffer
  readonly leaf: Buffer
  readonly link: Buffer
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

/** Events of a range; where one cannot even be parsed, all without the comparison. */
export async function readEvents(
  read: ReadRows,
  log: LogKey,
  range: { from: number; to: number },
): Promise<EventRow[]> {
  try {
    return await read(eventsQuery(log, range, true))
  } catch (error) {
    const isData = error instanceof Error && 'code' in error && String(error.code).startsWith('22')
    if (!isData) throw error
    return read(eventsQuery(log, range, false))
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
  readonly seal_seq: number | null
  readonly seal_link: Buffer | null
  readonly seal_edge: readonly Buffer[] | null
}

/** All epochs of a tenant's log, oldest first. */
export const logStates = (tenantId: string) =>
  sql<LogState>`
    select h.epoch, h.size, h.link, h.edge,
      (select max(e.seq) from audit.events e where e.tenant_id = h.tenant_id and e.epoch = h.epoch) as last_seq,
      (select max(c.size) from audit.checkpoints c where c.tenant_id = h.tenant_id and c.epoch = h.epoch) as signed_size,
      s.upto_seq as seal_seq, s.link as seal_link, s.edge as seal_edge
    from audit.heads h
    left join lateral (select upto_seq, link, edge from audit.retention_seals s where s.tenant_id = h.tenant_id and s.epoch = h.epoch
      order by upto_seq desc limit 1) s on true
    where h.tenant_id = ${tenantId}::uuid order by h.epoch`.compile(compileOnly)

export interface CheckpointRow {
  readonly size: number
  readonly root: Buffer
  readonly link: Buffer
  readonly origin: string
  readonly note: string
  readonly leaves: readonly Buffer[] | null
}
/** Signed heads of a range with their leaves in the root log. */
export const checkpointRows = (log: LogKey, range: { from: number; to: number }) =>
  sql<CheckpointRow>`
    select c.size, c.root, c.link, c.origin, c.note,
      (select array_agg(r.leaf) from audit.root_log r where r.tenant_id = c.tenant_id and r.epoch = c.epoch and r.size = c.size) as leaves
    from audit.checkpoints c where c.tenant_id = ${log.tenantId}::uuid and c.epoch = ${log.epoch} and c.size between ${range.from} and ${range.to}
    order by c.size`.compile(compileOnly)

export const tileRows = (log: LogKey, range: { from: number; to: number }) =>
  sql<{ index: number; hashes: Buffer; root: Buffer }>`
    select index, hashes, root from audit.tiles where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch} and level = 0
      and index between ${range.from} and ${range.to} order by index`.compile(compileOnly)

export const keyRows = sql<{ public_key: Buffer; valid_from: string; valid_to: string | null }>`
  select public_key, valid_from, valid_to from audit.signing_keys order by valid_from`.compile(compileOnly)

export const oldestWaiting = (tenantId: string) =>
  sql<{ seconds: number | null }>`
    select extract(epoch from clock_timestamp() - min(created_at))::int as seconds from audit.inbox where tenant_id = ${tenantId}::uuid`.compile(
    compileOnly,
  )
