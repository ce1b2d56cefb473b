import { closeSync, createReadStream, openSync, readFileSync, readSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { BundleReader, type BundleTrust, type BundleVerdict } from './bundle-reader.ts'
import { parseVkey } from './notes.ts'

const USAGE = `audit-verify <bundle> --pub <vkey> [--pub <vkey>…] [--note <published note>] [--json]
  exit 0  the events are as they were signed
  exit 1  tampered with, cut, or contradicting the published note
  exit 2  cannot be judged: usage, unreadable, unknown version, or no key given that signs it`
const EXIT = { valid: 0, tampered: 1, undecided: 2 } as const
const CHUNK = 262_144

const undecided = (message: string): BundleVerdict => ({
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
export async function verifyBundleFile(file: string, trust: BundleTrust): Promise<BundleVerdict> {
  const reader = new BundleReader(trust)
  try {
    if (isPacked(file)) {
      for await (const chunk of createReadStream(file).pipe(createGunzip({ chunkSize: CHUNK })))
        reader.push(chunk as Buffer) // no encoding is set
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
function readPlain(file: string, reader: BundleReader): void {
  const buffer = Buffer.alloc(CHUNK)
  const handle = openSync(file, 'r')
  try {
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer))
      reader.push(buffer.subarray(0, read))
  } finally {
    closeSync(handle)
  }
}

function isPacked(file: string): boolean {
  const magic = Buffer.alloc(2)
  const handle = openSync(file, 'r')
  try {
    return readSync(handle, magic) === 2 && magic[0] === 0x1f && magic[1] === 0x8b
  } finally {
    closeSync(handle)
  }
}

interface Asked {
  readonly file: string
  readonly trust: BundleTrust
  readonly json: boolean
}

function parseArguments(words: readonly string[]): Asked | null {
  const keys: string[] = []
  const files: string[] = []
  let note: string | undefined
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
export async function auditVerify(words: readonly string[], say: (line: string) => void): Promise<number> {
  const told = (verdict: BundleVerdict, json: boolean): number => {
    const exit = EXIT[verdict.verdict]
    if (json) say(JSON.stringify({ exit, ...verdict }))
    else {
      const at = verdict.first_bad_seq === null ? '' : `, first bad seq ${verdict.first_bad_seq}`
      say(`${verdict.verdict}${verdict.code === null ? '' : `: ${verdict.code}${at}`}: ${verdict.message}`)
    }
    return exit
  }
  let asked: Asked | null
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
