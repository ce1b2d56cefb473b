import assert from 'node:assert/strict'
import { listDeletedRows } from '@zenops/contracts/retention'
import { after, before, test } from 'node:test'
import {
  addAssignee,
  createAssignment,
  getAssignment,
  getFloors,
  listActivities,
  listAssignments,
  listStatusHistory,
  moveAssignment,
  putFloors,
  restoreFloor,
  removeAssignee,
  summarizeAssignments,
  updateAssignment,
} from '@zenops/contracts/assignments'
import type { InputOf } from '@zenops/contracts/kit'
import {
  approveBank,
  createBank,
  createBankBranch,
  createClientOrg,
  createContact,
  createProperty,
} from '@zenops/contracts/directory'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { uuidv7 } from '../../platform/ids.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

type Body = NonNullable<InputOf<typeof createAssignment>['body']>
const open = (actor: TestActor, body: Partial<Body> = {}) =>
  actor.ok(createAssignment, { body: { title: 'Valuation', ...body } })
const move = (actor: TestActor, id: string, body: InputOf<typeof moveAssignment>['body']) =>
  actor.call(moveAssignment, { params: { id }, body })
const setStatus = (id: string, status: string) =>
  house.sql('update assignments.assignments set status = $2 where id = $1', [id, status])

async function bankSource(firm: Firm) {
  const bank = await firm.owner.ok(createBank, { body: { name: `Bank ${uuidv7()}` } })
  const org = await firm.owner.ok(createClientOrg, { body: { name: `Org ${uuidv7()}`, city: 'Belagavi' } })
  const branch = await firm.owner.ok(createBankBranch, {
    body: { bank_id: bank.id, branch_name: 'Main', city: 'Belagavi', client_org_id: org.id },
  })
  const contact = await firm.owner.ok(createContact, { body: { client_org_id: org.id, name: 'Branch Manager' } })
  return { bank, org, branch, contact }
}

test('OP-07 a bank job: the branch fills bank and client, the move is in the history', async () => {
  const firm = await house.firm()
  const { bank, org, branch, contact } = await bankSource(firm)
  const job = await open(firm.opsManager, {
    title: 'Flat at Tilakwadi',
    source_type: 'bank',
    source_ref_id: branch.id,
    primary_contact_id: contact.id,
    fee_paise: 250_000,
    lead_user_id: firm.valuer.userId,
  })
  assert.match(job.code, /^Z-\d{4}-0001$/)
  assert.deepEqual(
    [job.bank_id, job.bank_branch_id, job.client_org_id, job.source_ref_id],
    [bank.id, branch.id, org.id, branch.id],
  )
  assert.deepEqual(
    [job.status, job.lifecycle_status, job.stage, job.case_type, job.source_label],
    ['DRAFT', 'DRAFT', 'draft_created', 'BANK', 'Firm'],
  )
  assert.deepEqual(
    job.assignees.map((one) => [one.user_id, one.role]),
    [[firm.valuer.userId, 'lead']],
  )
  assert.deepEqual(
    [job.lead_name, job.bank_branch_name, job.completeness.missing],
    ['Test valuer', 'Main', ['property', 'due_date']],
  )
  assert.deepEqual(job.next_action, { key: 'move', to_status: 'COLLECTING' })
  const moved = await move(firm.opsManager, job.id, { to_status: 'COLLECTING' })
  assert.deepEqual([moved.status, moved.body.changed, moved.body.assignment.status], [200, true, 'COLLECTING'])
  const history = await firm.opsManager.ok(listStatusHistory, { params: { id: job.id } })
  assert.deepEqual(
    history.items.map((one) => [one.from_status, one.to_status, one.actor.id]),
    [['DRAFT', 'COLLECTING', firm.opsManager.userId]],
  )
  const audit = (await house.audit(firm.tenantId)).filter((event) => event.target.id === job.id)
  assert.deepEqual(
    audit.map((event) => event.action),
    ['ASSIGNMENT_CREATED', 'ASSIGNMENT_TRANSITIONED'],
  )
})

test('OP-25 fifty at once get fifty codes in a row; the 10,000th has five digits; failures leave no gap', async () => {
  const firm = await house.firm()
  const jobs = await Promise.all(Array.from({ length: 50 }, () => open(firm.owner)))
  const numbers = jobs.map((job) => Number(job.code.slice(-4))).sort((a, b) => a - b)
  assert.deepEqual(
    numbers,
    Array.from({ length: 50 }, (_, place) => place + 1),
  )
  assert.equal((await firm.owner.call(createAssignment, { body: { title: 'x', bank_id: uuidv7() } })).status, 404)
  await house.sql('update assignments.assignment_counters set last = 9998 where tenant_id = $1', [firm.tenantId])
  assert.match((await open(firm.owner)).code, /^Z-\d{4}-9999$/)
  assert.match((await open(firm.owner)).code, /^Z-\d{4}-10000$/)
})

test('OP-26 due dates follow the zone of the firm', async () => {
  const firm = await house.firm()
  const job = await open(firm.owner, { due_date: '2027-03-10' })
  assert.deepEqual([job.due_at, job.due_date, job.due_basis], ['2027-03-10T12:30:00.000Z', '2027-03-10', 'EXPLICIT'])
  const both = await firm.owner.call(createAssignment, {
    body: { title: 'x', due_date: '2027-03-10', due_at: '2027-03-11T00:00:00Z' },
  })
  assert.deepEqual([both.status, both.error.details[0]?.path], [422, 'due_at'])
  await house.sql(
    'update identity.tenants set time_zone = \'America/New_York\', settings = \'{"operations":{"code_prefix":"NY","due_time":"17:00"}}\' where id = $1',
    [firm.tenantId],
  )
  const later = await open(firm.owner, { due_date: '2027-03-10' })
  assert.deepEqual(
    [later.due_at, later.due_date, later.code.slice(0, 3)],
    ['2027-03-10T22:00:00.000Z', '2027-03-10', 'NY-'],
  )
})

test('OP-28 records that do not belong together are refused by field; foreign ids are not found', async () => {
  const firm = await house.firm()
  const [one, two] = [await bankSource(firm), await bankSource(firm)]
  const stranger = await firm.stranger.ok(createBank, { body: { name: 'Their bank' } })
  const refusals: readonly [Partial<Body>, number, string][] = [
    [{ bank_id: two.bank.id, bank_branch_id: one.branch.id }, 422, 'bank_branch_id'],
    [{ bank_branch_id: one.branch.id, client_org_id: two.org.id }, 422, 'client_org_id'],
    [{ client_org_id: one.org.id, primary_contact_id: two.contact.id }, 422, 'primary_contact_id'],
    [{ bank_id: stranger.id }, 404, 'bank_id'],
    [{ property_id: uuidv7() }, 404, 'property_id'],
    [{ channel_id: uuidv7() }, 404, 'channel_id'],
    [{ source_type: 'channel' }, 422, 'channel_id'],
    [{ source_ref_id: one.branch.id }, 422, 'source_ref_id'],
    [{ source_type: 'bank', source_ref_id: one.branch.id, bank_branch_id: two.branch.id }, 422, 'source_ref_id'],
    [{ lead_user_id: firm.stranger.userId }, 404, 'lead_user_id'],
    [{ lead_user_id: firm.portal.userId }, 404, 'lead_user_id'],
  ]
  for (const [body, status, path] of refusals) {
    const reply = await firm.owner.call(createAssignment, { body: { title: 'x', ...body } })
    assert.deepEqual([reply.status, reply.error.details[0]?.path], [status, path], JSON.stringify(body))
  }
  assert.deepEqual(
    (await house.sql('select 1 from assignments.assignments where tenant_id = $1', [firm.tenantId])).length,
    0,
  )
})

test('OP-30 a job is handed to QC only when lead, branch, verified records, property and a report are there', async () => {
  const firm = await house.firm()
  const job = await open(firm.owner, { source_type: 'bank' })
  await move(firm.owner, job.id, { to_status: 'COLLECTING' })
  const blocked = await move(firm.owner, job.id, { to_status: 'QC_PENDING' })
  assert.deepEqual([blocked.status, blocked.error.error_code], [409, 'TRANSITION_BLOCKED'])
  assert.deepEqual(
    blocked.error.details.map((one) => one.reason),
    ['lead_missing', 'branch_missing', 'property_missing', 'report_missing'],
  )
  const detail = await firm.owner.ok(getAssignment, { params: { id: job.id } })
  const toQc = detail.allowed_moves.find((one) => one.to_status === 'QC_PENDING')
  assert.deepEqual(
    [toQc?.allowed, toQc?.unmet.map((one) => one.reason)],
    [false, ['lead_missing', 'branch_missing', 'property_missing', 'report_missing']],
  )
})

test('OP-68 an unverified branch works until QC; verified passes, merged shows its target, rejected is refused anew', async () => {
  const firm = await house.firm()
  const bank = await firm.opsManager.ok(createBank, { body: { name: 'Pending Bank' } })
  const target = await firm.owner.ok(createBank, { body: { name: 'Target Bank' } })
  const job = await open(firm.owner, { source_type: 'bank', bank_id: bank.id })
  assert.ok(job.badges.includes('masterdata_pending'))
  await move(firm.owner, job.id, { to_status: 'COLLECTING' })
  const reasons = async () =>
    (await move(firm.owner, job.id, { to_status: 'QC_PENDING' })).error.details.map((one) => one.reason)
  assert.ok((await reasons()).includes('masterdata_unverified'))
  await firm.owner.ok(approveBank, { params: { id: bank.id }, body: {} })
  assert.ok(!(await reasons()).includes('masterdata_unverified'))
  await house.sql("update directory.banks set verification = 'MERGED', merged_into_id = $2 where id = $1", [
    bank.id,
    target.id,
  ])
  const other = await open(firm.owner, { bank_id: bank.id })
  assert.deepEqual([other.bank_id, other.bank_name], [target.id, 'Target Bank'])
  await house.sql("update directory.banks set verification = 'REJECTED' where id = $1", [target.id])
  const refused = await firm.owner.call(createAssignment, { body: { title: 'x', bank_id: target.id } })
  assert.deepEqual(
    [refused.status, refused.error.error_code, refused.error.details[0]?.reason],
    [422, 'MASTERDATA_NOT_USABLE', 'rejected'],
  )
  // A job that already names it may still be edited.
  const kept = await firm.owner.ok(updateAssignment, {
    params: { id: other.id },
    body: { client_org_id: null, expected_version: other.version },
  })
  assert.equal(kept.bank_id, target.id)
})

test('OP-29 illegal moves name the allowed ones; a repeated one changes nothing; reopening needs a reason and a day', async () => {
  const firm = await house.firm()
  const job = await open(firm.owner)
  const illegal = await move(firm.owner, job.id, { to_status: 'PAID' })
  assert.deepEqual([illegal.status, illegal.error.error_code], [409, 'ILLEGAL_TRANSITION'])
  assert.deepEqual(illegal.error.details[0], {
    path: 'to_status',
    reason: 'illegal_transition',
    from: 'DRAFT',
    to: 'PAID',
    allowed: ['COLLECTING', 'CANCELLED'],
  })
  const same = await firm.owner.ok(moveAssignment, { params: { id: job.id }, body: { to_status: 'DRAFT' } })
  assert.equal(same.changed, false)
  const stale = await move(firm.owner, job.id, { to_status: 'COLLECTING', expected_version: 9 })
  assert.equal(stale.error.error_code, 'REVISION_MISMATCH')
  await setStatus(job.id, 'CLOSED')
  const again = { to_status: 'COLLECTING', note: 'the bank asks again' } as const
  assert.equal((await move(firm.owner, job.id, { to_status: 'COLLECTING' })).error.error_code, 'REASON_REQUIRED')
  assert.equal((await move(firm.owner, job.id, again)).error.details[0]?.path, 'due_date')
  const refused = await move(firm.opsManager, job.id, { ...again, due_date: '2027-01-10' })
  assert.deepEqual([refused.status, refused.error.details[0]?.capability], [403, 'assignments.reopen'])
  const reopened = await firm.owner.ok(moveAssignment, {
    params: { id: job.id },
    body: { ...again, due_date: '2027-01-10' },
  })
  assert.deepEqual(
    [reopened.assignment.status, reopened.assignment.due_at, reopened.assignment.due_basis],
    ['COLLECTING', '2027-01-10T12:30:00.000Z', 'EXPLICIT'],
  )
})

test('OP-31 of two racing movers one wins; the same move twice leaves one event', async () => {
  const firm = await house.firm()
  const job = await open(firm.owner)
  await setStatus(job.id, 'QC_PENDING')
  const race = await Promise.all([
    move(firm.owner, job.id, { to_status: 'QC_APPROVED' }),
    move(firm.opsManager, job.id, { to_status: 'CHANGES_REQUESTED', note: 'floor areas differ' }),
  ])
  assert.deepEqual(race.map((reply) => reply.status).sort(), [200, 409])
  const loser = race.find((reply) => reply.status === 409)
  assert.equal(loser?.error.error_code, 'ILLEGAL_TRANSITION')
  const other = await open(firm.owner)
  const twice = await Promise.all(
    [1, 2, 3].map(() => firm.owner.ok(moveAssignment, { params: { id: other.id }, body: { to_status: 'COLLECTING' } })),
  )
  assert.equal(twice.filter((reply) => reply.changed).length, 1)
  const events = await house.sql(
    "select 1 from assignments.activity_events where assignment_id = $1 and kind = 'status_changed'",
    [other.id],
  )
  assert.equal(events.length, 1)
  const versions = await Promise.all(
    [1, 2].map((n) =>
      move(firm.owner, other.id, { to_status: 'CANCELLED', note: `withdrawn again ${n}`, expected_version: 2 }),
    ),
  )
  assert.equal(versions.filter((reply) => reply.status === 200 && reply.body.changed).length, 1)
})

test('OP-32 the lead does not approve his own job over the wire; a reviewer sends it back with a reason', async () => {
  const firm = await house.firm()
  const job = await open(firm.owner, { lead_user_id: firm.opsManager.userId })
  await setStatus(job.id, 'QC_PENDING')
  const own = await move(firm.opsManager, job.id, { to_status: 'QC_APPROVED' })
  assert.deepEqual([own.status, own.error.error_code], [403, 'SELF_APPROVAL_FORBIDDEN'])
  await house.sql(
    "update assignments.assignments set hold_since = now(), hold_reason = 'waiting', hold_by = $2 where id = $1",
    [job.id, firm.owner.userId],
  )
  assert.equal((await move(firm.owner, job.id, { to_status: 'QC_APPROVED' })).error.error_code, 'ASSIGNMENT_ON_HOLD')
  await house.sql(
    'update assignments.assignments set hold_since = null, hold_reason = null, hold_by = null where id = $1',
    [job.id],
  )
  const back = await firm.owner.ok(moveAssignment, {
    params: { id: job.id },
    body: { to_status: 'CHANGES_REQUESTED', note: 'floor areas differ' },
  })
  assert.equal(back.assignment.status, 'CHANGES_REQUESTED')
})

test('OP-66 PATCH changes header fields on the version seen, never a state; delivered jobs keep their header', async () => {
  const firm = await house.firm()
  const job = await open(firm.owner, { borrower_name: 'Borrower Seven', borrower_phone: '9845012345' })
  const patch = (body: Record<string, unknown>, actor = firm.owner) =>
    actor.call(updateAssignment, { params: { id: job.id }, body: body as never }) // faulty on purpose
  assert.equal((await patch({ status: 'PAID', expected_version: 1 })).status, 422)
  assert.equal((await patch({ title: 'x' })).error.details[0]?.path, 'expected_version')
  assert.equal((await patch({ expected_version: 1 })).status, 422)
  const changed = await patch({
    title: 'Second',
    borrower_name: null,
    land_area: { value: '1200.50', unit: 'sqft' },
    fee_paise: 5000,
    expected_version: 1,
  })
  assert.deepEqual(
    [changed.status, changed.body.title, changed.body.borrower_name, changed.body.land_area, changed.body.version],
    [200, 'Second', null, { value: 1200.5, unit: 'sqft' }, 2],
  )
  assert.equal((await patch({ title: 'Third', expected_version: 1 })).error.error_code, 'REVISION_MISMATCH')
  const same = await patch({ title: 'Second', expected_version: 2 })
  assert.deepEqual([same.status, same.body.version], [200, 2])
  const log = await firm.owner.ok(listActivities, { params: { id: job.id } })
  const fields = log.items.filter((one) => one.kind === 'field_updated')
  assert.equal(fields.length, 5)
  assert.ok(!JSON.stringify(fields).includes('Borrower Seven'), 'personal values are not told')
  assert.ok(!JSON.stringify(await house.audit(firm.tenantId)).includes('Borrower Seven'))
  await setStatus(job.id, 'COLLECTING')
  const fee = await patch({ fee_paise: 6000, expected_version: 2 }, firm.opsManager)
  assert.deepEqual([fee.status, fee.error.details[0]?.capability], [403, 'billing.write'])
  await setStatus(job.id, 'DELIVERED')
  assert.equal((await patch({ title: 'Late', expected_version: 2 })).error.error_code, 'ASSIGNMENT_LOCKED')
  assert.equal((await patch({ summary: 'Sent by post', expected_version: 2 })).body.summary, 'Sent by post')
})

test('a changed branch brings its bank and client', async () => {
  const firm = await house.firm()
  const [one, two] = [await bankSource(firm), await bankSource(firm)]
  const job = await open(firm.owner, { source_type: 'bank', bank_branch_id: one.branch.id })
  const moved = await firm.owner.ok(updateAssignment, {
    params: { id: job.id },
    body: { bank_branch_id: two.branch.id, expected_version: 1 },
  })
  assert.deepEqual([moved.bank_id, moved.client_org_id], [two.bank.id, two.org.id])
  const found = await firm.owner.ok(listAssignments, { query: { q: two.bank.name } })
  assert.deepEqual(
    found.items.map((row) => row.id),
    [job.id],
  )
})

test('OP-37 one lead, whoever comes at once; re-adding changes the role; only members', async () => {
  const firm = await house.firm()
  const job = await open(firm.owner)
  const add = (user: TestActor, role: 'lead' | 'assistant' | 'reviewer' | 'field', extra = {}) =>
    firm.owner.call(addAssignee, { params: { id: job.id }, body: { user_id: user.userId, role, ...extra } })
  const leads = await Promise.all([add(firm.valuer, 'lead'), add(firm.assistant, 'lead')])
  assert.deepEqual(leads.map((reply) => reply.status).sort(), [200, 409])
  assert.equal(leads.find((reply) => reply.status === 409)?.error.error_code, 'ALREADY_ASSIGNED')
  const taken = await add(firm.fieldValuer, 'lead', { replace_lead: true })
  const roles = taken.body.assignees.map((one) => one.role).sort()
  assert.deepEqual(roles, ['assistant', 'lead'])
  const changed = await add(firm.fieldValuer, 'field')
  assert.equal(changed.body.assignees.find((one) => one.user_id === firm.fieldValuer.userId)?.role, 'field')
  assert.equal((await firm.owner.ok(getAssignment, { params: { id: job.id } })).lead_user_id, null)
  for (const person of [firm.stranger, firm.portal]) assert.equal((await add(person, 'field')).status, 404)
  const gone = { params: { id: job.id, user_id: firm.fieldValuer.userId } }
  assert.equal((await firm.owner.call(removeAssignee, gone)).status, 204)
  assert.equal((await firm.owner.call(removeAssignee, gone)).status, 404)
  assert.equal(
    (
      await firm.valuer.call(addAssignee, {
        params: { id: job.id },
        body: { user_id: firm.valuer.userId, role: 'lead' },
      })
    ).status,
    403,
  )
})

test('AU-33 a removed floor comes back by its own route until its time is over, unless another one took its name', async () => {
  const firm = await house.firm()
  const { owner, tenantId } = firm
  const job = await open(owner)
  const put = (items: unknown[], expected_version: number) =>
    owner.ok(putFloors, { params: { id: job.id }, body: { items, expected_version } as never }) // either form of the contract
  const ground = { name: 'Ground', sort_order: 0, area: '60' }
  const first = { name: 'First', sort_order: 1, area: '40' }
  const made = await put([ground, first], 1)
  const [a, b] = made.items
  assert.ok(a && b)
  const params = { id: job.id, floor_id: b.id }
  const restore = (actor = owner) => actor.call(restoreFloor, { params })
  assert.equal((await restore()).error.error_code, 'ILLEGAL_TRANSITION')
  const less = await put([{ ...ground, id: a.id }], made.version)
  assert.equal(less.built_up_area?.value, 60)
  const [listed] = (await owner.ok(listDeletedRows, { query: { kind: 'assignments.assignment_floors' } })).items
  assert.deepEqual(
    [listed?.row_id, listed?.whole_id, listed?.restore_path],
    [b.id, job.id, `/v1/assignments/${job.id}/floors/${b.id}/restore`],
  )
  assert.deepEqual([(await restore(firm.valuer)).status, (await restore(firm.stranger)).status], [403, 404])
  const more = await put(
    [
      { ...ground, id: a.id },
      { ...first, name: 'FIRST' },
    ],
    less.version,
  )
  assert.deepEqual([(await restore()).status, (await restore()).error.error_code], [409, 'CONFLICT'])
  await put([{ ...ground, id: a.id }], more.version)
  const back = await owner.ok(restoreFloor, { params })
  assert.deepEqual([back.items.map((floor) => floor.id), back.built_up_area?.value], [[a.id, b.id], 100])
  const event = (await house.audit(tenantId)).at(-1)
  assert.deepEqual(
    [event?.action, event?.target.id, event?.['after']],
    ['RECORD_RESTORED', b.id, { kind: 'assignments.assignment_floors', status: 'live' }],
  )
  await put([{ ...ground, id: a.id }], back.version)
  await house.sql('update assignments.assignment_floors set purge_after = now() where id = $1', [b.id])
  assert.equal((await restore()).status, 404)
  await house.sql(`update assignments.assignments set status = 'DELIVERED', delivered_at = now() where id = $1`, [
    job.id,
  ])
  assert.equal((await restore()).error.error_code, 'ASSIGNMENT_LOCKED')
})

test('OP-39 floors are exact, their sum is the built-up area, and stale lists are refused', async () => {
  const firm = await house.firm()
  const job = await open(firm.owner)
  const put = (items: unknown[], expected_version?: number, headers = {}) =>
    firm.owner.call(
      putFloors,
      { params: { id: job.id }, body: (expected_version === undefined ? items : { items, expected_version }) as never },
      headers,
    ) // either form of the contract
  const ground = { name: 'Ground', sort_order: 0, area: '55.55' }
  const first = { name: 'First', sort_order: 1, area: '44.45' }
  const made = await put([ground, first], 1)
  assert.deepEqual([made.status, made.body.built_up_area, made.body.version], [200, { value: 100, unit: 'sqm' }, 2])
  assert.equal((await put([ground], 1)).error.error_code, 'REVISION_MISMATCH')
  assert.equal((await put([ground])).error.details[0]?.path, 'expected_version')
  const [a, b] = made.body.items
  assert.ok(a && b)
  const swapped = await put(
    [
      { ...ground, id: b.id },
      { ...first, id: a.id, area: 1200, unit: 'sqft' },
    ],
    undefined,
    { 'if-match': '"2"' },
  )
  assert.deepEqual(
    [swapped.status, swapped.body.items.map((one) => one.id), swapped.body.built_up_area],
    [200, [b.id, a.id], { value: 167.03, unit: 'sqm' }],
  )
  assert.equal((await put([{ ...ground, id: uuidv7() }], 3)).status, 404)
  assert.equal((await put([ground, { ...ground, name: 'GROUND' }], 3)).status, 422)
  const kept = await firm.owner.call(updateAssignment, {
    params: { id: job.id },
    body: { built_up_area: { value: 5 }, expected_version: 3 },
  })
  assert.deepEqual([kept.status, kept.error.details[0]?.path], [422, 'built_up_area'])
  const one = await put([{ ...ground, id: b.id }], 3)
  assert.deepEqual(
    one.body.items.map((floor) => floor.name),
    ['Ground'],
  )
  assert.deepEqual((await firm.owner.ok(getFloors, { params: { id: job.id } })).built_up_area, {
    value: 55.55,
    unit: 'sqm',
  })
  await setStatus(job.id, 'DELIVERED')
  assert.equal((await put([ground], 4)).error.error_code, 'ASSIGNMENT_LOCKED')
})

test('OP-41 a valuer reads his own jobs only: list, search, summary, by id; accounts and HR change nothing', async () => {
  const firm = await house.firm()
  const [mine, other] = [
    await open(firm.owner, { title: 'Mine', lead_user_id: firm.valuer.userId }),
    await open(firm.owner, { title: 'Theirs' }),
  ]
  const seen = await firm.valuer.ok(listAssignments, {})
  assert.deepEqual(
    seen.items.map((row) => row.id),
    [mine.id],
  )
  assert.deepEqual((await firm.valuer.ok(listAssignments, { query: { q: 'theirs' } })).items, [])
  assert.equal((await firm.valuer.ok(summarizeAssignments, {})).open, 1)
  const refused = await firm.valuer.call(getAssignment, { params: { id: other.id } })
  assert.deepEqual([refused.status, refused.error.details[0]?.reason], [403, 'out_of_scope'])
  const edits = [
    () => firm.valuer.call(updateAssignment, { params: { id: other.id }, body: { title: 'x', expected_version: 1 } }),
    () => firm.valuer.call(listActivities, { params: { id: other.id } }),
    () => firm.valuer.call(getFloors, { params: { id: other.id } }),
  ]
  for (const edit of edits) assert.equal((await edit()).error.details[0]?.reason, 'out_of_scope')
  assert.equal((await firm.stranger.call(getAssignment, { params: { id: other.id } })).status, 404)
  for (const actor of [firm.accounts, firm.hr]) {
    assert.equal(
      (await actor.call(updateAssignment, { params: { id: mine.id }, body: { title: 'x', expected_version: 1 } }))
        .status,
      403,
    )
    assert.equal((await move(actor, mine.id, { to_status: 'COLLECTING' })).status, 403)
    assert.equal((await actor.call(createAssignment, { body: { title: 'x' } })).status, 403)
  }
  assert.equal((await firm.hr.call(listAssignments, {})).status, 403)
  const portal = await firm.portal.call(getAssignment, { params: { id: mine.id } })
  assert.deepEqual([portal.status, portal.error.error_code], [403, 'PORTAL_ASSIGNMENTS_FORBIDDEN'])
  await firm.owner.ok(removeAssignee, { params: { id: mine.id, user_id: firm.valuer.userId } })
  assert.deepEqual((await firm.valuer.ok(listAssignments, {})).items, [])
})

test('filters may be combined; counts agree with the list', async () => {
  const firm = await house.firm()
  const { branch, bank } = await bankSource(firm)
  const late = await open(firm.owner, {
    title: 'Late',
    due_at: '2020-01-01T00:00:00Z',
    priority: 'urgent',
    source_type: 'bank',
    bank_branch_id: branch.id,
  })
  const soon = await open(firm.owner, { title: 'Soon' })
  const far = await open(firm.owner, { title: 'Far', due_date: '2030-01-01', lead_user_id: firm.valuer.userId })
  const gone = await open(firm.owner, { title: 'Gone' })
  await firm.owner.ok(moveAssignment, {
    params: { id: gone.id },
    body: { to_status: 'CANCELLED', note: 'the client withdrew' },
  })
  await house.sql('update assignments.assignments set missing_docs = 2 where id = $1', [soon.id])
  const ids = async (query: InputOf<typeof listAssignments>['query']) =>
    (await firm.owner.ok(listAssignments, { query: query ?? {} })).items.map((row) => row.title)
  assert.deepEqual(await ids({ open: 'true' }), ['Late', 'Soon', 'Far'])
  assert.deepEqual(await ids({ due_state: 'OVERDUE' }), ['Late'])
  assert.deepEqual(await ids({ due_state: ['DUE_SOON', 'URGENT'] }), ['Soon'])
  assert.deepEqual(await ids({ due_state: 'NONE' }), ['Gone'])
  assert.deepEqual(await ids({ due_state: 'OK' }), ['Far'])
  assert.deepEqual(await ids({ due_date: '2030-01-01' }), ['Far'])
  assert.deepEqual(await ids({ due_to: '2020-01-02' }), ['Late'])
  assert.deepEqual(await ids({ status: ['CANCELLED', 'CLOSED'] }), ['Gone'])
  assert.deepEqual(await ids({ stage: 'cancelled' }), ['Gone'])
  assert.deepEqual(await ids({ bank_id: bank.id }), ['Late'])
  assert.deepEqual(await ids({ unassigned: 'true', open: 'true' }), ['Late', 'Soon'])
  assert.deepEqual(await ids({ assignee_user_id: firm.valuer.userId }), ['Far'])
  assert.deepEqual(await ids({ mine: 'true' }), [])
  assert.deepEqual(await ids({ missing_docs: 'true' }), ['Soon'])
  assert.deepEqual(await ids({ on_hold: 'false', open: 'false' }), ['Gone'])
  assert.deepEqual(await ids({ created_from: '2020-01-01', created_to: '2020-01-02' }), [])
  assert.deepEqual(await ids({ q: 'far' }), ['Far'])
  assert.deepEqual(await ids({ q: far.code }), ['Far'])
  assert.deepEqual(await ids({ q: far.code.replaceAll('-', '') }), ['Far'])
  assert.deepEqual((await ids({ q: 'z-' })).length, 4)
  assert.deepEqual((await ids({ sort: 'priority' }))[0], 'Late')
  assert.deepEqual((await ids({ sort: 'missing_docs' }))[0], 'Soon')
  assert.deepEqual(await ids({ sort: '-created_at' }), ['Gone', 'Far', 'Soon', 'Late'])
  assert.deepEqual(await ids({ search: 'late' } as never), ['Late']) // the alias of q
  const sums = await firm.owner.ok(summarizeAssignments, {})
  assert.deepEqual(
    [
      sums.open,
      sums.overdue,
      sums.due_soon,
      sums.unassigned,
      sums.missing_docs,
      sums.by_status.CANCELLED,
      sums.by_status.DRAFT,
    ],
    [3, 1, 1, 2, 1, 1, 3],
  )
  assert.equal(late.due_state, 'OVERDUE')
  for (const query of [
    { status: 'X' },
    { open: 'yes' },
    { cursor: '!' },
    { bank_id: 'x' },
    { nothing: '1' },
    { limit: '201' },
    { q: 'a', search: 'b' },
  ]) {
    assert.equal((await firm.owner.call(listAssignments, { query: query as never })).status, 422, JSON.stringify(query)) // faulty on purpose
  }
})

test('OP-63 every sort pages without gap or repeat while rows are added', async () => {
  const firm = await house.firm()
  await Promise.all(
    Array.from({ length: 13 }, (_, place) =>
      open(firm.owner, {
        title: `Job ${place}`,
        priority: place % 2 ? 'high' : 'low',
        due_date: `2027-01-0${(place % 3) + 1}`,
      }),
    ),
  )
  for (const sort of ['due_at', '-created_at', 'code', '-updated_at', 'priority', 'status', 'missing_docs'] as const) {
    const before = await firm.owner.ok(listAssignments, { query: { sort, limit: 200 } })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: { items: { id: string }[]; next_cursor: string | null } = await firm.owner.ok(listAssignments, {
        query: { sort, limit: 5, ...(cursor ? { cursor } : {}) },
      })
      seen.push(...page.items.map((row) => row.id))
      cursor = page.next_cursor
      if (seen.length === 5) await open(firm.owner, { due_date: '2026-01-01', priority: 'urgent' })
    } while (cursor)
    assert.equal(new Set(seen).size, seen.length, sort)
    const known = before.items.map((row) => row.id)
    assert.deepEqual(
      seen.filter((id) => known.includes(id)),
      known,
      sort,
    )
  }
  const wrong = await firm.owner.ok(listAssignments, { query: { sort: 'code', limit: 1 } })
  assert.equal(
    (await firm.owner.call(listAssignments, { query: { sort: 'due_at', cursor: wrong.next_cursor ?? '' } })).status,
    422,
  )
})

test('OP-36 the log cannot be changed, and its views agree', async () => {
  const firm = await house.firm()
  const job = await open(firm.owner, { lead_user_id: firm.valuer.userId })
  await firm.owner.ok(moveAssignment, {
    params: { id: job.id },
    body: { to_status: 'COLLECTING', note: 'papers are here' },
  })
  for (const statement of [
    'update assignments.activity_events set kind = kind',
    'delete from assignments.activity_events',
    'truncate assignments.activity_events',
  ]) {
    await assert.rejects(house.sql(statement), /append-only/)
  }
  const all = await firm.owner.ok(listActivities, { params: { id: job.id } })
  assert.deepEqual(all.items.map((one) => one.kind).sort(), ['assignee_added', 'created', 'status_changed'])
  const moves = await firm.owner.ok(listStatusHistory, { params: { id: job.id } })
  assert.deepEqual(
    moves.items.map((one) => one.id),
    all.items.filter((one) => one.kind === 'status_changed').map((one) => one.id),
  )
  assert.deepEqual(moves.items[0]?.note, 'papers are here')
  const detail = await firm.owner.ok(getAssignment, {
    params: { id: job.id },
    query: { include: 'events,documents,reports' },
  })
  assert.deepEqual(detail.events?.items, all.items)
  assert.deepEqual(
    [detail.documents, detail.reports],
    [
      { items: [], next_cursor: null },
      { items: [], next_cursor: null },
    ],
  )
  const paged = await firm.owner.ok(listActivities, { params: { id: job.id }, query: { limit: 2 } })
  const rest = await firm.owner.ok(listActivities, {
    params: { id: job.id },
    query: { limit: 2, cursor: paged.next_cursor ?? '' },
  })
  assert.deepEqual([...paged.items, ...rest.items], all.items)
})

test('a new job is answered as it is read afterwards, whatever it names', async () => {
  const firm = await house.firm()
  const { branch } = await bankSource(firm)
  const bodies: readonly Partial<Body>[] = [
    {
      borrower_name: 'Borrower',
      fee_paise: 250_000,
      land_area: { value: '12.5', unit: 'sqm' },
      due_date: '2027-03-10',
    },
    { source_type: 'bank', source_ref_id: branch.id, lead_user_id: firm.valuer.userId },
  ]
  for (const body of bodies) {
    const { possible_duplicates, ...answered } = await open(firm.owner, body)
    assert.deepEqual(possible_duplicates, [])
    assert.deepEqual(answered, await firm.owner.ok(getAssignment, { params: { id: answered.id } }))
  }
})

test('without a property, borrower and phone together make a likeness', async () => {
  const firm = await house.firm()
  const known = { borrower_name: 'Shri. R & Sons', borrower_phone: '9845012345' }
  const first = await open(firm.owner, known)
  const alike = async (body: Partial<Body>) => (await open(firm.owner, body)).possible_duplicates
  assert.deepEqual(await alike({ ...known, borrower_name: 'shri r and sons' }), [
    { id: first.id, code: first.code, score: 0.9, reasons: ['same_borrower_and_phone'] },
  ])
  assert.deepEqual(await alike({ ...known, borrower_phone: '9845054321' }), [])
  assert.deepEqual(await alike({ borrower_name: known.borrower_name }), [])
  assert.deepEqual(await alike({ borrower_phone: known.borrower_phone }), [])
  await house.sql(
    "update assignments.assignments set status = 'CANCELLED', cancelled_at = now() where tenant_id = $1",
    [firm.tenantId],
  )
  assert.deepEqual(await alike(known), [])
})

test('jobs that look alike are named when one is opened', async () => {
  const firm = await house.firm()
  const place = await firm.owner.ok(createProperty, {
    body: { name: 'Plot 7', line_1: 'Tilakwadi 3rd Cross', city: 'Belagavi', latitude: 15.84, longitude: 74.5 },
  })
  const beside = await firm.owner.ok(createProperty, {
    body: { name: 'Plot 8', latitude: 15.8401, longitude: 74.5001 },
  })
  const first = await open(firm.owner, {
    property_id: place.id,
    borrower_name: 'Borrower 0007',
    borrower_phone: '9845012345',
  })
  assert.deepEqual(first.possible_duplicates, [])
  const same = await open(firm.owner, {
    property_id: place.id,
    borrower_name: 'BORROWER  0007',
    borrower_phone: '9845012345',
  })
  assert.deepEqual(
    same.possible_duplicates.map((one) => [one.id, one.code, one.score, one.reasons]),
    [[first.id, first.code, 1, ['same_property', 'same_borrower_and_phone']]],
  )
  const near = await open(firm.owner, { property_id: beside.id })
  assert.deepEqual(new Set(near.possible_duplicates.map((one) => one.reasons.join())), new Set(['near_property']))
  await house.sql("update assignments.assignments set created_at = now() - interval '200 days' where tenant_id = $1", [
    firm.tenantId,
  ])
  assert.deepEqual((await open(firm.owner, { property_id: place.id })).possible_duplicates, [])
})
