import { mkdir, open, readFile } from 'node:fs/promises'
import path from 'node:path'

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

/** One JSON line a key, append-only and synced; a line that a crash cut short is skipped. */
export function fileTombstones(folder: string, now: () => Date): Tombstones {
  const file = path.join(folder, FILE)
  return {
    append: async (keyIds) => {
      if (keyIds.length === 0) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const handle = await open(file, 'a', 0o600)
      try {
        const at = now().toISOString()
        // The first newline ends what a crash may have left behind.
        await handle.appendFile(`\n${keyIds.map((key_id) => JSON.stringify({ at, key_id })).join('\n')}\n`)
        await handle.datasync()
      } finally {
        await handle.close()
      }
    },
    all: async () => {
      const text = await readFile(file, 'utf8').catch(() => '')
      return text.split('\n').flatMap((line) => {
        try {
          const { key_id } = JSON.parse(line) as { key_id?: unknown } // checked in the next line
          return typeof key_id === 'string' && GUID.test(key_id) ? [key_id] : []
        } catch {
          return []
        }
      })
    },
  }
}
