import { type Me, me } from '@zenops/contracts/identity'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Actor } from '../../../platform/auth/actor.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { personOf, type Principal, principalOf } from './principal.ts'

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

/** The portal adds the firms that deal with the person. */
function meOf(principal: Principal, links: readonly FirmRow[]): Me {
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
  const [{ rows }, links] = await Promise.all([
    tx.executeQuery(principalOf(actor.sessionId ?? actor.userId)),
    tx.executeQuery(linksOf(actor.userId)),
  ])
  if (!rows[0]) throw gone()
  return meOf(rows[0], links.rows)
}

export const meOperation = on.query(me, async ({ actor, services, read }) => {
  const [[principal]] = await services.database.read(authScope(), principalOf(actor.sessionId ?? actor.userId))
  if (!principal) throw gone()
  const [links] = actor.aud === 'portal' ? await read(linksOf(actor.userId)) : [[]]
  return meOf(principal, links)
})
