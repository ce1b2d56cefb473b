import { me } from '@zenops/contracts/identity'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal } from '../../../platform/errors.ts'
import { operationsOf, type QueryContext } from '../../../platform/operations.ts'
import { sql } from 'kysely'
import { personOf, principalOf } from './principal.ts'

const on = operationsOf<'identity'>()

interface FirmRow {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly kind: 'self' | 'channel' | 'bank_branch' | 'client_org'
  readonly party_id: string | null
}

interface SupportRow {
  readonly id: string
  readonly reason: string
  readonly expires_at: string
}

/** The look into a firm that the operator has open now, the latest where there are several. */
async function openSupportOf({ read, build, actor }: QueryContext<'identity'>): Promise<SupportRow | null> {
  const [[open]] = await read(
    sql<SupportRow>`
      select id, reason, expires_at from identity.support_sessions
      where user_id = ${actor.userId}::uuid and closed_at is null and expires_at > now()
      order by opened_at desc limit 1`.compile(build),
  )
  return open ?? null
}

export const meOperation = on.query(me, async (context) => {
  const { actor, services } = context
  const [[principal]] = await services.database.read(authScope(), principalOf(actor.sessionId ?? actor.userId))
  if (!principal) throw new Refusal('AUTH_INVALID', 'Please sign in again.')
  if (actor.aud === 'studio') return { ...personOf(principal), support_session: await openSupportOf(context) }
  if (actor.aud !== 'portal') return personOf(principal)
  const [links] = await context.read(
    sql<FirmRow>`
      select t.id, t.slug, t.name, l.party_kind as kind, l.party_id
      from identity.portal_links l join identity.tenants t on t.id = l.tenant_id
      where l.status = 'active' and l.user_id = ${actor.userId}::uuid order by t.name, l.party_kind`.compile(
      context.build,
    ),
  )
  const firms = Map.groupBy(links, (link) => link.id)
  return {
    ...personOf(principal),
    firms: [...firms].map(([id, rows]) => ({
      id,
      slug: rows[0]?.slug ?? '',
      name: rows[0]?.name ?? '',
      parties: rows.map((row) => ({ kind: row.kind, id: row.party_id, name: null })),
    })),
  }
})
