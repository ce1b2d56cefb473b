import { messagesOf } from '@zenops/client/messages'
import { en } from './messages.en.ts'

export const t = messagesOf('rights', en)
