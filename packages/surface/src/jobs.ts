import { messagesOf } from '@zenops/client/messages'
import type { JobTemplate } from '@zenops/contracts/capabilities'
import { en } from './jobs.en.ts'

const t = messagesOf('jobs', en)

/** What a job template is called: `Operations manager`. */
export const jobName = (job: JobTemplate): string => t(job)
