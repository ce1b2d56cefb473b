import { type QueryExecutorProvider, sql } from 'kysely'
import type { Mail } from '../../platform/mail/port.ts'

export interface Telling {
  readonly tx: QueryExecutorProvider
  readonly mail: Mail
  readonly traceId: string
}

interface Admin {
  readonly id: string
  readonly email: string
  readonly locale: string
  readonly firm: string
  readonly time_zone: string
}

/** The firm's own: whoever may decide about its security. The transaction acts in that firm. */
const adminsOf = async (tx: QueryExecutorProvider, firmId: string): Promise<readonly Admin[]> =>
  (
    await sql<Admin>`
      select u.id, u.email, u.locale, t.name as firm, t.time_zone from identity.memberships m
      join identity.users u on u.id = m.user_id join identity.tenants t on t.id = m.tenant_id
      where m.tenant_id = ${firmId}::uuid and m.admin_level = 'SYSTEM_ADMIN' and m.status = 'active' and m.deleted_at is null
        and u.status = 'active' and u.email is not null order by u.id`.execute(tx)
  ).rows

export async function tellOpened(
  { tx, mail, traceId }: Telling,
  session: { tenant_id: string; user: { name: string }; reason: string; expires_at: string },
): Promise<void> {
  for (const admin of await adminsOf(tx, session.tenant_id)) {
    await mail.queue(tx, {
      tenantId: session.tenant_id,
      userId: admin.id,
      to: admin.email,
      template: 'support_session_opened',
      variables: {
        firm: admin.firm,
        operator: session.user.name,
        reason: session.reason,
        expires_at: session.expires_at,
      },
      link: { surface: 'web', path: '/admin/support-sessions' },
      locale: admin.locale,
      timeZone: admin.time_zone,
      traceId,
    })
  }
}

export async function tellClosed(
  { tx, mail, traceId }: Telling,
  session: { tenant_id: string; user: { name: string } },
): Promise<void> {
  for (const admin of await adminsOf(tx, session.tenant_id)) {
    await mail.queue(tx, {
      tenantId: session.tenant_id,
      userId: admin.id,
      to: admin.email,
      template: 'support_session_closed',
      variables: { firm: admin.firm, operator: session.user.name },
      locale: admin.locale,
      timeZone: admin.time_zone,
      traceId,
    })
  }
}
