import { z } from 'zod'
import { jobKind } from '../../platform/jobs/port.ts'

export const VERIFY_KIND = 'audit.verify_log'
const seq = z.int().min(1).optional()

/** Verifies a tenant's log, all epochs of it or a range of the newest. */
export const verifyLogJob = jobKind({
  kind: VERIFY_KIND,
  payload: z.object({ kind: z.enum(['full', 'nightly']).default('full'), from_seq: seq, to_seq: seq }),
  queueName: () => VERIFY_KIND,
  maxAttempts: 3,
  critical: true,
})
