import type { Database } from '../../platform/db/database.ts'
import type { Loop } from '../../platform/jobs/recurring.ts'
import { spoolRoom } from '../../platform/exports/open.ts'
import type { ChannelParts } from './commands/channels.ts'
import { evaluate } from './evaluate.ts'
import { loopOf } from '../../platform/scheduler/timetable.ts'

export interface AlertLoopParts {
  /** Connection as zen_keeper. */
  readonly keeper: () => Database
  /** Connection as zen_worker. */
  readonly database: Database
  readonly channels: ChannelParts
}

/** Looks at every rule four times a minute. */
export function alertLoop({ keeper, database, channels }: AlertLoopParts): Loop {
  const pending = new Map<string, number>()
  return loopOf('alert_evaluator', {
    turn: ({ services, actor, traceId }) =>
      evaluate({
        keeper: keeper(),
        database,
        metrics: services.metrics,
        actor,
        traceId,
        expectsBackups: services.config.NODE_ENV === 'production',
        spool: spoolRoom(services.config),
        origins: channels.origins,
        pending,
      }),
  })
}
