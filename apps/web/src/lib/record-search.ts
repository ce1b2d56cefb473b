import {
  getBank,
  getBankBranch,
  getClientOrg,
  getProperty,
  getPropertyType,
  listBankBranches,
  listBanks,
  listClientOrgs,
  listProperties,
  listPropertyTypes,
} from '@zenops/contracts/directory'
import { listUsers } from '@zenops/contracts/identity'
import type { OutputOf } from '@zenops/contracts/kit'
import type { RecordOption, RecordPickerProps } from '@zenops/ui/record-picker'
import { client } from './client.ts'

export type RecordSearch = RecordPickerProps['search']

type RowOf<E extends typeof listBanks | typeof listBankBranches | typeof listClientOrgs | typeof listProperties> =
  OutputOf<E>['items'][number]

/** How many a picker offers; typing narrows them. */
const LIMIT = 12
const asked = (text: string) => ({ ...(text === '' ? {} : { q: text }), limit: LIMIT })
const usable = (text: string) => ({ ...asked(text), is_active: 'true' as const })

const lineOf = (...parts: readonly (string | null)[]): { line: string } | Record<never, never> => {
  const line = parts.filter((part) => part !== null && part !== '').join(', ')
  return line === '' ? {} : { line }
}

export const bankOption = (bank: RowOf<typeof listBanks>): RecordOption => ({
  id: bank.id,
  name: bank.name,
  verified: bank.is_verified,
  ...lineOf(bank.code, bank.ifsc_prefix),
})
export const branchOption = (branch: RowOf<typeof listBankBranches>): RecordOption => ({
  id: branch.id,
  name: branch.branch_name,
  verified: branch.is_verified,
  ...lineOf(branch.bank_name, branch.city, branch.ifsc),
})
export const clientOption = (org: RowOf<typeof listClientOrgs>): RecordOption => ({
  id: org.id,
  name: org.name,
  verified: org.is_verified,
  ...lineOf(org.city),
})
export const propertyOption = (property: RowOf<typeof listProperties>): RecordOption => ({
  id: property.id,
  name: property.name,
  ...lineOf(property.property_type_name, property.survey_no, property.city, property.postal_code),
})

export const searchBanks: RecordSearch = async (text, signal) =>
  (await client.call(listBanks, { query: usable(text) }, { signal })).items.map(bankOption)
/** Branches, of one bank where one is chosen. */
export const searchBranches =
  (bankId: string | null): RecordSearch =>
  async (text, signal) => {
    const query = { ...usable(text), ...(bankId === null ? {} : { bank_id: bankId }) }
    return (await client.call(listBankBranches, { query }, { signal })).items.map(branchOption)
  }
export const searchClients: RecordSearch = async (text, signal) =>
  (await client.call(listClientOrgs, { query: usable(text) }, { signal })).items.map(clientOption)
export const searchProperties: RecordSearch = async (text, signal) =>
  (await client.call(listProperties, { query: usable(text) }, { signal })).items.map(propertyOption)
export const searchPropertyTypes: RecordSearch = async (text, signal) =>
  (await client.call(listPropertyTypes, { query: usable(text) }, { signal })).items
/** Active people of the firm who work in the Workspace. */
export const searchPeople: RecordSearch = async (text, signal) => {
  const query = { ...asked(text), status: 'active' as const, aud: 'web' as const }
  const { items } = await client.call(listUsers, { query }, { signal })
  return items.map((user) => ({ id: user.id, name: user.name, ...lineOf(user.email) }))
}

/** One record by its id, as a picker shows it. */
export const READERS = {
  bank: async (id: string) => bankOption(await client.call(getBank, { params: { id } })),
  branch: async (id: string) => branchOption(await client.call(getBankBranch, { params: { id } })),
  client: async (id: string) => clientOption(await client.call(getClientOrg, { params: { id } })),
  property: async (id: string) => propertyOption(await client.call(getProperty, { params: { id } })),
  property_type: async (id: string): Promise<RecordOption> => await client.call(getPropertyType, { params: { id } }),
} as const
export type RecordKind = keyof typeof READERS
