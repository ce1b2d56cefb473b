import { createHash, type Hash } from 'node:crypto'
import { BUNDLE_FORMAT, type BundleHeader, MAX_LINE_BYTES, type RootInclusion } from './bundle-records.ts'
import { canonFault, QUOTE } from './canon.ts'
import { firstLink, HASH_BYTES, leafInput, leafOf, linkInto, logIdOf, MAX_CANON_BYTES, noteLeaf } from './hashes.ts'
import { type Checkpoint, type NoteKey, openNote } from './notes.ts'
import { RightEdge, verifyConsistency, verifyInclusion } from './tree.ts'

export type BundleCode =
  | 'bundle_malformed'
  | 'bundle_digest_mismatch'
  | 'canon_invalid'
  | 'chain_seq_gap'
  | 'hash_curr_mismatch'
  | 'tail_truncated'
  | 'checkpoint_signature_invalid'
  | 'checkpoint_root_mismatch'
  | 'checkpoint_link_mismatch'
  | 'checkpoint_inconsistent'
  | 'retention_seal_mismatch'
  | 'notary_mismatch'
  | 'unreadable'
  | 'unknown_version'
  | 'key_not_given'

/** What a bundle was found to be. `undecided`: what was given does not suffice to judge. */
export interface BundleVerdict {
  readonly verdict: 'valid' | 'tampered' | 'undecided'
  readonly code: BundleCode | null
  /** First event that cannot be believed; null where no event is at fault. */
  readonly first_bad_seq: number | null
  readonly message: string
  readonly origin: string | null
  readonly from_seq: number | null
  readonly to_seq: number | null
  readonly events: number
}

class Fault extends Error {
  readonly code: BundleCode
  readonly seq: number | null
  readonly undecided: boolean
  constructor(code: BundleCode, message: string, how: { seq?: number | null; undecided?: true } = {}) {
    super(message)
    this.code = code
    this.seq = how.seq ?? null
    this.undecided = how.undecided === true
  }
}

export interface BundleTrust {
  /** Keys from elsewhere than the bundle: those inside it are never trusted. */
  readonly keys: readonly NoteKey[]
  /** A note of the same log that was published before. */
  readonly published?: string
}

const START_REASONS: ReadonlySet<string> = new Set(['origin', 'checkpoint', 'retention_seal'])
const NEWLINE = 0x0a
const EVENT = Buffer.from('{"t":"E","seq":')
const CANON = Buffer.from(',"canon":"')
const LINK = Buffer.from('","link":"')
const LINK_CHARS = 44
const END = Buffer.from('"}')

/** A loop: a call into the runtime costs more than a dozen bytes. */
function hasBytes(line: Buffer, at: number, wanted: Buffer): boolean {
  for (let i = 0; i < wanted.length; i++) if (line[at + i] !== wanted[i]) return false
  return true
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** Bytes of canonical base64, or a fault. */
function bytesOf(text: unknown, length = HASH_BYTES): Buffer {
  const bytes = Buffer.from(typeof text === 'string' ? text : '', 'base64')
  if (bytes.length !== length || bytes.toString('base64') !== text)
    throw new Fault('bundle_malformed', 'a hash is malformed')
  return bytes
}
const listOf = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value) || value.length > 128) throw new Fault('bundle_malformed', 'a list is malformed')
  return value
}

function assertHeader({ origin, tenant_id, epoch, from_seq, to_seq, start_reason }: BundleHeader): void {
  const isWhole = [epoch, from_seq, to_seq].every(isCount) && epoch >= 1 && from_seq >= 1 && to_seq >= from_seq
  if (!isWhole || typeof origin !== 'string' || typeof tenant_id !== 'string')
    throw new Fault('bundle_malformed', 'the header is malformed')
  if (!origin.endsWith(`/${logIdOf(tenant_id, epoch)}`))
    throw new Fault('bundle_malformed', 'the header names another log than its origin')
  if (!START_REASONS.has(start_reason) || (start_reason === 'origin') !== (from_seq === 1))
    throw new Fault('bundle_malformed', 'the start is malformed')
}

/**
 * Verifies an evidence bundle as it flows by: constant memory for any length. Push bytes, then ask for the verdict.
 * After the first fault everything else is let pass unread.
 */
export class BundleReader {
  readonly #trust: BundleTrust
  readonly #digest: Hash = createHash('sha256')
  #rest: Buffer = Buffer.alloc(0)
  #fault: Fault | null = null
  #header: BundleHeader | null = null
  #tree = new RightEdge()
  readonly #link = Buffer.alloc(HASH_BYTES)
  readonly #leaf = Buffer.alloc(HASH_BYTES)
  #seq = 0
  #events = 0
  /** Newest signed head that the bundle itself leads to; the seq up to which events are signed. */
  #signed: Checkpoint | null = null
  #signedTo = -1
  #startSigned = false
  /** Notes that no given key signed: nothing is said of them, so the whole is not called valid. */
  #strangers = 0
  #lastNote = ''
  #proof: { readonly from: number; readonly to: number; readonly hashes: readonly Buffer[] } | null = null
  #published: Checkpoint | null = null
  #publishedMet = false
  #ended = false

  constructor(trust: BundleTrust) {
    this.#trust = trust
    if (trust.published === undefined) return
    const opened = openNote(trust.published, trust.keys)
    if (opened.kind === 'signed') this.#published = opened.checkpoint
    else
      this.#fault = new Fault('key_not_given', 'the published note is not signed by a given key', { undecided: true })
  }

  push(chunk: Buffer): void {
    if (this.#fault) return
    try {
      this.#take(chunk)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.#fault = error
    }
  }

  #take(chunk: Buffer): void {
    let bytes = chunk
    if (this.#rest.length > 0) {
      // Only the line that was cut is put together; the chunk is read where it lies.
      const end = chunk.indexOf(NEWLINE) + 1
      const line = Buffer.concat([this.#rest, end === 0 ? chunk : chunk.subarray(0, end)])
      this.#rest = Buffer.alloc(0)
      bytes = end === 0 ? line : chunk.subarray(end)
      if (end > 0) this.#lines(line)
    }
    this.#rest = Buffer.from(bytes.subarray(this.#lines(bytes)))
    if (this.#rest.length > MAX_LINE_BYTES) {
      throw new Fault(
        this.#header ? 'bundle_malformed' : 'unreadable',
        'a line without an end',
        this.#header ? {} : { undecided: true },
      )
    }
  }

  /** Reads the whole lines; answers where the rest begins. */
  #lines(bytes: Buffer): number {
    let start = 0
    let hashed = 0
    for (;;) {
      const end = bytes.indexOf(NEWLINE, start)
      if (end < 0) break
      if (this.#ended) throw new Fault('bundle_malformed', 'something follows the trailer')
      if (hasBytes(bytes, start, EVENT)) this.#event(bytes, start, end)
      else {
        // The trailer covers every line in front of it.
        this.#digest.update(bytes.subarray(hashed, start))
        hashed = start
        this.#record(bytes.subarray(start, end))
      }
      start = end + 1
    }
    this.#digest.update(bytes.subarray(hashed, start))
    return start
  }

  #event(bytes: Buffer, start: number, end: number): void {
    if (!this.#header) throw new Fault('unreadable', 'not an evidence bundle', { undecided: true })
    const expected = this.#seq + 1
    if (expected > this.#header.to_seq)
      throw new Fault('chain_seq_gap', `event ${expected} is beyond the end`, { seq: expected })
    const digitsAt = start + EVENT.length
    const at = bytes.indexOf(QUOTE, digitsAt) - 1
    if (!hasBytes(bytes, at, CANON)) throw new Fault('bundle_malformed', 'an event is malformed', { seq: expected })
    if (bytes.toString('latin1', digitsAt, Math.max(at, digitsAt)) !== String(expected))
      throw new Fault('chain_seq_gap', `event ${expected} is missing`, { seq: expected })
    const from = at + CANON.length
    const link = end - END.length - LINK_CHARS
    const tail = link - LINK.length
    if (tail < from || !hasBytes(bytes, tail, LINK) || !hasBytes(bytes, end - END.length, END))
      throw new Fault('bundle_malformed', 'an event is malformed', { seq: expected })
    const length = this.#canon(bytes, from, tail)
    leafOf(length, this.#leaf)
    linkInto(this.#link, { seq: expected, leaf: this.#leaf }, this.#link)
    if (this.#link.toString('base64') !== bytes.toString('latin1', link, link + LINK_CHARS))
      throw new Fault('hash_curr_mismatch', `the link of event ${expected} is not the one its content leads to`, {
        seq: expected,
      })
    this.#tree.append(this.#leaf)
    this.#seq = expected
    this.#events += 1
    if (this.#published?.size === expected) this.#meet(this.#published, this.#tree.root())
  }

  /** Decodes the canonical bytes into the hash's own input and judges them. Answers their length. */
  #canon(bytes: Buffer, from: number, to: number): number {
    const seq = this.#seq + 1
    const text = bytes.toString('latin1', from, to)
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
    const length = (text.length / 4) * 3 - padding
    if (!Number.isInteger(length) || length < 2 || length > MAX_CANON_BYTES)
      throw new Fault('canon_invalid', `event ${seq} has no canonical bytes`, { seq })
    // What is no sign of base64 is passed over in decoding and shows as a missing byte; two signs of the other
    // alphabet and spare bits in the last group would be taken, so these are looked for.
    const written = leafInput.write(text, 1, 'base64')
    const isPlain = !text.includes('-') && !text.includes('_')
    const tail = leafInput.toString('base64', 1 + length - (3 - padding), 1 + length)
    if (written !== length || !isPlain || tail !== text.slice(-4))
      throw new Fault('canon_invalid', `event ${seq} has no canonical bytes`, { seq })
    const fault = canonFault(leafInput, 1, 1 + length)
    if (fault !== null) throw new Fault('canon_invalid', `event ${seq} is not canonical: ${fault}`, { seq })
    return length
  }

  #record(line: Buffer): void {
    const record = this.#parse(line)
    if (record['t'] === 'H') return this.#begin(record)
    if (!this.#header) throw new Fault('unreadable', 'not an evidence bundle', { undecided: true })
    if (record['t'] === 'K') return
    if (record['t'] === 'C') return this.#checkpoint(String(record['note']))
    if (record['t'] === 'P') return this.#takeProof(record)
    if (record['t'] === 'N') return this.#inclusion(record)
    if (record['t'] !== 'Z') throw new Fault('bundle_malformed', 'a record of an unknown kind')
    this.#end(record)
  }

  #parse(line: Buffer): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(line.toString('utf8'))
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown> // members are judged where they are read
    } catch {
      // falls through
    }
    throw this.#header
      ? new Fault('bundle_malformed', 'a line is not JSON')
      : new Fault('unreadable', 'not an evidence bundle', { undecided: true })
  }

  #begin(record: Readonly<Record<string, unknown>>): void {
    if (this.#header) throw new Fault('bundle_malformed', 'a second header')
    if (record['format'] !== BUNDLE_FORMAT)
      throw new Fault('unknown_version', 'unknown format of bundle', { undecided: true })
    const header = record as unknown as BundleHeader // its members are judged here
    assertHeader(header)
    const { origin, tenant_id, epoch, from_seq } = header
    this.#header = header
    bytesOf(header.start_link).copy(this.#link)
    this.#seq = from_seq - 1
    try {
      this.#tree = RightEdge.at(
        this.#seq,
        listOf(header.start_edge).map((hash) => bytesOf(hash)),
      )
    } catch {
      throw new Fault('bundle_malformed', 'the start does not fit its size')
    }
    if (from_seq === 1 && !this.#link.equals(firstLink(logIdOf(tenant_id, epoch))))
      throw new Fault('hash_curr_mismatch', 'the chain does not begin with its log', { seq: 1 })
    if (this.#published && this.#published.origin !== origin)
      throw new Fault('key_not_given', 'the published note is of another log', { undecided: true })
    if (this.#published?.size === this.#seq) this.#meet(this.#published, this.#tree.root())
  }

  /** A published note stands against what the bundle leads to at its size. */
  #meet(published: Checkpoint, root: Buffer): void {
    this.#publishedMet = true
    if (root.equals(published.root)) return
    throw new Fault('notary_mismatch', `the bundle contradicts the note published at ${published.size}`, {
      seq: this.#signedTo + 1 || null,
    })
  }

  #checkpoint(note: string): void {
    const opened = openNote(note, this.#trust.keys)
    if (opened.kind === 'stranger') {
      this.#proof = null
      this.#strangers++
      return
    }
    const firstUnsigned = Math.max(this.#signedTo + 1, this.#header?.from_seq ?? 1)
    if (opened.kind === 'invalid')
      throw new Fault('checkpoint_signature_invalid', 'a checkpoint is not signed', {
        seq: this.#suspect(firstUnsigned),
      })
    const { checkpoint } = opened
    if (checkpoint.origin !== this.#header?.origin)
      throw new Fault('checkpoint_signature_invalid', 'a checkpoint of another log')
    if (checkpoint.size > this.#seq) this.#later(checkpoint)
    else this.#now(checkpoint, firstUnsigned)
    this.#signed = checkpoint
    this.#lastNote = note
  }

  #suspect(firstUnsigned: number): number | null {
    return this.#events > 0 && firstUnsigned <= this.#seq ? firstUnsigned : null
  }

  /** A checkpoint at the place that the stream has reached. */
  #now(checkpoint: Checkpoint, firstUnsigned: number): void {
    if (checkpoint.size < this.#seq) throw new Fault('bundle_malformed', 'a checkpoint out of place')
    const isStart = this.#events === 0
    const sealed = isStart && this.#header?.start_reason === 'retention_seal'
    const at = { seq: this.#suspect(firstUnsigned) }
    if (!this.#tree.root().equals(checkpoint.root))
      throw new Fault(
        sealed ? 'retention_seal_mismatch' : 'checkpoint_root_mismatch',
        `the events lead to another root than was signed at ${checkpoint.size}`,
        at,
      )
    if (checkpoint.link && !this.#link.equals(checkpoint.link))
      throw new Fault(
        sealed ? 'retention_seal_mismatch' : 'checkpoint_link_mismatch',
        `the events lead to another link than was signed at ${checkpoint.size}`,
        at,
      )
    this.#useProof(checkpoint)
    this.#signedTo = checkpoint.size
    this.#startSigned ||= isStart
  }

  /** A checkpoint beyond the last event: it must be proven to continue what the events lead to. */
  #later(checkpoint: Checkpoint): void {
    if (this.#seq !== this.#header?.to_seq)
      throw new Fault('tail_truncated', `events end at ${this.#seq}`, { seq: this.#seq + 1 })
    const proof = this.#proof
    this.#proof = null
    if (proof?.from !== this.#seq || proof.to !== checkpoint.size)
      throw new Fault('checkpoint_inconsistent', `no proof leads to the checkpoint at ${checkpoint.size}`)
    const isProven = verifyConsistency({ size: this.#seq, root: this.#tree.root() }, checkpoint, proof.hashes)
    if (!isProven)
      throw new Fault(
        'checkpoint_inconsistent',
        `the checkpoint at ${checkpoint.size} does not continue these events`,
        { seq: this.#suspect(Math.max(this.#signedTo + 1, this.#header.from_seq)) },
      )
    this.#signedTo = this.#seq
    if (this.#published?.size === checkpoint.size) this.#meet(this.#published, checkpoint.root)
  }

  #takeProof(record: Readonly<Record<string, unknown>>): void {
    const { from, to } = record
    if (this.#proof || !isCount(from) || !isCount(to)) throw new Fault('bundle_malformed', 'a proof is malformed')
    this.#proof = { from, to, hashes: listOf(record['proof']).map((hash) => bytesOf(hash)) }
  }

  /** A proof between two checkpoints of the stream must hold too, though their roots are computed anyway. */
  #useProof(newer: Checkpoint): void {
    const proof = this.#proof
    this.#proof = null
    if (!proof) return
    const older = this.#signed
    if (older?.size !== proof.from || newer.size !== proof.to || !verifyConsistency(older, newer, proof.hashes))
      throw new Fault('checkpoint_inconsistent', `the proof from ${proof.from} to ${proof.to} does not hold`)
  }

  /** Root-log record of the checkpoint just in front of it. */
  #inclusion(record: Readonly<Record<string, unknown>>): void {
    const { index, note, proof } = record as unknown as RootInclusion // members are judged here
    if (!this.#signed) return
    const opened = openNote(String(note), this.#trust.keys)
    if (opened.kind === 'stranger') return void this.#strangers++
    if (opened.kind === 'invalid' || !isCount(index))
      throw new Fault('notary_mismatch', 'the note of the root log is not signed')
    const { size, root } = opened.checkpoint
    const hashes = listOf(proof).map((hash) => bytesOf(hash))
    if (
      opened.checkpoint.link !== null ||
      !verifyInclusion({ index, size, leaf: noteLeaf(this.#lastNote) }, hashes, root)
    )
      throw new Fault('notary_mismatch', 'the checkpoint is not in the root log where the bundle says')
  }

  #end(record: Readonly<Record<string, unknown>>): void {
    this.#ended = true
    const isWhole = this.#seq === this.#header?.to_seq
    if (!isWhole) throw new Fault('tail_truncated', `events end at ${this.#seq}`, { seq: this.#seq + 1 })
    if (record['sha256'] !== this.#digest.copy().digest('hex') || record['events'] !== this.#events)
      throw new Fault('bundle_digest_mismatch', 'the bundle is not what its trailer says')
    if (this.#proof) throw new Fault('bundle_malformed', 'a proof without its checkpoint')
  }

  /** The verdict over all that was pushed. */
  verdict(): BundleVerdict {
    const header = this.#header
    const told = {
      origin: header?.origin ?? null,
      from_seq: header?.from_seq ?? null,
      to_seq: header?.to_seq ?? null,
      events: this.#events,
    }
    const fault = this.#fault ?? this.#last()
    if (!fault)
      return {
        verdict: 'valid',
        code: null,
        first_bad_seq: null,
        message: `${this.#events} events are as they were signed`,
        ...told,
      }
    return {
      verdict: fault.undecided ? 'undecided' : 'tampered',
      code: fault.code,
      first_bad_seq: fault.seq,
      message: fault.message,
      ...told,
    }
  }

  #last(): Fault | null {
    const header = this.#header
    if (!header) return new Fault('unreadable', 'not an evidence bundle', { undecided: true })
    if (!this.#ended || this.#rest.length > 0)
      return new Fault('tail_truncated', 'the bundle is cut', { seq: this.#seq + 1 })
    if (!this.#signed) return new Fault('key_not_given', 'no checkpoint is signed by a given key', { undecided: true })
    if (this.#signedTo < header.to_seq)
      return new Fault('tail_truncated', `no checkpoint signs the events behind ${this.#signedTo}`, {
        seq: this.#signedTo + 1,
      })
    // A start inside the log must itself be signed.
    if (header.from_seq > 1 && !this.#startSigned)
      return new Fault('checkpoint_signature_invalid', 'the start is not signed')
    if (this.#strangers > 0)
      return new Fault('key_not_given', 'a checkpoint is signed by a key that was not given', { undecided: true })
    return this.#publishedFault()
  }
  #publishedFault(): Fault | null {
    const published = this.#published
    if (!published || this.#publishedMet) return null
    return published.size > this.#seq
      ? new Fault(
          'tail_truncated',
          `a note was published at ${published.size}, the bundle proves nothing beyond ${this.#seq}`,
          { seq: this.#seq + 1 },
        )
      : new Fault('unreadable', 'the published note is older than the bundle', { undecided: true })
  }
}
