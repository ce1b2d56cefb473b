import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  auditVerifier,
  chainStatus,
  consistencyProof,
  exportAuditLogs,
  inclusionProof,
  listCheckpoints,
  newestCheckpoint,
} from '@zenops/contracts/audit-chain'
import { auditDiff, chainVerify, listAuditLogs } from '@zenops/contracts/audit'
import { createBank } from '@zenops/contracts/directory'
import { openNote, parseVkey, signerOf, vkeyOf } from '@zenops/audit/notes'
import { verifyConsistency, verifyInclusion } from '@zenops/audit/tree'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { addressOf } from '../../../test/harness/house.ts'
import { keyNameOf } from './sealing/ground.ts'
import type { Journal, Published } from './sealing/notary.ts'
import { publishTurn } from './sealing/publish-turn.ts'
import { sealerDatabase } from './sealing/sealer.ts'
import { signTurn } from './sealing/sign-turn.ts'

const HOST = 'zenops.test'
const signer = signerOf(keyNameOf(HOST), Buffer.alloc(32, 7))
const published = new Map<string, Published>()
const journal: Journal = {
  name: 'file',
  publish: async () => ({ file: 'notes' }),
  latest: async () => ({ notes: new Map(), keys: [] }),
}
let house: House
let sealer: ReturnType<typeof sealerDatabase>
before(async () => {
  house = await openHouse({ AUDIT_ORIGIN: HOST, AUDIT_NOTARY_SECONDS: '120' })
  sealer = sealerDatabase(house.sealerUrl, () => {})
  await house.sql('insert into audit.signing_keys (public_key) values ($1)', [signer.publicKey])
})
after(async () => {
  await sealer.close()
  await house.close()
})

async function sign(): Promise<void> {
  await house.seal()
  await signTurn(sealer, { host: HOST, signers: [signer], journal, published, events: 1, seconds: 3_600 })
}
const publish = () => publishTurn(sealer, { host: HOST, signers: [signer], journal, published, idleSeconds: 3_600 })

async function bank(firm: Firm, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await firm.owner.ok(createBank, { body: { name: `Bank ${Math.random()}` } })
}
const bytes = (text: string): Buffer => Buffer.from(text, 'base64')

test('AU-12 the newest signed head is there with its note and where it was published; before it there is none', async () => {
  const firm = await house.firm()
  await bank(firm, 2)
  assert.equal((await firm.owner.call(newestCheckpoint, {})).status, 404)
  await sign()
  const signed = await firm.owner.ok(newestCheckpoint, {})
  assert.deepEqual([signed.size, signed.epoch, signed.published], [2, 1, []])
  const opened = openNote(signed.note, [parseVkey(vkeyOf(signer))])
  assert.ok(opened.kind === 'signed')
  assert.deepEqual(
    [opened.checkpoint.size, opened.checkpoint.root.toString('base64'), opened.checkpoint.link?.toString('base64')],
    [2, signed.root, signed.link],
  )
  await publish()
  const told = (await firm.owner.ok(newestCheckpoint, {})).published
  assert.deepEqual(
    told.map((one) => [one.sink, one.receipt]),
    [['file', { file: 'notes' }]],
  )
  await bank(firm, 1)
  await sign()
  const first = await firm.owner.ok(listCheckpoints, { query: { limit: 1 } })
  const second = await firm.owner.ok(listCheckpoints, { query: { limit: 1, cursor: first.next_cursor ?? '' } })
  assert.deepEqual([first.items[0]?.size, second.items[0]?.size, second.next_cursor], [3, 2, null])
  assert.equal((await firm.owner.call(listCheckpoints, { query: { cursor: 'x' } })).status, 422)
})

test('AU-12 inclusion and consistency are proven to whoever checks them, also to operators of the studio', async () => {
  const firm = await house.firm()
  await bank(firm, 5)
  await sign()
  await bank(firm, 4)
  await sign()
  const older = await firm.owner.ok(inclusionProof, { params: { seq: 3 }, query: { size: 5 } })
  const newest = await firm.owner.ok(inclusionProof, { params: { seq: 3 } })
  assert.deepEqual([older.size, newest.size], [5, 9])
  const heads = await firm.owner.ok(listCheckpoints, {})
  for (const proof of [older, newest]) {
    const head = heads.items.find((item) => item.size === proof.size)
    assert.ok(head)
    assert.equal(proof.note, head.note)
    const leaf = { index: proof.seq - 1, size: proof.size, leaf: bytes(proof.leaf) }
    assert.ok(verifyInclusion(leaf, proof.proof.map(bytes), bytes(head.root)))
    assert.ok(!verifyInclusion({ ...leaf, index: 3 }, proof.proof.map(bytes), bytes(head.root)))
  }
  const query = { from: 5, to: 9, tenant_id: firm.tenantId }
  const grown = await house.operator.ok(consistencyProof, { query })
  assert.deepEqual(
    grown.notes.map((one) => one.size),
    [5, 9],
  )
  const [now, then] = heads.items
  assert.ok(now && then)
  assert.ok(
    verifyConsistency({ size: 5, root: bytes(then.root) }, { size: 9, root: bytes(now.root) }, grown.proof.map(bytes)),
  )
  // A size that nobody signed has a proof and no note.
  const between = await firm.owner.ok(inclusionProof, { params: { seq: 1 }, query: { size: 7 } })
  assert.equal(between.note, null)
})

test('AU-12 no proof is given beyond the size, for a foreign log, or the wrong way round', async () => {
  const firm = await house.firm()
  await bank(firm, 3)
  await sign()
  const proof = (seq: number, query: Record<string, unknown> = {}, actor: TestActor = firm.owner) =>
    actor.call(inclusionProof, { params: { seq }, query }).then((reply) => reply.status)
  assert.deepEqual(
    [await proof(4), await proof(3, { size: 2 }), await proof(1, { size: 4 }), await proof(1, { epoch: 2 })],
    [404, 404, 404, 404],
  )
  assert.deepEqual([await proof(0), await proof(1, { size: 0 })], [422, 422])
  assert.equal(await proof(1, { tenant_id: firm.tenantId }, firm.stranger), 404)
  assert.equal(await proof(1, {}, firm.valuer), 403)
  const consistency = (from: number, to: number, actor = firm.owner) =>
    actor.call(consistencyProof, { query: { from, to } }).then((reply) => reply.status)
  assert.deepEqual([await consistency(3, 2), await consistency(2, 4), await consistency(2, 2)], [422, 404, 200])
  assert.equal(await consistency(1, 1, firm.stranger), 404)
})

test('AU-12 the status of the chain tells head, lag, heads, sinks, verification and the stated window', async () => {
  const firm = await house.firm()
  const fresh = await firm.owner.ok(chainStatus, {})
  assert.deepEqual(
    [fresh.head, fresh.last_checkpoint, fresh.last_verify, fresh.retention_seal],
    [null, null, null, null],
  )
  assert.equal(fresh.origin, `${HOST}/audit/${firm.tenantId}`)
  await bank(firm, 3)
  const waiting = await firm.owner.ok(chainStatus, {})
  assert.equal(waiting.lag.waiting, 3)
  await sign()
  await publish()
  await firm.owner.ok(chainVerify, {})
  const status = await firm.owner.ok(chainStatus, {})
  assert.deepEqual([status.head?.size, status.lag.waiting, status.last_checkpoint?.size], [3, 1, 3])
  assert.deepEqual(status.detection_window, { seal_seconds: 2, publication_seconds: 120, checkpoint_seconds: 60 })
  assert.deepEqual(
    status.sinks.map((sink) => [sink.sink, sink.journal, sink.stale]),
    [['file', true, false]],
  )
  assert.equal(status.sinks[0]?.receipts[0]?.root_size !== undefined, true)
  assert.equal(status.last_verify?.result.passed, true)
  assert.deepEqual(status.warnings, [])
  assert.equal((await firm.stranger.call(chainStatus, { query: { tenant_id: firm.tenantId } })).status, 404)
  assert.equal((await house.operator.ok(chainStatus, { query: { tenant_id: firm.tenantId } })).head?.size, 3)
})

test('AU-10 the status shows a stale sink, a failed one with its error, and what else stands out', async () => {
  const firm = await house.firm()
  await bank(firm, 2)
  await sign()
  await house.sql(
    `insert into audit.notary_sinks (sink, last_ok_at, waiting_since, attempts, last_error, next_try_at)
     values ('file', now() - interval '1 hour', now() - interval '901 seconds', 4, 'the disk is full', now())
     on conflict (sink) do update set waiting_since = excluded.waiting_since, attempts = excluded.attempts, last_error = excluded.last_error`,
  )
  await house.asSuperuser("update audit.events set link = sha256('x') where tenant_id = $1 and seq = 1", [
    firm.tenantId,
  ])
  await firm.owner.ok(chainVerify, {})
  await house.asSuperuser('update audit.signing_keys set valid_to = now() where $1 = $1', ['all'])
  try {
    const status = await firm.owner.ok(chainStatus, {})
    assert.deepEqual(status.warnings, ['signing_key_missing', 'notary_stale', 'exports_held'])
    assert.deepEqual([status.sinks[0]?.attempts, status.sinks[0]?.last_error], [4, 'the disk is full'])
  } finally {
    await house.asSuperuser('update audit.signing_keys set valid_to = null where $1 = $1', ['all'])
    await house.sql('delete from audit.notary_sinks')
  }
})

async function download(actor: TestActor, query: Record<string, unknown> = {}) {
  const response = await house.server(actor.surface).inject({
    method: 'GET',
    url: addressOf(exportAuditLogs, { query }),
    headers: { authorization: `Bearer ${actor.token}` },
  })
  return { status: response.statusCode, headers: response.headers, text: response.body }
}

test('AU-12 the old export hands out at most 500 sealed rows with its headers, and leaves both events', async () => {
  const firm = await house.firm()
  await bank(firm, 3)
  await firm.owner.ok(createBank, { body: { name: '=HYPERLINK("x")' } })
  await house.seal()
  const json = await download(firm.owner)
  assert.equal(json.status, 200)
  const { items } = JSON.parse(json.text) as { items: Record<string, unknown>[] }
  assert.deepEqual(
    items.map((item) => item['chain_seq']),
    [1, 2, 3, 4],
  )
  assert.equal(items[1]?.['hash_prev'], items[0]?.['hash_curr'])
  assert.deepEqual(Object.keys(items[0]?.['after_json'] as object).length > 0, true)
  assert.ok(String(json.headers['deprecation']).startsWith('@'))
  assert.match(String(json.headers['sunset']), /GMT$/)
  assert.match(String(json.headers['link']), /export-jobs>; rel="successor-version"/)
  assert.match(String(json.headers['content-disposition']), /^attachment; filename="audit_export_[\d-]+\.json"$/)
  const csv = await download(firm.owner, { format: 'csv', limit: 2 })
  const lines = csv.text.trimEnd().split('\r\n')
  assert.deepEqual([lines.length, String(csv.headers['content-type']).split(';')[0]], [3, 'text/csv'])
  assert.ok(lines[0]?.startsWith('"audit_id","action_type","actor_user_id","trace_id"'))
  const events = (await house.audit(firm.tenantId)).filter((event) => event.action === 'AUDIT_SYNC_EXPORT_DOWNLOADED')
  assert.deepEqual(
    events.map((event) => event['after'] as object).map((after) => ({ ...after, from_utc: '', to_utc: '' })),
    [
      { format: 'json', rows: 4, from_utc: '', to_utc: '' },
      { format: 'csv', rows: 2, from_utc: '', to_utc: '' },
    ],
  )
  assert.deepEqual(events[0]?.target, { type: 'AUDIT_LOG', id: firm.tenantId })
  const ops = await house.sql(
    "select dimensions from ops.events where tenant_id = $1 and metric_key = 'audit_export_downloaded'",
    [firm.tenantId],
  )
  assert.deepEqual(ops, Array(2).fill({ dimensions: { kind: 'sync' } }))
})

test('AU-12 what came past the sanitiser leaves the old export by its rules, from whichever column', async () => {
  const firm = await house.firm()
  await bank(firm, 2)
  await house.seal()
  const secret = 'sk_live_planted0secret'
  await house.asSuperuser(
    `update audit.events set canon = convert_to(replace(convert_from(canon, 'UTF8'), '"target":{"id":"' || target_id || '"', '"target":{"id":"${secret}"'), 'UTF8')
     where tenant_id = $1 and seq = 1`,
    [firm.tenantId],
  )
  for (const [column, path] of [
    ['target_type', 'type'],
    ['trace_id', 'trace_id'],
  ])
    await house.asSuperuser(
      `update audit.events set canon = convert_to(replace(convert_from(canon, 'UTF8'), '"${path}":"' || ${column} || '"', '"${path}":"${secret}"'), 'UTF8')
       where tenant_id = $1 and seq = 2`,
      [firm.tenantId],
    )
  const [json, csv] = [await download(firm.owner), await download(firm.owner, { format: 'csv' })]
  assert.ok(!json.text.includes('planted') && !csv.text.includes('planted'))
  const { items } = JSON.parse(json.text) as { items: Record<string, unknown>[] }
  const covered = '***REDACTED***'
  assert.deepEqual(
    items.map((item) => [item['target_id'], item['target_type'], item['trace_id']].map((one) => one === covered)),
    [
      [true, false, false],
      [false, true, true],
    ],
  )
  await house.asSuperuser('delete from audit.events where tenant_id = $1', [firm.tenantId])
})

test('AU-12 AU-34 the first event behind a pruning follows the link of its seal, in the old export and in a diff', async () => {
  const firm = await house.firm()
  await bank(firm, 4)
  await house.seal()
  const [second] = await house.sql<{ link: Buffer }>('select link from audit.events where tenant_id = $1 and seq = 2', [
    firm.tenantId,
  ])
  await house.asSuperuser(
    `with sealed as (insert into audit.retention_seals
       (tenant_id, epoch, from_seq, upto_seq, link, edge, note, event_id, archive_key, archive_sha256, archive_bytes, open_leaves)
       select tenant_id, 1, 1, 2, link, '{}', 'n', id, 'archive', sha256('a'), 1, '' from audit.events where tenant_id = $1 and seq = 2)
     delete from audit.events where tenant_id = $1 and seq <= 2`,
    [firm.tenantId],
  )
  const { items } = JSON.parse((await download(firm.owner)).text) as {
    items: { audit_id: string; chain_seq: number; hash_prev: string }[]
  }
  const expected = second?.link.toString('base64')
  assert.deepEqual([items[0]?.chain_seq, items[0]?.hash_prev], [3, expected])
  const diff = await firm.owner.ok(auditDiff, { params: { audit_id: items[0]?.audit_id ?? '' } })
  assert.equal(diff.hash_prev, expected)
})

test('AU-12 the old export keeps its limits: 500 rows, 31 days, both ends of a time, ten an hour', async () => {
  const firm = await house.firm()
  const refused = async (query: Record<string, unknown>) => {
    const reply = await download(firm.owner, query)
    const error = JSON.parse(reply.text) as { error_code: string; details: { reason: string }[] }
    return [reply.status, error.error_code, error.details[0]?.reason]
  }
  const at = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString()
  assert.deepEqual(await refused({ from_utc: at(1), to_utc: at(33) }), [
    422,
    'AUDIT_EXPORT_RANGE_EXCEEDED',
    'range_exceeded',
  ])
  assert.deepEqual(await refused({ from_utc: at(1) }), [422, 'AUDIT_EXPORT_RANGE_EXCEEDED', 'invalid_time_range'])
  assert.deepEqual(await refused({ from_utc: at(2), to_utc: at(1) }), [
    422,
    'AUDIT_EXPORT_RANGE_EXCEEDED',
    'invalid_time_range',
  ])
  assert.equal((await refused({ limit: 501 }))[0], 422)
  assert.equal((await refused({ format: 'xml' }))[0], 422)
  assert.equal((await download(firm.owner, { from_utc: at(1), to_utc: at(32) })).status, 200)
  for (let n = 1; n < 10; n++) assert.equal((await download(firm.owner)).status, 200)
  const late = await download(firm.owner)
  assert.deepEqual([late.status, JSON.parse(late.text).error_code], [429, 'RATE_LIMITED'])
  assert.ok(Number(late.headers['retry-after']) > 0)
  assert.equal((await download(firm.valuer)).status, 403)
  assert.equal((await download(firm.stranger, { tenant_id: firm.tenantId })).status, 404)
})

test('AU-12 the verifier is handed out whole to who may read the log', async () => {
  const firm = await house.firm()
  const get = (actor: TestActor) =>
    house.server('web').inject({
      method: 'GET',
      url: auditVerifier.path,
      headers: { authorization: `Bearer ${actor.token}` },
    })
  const given = await get(firm.owner)
  assert.deepEqual([given.statusCode, given.headers['content-type']], [200, 'text/javascript; charset=utf-8'])
  assert.ok(given.body.includes('audit-verify <bundle>'))
  assert.equal((await get(firm.valuer)).statusCode, 403)
})

test('AU-12 the list is asked for at most 120 times a minute', async () => {
  const firm = await house.firm()
  // A clock that stands still keeps all calls in one window.
  const at = new Date()
  const owner = (await house.neighbour({ clock: { now: () => at } })).at(firm.owner)
  const statuses: number[] = []
  for (let call = 0; call < 122; call++) {
    statuses.push((await owner.call(listAuditLogs, { query: { limit: 1 } })).status)
  }
  assert.deepEqual([...new Set(statuses.slice(0, 120)), ...statuses.slice(120)], [200, 429, 429])
})
