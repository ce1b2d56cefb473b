import { RETENTION_CLASS_NAMES } from '@zenops/contracts/retention'
import { z } from 'zod'
import { jobKind } from '../../../platform/jobs/port.ts'

/** One firm's turn: all classes, or the one that was asked for. */
export const retentionJob = jobKind({
  kind: 'retention.run',
  payload: z.strictObject({
    /** Runs that a person asked for; the nightly turn writes its own. */
    turn_id: z.guid().optional(),
    class: z.enum(RETENTION_CLASS_NAMES).optional(),
    dry_run: z.boolean().default(false),
  }),
})
