import type { ByteSource } from './byte-source.ts'
import { HEAD_BYTES, type Detected, detectType, detectedName } from './detect.ts'
import { type ExtraKind, type Kind, declaredKind, familyOf, typeOf } from './kinds.ts'
import { inspectOfficeZip, inspectOle } from './office.ts'
import { type Dimensions, type PictureKind, measurePicture } from './pictures.ts'
import { isPlainText } from './text.ts'

/**
 * `not_allowed` the declaration is not on the allow-list · `empty` no bytes · `mismatch` the bytes are of another family ·
 * `macro` Office with macros · `unpacked_too_large`, `too_many_pixels` over the limits · `damaged` cut or broken ·
 * `not_text` NUL, control bytes or no known encoding.
 */
export type Refusal =
  | 'not_allowed'
  | 'empty'
  | 'mismatch'
  | 'macro'
  | 'unpacked_too_large'
  | 'too_many_pixels'
  | 'damaged'
  | 'not_text'

/** `detected_type` is a content type, or null when the bytes tell nothing. */
export type Inspection =
  | { accepted: true; kind: Kind; detected_type: string; dimensions?: Dimensions }
  | { accepted: false; reason: Refusal; detected_type: string | null }

export const MAX_PIXELS = 100_000_000

/**
 * Looks at the bytes of an upload and compares them with what was declared. Reads headers and ends; Office zips, JPEGs and
 * texts are streamed once or twice. Throws only what the source throws (a storage fault).
 */
export const inspectFile = async (
  source: ByteSource,
  declared: { filename: string; contentType: string; extra?: readonly ExtraKind[] },
): Promise<Inspection> => {
  const expected = declaredKind(declared, declared.extra)
  if (source.size === 0) return { accepted: false, reason: expected ? 'empty' : 'not_allowed', detected_type: null }
  const detected = detectType(await source.read(0, HEAD_BYTES))
  if (!expected) return { accepted: false, reason: 'not_allowed', detected_type: detectedName(detected) }
  const found = await lookInside(source, detected, expected)
  if ('reason' in found) return { accepted: false, reason: found.reason, detected_type: detectedName(detected) }
  const detected_type = typeOf(found.kind)
  if (familyOf(found.kind) !== familyOf(expected)) return { accepted: false, reason: 'mismatch', detected_type }
  const broken = await checkBody(source, found.kind)
  if (typeof broken === 'string') return { accepted: false, reason: broken, detected_type }
  return { accepted: true, kind: found.kind, detected_type, ...(broken ? { dimensions: broken } : {}) }
}

const OFFICE_REFUSAL = {
  macro: 'macro',
  too_large: 'unpacked_too_large',
  broken: 'damaged',
  foreign: 'mismatch',
} as const

const lookInside = async (
  source: ByteSource,
  detected: Detected,
  expected: Kind,
): Promise<{ kind: Kind } | { reason: Refusal }> => {
  if (detected && 'kind' in detected) return detected
  if (detected && 'refused' in detected) return { reason: 'mismatch' }
  if (detected) {
    // An archive under another name is not worth unpacking.
    if (familyOf(expected) !== 'document' && familyOf(expected) !== 'sheet') return { reason: 'mismatch' }
    const found = await (detected.container === 'zip' ? inspectOfficeZip(source) : inspectOle(source))
    return 'fault' in found ? { reason: OFFICE_REFUSAL[found.fault] } : found
  }
  if (familyOf(expected) !== 'text') return { reason: 'mismatch' }
  return (await isPlainText(source)) ? { kind: expected } : { reason: 'not_text' }
}

const isPicture = (kind: Kind): kind is PictureKind => familyOf(kind) === 'image'

const checkBody = async (source: ByteSource, kind: Kind): Promise<Refusal | Dimensions | undefined> => {
  if (isPicture(kind)) {
    const dimensions = await measurePicture(source, kind)
    if (!dimensions) return 'damaged'
    return dimensions.width * dimensions.height > MAX_PIXELS ? 'too_many_pixels' : dimensions
  }
  if (kind !== 'pdf') return undefined
  const tail = Buffer.from(await source.read(Math.max(0, source.size - 65_536), 65_536))
  return tail.includes('startxref') || tail.includes('%%EOF') ? undefined : 'damaged'
}
