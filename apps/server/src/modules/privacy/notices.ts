import { type QueryExecutorProvider, sql } from 'kysely'
import type { Mail } from '../../platform/mail/port.ts'

interface Reader {
  readonly email: string
  readonly locale: string
  readonly firm: string
  readonly lane: string
  readonly time_zone: string
}

interface Told {
  readonly tenantId: string
  readonly userId: string
  readonly traceId: string
}

/** Whoever asked, where he is still there to read it. */
async function readerOf(tx: QueryExecutorProvider, { tenantId, userId }: Told): Promise<Reader | undefined> {
  const { rows } = await sql<Reader>`
    select u.email, u.locale, t.name as firm, t.lane, t.time_zone from identity.memberships m
    join identity.users u on u.id = m.user_id join identity.tenants t on t.id = m.tenant_id
    where m.tenant_id = ${tenantId}::uuid and m.user_id = ${userId}::uuid and m.status = 'active' and m.deleted_at is null
      and u.status = 'active' and u.email is not null`.execute(tx)
  return rows[0]
}

const letterOf = ({ tenantId, userId, traceId }: Told, { email, locale, time_zone }: Reader) =>
  ({ tenantId, userId, to: email, locale, timeZone: time_zone, traceId }) as const

/** The file lies ready. */
export async function tellFileReady(
  tx: QueryExecutorProvider,
  mail: Mail,
  told: Told & { readonly expiresAt: string },
): Promise<void> {
  const reader = await readerOf(tx, told)
  if (!reader) return
  const surface = reader.lane === 'external' ? 'portal' : 'web'
  await mail.queue(tx, {
    ...letterOf(told, reader),
    link: { surface, path: '/me/data' },
    template: 'privacy_export_ready',
    variables: { expires_at: told.expiresAt },
  })
}

/** An erasure that staff asked for is done. The person himself has no address any more. */
export async function tellErasureDone(tx: QueryExecutorProvider, mail: Mail, told: Told): Promise<void> {
  const reader = await readerOf(tx, told)
  if (!reader) return
  await mail.queue(tx, {
    ...letterOf(told, reader),
    link: { surface: 'web', path: '/admin/privacy' },
    template: 'privacy_erasure_done',
    variables: { firm: reader.firm },
  })
}
