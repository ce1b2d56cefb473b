import { type Capability, defaultGrants } from '@zenops/contracts/capabilities'

/** Every role of the cluster that the matrix looks at. */
export const ROLES = [
  'zen_web',
  'zen_studio',
  'zen_portal',
  'zen_worker',
  'zen_auth',
  'zen_definer',
  'zen_billing',
  'zen_sealer',
  'zen_keeper',
  'zen_owner',
  'zen_api',
] as const
export type RoleName = (typeof ROLES)[number]
export const COMMANDS = ['select', 'insert', 'update', 'delete'] as const
export type Command = (typeof COMMANDS)[number]

/** A row as the superuser reads it (`to_jsonb`). */
export type Row = Readonly<Record<string, unknown>>
export type Level = 'all' | 'assigned' | 'own' | 'none'
/** Scopes of the acting person; what is not named is `none`. */
export type Scopes = Readonly<Partial<Record<Capability, Level>>>

/** Who looks, from where: becomes role and `app.*` settings. */
export interface Standpoint {
  readonly label: string
  readonly tenant: string | null
  readonly user: string | null
  readonly aud: string | null
  readonly seesDeleted?: boolean
  readonly support?: boolean
  readonly scopes?: Scopes
}

/** What the rules may ask about a standpoint; computed from the seeded rows, never from the policies. */
export interface View {
  readonly tenant: string | null
  readonly user: string | null
  readonly aud: string | null
  readonly seesDeleted: boolean
  readonly support: boolean
  readonly firms: ReadonlySet<unknown>
  readonly parties: ReadonlySet<unknown>
  readonly assignments: ReadonlySet<unknown>
  readonly internalTenant: string
  readonly externalTenant: string
  scope(capability: Capability): Level
  /** Is there a row of that table, seen by this role under that table's own law, for which `holds`? */
  sees(table: string, holds: (row: Row) => boolean): boolean
}

export type Rule = (row: Row, view: View) => boolean

/** A command's right: the rows, and the columns where not all are granted. */
export interface Right {
  readonly rows: Rule
  readonly columns?: readonly string[]
}
export interface Rights {
  readonly select?: Right
  readonly insert?: Right
  /** `rows` before the change, `after` what a changed row must still be. */
  readonly update?: Right & { readonly after: Rule }
  readonly delete?: Right
}

/** What a table is declared to be: its class of identity.md 11 and what follows from it for each role. */
export interface TableLaw {
  readonly table: string
  readonly class: number | 'journal'
  readonly rights: Partial<Readonly<Record<RoleName, Rights>>>
  /** Capabilities whose scopes narrow the rows; each is varied. */
  readonly capabilities?: readonly Capability[]
  /** Rows to seed, by what they stand for. */
  readonly rows: (names: Names) => Readonly<Record<string, Row>>
  /** Column → value that an update tries to smuggle in. */
  readonly moves?: (names: Names) => Row
  /** Column that an update may set to its default without breaking a check. */
  readonly touch?: string
  /** Policy → parts (`and …`, `or …`) that something else demands anyway, each with its reason beside it. */
  readonly implied?: Readonly<Record<string, readonly string[]>>
  /** The tenant key is absent by declaration (class 1, users, credentials, platform rows). */
  readonly noTenant?: true
}

/** The people, firms and ids of the seeded world. */
export interface Names {
  readonly firm: string
  readonly otherFirm: string
  /** A second firm that the portal user deals with. */
  readonly secondFirm: string
  readonly internal: string
  readonly external: string
  readonly me: string
  readonly colleague: string
  readonly portal: string
  readonly otherPortal: string
  readonly party: string
  readonly otherParty: string
  /** A stable id for a word. */
  id(word: string): string
}

const WORKER = new Map(
  defaultGrants().flatMap((grant) =>
    grant.job_template === 'worker' ? [[grant.capability, grant.scope] as const] : [],
  ),
)

/** The world as the model sees it. */
export interface World {
  readonly names: Names
  readonly rows: ReadonlyMap<string, readonly Row[]>
  readonly laws: ReadonlyMap<string, TableLaw>
}

/** Scope of a capability at a standpoint: the acting membership decides, the worker has its own grants. */
function scopeAt({ names }: World, at: Standpoint, capability: Capability): Level {
  if (at.aud === 'worker') return WORKER.get(capability) ?? 'none'
  const acting = new Map([
    ['web', at.tenant],
    ['studio', names.internal],
    ['portal', names.external],
  ]).get(at.aud ?? '')
  const memberOf = new Map([
    [names.me, [names.firm, names.internal]],
    [names.portal, [names.external]],
  ]).get(at.user ?? '')
  return acting && memberOf?.includes(acting) ? (at.scopes?.[capability] ?? 'none') : 'none'
}

const idsOf = (rows: readonly Row[] | undefined, column: string, holds: (row: Row) => boolean): unknown[] =>
  (rows ?? []).filter(holds).map((row) => row[column])

export function viewOf(world: World, role: RoleName, at: Standpoint): View {
  const links = (world.rows.get('identity.portal_links') ?? []).filter(
    (row) => row['user_id'] === at.user && row['status'] === 'active',
  )
  const mine = (row: Row): boolean => row['tenant_id'] === at.tenant && row['deleted_at'] === null
  const view: View = {
    tenant: at.tenant,
    user: at.user,
    aud: at.aud,
    seesDeleted: at.seesDeleted === true,
    support: at.support === true,
    firms: new Set(links.map((row) => row['tenant_id'])),
    parties: new Set(links.map((row) => row['party_id']).filter((id) => id !== null)),
    assignments: new Set([
      ...idsOf(
        world.rows.get('assignments.assignment_assignees'),
        'assignment_id',
        (row) => mine(row) && row['user_id'] === at.user,
      ),
      ...idsOf(world.rows.get('assignments.assignments'), 'id', (row) => mine(row) && row['created_by'] === at.user),
    ]),
    externalTenant: world.names.external,
    internalTenant: world.names.internal,
    scope: (capability) => scopeAt(world, at, capability),
    sees: (table, holds) => {
      const rule = rowsOf(world.laws.get(table), role, 'select')
      return rule !== undefined && (world.rows.get(table) ?? []).some((row) => holds(row) && rule(row, view))
    },
  }
  return view
}

/** The rows a role may reach with a command. The owner reaches what its functions' role reaches: it inherits it to migrate. */
export function rowsOf(law: TableLaw | undefined, role: RoleName, command: Command): Rule | undefined {
  const own = law?.rights[role]?.[command]?.rows
  if (role !== 'zen_owner' || law === undefined) return own
  const inherited = law.rights.zen_definer?.[command]?.rows
  return (row, view) => (own?.(row, view) ?? false) || (inherited?.(row, view) ?? false)
}

/** What a changed row must still be; the same inheritance. */
export function afterOf(law: TableLaw, role: RoleName): Rule | undefined {
  const own = law.rights[role]?.update?.after
  if (role !== 'zen_owner') return own
  const inherited = law.rights.zen_definer?.update?.after
  return (row, view) => (own?.(row, view) ?? false) || (inherited?.(row, view) ?? false)
}
