import type { Capability } from '@zenops/contracts/capabilities'
import {
  approveBank,
  approveBankBranch,
  approveClientOrg,
  createBank,
  createBankBranch,
  createClientOrg,
  createProperty,
  getBank,
  getBankBranch,
  getClientOrg,
  getProperty,
  listBankBranches,
  listBanks,
  listClientOrgs,
  listProperties,
  updateBank,
  updateBankBranch,
  updateClientOrg,
  updateProperty,
} from '@zenops/contracts/directory'
import { BANK_TYPES } from '@zenops/contracts/directory-records'
import type { Operation } from '@zenops/contracts/kit'
import type { Verification } from '@zenops/contracts/states'
import { messagesOf } from '@zenops/client/messages'
import type { RecordKind } from '../../lib/record-search.ts'
import { en } from './messages.en.ts'

export const t = messagesOf('directory', en)

/** What every record of the directory has; its other columns are read by name. */
export type DirectoryRecord = {
  readonly id: string
  readonly version: number
  readonly is_active: boolean
  readonly created_by: string | null
  readonly updated_at: string
  readonly verification?: Verification
  readonly use_count?: number
} & Readonly<Record<string, unknown>>

export type FieldKind = 'text' | 'paragraph' | 'code' | 'phone' | 'choice' | 'record' | 'position'
export interface FieldSpec {
  /** Column; `position` stands for latitude and longitude. */
  readonly name: string
  readonly label: keyof typeof en
  readonly kind: FieldKind
  readonly help?: keyof typeof en
  readonly required?: boolean
  /** Also asked in the short dialog. */
  readonly brief?: boolean
  readonly record?: RecordKind
  readonly options?: readonly { readonly value: string; readonly label: keyof typeof en }[]
  /** Part of what an approver vouches for. */
  readonly identity?: boolean
}

export interface Kind {
  readonly key: 'banks' | 'branches' | 'clients' | 'properties'
  readonly one: 'bank' | 'branch' | 'client' | 'property'
  readonly list: Operation
  readonly read: Operation
  readonly create: Operation
  readonly update: Operation
  readonly approve?: Operation
  /** Column of the name. */
  readonly title: string
  readonly fields: readonly FieldSpec[]
}

export const DIRECTORY_READ: Capability = 'masterdata.read'

const bankTypes = BANK_TYPES.map((value) => ({ value, label: `type_${value}` as const }))

const BANKS: Kind = {
  key: 'banks',
  one: 'bank',
  list: listBanks,
  read: getBank,
  create: createBank,
  update: updateBank,
  approve: approveBank,
  title: 'name',
  fields: [
    { name: 'name', label: 'f_name', kind: 'text', required: true, brief: true, identity: true },
    { name: 'code', label: 'f_code', kind: 'code', brief: true, identity: true },
    {
      name: 'ifsc_prefix',
      label: 'f_ifsc_prefix',
      kind: 'code',
      help: 'help_ifsc_prefix',
      brief: true,
      identity: true,
    },
    { name: 'bank_type', label: 'f_bank_type', kind: 'choice', options: bankTypes, brief: true },
  ],
}
const BRANCHES: Kind = {
  key: 'branches',
  one: 'branch',
  list: listBankBranches,
  read: getBankBranch,
  create: createBankBranch,
  update: updateBankBranch,
  approve: approveBankBranch,
  title: 'branch_name',
  fields: [
    {
      name: 'bank_id',
      label: 'f_bank_id',
      kind: 'record',
      record: 'bank',
      required: true,
      brief: true,
      identity: true,
    },
    { name: 'branch_name', label: 'f_branch_name', kind: 'text', required: true, brief: true, identity: true },
    { name: 'city', label: 'f_city', kind: 'text', required: true, brief: true, identity: true },
    { name: 'ifsc', label: 'f_ifsc', kind: 'code', help: 'help_ifsc', brief: true, identity: true },
    { name: 'client_org_id', label: 'f_client_org_id', kind: 'record', record: 'client' },
    { name: 'address', label: 'f_address', kind: 'paragraph' },
    { name: 'district', label: 'f_district', kind: 'text' },
    { name: 'state', label: 'f_state', kind: 'text' },
    { name: 'pin', label: 'f_pin', kind: 'code', help: 'help_pin' },
    { name: 'phone', label: 'f_phone', kind: 'phone' },
    { name: 'micr', label: 'f_micr', kind: 'code' },
    { name: 'branch_code', label: 'f_branch_code', kind: 'text' },
    { name: 'position', label: 'f_latitude', kind: 'position', help: 'help_position' },
  ],
}
const CLIENTS: Kind = {
  key: 'clients',
  one: 'client',
  list: listClientOrgs,
  read: getClientOrg,
  create: createClientOrg,
  update: updateClientOrg,
  approve: approveClientOrg,
  title: 'name',
  fields: [
    { name: 'name', label: 'f_name', kind: 'text', required: true, brief: true, identity: true },
    { name: 'city', label: 'f_city', kind: 'text', required: true, brief: true, identity: true },
    { name: 'type', label: 'f_type', kind: 'text', help: 'help_type', brief: true },
    { name: 'gstin', label: 'f_gstin', kind: 'code', help: 'help_gstin', brief: true },
  ],
}
const PROPERTIES: Kind = {
  key: 'properties',
  one: 'property',
  list: listProperties,
  read: getProperty,
  create: createProperty,
  update: updateProperty,
  title: 'name',
  fields: [
    { name: 'name', label: 'f_name', kind: 'text', required: true, brief: true },
    { name: 'property_type_id', label: 'f_property_type_id', kind: 'record', record: 'property_type', brief: true },
    { name: 'survey_no', label: 'f_survey_no', kind: 'text', brief: true },
    { name: 'city', label: 'f_city', kind: 'text', brief: true },
    { name: 'postal_code', label: 'f_postal_code', kind: 'code', help: 'help_pin', brief: true },
    { name: 'line_1', label: 'f_line_1', kind: 'text' },
    { name: 'line_2', label: 'f_line_2', kind: 'text' },
    { name: 'village', label: 'f_village', kind: 'text' },
    { name: 'taluk', label: 'f_taluk', kind: 'text' },
    { name: 'district', label: 'f_district', kind: 'text' },
    { name: 'state', label: 'f_state', kind: 'text' },
    { name: 'cts_no', label: 'f_cts_no', kind: 'text' },
    { name: 'khata_no', label: 'f_khata_no', kind: 'text' },
    { name: 'position', label: 'f_latitude', kind: 'position', help: 'help_position' },
  ],
}

export const KINDS = { banks: BANKS, branches: BRANCHES, clients: CLIENTS, properties: PROPERTIES } as const
export type KindKey = keyof typeof KINDS

/** A column as text; empty when there is none. */
export const textOf = (record: DirectoryRecord, name: string): string => {
  const value = record[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
export const nameOf = (kind: Kind, record: DirectoryRecord): string => textOf(record, kind.title)
