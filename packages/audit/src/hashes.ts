import { hash } from 'node:crypto'

/** Bytes of a SHA-256 hash; of the largest canonical event. */
export const HASH_BYTES = 32
export const MAX_CANON_BYTES = 65_536

/** Text comes out of the one-shot hash several times faster than a buffer does. */
function digestInto(bytes: Uint8Array, target: Buffer, offset: number): void {
  target.write(hash('sha256', bytes, 'binary'), offset, HASH_BYTES, 'latin1')
}
export const sha256 = (bytes: Uint8Array | string): Buffer => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')

const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, 1)
/** SHA-256(01 || left || right): an inner node of RFC 6962, written to `target` (which may be one of the two). */
export function nodeHashInto(left: Uint8Array, right: Uint8Array, target: Buffer): void {
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + HASH_BYTES)
  digestInto(nodeInput, target, 0)
}
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const target = Buffer.allocUnsafe(HASH_BYTES)
  nodeHashInto(left, right, target)
  return target
}

/** One leading zero byte, then room for an event: `leafOf` hashes what was written behind it without a copy. */
export const leafInput = Buffer.alloc(1 + MAX_CANON_BYTES)
export const leafOf = (length: number, target: Buffer): void => digestInto(leafInput.subarray(0, 1 + length), target, 0)

/** SHA-256(00 || canon). Throws RangeError beyond 64 KiB. */
export function leafHash(canon: Uint8Array): Buffer {
  const target = Buffer.allocUnsafe(HASH_BYTES)
  leafInput.set(canon, 1)
  leafOf(canon.length, target)
  return target
}
/** The leaf of a signed note in the root log: notes are no events and may not be read as such, so no size rule holds. */
export const noteLeaf = (note: string): Buffer => sha256(Buffer.concat([Buffer.of(0), Buffer.from(note)]))

/** Name of a log: the tenant in lower case, from its second epoch on with `/epoch`. */
export const logIdOf = (tenantId: string, epoch: number): string =>
  epoch === 1 ? tenantId.toLowerCase() : `${tenantId.toLowerCase()}/${epoch}`

/** link_0 of a log: SHA-256(02 || "audit/v1" || 00 || log_id). */
export const firstLink = (logId: string): Buffer =>
  sha256(Buffer.concat([Buffer.of(2), Buffer.from('audit/v1'), Buffer.of(0), Buffer.from(logId)]))

const linkInput = Buffer.alloc(1 + HASH_BYTES + 8 + HASH_BYTES, 3)
const HIGH = 2 ** 32
/** SHA-256(03 || previous link || u64be(seq) || leaf), written to `target` (which may be `previous`). */
export function linkInto(
  previous: Uint8Array,
  row: { readonly seq: number; readonly leaf: Uint8Array },
  target: Buffer,
): void {
  linkInput.set(previous, 1)
  linkInput.writeUInt32BE(Math.floor(row.seq / HIGH), 33)
  linkInput.writeUInt32BE(row.seq % HIGH, 37)
  linkInput.set(row.leaf, 41)
  digestInto(linkInput, target, 0)
}
export function nextLink(previous: Uint8Array, seq: number, leaf: Uint8Array): Buffer {
  const target = Buffer.allocUnsafe(HASH_BYTES)
  linkInto(previous, { seq, leaf }, target)
  return target
}

const EMPTY = sha256('')
/** Root of a tree without leaves. */
export const emptyRoot = (): Buffer => Buffer.from(EMPTY)
