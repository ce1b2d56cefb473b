import { z } from 'zod'
import {
  Bank,
  BankBranch,
  COORDINATES_RULE,
  ClientOrg,
  Contact,
  Property,
  PropertySubtype,
  PropertyType,
  bankFields,
  branchFields,
  clientOrgFields,
  contactFields,
  coordinatesTogether,
  ifExists,
  near,
  propertyFields,
  propertySubtypeFields,
  propertyTypeFields,
  recordFilters,
  vouchedFilters,
  withUse,
  withWarnings,
} from './directory-records.ts'
import { operation } from './kit.ts'
import type { Access } from './kit.ts'
import { VERIFICATIONS } from './states.ts'
import { IFSC, PIN, byId, changes, id, instant, listQuery, optionalText, page, upper } from './values.ts'

const read: Access = { capability: 'masterdata.read' }
/** Proposers may create, and change their own PENDING records; `masterdata.write` is asked for everything else. */
const propose: Access = { capability: 'masterdata.propose' }
const approve: Access = { capability: 'masterdata.approve' }

const created = { status: 201, alsoStatus: [200], query: ifExists } as const
const NEW_ERRORS = ['DUPLICATE_RECORD', 'MASTERDATA_NOT_USABLE'] as const
const CHANGE_ERRORS = ['REVISION_MISMATCH', 'DUPLICATE_RECORD', 'MASTERDATA_NOT_USABLE', 'CONFLICT'] as const

/** `verified: false` takes the word back; the record is PENDING again. */
const approveBody = z.strictObject({ verified: z.boolean().default(true), reason: optionalText(500) }).prefault({})
const approved = z
  .object({ id, is_verified: z.boolean(), verification: z.enum(VERIFICATIONS), reviewed_at: instant.nullable() })
  .meta({ id: 'Reviewed' })
const APPROVE_ERRORS = ['ILLEGAL_TRANSITION'] as const

export const listBanks = operation({
  id: 'directory.listBanks',
  method: 'GET',
  path: '/v1/banks',
  summary: 'Banks: verified first, then prefix matches, then by name.',
  access: read,
  query: listQuery(vouchedFilters),
  ok: page(Bank),
})
export const getBank = operation({
  id: 'directory.getBank',
  method: 'GET',
  path: '/v1/banks/:id',
  summary: 'One bank with its use count; a merged one names its target.',
  access: read,
  params: byId,
  ok: withUse(Bank),
})
export const createBank = operation({
  id: 'directory.createBank',
  method: 'POST',
  path: '/v1/banks',
  summary: 'Adds a bank; born VERIFIED when the author may approve, else PENDING.',
  access: propose,
  ...created,
  body: z.strictObject(bankFields),
  ok: withWarnings(Bank),
  errors: NEW_ERRORS,
})
export const updateBank = operation({
  id: 'directory.updateBank',
  method: 'PATCH',
  path: '/v1/banks/:id',
  summary: 'Changes a bank; name, code and IFSC prefix of a verified one need an approver.',
  access: propose,
  params: byId,
  body: changes({ ...bankFields, name: bankFields.name.optional() }),
  ok: Bank,
  errors: CHANGE_ERRORS,
})
export const approveBank = operation({
  id: 'directory.approveBank',
  method: 'POST',
  path: '/v1/banks/:id/approve',
  summary: 'Verifies a bank, or takes the verification back.',
  access: approve,
  params: byId,
  body: approveBody,
  ok: approved,
  errors: APPROVE_ERRORS,
})

export const listBankBranches = operation({
  id: 'directory.listBankBranches',
  method: 'GET',
  path: '/v1/bank-branches',
  summary: 'Branches: verified first, then prefix matches, then by name.',
  access: read,
  query: listQuery({
    ...vouchedFilters,
    bank_id: id.optional(),
    client_org_id: id.optional(),
    ifsc: upper(IFSC).optional(),
    city: z.string().max(120).optional(),
    state: z.string().max(120).optional(),
  }),
  ok: page(BankBranch),
})
export const getBankBranch = operation({
  id: 'directory.getBankBranch',
  method: 'GET',
  path: '/v1/bank-branches/:id',
  summary: 'One branch with its use count; a merged one names its target.',
  access: read,
  params: byId,
  ok: withUse(BankBranch),
})
export const createBankBranch = operation({
  id: 'directory.createBankBranch',
  method: 'POST',
  path: '/v1/bank-branches',
  summary: 'Adds a branch; the same name and city under another IFSC is another branch and only warns.',
  access: propose,
  ...created,
  body: z.strictObject(branchFields).refine(coordinatesTogether, COORDINATES_RULE),
  ok: withWarnings(BankBranch),
  errors: NEW_ERRORS,
})
export const updateBankBranch = operation({
  id: 'directory.updateBankBranch',
  method: 'PATCH',
  path: '/v1/bank-branches/:id',
  summary: 'Changes a branch; bank, name, city and IFSC of a verified one need an approver.',
  access: propose,
  params: byId,
  body: changes({
    ...branchFields,
    bank_id: id.optional(),
    branch_name: branchFields.branch_name.optional(),
    city: branchFields.city.optional(),
  }).refine(coordinatesTogether, COORDINATES_RULE),
  ok: BankBranch,
  errors: CHANGE_ERRORS,
})
export const approveBankBranch = operation({
  id: 'directory.approveBankBranch',
  method: 'POST',
  path: '/v1/bank-branches/:id/approve',
  summary: 'Verifies a branch, or takes the verification back.',
  access: approve,
  params: byId,
  body: approveBody,
  ok: approved,
  errors: APPROVE_ERRORS,
})

export const listClientOrgs = operation({
  id: 'directory.listClientOrgs',
  method: 'GET',
  path: '/v1/client-orgs',
  summary: 'Clients: verified first, then prefix matches, then by name.',
  access: read,
  query: listQuery(vouchedFilters),
  ok: page(ClientOrg),
})
export const getClientOrg = operation({
  id: 'directory.getClientOrg',
  method: 'GET',
  path: '/v1/client-orgs/:id',
  summary: 'One client with its use count; a merged one names its target.',
  access: read,
  params: byId,
  ok: withUse(ClientOrg),
})
export const createClientOrg = operation({
  id: 'directory.createClientOrg',
  method: 'POST',
  path: '/v1/client-orgs',
  summary: 'Adds a client; born VERIFIED when the author may approve, else PENDING.',
  access: propose,
  ...created,
  body: z.strictObject(clientOrgFields),
  ok: withWarnings(ClientOrg),
  errors: NEW_ERRORS,
})
export const updateClientOrg = operation({
  id: 'directory.updateClientOrg',
  method: 'PATCH',
  path: '/v1/client-orgs/:id',
  summary: 'Changes a client; name and city of a verified one need an approver.',
  access: propose,
  params: byId,
  body: changes({
    ...clientOrgFields,
    name: clientOrgFields.name.optional(),
    city: clientOrgFields.city.optional(),
  }),
  ok: ClientOrg,
  errors: CHANGE_ERRORS,
})
export const approveClientOrg = operation({
  id: 'directory.approveClientOrg',
  method: 'POST',
  path: '/v1/client-orgs/:id/approve',
  summary: 'Verifies a client, or takes the verification back.',
  access: approve,
  params: byId,
  body: approveBody,
  ok: approved,
  errors: APPROVE_ERRORS,
})

export const listContacts = operation({
  id: 'directory.listContacts',
  method: 'GET',
  path: '/v1/contacts',
  summary: 'Contact persons of clients, by name.',
  access: read,
  query: listQuery({ ...recordFilters, client_org_id: id.optional() }),
  ok: page(Contact),
})
export const getContact = operation({
  id: 'directory.getContact',
  method: 'GET',
  path: '/v1/contacts/:id',
  summary: 'One contact with its use count.',
  access: read,
  params: byId,
  ok: withUse(Contact),
})
export const createContact = operation({
  id: 'directory.createContact',
  method: 'POST',
  path: '/v1/contacts',
  summary: 'Adds a contact; a new primary one clears the former.',
  access: propose,
  status: 201,
  body: z.strictObject(contactFields),
  ok: withWarnings(Contact),
  errors: NEW_ERRORS,
})
export const updateContact = operation({
  id: 'directory.updateContact',
  method: 'PATCH',
  path: '/v1/contacts/:id',
  summary: 'Changes a contact.',
  access: propose,
  params: byId,
  body: changes({ ...contactFields, client_org_id: id.optional(), name: contactFields.name.optional() }),
  ok: Contact,
  errors: CHANGE_ERRORS,
})

export const listPropertyTypes = operation({
  id: 'directory.listPropertyTypes',
  method: 'GET',
  path: '/v1/property-types',
  summary: 'Kinds of property, by name.',
  access: read,
  query: listQuery(recordFilters),
  ok: page(PropertyType),
})
export const getPropertyType = operation({
  id: 'directory.getPropertyType',
  method: 'GET',
  path: '/v1/property-types/:id',
  summary: 'One kind of property with its use count.',
  access: read,
  params: byId,
  ok: withUse(PropertyType),
})
export const createPropertyType = operation({
  id: 'directory.createPropertyType',
  method: 'POST',
  path: '/v1/property-types',
  summary: 'Adds a kind of property.',
  access: propose,
  ...created,
  body: z.strictObject(propertyTypeFields),
  ok: withWarnings(PropertyType),
  errors: NEW_ERRORS,
})
export const updatePropertyType = operation({
  id: 'directory.updatePropertyType',
  method: 'PATCH',
  path: '/v1/property-types/:id',
  summary: 'Renames or deactivates a kind of property.',
  access: propose,
  params: byId,
  body: changes({ ...propertyTypeFields, name: propertyTypeFields.name.optional() }),
  ok: PropertyType,
  errors: CHANGE_ERRORS,
})

export const listPropertySubtypes = operation({
  id: 'directory.listPropertySubtypes',
  method: 'GET',
  path: '/v1/property-subtypes',
  summary: 'Subtypes of property, by name.',
  access: read,
  query: listQuery({ ...recordFilters, property_type_id: id.optional() }),
  ok: page(PropertySubtype),
})
export const getPropertySubtype = operation({
  id: 'directory.getPropertySubtype',
  method: 'GET',
  path: '/v1/property-subtypes/:id',
  summary: 'One subtype of property with its use count.',
  access: read,
  params: byId,
  ok: withUse(PropertySubtype),
})
export const createPropertySubtype = operation({
  id: 'directory.createPropertySubtype',
  method: 'POST',
  path: '/v1/property-subtypes',
  summary: 'Adds a subtype to a kind of property.',
  access: propose,
  ...created,
  body: z.strictObject(propertySubtypeFields),
  ok: withWarnings(PropertySubtype),
  errors: NEW_ERRORS,
})
export const updatePropertySubtype = operation({
  id: 'directory.updatePropertySubtype',
  method: 'PATCH',
  path: '/v1/property-subtypes/:id',
  summary: 'Renames, moves or deactivates a subtype.',
  access: propose,
  params: byId,
  body: changes({
    ...propertySubtypeFields,
    property_type_id: id.optional(),
    name: propertySubtypeFields.name.optional(),
  }),
  ok: PropertySubtype,
  errors: CHANGE_ERRORS,
})

export const listProperties = operation({
  id: 'directory.listProperties',
  method: 'GET',
  path: '/v1/properties',
  summary: 'Properties: prefix matches, then by name; with `near` by distance.',
  access: read,
  query: listQuery({
    ...recordFilters,
    property_type_id: id.optional(),
    property_subtype_id: id.optional(),
    postal_code: PIN.optional(),
    near: near.optional(),
  }),
  ok: page(Property),
})
export const getProperty = operation({
  id: 'directory.getProperty',
  method: 'GET',
  path: '/v1/properties/:id',
  summary: 'One property with its use count.',
  access: read,
  params: byId,
  ok: withUse(Property),
})
export const createProperty = operation({
  id: 'directory.createProperty',
  method: 'POST',
  path: '/v1/properties',
  summary: 'Adds a property; near-duplicates by survey number, place or address are warned about, never refused.',
  access: propose,
  status: 201,
  body: z.strictObject(propertyFields).refine(coordinatesTogether, COORDINATES_RULE),
  ok: withWarnings(Property),
  errors: NEW_ERRORS,
})
export const updateProperty = operation({
  id: 'directory.updateProperty',
  method: 'PATCH',
  path: '/v1/properties/:id',
  summary: 'Changes a property.',
  access: propose,
  params: byId,
  body: changes({ ...propertyFields, name: propertyFields.name.optional() }).refine(
    coordinatesTogether,
    COORDINATES_RULE,
  ),
  ok: Property,
  errors: CHANGE_ERRORS,
})
