import type { Alarm } from '@zenops/contracts/audit-alarms'
import { CompiledQuery } from 'kysely'
import type { Database } from '../db/database.ts'
import { PROCESS_SCOPE } from '../db/scope.ts'
import type { ErrorClass } from '@zenops/contracts/error-class'

/** What a process saw in one minute. Names are short: an hour of it is one row. */
export interface Minute {
  /** Minutes since 1970. */
  readonly minute: number
  requests: number
  readonly errors: Partial<Record<ErrorClass, number>>
  /** Other things counted, by name. */
  readonly counts: Record<string, number>
}

export interface Ringing {
  /** RFC 3339. */
  readonly since: string
  /** Figures and ids. */
  readonly detail: object
}

/** How this process stands, kept in memory and told to the others every few seconds. */
export interface Vitals {
  readonly instanceId: string
  /** One answer of the API; the class of its failure, if it failed. */
  answered(failure: ErrorClass | null): void
  count(name: string, by?: number): void
  ring(alarm: Alarm, isUp: boolean, detail?: object): void
  ringing(): ReadonlyMap<Alarm, Ringing>
  flush(database: Database): Promise<void>
  /** The process ends well: its row goes. */
  leave(database: Database): Promise<void>
}

const KEPT_MINUTES = 60
const UPSERT = `
  insert into ops.instances (instance_id, roles, version, alarms, minutes) values ($1, $2, $3, $4::jsonb, $5::jsonb)
  on conflict (instance_id) do update set seen_at = now(), alarms = excluded.alarms, minutes = excluded.minutes`

export interface VitalsOptions {
  readonly instanceId: string
  readonly roles: readonly string[]
  readonly version: string
  readonly now: () => number
}

export function createVitals({ instanceId, roles, version, now }: VitalsOptions): Vitals {
  const alarms = new Map<Alarm, Ringing>()
  let minutes: Minute[] = []
  const current = (): Minute => {
    const minute = Math.floor(now() / 60_000)
    const last = minutes.at(-1)
    if (last?.minute === minute) return last
    const fresh: Minute = { minute, requests: 0, errors: {}, counts: {} }
    minutes = [...minutes.filter((one) => one.minute > minute - KEPT_MINUTES), fresh]
    return fresh
  }
  return {
    instanceId,
    answered: (failure) => {
      const at = current()
      at.requests += 1
      if (failure) at.errors[failure] = (at.errors[failure] ?? 0) + 1
    },
    count: (name, by = 1) => {
      const { counts } = current()
      counts[name] = (counts[name] ?? 0) + by
    },
    ring: (alarm, isUp, detail = {}) => {
      const known = alarms.get(alarm)
      if (!isUp) alarms.delete(alarm)
      else alarms.set(alarm, { since: known?.since ?? new Date(now()).toISOString(), detail })
    },
    ringing: () => alarms,
    flush: async (database) => {
      current()
      const told = [
        instanceId,
        [...roles],
        version,
        JSON.stringify(Object.fromEntries(alarms)),
        JSON.stringify(minutes),
      ]
      await database.write(PROCESS_SCOPE, CompiledQuery.raw(UPSERT, told))
    },
    leave: async (database) => {
      const gone = CompiledQuery.raw('delete from ops.instances where instance_id = $1', [instanceId])
      await database.write(PROCESS_SCOPE, gone)
    },
  }
}
