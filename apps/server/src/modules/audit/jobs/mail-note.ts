import { sql } from 'kysely'
import { z } from 'zod'
import type { ReadyConfig } from '../../../config.ts'
import { handleJob, type JobHandler, jobKind } from '../../../platform/jobs/port.ts'
import type { Mail } from '../../../platform/mail/port.ts'

/** The mail sink: once a day the owners of a firm get its newest published head, which nobody can take back from them. */
export const mailNoteJob = jobKind({ kind: 'audit.mail_note', payload: z.strictObject({}), maxAttempts: 3 })

interface Head {
  readonly size: number
  readonly note: string
  readonly root_epoch: number
  readonly note_size: number
}
interface Owner {
  readonly id: string
  readonly email: string
  readonly locale: string
  readonly firm: string
}

/** Sent by this job in the last hours already: a second attempt tells nobody twice. */
const RECENT_HOURS = 20

/** The lines of a note that a mail carries; of several signatures the first, which is that of the key that stays. */
function linesOf(note: string) {
  const [origin = '', size = '', root = '', link = '', , signed = ''] = note.split('\n')
  return { origin, size, root, link: link.replace(/^link /, ''), signature: signed.split(' ')[2] ?? '' }
}

export const mailNoteHandler = (parts: { readonly config: ReadyConfig; readonly mail: Mail }): JobHandler =>
  handleJob(mailNoteJob, {
    run: async (context) => {
      if (!parts.config.AUDIT_NOTARY_SINKS.includes('mail')) return
      await context.effect(`audit_note:${context.runId}`, async (tx) => {
        const { rows: heads } = await sql<Head>`
          select c.size, c.note, r.root_epoch, r.note_size from audit.checkpoints c
          join audit.root_log r on r.tenant_id = c.tenant_id and r.epoch = c.epoch and r.size = c.size and r.note_size is not null
          where c.tenant_id = ${context.tenantId}::uuid
            and not exists (select 1 from audit.notary_receipts t where t.sink = 'mail' and t.receipt ->> 'tenant_id' = ${context.tenantId}
              and t.published_at > now() - make_interval(hours => ${RECENT_HOURS}))
          order by c.epoch desc, c.size desc limit 1`.execute(tx)
        const [head] = heads
        if (!head) return
        const { rows: owners } = await sql<Owner>`
          select u.id, u.email, u.locale, t.name as firm from identity.memberships m
          join identity.users u on u.id = m.user_id join identity.tenants t on t.id = m.tenant_id
          where m.tenant_id = ${context.tenantId}::uuid and m.admin_level = 'SYSTEM_ADMIN' and m.status = 'active' and m.deleted_at is null
            and u.status = 'active' and u.email is not null order by u.id`.execute(tx)
        for (const owner of owners) {
          await parts.mail.queue(tx, {
            tenantId: context.tenantId,
            userId: owner.id,
            to: owner.email,
            template: 'audit_note',
            variables: { firm: owner.firm, ...linesOf(head.note) },
            link: { surface: 'web', path: '/admin/audit/chain' },
            locale: owner.locale,
            traceId: context.traceId,
          })
        }
        if (owners.length === 0) return
        const receipt = { tenant_id: context.tenantId, size: head.size, mails: owners.length }
        await sql`
          insert into audit.notary_receipts (sink, root_epoch, size, receipt)
          values ('mail', ${head.root_epoch}, ${head.note_size}, ${JSON.stringify(receipt)}::jsonb)`.execute(tx)
      })
    },
  })
