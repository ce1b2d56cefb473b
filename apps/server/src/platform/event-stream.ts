import { Readable } from 'node:stream'

/**
 * A stream that a loop feeds. Whoever destroys it (a client that left, a session that ended) aborts the loop at once: a
 * generator behind `Readable.from` would go on until its next event.
 */
export function eventStream(feed: (push: (event: string) => void, ended: AbortSignal) => Promise<void>): Readable {
  const ended = new AbortController()
  const stream = new Readable({
    read: () => {},
    destroy: (error, done) => {
      ended.abort()
      done(error)
    },
  })
  feed((event) => void stream.push(event), ended.signal).then(
    () => stream.push(null),
    (error: unknown) => {
      if (!ended.signal.aborted) stream.destroy(error instanceof Error ? error : new Error(String(error)))
    },
  )
  return stream
}
