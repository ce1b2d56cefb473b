import type { getMatrix } from '@zenops/contracts/identity-rights'
import { MATRIX_SCOPES } from '@zenops/contracts/identity-rights'
import type { OutputOf } from '@zenops/contracts/kit'
import { areaName, capabilityName, jobName } from '@zenops/surface/identity/words.ts'
import type { MatrixGroup } from '@zenops/ui/matrix'
import type { MatrixSearch } from './searches.ts'

export type RightsMatrix = OutputOf<typeof getMatrix>
export type Cell = RightsMatrix['cells'][number]
export type Scope = Cell['effective']

export const cellKey = (capability: string, job: string): string => `${capability} ${job}`

/** Cells by right and job. */
export const cellsOf = (matrix: RightsMatrix): ReadonlyMap<string, Cell> =>
  new Map(matrix.cells.map((cell) => [cellKey(cell.capability, cell.job_template), cell]))

const isOverridden = (cell: Cell): boolean => cell.override !== null
const isPending = (cell: Cell): boolean => cell.pending_request_id !== null

/** Rights under their area; narrowed to a text, to overridden cells or to those that wait. */
export function groupsOf(matrix: RightsMatrix, { q, only }: Pick<MatrixSearch, 'q' | 'only'>): readonly MatrixGroup[] {
  const sought = (q ?? '').toLowerCase()
  const wanted = only === 'overridden' ? isOverridden : only === 'pending' ? isPending : null
  const kept = wanted && new Set(matrix.cells.filter(wanted).map((cell) => cell.capability))
  const groups = new Map<string, { key: string; label: string; hint: string }[]>()
  for (const capability of new Set(matrix.cells.map((cell) => cell.capability))) {
    const area = areaName(capability)
    const label = capabilityName(capability)
    if (kept && !kept.has(capability)) continue
    if (![label, capability, area].some((text) => text.toLowerCase().includes(sought))) continue
    groups.set(area, [...(groups.get(area) ?? []), { key: capability, label, hint: capability }])
  }
  return [...groups].map(([label, rows]) => ({ label, rows }))
}

/** Scopes that a request may ask for in this cell: up to its widest, and not the present one. */
export const offeredScopes = (cell: Cell): readonly Scope[] => {
  const narrowing = MATRIX_SCOPES.slice(MATRIX_SCOPES.indexOf(cell.widest))
  return cell.overridable ? narrowing.filter((scope) => scope !== cell.effective) : []
}

/** Jobs in the order of the server, with how many people hold each. */
export const jobColumns = (matrix: RightsMatrix, people: (n: number) => string) =>
  matrix.job_templates.map(({ key, people: n }) => ({ key, header: jobName(key), note: people(n) }))
