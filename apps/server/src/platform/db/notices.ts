import pg from 'pg'

const RETRY_MS = 250
const RETRY_MAX_MS = 5_000

export interface NoticeOptions {
  readonly url: string
  readonly channel: string
  onNotice(payload: string): void
  /** Called when notices may have been missed: before the first and after every connection. */
  onGap(): void
  onError?(error: Error): void
}

export interface Notices {
  /** Resolves once the first connection listens. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

/**
 * Listens on a connection of its own and connects again by itself. Behind a pooler that gives connections away after
 * each transaction nothing is heard: what is remembered must then grow old by itself.
 */
export function listenTo(options: NoticeOptions): Notices {
  let client: pg.Client | null = null
  let closed = false
  let retry: NodeJS.Timeout | undefined
  let wait = RETRY_MS
  const ready = Promise.withResolvers<void>()

  const lost = (gone: pg.Client, error?: Error): void => {
    if (client !== gone) return
    client = null
    gone.end().catch(() => {})
    if (closed) return
    if (error) options.onError?.(error)
    options.onGap()
    retry = setTimeout(connect, wait)
    wait = Math.min(wait * 2, RETRY_MAX_MS)
  }
  const connect = (): void => {
    const fresh = new pg.Client({
      connectionString: options.url,
      application_name: 'zenops-notices',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    })
    client = fresh
    fresh.on('error', (error) => lost(fresh, error))
    fresh.on('end', () => lost(fresh))
    fresh.on('notification', ({ payload }) => options.onNotice(payload ?? ''))
    fresh
      .connect()
      .then(() => fresh.query(`listen ${pg.escapeIdentifier(options.channel)}`))
      .then(
        () => {
          wait = RETRY_MS
          options.onGap()
          ready.resolve()
        },
        (error: Error) => lost(fresh, error),
      )
  }
  connect()
  return {
    ready: ready.promise,
    close: async () => {
      closed = true
      clearTimeout(retry)
      const last = client
      client = null
      await last?.end().catch(() => {})
    },
  }
}
