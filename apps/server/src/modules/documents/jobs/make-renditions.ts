import { buffer } from 'node:stream/consumers'
import { sql } from 'kysely'
import { z } from 'zod'
import { ImageRefused, preview, thumbnail } from '../../../platform/images/renditions.ts'
import { handleJob, type JobContext, JobFailure, jobKind } from '../../../platform/jobs/port.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import { renditionKey } from '../queries/document.ts'

export const makeRenditions = jobKind({
  kind: 'documents.make_renditions',
  payload: z.object({ document_id: z.guid() }),
  maxAttempts: 3,
})

interface Original {
  readonly tenant_id: string
  readonly id: string
  readonly storage_key: string
}

async function findOriginal(context: JobContext, id: string): Promise<Original | undefined> {
  return context.transact(async (tx) => {
    const { rows } = await sql<Original>`
      select d.tenant_id, d.id, d.storage_key from documents.documents d
      where d.tenant_id = ${context.tenantId}::uuid and d.id = ${id}::uuid and d.status = 'uploaded' and d.deleted_at is null and d.thumb_status = 'pending'`.execute(
      tx,
    )
    return rows[0]
  })
}

const setThumb = (context: JobContext, id: string, status: 'ready' | 'failed'): Promise<unknown> =>
  context.transact((tx) =>
    sql`update documents.documents d set thumb_status = ${status}
      where d.tenant_id = ${context.tenantId}::uuid and d.id = ${id}::uuid and d.thumb_status = 'pending'`.execute(tx),
  )

const VARIANTS = [
  ['thumb', thumbnail],
  ['preview', preview],
] as const

/** Smaller pictures, upright and without what the camera wrote into them. */
async function draw(storage: StoragePort, original: Original): Promise<void> {
  const bytes = await buffer(await storage.read(original.storage_key))
  for (const [variant, make] of VARIANTS) {
    const small = await make(bytes)
    await storage.write(renditionKey(original, variant), small.bytes, { contentType: small.mime })
  }
}

/** A picture that cannot be drawn keeps its icon; nothing else of the document depends on it. */
export const makeRenditionsHandler = (storage: StoragePort) =>
  handleJob(makeRenditions, {
    run: async (context, { document_id }) => {
      const original = await findOriginal(context, document_id)
      if (!original) return
      try {
        await draw(storage, original)
      } catch (error) {
        if (error instanceof ImageRefused) throw new JobFailure(`IMAGE_${error.reason}`, error.message)
        throw error
      }
      await setThumb(context, document_id, 'ready')
    },
    dead: async (context, { document_id }) => {
      await setThumb(context, document_id, 'failed')
    },
  })
