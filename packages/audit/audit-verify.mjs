#!/usr/bin/env node
// Offline verifier of ZenOps audit bundles: one file, no dependency, no network. Made by npm run generate.
import { closeSync, createReadStream, openSync, readFileSync, readSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { createHash, createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto'
import { isUtf8 } from 'node:buffer'

// hashes
/** Bytes of a SHA-256 hash; of the largest canonical event. */
const HASH_BYTES = 32
const MAX_CANON_BYTES = 65_536

/** Text comes out of the one-shot hash several times faster than a buffer does. */
function digestInto(bytes            , target        , offset        )       {
  target.write(hash('sha256', bytes, 'binary'), offset, HASH_BYTES, 'latin1')
}
const sha256 = (bytes                     )         => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')

const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, 1)
/** SHA-256(01 || left || right): an inner node of RFC 6962, written to `target` (which may be one of the two). */
function nodeHashInto(left            , right            , target        )       {
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + HASH_BYTES)
  digestInto(nodeInput, target, 0)
}
function nodeHash(left            , right            )         {
  const target = Buffer.allocUnsafe(HASH_BYTES)
  nodeHashInto(left, right, target)
  return target
}

/** One leading zero byte, then room for an event: `leafOf` hashes what was written behind it without a copy. */
const leafInput = Buffer.alloc(1 + MAX_CANON_BYTES)
const leafOf = (length        , target        )       => digestInto(leafInput.subarray(0, 1 + length), target, 0)

/** SHA-256(00 || canon). Throws RangeError beyond 64 KiB. */
function leafHash(canon            )         {
  const target = Buffer.allocUnsafe(HASH_BYTES)
  leafInput.set(canon, 1)
  leafOf(canon.length, target)
  return target
}
/** The leaf of a signed note in the root log: notes are no events and may not be read as such, so no size rule holds. */
const noteLeaf = (note        )         => sha256(Buffer.concat([Buffer.of(0), Buffer.from(note)]))

/** Name of a log: the tenant in lower case, from its second epoch on with `/epoch`. */
const logIdOf = (tenantId        , epoch        )         =>
  epoch === 1 ? tenantId.toLowerCase() : `${tenantId.toLowerCase()}/${epoch}`

/** link_0 of a log: SHA-256(02 || "audit/v1" || 00 || log_id). */
const firstLink = (logId        )         =>
  sha256(Buffer.concat([Buffer.of(2), Buffer.from('audit/v1'), Buffer.of(0), Buffer.from(logId)]))

const linkInput = Buffer.alloc(1 + HASH_BYTES + 8 + HASH_BYTES, 3)
const HIGH = 2 ** 32
/** SHA-256(03 || previous link || u64be(seq) || leaf), written to `target` (which may be `previous`). */
function linkInto(
  previous            ,
  row                                                     ,
  target        ,
)       {
  linkInput.set(previous, 1)
  linkInput.writeUInt32BE(Math.floor(row.seq / HIGH), 33)
  linkInput.writeUInt32BE(row.seq % HIGH, 37)
  linkInput.set(row.leaf, 41)
  digestInto(linkInput, target, 0)
}
function nextLink(previous            , seq        , leaf            )         {
  const target = Buffer.allocUnsafe(HASH_BYTES)
  linkInto(previous, { seq, leaf }, target)
  return target
}

const EMPTY = sha256('')
/** Root of a tree without leaves. */
const emptyRoot = ()         => Buffer.from(EMPTY)

// tree
const isOdd = (n        )          => n % 2 === 1
const half = (n        )         => Math.floor(n / 2)

/**
 * An RFC 6962 tree that only grows, kept as the roots of its perfect subtrees: constant memory for any size.
 */
class RightEdge {
  #size = 0
  /** By height; in use where the bit of the size is set. */
           #roots           = []

  get size()         {
    return this.#size
  }

  /** Takes up a tree at its size from its right edge, largest subtree first. Throws RangeError when they do not fit. */
  static at(size        , edge                       )            {
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

  append(leaf            )       {
    let height = 0
    let carried
    for (let n = this.#size; isOdd(n); n = half(n), height++) {
      const left = this.#roots[height]           // the bit of the size is set
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
  edge()           {
    const found           = []
    for (let n = this.#size, height = 0; n > 0; n = half(n), height++) {
      if (isOdd(n)) found.push(Buffer.from(this.#roots[height]          )) // the bit of the size is set
    }
    return found.reverse()
  }

  root()         {
    return this.#size === 0 ? emptyRoot() : foldRight(this.edge())
  }
}

/** Root over neighbouring subtrees, largest first. */
function foldRight(hashes                   )         {
  const [last, ...rest] = hashes.toReversed()
  if (!last) throw new RangeError('nothing to fold')
  return rest.reduce((right, left) => nodeHash(left, right), last)
}

/** Leaves `from` up to but not including `to`, counted from 0. */

/** A perfect subtree: leaves `index * 2^height` and on, 2^height of them. */

/** Largest power of two below n. */
function split(n        )         {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** The perfect subtrees that make up a range of a proof, from left to right. */
function nodesOf([from, to]       )         {
  const nodes         = []
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
function inclusionRanges(index        , size        )          {
  if (index < 0 || index >= size) throw new RangeError('no such leaf')
  const ranges          = []
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
function consistencyRanges(older        , newer        )          {
  if (older < 1 || older > newer) throw new RangeError('no such trees')
  const ranges          = []
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

/** Hashes of the ranges of a proof. */
const proofOf = (ranges                  , read            )           =>
  ranges.map((range) => foldRight(nodesOf(range).map(read)))

/**
 * Inclusion proofs of leaves just appended to a tree of which only the right edge was kept: whatever a proof needs is a
 * subtree of that edge or made of the new leaves. Answers one proof for each new leaf, in the tree with all of them.
 */
function proofsOfNew(older           , fresh                       )             {
  const size = older.size + fresh.length
  const known = new Map                ()
  const keyOf = ({ height, index }      )         => `${height} ${index}`
  for (const [place, node] of nodesOf([0, older.size]).entries()) known.set(keyOf(node), older.edge()[place]          ) // one root a subtree
  const read             = (node) => {
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

/**
 * Goes up a tree along a proof: tells for each sibling whether it stands on the left. False when the proof is too long
 * or too short. (RFC 9162, 2.1.3.2 and 2.1.4.2)
 */
function climb(
  start       ,
  proof                       ,
  join                                                ,
)          {
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
function verifyInclusion({ index, size, leaf }      , proof                       , root            )          {
  if (index < 0 || index >= size) return false
  const hash = Buffer.from(leaf)
  const whole = climb([index, size - 1], proof, (sibling, isLeft) =>
    isLeft ? nodeHashInto(sibling, hash, hash) : nodeHashInto(hash, sibling, hash),
  )
  return whole && hash.equals(root)
}

function isPerfect(size        )          {
  let n = size
  while (!isOdd(n)) n = half(n)
  return n === 1
}

/** Does the proof show that the newer tree begins with the older one? */
function verifyConsistency(older      , newer      , proof                       )          {
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

// canon
const QUOTE = 0x22
const BACKSLASH = 0x5c
const MAX_DEPTH = 64
const MAX_DIGITS = '9007199254740991'
/** Signs behind a backslash that have no other canonical form. */
const SHORT_ESCAPES = new Set([...'"\\bfnrt'].map((sign) => sign.charCodeAt(0)))
/** ASCII that stands for itself in text. */
const ORDINARY = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
)
/** Signs that make a number one with a fraction or exponent. */
const FRACTIONS = new Set([...'.eE'].map((sign) => sign.charCodeAt(0)))
const LONG_ESCAPE = /^u00(0[0-7bef]|1[0-9a-f])$/

const isDigit = (byte                    )          => byte !== undefined && byte >= 0x30 && byte <= 0x39

class NotCanonical extends Error {}

/** What is scanned: the bytes, and where they end. Positions travel as plain numbers: that is twice as fast as a scanner's fields. */

/** The string read last held no escape and nothing beyond ASCII. Read at once behind `pastString`. */
let plainString = true

function pastString(text      , start        )         {
  const { bytes, end } = text
  let at = start + 1
  plainString = true
  for (;;) {
    // Ordinary signs are most of an event. Behind the end stands undefined, which is not one.
    while (ORDINARY[bytes[at]          ] === 1) at++
    const byte = bytes[at]
    if (at >= end || byte === undefined) throw new NotCanonical('text without an end')
    if (byte === QUOTE) return at + 1
    plainString = false
    if (byte === BACKSLASH) at = pastEscape(bytes, at + 1)
    else if (byte < 0x20) throw new NotCanonical('a control sign in text')
    else at++
  }
}

function pastEscape(bytes        , at        )         {
  if (SHORT_ESCAPES.has(bytes[at] ?? 0)) return at + 1
  if (!LONG_ESCAPE.test(bytes.toString('latin1', at, at + 5))) throw new NotCanonical('an escape out of form')
  return at + 5
}

function pastValue(text      , at        , depth        )         {
  if (depth > MAX_DEPTH) throw new NotCanonical('too deep')
  const byte = text.bytes[at]
  if (byte === QUOTE) return pastString(text, at)
  if (byte === 0x7b) return pastObject(text, at, depth)
  if (byte === 0x5b) return pastArray(text, at, depth)
  if (byte === 0x2d || isDigit(byte)) return pastInteger(text.bytes, at)
  return pastWord(text.bytes, at)
}

function pastWord(bytes        , at        )         {
  for (const word of ['true', 'false', 'null'])
    if (bytes.toString('latin1', at, at + word.length) === word) return at + word.length
  throw new NotCanonical('unexpected sign')
}

function pastInteger(bytes        , from        )         {
  const isNegative = bytes[from] === 0x2d
  const start = isNegative ? from + 1 : from
  let at = start
  while (isDigit(bytes[at])) at++
  const length = at - start
  if (FRACTIONS.has(bytes[at] ?? 0)) throw new NotCanonical('a number that is not whole')
  if (length > 16 || (length === 16 && bytes.toString('latin1', start, at) > MAX_DIGITS))
    throw new NotCanonical('a number beyond 2^53 - 1')
  const leadsWithZero = bytes[start] === 0x30 && (length > 1 || isNegative)
  if (length === 0 || leadsWithZero) throw new NotCanonical('a number out of form')
  return at
}

function past(text      , at        , byte        )         {
  if (at >= text.end || text.bytes[at] !== byte) throw new NotCanonical('unexpected sign')
  return at + 1
}

function pastArray(text      , start        , depth        )         {
  let at = start + 1
  if (text.bytes[at] === 0x5d) return at + 1
  for (;;) {
    at = pastValue(text, at, depth + 1)
    if (text.bytes[at] !== 0x2c) return past(text, at, 0x5d)
    at++
  }
}

function pastObject(text      , start        , depth        )         {
  const { bytes } = text
  let at = start + 1
  if (bytes[at] === 0x7d) return at + 1
  let [before, beforeEnd, beforePlain] = [-1, -1, true]
  for (;;) {
    const name = at
    if (bytes[name] !== QUOTE) throw new NotCanonical('a name is missing')
    at = pastString(text, name)
    if (before >= 0) {
      const ascends =
        plainString && beforePlain
          ? isBefore(bytes, [before, beforeEnd], [name, at])
          : readName(bytes, before, beforeEnd) < readName(bytes, name, at)
      if (!ascends) throw new NotCanonical('names out of order')
    }
    before = name
    beforeEnd = at
    beforePlain = plainString
    at = pastValue(text, past(text, at, 0x3a), depth + 1)
    if (bytes[at] !== 0x2c) return past(text, at, 0x7d)
    at++
  }
}

/** Names stand in the order of their UTF-16 units, each once; plain ones are in that order byte by byte. */
const readName = (bytes        , start        , end        )         =>
  JSON.parse(bytes.toString('utf8', start, end))           // a scanned JSON string

/** Byte by byte, without the quotes: a closing quote would sort before some signs of a longer name. */
function isBefore(bytes        , before                           , name                           )          {
  let a = before[0] + 1
  let b = name[0] + 1
  const endA = before[1] - 1
  const endB = name[1] - 1
  while (a < endA && b < endB && bytes[a] === bytes[b]) {
    a++
    b++
  }
  if (a === endA) return b < endB
  return b < endB && (bytes[a]          ) < (bytes[b]          ) // within both names
}

/**
 * Why `bytes[start, end)` are not the canonical form of an audit event, or null when they are: RFC 8785, a JSON object,
 * integers only and none beyond 2^53 − 1, valid UTF-8, no name twice, at most 64 KiB and 64 levels.
 */
function canonFault(bytes        , start = 0, end = bytes.length)                {
  if (end - start > MAX_CANON_BYTES) return 'larger than 64 KiB'
  if (!isUtf8(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end))) return 'not UTF-8'
  try {
    if (bytes[start] !== 0x7b) return 'not an object'
    return pastObject({ bytes, end }, start, 0) === end ? null : 'something follows'
  } catch (error) {
    if (error instanceof NotCanonical) return error.message
    throw error
  }
}

// notes
const ED25519 = 1
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** What a note is checked with. `name` may be the beginning of an origin, up to a slash: one key signs many logs. */

/** First four bytes of SHA-256(name || 0A || 01 || public key). */
const keyIdOf = (name        , publicKey            )         =>
  sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), publicKey])).subarray(0, 4)

/** `name+hex key id+base64(01 || public key)`. */
const vkeyOf = ({ name, publicKey }         )         =>
  `${name}+${keyIdOf(name, publicKey).toString('hex')}+${Buffer.concat([Buffer.of(ED25519), publicKey]).toString('base64')}`

const base64Of = (text        , bytes        )                => {
  const decoded = Buffer.from(text, 'base64')
  return decoded.length === bytes && decoded.toString('base64') === text ? decoded : null
}

/** Reads a verifier key. Throws TypeError when it is malformed or its id is not that of its name and key. */
function parseVkey(text        )          {
  const [, name = '', id = '', key = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? []
  const bytes = base64Of(key, 1 + HASH_BYTES)
  if (bytes?.[0] !== ED25519) throw new TypeError('not a verifier key')
  const publicKey = bytes.subarray(1)
  if (keyIdOf(name, publicKey).toString('hex') !== id) throw new TypeError('the id is not that of the key')
  return { name, publicKey }
}

/** A signer from the 32 bytes of an Ed25519 private key. */
function signerOf(name        , seed            )             {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return { name, privateKey, publicKey: spki.subarray(SPKI.length) }
}

/** The tree head of a log as it is signed. */

const checkpointText = ({ origin, size, root, link }            )         =>
  `${origin}\n${size}\n${root.toString('base64')}\n${link ? `link ${link.toString('base64')}\n` : ''}`

const CHECKPOINT = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([^\n]+)\n(?:link ([^\n]+)\n)?$/
/** Reads the text of a checkpoint; null when it is not exactly of its form. */
function parseCheckpoint(text        )                    {
  const [, origin = '', size = '', root = '', link] = CHECKPOINT.exec(text) ?? []
  const hash = base64Of(root, HASH_BYTES)
  const last = link === undefined ? null : base64Of(link, HASH_BYTES)
  if (!hash || (link !== undefined && !last) || !Number.isSafeInteger(Number(size))) return null
  return { origin, size: Number(size), root: hash, link: last }
}

/** Signs a text of whole lines with every key, under one name. */
function signNote(name        , text        , signers                       )         {
  const lines = signers.map(({ privateKey, publicKey }) => {
    const signature = sign(null, Buffer.from(text), privateKey)
    return `\u2014 ${name} ${Buffer.concat([keyIdOf(name, publicKey), signature]).toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** Signs a checkpoint with every key; the name of each is the origin. */
const signCheckpoint = (checkpoint            , signers                       )         =>
  signNote(checkpoint.origin, checkpointText(checkpoint), signers)

const SIGNATURE_BYTES = 4 + 64
const MAX_SIGNATURES = 16

/** Does the key speak for this origin? */
const speaksFor = (key         , origin        )          => origin === key.name || origin.startsWith(`${key.name}/`)

const publicKeys = new WeakMap                    ()
function publicKeyOf(key         )            {
  const known =
    publicKeys.get(key) ?? createPublicKey({ key: Buffer.concat([SPKI, key.publicKey]), format: 'der', type: 'spki' })
  publicKeys.set(key, known)
  return known
}

/** What one signature line says: by a known key or another's, or nothing that can be read or believed. */
function judgeLine(line        , { text, origin }        , keys                    )                      {
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
function judgeNote(note        , origin        , keys                    )                      {
  const end = note.indexOf('\n\n')
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2).split('\n')
  if (end < 0 || lines.pop() !== '' || lines.length < 1 || lines.length > MAX_SIGNATURES) return 'invalid'
  const found = new Set(lines.map((line) => judgeLine(line, { text, origin }, keys)))
  if (found.has('invalid')) return 'invalid'
  return found.has('signed') ? 'signed' : 'stranger'
}

/** Opens the signed note of a checkpoint with the keys one trusts. */
function openNote(note        , keys                    )              {
  const checkpoint = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))
  if (!checkpoint) return { kind: 'invalid' }
  const kind = judgeNote(note, checkpoint.origin, keys)
  return kind === 'signed' ? { kind, checkpoint } : { kind }
}

// bundle-records
/** The one version of the evidence bundle this code writes and reads. */
const BUNDLE_FORMAT = 'zenops-audit-bundle/1'
/** Longest line of a bundle: 64 KiB of canon in base64, and room for notes with their receipts. */
const MAX_LINE_BYTES = 1_048_576

/** First line: what the bundle is about, and the signed state in front of its first event. */

/** Inclusion of a checkpoint in the root log, with the root log's own note and what the sinks answered. */

// bundle-reader
/** What a bundle was found to be. `undecided`: what was given does not suffice to judge. */

class Fault extends Error {
           code
           seq
           undecided
  constructor(code            , message        , how                                            = {}) {
    super(message)
    this.code = code
    this.seq = how.seq ?? null
    this.undecided = how.undecided === true
  }
}

const START_REASONS                      = new Set(['origin', 'checkpoint', 'retention_seal'])
const NEWLINE = 0x0a
const EVENT = Buffer.from('{"t":"E","seq":')
const CANON = Buffer.from(',"canon":"')
const LINK = Buffer.from('","link":"')
const LINK_CHARS = 44
const END = Buffer.from('"}')

/** A loop: a call into the runtime costs more than a dozen bytes. */
function hasBytes(line        , at        , wanted        )          {
  for (let i = 0; i < wanted.length; i++) if (line[at + i] !== wanted[i]) return false
  return true
}

const isCount = (value         )                  => Number.isSafeInteger(value) && Number(value) >= 0

/** Bytes of canonical base64, or a fault. */
function bytesOf(text         , length = HASH_BYTES)         {
  const bytes = Buffer.from(typeof text === 'string' ? text : '', 'base64')
  if (bytes.length !== length || bytes.toString('base64') !== text)
    throw new Fault('bundle_malformed', 'a hash is malformed')
  return bytes
}
const listOf = (value         )                     => {
  if (!Array.isArray(value) || value.length > 128) throw new Fault('bundle_malformed', 'a list is malformed')
  return value
}

function assertHeader({ origin, tenant_id, epoch, from_seq, to_seq, start_reason }              )       {
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
class BundleReader {
           #trust
           #digest       = createHash('sha256')
  #rest         = Buffer.alloc(0)
  #fault               = null
  #header                      = null
  #tree = new RightEdge()
           #link = Buffer.alloc(HASH_BYTES)
           #leaf = Buffer.alloc(HASH_BYTES)
  #seq = 0
  #events = 0
  /** Newest signed head that the bundle itself leads to; the seq up to which events are signed. */
  #signed                    = null
  #signedTo = -1
  #startSigned = false
  /** Notes that no given key signed: nothing is said of them, so the whole is not called valid. */
  #strangers = 0
  #lastNote = ''
  #proof                                                                                            = null
  #published                    = null
  #publishedMet = false
  #ended = false

  constructor(trust             ) {
    this.#trust = trust
    if (trust.published === undefined) return
    const opened = openNote(trust.published, trust.keys)
    if (opened.kind === 'signed') this.#published = opened.checkpoint
    else
      this.#fault = new Fault('key_not_given', 'the published note is not signed by a given key', { undecided: true })
  }

  push(chunk        )       {
    if (this.#fault) return
    try {
      this.#take(chunk)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.#fault = error
    }
  }

  #take(chunk        )       {
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
  #lines(bytes        )         {
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

  #event(bytes        , start        , end        )       {
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
  #canon(bytes        , from        , to        )         {
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

  #record(line        )       {
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

  #parse(line        )                                    {
    try {
      const value          = JSON.parse(line.toString('utf8'))
      if (typeof value === 'object' && value !== null) return value                            // members are judged where they are read
    } catch {
      // falls through
    }
    throw this.#header
      ? new Fault('bundle_malformed', 'a line is not JSON')
      : new Fault('unreadable', 'not an evidence bundle', { undecided: true })
  }

  #begin(record                                   )       {
    if (this.#header) throw new Fault('bundle_malformed', 'a second header')
    if (record['format'] !== BUNDLE_FORMAT)
      throw new Fault('unknown_version', 'unknown format of bundle', { undecided: true })
    const header = record                            // its members are judged here
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
  #meet(published            , root        )       {
    this.#publishedMet = true
    if (root.equals(published.root)) return
    throw new Fault('notary_mismatch', `the bundle contradicts the note published at ${published.size}`, {
      seq: this.#signedTo + 1 || null,
    })
  }

  #checkpoint(note        )       {
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

  #suspect(firstUnsigned        )                {
    return this.#events > 0 && firstUnsigned <= this.#seq ? firstUnsigned : null
  }

  /** A checkpoint at the place that the stream has reached. */
  #now(checkpoint            , firstUnsigned        )       {
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
  #later(checkpoint            )       {
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

  #takeProof(record                                   )       {
    const { from, to } = record
    if (this.#proof || !isCount(from) || !isCount(to)) throw new Fault('bundle_malformed', 'a proof is malformed')
    this.#proof = { from, to, hashes: listOf(record['proof']).map((hash) => bytesOf(hash)) }
  }

  /** A proof between two checkpoints of the stream must hold too, though their roots are computed anyway. */
  #useProof(newer            )       {
    const proof = this.#proof
    this.#proof = null
    if (!proof) return
    const older = this.#signed
    if (older?.size !== proof.from || newer.size !== proof.to || !verifyConsistency(older, newer, proof.hashes))
      throw new Fault('checkpoint_inconsistent', `the proof from ${proof.from} to ${proof.to} does not hold`)
  }

  /** Root-log record of the checkpoint just in front of it. */
  #inclusion(record                                   )       {
    const { index, note, proof } = record                             // members are judged here
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

  #end(record                                   )       {
    this.#ended = true
    const isWhole = this.#seq === this.#header?.to_seq
    if (!isWhole) throw new Fault('tail_truncated', `events end at ${this.#seq}`, { seq: this.#seq + 1 })
    if (record['sha256'] !== this.#digest.copy().digest('hex') || record['events'] !== this.#events)
      throw new Fault('bundle_digest_mismatch', 'the bundle is not what its trailer says')
    if (this.#proof) throw new Fault('bundle_malformed', 'a proof without its checkpoint')
  }

  /** The verdict over all that was pushed. */
  verdict()                {
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

  #last()               {
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
  #publishedFault()               {
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

// audit-verify
const USAGE = `audit-verify <bundle> --pub <vkey> [--pub <vkey>…] [--note <published note>] [--json]
  exit 0  the events are as they were signed
  exit 1  tampered with, cut, or contradicting the published note
  exit 2  cannot be judged: usage, unreadable, unknown version, or no key given that signs it`
const EXIT = { valid: 0, tampered: 1, undecided: 2 }
const CHUNK = 262_144

const undecided = (message        )                => ({
  verdict: 'undecided',
  code: 'unreadable',
  first_bad_seq: null,
  message,
  origin: null,
  from_seq: null,
  to_seq: null,
  events: 0,
})

/** Reads a bundle, gzip or plain, and judges it. Memory does not grow with it. */
async function verifyBundleFile(file        , trust             )                         {
  const reader = new BundleReader(trust)
  try {
    if (isPacked(file)) {
      for await (const chunk of createReadStream(file).pipe(createGunzip({ chunkSize: CHUNK })))
        reader.push(chunk          ) // no encoding is set
    } else readPlain(file, reader)
  } catch (error) {
    const found = reader.verdict()
    // A packed file that breaks off has said enough to be called cut.
    if (found.origin !== null) return found
    return undecided(error instanceof Error ? error.message : String(error))
  }
  return reader.verdict()
}

/** One buffer for the whole file: the reader keeps copies of what it still needs. */
function readPlain(file        , reader              )       {
  const buffer = Buffer.alloc(CHUNK)
  const handle = openSync(file, 'r')
  try {
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer))
      reader.push(buffer.subarray(0, read))
  } finally {
    closeSync(handle)
  }
}

function isPacked(file        )          {
  const magic = Buffer.alloc(2)
  const handle = openSync(file, 'r')
  try {
    return readSync(handle, magic) === 2 && magic[0] === 0x1f && magic[1] === 0x8b
  } finally {
    closeSync(handle)
  }
}

function parseArguments(words                   )               {
  const keys           = []
  const files           = []
  let note
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--json') continue
    if (word === '--pub') keys.push(rest.shift() ?? '')
    else if (word === '--note') note = rest.shift() ?? ''
    else if (word.startsWith('--')) return null
    else files.push(word)
  }
  const [file] = files
  if (file === undefined || files.length > 1 || keys.length === 0) return null
  const trust = { keys: keys.map(parseVkey), ...(note === undefined ? {} : { published: readFileSync(note, 'utf8') }) }
  return { file, trust, json: words.includes('--json') }
}

/** Runs the command line; answers the exit code. */
async function auditVerify(words                   , say                        )                  {
  const told = (verdict               , json         )         => {
    const exit = EXIT[verdict.verdict]
    if (json) say(JSON.stringify({ exit, ...verdict }))
    else {
      const at = verdict.first_bad_seq === null ? '' : `, first bad seq ${verdict.first_bad_seq}`
      say(`${verdict.verdict}${verdict.code === null ? '' : `: ${verdict.code}${at}`}: ${verdict.message}`)
    }
    return exit
  }
  let asked
  try {
    asked = parseArguments(words)
  } catch (error) {
    return told(undecided(error instanceof Error ? error.message : String(error)), words.includes('--json'))
  }
  if (!asked) {
    say(USAGE)
    return EXIT.undecided
  }
  return told(await verifyBundleFile(asked.file, asked.trust), asked.json)
}

process.exitCode = await auditVerify(process.argv.slice(2), (line) => void process.stdout.write(`${line}\n`))
