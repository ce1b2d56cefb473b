// Seals, signs and publishes without rest until it is killed: the victim of AU-08. It loads no more than it needs, since
// it is started again and again.
import { signerOf } from '@zenops/audit/notes'
import { keyNameOf } from '../../src/modules/audit/sealing/ground.ts'
import { fileSink } from '../../src/modules/audit/sealing/notary.ts'
import { publishTurn } from '../../src/modules/audit/sealing/publish-turn.ts'
import { sealTurn } from '../../src/modules/audit/sealing/seal-turn.ts'
import { signTurn } from '../../src/modules/audit/sealing/sign-turn.ts'
import { Database } from '../../src/platform/db/database.ts'

const [url, folder] = process.argv.slice(2)
if (url === undefined || folder === undefined)
  throw new Error('usage: sealing-process.ts <url of zen_sealer> <folder of notes>')

const HOST = 'zenops.test'
const signers = [signerOf(keyNameOf(HOST), Buffer.alloc(32, 7))]
const database = new Database({ url, poolSize: 2, prepared: false, applicationName: 'sealing-process' })
const journal = fileSink(folder, () => new Date())
const published = new Map((await journal.latest()).notes)
process.stdout.write('begun\n')
for (;;) {
  await sealTurn(database, 3)
  await signTurn(database, { host: HOST, signers, journal, published, events: 3, seconds: 1 })
  await publishTurn(database, { host: HOST, signers, journal, published, idleSeconds: 3_600 })
}
