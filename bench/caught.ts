import type { CompiledQuery } from 'kysely'
import type { Database } from '../apps/server/src/platform/db/database.ts'
import type { BenchHouse } from './firm.ts'

export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** The statements one request of the product sends: caught where they leave, so the yardstick runs the very same. */
export async function caught(
  house: BenchHouse,
  url: string,
  token: string,
): Promise<{ text: string; values: readonly unknown[] }[]> {
  const seen: CompiledQuery[] = []
  const database = house.app.services.database
  const original = database.read.bind(database)
  // The goal listens in on this one app instance; production code has no such hook.
  const listening = database as { read: Database['read'] }
  listening.read = ((scope, ...queries) => {
    if (scope.role === 'zen_web') seen.push(...(queries as readonly CompiledQuery[]))
    return original(scope, ...queries)
  }) as Database['read']
  const server = await house.app.server('web')
  try {
    const response = await server.inject({ url, headers: { authorization: `Bearer ${token}` } })
    if (response.statusCode !== 200)
      throw new Error(`${url} answered ${response.statusCode}: ${response.body.slice(0, 300)}`)
  } finally {
    listening.read = original
    await server.close()
  }
  return seen.map((query) => ({ text: query.sql, values: query.parameters }))
}
