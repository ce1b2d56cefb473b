import * as contract from '@zenops/contracts/directory'
import type { Bound } from '../../platform/operations.ts'
import { createRecordOperation } from './commands/create-record.ts'
import { reviewRecordOperation } from './commands/review-record.ts'
import { updateRecordOperation } from './commands/update-record.ts'
import { KINDS } from './kinds.ts'
import { getRecordOperation } from './queries/get-record.ts'
import { listRecordsOperation } from './queries/list-records.ts'

export { placeProperty } from './commands/place-property.ts'
export { directoryConstraints } from './constraints.ts'
export type { KindName } from './kinds.ts'
export { findReferences, type Reference, type Referenced, referencesOf, usable } from './references.ts'

const { banks, bank_branches, client_orgs, contacts, property_types, property_subtypes, properties } = KINDS

/** The operations of the directory, in the order of the contract. */
export const directoryOperations: Bound[] = [
  listRecordsOperation(contract.listBanks, banks),
  getRecordOperation(contract.getBank, banks),
  createRecordOperation(contract.createBank, banks),
  updateRecordOperation(contract.updateBank, banks),
  reviewRecordOperation(contract.approveBank, banks),
  listRecordsOperation(contract.listBankBranches, bank_branches),
  getRecordOperation(contract.getBankBranch, bank_branches),
  createRecordOperation(contract.createBankBranch, bank_branches),
  updateRecordOperation(contract.updateBankBranch, bank_branches),
  reviewRecordOperation(contract.approveBankBranch, bank_branches),
  listRecordsOperation(contract.listClientOrgs, client_orgs),
  getRecordOperation(contract.getClientOrg, client_orgs),
  createRecordOperation(contract.createClientOrg, client_orgs),
  updateRecordOperation(contract.updateClientOrg, client_orgs),
  reviewRecordOperation(contract.approveClientOrg, client_orgs),
  listRecordsOperation(contract.listContacts, contacts),
  getRecordOperation(contract.getContact, contacts),
  createRecordOperation(contract.createContact, contacts),
  updateRecordOperation(contract.updateContact, contacts),
  listRecordsOperation(contract.listPropertyTypes, property_types),
  getRecordOperation(contract.getPropertyType, property_types),
  createRecordOperation(contract.createPropertyType, property_types),
  updateRecordOperation(contract.updatePropertyType, property_types),
  listRecordsOperation(contract.listPropertySubtypes, property_subtypes),
  getRecordOperation(contract.getPropertySubtype, property_subtypes),
  createRecordOperation(contract.createPropertySubtype, property_subtypes),
  updateRecordOperation(contract.updatePropertySubtype, property_subtypes),
  listRecordsOperation(contract.listProperties, properties),
  getRecordOperation(contract.getProperty, properties),
  createRecordOperation(contract.createProperty, properties),
  updateRecordOperation(contract.updateProperty, properties),
]
