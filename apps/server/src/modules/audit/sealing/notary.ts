import { createReadStream } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { parseCheckpoint } from '@zenops/audit/notes'

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
  readonly note: string
}

/** The first sink also tells what was published: the yardstick against a restored older state. */
export interface Journal extends NotarySink {
  /** Newest note of each origin. */
  latest(): Promise<ReadonlyMap<string, Published>>
}

const readNote = (note: string): Published | null => {
  const checkpoint = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))
  return checkpoint ? { origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root, note } : null
}

/** An append-only folder outside of the database's account: one file a month, one JSON line a note, synced to disk. */
export function fileSink(folder: string, now: () => Date): Journal {
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
      const names = (await readdir(folder).catch(() => []))
        .filter((name) => /^notes-\d{4}-\d{2}\.jsonl$/.test(name))
        .sort()
      const newest = new Map<string, Published>()
      for (const name of names) {
        for await (const line of createInterface({ input: createReadStream(path.join(folder, name)) })) {
          const published = noteOfLine(line)
          if (published && published.size >= (newest.get(published.origin)?.size ?? 0))
            newest.set(published.origin, published)
        }
      }
      return newest
    },
  }
}

async function endsWithNewline(file: string, size: number): Promise<boolean> {
  const reader = await open(file, 'r')
  try {
    const last = await reader.read(Buffer.alloc(1), 0, 1, size - 1)
    return last.buffer[0] === 0x0a
  } finally {
    await reader.close()
  }
}

/** A line of a journal: `{at, note}`; null for one that a crash cut short. */
export function noteOfLine(line: string): Published | null {
  try {
    const { note } = JSON.parse(line) as { note?: unknown } // written by publish, or cut short by a crash
    return typeof note === 'string' ? readNote(note) : null
  } catch {
    return null
  }
}
