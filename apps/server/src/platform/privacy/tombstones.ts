import { mkdir, open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { type LockedBucket, nameOf } from '../storage/locked-bucket.ts'

/**
 * Ids of destroyed keys, kept where the notary's notes are: outside of the database, so that a backup from before does
 * not bring a key back.
 */
export interface Tombstones {
  /** Kept on disk when it resolves. */
  append(keyIds: readonly string[]): Promise<void>
  all(): Promise<string[]>
}

const FILE = 'destroyed-keys.jsonl'
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** One JSON line a key, append-only and synced. */
export function fileTombstones(folder: string, now: () => Date): Tombstones {
  const file = path.join(folder, FILE)
  return {
    append: async (keyIds) => {
      if (keyIds.length === 0) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const handle = await open(file, 'a', 0o600)
      try {
        // The first newline ends what a crash may have left behind.
        await handle.appendFile(`\n${linesOf(keyIds, now())}\n`)
        await handle.datasync()
      } finally {
        await handle.close()
      }
    },
    all: async () => idsIn(await readFile(file, 'utf8').catch(() => '')),
  }
}

/** Key ids of such lines; a line that a crash cut short is skipped. */
function idsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    try {
      const { key_id } = JSON.parse(line) as { key_id?: unknown } // checked in the next line
      return typeof key_id === 'string' && GUID.test(key_id) ? [key_id] : []
    } catch {
      return []
    }
  })
}

const linesOf = (keyIds: readonly string[], at: Date): string =>
  keyIds.map((key_id) => JSON.stringify({ at: at.toISOString(), key_id })).join('\n')

const ERASED = 'erased/'

/** The same as locked objects beside the notary's notes. */
export function bucketTombstones(bucket: LockedBucket, now: () => Date): Tombstones {
  return {
    append: async (keyIds) => {
      if (keyIds.length === 0) return
      const lines = `${linesOf(keyIds, now())}\n`
      await bucket.put(ERASED + nameOf(now(), lines), lines)
    },
    all: async () => {
      const found: string[] = []
      for await (const key of bucket.keys(ERASED)) found.push(...idsIn(await bucket.read(key)))
      return found
    },
  }
}

/** Kept in every place, found in any: an erasure goes on only when all of them have it. */
export const everywhere = (places: readonly Tombstones[]): Tombstones => ({
  append: async (keyIds) => {
    for (const place of places) await place.append(keyIds)
  },
  all: async () => [...new Set((await Promise.all(places.map((place) => place.all()))).flat())],
})
