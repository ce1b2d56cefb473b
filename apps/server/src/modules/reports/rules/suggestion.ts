import type { ContractInputs } from '@zenops/contracts/report-contract'
import { hasValue, valueAt } from '@zenops/valuation/field-registry'

export interface SuggestedValue {
  readonly field_key: string
  readonly method: string
  readonly value: unknown
}

const SOURCES: Readonly<Record<string, string>> = { EXIF: 'EXIF', OCR_GPS: 'GPS_PHOTO', DERIVED: 'VILLAGE_CENTRE' }

/** A dotted path as a merge patch. */
function nested(path: string, value: unknown): Record<string, unknown> {
  const [head = '', ...rest] = path.split('.')
  return { [head]: rest.length === 0 ? value : nested(rest.join('.'), value) }
}

/** The patch that takes a suggested value over; coordinates remember where they came from. */
export function patchOf({ field_key, method, value }: SuggestedValue, edited: boolean): Record<string, unknown> {
  if (field_key !== 'property.geo' || typeof value !== 'object' || value === null) return nested(field_key, value)
  return nested(field_key, { ...value, source: edited ? 'MANUAL' : (SOURCES[method] ?? 'MANUAL') })
}

/** What the contract holds where the suggestion would go; null when nothing is there. */
export function presentValue(contract: ContractInputs, field_key: string): unknown {
  const value = valueAt(contract, field_key)
  if (field_key !== 'property.geo') return hasValue(value) ? value : null
  const geo = contract.property?.geo
  return geo?.lat === undefined && geo?.lng === undefined ? null : { lat: geo?.lat ?? null, lng: geo?.lng ?? null }
}
