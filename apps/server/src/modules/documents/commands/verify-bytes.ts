import { createHash } from 'node:crypto'
import type { ErrorCode } from '@zenops/contracts/errors'
import { storedBytes } from '../../../platform/files/byte-source.ts'
import { EXIF_BYTES, readPhotoSuggestions } from '../../../platform/files/exif.ts'
import { inspectFile } from '../../../platform/files/inspect.ts'
import { familyOf, type ExtraKind } from '../../../platform/files/kinds.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import type { StoredSuggestions } from '../queries/document.ts'

export interface Declared {
  readonly filename: string
  readonly contentType: string
  readonly sizeBytes: number
  readonly sha256: string | null
  readonly extraKinds: readonly ExtraKind[]
  readonly timeZone: string
}
export interface Verified {
  readonly sha256: string
  readonly detectedType: string
  readonly isPicture: boolean
  readonly width: number | null
  readonly height: number | null
  readonly suggestions: StoredSuggestions | null
}
export type Verdict =
  | { readonly accepted: true; readonly facts: Verified }
  | { readonly accepted: false; readonly code: Extract<ErrorCode, `FILE_${string}`>; readonly reason: string }

/** Looks at what was stored: length, SHA-256, the kind that the bytes tell, and what a photo says of itself. Throws storage faults only. */
export async function verifyBytes(storage: StoragePort, key: string, declared: Declared): Promise<Verdict> {
  const source = await storedBytes(storage, key)
  if (source.size !== declared.sizeBytes) return { accepted: false, code: 'FILE_SIZE_MISMATCH', reason: 'size_differs' }
  const hash = createHash('sha256')
  for await (const chunk of await source.stream()) hash.update(chunk as Uint8Array) // storage streams are byte streams
  const sha256 = hash.digest('hex')
  if (declared.sha256 !== null && declared.sha256 !== sha256)
    return { accepted: false, code: 'FILE_CHECKSUM_MISMATCH', reason: 'hash_differs' }
  const seen = await inspectFile(source, {
    filename: declared.filename,
    contentType: declared.contentType,
    extra: declared.extraKinds,
  })
  if (!seen.accepted) return { accepted: false, code: 'FILE_TYPE_MISMATCH', reason: seen.reason }
  const isPicture = familyOf(seen.kind) === 'image'
  const told = isPicture
    ? await readPhotoSuggestions(await source.read(0, EXIF_BYTES), { timeZone: declared.timeZone })
    : {}
  const facts = { sha256, detectedType: seen.detected_type, isPicture, suggestions: suggestionsOf(told) }
  return { accepted: true, facts: { ...facts, ...upright(seen.dimensions, told.orientation) } }
}

/** Sides as a person sees the picture: EXIF orientations 5 to 8 lie on their side. */
function upright(stored: { width: number; height: number } | undefined, orientation = 1) {
  if (!stored) return { width: null, height: null }
  return orientation >= 5
    ? { width: stored.height, height: stored.width }
    : { width: stored.width, height: stored.height }
}

function suggestionsOf(found: Awaited<ReturnType<typeof readPhotoSuggestions>>): StoredSuggestions | null {
  if (!found.captured_at && !found.geo && !found.device) return null
  return {
    captured_at: found.captured_at ?? null,
    gps: found.geo
      ? { latitude: found.geo.lat, longitude: found.geo.lng, accuracy_m: found.geo.accuracy_m ?? null }
      : null,
    device: found.device ?? null,
    distance_to_property_m: null,
    accepted: [],
  }
}
