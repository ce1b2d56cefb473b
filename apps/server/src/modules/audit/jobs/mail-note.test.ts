import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chainStatus, newestCheckpoint } from '@zenops/contracts/audit-chain'
import { createBank } from '@zenops/contracts/directory'
import { signerOf } from '@zenops/audit/notes'
import { type Firm, type House, openHouse, type TestActor } from '../../../../test/harness/house.ts'
import { enqueue } from '../../../platform/jobs/port.ts'
import { sinkStates } from '../sealing/deliver-turn.ts'
import { keyNameOf } from '../sealing/ground.ts'
import type { Journal } from '../sealing/notary.ts'
import { publishTurn } from '../sealing/publish-turn.ts'
import { sealerDatabase } from '../sealing/sealer.ts'
import { signTurn } from '../sealing/sign-turn.ts'
import { mailNoteJob } from './mail-note.ts'

const HOST = 'zenops.test'
const signer = signerOf(keyNameOf(HOST), Buffer.alloc(32, 7))
const journal: Journal = {
  name: 'file',
  publish: async () => ({}),
  latest: async () => ({ notes: new Map(), keys: [] }),
}
const published = new Map()
let house: House
let sealer: ReturnType<typeof sealerDatabase>
before(async () => {
  house = await openHouse({ AUDIT_ORIGIN: HOST, AUDIT_NOTARY_SINKS: 'file,mail' })
  sealer = sealerDatabase(house.sealerUrl, () => {})
})
after(async () => {
  await sealer.close()
  await house.close()
})

async function signAndPublish(): Promise<void> {
  await house.seal()
  await signTurn(sealer, { host: HOST, signers: [signer], journal, published, events: 1, seconds: 3_600 })
  await publishTurn(sealer, { host: HOST, signers: [signer], journal, published, idleSeconds: 3_600 })
}
async function runFor(firm: Firm): Promise<void> {
  await queue(firm)
  await house.runJobs()
}
async function queue(firm: Firm): Promise<void> {
  const scope = { role: 'zen_worker', tenantId: firm.tenantId, userId: null, aud: 'worker' } as const
  await house.app.services.database.transact(scope, (tx) =>
    enqueue(tx, mailNoteJob, { payload: {}, traceId: 'a'.repeat(32) }),
  )
}
const mails = (firm: Firm) =>
  house.sql<{ user_id: string; body_text: string }>(
    "select user_id, body_text from notifications.outbox where tenant_id = $1 and template_key = 'audit_note'",
    [firm.tenantId],
  )

test('AU-10 the mail sink hands the newest published head to the owners of each firm, once a day, and keeps a receipt', async () => {
  const firm = await house.firm()
  await runFor(firm)
  assert.deepEqual(await mails(firm), [])
  await firm.owner.ok(createBank, { body: { name: 'First Bank' } })
  await signAndPublish()
  await runFor(firm)
  await runFor(firm)
  const sent = await mails(firm)
  assert.deepEqual(
    sent.map((mail) => mail.user_id),
    [firm.owner.userId],
  )
  const [checkpoint] = await house.sql<{ note: string }>('select note from audit.checkpoints where tenant_id = $1', [
    firm.tenantId,
  ])
  // The note stands in the mail to the letter, so that it can be given to the verifier.
  assert.ok(sent[0]?.body_text.includes(checkpoint?.note.trim() ?? 'none'))
  const receipts = () =>
    house.sql("select tenant_id, receipt from audit.notary_receipts where sink = 'mail' order by id")
  const receipt = { tenant_id: firm.tenantId, receipt: { size: 1, mails: 1 } }
  assert.deepEqual(await receipts(), [receipt])
  // The job may come anew, on another machine, after a restart: the day has had its mail.
  await firm.owner.ok(createBank, { body: { name: 'Second Bank' } })
  await signAndPublish()
  const { app: beside } = await house.neighbour()
  await queue(firm)
  await Promise.all([house.runJobs(), house.runJobsOf(beside)])
  assert.equal((await mails(firm)).length, 1)
  // On the next one it is due again.
  await house.sql(
    "update ops.job_effects set effect_key = effect_key || ':yesterday' where tenant_id = $1 and effect_key like 'audit_note:%'",
    [firm.tenantId],
  )
  await runFor(firm)
  assert.deepEqual(await receipts(), [receipt, { tenant_id: firm.tenantId, receipt: { size: 2, mails: 1 } }])
})

test('AU-10 a mail is a receipt of its own firm and of no other, and stale a day and a quarter of an hour after the last', async () => {
  const firm = await house.firm()
  await firm.owner.ok(createBank, { body: { name: 'First Bank' } })
  await firm.stranger.ok(createBank, { body: { name: 'Other Bank' } })
  await signAndPublish()
  await runFor(firm)
  const mailOf = async (actor: TestActor) => {
    const { sinks } = await actor.ok(chainStatus, {})
    return sinks.find((sink) => sink.sink === 'mail')
  }
  const sinksOf = async (actor: TestActor) =>
    (await actor.ok(newestCheckpoint, {})).published.map((one) => one.sink).toSorted()
  assert.deepEqual([await sinksOf(firm.owner), await sinksOf(firm.stranger)], [['file', 'mail'], ['file']])
  const [told, untold] = [await mailOf(firm.owner), await mailOf(firm.stranger)]
  assert.ok(told?.last_ok_at)
  assert.deepEqual([told.receipts.length, told.stale, untold?.receipts, untold?.last_ok_at], [1, false, [], null])
  const mailAge = async () =>
    (await sinkStates(sealer, true)).find((state) => state.sink === 'mail')?.waiting_seconds ?? 0
  // What all firms are told has an alarm of its own, where no firm has had a mail.
  assert.ok((await mailAge()) < 900)
  await house.asSuperuser(
    "update audit.notary_receipts set published_at = now() - interval '24 hours 16 minutes' where sink = $1",
    ['mail'],
  )
  assert.ok((await mailAge()) >= 960)
  const stale = await mailOf(firm.owner)
  assert.deepEqual([stale?.stale, stale?.waiting_since !== null], [true, true])
  assert.ok((await firm.owner.ok(chainStatus, {})).warnings.includes('notary_stale'))
})
