import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { firstLink, logIdOf, nextLink } from '@zenops/audit/hashes'
import { openNote, signerOf } from '@zenops/audit/notes'
import { RightEdge } from '@zenops/audit/tree'
import pg from 'pg'
import { type AuditDesk, canonOf, openAuditDesk, sealAll } from '../../../../test/harness/audit.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { keyNameOf } from './ground.ts'
import { fileSink } from './notary.ts'
import { startSealer } from './sealer.ts'
import { signTurn } from './sign-turn.ts'

let desk: AuditDesk
let folder: string
before(async () => {
  desk = await openAuditDesk({ AUDIT_CHECKPOINT_EVENTS: '3', AUDIT_SEAL_BATCH: '100', AUDIT_SEAL_INTERVAL_MS: '50' })
  folder = await mkdtemp(path.join(os.tmpdir(), 'zenops-killed-'))
})
after(async () => {
  await desk.close()
  await rm(folder, { recursive: true, force: true })
})

const HOST = 'zenops.test'
const signer = signerOf(keyNameOf(HOST), Buffer.alloc(32, 7))
const KILLS = 50
const PROGRAM = path.join(import.meta.dirname, '../../../../test/harness/sealing-process.ts')

/** A process that seals, signs and publishes as fast as it can, until it is killed. */
function startVictim() {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, desk.urls.sealer, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()))
  const begun = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('close', () => reject(new Error('the sealing process ended by itself')))
  })
  begun.catch(() => {}) // told to whoever awaits it
  return { begun, kill: () => (child.kill('SIGKILL'), ended) }
}

const waiting = async (): Promise<number> =>
  Number((await desk.sql<{ n: string }>('select count(*) as n from audit.inbox'))[0]?.n)

async function sealedOf(tenant: string) {
  return desk.sql<{ id: string; seq: string; leaf: Buffer; link: Buffer }>(
    'select id, seq, leaf, link from audit.events where tenant_id = $1 and epoch = 1 order by seq',
    [tenant],
  )
}

test('AU-08 sealer and signer killed 50 times at any instruction: no gap, no double, no two notes that contradict', async () => {
  const tenants = Array.from({ length: 3 }, () => uuidv7())
  const written = new Map<string, string[]>(tenants.map((tenant) => [tenant, []]))
  let victim = startVictim()
  await victim.begun
  for (let kill = 0; kill < KILLS; kill++) {
    // While it works events come in; the moment of the blow moves through its turns.
    const writing = Promise.all(
      tenants.map(async (tenant) => {
        written.get(tenant)?.push(...(await desk.write(tenant, 8, 2)))
      }),
    )
    // The next one starts meanwhile, and for a moment they are rivals.
    const next = startVictim()
    await new Promise((resolve) => setTimeout(resolve, (kill * 7) % 60))
    await next.begun
    await Promise.all([victim.kill(), writing])
    victim = next
  }
  await victim.kill()
  await sealAll(desk.sealer, waiting)
  const heads = new Map<string, { root: string; size: number }>()
  for (const tenant of tenants) {
    const rows = await sealedOf(tenant)
    const ids = written.get(tenant) ?? []
    assert.deepEqual([rows.length, new Set(rows.map((row) => row.id)).size], [ids.length, ids.length])
    assert.deepEqual(rows.map((row) => row.id).toSorted(), ids.toSorted())
    let link = firstLink(logIdOf(tenant, 1))
    const tree = new RightEdge()
    for (const [index, row] of rows.entries()) {
      assert.equal(Number(row.seq), index + 1)
      link = nextLink(link, index + 1, row.leaf)
      assert.deepEqual(row.link, link)
      tree.append(row.leaf)
      heads.set(`${HOST}/audit/${tenant} ${index + 1}`, { root: tree.root().toString('base64'), size: index + 1 })
    }
  }
  // Every note that ever left is the root of what is there at its size, in the journal and in the database alike.
  const { notes } = await notesOf(folder)
  assert.ok(notes.length >= 3, `${notes.length} notes`)
  let tenantNotes = 0
  const roots = new Map<string, string>()
  for (const note of notes) {
    const opened = openNote(note, [signer])
    assert.ok(opened.kind === 'signed')
    const { origin, size, root } = opened.checkpoint
    const at = `${origin} ${size}`
    assert.equal(roots.get(at) ?? root.toString('base64'), root.toString('base64'), `two notes at ${at}`)
    roots.set(at, root.toString('base64'))
    if (!heads.has(at)) continue
    tenantNotes++
    assert.equal(root.toString('base64'), heads.get(at)?.root, at)
  }
  assert.ok(tenantNotes >= 3)
  const stored = await desk.sql<{ note: string }>('select note from audit.checkpoints')
  const journal = new Set(notes)
  for (const { note } of stored) assert.ok(journal.has(note), 'a stored note that was never published')
  // It goes on from there.
  await desk.write(tenants[0] ?? '', 4)
  await sealAll(desk.sealer, waiting)
  const sink = fileSink(folder, () => new Date())
  const turn = await signTurn(desk.sealer, {
    host: HOST,
    signers: [signer],
    journal: sink,
    published: new Map((await sink.latest()).notes),
    events: 1,
    seconds: 1,
  })
  assert.deepEqual(turn.forks, [])
})

async function notesOf(from: string): Promise<{ notes: string[] }> {
  const { readdir, readFile } = await import('node:fs/promises')
  const notes: string[] = []
  for (const name of (await readdir(from)).filter((one) => one.endsWith('.jsonl'))) {
    for (const line of (await readFile(path.join(from, name), 'utf8')).split('\n')) {
      try {
        notes.push((JSON.parse(line) as { note: string }).note)
      } catch {
        // A line that the blow cut short was never answered for.
      }
    }
  }
  return { notes }
}

test('AU-08 a transaction that writes for long raises audit_seal_lag, which clears when it is over', async () => {
  const tenant = uuidv7()
  const late = new pg.Client({ connectionString: desk.urls.owner })
  await late.connect()
  const said = (alarm: string): boolean =>
    desk.lines.some((line) => line.includes('audit_seal_lag') && line.includes(alarm))
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await holds()); tries++) {
      assert.ok(tries < 600, 'it came about')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const options = desk.sealerOptions()
  const sealer = await startSealer(options)
  try {
    await late.query('begin')
    const id = uuidv7()
    const insert = 'insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ($1, $2, 0, $3, 1)'
    await late.query(insert, [id, tenant, canonOf(tenant, id)])
    // What others commit meanwhile waits behind it, and grows old.
    const [waits] = await desk.write(tenant, 1)
    await desk.sql(
      `set session_replication_role = 'replica'; update audit.inbox set created_at = now() - interval '30 seconds' where id = '${waits}'; reset session_replication_role`,
    )
    await until(async () => said('alarm_raised'))
    assert.ok(((await options.metrics.auditSealLag.get()).values[0]?.value ?? 0) > 10)
    await late.query('commit')
    await until(async () => said('alarm_cleared'))
    assert.equal((await sealedOf(tenant)).length, 2)
  } finally {
    await sealer.stop()
    await late.end()
  }
})
