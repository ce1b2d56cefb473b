import type { Database } from './db/database.ts'
import { authScope } from './db/scope.ts'
import { appendOps, type OpsEvent } from './ops-events.ts'

/**
 * Happenings without a commit of their own: refused calls, limits that were reached. They are added up in memory and
 * written every few seconds, so that whoever is refused a thousand times a second writes no thousand rows. A process
 * that is killed loses the last of them.
 */
export interface OpsTally {
  add(event: OpsEvent & { readonly tenant_id: string }, traceId: string): void
  flush(database: Database): Promise<void>
}

const MOST_KINDS = 10_000

export function createOpsTally(): OpsTally {
  let waiting = new Map<string, { readonly event: OpsEvent; value: number; readonly traceId: string }>()
  return {
    add: (event, traceId) => {
      const key = JSON.stringify([event.tenant_id, event.metric_key, event.dimensions ?? {}])
      const known = waiting.get(key)
      if (known) known.value += event.value ?? 1
      else if (waiting.size < MOST_KINDS) waiting.set(key, { event, value: event.value ?? 1, traceId })
    },
    flush: async (database) => {
      const told = [...waiting.values()]
      const [first] = told
      if (!first) return
      waiting = new Map()
      const events = told.map(({ event, value }) => ({ ...event, value }))
      try {
        const stamp = { tenantId: first.event.tenant_id ?? '', traceId: first.traceId }
        await database.write(authScope(), appendOps(events, stamp))
      } catch (error) {
        for (const { event, value, traceId } of told) {
          const key = JSON.stringify([event.tenant_id, event.metric_key, event.dimensions ?? {}])
          const since = waiting.get(key)
          if (since) since.value += value
          else if (waiting.size < MOST_KINDS) waiting.set(key, { event, value, traceId })
        }
        throw error
      }
    },
  }
}
