import { createReadStream } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import path from 'node:path'
import { type NoteKey, parseCheckpoint } from '@zenops/audit/notes'
import { keysOfNote } from './key-note.ts'

const NEWLINE = 0x0a

/** What a sink answered; kept with the publication. */
export type Receipt = Readonly<Record<string, unknown>>

/** Where signed notes go so that the database's owner cannot take them back. */
export interface NotarySink {
  readonly name: string
  publish(notes: readonly string[]): Promise<Receipt>
}

export interface Published {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  /** Last link of the chain; null in the root log. */
  readonly link: Buffer | null
  readonly note: string
}

/** What a journal holds. */
export interface Told {
  /** Newest note of each origin. */
  readonly notes: ReadonlyMap<string, Published>
  /** Keys by which signers have made themselves known. */
  readonly keys: readonly NoteKey[]
}

/** The first sink also tells what was published: the yardstick against a restored older state. */
export interface Journal extends NotarySink {
  /** All that was ever published; what an earlier call has read is not read again. */
  latest(): Promise<Told>
}

/** Takes up what other processes have published since. */
export async function catchUp(journal: Pick<Journal, 'latest'>, published: Map<string, Published>): Promise<void> {
  for (const [origin, note] of (await journal.latest()).notes)
    if (note.size >= (published.get(origin)?.size ?? 0)) published.set(origin, note)
}

const readNote = (note: string): Published | null => {
  const checkpoint = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))
  return checkpoint ? { ...checkpoint, note } : null
}

/** Gathers what the lines of a journal tell. */
export class Telling {
  readonly #notes = new Map<string, Published>()
  readonly #keys = new Map<string, { readonly key: NoteKey; readonly note: string }>()

  take(line: string): void {
    const note = noteOfLine(line)
    if (note === null) return
    const published = readNote(note)
    if (published && published.size >= (this.#notes.get(published.origin)?.size ?? 0))
      this.#notes.set(published.origin, published)
    if (!published) for (const key of keysOfNote(note)) this.#keys.set(key.publicKey.toString('hex'), { key, note })
  }

  /** The notes that tell all of it again. */
  notes(): string[] {
    const notes = [...this.#keys.values(), ...this.#notes.values()].map((one) => one.note)
    return [...new Set(notes)]
  }

  told(): Told {
    return { notes: new Map(this.#notes), keys: [...this.#keys.values()].map((one) => one.key) }
  }
}

/** An append-only folder outside of the database's account: one file a month, one JSON line a note, synced to disk. */
export function fileSink(folder: string, now: () => Date): Journal {
  const telling = new Telling()
  const readTo = new Map<string, number>()
  return {
    name: 'file',
    publish: async (notes) => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const at = now().toISOString()
      const name = `notes-${at.slice(0, 7)}.jsonl`
      const file = await open(path.join(folder, name), 'a', 0o600)
      try {
        const { size } = await file.stat()
        // A line that a crash cut short is closed first; reading skips it.
        const gap = size > 0 && !(await endsWithNewline(path.join(folder, name), size)) ? '\n' : ''
        await file.appendFile(gap + notes.map((note) => `${JSON.stringify({ at, note })}\n`).join(''))
        await file.datasync()
        return { file: name, offset: size, at }
      } finally {
        await file.close()
      }
    },
    latest: async () => {
      const names = (await readdir(folder).catch(noneYet))
        .filter((name) => /^notes-\d{4}-\d{2}\.jsonl$/.test(name))
        .sort()
      // Older months grow no more.
      for (const name of names.filter((one, place) => !readTo.has(one) || place >= names.length - 2))
        readTo.set(name, await readLines(path.join(folder, name), readTo.get(name) ?? 0, (line) => telling.take(line)))
      return telling.told()
    },
  }
}

/** A folder that is not there holds nothing yet; one that cannot be read may hold anything. */
function noneYet(error: unknown): string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
  throw error
}

/** Hands over the whole lines from a place of a file on; answers where the next ones begin. */
async function readLines(file: string, from: number, take: (line: string) => void): Promise<number> {
  let [at, rest] = [from, Buffer.alloc(0)]
  for await (const chunk of createReadStream(file, { start: from })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]) // no encoding is set
    let begin = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, begin)) {
      take(bytes.toString('utf8', begin, end))
      begin = end + 1
    }
    at += begin
    rest = bytes.subarray(begin)
  }
  return at
}

async function endsWithNewline(file: string, size: number): Promise<boolean> {
  const reader = await open(file, 'r')
  try {
    const last = await reader.read(Buffer.alloc(1), 0, 1, size - 1)
    return last.buffer[0] === NEWLINE
  } finally {
    await reader.close()
  }
}

/** A line of a journal: `{at, note}`; null for one that a crash cut short. */
function noteOfLine(line: string): string | null {
  try {
    const { note } = JSON.parse(line) as { note?: unknown } // written by publish, or cut short by a crash
    return typeof note === 'string' ? note : null
  } catch {
    return null
  }
}
