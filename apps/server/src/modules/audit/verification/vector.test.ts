import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AuditDesk, openAuditDesk } from '../../../../test/harness/audit.ts'

const TENANT = '00000000-0000-4000-8000-000000000001'
const ID_2 = '01940000-0000-7000-8000-000000000002'
const CANON_2 =
  '{"action":"OPS_BLOCK_APPLIED","actor":{"aud":"studio","kind":"user","role":"OPS","user_id":"01930000-0000-7000-8000-00000000000b"},"after":{"status":"ACTIVE"},"at":"2026-03-01T10:01:00.000Z","before":{"status":"INACTIVE"},"id":"01940000-0000-7000-8000-000000000002","outcome":"ok","reason":"INC-7 प्रवेश रोका","target":{"id":"b-1","type":"OPS_BLOCK"},"tenant_id":"00000000-0000-4000-8000-000000000001","trace_id":"0af7651916cd43dd8448eb211c80319d","v":1}'
const LEAVES = [
  '66cf90c9f98e8068590970fdb71fcd193edda42fc29ed0b565d50ac2d8165535',
  '6d851cf309cbedd0c21a06acc6f1bc2f0f3dfe7112f73fb1019e523867e4ecf0',
  '9a43b44f491a0209ef2dcee6ab6814800bf85496a981d07b4417868f9ae4b8bf',
].map((hex) => Buffer.from(hex, 'hex'))
const LINKS = [
  '06dd7b537e0e69162b32466ea9dc985bf834edeb41cd4956731acb3590eff14d',
  'e6fda4708d7e7408dae42d605e55ad3170338990897f769510baa5ff3a68a78b',
  'eb581d68f9447464d7a1315a7384bb68503db94f163b216d30c67fe7c54a269c',
  '5382678c09a94f6ec1e6a34fbbc9990af1a30b79506dfc5c95b6ee0b27e9b40d',
].map((hex) => Buffer.from(hex, 'hex'))
const ROOT_3 = 'gR7738C8mOONgK2KM4Bk4/EswETWTCVEzC8q8/lOJhM='

let desk: AuditDesk
before(async () => {
  desk = await openAuditDesk()
})
after(() => desk.close())

interface Verdict {
  readonly code: string | null
  readonly first_bad_seq: string | null
  readonly checked: string
  readonly link: Buffer
  readonly root: Buffer
}

test('AU-03 the test vector of audit/v1 in SQL, byte for byte: leaf, links and root', async () => {
  const [inbox] = await desk.sql<{ leaf: Buffer; bytes: number }>(
    'insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ($1, $2, 0, $3, 1) returning leaf, octet_length(canon) as bytes',
    [ID_2, TENANT, Buffer.from(CANON_2)],
  )
  assert.deepEqual([inbox?.leaf, inbox?.bytes], [LEAVES[1], 474])
  const links = await desk.sql<{ link: Buffer }>(
    `with recursive chain as (
       select 0 as n, audit.first_link(audit.log_id($1, 1)) as link
       union all
       select n + 1, sha256('\\x03'::bytea || link || int8send(n + 1) || ($2::bytea[])[n + 1]) from chain where n < 3)
     select link from chain order by n`,
    [TENANT, LEAVES],
  )
  assert.deepEqual(
    links.map((row) => row.link),
    LINKS,
  )
  const [tree] = await desk.sql<{ root: string }>(
    "select encode(audit.tree_root(0, '{}', $1::bytea[]), 'base64') as root, encode(audit.tree_root(2, array[sha256('\\x01'::bytea || $2 || $3)], array[$4::bytea]), 'base64') as grown",
    [LEAVES, ...LEAVES],
  )
  assert.deepEqual(tree, { root: ROOT_3, grown: ROOT_3 })
})

test('AU-03 the verifier in SQL passes the event of the vector in its place, and names it when a bit of it differs', async () => {
  const verified = async (canon: Buffer): Promise<Verdict | undefined> =>
    (
      await desk.sql<Verdict>(
        'select (audit.verify_rows(2, $1, array[$2::bytea], array[2::bigint], array[$3::bytea], array[$4::bytea])).*',
        [LINKS[1], LEAVES[0], canon, LINKS[2]],
      )
    )[0]
  const [two] = await desk.sql<{ root: Buffer }>(
    "select sha256('\\x01'::bytea || $1 || $2) as root",
    LEAVES.slice(0, 2),
  )
  const sound = await verified(Buffer.from(CANON_2))
  assert.deepEqual([sound?.code, sound?.checked, sound?.link, sound?.root], [null, '1', LINKS[2], two?.root])
  const changed = await verified(Buffer.from(CANON_2.replace('INC-7', 'INC-8')))
  assert.deepEqual([changed?.code, changed?.first_bad_seq], ['hash_curr_mismatch', '2'])
})

test('AU-03 verify_range recomputes the sealed event of the vector behind a retention seal', async () => {
  await desk.sql(
    `insert into audit.events (tenant_id, epoch, seq, canon, leaf, link, sanitiser_version) values ($1, 1, 2, $2, $3, $4, 1)`,
    [TENANT, Buffer.from(CANON_2), LEAVES[1], LINKS[2]],
  )
  await desk.sql(
    `insert into audit.retention_seals
       (tenant_id, epoch, from_seq, upto_seq, link, edge, note, event_id, archive_key, archive_sha256, archive_bytes, open_leaves)
     values ($1, 1, 1, 1, $2, array[$3::bytea], 'n', $4, 'archive', sha256('a'), 1, $3)`,
    [TENANT, LINKS[1], LEAVES[0], ID_2],
  )
  const [verdict] = await desk.sql<Verdict>('select (audit.verify_range($1, 1, 2, 2, array[$2::bytea])).*', [
    TENANT,
    LEAVES[0],
  ])
  const [two] = await desk.sql<{ root: Buffer }>(
    "select sha256('\\x01'::bytea || $1 || $2) as root",
    LEAVES.slice(0, 2),
  )
  assert.deepEqual([verdict?.code, verdict?.checked, verdict?.link, verdict?.root], [null, '1', LINKS[2], two?.root])
})
