import { BADGE_FAMILY, DUE_FAMILY, type AssignmentBadge } from '@zenops/contracts/assignment-states'
import type { AssignmentRow } from '@zenops/contracts/assignment-records'
import { StatusBadge } from '@zenops/ui/status'
import { DayValue } from '@zenops/ui/values'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { t } from './words.ts'

/** These stand beside the date already. */
const ABOUT_DUE: ReadonlySet<AssignmentBadge> = new Set(['overdue', 'urgent', 'due_soon'])
const LOUD = { high: 'amber', urgent: 'red' } as const

/** The date, and how near it is where that matters. */
export function Due({ row, short = true }: { readonly row: AssignmentRow; readonly short?: boolean }) {
  const near = row.due_state === 'OVERDUE' || row.due_state === 'URGENT' || row.due_state === 'DUE_SOON'
  return (
    <span className="z-cell-row">
      <DayValue day={row.due_date} short={short} />
      {near && <StateBadge face={DUE_FAMILY[row.due_state]} />}
    </span>
  )
}

/** Everything else that wants attention, as badges. */
export function Signs({ row }: { readonly row: AssignmentRow }) {
  const { priority } = row
  return (
    <span className="z-cell-row">
      {(priority === 'high' || priority === 'urgent') && (
        <StatusBadge family={LOUD[priority]} text={t(`priority_${priority}`)} icon="octagon" />
      )}
      {row.badges
        .filter((badge) => !ABOUT_DUE.has(badge))
        .map((badge) => (
          <StateBadge key={badge} face={BADGE_FAMILY[badge]} />
        ))}
    </span>
  )
}
