import { messagesOf } from '@zenops/client/messages'
import type { RETENTION_RUN_STATES, RetentionClass } from '@zenops/contracts/retention'
import type { REQUEST_STATES } from '@zenops/contracts/privacy'
import type { StatusFamily } from '@zenops/ui/status'
import { en } from './messages.en.ts'

export const t = messagesOf('custody', en)

export const className = (name: RetentionClass): string => t(`class_${name}`)

type State = (typeof RETENTION_RUN_STATES)[number] | (typeof REQUEST_STATES)[number]
const FAMILIES: Readonly<Record<State, StatusFamily>> = {
  PENDING: 'grey',
  RUNNING: 'blue',
  DONE: 'green',
  PARTIAL: 'amber',
  FAILED: 'red',
  SKIPPED: 'grey',
  EXPIRED: 'grey',
  REFUSED: 'orange',
}
export const familyOf = (state: State): StatusFamily => FAMILIES[state]
