import { type NoteSigner, signerOf } from '@zenops/audit/notes'
import { RightEdge } from '@zenops/audit/tree'
import { firstLink, leafHash, logIdOf, nextLink } from '@zenops/audit/hashes'
import { keyNameOf } from '../../src/modules/audit/sealing/ground.ts'
import { fileSink, type Journal, type Published } from '../../src/modules/audit/sealing/notary.ts'
import { publishTurn } from '../../src/modules/audit/sealing/publish-turn.ts'
import { sealerDatabase } from '../../src/modules/audit/sealing/sealer.ts'
import { signTurn } from '../../src/modules/audit/sealing/sign-turn.ts'
import { uuidv7 } from '../../src/platform/ids.ts'
import { canonOf } from './audit.ts'
import type { House } from './house.ts'

export const signerFor = (host: string, seed: number): NoteSigner => signerOf(keyNameOf(host), Buffer.alloc(32, seed))

/** A journal that forgets everything. */
export const NOWHERE: Journal = {
  name: 'memory',
  publish: async () => ({}),
  latest: async () => ({ notes: new Map(), keys: [] }),
}

/** Seals, signs and publishes the logs of a house, with its own key into the journal that it reads, or as somebody else would. */
export function notaryOf(house: House) {
  const { AUDIT_ORIGIN: host, AUDIT_NOTARY_DIR: folder } = house.config
  const sealer = sealerDatabase(house.sealerUrl, () => {})
  const own = {
    signer: signerFor(host, 7),
    journal: fileSink(folder, () => new Date()),
    published: new Map<string, Published>(),
  }
  const sign = async ({ signer, journal, published }: typeof own = own): Promise<void> => {
    const options = { host, signers: [signer], journal, published }
    await house.seal()
    await signTurn(sealer, { ...options, events: 1, seconds: 3_600 })
    await publishTurn(sealer, { ...options, idleSeconds: 3_600 })
  }
  return {
    host,
    own,
    sealer,
    sign,
    /** Whoever owns the database and has a key of his own. */
    signAs: (signer: NoteSigner) => sign({ signer, journal: NOWHERE, published: new Map() }),
    /** Events as commands write them, many at once. */
    write: async (tenantId: string, count: number): Promise<void> => {
      const ids = Array.from({ length: count }, () => uuidv7())
      await house.sql(
        `insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version)
         select id, $1, (place - 1)::int, canon, 1 from unnest($2::uuid[], $3::bytea[]) with ordinality as n(id, canon, place)`,
        [tenantId, ids, ids.map((id) => canonOf(tenantId, id))],
      )
    },
    close: () => sealer.close(),
  }
}
export type TestNotary = ReturnType<typeof notaryOf>

interface Stored {
  readonly seq: string
  readonly canon: Buffer
}
/** Writes a log anew from its events, every hash of it fitting: as far as the owner of the database gets without the key. */
export async function rewriteLog(
  house: House,
  tenantId: string,
  change: (canon: Buffer, seq: number) => Buffer,
): Promise<void> {
  const rows = await house.sql<Stored>(
    'select seq, canon from audit.events where tenant_id = $1 and epoch = 1 order by seq',
    [tenantId],
  )
  let link = firstLink(logIdOf(tenantId, 1))
  const tree = new RightEdge()
  for (const row of rows) {
    const seq = Number(row.seq)
    const canon = change(row.canon, seq)
    const leaf = leafHash(canon)
    link = nextLink(link, seq, leaf)
    tree.append(leaf)
    await house.asSuperuser(
      "update audit.events set canon = decode($3, 'hex'), leaf = decode($4, 'hex'), link = decode($5, 'hex') where tenant_id = $1 and seq = $2::bigint",
      [tenantId, row.seq, canon.toString('hex'), leaf.toString('hex'), link.toString('hex')],
    )
  }
  const edge = tree.edge().map((hash) => `\\x${hash.toString('hex')}`)
  await house.asSuperuser(
    "update audit.heads set size = $2::bigint, link = decode($3, 'hex'), edge = $4::bytea[] where tenant_id = $1",
    [tenantId, String(rows.length), link.toString('hex'), `{${edge.map((one) => `"\\${one}"`).join(',')}}`],
  )
}
