import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstLink, leafHash, logIdOf, nextLink } from './hashes.ts'
import { openNote, parseVkey, signCheckpoint, signerOf, vkeyOf } from './notes.ts'
import { RightEdge } from './tree.ts'

const TENANT = '00000000-0000-4000-8000-000000000001'
const ORIGIN = `zenops.test/audit/${TENANT}`
const CANON_2 =
  '{"action":"OPS_BLOCK_APPLIED","actor":{"aud":"studio","kind":"user","role":"OPS","user_id":"01930000-0000-7000-8000-00000000000b"},"after":{"status":"ACTIVE"},"at":"2026-03-01T10:01:00.000Z","before":{"status":"INACTIVE"},"id":"01940000-0000-7000-8000-000000000002","outcome":"ok","reason":"INC-7 प्रवेश रोका","target":{"id":"b-1","type":"OPS_BLOCK"},"tenant_id":"00000000-0000-4000-8000-000000000001","trace_id":"0af7651916cd43dd8448eb211c80319d","v":1}'
const LEAVES = [
  '66cf90c9f98e8068590970fdb71fcd193edda42fc29ed0b565d50ac2d8165535',
  '6d851cf309cbedd0c21a06acc6f1bc2f0f3dfe7112f73fb1019e523867e4ecf0',
  '9a43b44f491a0209ef2dcee6ab6814800bf85496a981d07b4417868f9ae4b8bf',
].map((hex) => Buffer.from(hex, 'hex'))
const LINKS = [
  'e6fda4708d7e7408dae42d605e55ad3170338990897f769510baa5ff3a68a78b',
  'eb581d68f9447464d7a1315a7384bb68503db94f163b216d30c67fe7c54a269c',
  '5382678c09a94f6ec1e6a34fbbc9990af1a30b79506dfc5c95b6ee0b27e9b40d',
]
const NOTE = `${ORIGIN}
3
gR7738C8mOONgK2KM4Bk4/EswETWTCVEzC8q8/lOJhM=
link U4JnjAmpT27B5qNPu8mZCvGjC3lQbfxclbbuCyfptA0=

\u2014 ${ORIGIN} YxmX3f7oRex8jI9Nqq2W1Q/xLFfWV2r3u44c32dFKSOaTalPJnHi+082y+UfDx5PX6tpYfaNsFZRFHotnuQedf74vQc=
`
const SEED = Buffer.from(Array.from({ length: 32 }, (_, index) => index))

test('AU-03 the test vector of audit/v1, byte for byte', () => {
  assert.equal(Buffer.byteLength(CANON_2), 474)
  assert.deepEqual(leafHash(Buffer.from(CANON_2)), LEAVES[1])
  let link = firstLink(logIdOf(TENANT, 1))
  assert.equal(link.toString('hex'), '06dd7b537e0e69162b32466ea9dc985bf834edeb41cd4956731acb3590eff14d')
  const tree = new RightEdge()
  for (const [index, leaf] of LEAVES.entries()) {
    link = nextLink(link, index + 1, leaf)
    tree.append(leaf)
    assert.equal(link.toString('hex'), LINKS[index])
  }
  const signer = signerOf(ORIGIN, SEED)
  assert.equal(signCheckpoint({ origin: ORIGIN, size: 3, root: tree.root(), link }, [signer]), NOTE)
})

test('AU-03 the signed note opens with its key, written out and read back', () => {
  const key = parseVkey(vkeyOf(signerOf(ORIGIN, SEED)))
  const opened = openNote(NOTE, [key])
  assert.ok(opened.kind === 'signed')
  assert.deepEqual([opened.checkpoint.origin, opened.checkpoint.size], [ORIGIN, 3])
  assert.equal(openNote(NOTE, [signerOf(ORIGIN, Buffer.alloc(32, 9))]).kind, 'stranger')
  assert.equal(openNote(NOTE.replace('\n3\n', '\n4\n'), [key]).kind, 'invalid')
  assert.equal(openNote(NOTE.replace('YxmX3f7o', 'YxmX3f7p'), [key]).kind, 'invalid')
  assert.equal(openNote(NOTE.replace('\n3\n', '\n03\n'), [key]).kind, 'invalid')
})

test('a key with the name of the installation speaks for the logs below it and for no other', () => {
  const key = parseVkey(vkeyOf(signerOf('zenops.test/audit', SEED)))
  assert.equal(openNote(NOTE, [key]).kind, 'signed')
  assert.equal(openNote(NOTE, [parseVkey(vkeyOf(signerOf('zenops.tes', SEED)))]).kind, 'stranger')
  assert.throws(() => parseVkey(vkeyOf(signerOf(ORIGIN, SEED)).replace('zenops', 'zenopt')), TypeError)
})

test('a later epoch of a tenant is a log of its own', () => {
  assert.equal(logIdOf(TENANT, 2), `${TENANT}/2`)
  assert.notDeepEqual(firstLink(logIdOf(TENANT, 2)), firstLink(logIdOf(TENANT, 1)))
})
