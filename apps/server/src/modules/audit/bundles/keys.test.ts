import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { auditKeys } from '@zenops/contracts/audit'
import { newestCheckpoint } from '@zenops/contracts/audit-chain'
import { type ExportDesk, exportDesk } from '../../../../test/harness/exports.ts'
import { type House, openHouse } from '../../../../test/harness/house.ts'
import { notaryOf, signerFor, type TestNotary } from '../../../../test/harness/notary.ts'
import { registerKeys } from '../sealing/keys.ts'

const VERIFIER = path.join(import.meta.dirname, '../../../../../../packages/audit/audit-verify.mjs')
let house: House
let desk: ExportDesk
let notary: TestNotary
before(async () => {
  house = await openHouse({ AUDIT_ORIGIN: 'zenops.test' })
  desk = exportDesk(house)
  notary = notaryOf(house)
})
after(async () => {
  await notary.close()
  await house.close()
})

/** Makes keys known as a starting sealer does. */
const register = (seeds: readonly number[]): Promise<void> =>
  registerKeys(notary.sealer, {
    host: notary.host,
    signers: seeds.map((seed) => signerFor(notary.host, seed)),
    journal: notary.own.journal,
    internalTenantId: house.config.ZENOPS_INTERNAL_TENANT_ID,
    workerUserId: house.app.workerOptions().workerUserId,
    traceId: 'ab'.repeat(16),
  })

test('AU-09 AU-10 a key as the product lists it is what the offline verifier takes, word for word, with a note as it was published', async () => {
  await register([7])
  const firm = await desk.firmWith(5)
  await notary.sign()
  const id = await desk.made(firm.owner, { format: 'bundle', compress: 'none' })
  const [bundle, note] = ['bundle.jsonl', 'note.txt'].map((name) => path.join(house.config.ZENOPS_HOME, name))
  assert.ok(bundle && note)
  await writeFile(bundle, (await desk.fetchFile(firm.owner, id)).rawPayload)
  await writeFile(note, (await firm.owner.ok(newestCheckpoint, {})).note)
  const [key] = await house.anon.ok(auditKeys, {})
  assert.ok(key)
  const verify = (vkey: string): unknown => {
    const run = spawnSync(process.execPath, [VERIFIER, bundle, '--pub', vkey, '--note', note, '--json'], {
      encoding: 'utf8',
      env: {},
    })
    const { exit, verdict, events, code } = JSON.parse(run.stdout) as Record<string, unknown>
    return { status: run.status, exit, verdict, events, code }
  }
  assert.deepEqual(verify(key.vkey), { status: 0, exit: 0, verdict: 'valid', events: 5, code: null })
  // A key that came later signs its own heads and vouches for no older one.
  await register([8, 7])
  const [former, fresh] = await house.anon.ok(auditKeys, {})
  assert.ok(former && fresh)
  assert.deepEqual([former.vkey, former.valid_from, fresh.valid_to], [key.vkey, key.valid_from, null])
  const days = (Date.parse(former.valid_to ?? '') - Date.parse(fresh.valid_from)) / 86_400_000
  assert.equal(days, 7)
  assert.deepEqual(verify(fresh.vkey), { status: 2, exit: 2, verdict: 'undecided', events: 0, code: 'key_not_given' })
})
