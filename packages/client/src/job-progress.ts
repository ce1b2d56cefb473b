import { isAbort } from './api-error.ts'
import type { ServerEvent } from './server-events.ts'

/** How one job is watched. `T` is the job's view as its contract gives it. */
export interface JobWatch<T> {
  /** The job's event stream; leave out where there is none. */
  readonly events?: (() => AsyncIterable<ServerEvent>) | undefined
  readonly poll: () => Promise<T>
  readonly parse: (data: string) => T
  readonly isOver: (job: T) => boolean
  readonly onUpdate: (job: T) => void
  /** Resolves after so many milliseconds, or rejects with AbortError. */
  readonly pause: (ms: number) => Promise<void>
}

/** Polling: 20 times every 1.5 s, then every 5 s. */
export const pollDelay = (attempt: number): number => (attempt < 20 ? 1_500 : 5_000)

/** 5 s apart this is six hours: longer jobs are looked at again by opening them. */
const MAX_POLLS = 4_320

async function followStream<T>(watch: JobWatch<T>): Promise<boolean> {
  if (!watch.events) return false
  try {
    for await (const { data } of watch.events()) {
      const job = watch.parse(data)
      watch.onUpdate(job)
      if (watch.isOver(job)) return true
    }
  } catch (error) {
    if (isAbort(error)) throw error
  }
  return false
}

/** Follows a job to its end: by its stream while that lasts, else by polling. Throws what `poll` throws, or AbortError. */
export async function followJob<T>(watch: JobWatch<T>): Promise<void> {
  if (await followStream(watch)) return
  for (let attempt = 0; attempt < MAX_POLLS; attempt += 1) {
    const job = await watch.poll()
    watch.onUpdate(job)
    if (watch.isOver(job)) return
    await watch.pause(pollDelay(attempt))
  }
}

/** A pause that a signal can cut short. */
export function pauseFor(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(new DOMException('stopped', 'AbortError'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}
