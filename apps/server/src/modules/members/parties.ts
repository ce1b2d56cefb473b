import type { PARTY_KINDS } from '@zenops/contracts/identity-people'
import { type CompiledQuery, sql } from 'kysely'
import { compileOnly } from '../../platform/db/database.ts'
import { refuse } from '../../platform/errors.ts'

export type PartyKind = (typeof PARTY_KINDS)[number]
/** Whom a portal user acts for; `self` has no id. */
export interface Party {
  readonly kind: PartyKind
  readonly id: string | null
}
export interface NamedParty extends Party {
  readonly name: string | null
}

/**
 * Names of parties in the firm's directory, read as the caller, so that what he may not see is not there. Channels
 * have no table yet: until they do, none is found.
 */
export const namesOf = (tenantId: string, parties: readonly Party[]): CompiledQuery<NamedParty> => {
  const ids = (kind: PartyKind): string[] =>
    parties.flatMap((party) => (party.kind === kind && party.id !== null ? [party.id] : []))
  return sql<NamedParty>`
    select 'bank_branch' as kind, b.id, k.name || ', ' || b.branch_name as name
    from directory.bank_branches b join directory.banks k on k.tenant_id = b.tenant_id and k.id = b.bank_id
    where b.tenant_id = ${tenantId}::uuid and b.id = any (${ids('bank_branch')}::uuid[]) and b.deleted_at is null
    union all
    select 'client_org', c.id, c.name from directory.client_orgs c
    where c.tenant_id = ${tenantId}::uuid and c.id = any (${ids('client_org')}::uuid[]) and c.deleted_at is null`.compile(
    compileOnly,
  )
}

const keyOf = (party: Party): string => `${party.kind} ${party.id ?? ''}`

/** The parties with their names; NOT_FOUND for one that the directory does not hold. Named twice, each stands once. */
export function withNames(parties: readonly Party[], names: readonly NamedParty[]): NamedParty[] {
  const known = new Map(names.map((party) => [keyOf(party), party.name]))
  const once = new Map(parties.map((party, index) => [keyOf(party), { party, index }]))
  return [...once.values()].map(({ party, index }) => {
    if (party.kind === 'self') return { ...party, name: null }
    const name = known.get(keyOf(party))
    if (name === undefined) throw refuse.notFound('The party', `parties.${index}.id`)
    return { ...party, name }
  })
}

/** The same for links that stand already: a party that has gone since has no name. */
export const nameLinks = (parties: readonly Party[], names: readonly NamedParty[]): NamedParty[] => {
  const known = new Map(names.map((party) => [keyOf(party), party.name]))
  return parties.map((party) => ({ ...party, name: known.get(keyOf(party)) ?? null }))
}
