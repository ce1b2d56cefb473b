import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { BundleReader } from '@zenops/audit/bundle-reader'
import { signerOf } from '@zenops/audit/notes'
import { type AuditDesk, canonOf, openAuditDesk, sealAll, WORKER_ID } from '../../../../test/harness/audit.ts'
import { systemActor } from '../../../platform/auth/actor.ts'
import { createSealing } from '../../../platform/sealing.ts'
import { Database } from '../../../platform/db/database.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { openStorage } from '../../../platform/storage/open.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import { planBundle } from '../bundles/plan-bundle.ts'
import { writeBundle } from '../bundles/write-bundle.ts'
import { keyNameOf } from '../sealing/ground.ts'
import type { Journal, Published } from '../sealing/notary.ts'
import { publishTurn } from '../sealing/publish-turn.ts'
import { signTurn } from '../sealing/sign-turn.ts'
import { trustIn } from '../verification/trust.ts'
import { readerOf, verifyTenant } from '../verification/verify-tenant.ts'
import { openArchive } from './archive-file.ts'
import { ArchiveInvalid, type PruneParts, pruneTenant } from './prune-tenant.ts'

const HOST = 'zenops.test'
const TRACE = 'a'.repeat(32)
const signer = signerOf(keyNameOf(HOST), Buffer.alloc(32, 7))
const journal: Journal = {
  name: 'memory',
  publish: async () => ({}),
  latest: async () => ({ notes: new Map(), keys: [] }),
}
const published = new Map<string, Published>()
let desk: AuditDesk
let keeper: Database
let worker: Database
let storage: StoragePort
let parts: PruneParts
before(async () => {
  desk = await openAuditDesk()
  const pool = { poolSize: 2, prepared: true, applicationName: 'test' }
  keeper = new Database({ ...pool, url: desk.urls.keeper })
  worker = new Database({ ...pool, url: desk.urls.worker })
  const keys = {
    STORAGE_SIGNING_KEYS: [{ kid: 't', secret: 's'.repeat(40) }],
    MFA_ENC_KEYS: [{ kid: 'k', secret: 'm'.repeat(40) }],
  }
  const config = { ...desk.config, ...keys }
  storage = await openStorage(config, () => new Date())
  parts = { config, keeper, storage }
  await desk.sql('insert into audit.signing_keys (public_key) values ($1)', [signer.publicKey])
})
after(async () => {
  storage.close()
  await keeper.close()
  await worker.close()
  await desk.close()
})

const waiting = async (): Promise<number> =>
  Number((await desk.sql<{ n: string }>('select count(*) as n from audit.inbox'))[0]?.n)
async function sign(): Promise<void> {
  await sealAll(desk.sealer, waiting)
  await signTurn(desk.sealer, { host: HOST, signers: [signer], journal, published, events: 1, seconds: 3_600 })
}
const publish = () =>
  publishTurn(desk.sealer, { host: HOST, signers: [signer], journal, published, idleSeconds: 3_600 })

/** Events of so many days ago. */
async function write(tenantId: string, count: number, daysAgo: number): Promise<void> {
  const at = new Date(Date.now() - daysAgo * 86_400_000).toISOString()
  const ids = Array.from({ length: count }, () => uuidv7())
  await desk.owner.query(
    `insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version)
     select id, $1, (place - 1)::int, canon, 1 from unnest($2::uuid[], $3::bytea[]) with ordinality as n(id, canon, place)`,
    [tenantId, ids, ids.map((id) => canonOf(tenantId, id, { at }))],
  )
}
const actorOf = (tenantId: string) => systemActor(tenantId, WORKER_ID, new Map())
const prune = (tenantId: string, extra: Partial<PruneParts> = {}) =>
  pruneTenant({ ...parts, ...extra }, { tenantId, days: 365, actor: actorOf(tenantId), traceId: TRACE })
const readerFor = (tenantId: string) =>
  readerOf(worker, { role: 'zen_worker', tenantId, userId: WORKER_ID, aud: 'worker' })
const verify = async (tenantId: string) =>
  verifyTenant(readerFor(tenantId), {
    tenantId,
    trust: await trustIn(parts.config, journal),
    traceId: TRACE,
    at: new Date().toISOString(),
  })
const kept = async (tenantId: string): Promise<[number, number]> => {
  const [row] = await desk.sql<{ n: string; first: string | null }>(
    'select count(*) as n, min(seq) as first from audit.events where tenant_id = $1',
    [tenantId],
  )
  return [Number(row?.n), Number(row?.first ?? 0)]
}
const judge = (bytes: readonly Buffer[]) => {
  const reader = new BundleReader({ keys: [signer] })
  for (const one of bytes) reader.push(one)
  return reader.verdict()
}
async function bundleOf(tenantId: string): Promise<ReturnType<typeof judge>> {
  const plan = await planBundle(readerFor(tenantId), { tenantId, host: HOST })
  assert.ok(plan)
  const pieces: Buffer[] = []
  for await (const piece of writeBundle(readerFor(tenantId), plan)) pieces.push(piece.bytes)
  return judge(pieces)
}
/** Two old heads, one young, all published. */
async function oldLog(
  counts: readonly (readonly [number, number])[] = [
    [300, 500],
    [20, 400],
    [10, 10],
  ],
): Promise<string> {
  const tenantId = uuidv7()
  for (const [count, days] of counts) {
    await write(tenantId, count, days)
    await sign()
    await publish()
  }
  return tenantId
}

test('AU-34 what is older than the period is archived, verified, sealed by an event of the log, and only then deleted', async () => {
  const tenant = await oldLog()
  const { sealed, deleted } = await prune(tenant)
  assert.deepEqual(
    sealed.map(({ fromSeq, uptoSeq }) => [fromSeq, uptoSeq]),
    [[1, 320]],
  )
  assert.equal(deleted, 320)
  assert.deepEqual(await kept(tenant), [10, 321])
  const [done] = sealed
  assert.ok(done)
  // The archive is encrypted, and opens to a bundle that the offline verifier passes.
  const sealing = createSealing(parts.config.MFA_ENC_KEYS, 'audit archive')
  const raw = await storage.read(done.archiveKey)
  const stored: Buffer[] = []
  for await (const bytes of raw) stored.push(bytes as Buffer)
  assert.ok(!Buffer.concat(stored).includes('OPS_BLOCK_APPLIED'))
  const opened: Buffer[] = []
  for await (const bytes of openArchive(await storage.read(done.archiveKey), sealing, done.archiveKey))
    opened.push(bytes)
  assert.deepEqual([judge(opened).verdict, judge(opened).events], ['valid', 320])
  // The event stands in the log, with what the seal says.
  await sealAll(desk.sealer, waiting)
  const [event] = await desk.sql<{ body: { after: unknown; target: unknown } }>(
    "select body from audit.events where tenant_id = $1 and action = 'AUDIT_RETENTION_APPLIED'",
    [tenant],
  )
  const [seal] = await desk.sql<{ link: Buffer }>('select link from audit.retention_seals where tenant_id = $1', [
    tenant,
  ])
  assert.deepEqual(event?.body.target, { type: 'AUDIT_LOG', id: tenant })
  assert.deepEqual(event?.body.after, {
    epoch: 1,
    from_seq: 1,
    upto_seq: 320,
    link_at_upto: seal?.link.toString('base64'),
    archive_sha256: done.archiveSha256,
  })
})

test('AU-34 verification, the twin in SQL and bundles start at the seal and pass; the log grows, is signed and pruned on', async () => {
  const tenant = await oldLog()
  await prune(tenant)
  await sign()
  const verdict = await verify(tenant)
  assert.deepEqual([verdict.passed, verdict.checked_rows, verdict.from_seq], [true, 11, 321], JSON.stringify(verdict))
  const [twin] = await desk.sql<{ code: string | null; checked: string }>(
    'select (audit.verify_range($1, 1, 321, 331)).*',
    [tenant],
  )
  assert.deepEqual([twin?.code, twin?.checked], [null, '11'])
  const bundle = await bundleOf(tenant)
  assert.deepEqual([bundle.verdict, bundle.from_seq], ['valid', 321])
  // The open tile has leaves of pruned events: it is completed, and heads go on to be signed and proven.
  await write(tenant, 300, 5)
  await sign()
  await publish()
  assert.equal((await verify(tenant)).passed, true)
  assert.equal((await bundleOf(tenant)).verdict, 'valid')
  const tiles = await desk.sql('select index from audit.tiles where tenant_id = $1 and level = 0 order by index', [
    tenant,
  ])
  assert.equal(tiles.length, 2)
  assert.deepEqual(await prune(tenant), { sealed: [], deleted: 0 })
})

test('AU-34 nothing is pruned that is young, unsigned or unpublished', async () => {
  const young = await oldLog([[20, 300]])
  assert.deepEqual(await prune(young), { sealed: [], deleted: 0 })
  const unpublished = uuidv7()
  await write(unpublished, 5, 500)
  await sign()
  assert.deepEqual(await prune(unpublished), { sealed: [], deleted: 0 })
  await publish()
  assert.equal((await prune(unpublished)).deleted, 5)
  const unsigned = uuidv7()
  await write(unsigned, 5, 500)
  await sealAll(desk.sealer, waiting)
  assert.deepEqual(await prune(unsigned), { sealed: [], deleted: 0 })
})

test('AU-34 a log that somebody changed is not archived, not sealed and not pruned', async () => {
  const tenant = await oldLog()
  await desk.sql(
    `alter table audit.events disable trigger user; update audit.events set link = sha256('x') where tenant_id = '${tenant}' and seq = 7;
     alter table audit.events enable trigger user`,
  )
  await assert.rejects(prune(tenant), ArchiveInvalid)
  assert.deepEqual(await kept(tenant), [330, 1])
  assert.deepEqual(await desk.sql('select 1 from audit.retention_seals where tenant_id = $1', [tenant]), [])
  assert.deepEqual((await storage.list(`audit-archive/${tenant}/`)).items, [])
})

test('AU-34 an archive that does not come back as it was written stops the pruning', async () => {
  const tenant = await oldLog()
  const damaging: StoragePort = Object.assign(Object.create(storage) as StoragePort, {
    read: async (key: string) => {
      const bytes: Buffer[] = []
      for await (const piece of await storage.read(key)) bytes.push(piece as Buffer)
      const whole = Buffer.concat(bytes)
      whole[whole.length - 9] = (whole[whole.length - 9] ?? 0) ^ 1
      return (await import('node:stream')).Readable.from([whole])
    },
  })
  await assert.rejects(prune(tenant, { storage: damaging }))
  assert.deepEqual(await kept(tenant), [330, 1])
})

test('AU-34 a run that was cut off between seal and deletion goes on where it was', async () => {
  const tenant = await oldLog([
    [2_500, 400],
    [10, 10],
  ])
  const first = await pruneTenant(parts, {
    tenantId: tenant,
    days: 365,
    actor: actorOf(tenant),
    traceId: TRACE,
    limitMs: 1,
  })
  // The time was over behind the seal: all events are there, and the log still passes.
  assert.deepEqual([first.sealed.length, first.deleted], [1, 0])
  await sealAll(desk.sealer, waiting)
  assert.equal((await verify(tenant)).passed, true)
  assert.deepEqual(await prune(tenant), { sealed: [], deleted: 2_500 })
  assert.equal((await verify(tenant)).passed, true)
  const rows = await desk.sql<{ value: string }>(
    "select metric_value as value from ops.events where tenant_id = $1 and metric_key = 'retention_rows_deleted' order by id",
    [tenant],
  )
  assert.deepEqual(
    rows.map((row) => Number(row.value)),
    [1_000, 1_000, 500],
  )
})

test('AU-34 deletion beyond the seal is refused, and detected where the owner of the database does it', async () => {
  const tenant = await oldLog()
  await prune(tenant)
  await sign()
  await assert.rejects(
    keeper.transact({ role: 'zen_keeper', tenantId: null, userId: null, aud: null }, async (tx) =>
      tx.deleteFrom('audit.events').where('tenant_id', '=', tenant).where('seq', '=', 321).execute(),
    ),
    { code: '42501' },
  )
  await desk.sql(
    `alter table audit.events disable trigger user; delete from audit.events where tenant_id = '${tenant}' and seq = 321;
     alter table audit.events enable trigger user`,
  )
  const verdict = await verify(tenant)
  assert.deepEqual([verdict.passed, verdict.first_bad_seq], [false, 321])
})

test('AU-34 a seal that is not an event of the log, or not signed, is found', async () => {
  const forge = async (change: string): Promise<readonly string[]> => {
    const tenant = await oldLog()
    await prune(tenant)
    await sign()
    await desk.sql(
      `alter table audit.retention_seals disable trigger user; update audit.retention_seals set ${change} where tenant_id = '${tenant}';
       alter table audit.retention_seals enable trigger user`,
    )
    const verdict = await verify(tenant)
    assert.equal(verdict.passed, false)
    return verdict.failure_samples.map((sample) => sample.code)
  }
  assert.ok((await forge('event_id = uuidv7()')).includes('retention_seal_mismatch'))
  assert.ok((await forge("archive_sha256 = sha256('x')")).includes('retention_seal_mismatch'))
  assert.ok((await forge("note = 'n'")).includes('retention_seal_mismatch'))
  assert.ok((await forge('upto_seq = 319')).includes('retention_seal_mismatch'))
})

test('AU-34 AU-11 tiles of what was pruned are held against the signed seal: changed, left out, or made to fit by themselves', async () => {
  const asOwner = async (statement: string, tenantId: string): Promise<void> => {
    await desk.sql('alter table audit.tiles disable trigger user')
    await desk.sql(statement, [tenantId])
    await desk.sql('alter table audit.tiles enable trigger user')
  }
  const damages: readonly (readonly [string, boolean])[] = [
    [
      "update audit.tiles set hashes = overlay(hashes placing sha256('x') from 1 + 32 * 40 for 32) where tenant_id = $1",
      true,
    ],
    ['delete from audit.tiles where tenant_id = $1', false],
    [
      `update audit.tiles set hashes = (select string_agg(sha256(n::text::bytea), '' order by n) from generate_series(1, 256) n),
       root = audit.tree_root(0, '{}', (select array_agg(sha256(n::text::bytea) order by n) from generate_series(1, 256) n)) where tenant_id = $1`,
      false,
    ],
  ]
  for (const [damage, isProvable] of damages) {
    const tenant = await oldLog()
    await prune(tenant)
    await sign()
    assert.equal((await verify(tenant)).passed, true)
    await asOwner(damage, tenant)
    const verdict = await verify(tenant)
    // Without the right roots nothing proves that the next head continues the sealed one.
    const codes = [...new Set(verdict.failure_samples.map((one) => one.code))]
    assert.deepEqual(codes, ['tile_mismatch', ...(isProvable ? [] : ['checkpoint_inconsistent'])], damage)
  }
})
