import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { BundleReader, type BundleVerdict } from '@zenops/audit/bundle-reader'
import { signerOf } from '@zenops/audit/notes'
import { type AuditDesk, openAuditDesk, sealAll, WORKER_ID } from '../../../../test/harness/audit.ts'
import { Database } from '../../../platform/db/database.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { keyNameOf } from '../sealing/ground.ts'
import type { Journal } from '../sealing/notary.ts'
import { publishTurn } from '../sealing/publish-turn.ts'
import { signTurn } from '../sealing/sign-turn.ts'
import { readerOf } from '../verification/verify-tenant.ts'
import { type BundlePlan, type BundleWish, planBundle } from './plan-bundle.ts'
import { writeBundle } from './write-bundle.ts'

let desk: AuditDesk
let api: Database
before(async () => {
  desk = await openAuditDesk()
  api = new Database({ url: desk.urls.worker, poolSize: 2, prepared: true, applicationName: 'test' })
})
after(async () => {
  await api.close()
  await desk.close()
})

const HOST = 'zenops.test'
const signer = signerOf(keyNameOf(HOST), Buffer.alloc(32, 7))
const journal: Journal = {
  name: 'memory',
  publish: async () => ({ at: 'here' }),
  latest: async () => ({ notes: new Map(), keys: [] }),
}
const published = new Map()
const waiting = async (): Promise<number> =>
  Number((await desk.sql<{ n: string }>('select count(*) as n from audit.inbox'))[0]?.n)
const sign = async (): Promise<void> => {
  await sealAll(desk.sealer, waiting)
  await signTurn(desk.sealer, { host: HOST, signers: [signer], journal, published, events: 1, seconds: 3_600 })
}
const publish = () =>
  publishTurn(desk.sealer, { host: HOST, signers: [signer], journal, published, idleSeconds: 3_600 })

const readerFor = (tenantId: string) =>
  readerOf(api, { role: 'zen_worker', tenantId, userId: WORKER_ID, aud: 'worker' })

async function bytesOf(plan: BundlePlan): Promise<Buffer> {
  const pieces: Buffer[] = []
  let rows = 0
  for await (const piece of writeBundle(readerFor(plan.tenant_id), plan)) {
    pieces.push(piece.bytes)
    rows += piece.rows
  }
  assert.equal(rows, plan.to_seq - plan.from_seq + 1)
  return Buffer.concat(pieces)
}

function judge(bytes: Buffer, note?: string): BundleVerdict {
  const reader = new BundleReader({ keys: [signer], ...(note === undefined ? {} : { published: note }) })
  reader.push(bytes)
  return reader.verdict()
}

const planned = async (tenantId: string, wish: Partial<BundleWish> = {}): Promise<BundlePlan> => {
  const plan = await planBundle(readerFor(tenantId), { tenantId, host: HOST, ...wish })
  assert.ok(plan)
  return plan
}

test('AU-09 a bundle from the database begins behind a signed head, ends at one, and is valid offline', async () => {
  const tenant = uuidv7()
  for (const count of [300, 40, 700]) {
    await desk.write(tenant, count)
    await sign()
    await publish()
  }
  await desk.write(tenant, 5)
  await sealAll(desk.sealer, waiting)
  const whole = await planned(tenant)
  assert.deepEqual([whole.from_seq, whole.to_seq, whole.start_reason, whole.unsigned], [1, 1_040, 'origin', 5])
  const bytes = await bytesOf(whole)
  assert.deepEqual([judge(bytes).verdict, judge(bytes).events], ['valid', 1_040])
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
  const kinds = (kind: string): number => lines.filter((line) => line.startsWith(`{"t":"${kind}"`)).length
  assert.deepEqual([kinds('H'), kinds('K'), kinds('C'), kinds('N'), kinds('Z')], [1, 0, 3, 3, 1])
  const part = await planned(tenant, { fromSeq: 320, toSeq: 900 })
  assert.deepEqual([part.from_seq, part.to_seq, part.start_reason, part.close.size], [301, 900, 'checkpoint', 1_040])
  assert.deepEqual(judge(await bytesOf(part)).verdict, 'valid')
  // A head that was published later is continued by this bundle or contradicted.
  const newest = published.get(part.origin) as { note: string }
  assert.equal(judge(await bytesOf(part), newest.note).verdict, 'valid')
})

test('AU-09 the same plan gives the same bytes, whatever is sealed, signed and published meanwhile', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 30)
  await sign()
  const plan = await planned(tenant)
  const first = await bytesOf(plan)
  await publish()
  await desk.write(tenant, 30)
  await sign()
  await publish()
  assert.deepEqual(await bytesOf(JSON.parse(JSON.stringify(plan)) as BundlePlan), first)
  assert.notDeepEqual(await bytesOf(await planned(tenant, { toSeq: 30 })), first)
})

test('AU-09 a wish that meets no signed event has no bundle', async () => {
  const tenant = uuidv7()
  const none = (wish: Partial<BundleWish>) => planBundle(readerFor(tenant), { tenantId: tenant, host: HOST, ...wish })
  assert.equal(await none({}), null)
  await desk.write(tenant, 3)
  await sealAll(desk.sealer, waiting)
  assert.equal(await none({}), null)
  await sign()
  assert.equal(await none({ fromSeq: 4 }), null)
  assert.equal(await none({ toUtc: '2020-01-01T00:00:00.000Z' }), null)
  assert.equal(await none({ epoch: 2 }), null)
  assert.equal((await none({ fromUtc: '2020-01-01T00:00:00.000Z' }))?.to_seq, 3)
})

test('AU-09 an event that is gone ends the bundle with a failure, not with a hole', async () => {
  const tenant = uuidv7()
  await desk.write(tenant, 6)
  await sign()
  const plan = await planned(tenant)
  await desk.sql(
    `set session_replication_role = 'replica'; delete from audit.events where tenant_id = '${tenant}' and seq = 4; reset session_replication_role`,
  )
  await assert.rejects(bytesOf(plan), /missing/)
})
