import { nextLink } from '@zenops/audit/hashes'
import { inclusionRanges, type Node, proofOf, RightEdge, verifyConsistency, verifyInclusion } from '@zenops/audit/tree'
import { drawer, proofBetween, treeOf } from './audit-log.ts'
import { flipBit, log, type Mutant } from './audit-mutants.ts'

const rangeRoot = ({ height, index }: Node): Buffer => {
  const tree = new RightEdge()
  for (const leaf of log.leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)) tree.append(leaf)
  return tree.root()
}

/** Inclusion and consistency proofs with one bit changed, one hash left out or added, or told of another place. */
export function* proofMutants(count: number): Generator<Mutant> {
  const draw = drawer(13)
  const of = (label: string, holds: () => boolean): Mutant => ({
    kind: 'proof',
    label,
    seq: null,
    judge: (lazy) => ({ noticed: lazy ? false : !holds(), seq: null }),
  })
  for (let n = 0; n < count; n++) {
    const size = 2 + draw(28)
    const index = draw(size)
    const root = treeOf(log, size).root()
    const leaf = log.leaves[index] ?? root
    const proof = proofOf(inclusionRanges(index, size), rangeRoot)
    const which = draw(proof.length)
    const damaged = proof.map((hash, place) => (place === which ? flipBit(hash, draw(256)) : hash))
    const older = 1 + draw(size - 1)
    const between = proofBetween(log, older, size).map((hash) => Buffer.from(hash, 'base64'))
    const heads = [
      { size: older, root: treeOf(log, older).root() },
      { size, root },
    ] as const
    const one = draw(between.length)
    const kinds = [
      of('inclusion: bit', () => verifyInclusion({ index, size, leaf }, damaged, root)),
      of('inclusion: short', () => verifyInclusion({ index, size, leaf }, proof.slice(1), root)),
      of('inclusion: other leaf', () => verifyInclusion({ index, size, leaf: nextLink(leaf, 1, leaf) }, proof, root)),
      of('consistency: bit', () =>
        verifyConsistency(
          heads[0],
          heads[1],
          between.map((hash, place) => (place === one ? flipBit(hash, draw(256)) : hash)),
        ),
      ),
      of('consistency: long', () => verifyConsistency(heads[0], heads[1], [...between, root])),
      of('consistency: other root', () =>
        verifyConsistency(
          { ...heads[0], root: leaf === heads[0].root ? root : flipBit(heads[0].root, 3) },
          heads[1],
          between,
        ),
      ),
    ]
    yield kinds[n % kinds.length] as Mutant // within the list
  }
}
