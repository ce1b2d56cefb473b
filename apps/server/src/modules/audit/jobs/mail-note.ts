import { sql } from 'kysely'
import { z } from 'zod'
import type { ReadyConfig } from '../../../config.ts'
import { handleJob, type JobHandler, jobKind } from '../../../platform/jobs/port.ts'
import type { Mail } from '../../../platform/mail/port.ts'

/** The mail sink: once a day the owners of a firm get its newest published head, which nobody can take back from them. */
export const mailNoteJob = jobKind({
  kind: 'audit.mail_note',
  payload: z.strictObject({}),
  maxAttempts: 3,
  critical: true,
})

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

/** The lines of a note that a mail carries; of several signatures the first, which is that of the key that stays. */
function linesOf(note: string) {
  const [origin = '', size = '', root = '', link = '', , signed = ''] = note.split('\n')
  return { origin, size, root, link: link.replace(/^link /, ''), signature: signed.split(' ')[2] ?? '' }
}

/** The newest published head of a firm. */
const headQuery = (tenantId: string) =>
  sql<Head & { readonly day: string }>`
    select c.size, c.note, r.root_epoch, r.note_size, to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as day from audit.checkpoints c
    join audit.root_log r on r.tenant_id = c.tenant_id and r.epoch = c.epoch and r.size = c.size and r.note_size is not null
    where c.tenant_id = ${tenantId}::uuid
    order by c.epoch desc, c.size desc, r.root_epoch desc limit 1`

const ownersQuery = (tenantId: string) =>
  sql<Owner>`
    select u.id, u.email, u.locale, t.name as firm from identity.memberships m
    join identity.users u on u.id = m.user_id join identity.tenants t on t.id = m.tenant_id
    where m.tenant_id = ${tenantId}::uuid and m.admin_level = 'SYSTEM_ADMIN' and m.status = 'active' and m.deleted_at is null
      and u.status = 'active' and u.email is not null order by u.id`

export const mailNoteHandler = (parts: { readonly config: ReadyConfig; readonly mail: Mail }): JobHandler =>
  handleJob(mailNoteJob, {
    run: async (context) => {
      if (!parts.config.AUDIT_NOTARY_SINKS.includes('mail')) return
      const { tenantId, traceId } = context
      const head = await context.transact(async (tx) => (await headQuery(tenantId).execute(tx)).rows[0])
      if (!head) return
      // One effect a day, whoever asks for it how often, and on however many machines.
      await context.effect(`audit_note:${tenantId}:${head.day}`, async (tx) => {
        const { rows: owners } = await ownersQuery(tenantId).execute(tx)
        for (const owner of owners) {
          await parts.mail.queue(tx, {
            tenantId,
            userId: owner.id,
            to: owner.email,
            template: 'audit_note',
            variables: { firm: owner.firm, ...linesOf(head.note) },
            link: { surface: 'web', path: '/admin/audit/chain' },
            locale: owner.locale,
            traceId,
          })
        }
        if (owners.length === 0) return
        const receipt = { size: head.size, mails: owners.length }
        await sql`
          insert into audit.notary_receipts (sink, root_epoch, size, receipt, tenant_id)
          values ('mail', ${head.root_epoch}, ${head.note_size}, ${JSON.stringify(receipt)}::jsonb, ${tenantId}::uuid)`.execute(
          tx,
        )
      })
    },
  })
