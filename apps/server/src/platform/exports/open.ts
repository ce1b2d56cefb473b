import type { ReadyConfig } from '../../config.ts'
import type { Database } from '../db/database.ts'
import { StorageError } from '../storage/port.ts'
import { dbStorage, MIB } from './db-storage.ts'
import type { ExportStorage, ExportTables, StorageKind } from './port.ts'
import { s3ExportStorage } from './s3-storage.ts'

/** Stored bytes that one firm's exports may take in the database. */
const TENANT_SPOOL_BYTES = 8 * 1024 * MIB

export interface ExportStores {
  /** The driver of new jobs. */
  readonly kind: StorageKind
  readonly tenantSpoolBytes: number
  readonly allSpoolBytes: number
  /** The driver a job began with. Throws `unavailable` when it is not configured any more. */
  of(kind: StorageKind): ExportStorage
  readonly configured: readonly ExportStorage[]
  close(): void
}

/** Stored bytes that exports may take in the database, of one firm and in all. */
export const spoolRoom = ({ EXPORT_SPOOL_MAX_BYTES: all }: Pick<ReadyConfig, 'EXPORT_SPOOL_MAX_BYTES'>) => ({
  tenantBytes: Math.min(TENANT_SPOOL_BYTES, all),
  allBytes: all,
})

/** The drivers that the configuration offers, over one family's tables. */
export function openExportStores(
  config: ReadyConfig,
  given: { readonly database: Database; readonly tables: ExportTables; readonly prefix: string },
): ExportStores {
  const { database, tables, prefix } = given
  const spool = spoolRoom(config)
  const { S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = config
  const s3 =
    S3_BUCKET === undefined || S3_ACCESS_KEY_ID === undefined || S3_SECRET_ACCESS_KEY === undefined
      ? null
      : s3ExportStorage({
          database,
          tables,
          prefix,
          ...(config.S3_ENDPOINT === undefined ? {} : { endpoint: config.S3_ENDPOINT }),
          region: config.S3_REGION,
          bucket: S3_BUCKET,
          accessKeyId: S3_ACCESS_KEY_ID,
          secretAccessKey: S3_SECRET_ACCESS_KEY,
          pathStyle: config.S3_PATH_STYLE,
          encryption: config.EXPORT_S3_ENCRYPTION === 'none' ? null : config.EXPORT_S3_ENCRYPTION,
        })
  const configured: ExportStorage[] = [dbStorage({ database, tables, spool }), ...(s3 ? [s3] : [])]
  return {
    kind: config.EXPORT_STORAGE,
    tenantSpoolBytes: spool.tenantBytes,
    allSpoolBytes: spool.allBytes,
    of: (kind) => {
      const found = configured.find((one) => one.kind === kind)
      if (!found) throw new StorageError('unavailable')
      return found
    },
    configured,
    close: () => s3?.close(),
  }
}
