import { z } from 'zod'
import { jobKind } from '../../../platform/jobs/port.ts'

/** Renders one pack from one frozen revision. */
export const renderPackJob = jobKind({
  kind: 'reports.render_pack',
  payload: z.strictObject({ job_id: z.guid(), pack_id: z.guid() }),
  maxAttempts: 5,
})
