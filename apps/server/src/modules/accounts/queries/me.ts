import { type Me, me } from '@zenops/contracts/identity'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Actor } from '../../../platform/auth/actor.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { personOf, type Principal, principalOf } from '../../identity/index.ts'

const on = operationsOf<'identity'>()

interface FirmRow {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly kind: 'self' | 'channel' | 'bank_branch' | 'client_org'
  readonly party_id: string | null
}

const linksOf = (userId: string): CompiledQuery<FirmRow> =>
  sql<FirmRow>`
    select t.id, t.slug, t.name, l.party_kind as kind, l.party_id
    from identity.portal_links l join identity.tenants t on t.id = l.tenant_id
    where l.status = 'active' and l.user_id = ${userId}::uuid order by t.name, l.party_kind`.compile(compileOnly)

interface SupportRow {
  readonly id: string
  readonly reason: string
  readonly expires_at: string
}

/** The look into a firm that the operator has open now, the latest where there are several. */
const openSupportOf = (userId: string): CompiledQuery<SupportRow> =>
  sql<SupportRow>`
    select id, reason, expires_at from identity.support_sessions
    where user_id = ${userId}::uuid and closed_at is null and expires_at > now()
    order by opened_at desc limit 1`.compile(compileOnly)

/** The portal adds the firms that deal with the person, the studio the look into a firm that is open. */
function meOf(principal: Principal, links: readonly FirmRow[], support: SupportRow | undefined): Me {
  if (principal.aud === 'studio') return { ...personOf(principal), support_session: support ?? null }
  if (principal.aud !== 'portal') return personOf(principal)
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
}

const gone = (): Refusal => new Refusal('AUTH_INVALID', 'Please sign in again.')

/** The caller as he sees himself, after a change in the same transaction, which runs as zen_auth. */
export async function readMe(tx: Kysely<DB>, actor: Actor): Promise<Me> {
  const [{ rows }, links, support] = await Promise.all([
    tx.executeQuery(principalOf(actor.sessionId ?? actor.userId)),
    tx.executeQuery(linksOf(actor.userId)),
    tx.executeQuery(openSupportOf(actor.userId)),
  ])
  if (!rows[0]) throw gone()
  return meOf(rows[0], links.rows, support.rows[0])
}

export const meOperation = on.query(me, async ({ actor, services, read }) => {
  const [[principal]] = await services.database.read(authScope(), principalOf(actor.sessionId ?? actor.userId))
  if (!principal) throw gone()
  const [links] = actor.aud === 'portal' ? await read(linksOf(actor.userId)) : [[]]
  const [[support]] = actor.aud === 'studio' ? await read(openSupportOf(actor.userId)) : [[]]
  return meOf(principal, links, support)
})
