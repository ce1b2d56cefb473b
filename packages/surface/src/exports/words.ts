import { messagesOf } from '@zenops/client/messages'
import type { ExportJob } from '@zenops/contracts/exports'
import { en } from './messages.en.ts'

export const t = messagesOf('exports', en)

const isKey = (key: string): key is keyof typeof en => Object.hasOwn(en, key)

/** Why a job failed, as a sentence; a code that this build does not know stands as it is. */
export function failureText(code: string): string {
  const key = `fail_${code}`
  return isKey(key) ? t(key) : code
}

export const isActive = ({ status }: Pick<ExportJob, 'status'>): boolean => status === 'PENDING' || status === 'RUNNING'
