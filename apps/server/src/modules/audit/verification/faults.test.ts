import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CHAIN_FAULTS, type ChainFault, chainVerify, getVerifyRun, startVerifyRun } from '@zenops/contracts/audit'
import { signCheckpoint } from '@zenops/audit/notes'
import { type Firm, type House, openHouse } from '../../../../test/harness/house.ts'
import { notaryOf, rewriteLog, signerFor, type TestNotary } from '../../../../test/harness/notary.ts'
import { originOf } from '../sealing/ground.ts'

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

/** A firm with six events, whose heads at four and at six are signed and published. */
async function firmOfSix(): Promise<Firm> {
  const firm = await house.firm()
  for (const count of [4, 2]) {
    await notary.write(firm.tenantId, count)
    await notary.sign()
  }
  return firm
}
async function unsigned(count: number): Promise<Firm> {
  const firm = await house.firm()
  await notary.write(firm.tenantId, count)
  await house.seal()
  return firm
}

interface Case {
  readonly code: ChainFault
  readonly firm: () => Promise<Firm>
  readonly tamper: (firm: Firm) => Promise<unknown>
  /** Everything that is found, in order; the first is the code unless faults of the ends come before it. */
  readonly found: readonly ChainFault[]
  readonly first: number | null
  /** What a look at the newest rows finds, where it differs. */
  readonly atOnce?: { readonly limit: number; readonly found: readonly ChainFault[] }
}
const statement =
  (text: string) =>
  ({ tenantId }: Firm): Promise<void> =>
    house.asSuperuser(text, [tenantId])

/** A head with another root or link, signed all the same: whoever does this has the key. */
const signedOtherwise =
  (size: number, what: 'root' | 'link') =>
  async ({ tenantId }: Firm): Promise<void> => {
    const [row] = await house.sql<{ root: Buffer; link: Buffer }>(
      'select root, link from audit.checkpoints where tenant_id = $1 and size = $2',
      [tenantId, size],
    )
    assert.ok(row)
    const checkpoint = {
      origin: originOf(notary.host, { tenantId, epoch: 1 }),
      size,
      ...row,
      [what]: Buffer.alloc(32, 5),
    }
    const note = signCheckpoint(checkpoint, [notary.own.signer])
    await house.asSuperuser('delete from audit.root_log where tenant_id = $1', [tenantId])
    await house.asSuperuser(
      `update audit.checkpoints set ${what} = decode($3, 'hex'), note = $4 where tenant_id = $1 and size = $2::bigint`,
      [tenantId, String(size), checkpoint[what].toString('hex'), note],
    )
  }

const CASES: readonly Case[] = [
  {
    code: 'missing_chain_fields',
    firm: firmOfSix,
    tamper: async (firm) => {
      await house.sql('alter table audit.events alter column link drop not null')
      await statement('update audit.events set link = null where tenant_id = $1 and seq = 3')(firm)
    },
    found: ['missing_chain_fields'],
    first: 3,
  },
  {
    code: 'canon_invalid',
    firm: () => unsigned(6),
    tamper: ({ tenantId }) =>
      rewriteLog(house, tenantId, (canon, seq) =>
        seq === 3 ? Buffer.from(canon.toString().replace('{', '{ ')) : canon,
      ),
    found: ['canon_invalid'],
    first: 3,
  },
  {
    code: 'chain_seq_gap',
    firm: () => unsigned(6),
    tamper: statement('delete from audit.events where tenant_id = $1 and seq = 2'),
    found: ['chain_seq_gap', 'hash_link_mismatch', 'head_mismatch'],
    first: 2,
  },
  {
    code: 'hash_curr_mismatch',
    firm: () => unsigned(6),
    tamper: statement(
      "update audit.events set canon = convert_to(replace(convert_from(canon, 'UTF8'), 'ACTIVE', 'LIFTED'), 'UTF8') where tenant_id = $1 and seq = 3",
    ),
    found: ['hash_curr_mismatch'],
    first: 3,
  },
  {
    code: 'hash_link_mismatch',
    firm: firmOfSix,
    tamper: statement("update audit.events set link = sha256('x') where tenant_id = $1 and seq = 6"),
    found: ['hash_link_mismatch', 'notary_mismatch', 'checkpoint_link_mismatch', 'head_mismatch'],
    first: 6,
  },
  {
    code: 'tail_truncated',
    firm: firmOfSix,
    tamper: statement('delete from audit.events where tenant_id = $1 and seq = 6'),
    found: ['tail_truncated'],
    first: 6,
  },
  {
    code: 'head_mismatch',
    firm: firmOfSix,
    tamper: statement("update audit.heads set link = sha256('x') where tenant_id = $1"),
    found: ['head_mismatch'],
    first: null,
  },
  {
    code: 'head_mismatch',
    firm: firmOfSix,
    tamper: statement('delete from audit.heads where tenant_id = $1'),
    found: ['head_mismatch'],
    first: 1,
  },
  {
    code: 'checkpoint_signature_invalid',
    firm: firmOfSix,
    tamper: async ({ tenantId }) => {
      const [row] = await house.sql<{ root: Buffer; link: Buffer }>(
        'select root, link from audit.checkpoints where tenant_id = $1 and size = 4',
        [tenantId],
      )
      assert.ok(row)
      const origin = originOf(notary.host, { tenantId, epoch: 1 })
      const note = signCheckpoint({ origin, size: 4, ...row }, [signerFor(notary.host, 9)])
      await house.asSuperuser('delete from audit.root_log where tenant_id = $1', [tenantId])
      await house.asSuperuser('update audit.checkpoints set note = $2 where tenant_id = $1 and size = 4', [
        tenantId,
        note,
      ])
    },
    found: ['checkpoint_signature_invalid'],
    first: 1,
  },
  {
    code: 'checkpoint_root_mismatch',
    firm: firmOfSix,
    tamper: signedOtherwise(6, 'root'),
    found: ['checkpoint_root_mismatch'],
    first: 5,
    atOnce: { limit: 2, found: ['checkpoint_inconsistent', 'checkpoint_root_mismatch'] },
  },
  {
    code: 'checkpoint_link_mismatch',
    firm: firmOfSix,
    tamper: signedOtherwise(6, 'link'),
    found: ['checkpoint_link_mismatch'],
    first: 5,
  },
  {
    code: 'checkpoint_inconsistent',
    firm: firmOfSix,
    tamper: signedOtherwise(4, 'root'),
    found: ['checkpoint_root_mismatch', 'checkpoint_inconsistent'],
    first: 1,
    atOnce: { limit: 2, found: ['checkpoint_inconsistent'] },
  },
  {
    code: 'tile_mismatch',
    firm: () => unsigned(256),
    tamper: statement(
      "update audit.tiles set hashes = overlay(hashes placing sha256('x') from 1 + 32 * 40 for 32) where tenant_id = $1",
    ),
    found: ['tile_mismatch'],
    first: 41,
  },
  {
    code: 'tile_mismatch',
    firm: () => unsigned(3),
    tamper: statement(
      "insert into audit.tiles select $1::uuid, 1, 1, 0, decode(repeat('00', 8192), 'hex'), sha256('x')",
    ),
    found: ['tile_mismatch'],
    first: null,
  },
  {
    code: 'retention_seal_mismatch',
    firm: firmOfSix,
    // Everything fits but for the event by which the log would tell of it.
    tamper: ({ tenantId }) =>
      house.asSuperuser(
        `with sealed as (insert into audit.retention_seals
           (tenant_id, epoch, from_seq, upto_seq, link, edge, note, event_id, archive_key, archive_sha256, archive_bytes, open_leaves)
           select c.tenant_id, 1, 1, 4, c.link, array[c.root], c.note, uuidv7(), 'archive', sha256('a'), 1,
             (select string_agg(leaf, '' order by seq) from audit.events e where e.tenant_id = c.tenant_id and e.seq <= 4)
           from audit.checkpoints c where c.tenant_id = $1 and c.size = 4)
         delete from audit.events where tenant_id = $1 and seq <= 4`,
        [tenantId],
      ),
    found: ['retention_seal_mismatch'],
    first: 4,
  },
  {
    code: 'notary_mismatch',
    firm: firmOfSix,
    tamper: statement(
      "update audit.root_log set proof = array_append(proof, sha256('x')) where tenant_id = $1 and size = 6",
    ),
    found: ['notary_mismatch'],
    first: 5,
  },
  {
    code: 'notary_mismatch',
    firm: firmOfSix,
    tamper: statement('delete from audit.checkpoints where tenant_id = $1 and size = 4'),
    found: ['notary_mismatch'],
    first: null,
  },
  {
    code: 'seal_lag',
    firm: firmOfSix,
    tamper: async (firm) => {
      await notary.write(firm.tenantId, 1)
      await statement("update audit.inbox set created_at = now() - interval '61 seconds' where tenant_id = $1")(firm)
    },
    found: ['seal_lag'],
    first: null,
  },
]

const codesOf = (verdict: { failure_samples: readonly { code: ChainFault }[] }): ChainFault[] => [
  ...new Set(verdict.failure_samples.map((one) => one.code)),
]

for (const { code, firm: make, tamper, found, first, atOnce } of CASES) {
  test(`AU-11 ${code} is found by a run and by a look at once, and nothing else is blamed: ${found.join(', ')} from ${first}`, async () => {
    const firm = await make()
    const look = async (limit = 1_000) => firm.owner.ok(chainVerify, { query: { limit } })
    assert.equal((await look()).passed, true)
    await house.asSuperuser('delete from audit.inbox where tenant_id = $1', [firm.tenantId])
    await tamper(firm)
    const { run_id } = await firm.owner.ok(startVerifyRun, { body: {} })
    await house.runJobs()
    const { result } = await firm.owner.ok(getVerifyRun, { params: { id: run_id } })
    assert.ok(result)
    assert.deepEqual([codesOf(result), result.first_bad_seq, result.passed], [found, first, false])
    assert.match(house.errors.splice(0).join(), /^[^\n]+"audit_chain_verify_failed"\}\n$/)
    const seen = await look(atOnce?.limit)
    assert.deepEqual(codesOf(seen), atOnce?.found ?? found)
    if (!atOnce) assert.deepEqual(seen.first_bad_seq, first)
    // Nobody can seal behind what was done to it.
    await house.asSuperuser('delete from audit.inbox where tenant_id = $1', [firm.tenantId])
  })
}

test('AU-11 each code of the contract has a case', () => {
  assert.deepEqual(new Set(CASES.map((one) => one.code)), new Set(CHAIN_FAULTS))
})
