import { type RawBuilder, sql } from 'kysely'

export const KIND_NAMES = [
  'banks',
  'bank_branches',
  'client_orgs',
  'contacts',
  'property_types',
  'property_subtypes',
  'properties',
] as const
export type KindName = (typeof KIND_NAMES)[number]

/** One column of a natural key and the field it is made from; `norm` compares normal forms, `blank` takes null as ''. */
export interface KeyPart {
  readonly column: string
  readonly field: string
  readonly by: 'norm' | 'same' | 'blank'
}
/** What no two live records share; `constraint` is the unique index that holds it. */
export interface NaturalKey {
  readonly constraint: string
  readonly path: string
  readonly parts: readonly KeyPart[]
}

/** How a kind of record differs from the others; everything else about records is the same code. */
export interface RecordKind {
  readonly name: KindName
  /** As people call it. */
  readonly what: string
  readonly title: string
  /** Fields that people set; columns of the same name. */
  readonly fields: readonly string[]
  /** An approver vouches for it: verification, merging. */
  readonly vouched: boolean
  /** On a verified record only an approver changes these. */
  readonly identity: readonly string[]
  readonly keys: readonly NaturalKey[]
  readonly references: Readonly<Record<string, KindName>>
  /** Names beside the ids, and the joins that bring them. */
  readonly names: RawBuilder<unknown>
  readonly joins: RawBuilder<unknown>
}

const nothing = sql``
const byName: KeyPart = { column: 'norm_name', field: 'name', by: 'norm' }
const place = ['latitude', 'longitude']

export const KINDS: Readonly<Record<KindName, RecordKind>> = {
  banks: {
    name: 'banks',
    what: 'The bank',
    title: 'name',
    fields: ['name', 'code', 'bank_type', 'ifsc_prefix', 'aliases', 'is_active'],
    vouched: true,
    identity: ['name', 'code', 'ifsc_prefix'],
    keys: [
      { constraint: 'banks__name', path: 'name', parts: [byName] },
      { constraint: 'banks__code', path: 'code', parts: [{ column: 'code', field: 'code', by: 'same' }] },
      {
        constraint: 'banks__ifsc_prefix',
        path: 'ifsc_prefix',
        parts: [{ column: 'ifsc_prefix', field: 'ifsc_prefix', by: 'same' }],
      },
    ],
    references: {},
    names: nothing,
    joins: nothing,
  },
  bank_branches: {
    name: 'bank_branches',
    what: 'The branch',
    title: 'branch_name',
    fields: [
      'bank_id',
      'branch_name',
      'city',
      'state',
      'district',
      'address',
      'pin',
      'phone',
      'ifsc',
      'micr',
      'branch_code',
      ...place,
      'client_org_id',
      'is_active',
    ],
    vouched: true,
    identity: ['bank_id', 'branch_name', 'city', 'ifsc'],
    keys: [
      {
        constraint: 'bank_branches__ifsc',
        path: 'ifsc',
        parts: [{ column: 'ifsc', field: 'ifsc', by: 'same' }],
      },
      {
        constraint: 'bank_branches__name',
        path: 'branch_name',
        parts: [
          { column: 'bank_id', field: 'bank_id', by: 'same' },
          { column: 'norm_name', field: 'branch_name', by: 'norm' },
          { column: 'norm_city', field: 'city', by: 'norm' },
          { column: 'ifsc', field: 'ifsc', by: 'blank' },
        ],
      },
    ],
    references: { bank_id: 'banks', client_org_id: 'client_orgs' },
    names: sql`, bank.name as bank_name`,
    joins: sql`join directory.banks bank on bank.tenant_id = r.tenant_id and bank.id = r.bank_id`,
  },
  client_orgs: {
    name: 'client_orgs',
    what: 'The client',
    title: 'name',
    fields: ['name', 'city', 'type', 'gstin', 'is_active'],
    vouched: true,
    identity: ['name', 'city'],
    keys: [
      {
        constraint: 'client_orgs__name',
        path: 'name',
        parts: [byName, { column: 'norm_city', field: 'city', by: 'norm' }],
      },
    ],
    references: {},
    names: nothing,
    joins: nothing,
  },
  contacts: {
    name: 'contacts',
    what: 'The contact',
    title: 'name',
    fields: ['client_org_id', 'name', 'role_label', 'phone', 'email', 'is_primary', 'is_active'],
    vouched: false,
    identity: [],
    keys: [],
    references: { client_org_id: 'client_orgs' },
    names: nothing,
    joins: nothing,
  },
  property_types: {
    name: 'property_types',
    what: 'The kind of property',
    title: 'name',
    fields: ['name', 'is_active'],
    vouched: false,
    identity: [],
    keys: [{ constraint: 'property_types__name', path: 'name', parts: [byName] }],
    references: {},
    names: nothing,
    joins: nothing,
  },
  property_subtypes: {
    name: 'property_subtypes',
    what: 'The subtype',
    title: 'name',
    fields: ['property_type_id', 'name', 'is_active'],
    vouched: false,
    identity: [],
    keys: [
      {
        constraint: 'property_subtypes__name',
        path: 'name',
        parts: [{ column: 'property_type_id', field: 'property_type_id', by: 'same' }, byName],
      },
    ],
    references: { property_type_id: 'property_types' },
    names: nothing,
    joins: nothing,
  },
  properties: {
    name: 'properties',
    what: 'The property',
    title: 'name',
    fields: [
      'name',
      'property_type_id',
      'property_subtype_id',
      'line_1',
      'line_2',
      'village',
      'taluk',
      'district',
      'city',
      'state',
      'postal_code',
      'survey_no',
      'cts_no',
      'khata_no',
      ...place,
      'coord_source',
      'is_active',
    ],
    vouched: false,
    identity: [],
    keys: [],
    references: { property_type_id: 'property_types', property_subtype_id: 'property_subtypes' },
    names: sql`, kind.name as property_type_name, sub.name as property_subtype_name`,
    joins: sql`left join directory.property_types kind on kind.tenant_id = r.tenant_id and kind.id = r.property_type_id
      left join directory.property_subtypes sub on sub.tenant_id = r.tenant_id and sub.id = r.property_subtype_id`,
  },
}

/** The table of a kind, as `r` in statements. */
export const tableOf = (kind: RecordKind): RawBuilder<unknown> => sql.table(`directory.${kind.name}`)

/** Whose fields an event holds: a contact is a person, whose name leaves the audit log with his key. */
export const personOf = ({ name }: RecordKind, id: string): { readonly subject_id?: string } =>
  name === 'contacts' ? { subject_id: id } : {}

const OF_CONTACTS = new Set(['name', 'phone', 'email', 'role_label'])
/** What the history of a record tells of its fields. It is never changed, so what names a contact is left out of it. */
export const toldOf = ({ name }: RecordKind, fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => name !== 'contacts' || !OF_CONTACTS.has(field)))
