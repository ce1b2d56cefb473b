import type { QueryExecutorProvider } from 'kysely'
import type { SecurityNotice } from '../../platform/mail/port.ts'
import type { CallContext } from '../../platform/operations.ts'
import type { Person } from './factor-holder.ts'

/** Mails the person that something about his access changed; a guest has no address. */
export async function noticeSecurity(
  tx: QueryExecutorProvider,
  context: CallContext,
  about: { readonly person: Person; readonly tenantId: string; readonly kind: SecurityNotice },
): Promise<void> {
  const { person, tenantId, kind } = about
  if (person.email === null) return
  await context.services.mail.queue(tx, {
    tenantId,
    userId: person.id,
    to: person.email,
    template: 'auth_security_notice',
    variables: {
      kind,
      happened_at: context.now.toISOString(),
      device: context.transport.userAgent?.slice(0, 120) ?? 'an unknown device',
    },
    locale: person.locale,
    traceId: context.traceId,
  })
}
