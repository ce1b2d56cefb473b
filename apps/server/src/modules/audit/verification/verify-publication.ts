import { noteLeaf } from '@zenops/audit/hashes'
import { openNote } from '@zenops/audit/notes'
import { verifyInclusion } from '@zenops/audit/tree'
import { rootOriginOf } from '../sealing/ground.ts'
import type { CheckpointRow, Publication } from './log-reader.ts'
import type { Trust } from './trust.ts'

type Signed = Pick<CheckpointRow, 'note'>
type RootTrust = Pick<Trust, 'host' | 'keys' | 'published'>

const MAX_KEPT = 64

/** Holds signed heads against the root log: leaf, inclusion, and the signed notes that were published. */
export class Publications {
  readonly #trust: RootTrust
  /** Many heads are published by one note; null = it says something else. */
  readonly #roots = new Map<string, Buffer | null>()
  constructor(trust: RootTrust) {
    this.#trust = trust
  }

  /** True when the root log tells of the head as it is. */
  holds(row: Signed, publication: Publication): boolean {
    const leaf = noteLeaf(row.note)
    const { note_size: size, proof, notes, position } = publication
    if (publication.leaf !== leaf.toString('base64')) return false
    // Rows that are older than proofs name no note.
    if (size === null || proof === null) return true
    const hashes = proof.map((hash) => Buffer.from(hash, 'base64'))
    const includes = (note: string): boolean => {
      const root = this.#rootOf(note, { epoch: publication.root_epoch, size })
      return root !== null && verifyInclusion({ index: position, size, leaf }, hashes, root)
    }
    return notes.length > 0 && notes.every(includes)
  }

  #rootOf(note: string, at: { epoch: number; size: number }): Buffer | null {
    const key = `${at.epoch} ${at.size} ${note}`
    const known = this.#roots.get(key)
    if (known !== undefined) return known
    if (this.#roots.size >= MAX_KEPT) this.#roots.clear()
    const root = this.#read(note, at)
    this.#roots.set(key, root)
    return root
  }

  #read(note: string, { epoch, size }: { epoch: number; size: number }): Buffer | null {
    const { host, keys, published } = this.#trust
    const origin = rootOriginOf(host, epoch)
    const opened = openNote(note, keys)
    if (opened.kind !== 'signed' || opened.checkpoint.origin !== origin || opened.checkpoint.size !== size) return null
    const told = published.get(origin)
    const { root } = opened.checkpoint
    return told?.size === size && !told.root.equals(root) ? null : root
  }
}
