import { type CHAIN_WARNINGS, chainStatus } from '@zenops/contracts/audit-chain'
import { ChainVerdict } from '@zenops/contracts/audit'
import { sql } from 'kysely'
import type { ReadyConfig } from '../../../config.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { tenantOf, type Visible } from '../context.ts'
import { originOf } from '../sealing/ground.ts'
import { MAIL_SECONDS, SEAL_PROMISE_SECONDS, STALE_SECONDS } from '../sealing/promises.ts'
import { isUnverified } from '../verification/keep-verdict.ts'
import { checkpointsQuery, jsonInstant, ofFirm, shownCheckpoint } from './checkpoints.ts'

const on = operationsOf<Visible>()
type Warning = (typeof CHAIN_WARNINGS)[number]

interface Status {
  readonly epoch: number | null
  readonly size: number
  readonly link: Buffer
  readonly updated_at: string
  readonly waiting: number
  readonly oldest_ms: number
  readonly key: boolean
}
/** Unread: the statement always answers one row. */
const NOTHING: Status = {
  epoch: null,
  size: 0,
  link: Buffer.alloc(0),
  updated_at: '',
  waiting: 0,
  oldest_ms: 0,
  key: false,
}
const statusQuery = (tenantId: string) =>
  sql<Status>`
    select h.epoch, h.size, h.link, h.updated_at, w.waiting, w.oldest_ms,
      exists (select 1 from audit.signing_keys where valid_to is null) as key
    from (select count(*) as waiting,
        greatest(coalesce((extract(epoch from clock_timestamp() - min(created_at)) * 1000)::bigint, 0), 0) as oldest_ms
      from audit.inbox where tenant_id = ${tenantId}::uuid) w
    left join lateral (select * from audit.heads h where h.tenant_id = ${tenantId}::uuid order by h.epoch desc limit 1) h on true`.compile(
    compileOnly,
  )

interface SinkRow {
  readonly sink: string
  readonly last_ok_at: string | null
  readonly waiting_since: string | null
  readonly stale: boolean
  readonly attempts: number
  readonly last_error: string | null
  readonly next_try_at: string | null
  readonly receipts: readonly {
    readonly sink: string
    readonly root_epoch: number
    readonly root_size: number
    readonly published_at: string
    readonly receipt: never // the sink's own JSON
  }[]
}
/** Mails are the firm's own: they are due a day after the last ones, or after its first head was published. */
const mailState = (tenantId: string) => sql`
    select 'mail' as sink, last_ok_at, case when due < now() - make_interval(secs => ${STALE_SECONDS}) then due end as waiting_since,
      0 as attempts, null as last_error, null::timestamptz as next_try_at
    from (select last_ok_at, coalesce(last_ok_at, first_at) + make_interval(secs => ${MAIL_SECONDS}) as due from (select
      (select max(published_at) from audit.notary_receipts where tenant_id = ${tenantId}::uuid) as last_ok_at,
      (select n.created_at from audit.root_log r join audit.root_notes n on n.root_epoch = r.root_epoch and n.size = r.note_size
        where r.tenant_id = ${tenantId}::uuid order by r.epoch, r.size, r.root_epoch limit 1) as first_at) marks) mails`
const sinksQuery = (tenantId: string, sinks: readonly string[]) =>
  sql<SinkRow>`
    select c.sink, s.last_ok_at, s.waiting_since, coalesce(s.waiting_since < now() - make_interval(secs => ${STALE_SECONDS}), false) as stale,
      coalesce(s.attempts, 0) as attempts, s.last_error, s.next_try_at,
      coalesce((select jsonb_agg(to_jsonb(t) order by t.published_at desc) from (
        select t.sink, t.root_epoch, t.size as root_size, ${jsonInstant('t.published_at')} as published_at, t.receipt
        from audit.notary_receipts t where t.sink = c.sink and ${ofFirm(tenantId)} order by t.id desc limit 5) t), '[]') as receipts
    from unnest(${sinks}::text[]) with ordinality as c(sink, place) left join (
      select sink, last_ok_at, waiting_since, attempts, last_error, next_try_at from audit.notary_sinks
      union all ${mailState(tenantId)}) s on s.sink = c.sink
    order by c.place`.compile(compileOnly)

const lastVerifyQuery = (tenantId: string) =>
  sql<{ kind: string; result: unknown; passed: boolean }>`
    select kind, result, passed from audit.verify_runs where tenant_id = ${tenantId}::uuid order by created_at desc, id desc limit 1`.compile(
    compileOnly,
  )

interface Seal {
  readonly epoch: number
  readonly from_seq: number
  readonly upto_seq: number
  readonly archive_sha256: Buffer
  readonly archive_bytes: number
  readonly created_at: string
}
const sealQuery = (tenantId: string) =>
  sql<Seal>`
    select epoch, from_seq, upto_seq, archive_sha256, archive_bytes, created_at from audit.retention_seals
    where tenant_id = ${tenantId}::uuid order by epoch desc, upto_seq desc limit 1`.compile(compileOnly)

const LAG_WARNING_MS = 10_000

/** A receipt that says so itself: the store keeps the note, yet would let it be taken away. */
const isUnlocked = ({ receipts }: SinkRow): boolean => {
  const newest = receipts[0]?.receipt as { readonly locked?: unknown } | undefined // the sink's own JSON
  return newest?.locked === false
}

function warningsOf(
  config: ReadyConfig,
  found: { status: Status; sinks: readonly SinkRow[]; held: boolean },
): Warning[] {
  const onlyFile = config.AUDIT_NOTARY_SINKS.every((sink) => sink === 'file')
  const stands: Readonly<Record<Warning, boolean>> = {
    signing_key_missing: !found.status.key,
    notary_only_file: config.NODE_ENV === 'production' && onlyFile,
    notary_stale: found.sinks.some((sink) => sink.stale),
    notary_unlocked: found.sinks.some(isUnlocked),
    seal_lag: found.status.oldest_ms > LAG_WARNING_MS,
    exports_held: found.held,
  }
  return (Object.keys(stands) as Warning[]).filter((warning) => stands[warning]) // the record's own keys
}

function verdictOf({ kind, result }: { readonly kind: string; readonly result: unknown }) {
  const parsed = ChainVerdict.safeParse(result)
  return parsed.success ? { kind, result: parsed.data } : null
}

function headOf(status: Status) {
  if (status.epoch === null) return null
  const { epoch, size, link, updated_at } = status
  return { epoch, size, link: link.toString('base64'), updated_at }
}

export const chainStatusOperation = on.query(chainStatus, async (context, { query }) => {
  const { config } = context.services
  const tenantId = tenantOf(context.actor, query.tenant_id)
  const [[status = NOTHING], sinks, [verify], [seal], [checkpoint], [held]] = await context.read(
    statusQuery(tenantId),
    sinksQuery(tenantId, config.AUDIT_NOTARY_SINKS),
    lastVerifyQuery(tenantId),
    sealQuery(tenantId),
    checkpointsQuery(tenantId, sql`true`, 1),
    isUnverified(tenantId).compile(compileOnly),
  )
  return {
    tenant_id: tenantId,
    origin: originOf(config.AUDIT_ORIGIN, { tenantId, epoch: status.epoch ?? 1 }),
    head: headOf(status),
    lag: { waiting: status.waiting, oldest_ms: status.oldest_ms },
    last_checkpoint: checkpoint ? shownCheckpoint(checkpoint) : null,
    sinks: sinks.map((sink, place) => ({ ...sink, receipts: [...sink.receipts], journal: place === 0 })),
    last_verify: verify ? verdictOf(verify) : null,
    retention_seal: seal ? { ...seal, archive_sha256: seal.archive_sha256.toString('hex') } : null,
    detection_window: {
      seal_seconds: SEAL_PROMISE_SECONDS,
      publication_seconds: config.AUDIT_NOTARY_SECONDS,
      checkpoint_seconds: config.AUDIT_CHECKPOINT_SECONDS,
    },
    warnings: warningsOf(config, { status, sinks, held: held?.held === true }),
    trace_id: context.traceId,
  }
})
