import { z } from 'zod'
import { jobKind } from '../../../platform/jobs/port.ts'

/** Makes one export, or goes on with it. */
export const runExportJob = jobKind({
  kind: 'exports.run_audit_export',
  payload: z.strictObject({ job_id: z.guid() }),
  maxAttempts: 5,
})
/** Asks again for exports that no queue job stands for. */
export const sweepExportsJob = jobKind({ kind: 'exports.sweep', payload: z.strictObject({}), maxAttempts: 1 })
/** Ends what is due, and drops what stayed behind. */
export const cleanExportsJob = jobKind({
  kind: 'exports.clean',
  payload: z.strictObject({}),
  maxAttempts: 3,
  queueName: () => 'exports.clean',
})
