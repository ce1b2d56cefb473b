import { emptyRoot, HASH_BYTES, nodeHash, nodeHashInto } from './hashes.ts'

const isOdd = (n: number): boolean => n % 2 === 1
const half = (n: number): number => Math.floor(n / 2)

/**
 * An RFC 6962 tree that only grows, kept as the roots of its perfect subtrees: constant memory for any size.
 */
export class RightEdge {
  #size = 0
  /** By height; in use where the bit of the size is set. */
  readonly #roots: Buffer[] = []

  get size(): number {
    return this.#size
  }

  /** Takes up a tree at its size from its right edge, largest subtree first. Throws RangeError when they do not fit. */
  static at(size: number, edge: readonly Uint8Array[]): RightEdge {
    const tree = new RightEdge()
    tree.#size = size
    const waiting = edge.map((hash) => Buffer.from(hash))
    for (let n = size, height = 0; n > 0; n = half(n), height++) {
      const root = isOdd(n) ? waiting.pop() : Buffer.alloc(HASH_BYTES)
      if (root?.length !== HASH_BYTES) throw new RangeError('the right edge does not fit the size')
      tree.#roots[height] = root
    }
    if (waiting.length > 0) throw new RangeError('the right edge does not fit the size')
    return tree
  }

  append(leaf: Uint8Array): void {
    let height = 0
    let carried: Buffer | undefined
    for (let n = this.#size; isOdd(n); n = half(n), height++) {
      const left = this.#roots[height] as Buffer // the bit of the size is set
      nodeHashInto(left, carried ?? leaf, left)
      carried = left
    }
    // Buffers are kept and written over: each height has one of its own.
    const place = this.#roots[height] ?? Buffer.alloc(HASH_BYTES)
    place.set(carried ?? leaf)
    this.#roots[height] = place
    this.#size += 1
  }

  /** Roots of the perfect subtrees, largest first. */
  edge(): Buffer[] {
    const found: Buffer[] = []
    for (let n = this.#size, height = 0; n > 0; n = half(n), height++) {
      if (isOdd(n)) found.push(Buffer.from(this.#roots[height] as Buffer)) // the bit of the size is set
    }
    return found.reverse()
  }

  root(): Buffer {
    return this.#size === 0 ? emptyRoot() : foldRight(this.edge())
  }
}

/** Root over neighbouring subtrees, largest first. */
function foldRight(hashes: readonly Buffer[]): Buffer {
  const [last, ...rest] = hashes.toReversed()
  if (!last) throw new RangeError('nothing to fold')
  return rest.reduce((right, left) => nodeHash(left, right), last)
}

/** Leaves `from` up to but not including `to`, counted from 0. */
export type Range = readonly [from: number, to: number]
/** A perfect subtree: leaves `index * 2^height` and on, 2^height of them. */
export interface Node {
  readonly height: number
  readonly index: number
}

/** Largest power of two below n. */
function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** The perfect subtrees that make up a range of a proof, from left to right. */
export function nodesOf([from, to]: Range): Node[] {
  const nodes: Node[] = []
  let at = from
  while (at < to) {
    let height = 0
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height++
    nodes.push({ height, index: at / 2 ** height })
    at += 2 ** height
  }
  return nodes
}

/** The ranges whose roots prove that leaf `index` is in the tree of `size`, nearest first. */
export function inclusionRanges(index: number, size: number): Range[] {
  if (index < 0 || index >= size) throw new RangeError('no such leaf')
  const ranges: Range[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + split(to - from)
    if (index < middle) {
      ranges.push([middle, to])
      to = middle
    } else {
      ranges.push([from, middle])
      from = middle
    }
  }
  return ranges.toReversed()
}

/** The ranges whose roots prove that the tree of `older` leaves is the beginning of the one of `newer`. */
export function consistencyRanges(older: number, newer: number): Range[] {
  if (older < 1 || older > newer) throw new RangeError('no such trees')
  const ranges: Range[] = []
  let [from, to] = [0, newer]
  let whole = true
  while (older !== to) {
    const middle = from + split(to - from)
    if (older <= middle) {
      ranges.push([middle, to])
      to = middle
    } else {
      ranges.push([from, middle])
      from = middle
      whole = false
    }
  }
  if (!whole) ranges.push([from, to])
  return ranges.toReversed()
}

/** Reads the root of a perfect subtree. */
export type NodeReader = (node: Node) => Buffer

/** Hashes of the ranges of a proof. */
export const proofOf = (ranges: readonly Range[], read: NodeReader): Buffer[] =>
  ranges.map((range) => foldRight(nodesOf(range).map(read)))

/**
 * Inclusion proofs of leaves just appended to a tree of which only the right edge was kept: whatever a proof needs is a
 * subtree of that edge or made of the new leaves. Answers one proof for each new leaf, in the tree with all of them.
 */
export function proofsOfNew(older: RightEdge, fresh: readonly Uint8Array[]): Buffer[][] {
  const size = older.size + fresh.length
  const known = new Map<string, Buffer>()
  const keyOf = ({ height, index }: Node): string => `${height} ${index}`
  for (const [place, node] of nodesOf([0, older.size]).entries()) known.set(keyOf(node), older.edge()[place] as Buffer) // one root a subtree
  const read: NodeReader = (node) => {
    const there = known.get(keyOf(node))
    if (there) return there
    const leaf = node.height === 0 ? fresh[node.index - older.size] : undefined
    if (node.height === 0 && !leaf) throw new RangeError('no such leaf')
    const hash = leaf
      ? Buffer.from(leaf)
      : nodeHash(
          read({ height: node.height - 1, index: node.index * 2 }),
          read({ height: node.height - 1, index: node.index * 2 + 1 }),
        )
    known.set(keyOf(node), hash)
    return hash
  }
  return fresh.map((_, place) => proofOf(inclusionRanges(older.size + place, size), read))
}

interface Leaf {
  readonly index: number
  readonly size: number
  readonly leaf: Uint8Array
}

/**
 * Goes up a tree along a proof: tells for each sibling whether it stands on the left. False when the proof is too long
 * or too short. (RFC 9162, 2.1.3.2 and 2.1.4.2)
 */
function climb(
  start: Range,
  proof: readonly Uint8Array[],
  join: (sibling: Uint8Array, isLeft: boolean) => void,
): boolean {
  let [at, last] = start
  for (const sibling of proof) {
    if (last === 0) return false
    const isLeft = isOdd(at) || at === last
    join(sibling, isLeft)
    if (isLeft) while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0
}

/** Does the proof show the leaf in the tree of that size and root? */
export function verifyInclusion({ index, size, leaf }: Leaf, proof: readonly Uint8Array[], root: Uint8Array): boolean {
  if (index < 0 || index >= size) return false
  const hash = Buffer.from(leaf)
  const whole = climb([index, size - 1], proof, (sibling, isLeft) =>
    isLeft ? nodeHashInto(sibling, hash, hash) : nodeHashInto(hash, sibling, hash),
  )
  return whole && hash.equals(root)
}

function isPerfect(size: number): boolean {
  let n = size
  while (!isOdd(n)) n = half(n)
  return n === 1
}

export interface Head {
  readonly size: number
  readonly root: Uint8Array
}

/** Does the proof show that the newer tree begins with the older one? */
export function verifyConsistency(older: Head, newer: Head, proof: readonly Uint8Array[]): boolean {
  if (older.size < 1 || older.size > newer.size) return false
  const same = Buffer.from(older.root).equals(newer.root)
  if (older.size === newer.size) return proof.length === 0 && same
  const path = isPerfect(older.size) ? [older.root, ...proof] : [...proof]
  const [first, ...rest] = path
  if (!first) return false
  let [at, last] = [older.size - 1, newer.size - 1]
  while (isOdd(at)) [at, last] = [half(at), half(last)]
  const [old, fresh] = [Buffer.from(first), Buffer.from(first)]
  const whole = climb([at, last], rest, (sibling, isLeft) => {
    if (isLeft) nodeHashInto(sibling, old, old)
    if (isLeft) nodeHashInto(sibling, fresh, fresh)
    else nodeHashInto(fresh, sibling, fresh)
  })
  return whole && old.equals(older.root) && fresh.equals(newer.root)
}
