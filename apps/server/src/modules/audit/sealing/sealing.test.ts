import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { firstLink, logIdOf, nextLink } from '@zenops/audit/hashes'
import { openNote, parseVkey, signerOf, vkeyOf } from '@zenops/audit/notes'
import { RightEdge } from '@zenops/audit/tree'
import pg from 'pg'
import { type AuditDesk, canonOf, openAuditDesk, sealAll, WORKER_ID } from '../../../../test/harness/audit.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { keyNameOf, originOf, SEALER } from './ground.ts'
import { keyNote, keysOfNote } from './key-note.ts'
import { keysAreSeen, registerKeys, signersNow } from './keys.ts'
import { fileSink, type Journal, type Published } from './notary.ts'
import { publishTurn } from './publish-turn.ts'
import { rebaseInbox } from './rebase.ts'
import { reopenLogs } from './reopen.ts'
import { sealTurn } from './seal-turn.ts'
import { startSealer } from './sealer.ts'
import { type SignOptions, signTurn } from './sign-turn.ts'

let desk: AuditDesk
before(async () => {
  desk = await openAuditDesk()
})
after(() => desk.close())

interface EventRow {
  readonly id: string
  readonly epoch: number
  readonly seq: string
  readonly leaf: Buffer
  readonly link: Buffer
}
const eventsOf = (tenantId: string, epoch = 1): Promise<EventRow[]> =>
  desk.sql<EventRow>('select * from audit.events where tenant_id = $1 and epoch = $2 order by seq', [tenantId, epoch])

/** Chain, tree and head of a log as they follow from its leaves. */
async function assertWhole(tenantId: string, epoch = 1): Promise<EventRow[]> {
  const rows = await eventsOf(tenantId, epoch)
  let link = firstLink(logIdOf(tenantId, epoch))
  const tree = new RightEdge()
  for (const [index, row] of rows.entries()) {
    assert.equal(Number(row.seq), index + 1)
    link = nextLink(link, index + 1, row.leaf)
    tree.append(row.leaf)
    assert.deepEqual(row.link, link)
  }
  const [head] = await desk.sql<{ size: string; link: Buffer; edge: Buffer[] }>(
    'select size, link, edge from audit.heads where tenant_id = $1 and epoch = $2',
    [tenantId, epoch],
  )
  assert.deepEqual([Number(head?.size), head?.link, head?.edge], [rows.length, link, tree.edge()])
  const [verdict] = await desk.sql<{ code: string | null; root: Buffer; checked: string }>(
    'select (audit.verify_range($1, $2, 1, $3)).*',
    [tenantId, epoch, rows.length],
  )
  assert.deepEqual([verdict?.code, verdict?.root, Number(verdict?.checked)], [null, tree.root(), rows.length])
  return rows
}

/** Tenants whose events are meant to wait. */
const waitingFor = async (): Promise<number> => {
  const [row] = await desk.sql<{ n: string }>('select count(*) as n from audit.inbox where tenant_id <> all ($1)', [
    [...held],
  ])
  return Number(row?.n)
}
const held = new Set<string>()
const seal = (batch?: number): Promise<number> => sealAll(desk.sealer, waitingFor, batch)

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; !(await holds()); tries++) {
    assert.ok(tries < 400, 'it came about')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const memoryJournal = (): Journal & { readonly notes: string[]; fails: boolean } => {
  const journal = {
    name: 'memory',
    notes: [] as string[],
    fails: false,
    publish: async (notes: readonly string[]) => {
      if (journal.fails) throw new Error('the sink is down')
      journal.notes.push(...notes)
      return {}
    },
    latest: async () => ({ notes: new Map(), keys: journal.notes.flatMap((note) => keysOfNote(note)) }),
  }
  return journal
}
const signer = signerOf(keyNameOf('zenops.test'), Buffer.alloc(32, 7))
const signing = (extra: Partial<SignOptions> = {}): SignOptions => ({
  host: 'zenops.test',
  signers: [signer],
  journal: memoryJournal(),
  published: new Map(),
  events: 1,
  seconds: 3_600,
  ...extra,
})

test('AU-07 events are numbered per tenant without gaps, in the order of their transactions, and linked', async () => {
  const [one, two] = [uuidv7(), uuidv7()]
  const written = [...(await desk.write(one, 30, 7)), ...(await desk.write(two, 5)), ...(await desk.write(one, 12))]
  assert.equal(await seal(11), 47)
  const rows = await assertWhole(one)
  assert.deepEqual(
    rows.map((row) => row.id),
    [...written.slice(0, 30), ...written.slice(35)],
  )
  assert.equal((await assertWhole(two)).length, 5)
  assert.deepEqual(await desk.sql('select 1 from audit.inbox where tenant_id in ($1, $2)', [one, two]), [])
})

test('AU-07 a transaction that commits late is neither skipped nor put in front of its place', async () => {
  const tenant = uuidv7()
  const late = new pg.Client({ connectionString: desk.urls.owner })
  await late.connect()
  try {
    await late.query('begin')
    const id = uuidv7()
    const insert = 'insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ($1, $2, 0, $3, 1)'
    await late.query(insert, [id, tenant, canonOf(tenant, id)])
    const others = await desk.write(tenant, 5)
    assert.deepEqual(await sealTurn(desk.sealer, 100), { kind: 'sealed', rows: 0, stuck: [] })
    await late.query('commit')
    assert.equal(await seal(), 6)
    assert.deepEqual(
      (await assertWhole(tenant)).map((row) => row.id),
      [id, ...others],
    )
  } finally {
    await late.end()
  }
})

test('AU-07 of rival sealers one works, and together they miss nothing', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 60, 3)
  let turns = 0
  const sealer = async (): Promise<void> => {
    for (let idle = 0; idle < 3; turns++) {
      const turn = await sealTurn(desk.sealer, 7)
      idle = turn.kind === 'sealed' && turn.rows === 0 ? idle + 1 : 0
    }
  }
  await Promise.all([sealer(), sealer(), sealer()])
  assert.equal((await assertWhole(tenant)).length, 60)
  assert.ok(turns >= 9)
})

test('AU-08 a turn that dies leaves everything for the next one', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 20)
  await desk.sql(
    `create function audit.planted() returns trigger language plpgsql as 'begin raise exception ''planted''; end'`,
  )
  await desk.sql(
    'create trigger planted before insert or update on audit.heads for each row execute function audit.planted()',
  )
  await assert.rejects(seal(), /planted/)
  assert.deepEqual(await eventsOf(tenant), [])
  await desk.sql('drop function audit.planted() cascade')
  assert.equal(await seal(), 20)
  await assertWhole(tenant)
})

test('AU-08 a head that somebody set back holds up its own log and no other', async () => {
  const [one, two] = [uuidv7(), uuidv7()]
  await desk.write(one, 4)
  await seal()
  await desk.sql('alter table audit.heads disable trigger user')
  await desk.sql('update audit.heads set size = 2 where tenant_id = $1', [one])
  await desk.sql('alter table audit.heads enable trigger user')
  await desk.write(one, 2)
  await desk.write(two, 2)
  held.add(one)
  assert.equal(await seal(), 2)
  await assertWhole(two)
  const turn = await sealTurn(desk.sealer, 100)
  assert.deepEqual(turn, { kind: 'sealed', rows: 0, stuck: [one] })
  assert.deepEqual(await sealTurn(desk.sealer, 100, new Set([one])), { kind: 'sealed', rows: 0, stuck: [] })
  await desk.sql('alter table audit.heads disable trigger user')
  await desk.sql('update audit.heads set size = 4 where tenant_id = $1', [one])
  await desk.sql('alter table audit.heads enable trigger user')
  held.clear()
  assert.equal(await seal(), 2)
  await assertWhole(one)
})

test('AU-04 what cannot be sealed is refused at the door of the inbox', async () => {
  const [tenant, id] = [uuidv7(), uuidv7()]
  const insert = (canon: Buffer): Promise<unknown> =>
    desk.sql('insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ($1, $2, 0, $3, 1)', [
      id,
      tenant,
      canon,
    ])
  const good = canonOf(tenant, id).toString()
  for (const text of [
    '{}',
    '[]',
    'nonsense',
    canonOf(tenant, uuidv7()).toString(),
    canonOf(uuidv7(), id).toString(),
    good.replace('OPS_BLOCK_APPLIED', '\\u0000'),
    good.replace('OPS_BLOCK_APPLIED', '\\ud800'),
    good.replace(/"at":"[^"]*"/, '"at":"soon"'),
    good.replace('01930000-0000-7000-8000-00000000000b', 'somebody'),
  ])
    await assert.rejects(insert(Buffer.from(text)), Error, text.slice(0, 80))
  await insert(Buffer.from(good))
  assert.equal(await seal(), 1)
})

test('AU-04 sealed rows are refused every change, by every role and the owner', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 3)
  await seal()
  await signTurn(desk.sealer, signing())
  const tables = [
    'events',
    'heads',
    'checkpoints',
    'signing_keys',
    'tiles',
    'root_log',
    'root_notes',
    'notary_receipts',
    'retention_seals',
    'verify_runs',
  ]
  const refused = { code: '42501' }
  for (const table of ['events', 'heads', 'checkpoints']) {
    await assert.rejects(desk.sql(`delete from audit.${table} where tenant_id = $1`, [tenant]), refused, table)
    await assert.rejects(desk.sql(`update audit.${table} set epoch = 1 where tenant_id = $1`, [tenant]), refused, table)
  }
  for (const table of tables) await assert.rejects(desk.sql(`truncate audit.${table}`), refused, table)
  for (const url of [desk.urls.sealer, desk.urls.keeper]) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      await assert.rejects(client.query('delete from audit.events'), refused)
      await assert.rejects(client.query("update audit.events set canon = '{}'"), refused)
      await assert.rejects(client.query('delete from audit.heads'), refused)
    } finally {
      await client.end()
    }
  }
  const shrinking = new pg.Client({ connectionString: desk.urls.sealer })
  await shrinking.connect()
  await assert.rejects(shrinking.query('update audit.heads set size = 0 where tenant_id = $1', [tenant]), refused)
  await shrinking.end()
})

test('AU-34 the keeper deletes what lies behind a retention seal and nothing else', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 4)
  await seal()
  const keeper = new pg.Client({ connectionString: desk.urls.keeper })
  await keeper.connect()
  try {
    await keeper.query(
      `insert into audit.retention_seals
         (tenant_id, epoch, from_seq, upto_seq, link, edge, note, event_id, archive_key, archive_sha256, archive_bytes, open_leaves)
       select tenant_id, 1, 1, 2, link, '{}', 'n', id, 'archive', sha256('a'), 1, '' from audit.events where tenant_id = $1 and seq = 2`,
      [tenant],
    )
    await assert.rejects(keeper.query('delete from audit.events where tenant_id = $1 and seq <= 3', [tenant]), {
      code: '42501',
    })
    assert.equal(
      (await keeper.query('delete from audit.events where tenant_id = $1 and seq <= 2', [tenant])).rowCount,
      2,
    )
  } finally {
    await keeper.end()
  }
  const [verdict] = await desk.sql<{ code: string | null; checked: string }>(
    'select (audit.verify_range($1, 1, 3, 4)).*',
    [tenant],
  )
  assert.deepEqual([verdict?.code, verdict?.checked], [null, '2'])
})

test('tiles are written when they are full, over turns of any size, and lead to the root', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 530, 100)
  await seal(100)
  const tiles = await desk.sql<{ index: string; hashes: Buffer; root: Buffer }>(
    'select index, hashes, root from audit.tiles where tenant_id = $1 and level = 0 order by index',
    [tenant],
  )
  const leaves = (await assertWhole(tenant)).map((row) => row.leaf)
  assert.equal(tiles.length, 2)
  for (const [index, tile] of tiles.entries()) {
    const own = leaves.slice(index * 256, (index + 1) * 256)
    const tree = new RightEdge()
    for (const leaf of own) tree.append(leaf)
    assert.deepEqual([tile.hashes, tile.root], [Buffer.concat(own), tree.root()])
  }
})

test('a head is signed when it continues what was signed before, into the journal first', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 300, 100)
  await seal()
  const options = signing()
  await signTurn(desk.sealer, options)
  await desk.write(tenant, 250, 100)
  await seal()
  assert.ok(((await signTurn(desk.sealer, options)).signed ?? 0) >= 1)
  const notes = await desk.sql<{ note: string; size: string }>(
    'select note, size from audit.checkpoints where tenant_id = $1 order by size',
    [tenant],
  )
  assert.deepEqual(
    notes.map((row) => Number(row.size)),
    [300, 550],
  )
  for (const { note, size } of notes) {
    const opened = openNote(note, [parseVkey(vkeyOf(signer))])
    assert.ok(opened.kind === 'signed')
    assert.deepEqual(
      [opened.checkpoint.origin, opened.checkpoint.size],
      [originOf('zenops.test', { tenantId: tenant, epoch: 1 }), Number(size)],
    )
  }
  const down = memoryJournal()
  down.fails = true
  await desk.write(tenant, 1)
  await seal()
  await assert.rejects(signTurn(desk.sealer, { ...options, journal: down }), /sink is down/)
  assert.equal((await desk.sql('select 1 from audit.checkpoints where tenant_id = $1', [tenant])).length, 2)
})

test('AU-08 a head that does not continue what was published is not signed, and sealing goes on', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 10)
  await seal()
  const origin = originOf('zenops.test', { tenantId: tenant, epoch: 1 })
  const published = new Map<string, Published>([
    [origin, { origin, size: 6, root: Buffer.alloc(32, 1), link: null, note: '' }],
  ])
  const turn = await signTurn(desk.sealer, signing({ published }))
  assert.deepEqual(turn.forks, [tenant])
  assert.deepEqual(await desk.sql('select 1 from audit.checkpoints where tenant_id = $1', [tenant]), [])
  await desk.write(tenant, 2)
  assert.equal(await seal(), 2)
})

test('without a key nothing is signed', async () => {
  assert.deepEqual(await signTurn(desk.sealer, signing({ signers: [] })), { signed: 0, forks: [] })
})

test('AU-10 checkpoints go into the root log, whose signed head is published with a receipt', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 3)
  await seal()
  await signTurn(desk.sealer, signing())
  const journal = memoryJournal()
  const options = {
    host: 'zenops.test',
    signers: [signer],
    journal,
    published: new Map(),
    idleSeconds: 3_600,
  }
  const turn = await publishTurn(desk.sealer, options)
  assert.equal(turn.published, true)
  assert.equal((await desk.sql('select 1 from audit.root_log where tenant_id = $1', [tenant])).length, 1)
  const opened = openNote(journal.notes[0] ?? '', [signer])
  assert.ok(opened.kind === 'signed')
  assert.deepEqual([opened.checkpoint.origin, opened.checkpoint.size], ['zenops.test/audit/root', turn.size])
  assert.equal((await publishTurn(desk.sealer, options)).published, false)
  assert.equal((await publishTurn(desk.sealer, { ...options, idleSeconds: 0 })).published, true)
})

test('AU-10 where the root log in the database is not the published one, it goes on in an epoch of its own', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 1)
  await seal()
  const options = { host: 'zenops.test', signers: [signer], journal: memoryJournal(), idleSeconds: 0 }
  const published = new Map<string, Published>()
  await signTurn(desk.sealer, signing())
  await publishTurn(desk.sealer, { ...options, published })
  const epochOf = async (): Promise<number> =>
    Number((await desk.sql('select root_epoch from audit.root_notes order by id desc limit 1'))[0]?.['root_epoch'])
  const before = await epochOf()
  const [[origin, note]] = [...published] as [[string, Published]] // the note just published
  published.set(origin, { ...note, root: Buffer.alloc(32, 9) })
  await publishTurn(desk.sealer, { ...options, published })
  assert.equal(await epochOf(), before + 1)
})

test('AU-10 a restore to an older state opens an epoch that names the loss, and its events verify', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 4)
  await seal()
  const origin = originOf('zenops.test', { tenantId: tenant, epoch: 1 })
  const published = new Map<string, Published>([
    [origin, { origin, size: 9, root: Buffer.alloc(32, 1), link: null, note: '' }],
  ])
  const stamp = { host: 'zenops.test', workerUserId: WORKER_ID, traceId: 'ab'.repeat(16) }
  assert.deepEqual(await reopenLogs(desk.sealer, published, stamp), [
    { tenantId: tenant, epoch: 2, lostFrom: 5, lostTo: 9 },
  ])
  assert.deepEqual(await reopenLogs(desk.sealer, published, stamp), [])
  await desk.write(tenant, 3)
  await seal()
  const rows = await assertWhole(tenant, 2)
  assert.equal(rows.length, 4)
  const [first] = await desk.sql<{ body: Record<string, unknown> }>(
    'select body from audit.events where tenant_id = $1 and epoch = 2 and seq = 1',
    [tenant],
  )
  assert.deepEqual(
    [first?.body['action'], first?.body['after']],
    ['AUDIT_LOG_REOPENED', { epoch: 2, lost_from_seq: 5, lost_to_seq: 9 }],
  )
  assert.equal((await signTurn(desk.sealer, signing({ published }))).forks.includes(tenant), false)
})

test('AU-10 in another cluster the sealer stops until the inbox is stamped anew, in its old order', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 2)
  await seal()
  await desk.sql('alter table audit.heads disable trigger user')
  await desk.sql("update audit.heads set cluster_id = 'another' where tenant_id = $1", [tenant])
  await desk.sql('alter table audit.heads enable trigger user')
  const ids = await desk.write(tenant, 5, 2)
  await until(async () => (await sealTurn(desk.sealer, 100)).kind === 'foreign_cluster')
  assert.equal(await rebaseInbox(desk.sealer), 5)
  assert.equal(await seal(), 5)
  assert.deepEqual(
    (await assertWhole(tenant)).slice(2).map((row) => row.id),
    ids,
  )
})

test('AU-10 keys are listed for ever and told to the journal; a rotation is one event, and both keys sign for seven days', async () => {
  const journal = memoryJournal()
  const [old, fresh] = [11, 12].map((seed) => signerOf(keyNameOf('zenops.test'), Buffer.alloc(32, seed)))
  assert.ok(old && fresh)
  const internalTenantId = uuidv7()
  const register = (signers: readonly (typeof old)[]) =>
    registerKeys(desk.sealer, {
      host: 'zenops.test',
      signers,
      journal,
      internalTenantId,
      workerUserId: WORKER_ID,
      traceId: 'ab'.repeat(16),
    })
  const listed = async () =>
    desk.sql<{ key: string; days: number | null }>(
      `select encode(public_key, 'base64') as key, round(extract(epoch from valid_to - now()) / 86400)::int as days
       from audit.signing_keys order by valid_from`,
    )
  const base64 = ({ publicKey }: typeof old): string => publicKey.toString('base64')
  const daysOf = async (signer: typeof old) => (await listed()).find((row) => row.key === base64(signer))?.days
  const signing = (signers: readonly (typeof old)[]) =>
    desk.sealer.transact(SEALER, async (tx) => (await signersNow(tx, signers)).map(base64))
  await register([old])
  assert.equal(await daysOf(old), null)
  // Two processes come up with the new key; the third has not heard of it and is started anew.
  await Promise.all([register([fresh, old]), register([fresh, old])])
  await register([old])
  assert.deepEqual([await daysOf(fresh), await daysOf(old)], [null, 7])
  assert.deepEqual(await signing([fresh, old]), [fresh, old].map(base64))
  assert.deepEqual(
    journal.notes.flatMap((note) => keysOfNote(note)).map((key) => key.publicKey.toString('base64')),
    [old, fresh, old].map(base64),
  )
  await desk.sql('alter table audit.signing_keys disable trigger user')
  await desk.sql('update audit.signing_keys set valid_to = now() where public_key = $1', [old.publicKey])
  await desk.sql('alter table audit.signing_keys enable trigger user')
  assert.deepEqual(await signing([fresh, old]), [base64(fresh)])
  await register([fresh, old])
  await register([fresh])
  await register([old])
  assert.deepEqual([await daysOf(fresh), await daysOf(old)], [null, 0])
  await seal()
  const events = await desk.sql<{ body: { action: string; after: unknown } }>(
    'select body from audit.events where tenant_id = $1',
    [internalTenantId],
  )
  assert.deepEqual(
    events.map(({ body }) => [body.action, body.after]),
    [['AUDIT_KEY_ROTATED', { added: [base64(fresh)], ended: [base64(old)] }]],
  )
})

test('whether anybody signs is one truth for all processes, and whose turn it was not says nothing of forks', async () => {
  const signer = signerOf(keyNameOf('zenops.test'), Buffer.alloc(32, 13))
  const seen = (own: readonly (typeof signer)[]) => keysAreSeen(desk.sealer, own)
  await desk.sql('alter table audit.signing_keys disable trigger user')
  await desk.sql('update audit.signing_keys set seen_at = null')
  await desk.sql('insert into audit.signing_keys (public_key) values ($1)', [signer.publicKey])
  assert.deepEqual([await seen([]), await seen([signer]), await seen([])], [false, true, true])
  await desk.sql("update audit.signing_keys set seen_at = now() - interval '61 seconds'")
  assert.equal(await seen([]), false)
  await desk.sql(
    "update audit.signing_keys set seen_at = now(), valid_to = now() - interval '1 second' where public_key = $1",
    [signer.publicKey],
  )
  assert.equal(await seen([signer]), false)
  await desk.sql('alter table audit.signing_keys enable trigger user')

  const [tenant, origin] = [uuidv7(), 'zenops.test/audit/']
  await desk.write(tenant, 3)
  await seal()
  const fork = { origin: `${origin}${tenant}`, size: 2, root: Buffer.alloc(32, 1), link: null, note: '' }
  const published = new Map([[fork.origin, fork]])
  const busy = new pg.Client({ connectionString: desk.urls.owner })
  await busy.connect()
  await busy.query('begin; select pg_advisory_xact_lock(6402)')
  assert.deepEqual(await signTurn(desk.sealer, signing({ published })), { signed: null, forks: [] })
  await busy.query('rollback')
  await busy.end()
  assert.deepEqual((await signTurn(desk.sealer, signing({ published }))).forks, [tenant])
})

test('a note makes known only the keys that signed it, and nothing but keys', () => {
  const [one, two] = [11, 12].map((seed) => signerOf(keyNameOf('zenops.test'), Buffer.alloc(32, seed)))
  assert.ok(one && two)
  const note = keyNote('zenops.test', [one])
  assert.equal(keysOfNote(note).length, 1)
  assert.deepEqual(keysOfNote(note.replace(vkeyOf(one), vkeyOf(two))), [])
  assert.deepEqual(keysOfNote(note.replace('/keys\n', '/root\n')), [])
  assert.deepEqual(keysOfNote('nonsense'), [])
  assert.deepEqual(keysOfNote(`zenops.test/audit/keys\nnonsense\n\n\u2014 x y\n`), [])
})

test('the file sink keeps every note, skips a line that a crash cut, and tells the newest of each origin', async () => {
  const folder = `${desk.config.AUDIT_NOTARY_DIR}-test`
  const sink = fileSink(folder, () => new Date('2026-03-01T10:00:00.000Z'))
  assert.equal((await sink.latest()).notes.size, 0)
  const rows = await desk.sql<{ note: string; origin: string; size: string }>(
    'select note, origin, size from audit.checkpoints order by origin, size',
  )
  assert.ok(rows.length > 2)
  await sink.publish(rows.slice(0, 1).map((row) => row.note))
  const { appendFile } = await import('node:fs/promises')
  await appendFile(`${folder}/notes-2026-03.jsonl`, '{"at":"2026-03-01T10:00:00.0')
  await sink.publish(rows.slice(1).map((row) => row.note))
  const { notes: latest } = await sink.latest()
  for (const { origin } of rows) {
    const newest = Math.max(...rows.filter((row) => row.origin === origin).map((row) => Number(row.size)))
    assert.equal(latest.get(origin)?.size, newest)
  }
})

test('AU-08 the running sealer seals, signs and publishes; a long transaction raises the lag alarm, which then clears', async () => {
  const config = { ...desk.config, AUDIT_SEAL_INTERVAL_MS: 50, AUDIT_CHECKPOINT_EVENTS: 1, AUDIT_NOTARY_SECONDS: 1 }
  const sealer = await startSealer(desk.sealerOptions({ config }))
  const holder = new pg.Client({ connectionString: desk.urls.owner })
  await holder.connect()
  try {
    const tenant = uuidv7()
    await desk.write(tenant, 5)
    await until(
      async () =>
        (await desk.sql('select 1 from audit.checkpoints where tenant_id = $1 and size = 5', [tenant])).length === 1,
    )
    await until(
      async () => (await desk.sql('select 1 from audit.root_log where tenant_id = $1', [tenant])).length === 1,
    )
    await assertWhole(tenant)
    await holder.query('begin')
    const id = uuidv7()
    const insert = `insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ($1, $2, 0, $3, 1)`
    await holder.query(insert, [id, tenant, canonOf(tenant, id)])
    // An event behind the long transaction that looks as if it had waited for a minute.
    const waiting = uuidv7()
    await desk.sql(
      `insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version, created_at) values ($1, $2, 0, $3, 1, now() - interval '1 minute')`,
      [waiting, tenant, canonOf(tenant, waiting)],
    )
    await until(async () => desk.lines.some((line) => line.includes('alarm_raised') && line.includes('audit_seal_lag')))
    await holder.query('commit')
    await until(async () =>
      desk.lines.some((line) => line.includes('alarm_cleared') && line.includes('audit_seal_lag')),
    )
    assert.equal((await assertWhole(tenant)).length, 7)
  } finally {
    await holder.end()
    await sealer.stop()
  }
})
