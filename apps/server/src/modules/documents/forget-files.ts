import { type QueryExecutorProvider, sql } from 'kysely'
import { safeName, type StoragePort } from '../../platform/storage/port.ts'
import { bytesOfDocument } from './bytes.ts'

/** Of whom, in which firm; every statement runs in a transaction of that firm's worker. */
export interface Forgetting {
  readonly tenantId: string
  readonly storage: StoragePort
  readonly inFirm: <T>(work: (tx: QueryExecutorProvider) => Promise<T>) => Promise<T>
  readonly signal: AbortSignal
}

const BATCH = 100

/** What a person uploaded and nobody ever hung on a job, a report or anything else: bytes first, then the rows. */
export async function purgeOwnFiles(forgetting: Forgetting, personId: string): Promise<number> {
  const { tenantId, storage, inFirm, signal } = forgetting
  let purged = 0
  for (;;) {
    signal.throwIfAborted()
    const rows = await inFirm(async (tx) => {
      const { rows: found } = await sql<{ tenant_id: string; id: string; storage_key: string }>`
        select d.tenant_id, d.id, d.storage_key from documents.documents d
        where d.tenant_id = ${tenantId}::uuid and (d.owner_user_id = ${personId}::uuid or d.external_owner_id = ${personId}::uuid)
          and not exists (select 1 from documents.document_links l where l.tenant_id = d.tenant_id and l.document_id = d.id)
          and not exists (select 1 from reports.report_evidence_items e where e.tenant_id = d.tenant_id and e.document_id = d.id)
          and not exists (select 1 from reports.report_pack_artifacts a where a.tenant_id = d.tenant_id and a.document_id = d.id)
        order by d.id limit ${BATCH}`.execute(tx)
      return found
    })
    await storage.remove(rows.flatMap(bytesOfDocument))
    const ids = rows.map((row) => row.id)
    await inFirm(async (tx) => {
      for (const part of ['document_views', 'document_tags'])
        await sql`delete from ${sql.table(`documents.${part}`)} where tenant_id = ${tenantId}::uuid and document_id = any (${ids}::uuid[])`.execute(
          tx,
        )
      await sql`delete from documents.documents where tenant_id = ${tenantId}::uuid and id = any (${ids}::uuid[])`.execute(
        tx,
      )
    })
    purged += rows.length
    if (rows.length < BATCH) return purged
  }
}

/** Objects whose key still has a name that their row has lost: copied to the key of the new name, then removed. */
export async function renameFiles(forgetting: Forgetting, pattern: string): Promise<void> {
  const { tenantId, storage, inFirm, signal } = forgetting
  for (;;) {
    const { rows } = await inFirm((tx) =>
      sql<{ id: string; storage_key: string; original_filename: string; stored: boolean }>`
        select id, storage_key, original_filename, sha256 is not null as stored from documents.documents
        where tenant_id = ${tenantId}::uuid and storage_key ~* ${pattern}
        order by id limit ${BATCH}`.execute(tx),
    )
    for (const row of rows) {
      signal.throwIfAborted()
      const key = `${tenantId}/documents/${row.id}/${safeName(row.original_filename)}`
      // Of an upload that was never confirmed nothing lies there yet.
      if (row.stored) await storage.copy(row.storage_key, key)
      await inFirm((tx) =>
        sql`update documents.documents set storage_key = ${key} where tenant_id = ${tenantId}::uuid and id = ${row.id}::uuid`.execute(
          tx,
        ),
      )
      await storage.remove([row.storage_key])
    }
    if (rows.length < BATCH) return
  }
}
