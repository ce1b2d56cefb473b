import { health, meta, ready } from '@zenops/contracts/meta'
import { sql } from 'kysely'
import { toInstant } from '../../../platform/clock.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { isMigrated } from '../../../platform/db/migrate.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { BUILD, VERSION } from '../../../version.ts'

const on = operationsOf<never>()

export const healthOperation = on.open(health, async () => ({ body: { status: 'ok' as const } }))

export const readyOperation = on.open(ready, async ({ database, services }) => {
  if (services.draining?.()) throw refuse.unavailable('draining')
  const migrated = await isMigrated(async () => {
    const [rows] = await database.read(
      authScope(),
      sql<{ name: string }>`select name from public.schema_migrations`.compile(compileOnly),
    )
    return rows
  }).catch(() => {
    throw refuse.unavailable('database')
  })
  if (!migrated) throw refuse.unavailable('migrations')
  return { body: { status: 'ready' as const } }
})

export const metaOperation = on.open(meta, async ({ now }) => ({
  body: { name: 'ZenOps', version: VERSION, build: BUILD, api_version: 'v1' as const, time: toInstant(now) },
}))
