import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyRoot, nodeHash, sha256 } from './hashes.ts'
import {
  consistencyRanges,
  inclusionRanges,
  type Node,
  proofOf,
  proofsOfNew,
  RightEdge,
  verifyConsistency,
  verifyInclusion,
} from './tree.ts'

const SIZES = 600
const LEAVES = Array.from({ length: SIZES }, (_, index) => sha256(`leaf ${index}`))
const leafAt = (index: number): Buffer => LEAVES[index] as Buffer // within SIZES

const known = new Map<string, Buffer>()
/** RFC 6962, 2.1, word for word. */
function naiveRoot(from: number, to: number): Buffer {
  const key = `${from} ${to}`
  const found = known.get(key)
  if (found) return found
  const n = to - from
  let k = 1
  while (k * 2 < n) k *= 2
  const root =
    n === 0 ? emptyRoot() : n === 1 ? leafAt(from) : nodeHash(naiveRoot(from, from + k), naiveRoot(from + k, to))
  known.set(key, root)
  return root
}
const read = ({ height, index }: Node): Buffer => naiveRoot(index * 2 ** height, (index + 1) * 2 ** height)
const flipped = (hash: Buffer): Buffer => {
  const other = Buffer.from(hash)
  other[7] = (other[7] ?? 0) ^ 1
  return other
}

test('AU-09 roots of all sizes up to 600 equal those of a naive tree, and a right edge goes on where it was cut', () => {
  const tree = new RightEdge()
  for (let size = 0; size <= SIZES; size++) {
    const root = naiveRoot(0, size)
    assert.deepEqual(tree.root(), root)
    assert.deepEqual(RightEdge.at(size, tree.edge()).root(), root)
    if (size < SIZES) tree.append(leafAt(size))
  }
  assert.throws(() => RightEdge.at(3, [leafAt(0)]), RangeError)
  assert.throws(() => RightEdge.at(1, [leafAt(0), leafAt(1)]), RangeError)
})

test('AU-09 inclusion proofs of all sizes up to 600 hold; forged ones are refused', () => {
  for (let size = 1; size <= SIZES; size++) {
    const root = naiveRoot(0, size)
    for (let index = size % 7; index < size; index += 7) {
      const proof = proofOf(inclusionRanges(index, size), read)
      const leaf = { index, size, leaf: leafAt(index) }
      assert.ok(verifyInclusion(leaf, proof, root), `${index} of ${size}`)
      assert.ok(!verifyInclusion({ ...leaf, leaf: flipped(leaf.leaf) }, proof, root))
      assert.ok(!verifyInclusion({ ...leaf, index: (index + 1) % size }, proof, root) || size === 1)
      assert.ok(!verifyInclusion(leaf, [...proof, root], root))
      if (proof[0]) {
        assert.ok(!verifyInclusion(leaf, proof.slice(1), root))
        assert.ok(!verifyInclusion(leaf, [flipped(proof[0]), ...proof.slice(1)], root))
      }
    }
  }
})

test('AU-09 leaves appended to a right edge have their inclusion proofs without the leaves in front of it', () => {
  for (let older = 0; older <= 70; older++) {
    const tree = new RightEdge()
    for (let index = 0; index < older; index++) tree.append(leafAt(index))
    for (const size of [older + 1, older + 2, older + 9, older + 40]) {
      const proofs = proofsOfNew(tree, LEAVES.slice(older, size))
      const expected = Array.from({ length: size - older }, (_, n) => proofOf(inclusionRanges(older + n, size), read))
      assert.deepEqual(proofs, expected)
    }
  }
})

test('AU-09 consistency proofs of all sizes up to 600 hold; forged ones are refused', () => {
  for (let size = 1; size <= SIZES; size++) {
    const newer = { size, root: naiveRoot(0, size) }
    for (let old = 1 + (size % 5); old <= size; old += 5) {
      const older = { size: old, root: naiveRoot(0, old) }
      const proof = proofOf(consistencyRanges(old, size), read)
      assert.ok(verifyConsistency(older, newer, proof), `${old} to ${size}`)
      assert.ok(!verifyConsistency({ ...older, root: flipped(older.root) }, newer, proof))
      assert.ok(!verifyConsistency(older, { ...newer, root: flipped(newer.root) }, proof))
      assert.ok(!verifyConsistency(older, newer, [...proof, older.root]))
      if (proof[0]) {
        assert.ok(!verifyConsistency(older, newer, proof.slice(1)))
        assert.ok(!verifyConsistency(older, newer, [flipped(proof[0]), ...proof.slice(1)]))
      }
    }
  }
})
