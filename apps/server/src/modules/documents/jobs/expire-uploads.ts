import { sql } from 'kysely'
import { z } from 'zod'
import { handleJob, jobKind } from '../../../platform/jobs/port.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import { EXPIRED } from '../commands/presign-upload.ts'
import { incomingKey } from '../upload-target.ts'

/** One tenant's uploads that were never confirmed; to be asked for every hour. */
export const expireUploads = jobKind({ kind: 'documents.expire_uploads', payload: z.object({}) })

const BATCH = 500

interface Expired {
  readonly id: string
  readonly storage_key: string
}

export const expireUploadsHandler = (storage: StoragePort) =>
  handleJob(expireUploads, {
    run: async (context) => {
      for (;;) {
        const gone = await context.transact(async (tx) => {
          await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
          const { rows } = await sql<Expired>`
            update documents.documents d set status = 'deleted', deleted_at = now(), deleted_by = null, delete_reason = ${EXPIRED},
              purge_after = now() + interval '30 days', version = d.version + 1, updated_at = now()
            where d.tenant_id = ${context.tenantId}::uuid and d.id in (
              select p.id from documents.documents p
              where p.tenant_id = ${context.tenantId}::uuid and p.status = 'pending' and p.deleted_at is null and p.upload_expires_at < now()
                and (p.lease_until is null or p.lease_until < now())
              order by p.upload_expires_at limit ${BATCH} for update skip locked)
            returning d.id, d.storage_key`.execute(tx)
          return rows
        })
        // A crash here leaves bytes that the next presign of the same file replaces or nobody can reach.
        await storage.remove(gone.flatMap((row) => [incomingKey(row.id), row.storage_key]))
        if (gone.length < BATCH) return
      }
    },
  })
