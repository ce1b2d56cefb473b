import { z } from 'zod'
import { ALERT_RULE_KEYS, SEVERITIES } from './alert-rules.ts'
import { confirmation } from './identity-blocks.ts'
import { operation } from './kit.ts'
import {
  byId,
  changes,
  count,
  email,
  id,
  instant,
  many,
  optionalText,
  page,
  paging,
  personRef,
  tenantRef,
  text,
  version,
} from './values.ts'

const both = ['web', 'studio'] as const
const manage = { access: { capability: 'ops.jobs.manage' }, audiences: both } as const
const severity = z.enum(SEVERITIES)
const ruleKey = z.enum(ALERT_RULE_KEYS)
const level = z.int().min(1).max(3)

export const ALERT_STATES = ['OPEN', 'ACKED', 'RESOLVED'] as const
export const Alert = z
  .object({
    id,
    tenant_id: id,
    rule_key: z.string(),
    fingerprint: z.string(),
    severity,
    state: z.enum(ALERT_STATES),
    first_at: instant,
    last_at: instant,
    count,
    detail: z.record(z.string(), z.json()).meta({ description: 'figures and ids; nothing personal' }),
    level: level.meta({ description: 'channels up to this level were told' }),
    acked_by: personRef.nullable(),
    acked_at: instant.nullable(),
    ack_note: z.string().nullable(),
    resolved_at: instant.nullable(),
    runbook: z.string().meta({ description: 'page of the product' }),
    trace_id: z.string(),
  })
  .meta({ id: 'Alert' })

export const listAlerts = operation({
  id: 'ops.listAlerts',
  method: 'GET',
  path: '/v1/ops/alerts',
  summary: 'Alerts, newest first; the platform sees those of all firms.',
  access: { capability: 'ops.read' },
  audiences: both,
  query: z.strictObject({
    tenant_id: tenantRef.optional(),
    state: many(z.enum(ALERT_STATES)),
    severity: many(severity),
    rule_key: many(ruleKey),
    ...paging,
  }),
  ok: page(Alert),
})
export const ackAlert = operation({
  id: 'ops.ackAlert',
  method: 'POST',
  path: '/v1/ops/alerts/:id/ack',
  summary: 'Says that somebody looks after an alert: it escalates and reminds no more.',
  ...manage,
  params: byId,
  body: z.strictObject({ note: optionalText(400) }),
  ok: Alert,
  errors: ['ILLEGAL_TRANSITION'],
})

export const CHANNEL_KINDS = ['webhook', 'email', 'slack'] as const
export const AlertChannel = z
  .object({
    id,
    tenant_id: id,
    kind: z.enum(CHANNEL_KINDS),
    name: z.string(),
    address: z.string().meta({ description: 'host and path, or mailboxes; what is secret of it stays sealed' }),
    secret_ref: z.string().nullable(),
    min_severity: severity,
    level: level.meta({ description: '2 and 3 hear of critical alerts that nobody acknowledged' }),
    enabled: z.boolean(),
    last_ok_at: instant.nullable(),
    last_error_at: instant.nullable(),
    last_error_code: z.string().nullable(),
    version,
  })
  .meta({ id: 'AlertChannel' })

const url = z.url({ protocol: /^https?$/ }).max(400)
const common = {
  name: text(80),
  min_severity: severity.default('warning'),
  level: level.default(1),
  enabled: z.boolean().default(true),
}
/** `whsec_` and the base64 of 24 to 64 bytes, as Standard Webhooks has it. */
export const webhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'whsec_ and base64 of 24 to 64 bytes')
const mailboxes = z.array(email).min(1).max(10)

export const listAlertChannels = operation({
  id: 'ops.listAlertChannels',
  method: 'GET',
  path: '/v1/ops/alert-channels',
  summary: 'Where alerts are sent.',
  ...manage,
  query: z.strictObject(paging),
  ok: page(AlertChannel),
})
export const createAlertChannel = operation({
  id: 'ops.createAlertChannel',
  method: 'POST',
  path: '/v1/ops/alert-channels',
  summary: 'Adds a channel. Addresses inside private networks are refused; the secret of a webhook is shown once.',
  ...manage,
  status: 201,
  secretAnswer: true,
  body: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('webhook'), url, secret: webhookSecret.optional(), ...common }),
    z.strictObject({ kind: z.literal('slack'), url, ...common }),
    z.strictObject({ kind: z.literal('email'), to: mailboxes, ...common }),
  ]),
  ok: AlertChannel.extend({ secret: z.string().nullable().meta({ description: 'of a webhook, this once' }) }),
  errors: ['DUPLICATE_RECORD'],
})
export const updateAlertChannel = operation({
  id: 'ops.updateAlertChannel',
  method: 'PATCH',
  path: '/v1/ops/alert-channels/:id',
  summary: 'Changes a channel.',
  ...manage,
  params: byId,
  body: changes({
    name: text(80).optional(),
    url: url.optional(),
    to: mailboxes.optional(),
    min_severity: severity.optional(),
    level: level.optional(),
    enabled: z.boolean().optional(),
  }),
  ok: AlertChannel,
  errors: ['DUPLICATE_RECORD', 'REVISION_MISMATCH'],
})
export const deleteAlertChannel = operation({
  id: 'ops.deleteAlertChannel',
  method: 'DELETE',
  path: '/v1/ops/alert-channels/:id',
  summary: 'Removes a channel; the last one asks for typed confirmation.',
  ...manage,
  params: byId,
  body: z.strictObject({ confirmation: confirmation.optional() }).optional(),
  status: 204,
  ok: z.undefined(),
  errors: ['CONFIRMATION_REQUIRED', 'OPS_CONFIRMATION_MISMATCH'],
})
export const restoreAlertChannel = operation({
  id: 'ops.restoreAlertChannel',
  method: 'POST',
  path: '/v1/ops/alert-channels/:id/restore',
  summary: 'Brings a removed channel back, within 30 days, switched off.',
  ...manage,
  params: byId,
  ok: AlertChannel,
  errors: ['ILLEGAL_TRANSITION', 'DUPLICATE_RECORD'],
})
export const testAlertChannel = operation({
  id: 'ops.testAlertChannel',
  method: 'POST',
  path: '/v1/ops/alert-channels/:id/test',
  summary: 'Sends a message that is marked as a test.',
  ...manage,
  params: byId,
  status: 202,
  ok: z.object({ delivery_id: id }),
})

export const DELIVERY_STATES = ['PENDING', 'HANDED_OVER', 'DELIVERED', 'FAILED'] as const
export const AlertDelivery = z
  .object({
    id,
    channel_id: id,
    channel_name: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    alert_id: id.nullable().meta({ description: 'null: a test' }),
    rule_key: z.string().nullable(),
    notice: z.string().meta({ description: 'fired, resolved, test, escalated:2, reminder:1 …' }),
    state: z.enum(DELIVERY_STATES).meta({ description: 'HANDED_OVER: the mail lies in the outbox' }),
    attempts: count,
    error_code: z.string().nullable(),
    fallback_of: id.nullable(),
    created_at: instant,
    finished_at: instant.nullable(),
    trace_id: z.string(),
  })
  .meta({ id: 'AlertDelivery' })
export const listAlertDeliveries = operation({
  id: 'ops.listAlertDeliveries',
  method: 'GET',
  path: '/v1/ops/alert-deliveries',
  summary: 'Messages to channels, newest first.',
  ...manage,
  query: z.strictObject({
    channel_id: id.optional(),
    alert_id: id.optional(),
    state: many(z.enum(DELIVERY_STATES)),
    ...paging,
  }),
  ok: page(AlertDelivery),
})

export const AlertRuleView = z
  .object({
    key: ruleKey,
    of: z.enum(['platform', 'firm']),
    severity,
    enabled: z.boolean(),
    thresholds: z.array(
      z.object({
        name: z.string(),
        value: z.number(),
        default: z.number(),
        min: z.number(),
        max: z.number(),
        unit: z.enum(['seconds', 'count', 'percent', 'hours', 'days']),
      }),
    ),
    runbook: z.string(),
    updated_by: personRef.nullable(),
    updated_at: instant.nullable(),
    version: version.meta({ description: '1: as shipped' }),
  })
  .meta({ id: 'AlertRule' })
export const listAlertRules = operation({
  id: 'ops.listAlertRules',
  method: 'GET',
  path: '/v1/ops/alert-rules',
  summary: 'What is watched, with the thresholds in force.',
  ...manage,
  ok: page(AlertRuleView),
})
export const getAlertRule = operation({
  id: 'ops.getAlertRule',
  opens: 'ALERT_RULE',
  method: 'GET',
  path: '/v1/ops/alert-rules/:key',
  summary: 'One rule with its thresholds.',
  ...manage,
  params: z.strictObject({ key: ruleKey }),
  ok: AlertRuleView,
})
export const updateAlertRule = operation({
  id: 'ops.updateAlertRule',
  method: 'PATCH',
  path: '/v1/ops/alert-rules/:key',
  summary: 'Changes thresholds of a rule, or stops it; null puts a threshold back to its default.',
  ...manage,
  params: z.strictObject({ key: ruleKey }),
  body: changes({
    enabled: z.boolean().optional(),
    thresholds: z.record(z.string().max(60), z.number().nullable()).optional(),
  }),
  ok: AlertRuleView,
  errors: ['REVISION_MISMATCH'],
})
