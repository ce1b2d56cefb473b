import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  approveBank,
  approveBankBranch,
  createBank,
  createBankBranch,
  createClientOrg,
  createContact,
  createProperty,
  createPropertySubtype,
  createPropertyType,
  getBank,
  getContact,
  listBankBranches,
  listBanks,
  listContacts,
  listProperties,
  updateBank,
  updateBankBranch,
  updateContact,
  updateProperty,
} from '@zenops/contracts/directory'
import { type Firm, type House, openHouse } from '../../../test/harness/house.ts'
import { uuidv7 } from '../../platform/ids.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const bankOf = (firm: Firm, name = 'State Bank of India') => firm.owner.ok(createBank, { body: { name } })
const branchOf = async (firm: Firm, extra: Record<string, string> = {}) => {
  const bank = await bankOf(firm, `Bank ${uuidv7()}`)
  return firm.owner.ok(createBankBranch, {
    body: { bank_id: bank.id, branch_name: 'Belgaum', city: 'Belagavi', ...extra },
  })
}

test('OP-08 names are compared in their normal form; if_exists=return answers the record that is there', async () => {
  const firm = await house.firm()
  const bank = await bankOf(firm, 'S.B.I. & Co')
  const again = await firm.owner.call(createBank, { body: { name: 'sbi and co' } })
  assert.equal(again.status, 409)
  assert.deepEqual(
    [again.error.error_code, again.error.details],
    ['DUPLICATE_RECORD', [{ path: 'name', reason: 'duplicate', existing_id: bank.id }]],
  )
  const returned = await firm.owner.call(createBank, {
    query: { if_exists: 'return' },
    body: { name: 'SBI AND CO', code: 'SBI' },
  })
  assert.equal(returned.status, 200)
  assert.deepEqual([returned.body.id, returned.body.code, returned.body.version], [bank.id, null, 1])
  const actions = (await house.audit(firm.tenantId)).map((event) => event.action)
  assert.deepEqual(actions, ['MASTERDATA_RECORD_CREATED'])
})

test('OP-08 twenty at once make one record, the others are told which', async () => {
  const firm = await house.firm()
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => firm.owner.call(createBank, { body: { name: 'Canara Bank' } })),
  )
  const made = replies.filter((reply) => reply.status === 201)
  assert.equal(made.length, 1)
  for (const reply of replies)
    if (reply.status !== 201) assert.equal(reply.error.details[0]?.existing_id, made[0]?.body.id)
})

test('OP-09 the same branch name under another IFSC is another branch; an IFSC stands once', async () => {
  const firm = await house.firm()
  const bank = await bankOf(firm)
  const body = { bank_id: bank.id, branch_name: 'Main Branch', city: 'Hubballi' }
  const first = await firm.owner.ok(createBankBranch, { body: { ...body, ifsc: 'sbin0000123' } })
  assert.equal(first.ifsc, 'SBIN0000123')
  const second = await firm.owner.ok(createBankBranch, { body: { ...body, ifsc: 'SBIN0000124' } })
  assert.deepEqual(
    second.warnings.map((one) => [one.reason, one.existing_id]),
    [['same_name_other_ifsc', first.id]],
  )
  const third = await firm.owner.call(createBankBranch, {
    body: { ...body, branch_name: 'Other', ifsc: 'SBIN0000123' },
  })
  assert.equal(third.status, 409)
  assert.deepEqual(third.error.details, [{ path: 'ifsc', reason: 'duplicate', existing_id: first.id }])
})

test('OP-10 faulty fields are named', async () => {
  const firm = await house.firm()
  const bank = await bankOf(firm)
  const body = { bank_id: bank.id, branch_name: 'Main', city: 'Hubballi' }
  for (const [field, value] of [
    ['ifsc', 'SBIN123'],
    ['pin', '012345'],
    ['phone', '12'],
    ['micr', '1'],
  ] as const) {
    const reply = await firm.owner.call(createBankBranch, { body: { ...body, [field]: value } })
    assert.equal(reply.status, 422)
    assert.deepEqual(
      reply.error.details.map((one) => one.path),
      [field],
    )
  }
  const half = await firm.owner.call(createBankBranch, { body: { ...body, latitude: 15.85 } })
  assert.deepEqual([half.status, half.error.details[0]?.path], [422, 'longitude'])
})

test('OP-11 a client has one primary contact, whoever comes at once', async () => {
  const firm = await house.firm()
  const org = await firm.owner.ok(createClientOrg, { body: { name: 'Acme Homes', city: 'Belagavi' } })
  const contact = (name: string) =>
    firm.owner.ok(createContact, { body: { client_org_id: org.id, name, is_primary: true } })
  const first = await contact('First Person')
  await contact('Second Person')
  assert.equal((await firm.owner.ok(getContact, { params: { id: first.id } })).is_primary, false)
  await Promise.all(Array.from({ length: 20 }, (_, place) => contact(`Person ${place}`)))
  const { items } = await firm.owner.ok(listContacts, { query: { client_org_id: org.id } })
  assert.equal(items.filter((one) => one.is_primary).length, 1)
  const other = items.find((one) => !one.is_primary)
  assert.ok(other)
  await firm.owner.ok(updateContact, {
    params: { id: other.id },
    body: { is_primary: true, expected_version: other.version },
  })
  const again = await firm.owner.ok(listContacts, { query: { client_org_id: org.id } })
  assert.deepEqual(
    again.items.filter((one) => one.is_primary).map((one) => one.id),
    [other.id],
  )
})

test("OP-12 identity fields of a verified branch are an approver's; proposers keep to their own pending ones", async () => {
  const firm = await house.firm()
  const branch = await branchOf(firm, { ifsc: 'SBIN0009999' })
  assert.equal(branch.verification, 'VERIFIED')
  const change = { ifsc: 'SBIN0009998', expected_version: 1 }
  const refused = await firm.opsManager.call(updateBankBranch, { params: { id: branch.id }, body: change })
  assert.deepEqual([refused.status, refused.error.details[0]?.reason], [403, 'approver_required'])
  const plain = await firm.opsManager.ok(updateBankBranch, {
    params: { id: branch.id },
    body: { phone: '9845012345', expected_version: 1 },
  })
  assert.deepEqual([plain.phone, plain.version], ['+919845012345', 2])
  const owned = await firm.owner.ok(updateBankBranch, {
    params: { id: branch.id },
    body: { ...change, expected_version: 2 },
  })
  assert.equal(owned.ifsc, 'SBIN0009998')

  const proposal = { bank_id: branch.bank_id, branch_name: 'Proposed', city: 'Mudhol' }
  const mine = await firm.valuer.ok(createBankBranch, { body: proposal })
  assert.deepEqual([mine.verification, mine.is_verified], ['PENDING', false])
  const edited = await firm.valuer.ok(updateBankBranch, {
    params: { id: mine.id },
    body: { ifsc: 'SBIN0001111', expected_version: 1 },
  })
  assert.equal(edited.ifsc, 'SBIN0001111')
  const foreign = await firm.assistant.call(updateBankBranch, {
    params: { id: mine.id },
    body: { city: 'Hubli', expected_version: 2 },
  })
  assert.deepEqual([foreign.status, foreign.error.details[0]?.reason], [403, 'not_own_pending'])
  assert.equal((await firm.hr.call(createBankBranch, { body: proposal })).status, 403)
})

test('an approver vouches and takes it back; the record knows when and by whom', async () => {
  const firm = await house.firm()
  const bank = await firm.opsManager.ok(createBank, { body: { name: 'Bank of India', code: 'boi' } })
  assert.equal(bank.verification, 'PENDING')
  assert.equal((await firm.opsManager.call(approveBank, { params: { id: bank.id }, body: {} })).status, 403)
  const verified = await firm.owner.ok(approveBank, { params: { id: bank.id }, body: {} })
  assert.equal(verified.verification, 'VERIFIED')
  await firm.owner.ok(approveBank, { params: { id: bank.id }, body: {} })
  const back = await firm.owner.ok(approveBank, {
    params: { id: bank.id },
    body: { verified: false, reason: 'wrong code' },
  })
  assert.deepEqual([back.verification, back.is_verified], ['PENDING', false])
  const row = await firm.owner.ok(getBank, { params: { id: bank.id } })
  assert.deepEqual([row.review_reason, row.reviewed_by_user_id], ['wrong code', firm.owner.userId])
  await house.sql("update directory.banks set verification = 'REJECTED' where id = $1", [bank.id])
  const rejected = await firm.owner.call(approveBank, { params: { id: bank.id }, body: {} })
  assert.deepEqual([rejected.status, rejected.error.error_code], [409, 'ILLEGAL_TRANSITION'])
  const actions = (await house.audit(firm.tenantId)).map((event) => event.action)
  assert.deepEqual(actions, [
    'MASTERDATA_RECORD_CREATED',
    'RBAC_DENIED',
    'MASTERDATA_RECORD_VERIFIED',
    'MASTERDATA_RECORD_UNVERIFIED',
  ])
  const events = await house.sql<{ kind: string }>(
    'select kind from assignments.activity_events where tenant_id = $1 order by id',
    [firm.tenantId],
  )
  assert.deepEqual(
    events.map((event) => event.kind),
    ['masterdata_created', 'masterdata_verified', 'masterdata_unverified'],
  )
})

test('changes need the version they are based on, and say something', async () => {
  const firm = await house.firm()
  const bank = await bankOf(firm)
  const change = (body: Record<string, unknown>, headers = {}) =>
    firm.owner.call(updateBank, { params: { id: bank.id }, body }, headers)
  assert.deepEqual(
    [(await change({ bank_type: 'SBI' })).status, (await change({ expected_version: 1 })).status],
    [422, 422],
  )
  const done = await change({ bank_type: 'SBI' }, { 'if-match': '"1"' })
  assert.deepEqual([done.status, done.body.version], [200, 2])
  const stale = await change({ bank_type: 'COOP', expected_version: 1 })
  assert.deepEqual(
    [stale.status, stale.error.error_code, stale.error.details[0]?.current_version],
    [409, 'REVISION_MISMATCH', 2],
  )
  const same = await change({ bank_type: 'SBI', expected_version: 2 })
  assert.deepEqual([same.status, same.body.version], [200, 2])
  const other = await bankOf(firm, 'Union Bank')
  const clash = await firm.owner.call(updateBank, {
    params: { id: other.id },
    body: { name: 'state bank of india', expected_version: 1 },
  })
  assert.deepEqual([clash.status, clash.error.details[0]?.existing_id], [409, bank.id])
})

test('references must be alive and usable; a merged bank is stored as its target', async () => {
  const firm = await house.firm()
  const [source, target] = [await bankOf(firm, 'Syndicate Bank'), await bankOf(firm, 'Canara Bank')]
  const body = { bank_id: uuidv7(), branch_name: 'Main', city: 'Manipal' }
  const missing = await firm.owner.call(createBankBranch, { body })
  assert.deepEqual([missing.status, missing.error.details], [404, [{ path: 'bank_id', reason: 'not_found' }]])
  const foreign = await bankOf({ ...firm, owner: firm.stranger })
  assert.equal((await firm.owner.call(createBankBranch, { body: { ...body, bank_id: foreign.id } })).status, 404)
  await house.sql("update directory.banks set verification = 'MERGED', merged_into_id = $2 where id = $1", [
    source.id,
    target.id,
  ])
  assert.equal((await firm.owner.ok(createBankBranch, { body: { ...body, bank_id: source.id } })).bank_id, target.id)
  assert.equal((await firm.owner.ok(getBank, { params: { id: source.id } })).merged_into_id, target.id)
  const merged = await firm.owner.call(updateBank, {
    params: { id: source.id },
    body: { bank_type: 'COOP', expected_version: 1 },
  })
  assert.deepEqual([merged.status, merged.error.error_code], [409, 'CONFLICT'])
  await firm.owner.ok(updateBank, { params: { id: target.id }, body: { is_active: false, expected_version: 1 } })
  const inactive = await firm.owner.call(createBankBranch, { body: { ...body, bank_id: target.id, city: 'Udupi' } })
  assert.deepEqual([inactive.status, inactive.error.error_code], [422, 'MASTERDATA_NOT_USABLE'])
})

test('properties warn of near-duplicates and keep a subtype with its kind', async () => {
  const firm = await house.firm()
  const kind = await firm.owner.ok(createPropertyType, { body: { name: 'Residential' } })
  const other = await firm.owner.ok(createPropertyType, { body: { name: 'Commercial' } })
  const flat = await firm.owner.ok(createPropertySubtype, { body: { property_type_id: kind.id, name: 'Flat' } })
  const place = { postal_code: '590001', survey_no: '12/3', latitude: 15.8497, longitude: 74.4977 }
  const first = await firm.owner.ok(createProperty, {
    body: { name: 'Plot 12', property_subtype_id: flat.id, ...place },
  })
  assert.deepEqual(
    [first.property_type_name, first.property_subtype_name, first.latitude],
    ['Residential', 'Flat', 15.8497],
  )
  const near = await firm.owner.ok(createProperty, { body: { name: 'Plot 13', latitude: 15.8498, longitude: 74.4978 } })
  assert.deepEqual(
    near.warnings.map((one) => [one.reason, one.existing_id]),
    [['same_place', first.id]],
  )
  const numbered = await firm.owner.ok(createProperty, {
    body: { name: 'Plot 14', postal_code: '590001', survey_no: '12/3' },
  })
  assert.deepEqual(
    numbered.warnings.map((one) => one.reason),
    ['same_survey_no'],
  )
  const wrong = await firm.owner.call(createProperty, {
    body: { name: 'Plot 15', property_type_id: other.id, property_subtype_id: flat.id },
  })
  assert.deepEqual([wrong.status, wrong.error.details[0]?.path], [422, 'property_subtype_id'])
  const moved = await firm.owner.call(updateProperty, {
    params: { id: first.id },
    body: { property_type_id: other.id, expected_version: 1 },
  })
  assert.deepEqual([moved.status, moved.error.details[0]?.path], [422, 'property_subtype_id'])
  const found = await firm.owner.ok(listProperties, { query: { near: '15.8497,74.4977,100' } })
  assert.deepEqual(
    found.items.map((one) => one.name),
    ['Plot 12', 'Plot 13'],
  )
})

test('OP-63 lists page without gap: verified first, prefix matches, names; words are searched', async () => {
  const firm = await house.firm()
  const bank = await bankOf(firm)
  for (const name of ['Zeta', 'Alpha', 'Beta Alpha', 'Gamma']) {
    await firm.owner.ok(createBankBranch, { body: { bank_id: bank.id, branch_name: name, city: 'Belagavi' } })
  }
  await firm.opsManager.ok(createBankBranch, {
    body: { bank_id: bank.id, branch_name: 'Aardvark', city: 'Mudhol', ifsc: 'SBIN0007777' },
  })
  const names: string[] = []
  let cursor: string | null = null
  do {
    const reply: { items: { branch_name: string }[]; next_cursor: string | null } = await firm.owner.ok(
      listBankBranches,
      {
        query: { limit: 2, bank_id: bank.id, ...(cursor ? { cursor } : {}) },
      },
    )
    names.push(...reply.items.map((one) => one.branch_name))
    cursor = reply.next_cursor
  } while (cursor)
  assert.deepEqual(names, ['Alpha', 'Beta Alpha', 'Gamma', 'Zeta', 'Aardvark'])
  const search = async (q: string) =>
    (await firm.owner.ok(listBankBranches, { query: { q } })).items.map((one) => one.branch_name)
  assert.deepEqual(await search('alpha'), ['Alpha', 'Beta Alpha'])
  assert.deepEqual(await search('sbin0007777'), ['Aardvark'])
  assert.deepEqual(await search('100%_\\'), [])
  assert.deepEqual((await firm.owner.ok(listBankBranches, { query: { verification: 'PENDING' } })).items.length, 1)
  for (const query of [{ cursor: 'x' }, { bank_id: 'x' }, { verification: 'x' }, { unknown: '1' }]) {
    assert.equal((await firm.owner.call(listBankBranches, { query: query as never })).status, 422) // faulty on purpose
  }
})

test('OP-12 another firm sees nothing, the portal has no such route, use is counted', async () => {
  const firm = await house.firm()
  const branch = await branchOf(firm)
  assert.equal((await firm.stranger.call(getBank, { params: { id: branch.bank_id } })).status, 404)
  assert.deepEqual((await firm.stranger.ok(listBanks, {})).items, [])
  assert.equal((await firm.stranger.call(approveBankBranch, { params: { id: branch.id }, body: {} })).status, 404)
  assert.equal((await firm.portal.call(listBanks, {})).status, 403)
  assert.equal((await firm.valuer.ok(getBank, { params: { id: branch.bank_id } })).use_count, 1)
})

test('names of signs alone and in Indian scripts are records too', async () => {
  const firm = await house.firm()
  const signs = await bankOf(firm, '!!!')
  assert.equal((await firm.owner.call(createBank, { body: { name: '!!!' } })).error.details[0]?.existing_id, signs.id)
  await bankOf(firm, 'ಕರ್ನಾಟಕ ಬ್ಯಾಂಕ್')
  const [row] = await house.sql<{ norm: string }>("select app.norm('ಕರ್ನಾಟಕ  ಬ್ಯಾಂಕ್.') as norm")
  assert.equal(row?.norm, 'ಕರ್ನಾಟಕ ಬ್ಯಾಂಕ್')
})
