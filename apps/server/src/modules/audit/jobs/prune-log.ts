import { z } from 'zod'
import type { ReadyConfig } from '../../../config.ts'
import type { Database } from '../../../platform/db/database.ts'
import { handleJob, type JobContext, JobFailure, type JobHandler, jobKind } from '../../../platform/jobs/port.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import { ArchiveInvalid, pruneTenant } from '../pruning/prune-tenant.ts'

/** `audit_prune_daily`: each firm's log, as far as its period is over. */
export const pruneLogJob = jobKind({ kind: 'audit.prune', payload: z.strictObject({}), maxAttempts: 3, critical: true })

/** How long a firm keeps its events online, and whether a hold stops pruning. */
export interface PruneRules {
  /** Days, at least 365; null = never. */
  days(context: JobContext): Promise<number | null>
  isHeld(context: JobContext): Promise<boolean>
}
/** Shortest period that may be asked for, and the one where nobody asked. */
export const ONLINE_DAYS = 365

export interface PruneJobParts {
  readonly config: ReadyConfig
  readonly storage: StoragePort
  /** The keeper's connections, opened when they are needed. */
  readonly keeper: () => Database
  readonly rules: PruneRules
}

export const pruneLogHandler = (parts: PruneJobParts): JobHandler =>
  handleJob(pruneLogJob, {
    run: async (context) => {
      const { rules } = parts
      const [days, held] = [await rules.days(context), await rules.isHeld(context)]
      if (days === null || held) return
      try {
        const { sealed, deleted } = await pruneTenant(
          { config: parts.config, storage: parts.storage, keeper: parts.keeper() },
          {
            tenantId: context.tenantId,
            days: Math.max(days, ONLINE_DAYS),
            actor: context.actor,
            traceId: context.traceId,
            signal: context.signal,
          },
        )
        if (sealed.length + deleted > 0) context.log.info({ about: { sealed: sealed.length, deleted } }, 'audit_pruned')
      } catch (error) {
        if (error instanceof ArchiveInvalid) throw new JobFailure('AUDIT_ARCHIVE_INVALID', error.message)
        throw error
      }
    },
  })
