import { Decimal, round } from './decimal.ts'

export interface Point {
  readonly lat: number
  readonly lng: number
}
type Axis = 'lat' | 'lng'

const LIMIT = { lat: 90, lng: 180 } as const
const PLACES = 6
const DMS =
  /^([NSEW])?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*(?:(\d{1,2}(?:\.\d+)?)\s*['’′]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:"|”|″|'')\s*)?([NSEW])?$/i
const EARTH_RADIUS_M = 6_371_000

const axisOf = (letter: string | undefined): Axis | undefined =>
  letter === undefined ? undefined : 'NS'.includes(letter) ? 'lat' : 'lng'

interface Typed {
  readonly letter: string | undefined
  readonly degrees: string
  readonly minutes: string
  readonly seconds: string
}

/** Minutes and seconds stay below 60 and stand only behind whole degrees. */
const holdsTogether = ({ degrees, minutes, seconds }: Typed): boolean =>
  Number(minutes) < 60 && Number(seconds) < 60 && (!degrees.includes('.') || Number(minutes) + Number(seconds) === 0)

function readTyped(text: string): Typed | undefined {
  const [, before, degrees, minutes = '0', seconds = '0', after] = DMS.exec(text.trim()) ?? []
  if (degrees === undefined || (before && after)) return undefined
  const typed = { letter: (before ?? after)?.toUpperCase(), degrees, minutes, seconds }
  return holdsTogether(typed) ? typed : undefined
}

/**
 * F23: one coordinate typed in decimals or as degrees, minutes and seconds, with or without its letter, as decimal
 * degrees of 6 places half-up; south and west are negative. Undefined when it cannot be read or is out of range.
 */
export function readCoordinate(text: string, axis: Axis): number | undefined {
  const typed = readTyped(text)
  if (!typed || (axisOf(typed.letter) ?? axis) !== axis) return undefined
  const size = new Decimal(typed.degrees)
    .abs()
    .times(3600)
    .plus(new Decimal(typed.minutes).times(60))
    .plus(typed.seconds)
    .div(3600)
  const value = round(size, PLACES).toNumber()
  if (value > LIMIT[axis]) return undefined
  const negative = typed.letter === 'S' || typed.letter === 'W' || typed.degrees.startsWith('-')
  return negative && value > 0 ? -value : value
}

/** One coordinate as degrees, minutes and seconds of one place: `24°54'02.8"N`. */
export function formatDms(value: number, axis: Axis): string {
  const tenths = round(new Decimal(value).abs().times(36_000), 0).toNumber()
  const degrees = Math.floor(tenths / 36_000)
  const minutes = Math.floor((tenths % 36_000) / 600)
  const seconds = ((tenths % 600) / 10).toFixed(1)
  const letter = axis === 'lat' ? (value < 0 ? 'S' : 'N') : value < 0 ? 'W' : 'E'
  return `${degrees}°${String(minutes).padStart(2, '0')}'${seconds.padStart(4, '0')}"${letter}`
}

/** Metres between two points on the sphere; only thresholds of whole metres are read from it. */
export function metresBetween(a: Point, b: Point): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180
  const half = (x: number, y: number): number => Math.sin(radians(y - x) / 2) ** 2
  const h = half(a.lat, b.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(a.lng, b.lng)
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)))
}
