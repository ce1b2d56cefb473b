import exifr from 'exifr'
import { z } from 'zod'
import { exifInHeif, isHeif } from './heif-exif.ts'

/** What a photo says of itself; each part only when it is sane. `captured_at` is RFC 3339 UTC, milliseconds. */
export type PhotoSuggestions = {
  captured_at?: string
  /** WGS 84 degrees, 7 decimals; accuracy is the radius in metres. */
  geo?: { lat: number; lng: number; accuracy_m?: number }
  /** Maker and model, ≤ 120. */
  device?: string
  /** EXIF 1–8; 1 or absent: stored upright. */
  orientation?: number
}

/** How much of the beginning of a file is worth reading: cameras write EXIF before the pixels. */
export const EXIF_BYTES = 1024 * 1024

const PICK = [
  'Make',
  'Model',
  'Orientation',
  'DateTimeOriginal',
  'OffsetTimeOriginal',
  'SubSecTimeOriginal',
  'GPSLatitudeRef',
  'GPSLatitude',
  'GPSLongitudeRef',
  'GPSLongitude',
  'GPSHPositioningError',
]

const text = z.string().max(200).optional().catch(undefined)
const degrees = z.tuple([z.number(), z.number(), z.number()]).optional().catch(undefined)
const tagsSchema = z.object({
  Make: text,
  Model: text,
  Orientation: z.int().min(1).max(8).optional().catch(undefined),
  DateTimeOriginal: text,
  OffsetTimeOriginal: text,
  SubSecTimeOriginal: text,
  GPSLatitudeRef: text,
  GPSLatitude: degrees,
  GPSLongitudeRef: text,
  GPSLongitude: degrees,
  GPSHPositioningError: z.number().min(0).max(1_000_000).optional().catch(undefined),
})
type Tags = z.infer<typeof tagsSchema>

/**
 * Reads the head of a JPEG, HEIC, TIFF, PNG or WebP. Broken or foreign bytes give an empty answer, never an error.
 * Cameras without an offset tag mean the wall clock of `timeZone` (the tenant's).
 */
export const readPhotoSuggestions = async (
  head: Uint8Array,
  options: { timeZone?: string } = {},
): Promise<PhotoSuggestions> => {
  const tags = await readTags(head.subarray(0, EXIF_BYTES))
  if (!tags) return {}
  const captured_at = capturedAt(tags, options.timeZone ?? 'Asia/Kolkata')
  const geo = geoOf(tags)
  const device = deviceOf(tags)
  return {
    ...(captured_at ? { captured_at } : {}),
    ...(geo ? { geo } : {}),
    ...(device ? { device } : {}),
    ...(tags.Orientation ? { orientation: tags.Orientation } : {}),
  }
}

const readTags = async (head: Uint8Array): Promise<Tags | undefined> => {
  try {
    const block = isHeif(head) ? exifInHeif(head) : head
    if (!block) return undefined
    const found: unknown = await exifr.parse(block, {
      pick: PICK,
      translateValues: false,
      reviveValues: false,
      sanitize: true,
      mergeOutput: true,
    })
    return tagsSchema.safeParse(found).data
  } catch {
    // The parser throws on anything unexpected; a photo without facts is an ordinary photo.
    return undefined
  }
}

const FIRST_YEAR = 1990

const capturedAt = (tags: Tags, timeZone: string): string | undefined => {
  const wall = wallClock(tags.DateTimeOriginal ?? '')
  if (!wall || wall.getUTCFullYear() < FIRST_YEAR) return undefined
  const fraction = Number(`0.${/^\d{1,9}/.exec(tags.SubSecTimeOriginal ?? '')?.[0] ?? '0'}`)
  const shift = offsetIn(tags.OffsetTimeOriginal) ?? offsetOf(wall, timeZone)
  return new Date(wall.getTime() - shift + Math.floor(fraction * 1000)).toISOString()
}

/** The written digits as if they were UTC. A month 13 or 31 June would roll over: only what reads back the same counts. */
const wallClock = (written: string): Date | undefined => {
  const [, date, time] = /^(\d{4}:\d\d:\d\d) (\d\d:\d\d:\d\d)/.exec(written) ?? []
  if (!date || !time) return undefined
  const text = `${date.replaceAll(':', '-')}T${time}`
  const wall = new Date(`${text}Z`)
  return !Number.isNaN(wall.getTime()) && wall.toISOString().startsWith(text) ? wall : undefined
}

const MINUTE = 60_000

/** Milliseconds east of UTC, from `+05:30` or `Z`. */
const offsetIn = (text: string | undefined): number | undefined => {
  if (text?.trim() === 'Z') return 0
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(text ?? '') ?? []
  if (!sign || Number(hours) > 14 || Number(minutes) > 59) return undefined
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE
}

/** Milliseconds east of UTC at a wall clock time of a zone; asked twice because the first guess may lie across a change. */
const offsetOf = (wall: Date, timeZone: string): number => {
  const at = (instant: Date): number => {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    const name = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? ''
    return offsetIn(name.replace('GMT', '')) ?? 0
  }
  return at(new Date(wall.getTime() - at(wall)))
}

const geoOf = (tags: Tags): PhotoSuggestions['geo'] => {
  const lat = coordinate(tags.GPSLatitude, tags.GPSLatitudeRef, { positive: 'N', negative: 'S', limit: 90 })
  const lng = coordinate(tags.GPSLongitude, tags.GPSLongitudeRef, { positive: 'E', negative: 'W', limit: 180 })
  // Receivers without a fix write zeros.
  if (lat === undefined || lng === undefined || (lat === 0 && lng === 0)) return undefined
  const accuracy = tags.GPSHPositioningError
  return { lat, lng, ...(accuracy === undefined ? {} : { accuracy_m: Math.round(accuracy * 10) / 10 }) }
}

const coordinate = (
  parts: [number, number, number] | undefined,
  ref: string | undefined,
  axis: { positive: string; negative: string; limit: number },
): number | undefined => {
  const letter = ref?.trim().slice(0, 1).toUpperCase()
  if (!parts || (letter !== axis.positive && letter !== axis.negative)) return undefined
  const [degree, minute, second] = parts
  if (degree < 0 || minute < 0 || minute >= 60.0001 || second < 0 || second >= 60.0001) return undefined
  const value = degree + minute / 60 + second / 3600
  if (value > axis.limit) return undefined
  const signed = letter === axis.negative ? -value : value
  return Math.round(signed * 1e7) / 1e7 + 0
}

const deviceOf = (tags: Tags): string | undefined => {
  const clean = (value: string | undefined) =>
    (value ?? '')
      .replace(/\p{Cc}+/gu, ' ')
      .normalize('NFC')
      .trim()
  const [make, model] = [clean(tags.Make), clean(tags.Model)]
  const name = model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`
  return name.trim().slice(0, 120) || undefined
}
