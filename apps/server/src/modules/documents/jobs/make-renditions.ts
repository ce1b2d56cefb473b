import { sql } from 'kysely'
import sharp from 'sharp'
import { z } from 'zod'
import { MAX_PIXELS } from '../../../platform/files/inspect.ts'
import { handleJob, type JobContext, jobKind } from '../../../platform/jobs/port.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import { renditionKey } from '../queries/document.ts'

export const makeRenditions = jobKind({
  kind: 'documents.make_renditions',
  payload: z.object({ document_id: z.guid() }),
  maxAttempts: 3,
})

const SIZES = [
  ['thumb', 256],
  ['preview', 1600],
] as const

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

/** Smaller pictures, upright and without what the camera wrote into them. */
async function draw(storage: StoragePort, original: Original): Promise<void> {
  const picture = sharp({ limitInputPixels: MAX_PIXELS, failOn: 'error' })
  const source = await storage.read(original.storage_key)
  source.on('error', (error) => picture.destroy(error))
  source.pipe(picture)
  await Promise.all(
    SIZES.map(async ([variant, edge]) => {
      const small = await picture
        .clone()
        .rotate()
        .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 80 })
        .toBuffer()
      await storage.write(renditionKey(original, variant), small, { contentType: 'image/webp' })
    }),
  )
}

/** A picture that cannot be drawn keeps its icon; nothing else of the document depends on it. */
export const makeRenditionsHandler = (storage: StoragePort) =>
  handleJob(makeRenditions, {
    run: async (context, { document_id }) => {
      const original = await findOriginal(context, document_id)
      if (!original) return
      await draw(storage, original)
      await setThumb(context, document_id, 'ready')
    },
    dead: async (context, { document_id }) => {
      await setThumb(context, document_id, 'failed')
    },
  })
