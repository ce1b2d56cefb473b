import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { auditDiff, listAuditLogs } from '@zenops/contracts/audit'
import { createContact, updateContact } from '@zenops/contracts/directory'
import { fetchDownload } from '@zenops/contracts/exports'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import { startGuest } from '@zenops/contracts/identity-entry'
import { PersonExport } from '@zenops/contracts/person-export'
import {
  createDataExport,
  createPrivacyRequest,
  dataExportLink,
  downloadDataExport,
  getDataExport,
  getErasure,
  getPrivacyRequest,
  liftLegalHold,
  listDataExports,
  listLegalHolds,
  listPrivacyRequests,
  placeLegalHold,
  requestErasure,
} from '@zenops/contracts/privacy'
import { updateMe } from '@zenops/contracts/identity-people'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { steppedUp } from '../../../test/harness/sessions.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs/port.ts'
import { createSecretBox } from '../../platform/privacy/secret-box.ts'
import { createSubjectKeys, openPersonal, sealPersonal } from '../../platform/privacy/subject-keys.ts'
import { privacyRunnerJob, rewrapKeysJob } from './jobs/kinds.ts'
import { patternOf } from './erasure/mask.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const key = () => ({ 'idempotency-key': uuidv7() })
const TRACE = 'a'.repeat(32)
const workerOf = (tenantId: string) => ({ role: 'zen_worker', tenantId, userId: null, aud: 'worker' }) as const
/** A turn of the runner in a firm. */
async function runnerTurn(
  tenantId: string,
  job: typeof privacyRunnerJob | typeof rewrapKeysJob = privacyRunnerJob,
): Promise<void> {
  await house.app.services.database.transact(workerOf(tenantId), (tx) =>
    enqueue(tx, job, { payload: {}, traceId: TRACE }),
  )
  await house.runJobs()
}
const restOver = (id: string) => house.sql('update privacy.requests set run_after = now() where id = $1', [id])
const confirmed = async (actor: TestActor, action: 'erase_me' | 'erase_person', target: string) => {
  const { confirmation_id, phrase } = await actor.ok(createConfirmation, { body: { action, target } })
  return { confirmation_id, phrase }
}
const actionsOf = async (tenantId: string) => (await house.audit(tenantId)).map((event) => event.action)

/** A person with a name, a mail and a number that stand nowhere else. */
async function named(actor: TestActor): Promise<{ name: string; email: string; phone: string }> {
  const mark = uuidv7().slice(-8)
  const who = {
    name: `Meera Kulkarni${mark}`,
    email: `meera.${mark}@example.test`,
    phone: `+9198${mark.replaceAll(/\D/g, '7').padEnd(8, '3')}`,
  }
  await house.sql('update identity.users set name = $2, email = $3, phone = $4 where id = $1', [
    actor.userId,
    who.name,
    who.email,
    who.phone,
  ])
  return who
}

/** Every process hears at once that the session has ended; the news takes a moment. */
async function signedOut(actor: TestActor): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await actor.call(getErasure, {})).status === 401) return
    await wait(50)
  }
  assert.fail('the session has not ended')
}

/** Tables of the whole database in which a text stands, as a dump would show it. */
async function dumpHits(texts: readonly string[]): Promise<string[]> {
  const tables = await house.sql<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c where c.relkind = 'r' and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')`,
  )
  const hits: string[] = []
  for (const { name } of tables) {
    for (const text of texts) {
      const rows = await house.sql(
        `select 1 from ${name} t where position(lower($1) in lower(to_jsonb(t)::text)) > 0 or position(encode(convert_to($1, 'UTF8'), 'hex') in to_jsonb(t)::text) > 0 limit 1`,
        [text],
      )
      if (rows.length > 0) hits.push(`${name}: ${text}`)
    }
  }
  return hits
}

test('AU-35 a person gets one file of his own data a day; it validates, holds nothing foreign, and is gone after 24 hours', async () => {
  const { owner, valuer, opsManager, tenantId } = await house.firm()
  const me = await named(valuer)
  const other = await named(opsManager)
  await valuer.ok(updateMe, { body: { locale: 'hi', expected_version: 1 } })
  const upload = (userId: string, filename: string) => {
    const id = uuidv7()
    return house.sql(
      `insert into documents.documents (tenant_id, id, version_group_id, owner_user_id, source, storage_key, original_filename, content_type, size_bytes)
       values ($1, $2, $2, $3, 'internal', $4, $5, 'application/pdf', 5)`,
      [tenantId, id, userId, `k/${id}`, filename],
    )
  }
  await upload(valuer.userId, 'mine.pdf')
  await upload(opsManager.userId, 'theirs.pdf')
  const bare = await valuer.call(createDataExport, {}, key())
  assert.deepEqual([bare.status, bare.error.error_code], [401, 'AUTH_STEP_UP_REQUIRED'])
  await steppedUp(house, valuer)
  assert.equal((await valuer.call(createDataExport, {})).error.error_code, 'IDEMPOTENCY_KEY_REQUIRED')
  const asked = await valuer.ok(createDataExport, {}, key())
  const params = { id: asked.export_id }
  const early = await valuer.call(downloadDataExport, { params })
  assert.deepEqual([early.status, early.error.error_code], [409, 'AUDIT_EXPORT_JOB_NOT_READY'])
  const again = await valuer.call(createDataExport, {}, key())
  assert.deepEqual([again.status, again.error.error_code], [429, 'PRIVACY_EXPORT_LIMIT'])
  assert.ok(Number(again.headers['retry-after']) > 86_000)
  await house.runJobs()
  const done = await valuer.ok(getDataExport, { params })
  assert.deepEqual([done.status, done.progress_percent], ['DONE', 100])
  const mails = await house.sql(`select template_key from notifications.outbox where user_id = $1`, [valuer.userId])
  assert.deepEqual(mails, [{ template_key: 'privacy_export_ready' }])
  const server = house.server('web')
  const fetchFile = (headers: Record<string, string> = {}, actor = valuer) =>
    server.inject({
      method: 'GET',
      url: `/v1/me/data-exports/${asked.export_id}/download`,
      headers: { authorization: `Bearer ${actor.token}`, ...headers },
    })
  const whole = await fetchFile()
  assert.equal(whole.statusCode, 200)
  assert.match(String(whole.headers['content-disposition']), /^attachment; filename="my_data_/)
  const file = PersonExport.parse(JSON.parse(whole.body))
  assert.equal(file.profile[0]?.email, me.email)
  assert.equal(file.memberships[0]?.job_templates[0], 'valuer')
  assert.equal(file.sessions.length, 1)
  assert.deepEqual(
    file.uploads.map((one) => one.filename),
    ['mine.pdf'],
  )
  assert.ok(file.audit_events.some((event) => event.action === 'USER_UPDATED' && event.target_id === valuer.userId))
  for (const [section, count] of Object.entries(file.manifest.counts)) {
    const rows = file[section as keyof typeof file] // sections of the manifest
    assert.equal(Array.isArray(rows) ? rows.length : -1, count, section)
  }
  const before = whole.body.slice(0, whole.body.indexOf(',"manifest":'))
  assert.equal(file.manifest.sha256, hash('sha256', before))
  assert.equal(done.sha256, hash('sha256', whole.body))
  for (const foreign of [other.email, other.name, 'theirs.pdf', owner.userId, opsManager.userId])
    assert.ok(!whole.body.includes(foreign), foreign)
  for (const secret of ['password_phc', 'token_sha256', 'secret', '$argon2'])
    assert.ok(!whole.body.includes(secret), secret)
  const part = await fetchFile({ range: 'bytes=10-19' })
  assert.deepEqual([part.statusCode, part.body], [206, whole.body.slice(10, 20)])
  assert.equal((await fetchFile({ range: 'bytes=99999999-' })).statusCode, 416)
  // Nobody else's, not even the owner's.
  await steppedUp(house, owner)
  assert.equal((await fetchFile({}, owner)).statusCode, 404)
  assert.equal((await owner.call(getDataExport, { params })).status, 404)
  assert.equal((await valuer.ok(listDataExports, {})).items.length, 1)
  assert.equal((await owner.ok(listDataExports, {})).items.length, 0)
  const link = await valuer.ok(dataExportLink, { params })
  assert.match(link.url, /^\/v1\/downloads\//)
  await house.sql(`update privacy.data_exports set expires_at = now() where id = $1`, [asked.export_id])
  const late = await fetchFile()
  assert.deepEqual(
    [late.statusCode, (late.json() as { error_code: string }).error_code],
    [409, 'AUDIT_EXPORT_JOB_EXPIRED'],
  )
  assert.deepEqual(await house.sql('select 1 from privacy.data_export_chunks where job_id = $1', [asked.export_id]), [])
  assert.equal((await valuer.call(dataExportLink, { params })).error.error_code, 'AUDIT_EXPORT_JOB_EXPIRED')
  const actions = (await house.audit(tenantId))
    .filter((event) => event.target.id === asked.export_id)
    .map((event) => event.action)
  assert.deepEqual(actions, [
    'PRIVACY_EXPORT_REQUESTED',
    'PRIVACY_EXPORT_COMPLETED',
    // The part behind it went on with the same download.
    'PRIVACY_EXPORT_DOWNLOADED',
    'PRIVACY_EXPORT_EXPIRED',
  ])
  const counted = await house.sql(
    `select 1 from ops.events where tenant_id = $1 and metric_key = 'privacy_export_completed'`,
    [tenantId],
  )
  assert.equal(counted.length, 1)
})

test('AU-25 while exports are cut off no file of a person is asked for, made or handed out', async () => {
  const { owner, valuer, opsManager, tenantId } = await house.firm()
  for (const actor of [owner, valuer, opsManager]) await steppedUp(house, actor)
  const { export_id } = await valuer.ok(createDataExport, {}, key())
  await house.runJobs()
  const params = { id: export_id }
  const { url } = await valuer.ok(dataExportLink, { params })
  await house.sql(
    `insert into ops.kill_switches (key, scope_tenant_id, state, reason, effective_until)
     values ('exports', $1, 'ENABLED', 'an incident is looked into', now() + interval '10 minutes')`,
    [tenantId],
  )
  const { switches } = house.app.services
  for (let n = 0; n < 100 && (await switches.offUntil('exports', tenantId)) === null; n++) await wait(60)
  const subject = { kind: 'user', id: valuer.userId } as const
  const body = { kind: 'export', subject, evidence: 'met at the counter' } as const
  const refused = [
    await opsManager.call(createDataExport, {}, key()),
    await owner.call(createPrivacyRequest, { body }, key()),
    await valuer.call(dataExportLink, { params }),
    await valuer.call(downloadDataExport, { params }),
    await valuer.call(fetchDownload, { params: { token: url.split('/').at(-1) ?? '' } }),
  ]
  for (const reply of refused) assert.deepEqual([reply.status, reply.error.error_code], [503, 'FEATURE_SWITCHED_OFF'])
})

test('AU-35 a file that is damaged is an error and never a file; one that cannot be made fails and may be asked for again', async () => {
  const { valuer, tenantId } = await house.firm()
  await steppedUp(house, valuer)
  const { export_id } = await valuer.ok(createDataExport, {}, key())
  await house.sql('update privacy.data_exports set max_bytes = 1024 where id = $1', [export_id])
  await house.runJobs()
  const failed = await valuer.ok(getDataExport, { params: { id: export_id } })
  assert.deepEqual([failed.status, failed.error_code], ['FAILED', 'AUDIT_EXPORT_RANGE_EXCEEDED'])
  assert.ok((await actionsOf(tenantId)).includes('PRIVACY_EXPORT_FAILED'))
  const second = await valuer.ok(createDataExport, {}, key())
  await house.runJobs()
  await house.sql(
    `update privacy.data_export_chunks set payload_bytes = set_byte(payload_bytes, 3, 0) where job_id = $1`,
    [second.export_id],
  )
  const damaged = await valuer.call(downloadDataExport, { params: { id: second.export_id } })
  assert.deepEqual([damaged.status, damaged.error.error_code], [500, 'AUDIT_EXPORT_INTEGRITY'])
  assert.ok(house.errors.splice(0).every((line) => line.includes('export_integrity')))
  // The runner ends what is over.
  await house.sql('update privacy.data_exports set expires_at = now() where id = $1', [second.export_id])
  await runnerTurn(tenantId)
  assert.equal((await valuer.ok(getDataExport, { params: { id: second.export_id } })).status, 'EXPIRED')
})

test('AU-36 erasure: sign-in ends at once; later nothing of the whole database names the person, and the log still verifies', async () => {
  const firm = await house.firm()
  const { valuer, owner, tenantId } = firm
  const me = await named(valuer)
  // What the audit log keeps of him lies under his key.
  const { database } = house.app.services
  const keys = createSubjectKeys({ box: createSecretBox(house.config.ZEN_KEK_KEYS), clock: house.app.services.clock })
  const sealed = await database.transact(workerOf(tenantId), (tx) => keys.keysFor(tx, tenantId, [valuer.userId]))
  const hisKey = sealed.get(valuer.userId)
  assert.ok(hisKey)
  const place = { tenantId, eventId: uuidv7(), path: '/after/email' }
  const envelope = sealPersonal(hisKey, me.email, place)
  assert.equal(openPersonal(hisKey, envelope, place), me.email)
  const [{ version = 1 } = {}] = await house.sql<{ version?: number }>(
    'select version from identity.users where id = $1',
    [valuer.userId],
  )
  await valuer.ok(updateMe, { body: { name: `${me.name} B`, expected_version: version } })
  await valuer.ok(updateMe, { body: { name: me.name, expected_version: version + 1 } })
  const changedName = async () => {
    const { items } = await owner.ok(listAuditLogs, {
      query: { action_type: 'USER_UPDATED', actor_user_id: valuer.userId },
    })
    await steppedUp(house, owner)
    const diff = await owner.ok(auditDiff, {
      params: { audit_id: items[0]?.audit_id ?? '' },
      query: { reveal: 'true' },
    })
    return diff.after_json
  }
  assert.deepEqual(await changedName(), { name: me.name })
  // Free text about him, mails to him, answers given to him.
  const assignment = uuidv7()
  await house.sql(
    `insert into assignments.assignments (tenant_id, id, code, case_type, title, summary, due_at, due_basis, created_by)
     values ($1, $2, $3, 'DIRECT', 'A job', $4, now(), 'DEFAULT', $5)`,
    [
      tenantId,
      assignment,
      `E-${assignment}`,
      `Ask ${me.name.toUpperCase()} (${me.email}, ${me.phone.slice(3, 8)} ${me.phone.slice(8)}) first.`,
      valuer.userId,
    ],
  )
  await house.sql(
    `insert into notifications.outbox (tenant_id, channel, mode, event_type, template_key, trace_id, expires_at, class, recipient, locale, user_id, body_text, subject) values ($1, 'email', 'auto', 'law', 'law', repeat('a', 32), now() + interval '9 days', 'action', $2, 'en', $3, $4, 'Hello')`,
    [tenantId, me.email, valuer.userId, `Dear ${me.name}`],
  )
  await house.sql(
    `insert into ops.idempotency_keys (tenant_id, user_id, route, key, request_hash, status, body) values ($1, $2, 'POST /v1/x', 'k', '\\x00', 201, $3)`,
    [tenantId, valuer.userId, JSON.stringify({ name: me.name })],
  )
  await steppedUp(house, valuer)
  const plan = await valuer.ok(getErasure, {})
  assert.deepEqual([plan.last, plan.blocked_by], [null, []])
  assert.deepEqual(
    plan.would_keep.map((kept) => kept.class),
    ['business', 'audit', 'key_tombstone', 'request'],
  )
  const wrong = await valuer.call(requestErasure, {
    body: { confirmation: { confirmation_id: uuidv7(), phrase: 'ERASE' } },
  })
  assert.deepEqual([wrong.status, wrong.error.error_code], [409, 'OPS_CONFIRMATION_MISMATCH'])
  const confirmation = await confirmed(valuer, 'erase_me', valuer.userId)
  assert.equal(confirmation.phrase, `ERASE ${me.name}`)
  const { request_id, kept } = await valuer.ok(requestErasure, { body: { confirmation } })
  assert.deepEqual(
    kept.map((one) => one.class),
    plan.would_keep.map((one) => one.class),
  )
  // At once.
  await signedOut(valuer)
  const [row] = await house.sql<{ status: string; reason: string; week: boolean }>(
    `select status, delete_reason as reason, purge_after <= now() + interval '7 days' as week from identity.users where id = $1`,
    [valuer.userId],
  )
  assert.deepEqual(row, { status: 'disabled', reason: 'gdpr', week: true })
  // It rests: a turn of the runner before the time does nothing.
  await runnerTurn(tenantId)
  const params = { id: request_id }
  assert.equal((await owner.ok(getPrivacyRequest, { params })).status, 'PENDING')
  await house.seal()
  await restOver(request_id)
  await runnerTurn(tenantId)
  const done = await owner.ok(getPrivacyRequest, { params })
  assert.deepEqual([done.status, done.by_subject, done.overdue], ['DONE', true, false])
  const pseudonym = `erased-${hash('sha256', valuer.userId).slice(0, 8)}`
  assert.equal(done.subject.name, pseudonym)
  assert.deepEqual(await dumpHits([me.name, me.email, me.phone]), [])
  const [job] = await house.sql<{ summary: string }>('select summary from assignments.assignments where id = $1', [
    assignment,
  ])
  assert.equal(job?.summary, `Ask ${pseudonym} (${pseudonym}, ${pseudonym}) first.`)
  const now = await database.transact(workerOf(tenantId), (tx) => keys.keysNamed(tx, tenantId, [hisKey.keyId]))
  const gone = now.get(hisKey.keyId)
  assert.ok(gone)
  assert.equal(openPersonal(gone, envelope, place), undefined)
  assert.deepEqual(await changedName(), { name: '[erased]' })
  const his = await owner.ok(listAuditLogs, { query: { actor_user_id: valuer.userId } })
  assert.deepEqual([...new Set(his.items.map((one) => one.actor_name))], [pseudonym])
  await house.seal()
  const [verdict] = await house.sql<{ first_bad_seq: string | null; checked: string }>(
    'select first_bad_seq, checked from audit.verify_range($1, 1, 1, (select size from audit.heads where tenant_id = $1 and epoch = 1))',
    [tenantId],
  )
  assert.equal(verdict?.first_bad_seq, null)
  assert.ok(Number(verdict?.checked) > 3)
  const actions = await actionsOf(tenantId)
  for (const action of [
    'PRIVACY_ERASURE_REQUESTED',
    'USER_DISABLED',
    'PRIVACY_KEY_DESTROYED',
    'PRIVACY_ERASURE_COMPLETED',
  ])
    assert.ok(actions.includes(action), action)
  assert.equal(
    (
      await house.sql(`select 1 from ops.events where tenant_id = $1 and metric_key = 'privacy_erasure_completed'`, [
        tenantId,
      ])
    ).length,
    1,
  )
})

test('AU-36 a restored backup brings no key back: tombstones are replayed before traffic and the erasure is done again', async () => {
  const { opsManager, tenantId } = await house.firm()
  const me = await named(opsManager)
  const { database } = house.app.services
  const keys = createSubjectKeys({ box: createSecretBox(house.config.ZEN_KEK_KEYS), clock: house.app.services.clock })
  await database.transact(workerOf(tenantId), (tx) => keys.keysFor(tx, tenantId, [opsManager.userId]))
  const backup = await house.sql<Record<string, unknown>>('select * from privacy.subject_keys where subject_id = $1', [
    opsManager.userId,
  ])
  await steppedUp(house, opsManager)
  const { request_id } = await opsManager.ok(requestErasure, {
    body: { confirmation: await confirmed(opsManager, 'erase_me', opsManager.userId) },
  })
  await restOver(request_id)
  await runnerTurn(tenantId)
  assert.equal(await house.app.replayTombstones(), 0)
  // The backup from before, put back by the owner of the database.
  const old = backup[0]
  await house.asSuperuser('delete from privacy.subject_keys where subject_id = $1::uuid', [opsManager.userId])
  await house.sql(
    'insert into privacy.subject_keys (tenant_id, subject_id, key_id, wrapped_key, kek_version) values ($1, $2, $3, $4, $5)',
    [old?.['tenant_id'], old?.['subject_id'], old?.['key_id'], old?.['wrapped_key'], old?.['kek_version']],
  )
  await house.sql(
    `update identity.users set name = $2, email = $3, status = 'active', deleted_at = null where id = $1`,
    [opsManager.userId, me.name, me.email],
  )
  assert.equal(await house.app.replayTombstones(), 1)
  assert.deepEqual(
    await house.sql('select wrapped_key from privacy.subject_keys where subject_id = $1', [opsManager.userId]),
    [{ wrapped_key: null }],
  )
  await runnerTurn(tenantId)
  assert.deepEqual(await dumpHits([me.name, me.email]), [])
  assert.equal(await house.app.replayTombstones(), 0)
})

test('AU-36 a legal hold refuses an erasure, and one that is placed while it rests stops it', async () => {
  const { valuer, assistant, owner, tenantId } = await house.firm()
  const hold = await owner.ok(placeLegalHold, {
    body: { scope: 'subject', subject_id: valuer.userId, reason: 'a lawsuit is pending' },
  })
  assert.deepEqual([hold.scope, hold.subject?.id, hold.standing], ['subject', valuer.userId, true])
  await steppedUp(house, valuer)
  assert.deepEqual((await valuer.ok(getErasure, {})).blocked_by, ['legal_hold'])
  const refused = await valuer.call(requestErasure, {
    body: { confirmation: await confirmed(valuer, 'erase_me', valuer.userId) },
  })
  assert.deepEqual([refused.status, refused.error.error_code], [409, 'PRIVACY_LEGAL_HOLD'])
  assert.equal((await valuer.call(getErasure, {})).status, 200)
  const params = { id: hold.hold_id }
  const lifted = await owner.ok(liftLegalHold, { params, body: { reason: 'the lawsuit is settled' } })
  assert.deepEqual([lifted.standing, lifted.lifted_by?.id], [false, owner.userId])
  const twice = await owner.call(liftLegalHold, { params, body: { reason: 'the lawsuit is settled' } })
  assert.deepEqual([twice.status, twice.error.error_code], [409, 'ILLEGAL_TRANSITION'])
  assert.equal((await owner.ok(listLegalHolds, { query: { standing: 'true' } })).items.length, 0)
  assert.equal((await owner.ok(listLegalHolds, {})).items.length, 1)
  await steppedUp(house, assistant)
  const me = await named(assistant)
  const { request_id } = await assistant.ok(requestErasure, {
    body: { confirmation: await confirmed(assistant, 'erase_me', assistant.userId) },
  })
  await owner.ok(placeLegalHold, { body: { scope: 'tenant', reason: 'the books are audited' } })
  await restOver(request_id)
  await runnerTurn(tenantId)
  const stopped = await owner.ok(getPrivacyRequest, { params: { id: request_id } })
  assert.deepEqual([stopped.status, stopped.reasons], ['REFUSED', ['legal_hold']])
  assert.ok((await dumpHits([me.email])).length > 0)
  assert.deepEqual(
    (await actionsOf(tenantId)).filter((action) => /^PRIVACY_(HOLD|ERASURE_REFUSED)/.test(action)),
    ['PRIVACY_HOLD_PLACED', 'PRIVACY_HOLD_LIFTED', 'PRIVACY_HOLD_PLACED', 'PRIVACY_ERASURE_REFUSED'],
  )
})

test('AU-36 own uploads that hang on nothing go with their bytes; files of a job lose the name in row, key and tags', async () => {
  const { valuer, owner, opsManager, tenantId } = await house.firm()
  const me = await named(valuer)
  const { storage } = house.app.services
  const [job, org, contact] = [uuidv7(), uuidv7(), uuidv7()]
  await house.sql(
    `insert into assignments.assignments (tenant_id, id, code, case_type, title, due_at, due_basis, created_by) values ($1, $2, $3, 'DIRECT', $4, now(), 'DEFAULT', $5)`,
    [tenantId, job, `F-${job}`, `Flat of ${me.name}`, owner.userId],
  )
  const safe = me.name.replaceAll(' ', '_')
  const upload = async (by: TestActor, deleted = false): Promise<{ id: string; key: string }> => {
    const id = uuidv7()
    const key = `${tenantId}/documents/${id}/${safe}_passport.pdf`
    await storage.write(key, Buffer.from(`bytes of ${id}`), { contentType: 'application/pdf' })
    await house.sql(
      `insert into documents.documents (tenant_id, id, version_group_id, owner_user_id, source, storage_key, original_filename, content_type, detected_type, size_bytes, sha256, status, uploaded_at, deleted_at)
       values ($1, $2, $2, $3, 'internal', $4, $5, 'application/pdf', 'application/pdf', 5, repeat('a', 64), case when $6 then 'deleted' else 'uploaded' end, now(), case when $6 then now() end)`,
      [tenantId, id, by.userId, key, `${me.name} passport.pdf`, deleted],
    )
    await house.sql(
      `insert into documents.document_tags (tenant_id, document_id, key, value, created_by) values ($1, $2, 'of', $3, $4), ($1, $2, 'kind', 'passport', $4)`,
      [tenantId, id, me.name, by.userId],
    )
    return { id, key }
  }
  const [loose, bin, ofJob, theirs] = [
    await upload(valuer),
    await upload(valuer, true),
    await upload(valuer),
    await upload(opsManager),
  ]
  await house.sql(
    `insert into documents.document_links (tenant_id, document_id, owner_user_id, assignment_id, created_by) values ($1, $2, $3, $4, $3)`,
    [tenantId, ofJob.id, valuer.userId, job],
  )
  await house.sql(
    `insert into directory.client_orgs (tenant_id, id, name, city, created_by) values ($1, $2, 'Client', 'Pune', $3)`,
    [tenantId, org, owner.userId],
  )
  await house.sql(
    `insert into directory.contacts (tenant_id, id, client_org_id, name, email, created_by) values ($1, $2, $3, 'Meera K.', $4, $5)`,
    [tenantId, contact, org, me.email.toUpperCase(), owner.userId],
  )
  await house.sql(
    `insert into notifications.outbox (tenant_id, channel, mode, event_type, template_key, trace_id, expires_at, class, recipient, locale, user_id, body_text, subject)
     values ($1, 'email', 'auto', 'law', 'law', repeat('a', 32), now() + interval '9 days', 'action', 'someone@example.test', 'en', $2, $3, 'Hello'),
       ($1, 'email', 'auto', 'law', 'law', repeat('a', 32), now() + interval '9 days', 'action', $4, 'en', null, 'Welcome', 'Hello')`,
    [tenantId, opsManager.userId, `${me.name} joins you`, me.email],
  )
  await steppedUp(house, valuer)
  const { request_id } = await valuer.ok(requestErasure, {
    body: { confirmation: await confirmed(valuer, 'erase_me', valuer.userId) },
  })
  await restOver(request_id)
  await runnerTurn(tenantId)
  assert.equal((await owner.ok(getPrivacyRequest, { params: { id: request_id } })).status, 'DONE')
  assert.deepEqual(await dumpHits([me.name, me.email, me.phone, safe]), [])
  const pseudonym = `erased-${hash('sha256', valuer.userId).slice(0, 8)}`
  const left = await house.sql<{ id: string; storage_key: string; original_filename: string; tags: string[] }>(
    `select d.id, d.storage_key, d.original_filename, (select array_agg(t.value) from documents.document_tags t where t.document_id = d.id) as tags
     from documents.documents d where d.tenant_id = $1 order by d.id`,
    [tenantId],
  )
  assert.deepEqual(
    left,
    [ofJob, theirs].map(({ id }) => ({
      id,
      storage_key: `${tenantId}/documents/${id}/${pseudonym}_passport.pdf`,
      original_filename: `${pseudonym} passport.pdf`,
      tags: ['passport'],
    })),
  )
  for (const { storage_key } of left) await storage.head(storage_key)
  for (const { key } of [loose, bin, ofJob, theirs]) await assert.rejects(storage.head(key), /not_found/)
  const mails = await house.sql(
    `select recipient, body_text from notifications.outbox where tenant_id = $1 and template_key = 'law'`,
    [tenantId],
  )
  assert.deepEqual(mails, [{ recipient: 'someone@example.test', body_text: `${pseudonym} joins you` }])
  assert.deepEqual(await house.sql('select name, email from directory.contacts where id = $1', [contact]), [
    { name: pseudonym, email: null },
  ])
})

test('AU-36 a hold on a job refuses the erasure of everyone whom the job names', async () => {
  const { valuer, assistant, opsManager, owner, portal, tenantId } = await house.firm()
  const [org, contact, job] = [uuidv7(), uuidv7(), uuidv7()]
  await house.sql(
    `insert into directory.client_orgs (tenant_id, id, name, city, created_by) values ($1, $2, 'Client', 'Pune', $3)`,
    [tenantId, org, owner.userId],
  )
  await house.sql(
    `insert into directory.contacts (tenant_id, id, client_org_id, name, email, phone, created_by) values ($1, $2, $3, 'Asha', 'asha@example.test', '+919812345678', $4)`,
    [tenantId, contact, org, owner.userId],
  )
  await house.sql(
    `insert into assignments.assignments (tenant_id, id, code, case_type, title, due_at, due_basis, created_by, client_org_id, primary_contact_id)
     values ($1, $2, $3, 'DIRECT', 'A job', now(), 'DEFAULT', $4, $5, $6)`,
    [tenantId, job, `H-${job}`, owner.userId, org, contact],
  )
  await house.sql(
    `insert into assignments.assignment_assignees (tenant_id, assignment_id, user_id, role, deleted_at) values ($1, $2, $3, 'assistant', now())`,
    [tenantId, job, valuer.userId],
  )
  const file = uuidv7()
  await house.sql(
    `insert into documents.documents (tenant_id, id, version_group_id, owner_user_id, external_owner_id, source, storage_key, original_filename, content_type, size_bytes)
     values ($1, $2, $2, $3, $3, 'internal', $4, 'deed.pdf', 'application/pdf', 5)`,
    [tenantId, file, portal.userId, file],
  )
  await house.sql(
    `insert into documents.document_links (tenant_id, document_id, owner_user_id, assignment_id, created_by) values ($1, $2, $3, $4, $3)`,
    [tenantId, file, portal.userId, job],
  )
  const hold = await owner.ok(placeLegalHold, {
    body: { scope: 'assignment', assignment_id: job, reason: 'a lawsuit is pending' },
  })
  for (const person of [valuer, portal]) {
    await steppedUp(house, person)
    assert.deepEqual((await person.ok(getErasure, {})).blocked_by, ['legal_hold'])
    const refused = await person.call(requestErasure, {
      body: { confirmation: await confirmed(person, 'erase_me', person.userId) },
    })
    assert.deepEqual([refused.status, refused.error.error_code], [409, 'PRIVACY_LEGAL_HOLD'])
  }
  await steppedUp(house, owner)
  const eraseContact = async () =>
    owner.call(createPrivacyRequest, {
      body: {
        kind: 'erasure',
        subject: { kind: 'contact', id: contact },
        evidence: 'called back on the number we know',
        confirmation: await confirmed(owner, 'erase_person', contact),
      },
    })
  const refused = await eraseContact()
  assert.deepEqual([refused.status, refused.error.error_code], [409, 'PRIVACY_LEGAL_HOLD'])
  // Who has no part in it may go; who comes to have one while his request rests stays.
  await steppedUp(house, opsManager)
  assert.deepEqual((await opsManager.ok(getErasure, {})).blocked_by, [])
  await steppedUp(house, assistant)
  const { request_id } = await assistant.ok(requestErasure, {
    body: { confirmation: await confirmed(assistant, 'erase_me', assistant.userId) },
  })
  await house.sql(`update assignments.assignments set lead_user_id = $2 where id = $1`, [job, assistant.userId])
  await restOver(request_id)
  await runnerTurn(tenantId)
  const stopped = await owner.ok(getPrivacyRequest, { params: { id: request_id } })
  assert.deepEqual([stopped.status, stopped.reasons], ['REFUSED', ['legal_hold']])
  await owner.ok(liftLegalHold, { params: { id: hold.hold_id }, body: { reason: 'the lawsuit is settled' } })
  assert.equal((await eraseContact()).status, 202)
})

test('AU-36 an erasure that cannot be done is tried again, then it has failed: its event, and no word about whom', async () => {
  const { owner, valuer, tenantId } = await house.firm()
  const me = await named(valuer)
  await steppedUp(house, valuer)
  const { request_id } = await valuer.ok(requestErasure, {
    body: { confirmation: await confirmed(valuer, 'erase_me', valuer.userId) },
  })
  await house.sql(`create function identity.falls() returns trigger language plpgsql as $$
    begin raise exception 'no room for % and %', '${me.email}', '${me.phone}'; end $$`)
  await house.sql('grant execute on function identity.falls() to public')
  await house.sql('create trigger falls before update on identity.users for each row execute function identity.falls()')
  await restOver(request_id)
  await runnerTurn(tenantId)
  const statusOf = async () => (await owner.ok(getPrivacyRequest, { params: { id: request_id } })).status
  assert.equal(await statusOf(), 'RUNNING')
  for (let tries = 0; tries < 30 && (await statusOf()) === 'RUNNING'; tries++) {
    await house.jobsDue()
    await house.runJobs()
  }
  await house.sql('drop trigger falls on identity.users')
  assert.equal(await statusOf(), 'FAILED')
  const [row] = await house.sql<{ error_code: string; error_message: string }>(
    'select error_code, error_message from privacy.requests where id = $1',
    [request_id],
  )
  assert.deepEqual([row?.error_code, row?.error_message], ['INTERNAL', 'no room for ***@*** and ***-****'])
  const event = (await house.audit(tenantId)).findLast(({ action }) => action === 'PRIVACY_ERASURE_FAILED')
  assert.deepEqual(
    [event?.target, event?.['outcome'], event?.['after']],
    [{ type: 'PRIVACY_REQUEST', id: request_id }, 'failed', { status: 'FAILED', subject_id: valuer.userId }],
  )
  assert.ok((await owner.ok(listPrivacyRequests, {})).items.some((one) => one.request_id === request_id))
})

test('AU-44 an erasure through staff: held, the last administrator of another firm, wrong words; one under way; a file too early', async () => {
  const { owner, valuer, assistant, stranger, tenantId } = await house.firm()
  await steppedUp(house, owner)
  const erase = async (id: string, words?: { confirmation_id: string; phrase: string }) =>
    owner.call(createPrivacyRequest, {
      body: {
        kind: 'erasure',
        subject: { kind: 'user', id },
        evidence: 'came to the office with a passport',
        confirmation: words ?? (await confirmed(owner, 'erase_person', id)),
      },
    })
  const mistyped = { ...(await confirmed(owner, 'erase_person', valuer.userId)), phrase: 'ERASE somebody' }
  const wrong = await erase(valuer.userId, mistyped)
  assert.deepEqual([wrong.status, wrong.error.error_code], [409, 'OPS_CONFIRMATION_MISMATCH'])
  await owner.ok(placeLegalHold, {
    body: { scope: 'subject', subject_id: valuer.userId, reason: 'a lawsuit is pending' },
  })
  const held = await erase(valuer.userId)
  assert.deepEqual([held.status, held.error.error_code], [409, 'PRIVACY_LEGAL_HOLD'])
  await house.sql(`insert into identity.memberships (tenant_id, user_id, role) values ($1, $2, 'AGENT')`, [
    tenantId,
    stranger.userId,
  ])
  const last = await erase(stranger.userId)
  assert.deepEqual([last.status, last.error.error_code], [409, 'LAST_ADMIN'])

  await steppedUp(house, assistant)
  await house.sql(
    `insert into privacy.requests (tenant_id, kind, subject_kind, subject_id, requested_by, trace_id)
     values ($1, 'erasure', 'user', $2, $3, $4)`,
    [tenantId, assistant.userId, owner.userId, TRACE],
  )
  const twice = await assistant.call(requestErasure, {
    body: { confirmation: await confirmed(assistant, 'erase_me', assistant.userId) },
  })
  assert.deepEqual([twice.status, twice.error.error_code], [409, 'CONFLICT'])
  const { export_id } = await assistant.ok(createDataExport, {}, key())
  const early = await assistant.call(dataExportLink, { params: { id: export_id } })
  assert.deepEqual([early.status, early.error.error_code], [409, 'AUDIT_EXPORT_JOB_NOT_READY'])
})

test('AU-36 the last administrator of a firm stays, and a second request for one person is refused', async () => {
  const { owner, valuer } = await house.firm()
  await steppedUp(house, owner)
  assert.deepEqual((await owner.ok(getErasure, {})).blocked_by, ['last_admin'])
  const last = await owner.call(requestErasure, {
    body: { confirmation: await confirmed(owner, 'erase_me', owner.userId) },
  })
  assert.deepEqual([last.status, last.error.error_code], [409, 'LAST_ADMIN'])
  const person = { kind: 'user', id: valuer.userId } as const
  const ask = async () =>
    owner.call(createPrivacyRequest, {
      body: {
        kind: 'erasure',
        subject: person,
        evidence: 'came to the office with a passport',
        confirmation: await confirmed(owner, 'erase_person', valuer.userId),
      },
    })
  const first = await ask()
  assert.equal(first.status, 202, JSON.stringify(first.body))
  assert.deepEqual(
    [first.body.subject.id, first.body.evidence, first.body.by_subject],
    [valuer.userId, 'came to the office with a passport', false],
  )
  const again = await ask()
  assert.ok([404, 409].includes(again.status), JSON.stringify(again.body))
})

test('AU-36 a third person of the directory: his file and his erasure through staff, while the job keeps its place', async () => {
  const firm = await house.firm()
  const { owner, tenantId, stranger } = firm
  const [org, contact, free] = [uuidv7(), uuidv7(), uuidv7()]
  const mark = uuidv7().slice(-8)
  await house.sql(
    `insert into directory.client_orgs (tenant_id, id, name, city, created_by) values ($1, $2, 'Client', 'Pune', $3)`,
    [tenantId, org, owner.userId],
  )
  const add = (id: string, name: string) =>
    house.sql(
      `insert into directory.contacts (tenant_id, id, client_org_id, name, email, phone, created_by) values ($1, $2, $3, $4, $5, '+919812345678', $6)`,
      [tenantId, id, org, name, `${name.toLowerCase().replaceAll(' ', '.')}@example.test`, owner.userId],
    )
  await add(contact, `Asha ${mark}`)
  // What the log keeps of a person of the directory lies under a key of his own.
  const kept = { name: `Usha ${mark}`, phone: '+919812345679', email: `usha.${mark}@example.test` }
  const usha = await owner.ok(createContact, { body: { client_org_id: org, ...kept } })
  await owner.ok(updateContact, {
    params: { id: usha.id },
    body: { name: `Usha Rani ${mark}`, expected_version: usha.version },
  })
  const events = (await house.audit(tenantId)).filter((event) => event.target.id === usha.id)
  assert.deepEqual(
    events.map((event) => Object.keys((event['after'] as { name: object }).name)),
    [['$p'], ['$p']],
  )
  await add(free, `Ravi ${mark}`)
  await house.sql(
    `insert into assignments.assignments (tenant_id, code, case_type, title, due_at, due_basis, created_by, client_org_id, primary_contact_id)
     values ($1, $2, 'DIRECT', 'A job', now(), 'DEFAULT', $3, $4, $5)`,
    [tenantId, `C-${mark}`, owner.userId, org, contact],
  )
  await steppedUp(house, owner)
  const subject = { kind: 'contact', id: contact } as const
  const evidence = 'called back on the number we know'
  assert.equal((await stranger.call(createPrivacyRequest, { body: { kind: 'export', subject, evidence } })).status, 401)
  await steppedUp(house, stranger)
  assert.equal((await stranger.call(createPrivacyRequest, { body: { kind: 'export', subject, evidence } })).status, 404)
  const asked = await owner.ok(createPrivacyRequest, { body: { kind: 'export', subject, evidence } })
  await house.runJobs()
  const file = PersonExport.parse(
    (await owner.call(downloadDataExport, { params: { id: asked.request_id } })).body as unknown,
  )
  assert.deepEqual(
    [file.profile[0]?.name, file.profile[0]?.kind, file.audit_events.length],
    [`Asha ${mark}`, 'CONTACT', 0],
  )
  assert.equal(
    (await owner.call(createPrivacyRequest, { body: { kind: 'export', subject, evidence } })).error.error_code,
    'PRIVACY_EXPORT_LIMIT',
  )
  const bare = await owner.call(createPrivacyRequest, { body: { kind: 'erasure', subject, evidence } })
  assert.deepEqual([bare.status, bare.error.error_code], [409, 'CONFIRMATION_REQUIRED'])
  for (const id of [contact, free, usha.id]) {
    const body = {
      kind: 'erasure',
      subject: { kind: 'contact', id },
      evidence,
      confirmation: await confirmed(owner, 'erase_person', id),
    } as const
    const { request_id } = await owner.ok(createPrivacyRequest, { body })
    await restOver(request_id)
  }
  await runnerTurn(tenantId)
  const hits = (
    await dumpHits([
      `Asha ${mark}`,
      `Ravi ${mark}`,
      `asha.${mark}@example.test`,
      `Usha ${mark}`,
      `Usha Rani`,
      kept.email,
    ])
  ).filter((hit) => !hit.startsWith('privacy.data_export_chunks'))
  assert.deepEqual(hits, [])
  const rows = await house.sql<{ id: string }>(
    `select id from directory.contacts where tenant_id = $1 and email is null and phone is null`,
    [tenantId],
  )
  assert.deepEqual(rows.map((row) => row.id).sort(), [contact, free, usha.id].sort())
})

test('AU-36 a guest’s session is proof enough for his own erasure; portal people see only their own', async () => {
  const firm = await house.firm()
  const [named] = await house.sql<{ slug: string }>('select slug from identity.tenants where id = $1', [firm.tenantId])
  const slug = named?.slug ?? ''
  await house.sql(`update identity.tenants set registration = 'open' where id = $1`, [firm.tenantId])
  const started = await house.server('portal').inject({ method: 'POST', url: startGuest.path, payload: { firm: slug } })
  assert.equal(started.statusCode, 201, started.body)
  const guest = house.bearer((started.json() as { access_token: string }).access_token, 'portal')
  const { data } = await house
    .sql<{ id: string }>(`select id from identity.users where kind = 'GUEST' order by created_at desc limit 1`)
    .then((rows) => ({ data: rows[0] }))
  const id = data?.id ?? ''
  const asked = await guest.ok(createDataExport, {}, key())
  await house.runJobs()
  assert.equal((await guest.ok(getDataExport, { params: { id: asked.export_id } })).status, 'DONE')
  const { request_id } = await guest.ok(requestErasure, {
    body: { confirmation: await confirmed(guest, 'erase_me', id) },
  })
  await restOver(request_id)
  await runnerTurn(house.config.ZENOPS_EXTERNAL_TENANT_ID)
  assert.deepEqual(await house.sql('select status from privacy.requests where id = $1', [request_id]), [
    { status: 'DONE' },
  ])
  assert.deepEqual(await house.sql('select status from identity.users where id = $1', [id]), [{ status: 'erased' }])
  assert.equal((await firm.portal.call(createDataExport, {}, key())).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  await steppedUp(house, firm.portal)
  const own = await firm.portal.ok(createDataExport, {}, key())
  assert.equal((await firm.portal.call(getDataExport, { params: { id: asked.export_id } })).status, 404)
  assert.equal((await firm.portal.ok(getDataExport, { params: { id: own.export_id } })).status, 'PENDING')
  const other = await firm.portal.call(createConfirmation, { body: { action: 'erase_me', target: firm.owner.userId } })
  assert.equal(other.status, 403)
})

test('keys move under the first key of the ring, and still open what they sealed', async () => {
  const { tenantId } = await house.firm()
  const person = uuidv7()
  const { database, clock } = house.app.services
  const olderRing = [{ kid: 'older', secret: 'o'.repeat(40) }, ...house.config.ZEN_KEK_KEYS]
  const older = createSubjectKeys({ box: createSecretBox(olderRing), clock })
  const key = (await database.transact(workerOf(tenantId), (tx) => older.keysFor(tx, tenantId, [person]))).get(person)
  assert.ok(key)
  const next = await house.neighbour({
    config: { ZEN_KEK_KEYS: [...house.config.ZEN_KEK_KEYS, { kid: 'older', secret: 'o'.repeat(40) }] },
  })
  await database.transact(workerOf(house.config.ZENOPS_INTERNAL_TENANT_ID), (tx) =>
    enqueue(tx, rewrapKeysJob, { payload: {}, traceId: TRACE }),
  )
  await next.app.services.database.pool.query('select 1')
  await house.runJobsOf(next.app)
  assert.deepEqual(await house.sql('select kek_version from privacy.subject_keys where key_id = $1', [key.keyId]), [
    { kek_version: 'test' },
  ])
  const own = createSubjectKeys({ box: createSecretBox(house.config.ZEN_KEK_KEYS), clock })
  const opened = (await database.transact(workerOf(tenantId), (tx) => own.keysFor(tx, tenantId, [person]))).get(person)
  assert.deepEqual(opened?.bytes, key.bytes)
})

test('AU-44 privacy: who lacks a right or proof is refused; malformed is 422; another firm’s is not found', async () => {
  const firm: Firm = await house.firm()
  const { owner, opsManager, stranger, valuer } = firm
  for (const actor of [opsManager, valuer]) {
    assert.equal((await actor.call(listPrivacyRequests, {})).status, 403)
    assert.equal((await actor.call(listLegalHolds, {})).status, 403)
    assert.equal(
      (await actor.call(placeLegalHold, { body: { scope: 'tenant', reason: 'a lawsuit is pending' } })).status,
      403,
    )
  }
  assert.equal(
    (await owner.call(placeLegalHold, { body: { scope: 'subject', reason: 'a lawsuit is pending' } })).status,
    422,
  )
  assert.equal(
    (
      await owner.call(placeLegalHold, {
        body: { scope: 'subject', subject_id: uuidv7(), reason: 'a lawsuit is pending' },
      })
    ).status,
    404,
  )
  assert.equal(
    (
      await owner.call(placeLegalHold, {
        body: { scope: 'assignment', assignment_id: uuidv7(), reason: 'a lawsuit is pending' },
      })
    ).status,
    404,
  )
  assert.equal(
    (
      await owner.call(placeLegalHold, {
        body: { scope: 'tenant', reason: 'a lawsuit is pending', until: '2020-01-01T00:00:00Z' },
      })
    ).status,
    422,
  )
  const hold = await owner.ok(placeLegalHold, { body: { scope: 'tenant', reason: 'a lawsuit is pending' } })
  assert.equal(
    (await stranger.call(liftLegalHold, { params: { id: hold.hold_id }, body: { reason: 'not my business' } })).status,
    404,
  )
  assert.equal((await owner.call(getPrivacyRequest, { params: { id: 'x' } })).status, 422)
  assert.equal((await owner.call(getPrivacyRequest, { params: { id: uuidv7() } })).status, 404)
  assert.equal((await owner.call(listPrivacyRequests, { query: { tenant_id: stranger.tenantId } })).status, 404)
  assert.equal((await owner.call(listPrivacyRequests, { query: { cursor: 'x' } })).status, 422)
  await steppedUp(house, owner)
  const self = await owner.call(createPrivacyRequest, {
    body: { kind: 'export', subject: { kind: 'user', id: owner.userId }, evidence: 'it is myself asking' },
  })
  assert.deepEqual([self.status, self.error.error_code], [409, 'CONFLICT'])
})

test('free text is searched for name, mail and number as people write them', async () => {
  const pattern = patternOf({ name: 'Asha B. Rao', email: 'asha.rao@example.test', phone: '+919812345678' })
  assert.ok(pattern !== null)
  assert.equal(patternOf({ name: 'Al', email: null, phone: null }), null)
  const ofOther = patternOf({ name: 'Nora O’Brien', email: null, phone: null })
  const ofMira = patternOf({ name: 'मीरा कुलकर्णी', email: null, phone: null })
  const hits = async (text: string, by: string | null = pattern) =>
    (await house.sql<{ hit: boolean }>('select $1 ~* $2 as hit', [text, by]))[0]?.hit === true
  const found = [
    'call ASHA  B. RAO now',
    'mail Asha.Rao@Example.test',
    'ring 98123 45678',
    'ring +91-98123-45678',
    'Asha_B_Rao_passport.pdf',
    'AshaBRao.pdf',
    'asha b rao asharaoexampletest',
  ]
  const others = ['Natasha B Rao', 'Asha B Raoul', '9812345679', 'reference 198123456780', 'xasha.rao@example.test']
  for (const text of found) assert.ok(await hits(text), text)
  for (const text of others) assert.ok(!(await hits(text)), text)
  assert.ok(await hits('Nora O’Brien called', ofOther))
  assert.ok(await hits('nora obrien', ofOther))
  assert.ok(await hits('श्री मीरा कुलकर्णी', ofMira))
})
