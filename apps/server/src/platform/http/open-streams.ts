import type { Readable } from 'node:stream'
import type { Actor } from '../auth/actor.ts'
import type { Authenticator, OpenSession } from '../auth/authenticator.ts'
import type { Log } from '../telemetry/log.ts'

/** Open streams are judged again this often: well within the five seconds that a revocation may take. */
const LOOK_MS = 2_000

/** Streams that stay open: each ends with the session, firm, right or address that it was opened with. */
export interface OpenStreams {
  /** Watches a stream until it closes. A caller without a session has none that could end. */
  watch(stream: Readable, caller: { readonly actor: Actor; readonly ip: string }): void
  close(): void
}

export function createOpenStreams(authenticator: Authenticator, log: Log): OpenStreams {
  const open = new Map<Readable, OpenSession>()

  const look = async (): Promise<void> => {
    const watched = [...open]
    const standings = await authenticator.standingOf(watched.map(([, session]) => session))
    for (const [place, [stream]] of watched.entries()) if (standings[place] !== 'good') stream.destroy()
  }
  // A look that failed is made up for by the next one.
  const tick = (): void => {
    if (open.size > 0) look().catch((error: unknown) => log.warn({ err: error }, 'open_streams'))
  }
  const timer = setInterval(tick, LOOK_MS).unref()

  return {
    watch: (stream, { actor, ip }) => {
      const { sessionId, tenantId, permissionVersion } = actor
      if (sessionId === null) return
      open.set(stream, { sessionId, tenantId, permissionVersion, ip })
      stream.once('close', () => open.delete(stream))
    },
    close: () => clearInterval(timer),
  }
}
