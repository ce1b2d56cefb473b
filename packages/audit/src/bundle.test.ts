import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { canonicalJson } from '@zenops/contracts/canonical-json'
import { BundleReader, type BundleTrust, type BundleVerdict } from './bundle-reader.ts'
import type { BundleHeader } from './bundle-records.ts'
import { BundleWriter } from './bundle-writer.ts'
import { firstLink, leafHash, nextLink, noteLeaf } from './hashes.ts'
import { parseVkey, signCheckpoint, signerOf, vkeyOf } from './notes.ts'
import { consistencyRanges, inclusionRanges, nodesOf, proofOf, RightEdge } from './tree.ts'

const TENANT = '00000000-0000-4000-8000-000000000001'
const NAME = 'zenops.test/audit'
const ORIGIN = `${NAME}/${TENANT}`
const signer = signerOf(NAME, Buffer.alloc(32, 7))
const vkey = vkeyOf(signer)
const SIZE = 40
const CHECKPOINTS = [10, 25, 40, 55]
const LAST = 55

const canonOf = (seq: number): Buffer => Buffer.from(canonicalJson({ action: 'OPS_BLOCK_APPLIED', n: seq, v: 1 }))
const leaves = Array.from({ length: LAST }, (_, index) => leafHash(canonOf(index + 1)))
const links = [firstLink(TENANT)]
for (const [index, leaf] of leaves.entries()) links.push(nextLink(links[index] as Buffer, index + 1, leaf)) // filled in order
const treeAt = (size: number): RightEdge => {
  const tree = new RightEdge()
  for (const leaf of leaves.slice(0, size)) tree.append(leaf)
  return tree
}
const noteAt = (size: number): string =>
  signCheckpoint({ origin: ORIGIN, size, root: treeAt(size).root(), link: links[size] as Buffer }, [signer]) // within LAST
const rangeRoot = (from: number, to: number): Buffer => {
  const tree = new RightEdge()
  for (const leaf of leaves.slice(from, to)) tree.append(leaf)
  return tree.root()
}
const proof = (older: number, newer: number): string[] =>
  proofOf(consistencyRanges(older, newer), ({ height, index }) =>
    rangeRoot(index * 2 ** height, (index + 1) * 2 ** height),
  ).map((hash) => hash.toString('base64'))

/** A whole bundle of lines: events from..40, their checkpoints, and one later checkpoint with its proof. */
function bundle(from = 1, change: (line: string, index: number) => string | null = (line) => line): string {
  const writer = new BundleWriter()
  const start = from - 1
  const header: BundleHeader = {
    origin: ORIGIN,
    tenant_id: TENANT,
    epoch: 1,
    from_seq: from,
    to_seq: SIZE,
    start_link: (links[start] as Buffer).toString('base64'), // within LAST
    start_edge: treeAt(start)
      .edge()
      .map((hash) => hash.toString('base64')),
    start_reason: from === 1 ? 'origin' : 'checkpoint',
  }
  const lines = [
    writer.header(header),
    writer.record({ t: 'K', vkey, valid_from: '2026-01-01T00:00:00.000Z', valid_to: null }),
  ]
  if (from > 1) lines.push(writer.record({ t: 'C', note: noteAt(start) }))
  for (let seq = from; seq <= SIZE; seq++) {
    lines.push(writer.event({ seq, canon: canonOf(seq), link: links[seq] as Buffer })) // within LAST
    if (CHECKPOINTS.includes(seq)) {
      lines.push(writer.record({ t: 'C', note: noteAt(seq) }))
      const root = new RightEdge()
      root.append(noteLeaf(noteAt(seq)))
      const rootNote = signCheckpoint({ origin: `${NAME}/root`, size: 1, root: root.root(), link: null }, [signer])
      const found = inclusionRanges(0, 1).flatMap(nodesOf)
      lines.push(writer.record({ t: 'N', index: 0, note: rootNote, proof: found.map(String), receipts: [] }))
    }
  }
  lines.push(
    writer.record({ t: 'P', from: SIZE, to: LAST, proof: proof(SIZE, LAST) }),
    writer.record({ t: 'C', note: noteAt(LAST) }),
  )
  const changed = lines.map(change).filter((line) => line !== null)
  // Whoever changes a bundle writes a fitting trailer.
  const text = changed.join('')
  const events = text.split('{"t":"E"').length - 1
  return `${text}${JSON.stringify({ t: 'Z', events, sha256: createHash('sha256').update(text).digest('hex') })}\n`
}

const judge = (text: string, trust: BundleTrust = { keys: [parseVkey(vkey)] }, step = 700): BundleVerdict => {
  const reader = new BundleReader(trust)
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step))
  return reader.verdict()
}
const isEvent = (line: string, seq: number): boolean => line.startsWith(`{"t":"E","seq":${seq},`)
const edit = (line: string, change: (record: Record<string, unknown>) => void): string => {
  const record = JSON.parse(line) as Record<string, unknown>
  change(record)
  return `${JSON.stringify(record)}\n`
}

test('AU-09 an untouched bundle is valid, from the beginning and from a checkpoint, in pieces of any size', () => {
  for (const [from, step] of [
    [1, 1],
    [1, 100_000],
    [11, 333],
    [26, 4_096],
  ] as const) {
    const found = judge(bundle(from), undefined, step)
    assert.deepEqual([found.verdict, found.events, found.code], ['valid', SIZE - from + 1, null], found.message)
  }
})

test('AU-09 each damage is found, with the first event that is bad', () => {
  const other = Buffer.from(canonicalJson({ action: 'OPS_BLOCK_LIFTED', n: 17, v: 1 })).toString('base64')
  const damages: readonly (readonly [string, (line: string) => string | null, number | null])[] = [
    ['hash_curr_mismatch', (line) => (isEvent(line, 17) ? edit(line, (e) => void (e['canon'] = other)) : line), 17],
    [
      'hash_curr_mismatch',
      (line) => (isEvent(line, 30) ? edit(line, (e) => void (e['link'] = links[29]?.toString('base64'))) : line),
      30,
    ],
    ['chain_seq_gap', (line) => (isEvent(line, 12) ? null : line), 12],
    ['chain_seq_gap', (line) => (isEvent(line, 12) ? line + line : line), 13],
    [
      'canon_invalid',
      (line) =>
        isEvent(line, 5) ? edit(line, (e) => void (e['canon'] = Buffer.from('{"a": 1}').toString('base64'))) : line,
      5,
    ],
    [
      'checkpoint_signature_invalid',
      (line) => (line.includes('\\n25\\n') && line.includes('"C"') ? line.replace('\\n25\\n', '\\n26\\n') : line),
      11,
    ],
    [
      'checkpoint_inconsistent',
      (line) => (line.includes('"t":"P"') ? edit(line, (p) => void (p['proof'] = proof(SIZE, LAST).slice(1))) : line),
      null,
    ],
    ['checkpoint_inconsistent', (line) => (line.includes('"t":"P"') ? null : line), null],
    [
      'notary_mismatch',
      (line) =>
        line.includes('"t":"N"') ? edit(line, (n) => void (n['proof'] = [links[1]?.toString('base64')])) : line,
      null,
    ],
    [
      'hash_curr_mismatch',
      (line) =>
        line.includes('"t":"H"') ? edit(line, (h) => void (h['start_link'] = links[1]?.toString('base64'))) : line,
      1,
    ],
  ]
  for (const [code, change, seq] of damages) {
    const found = judge(bundle(1, change))
    assert.deepEqual([found.verdict, found.code], ['tampered', code], JSON.stringify(found))
    if (seq !== null) assert.equal(found.first_bad_seq, seq, code)
  }
})

test('AU-09 a tail cut off, rewritten, or left without its signature is found', () => {
  const isBeyond = (line: string, seq: number): boolean => {
    const found = /^\{"t":"E","seq":(\d+)/.exec(line)?.[1]
    return found !== undefined && Number(found) > seq
  }
  const cut = judge(bundle(1, (line) => (isBeyond(line, 33) ? null : line)))
  assert.deepEqual([cut.code, cut.first_bad_seq], ['tail_truncated', 34])
  const isSigned = (line: string): boolean => /"t":"[CPN]"/.test(line) && !line.includes('\\n10\\n')
  const unsigned = judge(bundle(1, (line) => (isSigned(line) ? null : line)))
  assert.deepEqual([unsigned.verdict, unsigned.code, unsigned.first_bad_seq], ['tampered', 'tail_truncated', 11])
  const text = bundle()
  for (const share of [0.2, 0.5, 0.9, 0.999])
    assert.equal(judge(text.slice(0, Math.floor(text.length * share))).verdict, 'tampered')
  assert.equal(judge(`${text}{}\n`).verdict, 'tampered')
  assert.equal(judge(text.replace('"events":40', '"events":41')).code, 'bundle_digest_mismatch')
})

test('AU-09 a published note is held against the bundle', () => {
  const keys = [parseVkey(vkey)]
  for (const size of [10, 33, 40, 55])
    assert.equal(judge(bundle(), { keys, published: noteAt(size) }).verdict, 'valid', String(size))
  const contradicting = signCheckpoint(
    { origin: ORIGIN, size: 33, root: leaves[0] as Buffer, link: links[33] as Buffer },
    [signer],
  ) // within LAST
  assert.equal(judge(bundle(), { keys, published: contradicting }).code, 'notary_mismatch')
  const later = signCheckpoint({ origin: ORIGIN, size: 90, root: leaves[0] as Buffer, link: links[33] as Buffer }, [
    signer,
  ]) // within LAST
  assert.equal(judge(bundle(), { keys, published: later }).code, 'tail_truncated')
  assert.equal(judge(bundle(26), { keys, published: noteAt(10) }).verdict, 'undecided')
})

test('AU-09 what cannot be judged is not called valid', () => {
  const stranger = parseVkey(vkeyOf(signerOf(NAME, Buffer.alloc(32, 8))))
  assert.deepEqual(
    [judge(bundle(), { keys: [stranger] }).verdict, judge(bundle(), { keys: [stranger] }).code],
    ['undecided', 'key_not_given'],
  )
  assert.equal(judge(bundle().replace('zenops-audit-bundle/1', 'zenops-audit-bundle/2')).code, 'unknown_version')
  assert.equal(judge('').verdict, 'undecided')
  assert.equal(judge('nonsense\n').code, 'unreadable')
  assert.equal(judge(bundle().replace(`/${TENANT}`, '/somebody')).verdict, 'tampered')
})

const FILE = path.join(import.meta.dirname, '../audit-verify.mjs')
const folder = mkdtempSync(path.join(os.tmpdir(), 'zenops-verify-'))
after(() => rmSync(folder, { recursive: true }))
const write = (name: string, content: string | Buffer): string => {
  const file = path.join(folder, name)
  writeFileSync(file, content)
  return file
}
const verify = (...words: string[]): { exit: number | null; said: string } => {
  const run = spawnSync(process.execPath, [FILE, ...words], { encoding: 'utf8', env: {} })
  return { exit: run.status, said: run.stdout }
}

test('AU-09 the command line: exit 0 valid, 1 tampered or cut or contradicted, 2 cannot judge', () => {
  const good = write('good.jsonl', bundle())
  const packed = write('good.jsonl.gz', gzipSync(bundle()))
  const bad = write('bad.jsonl', bundle().replace('"seq":20,"canon":"e', '"seq":20,"canon":"f'))
  const cut = write('cut.jsonl', bundle().slice(0, 3_000))
  const cutPacked = write('cut.gz', gzipSync(bundle()).subarray(0, 2_000))
  const note = write('note', noteAt(33))
  const other = write(
    'other',
    signCheckpoint({ origin: ORIGIN, size: 33, root: leaves[0] as Buffer, link: leaves[0] as Buffer }, [signer]),
  ) // filled
  const wrongKey = vkeyOf(signerOf(NAME, Buffer.alloc(32, 8)))
  const table: readonly (readonly [number, readonly string[]])[] = [
    [0, [good, '--pub', vkey]],
    [0, [packed, '--pub', vkey, '--json']],
    [0, [good, '--pub', wrongKey, '--pub', vkey, '--note', note]],
    [1, [bad, '--pub', vkey]],
    [1, [cut, '--pub', vkey]],
    [1, [cutPacked, '--pub', vkey]],
    [1, [good, '--pub', vkey, '--note', other]],
    [2, [good]],
    [2, [good, '--pub', wrongKey]],
    [2, [good, '--pub', 'nonsense']],
    [2, [path.join(folder, 'absent'), '--pub', vkey]],
    [2, [good, '--pub', vkey, '--note', path.join(folder, 'absent')]],
    [2, [good, '--pub', vkey, '--unknown']],
    [2, [FILE, '--pub', vkey]],
  ]
  for (const [exit, words] of table) assert.equal(verify(...words).exit, exit, words.join(' '))
  const told = JSON.parse(verify(bad, '--pub', vkey, '--json').said) as Record<string, unknown>
  assert.deepEqual([told['exit'], told['verdict'], told['first_bad_seq']], [1, 'tampered', 20])
})

test('AU-09 the verifier is one file that imports nothing but Node, and reaches no network', () => {
  const imports = [...readFileSync(FILE, 'utf8').matchAll(/\b(?:from|import\(|require\()\s*'([^']+)'/g)].map(
    (match) => match[1],
  )
  assert.deepEqual(imports.sort(), ['node:buffer', 'node:crypto', 'node:fs', 'node:zlib'])
})
