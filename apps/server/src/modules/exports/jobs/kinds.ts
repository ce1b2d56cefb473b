import { z } from 'zod'
import { jobKind } from '../../../platform/jobs/port.ts'

/** Makes one export, or goes on with it. */
export const runExportJob = jobKind({
  kind: 'exports.run_audit_export',
  payload: z.strictObject({ job_id: z.guid() }),
  maxAttempts: 5,
})
/** Ends what is due, and drops what stayed behind. */
export const cleanExportsJob = jobKind({
  kind: 'exports.clean',
  payload: z.strictObject({}),
  maxAttempts: 3,
  queueName: () => 'exports.clean',
})
