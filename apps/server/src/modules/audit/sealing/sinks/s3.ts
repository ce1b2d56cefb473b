import { LockedBucket, type LockedBucketOptions, nameOf } from '../../../../platform/storage/locked-bucket.ts'
import { type Journal, noteOfLine, type Published } from '../notary.ts'

const NOTES = 'notes/'
const NEWEST = 'newest/'

/**
 * Notes as locked objects of a bucket. Once a day the newest note of every origin is put down beside them, so that a
 * start reads that and what came later, and not years of notes.
 */
export function lockedBucketSink(options: LockedBucketOptions): Journal {
  const bucket = new LockedBucket(options)
  const newest = new Map<string, Published>()
  let summedUp = ''
  const take = (text: string): void => {
    for (const line of text.split('\n')) {
      const published = noteOfLine(line)
      if (published && published.size >= (newest.get(published.origin)?.size ?? 0))
        newest.set(published.origin, published)
    }
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
        const sum = linesOf(
          [...newest.values()].map((one) => one.note),
          at,
        )
        await bucket.put(NEWEST + nameOf(at, sum), sum)
        summedUp = today
      }
      return { bucket: options.bucket, key, locked, at: at.toISOString() }
    },
    latest: async () => {
      let last: string | undefined
      for await (const key of bucket.keys(NEWEST)) last = key
      if (last !== undefined) take(await bucket.read(last))
      // The sum holds what was published up to its own time; notes of the same instant are read again.
      const after = last === undefined ? undefined : NOTES + last.slice(NEWEST.length, NEWEST.length + 17)
      for await (const key of bucket.keys(NOTES, after)) take(await bucket.read(key))
      return new Map(newest)
    },
  }
}
