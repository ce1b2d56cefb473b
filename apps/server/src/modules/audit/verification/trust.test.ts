import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { chainVerify, getVerifyRun, startVerifyRun } from '@zenops/contracts/audit'
import { vkeyOf } from '@zenops/audit/notes'
import { readConfig } from '../../../config.ts'
import { type Firm, type House, openHouse } from '../../../../test/harness/house.ts'
import { notaryOf, NOWHERE, rewriteLog, signerFor, type TestNotary } from '../../../../test/harness/notary.ts'
import { keyNote } from '../sealing/key-note.ts'
import { reopenLogs } from '../sealing/reopen.ts'
import { signTurn } from '../sealing/sign-turn.ts'
import { trustIn } from './trust.ts'

let house: House
let notary: TestNotary
before(async () => {
  house = await openHouse({ AUDIT_ORIGIN: 'zenops.test' })
  notary = notaryOf(house)
})
after(async () => {
  await notary.close()
  await house.close()
})

async function published(count: number): Promise<Firm> {
  const firm = await house.firm()
  await notary.write(firm.tenantId, count)
  await notary.sign()
  return firm
}

/** What a run over the whole log finds, and a look at its newest rows. */
async function judged(firm: Firm) {
  const { run_id } = await firm.owner.ok(startVerifyRun, { body: {} })
  await house.runJobs()
  const { result } = await firm.owner.ok(getVerifyRun, { params: { id: run_id } })
  const look = await firm.owner.ok(chainVerify, {})
  await house.asSuperuser('delete from audit.inbox where tenant_id = $1', [firm.tenantId])
  const codes = (verdict: typeof look): string[] => [...new Set(verdict.failure_samples.map((one) => one.code))].sort()
  assert.ok(result)
  const told = house.errors.splice(0)
  assert.deepEqual(
    told.map((line) => line.includes('"audit_chain_verify_failed"')),
    result.passed ? [] : [true],
  )
  return { run: codes(result), look: codes(look), first: result.first_bad_seq, passed: result.passed && look.passed }
}
const wipe = async (tenantId: string, tables: readonly string[], where = 'true'): Promise<void> => {
  for (const table of tables)
    await house.asSuperuser(`delete from audit.${table} where tenant_id = $1 and ${where}`, [tenantId])
}

test('AU-11 whoever owns the database and writes the whole log anew, with heads, tiles, notes and a key of his own, is found', async () => {
  const firm = await published(300)
  assert.equal((await judged(firm)).passed, true)
  const before = await house.sql('select public_key from audit.signing_keys')
  await rewriteLog(house, firm.tenantId, (canon, seq) =>
    seq === 7 ? Buffer.from(canon.toString().replace('ACTIVE', 'LIFTED')) : canon,
  )
  await house.asSuperuser(
    `update audit.tiles t set hashes = (select string_agg(leaf, '' order by seq) from audit.events e where e.tenant_id = t.tenant_id and e.seq <= 256),
       root = audit.tree_root(0, '{}', (select array_agg(leaf order by seq) from audit.events e where e.tenant_id = t.tenant_id and e.seq <= 256))
     where tenant_id = $1`,
    [firm.tenantId],
  )
  await wipe(firm.tenantId, ['checkpoints', 'root_log'])
  const thief = signerFor(notary.host, 66)
  await house.sql('insert into audit.signing_keys (public_key) values ($1)', [thief.publicKey])
  await notary.signAs(thief)
  // Within the database everything fits, down to the published note.
  const [own] = await house.sql<{ n: string }>(
    'select count(*) as n from audit.checkpoints c join audit.root_log r using (tenant_id, epoch, size) where tenant_id = $1',
    [firm.tenantId],
  )
  assert.deepEqual([before, own?.n], [[], '1'])
  const found = await judged(firm)
  assert.deepEqual([found.run, found.first], [['checkpoint_signature_invalid', 'notary_mismatch'], 1])
  assert.deepEqual(found.look, found.run)
})

test('AU-11 a key that only the database lists vouches for nothing, and one that the journal tells of does', async () => {
  const thief = signerFor(notary.host, 67)
  const told = signerFor(notary.host, 68)
  const firms = [await house.firm(), await house.firm()] as const
  for (const [index, signer] of [thief, told].entries()) {
    await house.sql('insert into audit.signing_keys (public_key) values ($1)', [signer.publicKey])
    await notary.write(firms[index]?.tenantId ?? '', 3)
    await notary.signAs(signer)
  }
  await notary.own.journal.publish([keyNote(notary.host, [told])])
  assert.deepEqual((await judged(firms[0])).run, ['checkpoint_signature_invalid'])
  assert.equal((await judged(firms[1])).passed, true)
})

test('AU-11 keys that the configuration names are trusted without a journal', async () => {
  const former = signerFor('zenops.test', 69)
  const config = readConfig({ AUDIT_ORIGIN: 'zenops.test', AUDIT_TRUSTED_KEYS: vkeyOf(former) })
  const { keys } = await trustIn(config, NOWHERE)
  assert.deepEqual(keys, [{ name: former.name, publicKey: former.publicKey }])
  assert.throws(() => readConfig({ AUDIT_TRUSTED_KEYS: 'nonsense' }), /AUDIT_TRUSTED_KEYS/)
})

test('AU-11 a tail that is cut off together with all that the database knows of it is missed by what was published', async () => {
  const firm = await published(4)
  await notary.write(firm.tenantId, 3)
  await notary.sign()
  await wipe(firm.tenantId, ['events'], 'seq > 4')
  await wipe(firm.tenantId, ['checkpoints', 'root_log'], 'size > 4')
  await rewriteLog(house, firm.tenantId, (canon) => canon)
  const found = await judged(firm)
  assert.deepEqual([found.run, found.look, found.first], [['tail_truncated'], ['tail_truncated'], 5])
})

test('AU-11 a log of which nothing at all is left is missed too', async () => {
  const firm = await published(5)
  await wipe(firm.tenantId, ['events', 'heads', 'checkpoints', 'root_log', 'tiles', 'inbox'])
  const found = await judged(firm)
  assert.deepEqual([found.run, found.look, found.first], [['tail_truncated'], ['tail_truncated'], 1])
})

test('AU-10 what an older state has lost is no fault where the log goes on in an epoch that names it', async () => {
  const firm = await published(4)
  await notary.write(firm.tenantId, 3)
  await notary.sign()
  await wipe(firm.tenantId, ['events'], 'seq > 4')
  await wipe(firm.tenantId, ['checkpoints', 'root_log'], 'size > 4')
  await rewriteLog(house, firm.tenantId, (canon) => canon)
  const { notes } = await notary.own.journal.latest()
  const stamp = { host: notary.host, workerUserId: firm.owner.userId, traceId: 'ab'.repeat(16) }
  const reopened = await reopenLogs(notary.sealer, notes, stamp)
  assert.deepEqual(
    reopened?.filter((one) => one.tenantId === firm.tenantId),
    [{ tenantId: firm.tenantId, epoch: 2, lostFrom: 5, lostTo: 7 }],
  )
  await notary.write(firm.tenantId, 2)
  await notary.sign()
  assert.equal((await judged(firm)).passed, true)
  // An epoch that admits less than was lost does not cover it.
  await house.asSuperuser(
    `update audit.events set canon = convert_to(replace(convert_from(canon, 'UTF8'), '"lost_to_seq":7', '"lost_to_seq":6'), 'UTF8')
     where tenant_id = $1 and epoch = 2 and seq = 1`,
    [firm.tenantId],
  )
  assert.ok((await judged(firm)).run.includes('tail_truncated'))
})

test('AU-08 a signed head that somebody puts into the database does not stand for what was published', async () => {
  const { tenantId } = await published(6)
  await notary.write(tenantId, 2)
  await house.seal()
  await rewriteLog(house, tenantId, (canon, seq) =>
    seq === 2 ? Buffer.from(canon.toString().replace('ACTIVE', 'LIFTED')) : canon,
  )
  // A head further on than the published one, which fits what was written anew.
  await house.asSuperuser(
    `insert into audit.checkpoints (tenant_id, epoch, size, root, link, origin, note)
     select $1::uuid, 1, 7, audit.tree_root(0, '{}', (select array_agg(leaf order by seq) from audit.events where tenant_id = $1::uuid and seq <= 7)),
       (select link from audit.events where tenant_id = $1::uuid and seq = 7), 'x', 'forged'`,
    [tenantId],
  )
  const { signer, journal } = notary.own
  const signed = (known: typeof notary.own.published) =>
    signTurn(notary.sealer, {
      host: notary.host,
      signers: [signer],
      journal,
      published: known,
      events: 1,
      seconds: 3_600,
    })
  assert.deepEqual((await signed(notary.own.published)).forks, [tenantId])
  // A process that has seen nothing of it asks the journal.
  assert.deepEqual((await signed(new Map())).forks, [tenantId])
  await house.asSuperuser('delete from audit.inbox where tenant_id = $1', [tenantId])
})

test('AU-11 while the journal cannot be read nothing is called verified', async () => {
  const firm = await published(2)
  const folder = path.join(house.config.ZENOPS_HOME, 'no-folder')
  await writeFile(folder, '')
  const there = await house.neighbour({ config: { AUDIT_NOTARY_DIR: folder } })
  const refused = await there.at(firm.owner).call(chainVerify, {})
  assert.deepEqual([refused.status, refused.error.details], [503, [{ reason: 'audit_journal' }]])
})
