import { z } from 'zod'
import { jobKind } from '../../../platform/jobs/port.ts'

/** Makes a person's file, or goes on with it. */
export const makeFileJob = jobKind({
  kind: 'privacy.make_file',
  payload: z.strictObject({ job_id: z.guid() }),
  maxAttempts: 5,
  critical: true,
})
/** `privacy_runner`: erasures that are due, files that nobody makes or that are over. */
export const privacyRunnerJob = jobKind({
  kind: 'privacy.runner',
  payload: z.strictObject({}),
  queueName: () => 'privacy.runner',
  critical: true,
})
/** Moves keys of people under the first key of the ring. */
export const rewrapKeysJob = jobKind({ kind: 'privacy.rewrap_keys', payload: z.strictObject({}), critical: true })
