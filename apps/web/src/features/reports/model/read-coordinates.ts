import { readCoordinate, type Point } from '@zenops/valuation/coordinates'

/** A pasted pair, in decimals or in degrees, minutes and seconds; null when it is none. */
export function readCoordinates(text: string): Point | null {
  const parts = text.includes(',') ? text.split(',') : text.trim().split(/\s+/)
  if (parts.length !== 2) return null
  const lat = readCoordinate(parts[0] ?? '', 'lat')
  const lng = readCoordinate(parts[1] ?? '', 'lng')
  return lat === undefined || lng === undefined ? null : { lat, lng }
}
