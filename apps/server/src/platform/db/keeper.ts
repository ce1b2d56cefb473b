import type { Log } from '../telemetry/log.ts'
import { Database } from './database.ts'

/** The keeper's connections, opened when something is to be summed up or watched. */
export function keeperConnections(url: string | undefined, log: Log) {
  let database: Database | null = null
  return {
    open: (): Database => {
      if (url === undefined) throw new Error('there is no connection of the keeper')
      database ??= new Database({
        url,
        poolSize: 2,
        prepared: false,
        applicationName: 'zenops-keeper',
        statementTimeoutMs: 60_000,
        transactionTimeoutMs: 300_000,
        onError: (error) => log.warn({ err: error }, 'database_connection'),
      })
      return database
    },
    close: async () => database?.close(),
  }
}
