import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import {
  listDeletedRows,
  listRetentionPolicies,
  listRetentionRuns,
  putRetentionPolicy,
  type RetentionClass,
  startRetentionRun,
} from '@zenops/contracts/retention'
import { sql } from 'kysely'
import { deleteDocument, restoreDocument } from '@zenops/contracts/documents'
import { type DocumentDesk, openDocumentDesk, pdfBytes } from '../../../test/harness/documents.ts'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { timesRefused } from '../../../test/harness/refusals.ts'
import { forget } from '../../../test/harness/rights.ts'
import { Database } from '../../platform/db/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { AttemptSuperseded, enqueue } from '../../platform/jobs/port.ts'
import { retentionJob } from './jobs/kinds.ts'
import { pruneRules } from './prune-rules.ts'
import { removeClass } from './removal/remover.ts'
import { stepsOf } from './rules/due.ts'
import { RETENTION } from './rules/register.ts'

let house: House
let desk: DocumentDesk
before(async () => {
  house = await openHouse()
  desk = await openDocumentDesk(house)
})
after(() => house.close())

type Action = 'retention_run' | 'retention_shorten'
const confirmed = async (actor: TestActor, action: Action, target: string) => {
  const { confirmation_id, phrase } = await actor.ok(createConfirmation, { body: { action, target } })
  return { confirmation_id, phrase }
}
const EVERYTHING = 'everything that is over'

/** Asks for a run and waits for its end; answers its lines by class. */
async function runOf(actor: TestActor, wanted: { dry_run: boolean; class?: RetentionClass }) {
  const confirmation = wanted.dry_run
    ? {}
    : { confirmation: await confirmed(actor, 'retention_run', wanted.class ?? EVERYTHING) }
  const { run_id } = await actor.ok(startRetentionRun, { body: { ...wanted, ...confirmation } })
  await house.runJobs()
  const { items } = await actor.ok(listRetentionRuns, { query: { run_id } })
  return { runId: run_id, lines: new Map(items.map((item) => [item.class, item])) }
}

const count = async (table: string, firm: Firm): Promise<number> =>
  Number(
    (await house.sql<{ n: string }>(`select count(*) as n from ${table} where tenant_id = $1`, [firm.tenantId]))[0]?.n,
  )

/** Answers kept for replay, as old as told. */
const keys = (firm: Firm, n: number, age: string) =>
  house.sql(
    `insert into ops.idempotency_keys (tenant_id, user_id, route, key, request_hash, status, created_at, expires_at)
     select $1, $2, 'POST /v1/x', $3 || i, '\\x00', 201, now() - $4::interval, now() - $4::interval + interval '1 day' from generate_series(1, ${n}) i`,
    [firm.tenantId, firm.owner.userId, uuidv7(), age],
  )
const bank = async (firm: Firm, deletedAgo: string | null): Promise<string> => {
  const id = uuidv7()
  await house.sql(
    `insert into directory.banks (tenant_id, id, name, created_by, deleted_at, purge_after)
     values ($1, $2, $3, $4, now() - $5::interval, now() - $5::interval + interval '30 days')`,
    [firm.tenantId, id, `Bank ${id}`, firm.owner.userId, deletedAgo],
  )
  return id
}
const hold = (firm: Firm, scope: 'tenant' | 'subject', subject: string | null = null) =>
  house.sql(
    `insert into privacy.legal_holds (tenant_id, scope, subject_id, reason, placed_by) values ($1, $2, $3, 'a lawsuit is pending', $4)`,
    [firm.tenantId, scope, subject, firm.owner.userId],
  )

test('AU-33 clock + period + 1 d removes exactly the rows that are over; a dry run says the same numbers before', async () => {
  const firm = await house.firm()
  await keys(firm, 3, '2 days')
  await keys(firm, 2, '23 hours')
  const due = await bank(firm, '31 days')
  const kept = await bank(firm, '29 days')
  const live = await bank(firm, null)
  const dry = await runOf(firm.owner, { dry_run: true })
  assert.equal(await count('ops.idempotency_keys', firm), 5 + 0)
  const real = await runOf(firm.owner, { dry_run: false })
  assert.deepEqual(
    [...dry.lines].map(([name, line]) => [name, line.deleted, line.held]).sort(),
    [...real.lines].map(([name, line]) => [name, line.deleted, line.held]).sort(),
  )
  assert.equal(real.lines.get('transient')?.tables['ops.idempotency_keys']?.deleted, 3)
  const banks = await house.sql<{ id: string }>('select id from directory.banks where tenant_id = $1 order by id', [
    firm.tenantId,
  ])
  assert.deepEqual(
    banks.map((row) => row.id),
    [kept, live].sort(),
  )
  assert.ok(!banks.some((row) => row.id === due))
  assert.ok([...real.lines.values()].every((line) => ['DONE', 'SKIPPED'].includes(line.status)))
  assert.equal(real.lines.get('business')?.status, 'SKIPPED')
  const events = await house.audit(firm.tenantId)
  const told = events.filter((event) => event.action === 'RETENTION_RUN_FINISHED')
  assert.deepEqual(
    told.map((event) => event.target.id),
    [dry.runId, real.runId],
  )
  const counted = await house.sql<{ metric_value: string }>(
    `select metric_value from ops.events where tenant_id = $1 and metric_key = 'retention_rows_deleted' and dimensions ->> 'class' = 'transient'`,
    [firm.tenantId],
  )
  assert.equal(counted.length, 1)
})

test('AU-33 effects that are open stay, and those under which a dead letter may be replayed', async () => {
  const firm = await house.firm()
  const effect = (key: string, state: string) =>
    house.sql(
      `insert into ops.job_effects (tenant_id, effect_key, queue, job_id, attempt, state, created_at, done_at)
       values ($1, $2, 'law', $3, 1, $4, now() - interval '100 days', case when $4 = 'DONE' then now() - interval '100 days' end)`,
      [firm.tenantId, key, uuidv7(), state],
    )
  for (const key of ['done', 'dead', 'dead:mail', 'deadly', 'settled']) await effect(key, 'DONE')
  await effect('intended', 'INTENT')
  await effect('unknown', 'UNKNOWN')
  const dead = (key: string, state: 'DEAD' | 'DISCARDED') =>
    house.sql(
      `insert into ops.dead_jobs (tenant_id, queue, job_id, effect_key, attempts, first_failed_at, last_failed_at, error_code, error, payload, trace_id,
         state, resolved_at, resolved_by, reason)
       values ($1, 'law', $2, $3, 3, now() - interval '100 days', now() - interval '100 days', 'LAW', 'law', '{}', repeat('a', 32), $4,
         case when $4 <> 'DEAD' then now() end, case when $4 <> 'DEAD' then $5::uuid end, case when $4 <> 'DEAD' then 'settled by the law' end)`,
      [firm.tenantId, uuidv7(), key, state, firm.owner.userId],
    )
  await dead('dead', 'DEAD')
  await dead('settled', 'DISCARDED')
  await runOf(firm.owner, { dry_run: false })
  const left = await house.sql<{ effect_key: string }>(
    "select effect_key from ops.job_effects where tenant_id = $1 and queue = 'law' order by 1",
    [firm.tenantId],
  )
  assert.deepEqual(
    left.map((row) => row.effect_key),
    ['dead', 'dead:mail', 'intended', 'unknown'],
  )
})

test('AU-33 a turn that dies goes on where it stopped, in batches of at most 1,000 rows, and counts each row once', async () => {
  const firm = await house.firm()
  await keys(firm, 2_300, '3 days')
  // Rows of one statement are counted by the database itself; the last of them stops the first attempt.
  await house.sql(`
    create table public.law_batches (n int);
    create function public.law_batch() returns trigger language plpgsql security definer as $$ begin
      insert into public.law_batches select count(*) from gone;
      if (select count(*) from public.law_batches) = 3 then raise exception 'killed'; end if;
      return null; end $$;
    alter table public.law_batches disable row level security;
    grant execute on function public.law_batch() to public;
    create trigger law_batch after delete on ops.idempotency_keys referencing old table as gone for each statement execute function public.law_batch()`)
  const confirmation = await confirmed(firm.owner, 'retention_run', 'transient')
  const { run_id } = await firm.owner.ok(startRetentionRun, {
    body: { class: 'transient', dry_run: false, confirmation },
  })
  await house.runJobs()
  const halfway = await house.sql<{ deleted: string; status: string }>(
    'select deleted, status from ops.retention_runs where turn_id = $1',
    [run_id],
  )
  assert.deepEqual(halfway, [{ deleted: '2000', status: 'RUNNING' }])
  const again = await firm.owner.call(startRetentionRun, {
    body: {
      class: 'transient',
      dry_run: false,
      confirmation: await confirmed(firm.owner, 'retention_run', 'transient'),
    },
  })
  assert.deepEqual([again.status, again.error.error_code], [409, 'CONFLICT'])
  const batches = await house.sql<{ n: number }>('select n from public.law_batches order by n desc')
  assert.deepEqual(
    batches.map((row) => row.n),
    [1_000, 1_000],
  )
  await house.sql(
    'drop trigger law_batch on ops.idempotency_keys; drop function public.law_batch(); drop table public.law_batches',
  )
  await house.jobsDue()
  await house.runJobs()
  const [line] = (await firm.owner.ok(listRetentionRuns, { query: { run_id } })).items
  assert.deepEqual([line?.status, line?.deleted, await count('ops.idempotency_keys', firm)], ['DONE', 2_300, 0])
})

test('AU-33 an attempt that was overtaken removes nothing', async () => {
  const firm = await house.firm()
  await keys(firm, 5, '3 days')
  const id = uuidv7()
  await house.sql(
    `insert into ops.retention_runs (tenant_id, id, turn_id, class, dry_run, status, attempt, trace_id) values ($1, $2, $2, 'transient', false, 'RUNNING', 2, repeat('a', 32))`,
    [firm.tenantId, id],
  )
  const { services } = house.app
  const worker = house.app.workerOptions().services.database
  const now = new Date()
  const ground = { register: RETENTION, references: [] }
  const run = {
    id,
    class: 'transient',
    tenantId: firm.tenantId,
    isHouse: false,
    instants: { now: now.toISOString(), over: new Date(now.getTime() - 86_400_000).toISOString() },
    deadline: performance.now() + 60_000,
    signal: AbortSignal.timeout(60_000),
  } as const
  const parts = { database: worker, keeper: null, storage: services.storage, bytesOf: {} }
  const work = { steps: stepsOf(ground, 'transient') }
  await assert.rejects(removeClass(parts, ground, { ...work, run: { ...run, attempt: 1 } }), AttemptSuperseded)
  assert.equal(await count('ops.idempotency_keys', firm), 5)
  await removeClass(parts, ground, { ...work, run: { ...run, attempt: 2 } })
  assert.equal(await count('ops.idempotency_keys', firm), 0)
  await house.sql('delete from ops.retention_runs where id = $1', [id])
})

test('AU-33 a legal hold keeps what it covers, and the run counts it; lifted, it goes', async () => {
  const firm = await house.firm()
  const org = uuidv7()
  await house.sql(
    `insert into directory.client_orgs (tenant_id, id, name, city, created_by) values ($1, $2, 'Client', 'Pune', $3)`,
    [firm.tenantId, org, firm.owner.userId],
  )
  const contact = async (): Promise<string> => {
    const id = uuidv7()
    await house.sql(
      `insert into directory.contacts (tenant_id, id, name, phone, created_by, client_org_id, deleted_at) values ($1, $2, 'Old contact', '+919800000000', $3, $4, now() - interval '40 days')`,
      [firm.tenantId, id, firm.owner.userId, org],
    )
    return id
  }
  const [held, free] = [await contact(), await contact()]
  await hold(firm, 'subject', held)
  const dry = await runOf(firm.owner, { dry_run: true, class: 'soft_deleted' })
  const real = await runOf(firm.owner, { dry_run: false, class: 'soft_deleted' })
  for (const { lines } of [dry, real])
    assert.deepEqual(lines.get('soft_deleted')?.tables['directory.contacts'], { deleted: 1, held: 1 })
  assert.deepEqual(await house.sql('select id from directory.contacts where tenant_id = $1', [firm.tenantId]), [
    { id: held },
  ])
  assert.ok(free !== held)
  await hold(firm, 'tenant')
  await house.sql(
    `update privacy.legal_holds set lifted_at = now(), lifted_by = placed_by where tenant_id = $1 and scope = 'subject'`,
    [firm.tenantId],
  )
  assert.equal((await runOf(firm.owner, { dry_run: false, class: 'soft_deleted' })).lines.get('soft_deleted')?.held, 1)
  await house.sql(`update privacy.legal_holds set until = now() where tenant_id = $1`, [firm.tenantId])
  assert.equal(
    (await runOf(firm.owner, { dry_run: false, class: 'soft_deleted' })).lines.get('soft_deleted')?.deleted,
    1,
  )
  assert.equal(await count('directory.contacts', firm), 0)
})

test('AU-33 sessions, their tokens and addresses go with the nightly turn by the firm’s own period; a hold on the person keeps them', async () => {
  const firm = await house.firm()
  const { tenantId, owner, valuer, assistant, opsManager } = firm
  /** A session that ended so long ago, with a chain of tokens. */
  const session = async (userId: string, age: string, tokens = 3): Promise<void> => {
    const family = uuidv7()
    await house.sql(
      `insert into identity.auth_families (id, user_id, tenant_id, aud, absolute_expires_at) values ($1, $2, $3, 'web', now() - $4::interval)`,
      [family, userId, tenantId, age],
    )
    await house.sql(
      `with recursive chain as (
         select 1 as n, uuidv7() as id, null::uuid as parent
         union all select n + 1, uuidv7(), id from chain where n < $2)
       insert into identity.auth_refresh_tokens (id, family_id, token_sha256, parent_id, expires_at)
       select id, $1, sha256(id::text::bytea), parent, now() from chain`,
      [family, tokens],
    )
  }
  await session(valuer.userId, '31 days', 2_300)
  await session(valuer.userId, '29 days')
  await session(assistant.userId, '40 days')
  await hold(firm, 'subject', assistant.userId)
  const left = () => count('identity.auth_families', firm)
  const standing = await left()
  const dry = await runOf(owner, { dry_run: true, class: 'sessions' })
  const real = await runOf(owner, { dry_run: false, class: 'sessions' })
  for (const { lines } of [dry, real]) {
    assert.deepEqual(lines.get('sessions')?.tables['identity.auth_families'], { deleted: 1, held: 1 })
    assert.equal(lines.get('sessions')?.tables['identity.auth_refresh_tokens']?.deleted, 2_300)
  }
  assert.deepEqual([real.lines.get('sessions')?.held, await left()], [1, standing - 1])
  // A firm that keeps them longer keeps them longer.
  await owner.ok(putRetentionPolicy, {
    params: { class: 'sessions' },
    body: { days: 60, enabled: true, expected_version: 0 },
  })
  await session(opsManager.userId, '45 days')
  await runOf(owner, { dry_run: false, class: 'sessions' })
  assert.equal(await left(), standing)
})

test('AU-33 addresses and lifted blocks belong to no firm: the house’s turn clears them, but for who is under a hold', async () => {
  const firm = await house.firm()
  const { tenantId, owner, valuer, assistant, stranger } = firm
  const seen = (userId: string, age: string) =>
    house.sql(
      `insert into identity.auth_seen_addresses (user_id, address, last_seen_at) values ($1, $2, now() - $3::interval)`,
      [userId, `of ${age}`, age],
    )
  const block = (age: string, userId: string, of: string | null) =>
    house.sql(
      `insert into identity.auth_blocks (tenant_id, kind, user_id, reason, expires_at, lifted_at) values ($1, 'ACCOUNT', $2, 'test', now(), now() - $3::interval)`,
      [of, userId, age],
    )
  await seen(valuer.userId, '91 days')
  await seen(valuer.userId, '89 days')
  await seen(assistant.userId, '91 days')
  await seen(stranger.userId, '91 days')
  await block('366 days', valuer.userId, null)
  await block('364 days', valuer.userId, tenantId)
  await block('366 days', assistant.userId, null)
  await block('366 days', owner.userId, stranger.tenantId)
  await hold(firm, 'subject', assistant.userId)
  await house.sql(
    `insert into privacy.legal_holds (tenant_id, scope, reason, placed_by) values ($1, 'tenant', 'a lawsuit is pending', $2)`,
    [stranger.tenantId, stranger.userId],
  )
  const turn = async () => {
    const { database } = house.app.services
    const scope = {
      role: 'zen_worker',
      tenantId: house.config.ZENOPS_INTERNAL_TENANT_ID,
      userId: null,
      aud: 'worker',
    } as const
    await database.transact(scope, (tx) => enqueue(tx, retentionJob, { payload: {}, traceId: 'b'.repeat(32) }))
    await house.runJobs()
    const lines = await house.sql<{ class: string; tables: Record<string, { deleted: number; held: number }> }>(
      `select class, tables from ops.retention_runs where tenant_id = $1 and class in ('sessions', 'blocks') order by created_at desc, class limit 2`,
      [house.config.ZENOPS_INTERNAL_TENANT_ID],
    )
    return Object.assign({}, ...lines.map((line) => line.tables)) as Record<string, { deleted: number; held: number }>
  }
  const tables = await turn()
  assert.deepEqual(tables['identity.auth_seen_addresses'], { deleted: 1, held: 2 })
  assert.deepEqual(tables['identity.auth_blocks'], { deleted: 1, held: 2 })
  assert.deepEqual(
    await house.sql('select address from identity.auth_seen_addresses where user_id = $1', [valuer.userId]),
    [{ address: 'of 89 days' }],
  )
  await house.sql('update privacy.legal_holds set until = now() where tenant_id = $1', [stranger.tenantId])
})

test('AU-33 alerts that are settled and channels that were deleted go with what was sent to them', async () => {
  const firm = await house.firm()
  const { tenantId } = firm
  const channel = uuidv7()
  await house.sql(
    `insert into ops.alert_channels (tenant_id, id, kind, name, address, sealed, sealed_key, deleted_at)
     values ($1, $2, 'slack', 'Old', 'hooks.example.test', '\\x00', 'k', now() - interval '400 days')`,
    [tenantId, channel],
  )
  await house.sql(
    `insert into ops.alert_deliveries (tenant_id, channel_id, notice, message, state, finished_at, created_at, trace_id)
     values ($1, $2, 'test', '{}', 'DELIVERED', now(), now() - interval '400 days', repeat('a', 32))`,
    [tenantId, channel],
  )
  const first = await runOf(firm.owner, { dry_run: false, class: 'soft_deleted' })
  assert.equal(first.lines.get('soft_deleted')?.tables['ops.alert_channels']?.deleted, 0, 'a delivery still names it')
  const records = await runOf(firm.owner, { dry_run: false, class: 'records' })
  assert.equal(records.lines.get('records')?.tables['ops.alert_deliveries']?.deleted, 1)
  const second = await runOf(firm.owner, { dry_run: false, class: 'soft_deleted' })
  assert.deepEqual(
    [second.lines.get('soft_deleted')?.status, second.lines.get('soft_deleted')?.tables['ops.alert_channels']?.deleted],
    ['DONE', 1],
  )
})

test('AU-33 what is still named stays until nothing names it; a row that comes back is not taken', async () => {
  const firm = await house.firm()
  const parent = await bank(firm, '40 days')
  const branch = uuidv7()
  await house.sql(
    `insert into directory.bank_branches (tenant_id, id, bank_id, branch_name, city, created_by) values ($1, $2, $3, 'Fort', 'Mumbai', $4)`,
    [firm.tenantId, branch, parent, firm.owner.userId],
  )
  const before = await runOf(firm.owner, { dry_run: false, class: 'soft_deleted' })
  assert.deepEqual([before.lines.get('soft_deleted')?.status, before.lines.get('soft_deleted')?.deleted], ['DONE', 0])
  assert.notEqual(before.lines.get('soft_deleted')?.oldest_left, null)
  await house.sql(`update directory.bank_branches set deleted_at = now() - interval '40 days' where id = $1`, [branch])
  const dry = await runOf(firm.owner, { dry_run: true, class: 'soft_deleted' })
  const real = await runOf(firm.owner, { dry_run: false, class: 'soft_deleted' })
  assert.deepEqual([dry.lines.get('soft_deleted')?.deleted, real.lines.get('soft_deleted')?.deleted], [2, 2])
})

test('AU-33 the keeper alone takes append-only rows, and the database looks at their age again', async () => {
  const firm = await house.firm()
  const verified = (age: string) =>
    house.sql(
      `insert into audit.verify_runs (tenant_id, id, kind, passed, checked_rows, failure_count, result, trace_id, created_at)
       values ($1, $2, 'full', true, 0, 0, '{}', repeat('a', 32), now() - $3::interval)`,
      [firm.tenantId, uuidv7(), age],
    )
  await verified('366 days')
  await verified('364 days')
  const real = await runOf(firm.owner, { dry_run: false, class: 'records' })
  assert.equal(real.lines.get('records')?.tables['audit.verify_runs']?.deleted, 1)
  assert.equal(await count('audit.verify_runs', firm), 1)
  await assert.rejects(house.sql('delete from audit.verify_runs where tenant_id = $1', [firm.tenantId]), /append-only/)
  const keeper = new Database({ url: house.keeperUrl, poolSize: 1, prepared: false, applicationName: 'test' })
  const scope = { role: 'zen_keeper', tenantId: firm.tenantId, userId: null, aud: 'worker' } as const
  await assert.rejects(
    keeper.transact(scope, (tx) =>
      sql`delete from audit.verify_runs where tenant_id = ${firm.tenantId}::uuid`.execute(tx),
    ),
    /is kept for 365 days/,
  )
  await keeper.close()
})

test('AU-33 months of ops events go as a whole, once they are over for every firm', async () => {
  await house.sql(
    `create table ops.events_2020_01 partition of ops.events for values from ('2020-01-01T00:00Z') to ('2020-02-01T00:00Z')`,
  )
  await house.sql(`alter table ops.events_2020_01 owner to zen_owner`)
  await house.sql(
    `insert into ops.events (tenant_id, occurred_at, trace_id, event_type, metric_key) values ($1, '2020-01-07T00:00Z', repeat('a', 32), 'x', 'job_dead')`,
    [house.config.ZENOPS_INTERNAL_TENANT_ID],
  )
  const firm = await house.firm()
  const asks = await firm.owner.call(startRetentionRun, { body: { class: 'ops_events', dry_run: true } })
  assert.equal(asks.status, 422)
  await hold(firm, 'tenant')
  const held = await runOf(house.operator, { dry_run: true, class: 'ops_events' })
  assert.equal(held.lines.get('ops_events')?.deleted, 0)
  await house.sql('delete from privacy.legal_holds where tenant_id = $1', [firm.tenantId])
  const dry = await runOf(house.operator, { dry_run: true, class: 'ops_events' })
  const real = await runOf(house.operator, { dry_run: false, class: 'ops_events' })
  assert.deepEqual([dry.lines.get('ops_events')?.deleted, real.lines.get('ops_events')?.deleted], [1, 1])
  assert.deepEqual(await house.sql(`select to_regclass('ops.events_2020_01') as gone`), [{ gone: null }])
})

test('AU-33 a period is lengthened freely, shortened under a typed phrase, and never below the floor', async () => {
  const { owner, valuer, tenantId } = await house.firm()
  const put = (body: object, actor: TestActor = owner) =>
    actor.call(putRetentionPolicy, {
      params: { class: 'soft_deleted' },
      body: { enabled: true, expected_version: 0, days: 30, ...body },
    })
  const below = await put({ days: 29 })
  assert.deepEqual(
    [below.status, below.error.error_code, below.error.details[0]?.['floor_days']],
    [422, 'RETENTION_BELOW_FLOOR', 30],
  )
  assert.equal((await put({ days: 60 }, valuer)).status, 403)
  assert.equal((await put({ days: 60 })).body.version, 1)
  const stale = await put({ days: 61 })
  assert.deepEqual([stale.status, stale.error.error_code], [409, 'REVISION_MISMATCH'])
  const bare = await put({ days: 40, expected_version: 1 })
  assert.deepEqual([bare.status, bare.error.error_code], [409, 'CONFIRMATION_REQUIRED'])
  const given = await confirmed(owner, 'retention_shorten', 'soft_deleted')
  const wrong = await put({ days: 40, expected_version: 1, confirmation: { ...given, phrase: 'SHORTEN' } })
  assert.deepEqual([wrong.status, wrong.error.error_code], [409, 'OPS_CONFIRMATION_MISMATCH'])
  const other = await put({
    days: 40,
    expected_version: 1,
    confirmation: await confirmed(owner, 'retention_shorten', 'blocks'),
  })
  assert.equal(other.error.error_code, 'OPS_CONFIRMATION_MISMATCH')
  const shortened = await put({ days: 40, expected_version: 1, confirmation: given })
  assert.deepEqual([shortened.status, shortened.body.days, shortened.body.source], [200, 40, 'firm'])
  assert.equal(
    (await put({ days: 35, expected_version: 2, confirmation: given })).error.error_code,
    'OPS_CONFIRMATION_MISMATCH',
  )
  const actions = (await house.audit(tenantId)).map((event) => event.action)
  assert.equal(actions.filter((action) => action === 'RETENTION_POLICY_UPDATED').length, 2)
  assert.equal(await timesRefused(house, tenantId, 'OPS_CONFIRMATION_REFUSED'), 3)
  // Removing at all is switched on under a phrase too.
  const business = { params: { class: 'business' }, body: { days: 2920, enabled: true, expected_version: 0 } } as const
  assert.equal((await owner.call(putRetentionPolicy, business)).error.error_code, 'CONFIRMATION_REQUIRED')
})

test('AU-33 the platform’s default holds where a firm said nothing, and rows stay as long as the longer period says', async () => {
  const firm = await house.firm()
  const { operator } = house
  const days = async (actor: TestActor) =>
    (await actor.ok(listRetentionPolicies, {})).items.find((item) => item.class === 'soft_deleted')
  await operator.ok(putRetentionPolicy, {
    params: { class: 'soft_deleted' },
    body: { days: 50, enabled: true, expected_version: 0 },
  })
  assert.deepEqual([(await days(firm.owner))?.days, (await days(firm.owner))?.source], [50, 'platform'])
  await bank(firm, '45 days')
  assert.equal(
    (await runOf(firm.owner, { dry_run: false, class: 'soft_deleted' })).lines.get('soft_deleted')?.deleted,
    0,
  )
  await house.sql(`update directory.banks set delete_reason = 'gdpr' where tenant_id = $1`, [firm.tenantId])
  assert.equal(
    (await runOf(firm.owner, { dry_run: false, class: 'soft_deleted' })).lines.get('soft_deleted')?.deleted,
    1,
  )
  await house.sql('delete from ops.retention_policies')
})

test('AU-33 a deleted document comes back until its time is over; then its bytes go with it', async () => {
  const firm = await house.firm()
  const { owner, valuer } = firm
  const assignment_id = await desk.assignment(firm.tenantId, { createdBy: owner.userId })
  const doc = await desk.upload(owner, pdfBytes(uuidv7()), { assignment_id })
  const params = { id: doc.id }
  const remove = () => owner.ok(deleteDocument, { params, query: { reason: 'by mistake' } })
  const live = await owner.call(restoreDocument, { params })
  assert.deepEqual([live.status, live.error.error_code], [409, 'ILLEGAL_TRANSITION'])
  await remove()
  const [row] = (await owner.ok(listDeletedRows, { query: { kind: 'documents.documents' } })).items
  assert.deepEqual(
    [row?.row_id, row?.label, row?.restore_path, row?.held],
    [doc.id, 'deed.pdf', `/v1/documents/${doc.id}/restore`, false],
  )
  assert.equal((await valuer.call(restoreDocument, { params })).status, 404)
  assert.equal((await firm.stranger.call(restoreDocument, { params })).status, 404)
  const back = await owner.ok(restoreDocument, { params })
  assert.deepEqual([back.status, back.links.length], ['uploaded', 1])
  assert.equal((await house.audit(firm.tenantId)).at(-1)?.action, 'RECORD_RESTORED')
  await remove()
  await house.sql(
    `update documents.documents set deleted_at = now() - interval '31 days', purge_after = now() - interval '1 day' where id = $1`,
    [doc.id],
  )
  assert.equal((await owner.call(restoreDocument, { params })).status, 404)
  const [stored] = await house.sql<{ storage_key: string }>(
    'select storage_key from documents.documents where id = $1',
    [doc.id],
  )
  const key = stored?.storage_key ?? ''
  await house.app.services.storage.head(key)
  const dry = await runOf(owner, { dry_run: true, class: 'soft_deleted' })
  const real = await runOf(owner, { dry_run: false, class: 'soft_deleted' })
  assert.deepEqual(real.lines.get('soft_deleted')?.tables, dry.lines.get('soft_deleted')?.tables)
  assert.equal(real.lines.get('soft_deleted')?.tables['documents.document_links']?.deleted, 1)
  await assert.rejects(house.app.services.storage.head(key), /not_found/)
})

test('AU-33 a restored document does not push out the version that took its place', async () => {
  const { owner, tenantId } = await house.firm()
  const assignment_id = await desk.assignment(tenantId, { createdBy: owner.userId })
  const [one, two] = [
    await desk.upload(owner, pdfBytes('1'), { assignment_id }),
    await desk.upload(owner, pdfBytes('2'), { assignment_id }),
  ]
  await owner.ok(deleteDocument, { params: { id: one.id }, query: { reason: 'old' } })
  await house.sql(
    `update documents.documents set version_group_id = (select version_group_id from documents.documents where id = $1) where id = $2`,
    [one.id, two.id],
  )
  const clash = await owner.call(restoreDocument, { params: { id: one.id } })
  assert.deepEqual([clash.status, clash.error.error_code], [409, 'CONFLICT'])
})

test('AU-33 records of business go only where the firm has switched it on, the whole job at once and children first', async () => {
  const firm = await house.firm()
  const { owner, tenantId } = firm
  const old = await desk.assignment(tenantId, { createdBy: owner.userId, assignees: [firm.valuer.userId] })
  const open = await desk.assignment(tenantId, { createdBy: owner.userId })
  const doc = await desk.upload(owner, pdfBytes('old'), { assignment_id: old })
  await house.sql(`update documents.documents set created_at = now() - interval '3000 days' where id = $1`, [doc.id])
  await house.sql(
    `update assignments.assignments set status = 'CANCELLED', cancelled_at = now() - interval '2921 days' where id = $1`,
    [old],
  )
  await house.sql(
    `insert into assignments.activity_events (tenant_id, at, kind, actor_user_id, actor_kind, entity_type, entity_id, assignment_id, trace_id)
     values ($1, now() - interval '2950 days', 'created', $2, 'PERSON', 'ASSIGNMENT', $3, $3, repeat('a', 32))`,
    [tenantId, owner.userId, old],
  )
  const events = await house.sql<{ n: string }>(
    `select count(*) as n from assignments.activity_events where assignment_id = $1`,
    [old],
  )
  assert.equal((await runOf(owner, { dry_run: false, class: 'business' })).lines.get('business')?.status, 'SKIPPED')
  const confirmation = await confirmed(owner, 'retention_shorten', 'business')
  await owner.ok(putRetentionPolicy, {
    params: { class: 'business' },
    body: { days: 2920, enabled: true, expected_version: 0, confirmation },
  })
  // A hold on one of its people keeps the whole job.
  await hold(firm, 'subject', firm.valuer.userId)
  const held = (await runOf(owner, { dry_run: false, class: 'business' })).lines.get('business')
  assert.deepEqual(
    [held?.deleted, held?.tables['assignments.assignments'], held?.tables['assignments.activity_events']],
    [0, { deleted: 0, held: 1 }, { deleted: 0, held: 1 }],
  )
  await house.sql(`update privacy.legal_holds set until = now() where tenant_id = $1`, [tenantId])
  const dry = await runOf(owner, { dry_run: true, class: 'business' })
  const real = await runOf(owner, { dry_run: false, class: 'business' })
  assert.deepEqual(real.lines.get('business')?.tables, dry.lines.get('business')?.tables)
  const gone = Object.fromEntries(
    Object.entries(real.lines.get('business')?.tables ?? {})
      .filter(([, { deleted }]) => deleted > 0)
      .map(([name, { deleted }]) => [name, deleted]),
  )
  assert.deepEqual(gone, {
    'assignments.activity_events': 1,
    'assignments.assignment_assignees': 1,
    'assignments.assignments': 1,
    'documents.document_links': 1,
    'documents.documents': 1,
  })
  assert.ok(Number(events[0]?.n) >= 1)
  assert.deepEqual(await house.sql('select id from assignments.assignments where tenant_id = $1', [tenantId]), [
    { id: open },
  ])
})

test('AU-44 retention: who may not, sees nothing; malformed is 422', async () => {
  const { owner, valuer, opsManager, stranger } = await house.firm()
  for (const actor of [valuer, opsManager]) {
    assert.equal((await actor.call(listRetentionPolicies, {})).status, 403)
    assert.equal((await actor.call(listRetentionRuns, {})).status, 403)
    assert.equal((await actor.call(listDeletedRows, {})).status, 403)
    assert.equal((await actor.call(startRetentionRun, { body: { dry_run: true } })).status, 403)
  }
  assert.equal(
    (await owner.call(startRetentionRun, { body: { dry_run: false } })).error.error_code,
    'CONFIRMATION_REQUIRED',
  )
  const wrong = await owner.call(startRetentionRun, {
    body: { dry_run: false, confirmation: { confirmation_id: uuidv7(), phrase: 'x' } },
  })
  assert.equal(wrong.error.error_code, 'OPS_CONFIRMATION_MISMATCH')
  assert.equal((await owner.call(listRetentionRuns, { query: { cursor: 'x' } })).status, 422)
  assert.equal((await owner.call(listDeletedRows, { query: { kind: 'no.table' } })).status, 422)
  assert.equal((await owner.call(listRetentionRuns, { query: { tenant_id: stranger.tenantId } })).status, 404)
  assert.equal((await owner.call(startRetentionRun, { body: { class: 'audit_online', dry_run: true } })).status, 422)
  const { run_id } = await owner.ok(startRetentionRun, { body: { dry_run: true } })
  await house.runJobs()
  const first = await owner.ok(listRetentionRuns, { query: { run_id, limit: 3 } })
  const rest = await owner.ok(listRetentionRuns, { query: { run_id, limit: 200, cursor: first.next_cursor ?? '' } })
  assert.equal(
    new Set([...first.items, ...rest.items].map((item) => item.class)).size,
    first.items.length + rest.items.length,
  )
  assert.ok(rest.items.length > 3)
})

test('AU-44 either right opens what is set and what was deleted; runs are for who manages jobs', async () => {
  const { tenantId, opsManager, hr } = await house.firm()
  const grant = (job: string, capability: string) =>
    house.sql(
      `insert into identity.rbac_overrides (tenant_id, job_template, capability, scope) values ($1, $2, $3, 'all')`,
      [tenantId, job, capability],
    )
  await grant('ops_manager', 'ops.settings.write')
  await grant('hr', 'ops.jobs.manage')
  for (const actor of [opsManager, hr]) forget(house, actor)
  for (const actor of [opsManager, hr]) {
    const { outside } = await actor.ok(listRetentionPolicies, {})
    assert.deepEqual(
      outside.map(({ what, kept }) => [what, kept]),
      [
        ['backups', '35 daily, 12 monthly'],
        ['application_logs', '30 days'],
      ],
    )
    await actor.ok(listDeletedRows, {})
  }
  const put = (actor: TestActor) =>
    actor.call(putRetentionPolicy, {
      params: { class: 'blocks' },
      body: { days: 400, enabled: true, expected_version: 0 },
    })
  assert.deepEqual([(await put(hr)).status, (await put(opsManager)).status], [403, 200])
  assert.deepEqual(
    [(await opsManager.call(listRetentionRuns, {})).status, (await hr.call(listRetentionRuns, {})).status],
    [403, 200],
  )
})

test('AU-33 the nightly turn asks for one run a class in every firm', async () => {
  const firm = await house.firm()
  const { services } = house.app
  await services.database.transact({ role: 'zen_worker', tenantId: firm.tenantId, userId: null, aud: 'worker' }, (tx) =>
    enqueue(tx, retentionJob, { payload: {}, traceId: 'a'.repeat(32) }),
  )
  await house.runJobs()
  const { items } = await firm.owner.ok(listRetentionRuns, { query: { limit: 200 } })
  assert.ok(items.length >= 7)
  assert.ok(items.every((item) => !item.dry_run && !item.requested && ['DONE', 'SKIPPED'].includes(item.status)))
  assert.ok(!items.some((item) => item.class === 'ops_events'))
})

test('AU-33 pruning of the audit log hears of the firm’s own period and of any hold', async () => {
  const firm = await house.firm()
  const { database } = house.app.services
  const scope = { role: 'zen_worker', tenantId: firm.tenantId, userId: null, aud: 'worker' } as const
  const context: Parameters<typeof pruneRules.days>[0] = {
    tenantId: firm.tenantId,
    transact: (work) => database.transact(scope, work),
  }
  assert.deepEqual([await pruneRules.days(context), await pruneRules.isHeld(context)], [365, false])
  await firm.owner.ok(putRetentionPolicy, {
    params: { class: 'audit_online' },
    body: { days: 900, enabled: true, expected_version: 0 },
  })
  await hold(firm, 'subject', firm.valuer.userId)
  assert.deepEqual([await pruneRules.days(context), await pruneRules.isHeld(context)], [900, true])
  await firm.owner.ok(putRetentionPolicy, {
    params: { class: 'audit_online' },
    body: { days: 900, enabled: false, expected_version: 1 },
  })
  assert.equal(await pruneRules.days(context), null)
})
