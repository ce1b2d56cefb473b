import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createBank } from '@zenops/contracts/directory'
import { signerOf } from '@zenops/audit/notes'
import { type Firm, type House, openHouse } from '../../../../test/harness/house.ts'
import { enqueue } from '../../../platform/jobs/port.ts'
import { keyNameOf } from '../sealing/ground.ts'
import type { Journal } from '../sealing/notary.ts'
import { publishTurn } from '../sealing/publish-turn.ts'
import { sealerDatabase } from '../sealing/sealer.ts'
import { signTurn } from '../sealing/sign-turn.ts'
import { mailNoteJob } from './mail-note.ts'

const HOST = 'zenops.test'
const signer = signerOf(keyNameOf(HOST), Buffer.alloc(32, 7))
const journal: Journal = { name: 'file', publish: async () => ({}), latest: async () => new Map() }
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
  const scope = { role: 'zen_worker', tenantId: firm.tenantId, userId: null, aud: 'worker' } as const
  await house.app.services.database.transact(scope, (tx) =>
    enqueue(tx, mailNoteJob, { payload: {}, traceId: 'a'.repeat(32) }),
  )
  await house.runJobs()
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
  const receipts = await house.sql<{ receipt: object }>("select receipt from audit.notary_receipts where sink = 'mail'")
  assert.deepEqual(
    receipts.map((row) => row.receipt),
    [{ tenant_id: firm.tenantId, size: 1, mails: 1 }],
  )
})
