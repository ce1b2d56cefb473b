import { messagesOf } from '@zenops/client/messages'
import { ALERT_TITLES, type AlertRuleKey, ruleOf } from '@zenops/contracts/alert-rules'
import { en } from './messages.en.ts'

export const t = messagesOf('ops', en)

const isKey = (key: string): key is keyof typeof en => Object.hasOwn(en, key)

/** A text of a family by its code; what has none stands as it is. */
export const word = (family: string, code: string): string => {
  const key = `${family}_${code}`
  return isKey(key) ? t(key) : sentence(code)
}

/** `auth_login_success` → Auth login success. */
export const sentence = (code: string): string =>
  code.replaceAll(/[_.]/g, ' ').replace(/^./, (first) => first.toUpperCase())

const isRule = (key: string): key is AlertRuleKey => Object.hasOwn(ALERT_TITLES, key)
export const ruleTitle = (key: string): string => (isRule(key) ? ALERT_TITLES[key] : sentence(key))
/** The runbook of a rule. */
export const runbookName = (key: string): string => (isRule(key) ? ruleOf(key).runbook : key)

/** What a kill-switch cuts off. */
export function switchName(key: string): string {
  if (key === 'llm.all') return t('what_llm_all')
  const provider = /^llm\.provider\.(.+)$/.exec(key)?.[1]
  return provider === undefined ? word('what', key) : t('what_llm_provider', { name: provider })
}

/** `fired`, `escalated:2` … in words. */
export const noticeWord = (notice: string): string => word('notice', notice.split(':', 1)[0] ?? notice)

/** 1234 ms → 1.2 s. */
export function duration(ms: number | null): string {
  if (ms === null) return '–'
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  return `${(ms / 3_600_000).toFixed(1)} h`
}

export const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 2 : 1)} %`
export const whole = (value: number): string => Math.round(value).toLocaleString('en-IN')

/** How a figure stands against the one before. */
export function change(now: number, before: number): string {
  if (now === before) return t('change_same')
  if (before === 0) return t('change_new')
  const n = Math.round((Math.abs(now - before) / before) * 100)
  return t(now > before ? 'change_more' : 'change_less', { n })
}
