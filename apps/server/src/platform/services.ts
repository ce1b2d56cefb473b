import type { ReadyConfig } from '../config.ts'
import type { RevealPort } from './audit/personal.ts'
import type { Clock } from './clock.ts'
import type { Database } from './db/database.ts'
import type { Pacer } from './limits/pace.ts'
import type { Limits } from './limits/port.ts'
import type { Mail } from './mail/port.ts'
import type { StoragePort } from './storage/port.ts'
import type { Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'

/** The parts of the platform that operations and jobs may use. Put together once, in `app.ts`. */
export interface Services {
  readonly config: ReadyConfig
  readonly database: Database
  readonly storage: StoragePort
  readonly limits: Limits
  /** Steady rates: the control plane. */
  readonly pacer: Pacer
  readonly mail: Mail
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Keys of people; without them personal fields of the audit log are covered for good. */
  readonly personal?: RevealPort
  /** True once the process is asked to stop: it is not ready any more. */
  readonly draining?: () => boolean
}
