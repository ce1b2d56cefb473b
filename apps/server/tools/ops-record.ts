import { sql } from 'kysely'
import { readConfig } from '../src/config.ts'
import { homeSecrets } from '../src/home.ts'
import { compileOnly } from '../src/platform/db/database.ts'
import { keeperConnections } from '../src/platform/db/keeper.ts'
import { KEEPER_SCOPE } from '../src/platform/db/scope.ts'
import { createLog } from '../src/platform/telemetry/log.ts'

const NAMES = ['backup', 'restore_drill']

/**
 * `npm run ops:record -- backup|restore_drill`: notes that a backup was made, or restored on trial, just now. Whatever
 * makes backups calls it last; the alerts count from here. DATABASE_URL_KEEPER or DATABASE_URL names the database.
 */
async function main(): Promise<void> {
  const [name = ''] = process.argv.slice(2)
  if (!NAMES.includes(name)) throw new Error(`say what was done: ${NAMES.join(' or ')}`)
  const config = readConfig()
  const secrets = await homeSecrets(config.ZENOPS_HOME)
  const keeper = keeperConnections(
    config.DATABASE_URL_KEEPER ?? keeperUrl(config.DATABASE_URL, secrets.database.zen_keeper),
    createLog({ level: 'error' }),
  )
  try {
    await keeper.open().write(
      KEEPER_SCOPE,
      sql`insert into ops.watermarks (name, reached_at) values (${name}, now())
        on conflict (name) do update set reached_at = now(), updated_at = now()`.compile(compileOnly),
    )
    process.stdout.write(`${name} is recorded\n`)
  } finally {
    await keeper.close()
  }
}

function keeperUrl(given: string | undefined, password: string): string | undefined {
  if (given === undefined) return undefined
  const url = new URL(given)
  url.username = 'zen_keeper'
  url.password = password
  return url.href
}

await main()
