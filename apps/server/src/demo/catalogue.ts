import {
  approveBank,
  approveBankBranch,
  approveClientOrg,
  createBank,
  createBankBranch,
  createClientOrg,
  createContact,
  createPropertySubtype,
  createPropertyType,
  listContacts,
} from '@zenops/contracts/directory'
import type { DemoActor } from './caller.ts'

/** Kinds of property that every firm begins with. */
const PROPERTY_CATALOGUE: Readonly<Record<string, readonly string[]>> = {
  Residential: ['Flat', 'House', 'Villa', 'Row house', 'Plot'],
  Commercial: ['Shop', 'Office', 'Showroom', 'Warehouse'],
  Industrial: ['Factory', 'Shed', 'Plot'],
  Agricultural: ['Land', 'Farm house'],
  Institutional: [],
  Mixed: [],
  Other: [],
}
const BANKS = [
  {
    bank: { name: 'State Bank of India', code: 'SBI', ifsc_prefix: 'SBIN', bank_type: 'SBI', aliases: ['SBI'] },
    branch: {
      branch_name: 'Belgaum Main',
      city: 'Belgaum',
      state: 'Karnataka',
      ifsc: 'SBIN0000809',
      latitude: 15.8571,
      longitude: 74.5069,
    },
    client: { name: 'State Bank of India, Belgaum Main', city: 'Belgaum', type: 'bank_branch' },
  },
  {
    bank: { name: 'Bank of India', code: 'BOI', ifsc_prefix: 'BKID', bank_type: 'PSU_GENERIC', aliases: ['BOI'] },
    branch: {
      branch_name: 'Mudhol',
      city: 'Mudhol',
      state: 'Karnataka',
      ifsc: 'BKID0008489',
      latitude: 16.3337,
      longitude: 75.2828,
    },
    client: { name: 'Bank of India, Mudhol', city: 'Mudhol', type: 'bank_branch' },
  },
] as const

export interface Catalogue {
  readonly branches: readonly { readonly id: string; readonly contactId: string }[]
  readonly subtypes: readonly string[]
}

const returning = { if_exists: 'return' } as const

/** One client's first contact; made when there is none. */
async function contactOf(owner: DemoActor, clientOrgId: string, city: string): Promise<string> {
  const { items } = await owner.does(listContacts, { query: { client_org_id: clientOrgId, limit: 1 } })
  if (items[0]) return items[0].id
  const body = {
    client_org_id: clientOrgId,
    name: `Branch manager, ${city}`,
    role_label: 'Branch manager',
    is_primary: true,
  }
  return (await owner.does(createContact, { body })).id
}

/** Master data that the demo firm begins with; what is there stays as it is. */
export async function loadCatalogue(owner: DemoActor): Promise<Catalogue> {
  const branches: { id: string; contactId: string }[] = []
  for (const one of BANKS) {
    const bank = await owner.does(createBank, {
      query: returning,
      body: { ...one.bank, aliases: [...one.bank.aliases] },
    })
    const client = await owner.does(createClientOrg, { query: returning, body: one.client })
    const branch = await owner.does(createBankBranch, {
      query: returning,
      body: { ...one.branch, bank_id: bank.id, client_org_id: client.id },
    })
    for (const [operation, record] of [
      [approveBank, bank],
      [approveClientOrg, client],
      [approveBankBranch, branch],
    ] as const) {
      if (record.verification === 'PENDING') await owner.does(operation, { params: { id: record.id }, body: {} })
    }
    branches.push({ id: branch.id, contactId: await contactOf(owner, client.id, one.branch.city) })
  }
  const subtypes: string[] = []
  for (const [name, names] of Object.entries(PROPERTY_CATALOGUE)) {
    const kind = await owner.does(createPropertyType, { query: returning, body: { name } })
    for (const subtype of names) {
      const made = await owner.does(createPropertySubtype, {
        query: returning,
        body: { property_type_id: kind.id, name: subtype },
      })
      subtypes.push(made.id)
    }
  }
  return { branches, subtypes }
}
