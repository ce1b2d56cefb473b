import { CASE_TYPES, PRIORITIES, SERVICE_LINES, SOURCE_TYPES } from '@zenops/contracts/assignment-records'
import { ASSIGNMENT_STATUSES, DUE_STATES } from '@zenops/contracts/assignment-states'
import { ASSIGNMENT_SORTS } from '@zenops/contracts/assignments'
import { z } from 'zod'
import { idParam, onParam, oneOf, someOf, textParam, withoutPreview } from '@zenops/surface/search-params.ts'

/** The address of the queue. Without `open` it shows open jobs; `open=any` shows all. */
export const QueueSearch = z.object({
  q: textParam,
  open: oneOf(['any']),
  due_state: someOf(DUE_STATES),
  missing_docs: onParam,
  release_blocked: onParam,
  unassigned: onParam,
  on_hold: onParam,
  mine: onParam,
  status: oneOf(ASSIGNMENT_STATUSES),
  priority: oneOf(PRIORITIES),
  service_line: oneOf(SERVICE_LINES),
  source_type: oneOf(SOURCE_TYPES),
  case_type: oneOf(CASE_TYPES),
  bank_id: idParam,
  sort: oneOf(ASSIGNMENT_SORTS),
  preview: idParam,
})
export type QueueSearch = z.infer<typeof QueueSearch>

export type ToggleKey =
  | 'open'
  | 'due_soon'
  | 'overdue'
  | 'missing_docs'
  | 'release_blocked'
  | 'unassigned'
  | 'on_hold'
  | 'mine'

/** What the figures themselves set, and what filters nothing; each figure is counted without them. */
const NOT_COUNTED: ReadonlySet<string> = new Set([
  'open',
  'due_state',
  'missing_docs',
  'release_blocked',
  'unassigned',
  'on_hold',
  'mine',
  'sort',
  'preview',
])
const SOON: readonly string[] = ['DUE_SOON', 'URGENT']

/** A chosen state answers the question of open or not by itself. */
const openOf = (search: QueueSearch): 'true' | undefined =>
  search.open === 'any' || search.status !== undefined ? undefined : 'true'

/** The filters of the list, for the server. */
export function queueQuery(search: QueueSearch) {
  return { ...withoutPreview(search), open: openOf(search) }
}
/** The filters of the figures: everything but what they toggle. */
export function figuresQuery(search: QueueSearch) {
  return Object.fromEntries(
    Object.entries(search).filter(([name, value]) => value !== undefined && !NOT_COUNTED.has(name)),
  )
}

const dueStates = (search: QueueSearch): readonly string[] => search.due_state ?? []

export function isOn(search: QueueSearch, key: ToggleKey): boolean {
  if (key === 'open') return search.open !== 'any'
  if (key === 'overdue') return dueStates(search).includes('OVERDUE')
  if (key === 'due_soon') return SOON.some((state) => dueStates(search).includes(state))
  return search[key] === 'true'
}

/** What a toggle changes in the address. */
export function toggled(
  search: QueueSearch,
  key: ToggleKey,
): Readonly<Record<string, string | readonly string[] | undefined>> {
  const on = isOn(search, key)
  if (key === 'open') return { open: on ? 'any' : undefined }
  if (key === 'overdue' || key === 'due_soon') {
    const own = key === 'overdue' ? ['OVERDUE'] : SOON
    const others = dueStates(search).filter((state) => !own.includes(state))
    const next = on ? others : [...others, ...own]
    return { due_state: next.length === 0 ? undefined : next }
  }
  return { [key]: on ? undefined : 'true' }
}
