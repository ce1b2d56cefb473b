import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '@zenops/contracts/canonical-json'
import {
  chainText,
  contentText,
  GENESIS,
  revisionHashes,
  type StoredRevision,
  verifyRevisions,
} from './revision-hash.ts'

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

const patch = { valuation_inputs: { land_value: 2_000_000.5, building_value: 3_000_000 } }
const K = {
  contract: { ...patch, audit: { snapshot_version: 2 } },
  derived: {},
  evidence_manifest: [],
  profile: null,
  readiness: {},
  report_id: '00000000-0000-4000-8000-000000000001',
  ruleset: 'std-1',
}
const first = {
  content: K,
  patch,
  author_id: '00000000-0000-4000-8000-0000000000aa',
  created_at: '2026-04-01T05:30:00.000Z',
  prev: GENESIS,
  reason: null,
  revision: 1,
}

describe('RP-08 canonical texts and hashes', () => {
  test('the vectors', () => {
    const hash = (value: unknown) => sha256(canonicalJson(value))
    assert.equal(canonicalJson({ b: 1, a: [2, { d: null, c: '₹' }] }), '{"a":[2,{"c":"₹","d":null}],"b":1}')
    assert.equal(
      hash({ b: 1, a: [2, { d: null, c: '₹' }] }),
      '4c39bab13f03c7f1092b69575492344fc440d0782b48b6a4bacc26df70247f68',
    )
    assert.equal(
      hash({
        snapshot_version: 2,
        contract_json: { valuation_inputs: { land_value: 2_000_000, building_value: 3_000_000 } },
      }),
      '6cb3bf0d42a9838300ba07e55321b1faf91e064afb7e6f82dc1581e857acbcc7',
    )
    assert.equal(
      hash({ work_order_id: '00000000-0000-4000-8000-000000000001', snapshot_version: 2, evidence_manifest: [] }),
      '8959c7921301bf74ccc7795943e7c7a23ae634b0e5c27b1cbf6c97a1e2afc903',
    )
    assert.equal(sha256(contentText(K)), '4a32235e730924c090cf5abe9fbc4398f8141adfd9ea074c03299fb795d0370e')
  })
  test('content, patch and chain of K', async () => {
    assert.deepEqual(await revisionHashes(first, sha256), {
      content_hash: '4a32235e730924c090cf5abe9fbc4398f8141adfd9ea074c03299fb795d0370e',
      patch_hash: '8239bf528451025d1284ce8ba0bfba3e1a7fd655655d9a73583a44cd428cf513',
      chain_hash: '6a55bb6e0e7a904cab91b8a168e2481b9401a4a5269d68ee7397ea8cd63b7250',
    })
  })
  test('time, author and reason change the chain, never the content', async () => {
    const other = await revisionHashes({ ...first, reason: 'new deed' }, sha256)
    const whole = await revisionHashes(first, sha256)
    assert.equal(other.content_hash, whole.content_hash)
    assert.notEqual(other.chain_hash, whole.chain_hash)
    assert.ok(chainText({ ...first, content_hash: 'c', patch_hash: 'p' }).startsWith('{"author_id"'))
  })
  test('what JSON cannot hold is refused', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, new Date(), undefined, 1n]) {
      assert.throws(() => canonicalJson({ value: [value] }), TypeError)
    }
    assert.equal(canonicalJson({ gone: undefined, zero: -0 }), '{"zero":0}')
  })
  test('members sort by code units, numbers are shortest', () => {
    const named = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    const order = [...canonicalJson(named).matchAll(/:(\d)/g)].map(([, value]) => Number(value))
    assert.deepEqual(order, [2, 4, 6, 7, 1, 5, 3])
    assert.equal(canonicalJson([1e21, 1e-7, 4.5, 2e-3, 10 / 3]), '[1e+21,1e-7,4.5,0.002,3.3333333333333335]')
  })
  test('any JSON reads back equal, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const text = canonicalJson(value)
        assert.deepEqual(canonicalJson(JSON.parse(text)), text)
        assert.equal(text, canonicalJson(reversed(value)))
      }),
    )
  })
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  )
}

describe('RP-08 the chain', () => {
  async function chain(length: number): Promise<StoredRevision[]> {
    const revisions: StoredRevision[] = []
    for (let revision = 1; revision <= length; revision += 1) {
      const next = {
        ...first,
        content: { ...K, derived: { revision } },
        revision,
        prev: revisions.at(-1)?.chain_hash ?? GENESIS,
      }
      revisions.push({ ...next, ...(await revisionHashes(next, sha256)) })
    }
    return revisions
  }
  test('a whole chain holds; a tampered, missing or swapped row is named', async () => {
    const whole = await chain(5)
    assert.deepEqual(await verifyRevisions(whole, sha256), { ok: true })
    const tampered = whole.map((one) => (one.revision === 3 ? { ...one, reason: 'other' } : one))
    assert.deepEqual(await verifyRevisions(tampered, sha256), { ok: false, first_bad: 3 })
    const cut = whole.filter((one) => one.revision !== 2)
    assert.deepEqual(await verifyRevisions(cut, sha256), { ok: false, first_bad: 2 })
    const content = whole.map((one) =>
      one.revision === 4 ? { ...one, content: { ...K, derived: { revision: 9 } } } : one,
    )
    assert.deepEqual(await verifyRevisions(content, sha256), { ok: false, first_bad: 4 })
  })
})
