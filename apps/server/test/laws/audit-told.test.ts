import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startVerifyRun } from '@zenops/contracts/audit'
import { addAssignee, createAssignment, moveAssignment, updateAssignment } from '@zenops/contracts/assignments'
import { setJobTemplates } from '@zenops/contracts/identity-people'
import { requestMatrixChange, withdrawRequest } from '@zenops/contracts/identity-rights'
import { createAlertChannel, testAlertChannel, updateAlertRule } from '@zenops/contracts/ops-alerts'
import { getReport, recalculate, updateReport } from '@zenops/contracts/reports'
import { linkEvidence, orderEvidence, rejectSuggestion, unlinkEvidence } from '@zenops/contracts/reports-evidence'
import { cancelReportJob, createPack } from '@zenops/contracts/reports-packs'
import { createRuleset, publishRuleset } from '@zenops/contracts/reports-rules'
import { startRetentionRun } from '@zenops/contracts/retention'
import type { AuditAction } from '../../src/platform/audit/actions.ts'
import { type DocumentDesk, openDocumentDesk } from '../harness/documents.ts'
import { exportDesk } from '../harness/exports.ts'
import { withTotp } from '../harness/factors.ts'
import { type Firm, type House, openHouse } from '../harness/house.ts'
import { COMPLETE, openReport, uploadPhoto } from '../harness/reports.ts'
import { steppedUp } from '../harness/sessions.ts'

let house: House
let desk: DocumentDesk
before(async () => {
  house = await openHouse()
  desk = await openDocumentDesk(house)
})
after(() => house.close())

/** What the log tells of the last event of an action: what it was about, the pictures, the reason. */
async function told(tenantId: string, action: AuditAction) {
  const event = (await house.audit(tenantId)).findLast((one) => one.action === action)
  assert.ok(event, `${action} was written`)
  const { target, before: was, after: is, reason } = event
  return { type: target.type, id: target.id, before: was, after: is, ...(reason === undefined ? {} : { reason }) }
}
const opened = async (): Promise<Firm> => {
  const firm = await house.firm()
  await steppedUp(house, firm.owner)
  return firm
}

test('AU-01 alerts, rights, verification, retention and exports tell what was asked for and what changed', async () => {
  const { owner, valuer, tenantId } = await opened()
  const rule = await owner.ok(updateAlertRule, {
    params: { key: 'queue_age' },
    body: { enabled: false },
  })
  const changed = await told(tenantId, 'ALERT_RULE_UPDATED')
  assert.deepEqual([changed.type, rule.enabled], ['ALERT_RULE', false])
  assert.deepEqual([changed.before, changed.after], [{ enabled: true }, { enabled: false }])

  const channel = await owner.ok(createAlertChannel, {
    body: { kind: 'email', name: 'duty', to: ['duty@test.zenops.local'] },
  })
  await owner.ok(testAlertChannel, { params: { id: channel.id } })
  assert.deepEqual(await told(tenantId, 'ALERT_CHANNEL_TESTED'), {
    type: 'ALERT_CHANNEL',
    id: channel.id,
    before: {},
    after: { kind: 'email', name: 'duty' },
  })

  const asked = await owner.ok(requestMatrixChange, {
    params: { capability: 'users.read' },
    body: { job_template: 'field_valuer', scope: 'all', reason: 'they ask every day' },
  })
  const { request_id } = asked as { request_id: string } // a change of the matrix always waits
  await owner.ok(withdrawRequest, { params: { id: request_id } })
  const withdrawn = await told(tenantId, 'RBAC_CHANGE_REQUEST_WITHDRAWN')
  assert.deepEqual([withdrawn.type, withdrawn.id], ['RBAC_REQUEST', request_id])

  await owner.ok(setJobTemplates, {
    params: { id: valuer.userId },
    body: { job_templates: ['valuer', 'field_valuer'], expected_version: 1 },
  })
  const roles = await told(tenantId, 'USER_ROLES_CHANGED')
  assert.deepEqual([roles.type, roles.id, roles.before], ['USER', valuer.userId, { job_templates: ['valuer'] }])
  assert.deepEqual(roles.after, { job_templates: ['field_valuer', 'valuer'] })

  const run = await owner.ok(startVerifyRun, { body: {} })
  const verify = await told(tenantId, 'AUDIT_CHAIN_VERIFY_REQUESTED')
  assert.deepEqual([verify.type, verify.id, verify.after], ['AUDIT_LOG', run.run_id, {}])

  const dry = await owner.ok(startRetentionRun, { body: { dry_run: true, class: 'runs' } })
  const retention = await told(tenantId, 'RETENTION_RUN_REQUESTED')
  assert.deepEqual([retention.type, retention.after], ['RETENTION_RUN', { class: 'runs', dry_run: true }])
  assert.ok(dry)

  await house.seal()
  const exports = exportDesk(house)
  const job = await exports.made(owner)
  const { sha256, row_count, total_bytes } = await exports.jobOf(owner, job)
  const completed = await told(tenantId, 'AUDIT_EXPORT_COMPLETED')
  assert.deepEqual([completed.type, completed.id], ['AUDIT_EXPORT_JOB', job])
  assert.deepEqual(completed.after, {
    status: 'DONE',
    rows: row_count,
    stored_bytes: total_bytes,
    sha256,
    truncated: false,
  })

  const { userId } = await withTotp(house, tenantId)
  const enrolled = await told(tenantId, 'MFA_ENROLLED')
  assert.deepEqual([enrolled.type, enrolled.id, enrolled.before], ['USER', userId, {}])
  assert.equal((enrolled.after as { method: string }).method, 'TOTP')
})

test('AU-01 what is done to a job tells the fields that changed', async () => {
  const { owner, valuer, tenantId } = await opened()
  const job = await owner.ok(createAssignment, { body: { title: 'House in Pune', case_type: 'DIRECT' } })
  const params = { id: job.id }
  await owner.ok(updateAssignment, { params, body: { title: 'House in Nashik', expected_version: job.version } })
  assert.deepEqual(await told(tenantId, 'ASSIGNMENT_UPDATED'), {
    type: 'ASSIGNMENT',
    id: job.id,
    before: { title: 'House in Pune' },
    after: { title: 'House in Nashik' },
  })
  await owner.ok(addAssignee, { params, body: { user_id: valuer.userId, role: 'field' } })
  const named = await told(tenantId, 'ASSIGNMENT_ASSIGNEE_CHANGED')
  assert.deepEqual([named.id, named.before, named.after], [job.id, {}, { user_id: valuer.userId, role: 'field' }])
  await owner.ok(moveAssignment, { params, body: { to_status: 'CANCELLED', note: 'the bank withdrew it' } })
  assert.deepEqual(await told(tenantId, 'ASSIGNMENT_CANCELLED'), {
    type: 'ASSIGNMENT',
    id: job.id,
    before: { status: 'DRAFT' },
    after: { status: 'CANCELLED' },
    reason: 'the bank withdrew it',
  })
})

test('AU-01 what is done to a report tells its evidence, its rules and its packs', async () => {
  const { owner, tenantId } = await opened()
  const report = await openReport(owner)
  const params = { id: report.id }
  const about = async (action: AuditAction) => {
    const { type, id, ...rest } = await told(tenantId, action)
    assert.deepEqual([type, id], ['REPORT', report.id], action)
    return rest
  }
  await owner.ok(updateReport, { params, body: { bank_type: 'SBI', expected_version: 1 } })
  assert.deepEqual(await about('REPORT_UPDATED'), { before: { bank_type: 'OTHER' }, after: { bank_type: 'SBI' } })

  const document_id = await uploadPhoto(desk, owner, { assignmentId: report.assignmentId, wish: { seed: 1 } })
  const linked = await owner.ok(linkEvidence, { params, body: { items: [{ document_id, evidence_type: 'PHOTO' }] } })
  const item = linked.evidence_items[0]?.id ?? assert.fail('a photo is linked')
  assert.deepEqual((await about('REPORT_EVIDENCE_LINKED')).before, {})
  await owner.ok(linkEvidence, { params, body: { items: [{ id: item, label: 'front' }] } })
  assert.notDeepEqual((await about('REPORT_EVIDENCE_UPDATED')).after, {})
  const { evidence_version } = (await owner.ok(getReport, { params })).work_order
  await owner.ok(orderEvidence, {
    params,
    body: { items: [{ id: item, annexure_order: 4 }], expected_evidence_version: evidence_version },
  })
  assert.notDeepEqual((await about('REPORT_EVIDENCE_REORDERED')).after, {})
  await owner.call(unlinkEvidence, { params: { id: report.id, eid: item } })
  assert.deepEqual((await about('REPORT_EVIDENCE_UNLINKED')).before, { id: item, document_id, evidence_type: 'PHOTO' })

  const [suggested] = await house.sql<{ id: string }>(
    `insert into reports.report_suggestions (tenant_id, report_id, field_key, value, confidence, method, out_of_range)
     values ($1, $2, 'property.city', '"Belgaum"', 0.7, 'CLASSIFIER', false) returning id`,
    [tenantId, report.id],
  )
  const sid = suggested?.id ?? ''
  await owner.ok(rejectSuggestion, { params: { id: report.id, sid } })
  const rejected = (await about('REPORT_SUGGESTION_REJECTED')) as { after: object; before: object }
  assert.deepEqual({ ...rejected.before, ...rejected.after }, { suggestion_id: sid, field_key: 'property.city' })

  const rules = await owner.ok(createRuleset, { body: { version: 'firm-2', params: {} as never } }) // parameters left out stay as they are
  assert.deepEqual(await told(tenantId, 'RULESET_CREATED'), {
    type: 'RULESET',
    id: rules.id,
    before: {},
    after: { version: 'firm-2', hash: rules.hash },
  })
  await owner.ok(publishRuleset, { params: { id: rules.id } })
  const published = await told(tenantId, 'RULESET_PUBLISHED')
  assert.deepEqual([published.id, published.before], [rules.id, { state: 'draft' }])
  await report.patch(COMPLETE)
  const { contract_version } = (await report.detail()).work_order
  await owner.ok(recalculate, { params, body: { reason: 'new rules', expected_version: contract_version } })
  const again = await about('REPORT_RECALCULATED')
  assert.deepEqual([again.reason, Object.keys(again.after as object)], ['new rules', ['revision', 'ruleset']])

  const pack = await owner.ok(createPack, { params, body: { draft: true } })
  assert.deepEqual(Object.keys((await about('REPORT_PACK_REQUESTED')).after as object).toSorted(), [
    'final',
    'pack_id',
    'revision',
    'version',
  ])
  await owner.ok(cancelReportJob, { params: { id: pack.pack_link.generation_job?.id ?? '' } })

  await report.move('CANCELLED', 'the bank withdrew it')
  const cancelled = await about('REPORT_CANCELLED')
  assert.deepEqual([cancelled.after, cancelled.reason], [{ status: 'CANCELLED' }, 'the bank withdrew it'])
})
