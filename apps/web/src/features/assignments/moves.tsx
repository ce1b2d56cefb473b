import {
  moveAssignment,
  getAssignment,
  listActivities,
  listAssignments,
  summarizeAssignments,
  updateAssignment,
} from '@zenops/contracts/assignments'
import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import { ASSIGNMENT_FAMILY } from '@zenops/contracts/assignment-states'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { DateField } from '@zenops/ui/date-field'
import { NextAction, type Move } from '@zenops/ui/record'
import { ReasonField } from '@zenops/ui/text-fields'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { FailureCard } from '../../lib/failures.tsx'
import { useAct } from '../../lib/queries.ts'
import { useCan } from '../../lib/session.tsx'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { guardLine, moveWords, t, type AllowedMove } from './words.ts'

/** Answers that a change of one job makes stale. */
export const JOB_ANSWERS = [getAssignment, listAssignments, summarizeAssignments, listActivities] as const

/** A waived guard needs a word of why. */
const WAIVE_MIN = 10

interface MoveDialogProps {
  readonly job: AssignmentDetail
  readonly move: AllowedMove
  readonly onClose: () => void
}

/** One decision: from → to, the note where the move asks for one, a new day when it reopens. */
function MoveDialog({ job, move, onClose }: MoveDialogProps) {
  const [note, setNote] = useState('')
  const [day, setDay] = useState<string | null>(null)
  const act = useAct(moveAssignment, { stale: JOB_ANSWERS, onDone: onClose })
  const { verb, does } = moveWords(job.status, move.to_status)
  const waives = move.waivable && move.unmet.length > 0
  const min = Math.max(move.note_min, waives ? WAIVE_MIN : 0)
  const short = note.trim().length < min
  const unmet = short ? t('note_short', { n: min }) : move.needs_due_date && day === null ? t('due_missing') : null
  const confirm = () =>
    act.mutate({
      params: { id: job.id },
      body: {
        to_status: move.to_status,
        expected_version: job.version,
        ...(note.trim() === '' ? {} : { note: note.trim() }),
        ...(day === null ? {} : { due_date: day }),
      },
    })
  return (
    <ConfirmDialog
      title={verb}
      opened
      busy={act.isPending}
      verb={verb}
      {...(move.to_status === 'CANCELLED' ? { tone: 'danger', cancel: t('keep') } : {})}
      consequence={does}
      changes={[
        {
          label: t('state'),
          before: <StateBadge face={ASSIGNMENT_FAMILY[job.status]} />,
          after: <StateBadge face={ASSIGNMENT_FAMILY[move.to_status]} />,
        },
      ]}
      unmet={unmet}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={confirm}
      onClose={onClose}
    >
      {waives && (
        <p className="z-secondary">
          {t('note_waives', { list: move.unmet.map((guard) => guardLine(guard.reason, '').text).join(' ') })}
        </p>
      )}
      {move.needs_due_date && <DateField label={t('due')} value={day} onChange={setDay} />}
      <ReasonField label={t('note')} min={min} value={note} onChange={setNote} />
    </ConfirmDialog>
  )
}

function DueDialog({ job, onClose }: Omit<MoveDialogProps, 'move'>) {
  const [day, setDay] = useState<string | null>(null)
  const act = useAct(updateAssignment, { stale: JOB_ANSWERS, onDone: onClose })
  return (
    <ConfirmDialog
      title={t('due_title')}
      opened
      busy={act.isPending}
      verb={t('set_due')}
      consequence={t('due_help')}
      unmet={day === null ? t('due_missing') : null}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() =>
        day !== null && act.mutate({ params: { id: job.id }, body: { due_date: day, expected_version: job.version } })
      }
      onClose={onClose}
    >
      <DateField label={t('due')} value={day} onChange={setDay} />
    </ConfirmDialog>
  )
}

const asMove = (job: AssignmentDetail, move: AllowedMove, base: string): Move => ({
  key: move.to_status,
  label: moveWords(job.status, move.to_status).verb,
  allowed: move.allowed,
  unmet: move.unmet.map((guard) => guardLine(guard.reason, base)),
  danger: move.to_status === 'CANCELLED',
})

/** The job's acts in order: what comes next, then the other legal moves; ways out stand last. */
export function movesOf(job: AssignmentDetail, base: string, may: { readonly write: boolean }): readonly Move[] {
  const offered = job.allowed_moves.filter((move) => !move.unmet.some((guard) => guard.reason === 'missing_capability'))
  const next = job.next_action
  const first = next?.key === 'move' ? next.to_status : null
  const rank = (move: AllowedMove): number =>
    move.to_status === first ? 0 : move.to_status === 'CANCELLED' ? 3 : move.allowed ? 1 : 2
  const moves = offered.toSorted((a, b) => rank(a) - rank(b)).map((move) => asMove(job, move, base))
  if (next?.key === 'collect_missing_documents')
    return [{ key: 'documents', label: t('collect'), allowed: true }, ...moves]
  if (next?.key === 'answer_overdue' && may.write) return [{ key: 'due', label: t('set_due'), allowed: true }, ...moves]
  return moves
}

/** The filled button of a job with its menu, and the dialogs behind them. */
export function JobActs({ job }: { readonly job: AssignmentDetail }) {
  const router = useRouter()
  const write = useCan('assignments.write')
  const [chosen, setChosen] = useState<string | null>(null)
  const base = `/assignments/${job.id}`
  const move = job.allowed_moves.find((one) => one.to_status === chosen)
  const close = () => setChosen(null)
  const choose = (key: string) => {
    if (key === 'documents') router.history.push(`${base}/documents`)
    else setChosen(key)
  }
  return (
    <>
      <NextAction moves={movesOf(job, base, { write })} onChoose={choose} />
      {chosen === 'due' && <DueDialog job={job} onClose={close} />}
      {move && <MoveDialog job={job} move={move} onClose={close} />}
    </>
  )
}
