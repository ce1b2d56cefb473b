import { aud, every, F, may, moveTenant, reads, scopeAll, some, T, tenantRows, W, workerRows } from '../classes.ts'
import type { TableLaw } from '../model.ts'

const studio = aud('studio')
const readable = every(T, scopeAll('notifications.outbox.read'))
/** What a writer may set; the sender's columns start at their defaults. */
const WRITTEN = [
  'tenant_id',
  'id',
  'channel',
  'mode',
  'class',
  'event_type',
  'template_key',
  'locale',
  'user_id',
  'recipient',
  'subject',
  'body_text',
  'body_html',
  'sealed',
  'sealed_key',
  'trace_id',
  'expires_at',
]
/** What staff see: never what a mail says, for it may hold a link that opens an account. */
const SHOWN = [
  ...WRITTEN.filter((column) => !['body_text', 'body_html', 'sealed', 'sealed_key'].includes(column)),
  'endpoint_id',
  'provider',
  'status',
  'hold_reason',
  'attempt_no',
  'next_attempt_at',
  'provider_message_id',
  'last_error_code',
  'simulated',
  'queued_at',
  'sent_at',
  'version',
]
const MAIL = { channel: 'email', class: 'action', recipient: 'law@test.zenops.local', locale: 'en' }

export const notificationsLaws: readonly TableLaw[] = [
  {
    table: 'notifications.outbox',
    class: 8,
    capabilities: ['notifications.outbox.read'],
    rights: {
      zen_web: { select: may(readable, SHOWN), insert: may(T, WRITTEN) },
      zen_studio: { select: may(studio), insert: may(studio, WRITTEN) },
      zen_portal: { insert: may(some(T, F), WRITTEN) },
      zen_worker: { ...workerRows, insert: may(W, [...WRITTEN, 'endpoint_id']), delete: may(W) },
      zen_auth: { insert: may(() => true, WRITTEN) },
    },
    rows: (names) => ({
      ...tenantRows(names, MAIL),
      'to somebody': { ...MAIL, tenant_id: names.firm, user_id: names.me },
      'of the portal lane': { ...MAIL, tenant_id: names.external },
    }),
    moves: moveTenant,
    touch: 'simulated',
  },
  {
    table: 'notifications.attempts',
    class: 8,
    capabilities: ['notifications.outbox.read'],
    rights: {
      zen_web: reads(readable),
      zen_studio: reads(studio),
      zen_worker: workerRows,
    },
    rows: (names) => tenantRows(names),
    moves: moveTenant,
    touch: 'manual',
  },
]
