import { ALERT_TITLES, type AlertRuleKey, ruleOf, runbookPath, type Severity } from '@zenops/contracts/alert-rules'
import { z } from 'zod'

/** What a message says. It holds ids, figures and links; nobody's name, address or words. */
export const Message = z.strictObject({
  notice: z.string(),
  rule_key: z.string().nullable(),
  title: z.string(),
  severity: z.enum(['warning', 'critical']),
  tenant_id: z.guid(),
  alert_id: z.guid().nullable(),
  first_at: z.string().nullable(),
  count: z.number().nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  runbook: z.string().nullable(),
  link: z.string(),
  trace_id: z.string(),
})
export type Message = z.infer<typeof Message>

export interface Told {
  readonly id: string
  readonly tenant_id: string
  readonly rule_key: AlertRuleKey
  readonly severity: Severity
  readonly first_at: string
  readonly count: number
  readonly detail: Message['detail']
  readonly trace_id: string
}

export const messageOf = (alert: Told, notice: string, link: string): Message => ({
  notice,
  rule_key: alert.rule_key,
  title: ALERT_TITLES[alert.rule_key],
  severity: alert.severity,
  tenant_id: alert.tenant_id,
  alert_id: alert.id,
  first_at: alert.first_at,
  count: alert.count,
  detail: alert.detail,
  // The page of today, whatever was known by when the alert rang.
  runbook: new URL(runbookPath(ruleOf(alert.rule_key).runbook), link).href,
  link,
  trace_id: alert.trace_id,
})

export const testMessage = (at: {
  readonly tenantId: string
  readonly link: string
  readonly traceId: string
}): Message => ({
  notice: 'test',
  rule_key: null,
  title: 'This is a test of an alert channel',
  severity: 'warning',
  tenant_id: at.tenantId,
  alert_id: null,
  first_at: null,
  count: null,
  detail: {},
  runbook: null,
  link: at.link,
  trace_id: at.traceId,
})

const HEADS: Readonly<Record<string, string>> = {
  fired: '',
  test: 'TEST',
  worsened: 'WORSE',
  resolved: 'RESOLVED',
  escalated: 'NOT ACKNOWLEDGED',
  reminder: 'STILL OPEN',
}

/** One line: `[CRITICAL] The audit log of a firm was changed`. */
export function headOf({ notice, severity, title }: Message): string {
  const kind = HEADS[notice.split(':', 1)[0] ?? ''] ?? ''
  return `[${[severity.toUpperCase(), kind].filter(Boolean).join(', ')}] ${title}`
}

const figures = (message: Message): [string, string][] => [
  ['Firm', message.tenant_id],
  ...(message.first_at === null ? [] : [['Since', message.first_at] as [string, string]]),
  ...Object.entries(message.detail).map(([name, value]): [string, string] => [
    name.replaceAll('_', ' '),
    String(value),
  ]),
  ...(message.runbook === null ? [] : [['Runbook', message.runbook] as [string, string]]),
  ['Trace', message.trace_id],
]

/** Lines of a plain mail. */
export const linesOf = (message: Message): string[] => figures(message).map(([name, value]) => `${name}: ${value}`)

/** The body of a webhook (Standard Webhooks): `{type, id, timestamp, data}`. */
export function webhookBody(message: Message, sent: { readonly id: string; readonly at: string }): string {
  return JSON.stringify({
    type: `ops.alert.${message.notice.split(':', 1)[0]}`,
    id: sent.id,
    timestamp: sent.at,
    data: message,
  })
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** What an incoming-webhook URL of Slack and its likes takes: a text, and blocks for those that show them. */
export function slackBody(message: Message): string {
  const head = headOf(message)
  return JSON.stringify({
    text: escape(head),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: head.slice(0, 150) } },
      {
        type: 'section',
        fields: figures(message)
          .slice(0, 10)
          .map(([name, value]) => ({ type: 'mrkdwn', text: `*${escape(name)}*\n${escape(value)}`.slice(0, 2_000) })),
      },
      { type: 'section', text: { type: 'mrkdwn', text: `<${message.link}|Open in ZenOps>` } },
    ],
  })
}
