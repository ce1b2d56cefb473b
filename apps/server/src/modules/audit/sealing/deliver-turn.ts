import { sql } from 'kysely'
import { compileOnly, type Database } from '../../../platform/db/database.ts'
import { appendOps } from '../../../platform/ops-events.ts'
import { SEALER } from './ground.ts'
import type { NotarySink, Receipt } from './notary.ts'
import { MAIL_SECONDS } from './promises.ts'

/** Back-off of a sink that failed: 5 s, doubled each time, at most 5 min. */
const FIRST_WAIT_SECONDS = 5
const LONGEST_WAIT_SECONDS = 300
/** Whoever tells a note has this long before another process may try. */
const CLAIM_SECONDS = 90
const MAX_ERROR = 300

export interface DeliverOptions {
  readonly internalTenantId: string
  readonly traceId: string
}

const errorText = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error)).slice(0, MAX_ERROR)

/** A sink has answered: nothing waits for it any more. */
export const markDelivered = (database: Database, sink: string): Promise<unknown> =>
  database.write(
    SEALER,
    sql`
      insert into audit.notary_sinks (sink, last_ok_at) values (${sink}, now())
      on conflict (sink) do update set last_ok_at = now(), waiting_since = null, attempts = 0, last_error = null, next_try_at = null, updated_at = now()`.compile(
      compileOnly,
    ),
  )

/** A sink has failed: since when something waits for it, how often it failed, and when it is tried again. */
export const markFailed = (
  database: Database,
  failure: { readonly sink: string; readonly since: string | null; readonly error: unknown } & DeliverOptions,
): Promise<unknown> =>
  database.write(
    SEALER,
    sql`
      insert into audit.notary_sinks as s (sink, waiting_since, attempts, last_error, next_try_at)
      values (${failure.sink}, coalesce(${failure.since}::timestamptz, now()), 1, ${errorText(failure.error)}, now() + make_interval(secs => ${FIRST_WAIT_SECONDS}))
      on conflict (sink) do update set waiting_since = coalesce(s.waiting_since, excluded.waiting_since), attempts = s.attempts + 1,
        last_error = excluded.last_error, updated_at = now(),
        next_try_at = now() + make_interval(secs => least(${LONGEST_WAIT_SECONDS}, ${FIRST_WAIT_SECONDS} * 2 ^ least(s.attempts, 10)))`.compile(
      compileOnly,
    ),
    appendOps([{ metric_key: 'audit_notary_failed', dimensions: { sink: failure.sink } }], {
      tenantId: failure.internalTenantId,
      traceId: failure.traceId,
    }),
  )

interface Due {
  readonly root_epoch: number
  readonly size: number
  readonly note: string
  readonly since: string
}

/** The newest note of the root log that the sink has not answered, claimed for this process; and since when one waits. */
const claim = (database: Database, sink: string): Promise<Due | undefined> =>
  database.transact(SEALER, async (tx) => {
    const { rows } = await sql<Due>`
      select n.root_epoch, n.size, n.note, (select min(o.created_at) from audit.root_notes o where o.id > coalesce(
          (select max(t.id::text)::uuid from audit.root_notes t join audit.notary_receipts r on r.sink = ${sink} and r.root_epoch = t.root_epoch and r.size = t.size),
          '00000000-0000-0000-0000-000000000000'::uuid)) as since
      from audit.root_notes n
      where n.id = (select id from audit.root_notes order by id desc limit 1)
        and not exists (select 1 from audit.notary_receipts r where r.sink = ${sink} and r.root_epoch = n.root_epoch and r.size = n.size
          and r.published_at >= n.created_at)`.execute(tx)
    const [due] = rows
    if (!due) return undefined
    const { rows: mine } = await sql`
      insert into audit.notary_sinks as s (sink, waiting_since, next_try_at)
      values (${sink}, ${due.since}::timestamptz, now() + make_interval(secs => ${CLAIM_SECONDS}))
      on conflict (sink) do update set next_try_at = excluded.next_try_at, waiting_since = coalesce(s.waiting_since, excluded.waiting_since), updated_at = now()
        where s.next_try_at is null or s.next_try_at <= now()
      returning 1`.execute(tx)
    return mine.length > 0 ? due : undefined
  })

const keepReceipt = (database: Database, sink: string, { due, receipt }: { due: Due; receipt: Receipt }) =>
  database.write(
    SEALER,
    sql`
      insert into audit.notary_receipts (sink, root_epoch, size, receipt)
      values (${sink}, ${due.root_epoch}, ${due.size}, ${JSON.stringify(receipt)}::jsonb)`.compile(compileOnly),
  )

/**
 * Tells a sink the newest note of the root log, which covers all older ones, unless it has it already. A failure is kept
 * with the sink and tried again later. Answers what happened.
 */
export async function deliverTurn(
  database: Database,
  sink: NotarySink,
  options: DeliverOptions,
): Promise<'nothing' | 'delivered' | 'failed'> {
  const due = await claim(database, sink.name)
  if (!due) return 'nothing'
  try {
    const receipt = await sink.publish([due.note])
    await keepReceipt(database, sink.name, { due, receipt })
    await markDelivered(database, sink.name)
    return 'delivered'
  } catch (error) {
    await markFailed(database, { ...options, sink: sink.name, since: due.since, error })
    return 'failed'
  }
}

export interface SinkState {
  readonly sink: string
  readonly waiting_seconds: number
}
/** How long each sink has left something unanswered; 0 = nothing. Mails are due a day after the last ones, to whichever firm. */
export const sinkStates = async (database: Database, mails: boolean): Promise<readonly SinkState[]> => {
  const [rows] = await database.read(
    SEALER,
    sql<SinkState>`
      select sink, greatest(coalesce(extract(epoch from now() - waiting_since), 0), 0)::int as waiting_seconds
      from audit.notary_sinks
      union all
      select 'mail', greatest(coalesce(extract(epoch from now() - coalesce(
        (select published_at from audit.notary_receipts where sink = 'mail' order by id desc limit 1),
        (select created_at from audit.root_notes order by id limit 1))) - ${MAIL_SECONDS}, 0), 0)::int where ${mails}::boolean
      order by sink`.compile(compileOnly),
  )
  return rows
}
