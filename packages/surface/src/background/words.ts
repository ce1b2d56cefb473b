import { messagesOf } from '@zenops/client/messages'
import { en } from './messages.en.ts'

export const t = messagesOf('work', en)
/** The shortest reason that the contracts take. */
export const MIN_REASON = 10
