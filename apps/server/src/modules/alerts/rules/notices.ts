import type { Severity } from '@zenops/contracts/alert-rules'

/** An alert as far as messages go. */
export interface Standing {
  readonly severity: Severity
  readonly state: 'OPEN' | 'ACKED' | 'RESOLVED'
  /** Seconds since it fired. */
  readonly age_seconds: number
  readonly level: number
  readonly raised: boolean
}

/** Nobody acknowledged it for so long: the next level hears of it. */
export const ESCALATE_SECONDS = 15 * 60
export const REMINDER_SECONDS = 4 * 60 * 60
export const HIGHEST_LEVEL = 3

/** `fired`, `worsened`, `escalated:2`, `reminder:1`, `resolved`: each reaches a channel once. */
export type Notice = 'fired' | 'worsened' | 'resolved' | `escalated:${number}` | `reminder:${number}`

/** Every message that is due by now. What was sent is not sent again, so older ones may be named again. */
export function dueNotices({ state, age_seconds, level, raised }: Standing): Notice[] {
  if (state === 'RESOLVED') return ['resolved']
  const due: Notice[] = ['fired']
  if (raised) due.push('worsened')
  if (state === 'ACKED') return due
  for (let at = 2; at <= level; at++) due.push(`escalated:${at}`)
  const reminders = Math.floor(age_seconds / REMINDER_SECONDS)
  if (reminders > 0) due.push(`reminder:${reminders}`)
  return due
}

/** The level that an alert has reached. */
export const nextLevel = (
  alert: Pick<Standing, 'severity' | 'state' | 'level'> & { readonly level_seconds: number },
): number =>
  alert.severity === 'critical' &&
  alert.state === 'OPEN' &&
  alert.level < HIGHEST_LEVEL &&
  alert.level_seconds >= ESCALATE_SECONDS
    ? alert.level + 1
    : alert.level
