import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { after, before, test } from 'node:test'
import { updateAssignment, createAssignment } from '@zenops/contracts/assignments'
import { exportAuditLogs } from '@zenops/contracts/audit-chain'
import { createClientOrg, createContact } from '@zenops/contracts/directory'
import { login, updateUiSettings } from '@zenops/contracts/identity'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import {
  acceptInvitation,
  changePassword,
  forgotPassword,
  register,
  resetPassword,
} from '@zenops/contracts/identity-entry'
import { stepUp, verifyFactor } from '@zenops/contracts/identity-factors'
import { inviteUser } from '@zenops/contracts/identity-people'
import { createServiceToken } from '@zenops/contracts/identity-platform'
import { setKillSwitch } from '@zenops/contracts/ops-actions'
import { createAlertChannel, testAlertChannel } from '@zenops/contracts/ops-alerts'
import { discardDeadJob, listDeadJobs } from '@zenops/contracts/ops-queue'
import { placeLegalHold } from '@zenops/contracts/privacy'
import { z } from 'zod'
import { signerOf } from '@zenops/audit/notes'
import { canonOf } from '../harness/audit.ts'
import { type DocumentDesk, openDocumentDesk, pdfBytes } from '../harness/documents.ts'
import { type ExportDesk, exportDesk } from '../harness/exports.ts'
import { type Hook, startHook } from '../harness/hook.ts'
import { addressOf, type Firm, type House, openHouse } from '../harness/house.ts'
import { type SmtpServer, startSmtp } from '../harness/smtp.ts'
import { steppedUp } from '../harness/sessions.ts'
import { drainJobs } from '../../src/platform/jobs/drain.ts'
import { enqueue, handleJob, jobKind, JobFailure } from '../../src/platform/jobs/port.ts'
import { uuidv7 } from '../../src/platform/ids.ts'
import { CANARIES, canariesIn, PERSONAL, SAID, SECRETS } from './canaries.ts'

const TRACE = 'd'.repeat(32)
const ALARM_MAIL = 'duty@test.zenops.local'
/** What somebody writes where a reason is asked for. */
const REASON = [
  `Told by ${PERSONAL.reasonMail}, phone ${PERSONAL.reasonPhone}`,
  `PAN ${PERSONAL.pan}, Aadhaar ${PERSONAL.aadhaar}, card ${PERSONAL.card}`,
  `passport no. ${PERSONAL.passport}, A/c no ${PERSONAL.account}, ${PERSONAL.residentNumber}`,
  `at ${PERSONAL.place}, the otp is ${SECRETS.spokenCode}, key ${SECRETS.apiKey} ${SECRETS.accessKey}`,
  `see https://files.example/deed.pdf?${SECRETS.signature}`,
].join('; ')
/** What a failure says that repeats what it was given. */
const FAILURE = [
  `550 no such user ${PERSONAL.bouncedMail} (${PERSONAL.jobPhone}, Aadhaar ${PERSONAL.jobAadhaar}) from ${PERSONAL.jobAddress}`,
  `GET https://files.example/deed.pdf?${SECRETS.signature} 403`,
  `GET https://files.example/v1/storage/local/x?${SECRETS.storageSignature} 403`,
  `sent with ${SECRETS.jobToken} and ${SECRETS.serviceToken}`,
  `-----BEGIN PRIVATE KEY-----\n${SECRETS.privateKey}\n-----END PRIVATE KEY-----`,
].join('\n')

let house: House
let hook: Hook
let smtp: SmtpServer
let desk: DocumentDesk
let exports: ExportDesk
let firm: Firm
/** Secrets that the product itself drew while the tests ran. */
const drawn: Record<string, string> = {}
before(async () => {
  hook = await startHook()
  smtp = await startSmtp()
  house = await openHouse({ LOG_LEVEL: 'debug', SMTP_URL: smtp.url, TRUSTED_PROXIES: '127.0.0.1' })
  firm = await house.firm()
  await steppedUp(house, firm.owner)
  desk = await openDocumentDesk(house)
  exports = exportDesk(house)
})
after(async () => {
  house.errors.splice(0)
  await hook.stop()
  await house.close().finally(() => smtp.stop())
})

const post = (url: string, payload: object | string, headers: Record<string, string> = {}) =>
  house.server().inject({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, payload })

/** Everything that entering asks for, wrong each time, from addresses that a proxy names. */
async function enter(): Promise<void> {
  const refused = await house.anon.call(
    login,
    {
      body: { aud: 'web', email: PERSONAL.loginMail, password: SECRETS.loginPassword, tenant_id: firm.tenantId },
    },
    { 'x-forwarded-for': PERSONAL.loginAddress },
  )
  assert.equal(refused.status, 401)
  const [open] = await house.sql<{ slug: string }>(
    `update identity.tenants set registration = 'open' where id = $1 returning slug`,
    [firm.tenantId],
  )
  await house.anon.call(forgotPassword, { body: { aud: 'web', email: PERSONAL.forgotMail } })
  const person = { email: PERSONAL.registerMail, phone: PERSONAL.registerPhone, name: 'Kanari', firm: open?.slug ?? '' }
  assert.equal((await house.anon.call(register, { body: person })).status, 202)
  await house.anon.call(resetPassword, {
    body: { token: SECRETS.resetLink.slice(0, 43), password: SECRETS.resetPassword },
  })
  await house.anon.call(acceptInvitation, {
    body: { token: SECRETS.inviteLink.slice(0, 43), password: SECRETS.resetPassword },
  })
  await firm.valuer.call(changePassword, {
    body: { current_password: SECRETS.changePassword, new_password: SECRETS.newPassword },
  })
  await firm.valuer.call(stepUp, { body: { method: 'PASSWORD', password: SECRETS.stepUpPassword } })
  await firm.valuer.call(stepUp, { body: { method: 'TOTP', code: SECRETS.stepUpCode } })
  for (const code of [{ totp_code: SECRETS.signInCode }, { recovery_code: SECRETS.recoveryCode }])
    await house.anon.call(verifyFactor, { body: { mfa_ticket_id: SECRETS.ticket, ...code } })
  for (const headers of [
    { authorization: `Bearer ${SECRETS.bearer}` },
    { cookie: `refresh_token_web=${SECRETS.refreshCookie}` },
  ]) {
    await house.server().inject({ method: 'GET', url: `/v1/me?${SAID.query}=1`, headers })
    await post('/v1/auth/refresh', { aud: 'web', refresh_token: SECRETS.refreshBody }, headers)
  }
  await post('/v1/auth/login', `{"password":"${SECRETS.cutOffPassword}"`)
}

/** Business that is done, with values of people in every field and reason. */
async function work(): Promise<void> {
  const from = { 'x-forwarded-for': PERSONAL.clientAddress, 'idempotency-key': uuidv7() }
  const org = await firm.owner.ok(createClientOrg, { body: { name: 'Kanari Builders', city: 'Pune' } })
  const contact = { client_org_id: org.id, name: 'Kanari', phone: PERSONAL.contactPhone, email: PERSONAL.contactMail }
  await firm.owner.ok(createContact, { body: contact }, from)
  const job = await firm.owner.ok(createAssignment, { body: { title: REASON.slice(0, 190), case_type: 'DIRECT' } })
  await firm.owner.ok(updateAssignment, {
    params: { id: job.id },
    body: { expected_version: job.version, title: REASON.slice(-190) },
  })
  await firm.owner.ok(placeLegalHold, { body: { scope: 'tenant', reason: REASON } })
  const { confirmation_id, phrase } = await firm.owner.ok(createConfirmation, {
    body: { action: 'kill_switch_enable', target: 'outbox.whatsapp' },
  })
  await firm.owner.ok(setKillSwitch, {
    params: { key: 'outbox.whatsapp' },
    body: { action: 'enable', reason: REASON, effective_seconds: 600, confirmation: { confirmation_id, phrase } },
  })
  await firm.owner.call(updateUiSettings, { body: { [SAID.memberName]: SAID.body } as never }) // a wrong body, on purpose
  await desk.upload(firm.owner, pdfBytes(SAID.document), { filename: `deed ${PERSONAL.filePan}.pdf` })
  for (const url of [`/v1/downloads/${SECRETS.downloadToken}`, `/v1/storage/local/${SECRETS.downloadToken}`])
    await house.server().inject({ method: 'GET', url })
  const invited = await firm.owner.ok(inviteUser, {
    body: {
      email: 'somebody@test.zenops.local',
      name: 'Some Body',
      job_templates: ['field_valuer'],
      delivery: 'manual',
    },
  })
  if (invited.result === 'invited') drawn['invitation'] = new URL(invited.invite_url ?? '').hash
  const operator = await steppedUp(house, house.operator)
  const made = { name: 'law', capabilities: ['ops.read'], expires_at: new Date(Date.now() + 86_400_000).toISOString() }
  drawn['service token'] = (await operator.ok(createServiceToken, { body: made })).token
}

const echo = jobKind({ kind: 'law.echo', payload: z.object({ how: z.string(), token: z.string(), note: z.string() }) })
/** Jobs that fail and repeat what they were given, until they are dead; the house hears of it. */
async function fail(): Promise<void> {
  const scope = { role: 'zen_web', tenantId: firm.tenantId, userId: firm.owner.userId, aud: 'web' } as const
  for (const how of ['declared', 'unexpected'])
    await house.app.services.database.transact(scope, (tx) =>
      enqueue(tx, echo, { payload: { how, token: SECRETS.jobToken, note: REASON }, traceId: TRACE }),
    )
  const handler = handleJob(echo, {
    run: async (_context, { how }) => {
      throw how === 'declared' ? new JobFailure('LAW_ECHO', FAILURE) : new Error(FAILURE)
    },
  })
  for (let turn = 0; turn < 12; turn++) {
    await drainJobs({ ...house.app.workerOptions(), handlers: [handler], recurring: [] })
    await house.jobsDue()
  }
  const { items } = await firm.owner.ok(listDeadJobs, { query: { queue: 'law.echo' } })
  assert.equal(items.length, 2)
  const dead = items[0] ?? assert.fail('a dead job')
  await firm.owner.ok(
    discardDeadJob,
    { params: { id: dead.id }, body: { reason: REASON } },
    { 'idempotency-key': uuidv7() },
  )
  // A failure of the database names the row it was about.
  await house.sql(`alter table directory.contacts add constraint kanari check (name <> 'Kanari falls') not valid`)
  const [org] = await house.sql<{ id: string }>('select id from directory.client_orgs where tenant_id = $1', [
    firm.tenantId,
  ])
  const contact = { name: 'Kanari falls', phone: PERSONAL.contactPhone, email: PERSONAL.contactMail }
  const broken = await firm.owner.call(createContact, { body: { client_org_id: org?.id ?? '', ...contact } })
  assert.equal(broken.status, 500)
  // A mail server repeats the address that it refuses.
  smtp.behave({ code: 550, says: FAILURE.replaceAll('\n', ' ') })
  await house.anon.call(forgotPassword, { body: { aud: 'web', email: PERSONAL.forgotMail } })
  await house.runJobs()
  smtp.behave('take')
}

/** Alerts of what has failed, by every kind of channel. */
async function alarm(): Promise<void> {
  const hooked = await firm.owner.ok(createAlertChannel, {
    body: {
      kind: 'webhook',
      name: 'hook',
      url: `${hook.url}/hook?sig=${SECRETS.hookQuery}`,
      secret: SECRETS.hookSecret,
    },
  })
  const slack = await firm.owner.ok(createAlertChannel, {
    body: { kind: 'slack', name: 'slack', url: `${hook.url}/services/${SECRETS.slackPath}` },
  })
  const mailed = await firm.owner.ok(createAlertChannel, { body: { kind: 'email', name: 'mail', to: [ALARM_MAIL] } })
  for (const { id } of [hooked, slack, mailed]) await firm.owner.ok(testAlertChannel, { params: { id } })
  // A log that was found changed and a dead job of a queue that matters.
  await house.sql(
    `insert into audit.verify_runs (tenant_id, kind, passed, checked_rows, first_bad_seq, failure_count, result, trace_id)
     values ($1, 'nightly', false, 10, 7, 1, '{}', $2)`,
    [firm.tenantId, TRACE],
  )
  await house.loop('alert_evaluator')
  await house.runJobs()
}

/** One export; answers what the file holds. */
async function exportedAs(format: 'json' | 'jsonl' | 'csv' | 'bundle'): Promise<string> {
  await exports.steppedUp(firm.owner)
  const job = await exports.made(firm.owner, { format, compress: 'gzip', columns: 'full' })
  const { statusCode, rawPayload } = await exports.fetchFile(firm.owner, job)
  assert.equal(statusCode, 200, format)
  await house.sql('delete from audit.export_jobs')
  return gunzipSync(rawPayload).toString('utf8')
}

/** Exports of the log in every form. A bundle is evidence, byte for byte: it is taken before something is smuggled in. */
async function exported(): Promise<string[]> {
  await house.seal()
  await exports.signed(signerOf(`${house.config.AUDIT_ORIGIN}/audit`, Buffer.alloc(32, 7)))
  const bundle = await exportedAs('bundle')
  const events = [...bundle.matchAll(/"canon":"([\w+/=]+)"/g)].map(([, canon = '']) =>
    Buffer.from(canon, 'base64').toString(),
  )
  assert.ok(events.length > 10, `${events.length} events in the bundle`)
  const files = [bundle, ...events]
  // Written past the sanitiser, as only the owner of the database can.
  const id = uuidv7()
  const canon = canonOf(firm.tenantId, id, { reason: REASON, after: { note: REASON, token: SECRETS.jobToken } })
  await house.sql('insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ($1, $2, 0, $3, 1)', [
    id,
    firm.tenantId,
    canon,
  ])
  await house.seal()
  for (const format of ['json', 'jsonl', 'csv'] as const) files.push(await exportedAs(format))
  for (const format of ['json', 'csv'] as const) {
    const url = addressOf(exportAuditLogs, { query: { format } })
    const reply = await house.server().inject({ url, headers: { authorization: `Bearer ${firm.owner.token}` } })
    assert.equal(reply.statusCode, 200, format)
    files.push(reply.body)
  }
  return files
}

/** What was written down of a run, by where; nothing of it may hold a canary. */
async function written(files: readonly string[]): Promise<Record<string, string>> {
  const texts = async (query: string): Promise<string> =>
    (await house.sql<{ text: string }>(query)).map((row) => row.text).join('\n')
  const toldByMail = smtp.mails.filter((mail) => mail.to.includes(ALARM_MAIL))
  assert.ok(hook.received.length >= 4 && toldByMail.length >= 2, 'the channels were heard')
  return {
    logs: house.errors.join('\n'),
    metrics: await house.app.services.metrics.registry.metrics(),
    audit: await texts(`
      select convert_from(canon, 'UTF8') as text from audit.inbox
      union all select convert_from(canon, 'UTF8') from audit.events where body #>> '{target,type}' <> 'OPS_BLOCK'`),
    'ops events': await texts('select to_jsonb(e)::text as text from ops.events e'),
    exports: files.join('\n'),
    alerts: [
      await texts(`select to_jsonb(a)::text as text from ops.alerts a
        union all select to_jsonb(d)::text from ops.alert_deliveries d
        union all select to_jsonb(c)::text from ops.alert_channels c`),
      ...hook.received.map((one) => one.body),
      ...toldByMail.map((mail) => mail.text),
    ].join('\n'),
    'dead jobs': await texts(`
      select concat(error_code, ' ', error, ' ', payload) as text from ops.dead_jobs
      union all select concat(error_code, ' ', error, ' ', progress) from ops.jobs`),
  }
}

test('there are fifty canaries, all different, and each is found where it stands', () => {
  const values = Object.values(CANARIES)
  assert.ok(values.length >= 50, `${values.length}`)
  assert.equal(new Set(values).size, values.length)
  for (const [name, value] of Object.entries(CANARIES)) {
    assert.deepEqual(canariesIn(`{"x":"${value}"}`), [name])
    assert.deepEqual(canariesIn(`told ${value.toUpperCase()}, again`), [name])
  }
  assert.deepEqual(canariesIn('id 7381640b-9052-7361-8435-0a1b2c738164'), [])
})

test('AU-37 fifty canaries, sent through sign-in, business, jobs, failures, mails and channels, stand in no log, metric, audit event, export or alert', async () => {
  await enter()
  await work()
  await fail()
  const files = await exported()
  await alarm()
  await house.flushRefusals()
  const places = await written(files)
  const found = Object.entries(places).flatMap(([place, text]) => {
    assert.ok(text.length > 200, `${place} was read`)
    return canariesIn(text).map((name) => `${name} in ${place}`)
  })
  assert.deepEqual(found, [])
  // An answer is kept to be given again, with the words that the caller typed; of the secrets that were sent or drawn none.
  const kept = await house.sql<{ text: string }>(
    `select concat(route, key, body) as text from ops.idempotency_keys union all select to_jsonb(r)::text from ops.jobs r where kind <> 'law.echo'`,
  )
  const stored = kept.map((row) => row.text).join('\n')
  const typed = canariesIn(REASON)
  const secrets: readonly string[] = [...Object.keys(SECRETS), ...Object.keys(SAID)].filter(
    (name) => !typed.includes(name),
  )
  assert.deepEqual(
    canariesIn(stored).filter((name) => secrets.includes(name)),
    [],
  )
  for (const [what, secret] of Object.entries({ ...drawn, session: firm.owner.token })) {
    assert.ok(secret.length > 20, what)
    for (const [place, text] of [...Object.entries(places), ['kept answers', stored] as const])
      assert.ok(!text.includes(secret), `${what} in ${place}`)
  }
})
