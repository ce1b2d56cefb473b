import type { Operation } from '@zenops/contracts/kit'
import { type TenantField, tenantFieldsOf } from '@zenops/contracts/tenant-fields'
import type { Actor } from './auth/actor.ts'
import { Refusal, refuse } from './errors.ts'
import type { Services } from './services.ts'

/** The parts of a call that may name a tenant; unparsed. */
export interface Naming {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  /** `x-tenant-id`: only the control plane and programs name their tenant by it. */
  readonly tenantHeader?: string | undefined
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const fieldsOf = new WeakMap<Operation, readonly TenantField[]>()

export const tenantNotEnabled = (): Refusal => new Refusal('TENANT_NOT_ENABLED', 'This firm is not enabled here.')

/** Every tenant that the operation's fields name, in lower case. */
function namedTenants(operation: Operation, naming: Naming): string[] {
  const fields = fieldsOf.get(operation) ?? tenantFieldsOf(operation)
  fieldsOf.set(operation, fields)
  return fields.flatMap(({ part, name }) => {
    const named: unknown = (naming[part] as Record<string, unknown> | null | undefined)?.[name] // unparsed
    const ids = Array.isArray(named) ? (named as unknown[]) : [named]
    return ids.filter((id) => typeof id === 'string' && GUID.test(id)).map((id) => String(id).toLowerCase())
  })
}

const isEnabled = (id: string, aud: Actor['aud'], config: Services['config']): boolean => {
  if (id === config.ZENOPS_INTERNAL_TENANT_ID) return true
  return id === config.ZENOPS_EXTERNAL_TENANT_ID ? aud !== 'web' : config.ZENOPS_MULTI_TENANT_ENABLED
}

const byHeader = (actor: Actor): boolean => actor.aud === 'studio' || actor.aud === 'service'

/**
 * The launch gate over whatever names a tenant, on the raw call: it compares ids with the configuration and touches no
 * data. The portal always acts in the external lane, whatever it names.
 */
export function assertTenantsEnabled(
  operation: Operation,
  naming: Naming & { readonly actor: Actor },
  config: Services['config'],
): void {
  const { actor } = naming
  if (actor.aud === 'portal') return
  const header = byHeader(actor) ? naming.tenantHeader?.trim().toLowerCase() : undefined
  if (header !== undefined && !GUID.test(header)) throw refuse.invalid('x-tenant-id', 'invalid_format')
  const named = [...namedTenants(operation, naming), ...(header === undefined ? [] : [header])]
  // A program that is bound to one firm acts there without naming it.
  const bound = actor.bounds?.tenantIds.length === 1 ? actor.bounds.tenantIds : []
  for (const id of [...named, ...bound]) if (!isEnabled(id, actor.aud, config)) throw tenantNotEnabled()
}

/**
 * The actor in the tenant that the call names. Studio: `x-tenant-id`, else the house firm; another firm is only read, and
 * its policies show something only within a support session. Operations that say so act in the firm that their tenant
 * field names. Programs: the header or a tenant field, among those that
 * their token is bound to.
 */
export function actingIn(operation: Operation, actor: Actor, naming: Naming): Actor {
  if (!byHeader(actor)) return actor
  const header = naming.tenantHeader?.trim().toLowerCase()
  if (actor.bounds)
    return { ...actor, tenantId: tenantOfProgram(operation, actor, { ...naming, tenantHeader: header }) }
  const named = header ?? (operation.actsInTenant ? namedTenants(operation, naming)[0] : undefined)
  if (named === undefined || named === actor.tenantId) return actor
  if (operation.method !== 'GET' && !operation.actsInTenant) throw refuse.forbidden('support_is_read_only')
  return { ...actor, tenantId: named }
}

/** The firm that an operator's call is about, by header or field; undefined where it is his own or none. */
export function firmLookedAt(operation: Operation, actor: Actor, naming: Naming): string | undefined {
  if (actor.aud !== 'studio') return undefined
  const named = naming.tenantHeader?.trim().toLowerCase() ?? namedTenants(operation, naming)[0]
  return named === actor.tenantId ? undefined : named
}

function tenantOfProgram(operation: Operation, actor: Actor, naming: Naming): string {
  const { tenantIds, closed } = actor.bounds ?? { tenantIds: [], closed: [] }
  const named = naming.tenantHeader ?? namedTenants(operation, naming)[0]
  const only = tenantIds.length === 1 ? tenantIds[0] : undefined
  const tenant = named ?? only ?? (tenantIds.length === 0 ? actor.tenantId : undefined)
  if (tenant === undefined) throw tenantRequired()
  if (tenantIds.length > 0 && !tenantIds.includes(tenant)) throw refuse.forbidden('tenant_not_bound')
  if (closed.includes(tenant)) throw tenantNotEnabled()
  return tenant
}

/** 422 of a change in one firm that comes without the firm. */
export const tenantRequired = (): Refusal =>
  refuse.invalid('tenant_id', 'tenant_id_required', 'Please name the firm by tenant_id.')

/** The firm of a change: a person's own, or the one that the control plane names. Throws `tenant_id_required`. */
export function firmOf(actor: Actor, named: string | null | undefined): string {
  if (actor.aud !== 'studio') return actor.tenantId
  if (named === null || named === undefined) throw tenantRequired()
  return named
}
