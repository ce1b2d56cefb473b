import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { HASH_BYTES, sha256 } from './hashes.ts'

const ED25519 = 1
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** What a note is checked with. `name` may be the beginning of an origin, up to a slash: one key signs many logs. */
export interface NoteKey {
  readonly name: string
  /** 32 raw bytes. */
  readonly publicKey: Buffer
}
export interface NoteSigner extends NoteKey {
  readonly privateKey: KeyObject
}

/** First four bytes of SHA-256(name || 0A || 01 || public key). */
export const keyIdOf = (name: string, publicKey: Uint8Array): Buffer =>
  sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), publicKey])).subarray(0, 4)

/** `name+hex key id+base64(01 || public key)`. */
export const vkeyOf = ({ name, publicKey }: NoteKey): string =>
  `${name}+${keyIdOf(name, publicKey).toString('hex')}+${Buffer.concat([Buffer.of(ED25519), publicKey]).toString('base64')}`

const base64Of = (text: string, bytes: number): Buffer | null => {
  const decoded = Buffer.from(text, 'base64')
  return decoded.length === bytes && decoded.toString('base64') === text ? decoded : null
}

/** Reads a verifier key. Throws TypeError when it is malformed or its id is not that of its name and key. */
export function parseVkey(text: string): NoteKey {
  const [, name = '', id = '', key = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? []
  const bytes = base64Of(key, 1 + HASH_BYTES)
  if (bytes?.[0] !== ED25519) throw new TypeError('not a verifier key')
  const publicKey = bytes.subarray(1)
  if (keyIdOf(name, publicKey).toString('hex') !== id) throw new TypeError('the id is not that of the key')
  return { name, publicKey }
}

/** A signer from the 32 bytes of an Ed25519 private key. */
export function signerOf(name: string, seed: Uint8Array): NoteSigner {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return { name, privateKey, publicKey: spki.subarray(SPKI.length) }
}

/** The tree head of a log as it is signed. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  /** Last link of the chain; absent in the root log, which has none. */
  readonly link: Buffer | null
}

export const checkpointText = ({ origin, size, root, link }: Checkpoint): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n${link ? `link ${link.toString('base64')}\n` : ''}`

const CHECKPOINT = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([^\n]+)\n(?:link ([^\n]+)\n)?$/
/** Reads the text of a checkpoint; null when it is not exactly of its form. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [, origin = '', size = '', root = '', link] = CHECKPOINT.exec(text) ?? []
  const hash = base64Of(root, HASH_BYTES)
  const last = link === undefined ? null : base64Of(link, HASH_BYTES)
  if (!hash || (link !== undefined && !last) || !Number.isSafeInteger(Number(size))) return null
  return { origin, size: Number(size), root: hash, link: last }
}

/** Signs a text of whole lines with every key, under one name. */
export function signNote(name: string, text: string, signers: readonly NoteSigner[]): string {
  const lines = signers.map(({ privateKey, publicKey }) => {
    const signature = sign(null, Buffer.from(text), privateKey)
    return `\u2014 ${name} ${Buffer.concat([keyIdOf(name, publicKey), signature]).toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** Signs a checkpoint with every key; the name of each is the origin. */
export const signCheckpoint = (checkpoint: Checkpoint, signers: readonly NoteSigner[]): string =>
  signNote(checkpoint.origin, checkpointText(checkpoint), signers)

export type NoteVerdict =
  | { readonly kind: 'signed'; readonly checkpoint: Checkpoint }
  /** Not a note, or its signature by a known key is wrong. */
  | { readonly kind: 'invalid' }
  /** No signature by any of the known keys. */
  | { readonly kind: 'stranger' }

const SIGNATURE_BYTES = 4 + 64
const MAX_SIGNATURES = 16

/** Does the key speak for this origin? */
const speaksFor = (key: NoteKey, origin: string): boolean => origin === key.name || origin.startsWith(`${key.name}/`)

const publicKeys = new WeakMap<NoteKey, KeyObject>()
function publicKeyOf(key: NoteKey): KeyObject {
  const known =
    publicKeys.get(key) ?? createPublicKey({ key: Buffer.concat([SPKI, key.publicKey]), format: 'der', type: 'spki' })
  publicKeys.set(key, known)
  return known
}

interface Signed {
  readonly text: string
  readonly origin: string
}
/** What one signature line says: by a known key or another's, or nothing that can be read or believed. */
function judgeLine(line: string, { text, origin }: Signed, keys: readonly NoteKey[]): NoteVerdict['kind'] {
  const [, name, encoded = ''] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? []
  const bytes = base64Of(encoded, SIGNATURE_BYTES)
  if (name === undefined || !bytes) return 'invalid'
  const id = bytes.subarray(0, 4)
  const own = keys.filter((key) => name === origin && speaksFor(key, name) && keyIdOf(name, key.publicKey).equals(id))
  if (own.length === 0) return 'stranger'
  const isGood = own.every((key) => verify(null, Buffer.from(text), publicKeyOf(key), bytes.subarray(4)))
  return isGood ? 'signed' : 'invalid'
}

/** Judges the signatures of a note whose text is about an origin. Further ones by other keys are let pass unread. */
export function judgeNote(note: string, origin: string, keys: readonly NoteKey[]): NoteVerdict['kind'] {
  const end = note.indexOf('\n\n')
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2).split('\n')
  if (end < 0 || lines.pop() !== '' || lines.length < 1 || lines.length > MAX_SIGNATURES) return 'invalid'
  const found = new Set(lines.map((line) => judgeLine(line, { text, origin }, keys)))
  if (found.has('invalid')) return 'invalid'
  return found.has('signed') ? 'signed' : 'stranger'
}

/** Opens the signed note of a checkpoint with the keys one trusts. */
export function openNote(note: string, keys: readonly NoteKey[]): NoteVerdict {
  const checkpoint = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))
  if (!checkpoint) return { kind: 'invalid' }
  const kind = judgeNote(note, checkpoint.origin, keys)
  return kind === 'signed' ? { kind, checkpoint } : { kind }
}
