import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { logout } from '@zenops/contracts/identity'
import { createPack, listReportJobs } from '@zenops/contracts/reports-packs'
import { type Firm, type House, openHouse } from '../../../test/harness/house.ts'
import { openReport } from '../../../test/harness/reports.ts'

let house: House
let address: string
before(async () => {
  house = await openHouse()
  address = await house.server().listen({ host: '127.0.0.1', port: 0 })
})
after(() => house.close())

/** The events of a job that nobody works on: the stream would stay open for minutes. */
async function waitingStream({ owner }: Firm) {
  const report = await openReport(owner)
  await owner.ok(createPack, { params: { id: report.id }, body: { draft: true } })
  const { items } = await owner.ok(listReportJobs, {})
  const reply = await fetch(`${address}/v1/report-jobs/${items[0]?.id}/events`, {
    headers: { authorization: `Bearer ${owner.token}` },
  })
  const reader = reply.body?.getReader() ?? assert.fail('no stream')
  const { value } = await reader.read()
  assert.match(new TextDecoder().decode(value), /event: queued/)
  return reader
}

/** How the stream ends: cleanly, or broken off. */
const endOf = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<'closed' | 'broken'> => {
  for (;;) {
    const next = await reader.read().catch(() => null)
    if (next === null) return 'broken'
    if (next.done) return 'closed'
  }
}

test('ID-15 an open stream ends with the session it was opened with', { timeout: 20_000 }, async () => {
  const firm = await house.firm()
  const reader = await waitingStream(firm)
  await firm.owner.ok(logout, { body: { aud: 'web' } })
  assert.equal(await endOf(reader), 'broken')
})

test('ID-15 ID-31 an open stream ends with a block, another one stays', { timeout: 20_000 }, async () => {
  const [blocked, untouched] = [await house.firm(), await house.firm()]
  const [gone, kept] = [await waitingStream(blocked), await waitingStream(untouched)]
  await house.sql(
    `insert into identity.auth_blocks (kind, user_id, reason, expires_at) values ('ACCOUNT', $1, 'for this test', now() + interval '1 hour')`,
    [blocked.owner.userId],
  )
  assert.equal(await endOf(gone), 'broken')
  const still = await Promise.race([endOf(kept), new Promise((resolve) => setTimeout(() => resolve('open'), 100))])
  assert.equal(still, 'open')
  await kept.cancel()
})
