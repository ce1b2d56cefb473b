import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { Images, PackImage } from '@zenops/templates/media'
import { JobFailure } from '../../../platform/jobs/port.ts'
import { ImageRefused, packRendition } from '../../../platform/images/renditions.ts'
import { StorageError, type StoragePort } from '../../../platform/storage/port.ts'
import sharp from 'sharp'
import { type DocumentFacts, openDocument } from '../../documents/index.ts'
import type { ManifestRow } from '../rules/manifest.ts'

export interface ImageSource {
  readonly storage: StoragePort
  readonly tenantId: string
  readonly documents: ReadonlyMap<string, DocumentFacts>
  readonly signal: AbortSignal
  onLoaded(done: number, total: number): Promise<void>
}

/** Decoding holds the whole picture in memory: two of twelve megapixels are enough at a time. */
const AT_A_TIME = 2

/** Renditions are kept by the hash of their original, so a photo is decoded once for all packs of the firm. */
const renditionKey = (tenantId: string, sha256: string): string => `${tenantId}/renditions/pack-1600/${sha256}.jpg`

async function stored(storage: StoragePort, key: string): Promise<Buffer | null> {
  try {
    return await buffer(await storage.read(key))
  } catch (error) {
    if (error instanceof StorageError && error.fault === 'not_found') return null
    throw error
  }
}

async function sized(bytes: Uint8Array): Promise<PackImage> {
  const { width, height } = await sharp(bytes).metadata()
  return { bytes: Uint8Array.from(bytes), mime: 'image/jpeg', width, height }
}

async function original({ storage, documents }: ImageSource, row: ManifestRow): Promise<Buffer> {
  const document = row.document_id === null ? undefined : documents.get(row.document_id)
  if (!document)
    throw new JobFailure('EVIDENCE_MISSING', 'A photo of the revision is not there any more.', {
      evidence_item_id: row.evidence_item_id,
    })
  const bytes = await buffer(await openDocument(storage, document))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 === row.sha256) return bytes
  throw new JobFailure('EVIDENCE_CHANGED', 'A photo is not the one that was frozen.', {
    evidence_item_id: row.evidence_item_id,
  })
}

async function imageOf(source: ImageSource, row: ManifestRow): Promise<PackImage> {
  const { storage, tenantId } = source
  const key = renditionKey(tenantId, row.sha256 ?? '')
  const kept = await stored(storage, key)
  if (kept) return sized(kept)
  try {
    const { bytes } = await packRendition(await original(source, row))
    await storage.write(key, bytes, { contentType: 'image/jpeg' })
    return await sized(bytes)
  } catch (error) {
    if (!(error instanceof ImageRefused)) throw error
    throw new JobFailure('IMAGE_UNREADABLE', error.message, { evidence_item_id: row.evidence_item_id })
  }
}

/** The pictures of a pack by evidence item, upright, small enough and without metadata. */
export async function loadImages(source: ImageSource, rows: readonly ManifestRow[]): Promise<Images> {
  const images: Record<string, PackImage> = {}
  const bySha = new Map<string, PackImage>()
  const waiting = [...rows]
  let done = 0
  const work = async (): Promise<void> => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      source.signal.throwIfAborted()
      const known = bySha.get(row.sha256 ?? '')
      const image = known ?? (await imageOf(source, row))
      bySha.set(row.sha256 ?? row.evidence_item_id, image)
      images[row.evidence_item_id] = image
      await source.onLoaded(++done, rows.length)
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return images
}
