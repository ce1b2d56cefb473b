import { type Kysely } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { first } from '../../platform/db/rows.ts'
import type { Mail, SecurityNotice } from '../../platform/mail/port.ts'
import type { CallContext } from '../../platform/operations.ts'

export interface Told {
  readonly userId: string
  /** The firm whose outbox keeps the mail: that of the transaction, unless it has none. */
  readonly tenantId: string
  readonly kind: SecurityNotice
  /** An address the person had before; default the present one. */
  readonly to?: string
}

/** How an act's mail names where it came from. */
export interface Origin {
  readonly mail: Mail
  readonly traceId: string
  readonly happenedAt: string
  readonly device: string
}
const originOf = ({ services, traceId, now, transport }: CallContext): Origin => ({
  mail: services.mail,
  traceId,
  happenedAt: now.toISOString(),
  device: transport.userAgent?.slice(0, 120) ?? 'an unknown device',
})

/** Mails a person what happened to his account. Who has no address hears nothing. */
export async function tellPerson(tx: Kysely<DB>, from: CallContext | Origin, told: Told): Promise<void> {
  const { mail, traceId, happenedAt, device } = 'transport' in from ? originOf(from) : from
  const { tenantId, userId, kind } = told
  const person = await first(tx)<{ email: string | null; locale: string; time_zone: string }>`
    select u.email, u.locale, t.time_zone from identity.users u join identity.tenants t on t.id = ${tenantId}::uuid
    where u.id = ${userId}::uuid`
  const to = told.to ?? person?.email ?? null
  if (!person || to === null) return
  await mail.queue(tx, {
    tenantId,
    userId,
    to,
    template: 'auth_security_notice',
    variables: { kind, happened_at: happenedAt, device },
    locale: person.locale,
    timeZone: person.time_zone,
    traceId,
  })
}
