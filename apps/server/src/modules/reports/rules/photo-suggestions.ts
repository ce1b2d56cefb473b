import { dayIn } from './days.ts'
import type { EvidenceRow } from './standing.ts'

export interface OfferedValue {
  readonly field_key: 'property.geo' | 'valuation_inputs.inspection_date'
  readonly value: unknown
  readonly confidence: number
  readonly evidence_item_id: string
  readonly raw_text: string | null
  readonly out_of_range: boolean
}

const EXIF_CONFIDENCE = 0.95
const PLACES = 7
const degrees = (value: number): number => Number(value.toFixed(PLACES))

function place(row: EvidenceRow): OfferedValue[] {
  const gps = row.suggestions?.gps
  if (!gps) return []
  return [
    {
      field_key: 'property.geo',
      value: { lat: degrees(gps.latitude), lng: degrees(gps.longitude) },
      confidence: EXIF_CONFIDENCE,
      evidence_item_id: row.id,
      raw_text: `${gps.latitude}, ${gps.longitude}`,
      out_of_range: Math.abs(gps.latitude) > 90 || Math.abs(gps.longitude) > 180,
    },
  ]
}

const takenAt = (row: EvidenceRow): string | null => row.captured_at ?? row.suggestions?.captured_at ?? null

/** The local day of the earliest photo that carries GPS. */
function inspectionDay(rows: readonly EvidenceRow[], timeZone: string): OfferedValue[] {
  const dated = rows.flatMap((row) => {
    const at = row.suggestions?.gps ? takenAt(row) : null
    return at ? [{ row, at }] : []
  })
  const first = dated.sort((a, b) => (a.at < b.at ? -1 : 1))[0]
  if (!first) return []
  return [
    {
      field_key: 'valuation_inputs.inspection_date',
      value: dayIn(timeZone, new Date(first.at)),
      confidence: EXIF_CONFIDENCE,
      evidence_item_id: first.row.id,
      raw_text: first.at,
      out_of_range: false,
    },
  ]
}

/** What the EXIF of linked photos offers for the contract; nothing is written by it. */
export const photoSuggestions = (rows: readonly EvidenceRow[], timeZone: string): OfferedValue[] => [
  ...rows.flatMap(place),
  ...inspectionDay(rows, timeZone),
]
