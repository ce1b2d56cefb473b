import { z } from 'zod'
import { jobKind } from '../../platform/jobs/port.ts'

/** One message to one channel. */
export const deliverJob = jobKind({
  kind: 'ops.deliver_alert',
  payload: z.strictObject({ delivery_id: z.guid() }),
  maxAttempts: 4,
})
