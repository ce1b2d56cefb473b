import type { ReadyConfig } from '../../config.ts'
import type { Database } from '../db/database.ts'
import { type ExportStores, openExportStores } from './open.ts'
import type { ExportTables } from './port.ts'

/** Where a family of exports lies, as requests and as workers reach it. */
export interface StoresOf {
  readonly api: ExportStores
  readonly worker: ExportStores
}

export const openForBoth = (
  config: ReadyConfig,
  databases: { readonly api: Database; readonly worker: Database },
  family: { readonly tables: ExportTables; readonly prefix: string },
): StoresOf => ({
  api: openExportStores(config, { ...family, database: databases.api }),
  worker: openExportStores(config, { ...family, database: databases.worker }),
})

export const closeStores = (...all: readonly StoresOf[]): void => {
  for (const { api, worker } of all) for (const one of [api, worker]) one.close()
}
