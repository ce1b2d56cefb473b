import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import type { AREA_UNITS } from '@zenops/contracts/values'
import { t } from './words.ts'

export interface FloorRow {
  /** Of the row on the screen; new floors have no id yet. */
  readonly key: string
  readonly id?: string
  readonly name: string
  /** Exact decimal text. */
  readonly area: string | null
  readonly unit: (typeof AREA_UNITS)[number]
}

export const rowsOf = (floors: AssignmentDetail['floors']): readonly FloorRow[] =>
  floors.map((floor) => ({ key: floor.id, id: floor.id, name: floor.name, area: String(floor.area), unit: floor.unit }))

/** The first thing that is wrong, as a sentence; null when all is well. */
export function floorFault(rows: readonly FloorRow[]): string | null {
  const names = rows.map((row) => row.name.trim().toLowerCase())
  if (names.includes('')) return t('floor_unnamed')
  if (new Set(names).size < names.length) return t('floor_twice')
  return rows.some((row) => row.area === null) ? t('floor_no_area') : null
}

export const bodyOfFloors = (rows: readonly FloorRow[]) =>
  rows.map((row, place) => ({
    ...(row.id === undefined ? {} : { id: row.id }),
    name: row.name.trim(),
    sort_order: place,
    area: row.area ?? '0',
    unit: row.unit,
  }))

/** The same list with one row one place up. */
export function movedUp(rows: readonly FloorRow[], at: number): readonly FloorRow[] {
  const next = [...rows]
  const [row] = next.splice(at, 1)
  if (row) next.splice(Math.max(at - 1, 0), 0, row)
  return next
}
