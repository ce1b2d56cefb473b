import { readConfig } from '../src/config.ts'
import { homeSecrets } from '../src/home.ts'
import { rebaseInbox, sealerDatabase } from '../src/modules/audit/index.ts'

/**
 * `npm run audit:rebase`: after the tables were restored into another cluster, stamps the waiting audit events anew. The
 * server must be down; DATABASE_URL_SEALER or DATABASE_URL names the database.
 */
async function main(): Promise<void> {
  const config = readConfig()
  const secrets = await homeSecrets(config.ZENOPS_HOME)
  const url = config.DATABASE_URL_SEALER ?? sealerUrl(config.DATABASE_URL, secrets.database.zen_sealer)
  if (url === undefined) throw new Error('DATABASE_URL_SEALER or DATABASE_URL is needed')
  const database = sealerDatabase(url, () => {})
  try {
    const rows = await rebaseInbox(database)
    process.stdout.write(`${rows} waiting events were stamped anew; the sealer may start\n`)
  } finally {
    await database.close()
  }
}

function sealerUrl(given: string | undefined, password: string): string | undefined {
  if (given === undefined) return undefined
  const url = new URL(given)
  url.username = 'zen_sealer'
  url.password = password
  return url.href
}

await main()
