import { LockedBucket, type LockedBucketOptions, nameOf } from '../../../../platform/storage/locked-bucket.ts'
import { type Journal, Telling } from '../notary.ts'

const NOTES = 'notes/'
const NEWEST = 'newest/'
/** Signs of an instant at the beginning of a name. */
const INSTANT = 17

/**
 * Notes as locked objects of a bucket. Once a day the newest note of every origin, and the keys, are put down beside
 * them, so that a start reads that and what came later, and not years of notes.
 */
export function lockedBucketSink(options: LockedBucketOptions): Journal {
  const bucket = new LockedBucket(options)
  const telling = new Telling()
  let [summedUp, readTo] = ['', '']
  const take = (text: string): void => {
    for (const line of text.split('\n')) telling.take(line)
  }
  const linesOf = (notes: readonly string[], at: Date): string =>
    notes.map((note) => `${JSON.stringify({ at: at.toISOString(), note })}\n`).join('')
  return {
    name: 's3',
    publish: async (notes) => {
      const at = options.now()
      const lines = linesOf(notes, at)
      const key = NOTES + nameOf(at, lines)
      const locked = await bucket.put(key, lines)
      take(lines)
      const today = at.toISOString().slice(0, 10)
      if (summedUp !== today) {
        const sum = linesOf(telling.notes(), at)
        await bucket.put(NEWEST + nameOf(at, sum), sum)
        summedUp = today
      }
      return { bucket: options.bucket, key, locked, at: at.toISOString() }
    },
    latest: async () => {
      if (readTo === '') {
        let last: string | undefined
        for await (const key of bucket.keys(NEWEST)) last = key
        if (last !== undefined) take(await bucket.read(last))
        // The sum holds what was published up to its own time.
        if (last !== undefined) readTo = NOTES + last.slice(NEWEST.length, NEWEST.length + INSTANT)
      }
      for await (const key of bucket.keys(NOTES, readTo === '' ? undefined : readTo)) {
        take(await bucket.read(key))
        // Notes of the same instant are read again: another process may have written one behind it.
        readTo = key.slice(0, NOTES.length + INSTANT)
      }
      return telling.told()
    },
  }
}
