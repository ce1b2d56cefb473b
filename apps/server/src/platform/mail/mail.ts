import { sql } from 'kysely'
import type { ReadyConfig } from '../../config.ts'
import { createSealing, type Sealing } from '../sealing.ts'
import { uuidv7 } from '../ids.ts'
import { enqueue, jobKind } from '../jobs/port.ts'
import { z } from 'zod'
import type { Mail, MailLink, MailMessage, MailTemplate } from './port.ts'
import { type MailProvider, noopProvider, smtpProvider } from './providers.ts'
import { render } from './render.ts'
import { classOf } from './templates.ts'

export const sendMailJob = jobKind({
  kind: 'notifications.send_mail',
  payload: z.strictObject({ outbox_id: z.guid() }),
})

/** The mail part of one process: the port for operations, and what the sending job needs. */
export interface MailRoom extends Mail {
  readonly provider: MailProvider
  /** No provider, no production: mails count as sent and stay readable. */
  readonly simulates: boolean
  readonly messageDomain: string
  open(row: SealedRow): { text: string; html: string }
}
export interface SealedRow {
  readonly tenant_id: string
  readonly id: string
  readonly sealed: Buffer | null
  readonly sealed_key: string | null
  readonly body_text: string | null
  readonly body_html: string | null
}

export interface MailRoomOptions {
  readonly config: Pick<ReadyConfig, 'NODE_ENV' | 'SMTP_URL' | 'MAIL_FROM' | 'MFA_ENC_KEYS'>
  /** First origin of each surface, for links. */
  readonly origins: Readonly<Record<MailLink['surface'], string>>
}

const DEFAULT_LIFE_HOURS = 72

const aboutOf = (row: { tenant_id: string; id: string }): string => `outbox ${row.tenant_id} ${row.id}`

export function createMail({ config, origins }: MailRoomOptions): MailRoom {
  const provider = config.SMTP_URL === undefined ? noopProvider : smtpProvider(config.SMTP_URL, config.MAIL_FROM)
  const simulates = provider.id === 'noop' && config.NODE_ENV !== 'production'
  const sealing = createSealing(config.MFA_ENC_KEYS, 'mail')
  const urlOf = (link: MailLink | undefined): string | undefined => {
    if (link === undefined) return undefined
    const page = new URL(link.path, origins[link.surface])
    if (link.token !== undefined) page.hash = `token=${encodeURIComponent(link.token)}`
    return page.href
  }
  return {
    provider,
    simulates,
    messageDomain: /@([^\s<>@]+?)>?$/.exec(config.MAIL_FROM)?.[1] ?? 'zenops.local',
    open: (row) => openRow(sealing, row),
    close: () => provider.close(),
    queue: async (tx, message) => {
      const row = rowOf(message, urlOf(message.link))
      const kept = row.class === 'security' && !simulates ? sealedOf(sealing, row) : row
      // One flush. A transaction of the house without a tenant takes the mail's for as long as it asks for the job.
      await Promise.all([
        sql`insert into notifications.outbox (tenant_id, id, channel, class, event_type, template_key, locale, user_id, recipient,
            subject, body_text, body_html, sealed, sealed_key, trace_id, expires_at)
          values (${row.tenant_id}, ${row.id}, 'email', ${row.class}, ${message.template}, ${message.template}, ${row.locale},
            ${message.userId}, ${message.to}, ${row.subject}, ${kept.body_text}, ${kept.body_html}, ${kept.sealed}, ${kept.sealed_key},
            ${message.traceId}, coalesce(${message.expiresAt?.toISOString() ?? null}::timestamptz, now() + make_interval(hours => ${DEFAULT_LIFE_HOURS})))`.execute(
          tx,
        ),
        sql`select set_config('app.own_tenant_id', coalesce(current_setting('app.tenant_id', true), ''), true)`.execute(
          tx,
        ),
        sql`select set_config('app.tenant_id', ${row.tenant_id}, true) where current_setting('app.own_tenant_id') = ''`.execute(
          tx,
        ),
        enqueue(tx, sendMailJob, {
          payload: { outbox_id: row.id },
          traceId: message.traceId,
          options: { tenant_id: row.tenant_id },
        }),
        sql`select set_config('app.tenant_id', current_setting('app.own_tenant_id'), true)`.execute(tx),
      ])
      return row.id
    },
  }
}

function rowOf<K extends MailTemplate>(message: MailMessage<K>, url: string | undefined) {
  const { subject, text, html, locale } = render({
    template: message.template,
    variables: message.variables,
    url,
    locale: message.locale ?? 'en',
    timeZone: message.timeZone ?? 'UTC',
  })
  return {
    tenant_id: message.tenantId,
    id: uuidv7(),
    class: classOf(message.template),
    locale,
    subject,
    body_text: text as string | null,
    body_html: html as string | null,
    sealed: null as Buffer | null,
    sealed_key: null as string | null,
  }
}

function sealedOf(sealing: Sealing, row: ReturnType<typeof rowOf>): ReturnType<typeof rowOf> {
  const { kid, bytes } = sealing.seal(JSON.stringify([row.body_text, row.body_html]), aboutOf(row))
  return { ...row, body_text: null, body_html: null, sealed: bytes, sealed_key: kid }
}

const Bodies = z.tuple([z.string(), z.string()])

function openRow(sealing: Sealing, row: SealedRow): { text: string; html: string } {
  if (row.sealed === null || row.sealed_key === null) {
    if (row.body_text === null || row.body_html === null) throw new Error('nothing is left of this mail to send')
    return { text: row.body_text, html: row.body_html }
  }
  const opened = sealing.open({ kid: row.sealed_key, bytes: row.sealed }, aboutOf(row))
  const [text, html] = Bodies.parse(JSON.parse(opened))
  return { text, html }
}
