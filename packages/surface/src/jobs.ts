import { messagesOf } from '@zenops/client/messages'
import { en } from './jobs.en.ts'

const t = messagesOf('jobs', en)

const isJob = (job: string): job is keyof typeof en => Object.hasOwn(en, job)

/** What a job template is called: `Operations manager`. A newer server may name one that this build does not know. */
export const jobName = (job: string): string => (isJob(job) ? t(job) : job)
export const jobNames = (jobs: readonly string[]): string => jobs.map(jobName).join(', ')
