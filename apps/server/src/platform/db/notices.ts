import pg from 'pg'

const RETRY_MS = 250
const RETRY_MAX_MS = 5_000

/** Who hears of a channel. */
export interface Listener {
  onNotice(payload: string): void
  /** Called when notices may have been missed: before the first and after every connection. */
  onGap(): void
}

export interface NoticeBoard {
  /** From the next connection on, or at once where there is one. One listener a channel. */
  listen(channel: string, listener: Listener): void
  /** Resolves once the first connection listens. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

/**
 * The changes that other processes tell of, over one connection that comes back by itself. Behind a pooler that gives
 * connections away after each transaction nothing is heard: what is remembered must then grow old by itself.
 */
export function openNoticeBoard(url: string, onError?: (error: Error) => void): NoticeBoard {
  const listeners = new Map<string, Listener>()
  let client: pg.Client | null = null
  let connected = false
  let closed = false
  let retry: NodeJS.Timeout | undefined
  let wait = RETRY_MS
  const ready = Promise.withResolvers<void>()
  const gap = (): void => {
    for (const listener of listeners.values()) listener.onGap()
  }

  const lost = (gone: pg.Client, error?: Error): void => {
    if (client !== gone) return
    client = null
    connected = false
    gone.end().catch(() => {})
    if (closed) return
    if (error) onError?.(error)
    gap()
    retry = setTimeout(connect, wait)
    wait = Math.min(wait * 2, RETRY_MAX_MS)
  }
  const connect = (): void => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'zenops-notices',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    })
    client = fresh
    fresh.on('error', (error) => lost(fresh, error))
    fresh.on('end', () => lost(fresh))
    fresh.on('notification', ({ channel, payload }) => listeners.get(channel)?.onNotice(payload ?? ''))
    fresh
      .connect()
      .then(() => {
        connected = client === fresh
        return fresh.query([...listeners.keys()].map((name) => `listen ${pg.escapeIdentifier(name)}`).join(';'))
      })
      .then(
        () => {
          wait = RETRY_MS
          gap()
          ready.resolve()
        },
        (error: Error) => lost(fresh, error),
      )
  }
  connect()
  return {
    listen: (channel, listener) => {
      listeners.set(channel, listener)
      const at = client
      if (!connected || !at) return
      at.query(`listen ${pg.escapeIdentifier(channel)}`).then(
        () => listener.onGap(),
        (error: Error) => lost(at, error),
      )
    },
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
