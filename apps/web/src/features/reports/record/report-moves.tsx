import type { Capability } from '@zenops/contracts/capabilities'
import { getReport, moveReport } from '@zenops/contracts/reports'
import { REPORT_MOVES, type ReportStatus } from '@zenops/contracts/report-enums'
import { CheckField } from '@zenops/ui/choice-fields'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { NextAction, type Move } from '@zenops/ui/record'
import { ReasonField } from '@zenops/ui/text-fields'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { FailureCard } from '../../../lib/failures.tsx'
import { useAct } from '../../../lib/queries.ts'
import { useCan } from '../../../lib/session.tsx'
import { t } from '../texts.ts'
import { useRefresh, type ReportDetail } from './report-query.ts'

const MIN_REASON = 10
const GUIDELINE_GAPS: ReadonlySet<string> = new Set(['GUIDELINE_MISSING', 'GUIDELINE_ZERO'])

type Key = `${ReportStatus}>${ReportStatus}`

/** The right that a move needs beside writing. */
function rightOf(from: ReportStatus, to: ReportStatus): Capability {
  if (to === 'READY_FOR_RENDER') return 'reports.render'
  return from === 'CLOSED' ? 'reports.approve' : 'reports.write'
}

const LABELS: Readonly<Record<string, Parameters<typeof t>[0]>> = {
  EVIDENCE_PENDING: 'move_evidence',
  DATA_PENDING: 'move_data',
  READY_FOR_RENDER: 'move_ready',
  CLOSED: 'move_close',
  CANCELLED: 'move_cancel',
  'READY_FOR_RENDER>DATA_PENDING': 'move_rework',
  'CLOSED>DATA_PENDING': 'move_reopen',
}
const labelOf = (from: ReportStatus, to: ReportStatus): string => {
  const key = LABELS[`${from}>${to}` satisfies Key] ?? LABELS[to]
  return key ? t(key) : to
}

const needsReason = (from: ReportStatus, to: ReportStatus, released: boolean): boolean =>
  to === 'CANCELLED' || from === 'CLOSED' || (to === 'CLOSED' && !released)

/** The next step and every other legal one; steps that need a right one lacks say so. */
export function ReportMoves({ detail }: { readonly detail: ReportDetail }) {
  const { work_order: header } = detail
  const router = useRouter()
  const [to, setTo] = useState<ReportStatus | null>(null)
  const rights: Record<string, boolean> = {
    'reports.write': useCan('reports.write'),
    'reports.render': useCan('reports.render'),
    'reports.approve': useCan('reports.approve'),
  }
  const targets: readonly ReportStatus[] = REPORT_MOVES[header.status]
  const moves: Move[] = targets.map((target) => {
    const right = rightOf(header.status, target)
    const allowed = rights[right] === true
    return {
      key: target,
      label: labelOf(header.status, target),
      allowed,
      danger: target === 'CANCELLED',
      ...(allowed ? {} : { unmet: [{ text: t('needs_right', { right }) }] }),
    }
  })
  if (header.status === 'READY_FOR_RENDER') moves.unshift({ key: 'packs', label: t('open_packs'), allowed: true })
  const choose = (key: string) => {
    if (key === 'packs') return router.history.push(`/reports/${header.id}/packs`)
    setTo(targets.find((one) => one === key) ?? null)
  }
  return (
    <>
      <NextAction moves={moves} onChoose={choose} />
      {to && <MoveDialog key={to} detail={detail} to={to} onClose={() => setTo(null)} />}
    </>
  )
}

interface MoveDialogProps {
  readonly detail: ReportDetail
  readonly to: ReportStatus
  readonly onClose: () => void
}

function Missing({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <>
      <p>
        <strong>{t('ready_blocked', { n: lines.length })}</strong>
      </p>
      <ul className="rp-missing">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  )
}

const blockingLines = ({ readiness }: ReportDetail): readonly string[] =>
  readiness
    ? [
        ...[...readiness.missing_fields, ...readiness.missing_evidence].filter(
          ({ severity }) => severity === 'BLOCKING',
        ),
        ...readiness.gate_blocks,
      ].map(({ text }) => text)
    : []

function MoveDialog({ detail, to, onClose }: MoveDialogProps) {
  const { work_order: header, readiness } = detail
  const [reason, setReason] = useState('')
  const [proceed, setProceed] = useState(false)
  const refresh = useRefresh(header.id)
  const act = useAct(moveReport, {
    stale: [getReport],
    onDone: () => {
      refresh()
      onClose()
    },
  })
  const ready = to === 'READY_FOR_RENDER'
  const blocking = ready ? blockingLines(detail) : []
  const gap =
    ready && blocking.length === 0 && readiness?.warnings.some(({ code }) => GUIDELINE_GAPS.has(code)) === true
  const asks = needsReason(header.status, to, header.released_at !== null)
  const unmet = () => {
    if (blocking.length > 0) return t('ready_unmet')
    if (gap && !proceed) return t('guideline_unmet')
    return asks && reason.trim().length < MIN_REASON ? t('reason_short', { min: MIN_REASON }) : null
  }
  const verb = labelOf(header.status, to)
  const consequence = LABELS[`${header.status}>${to}` satisfies Key] ?? LABELS[to] ?? 'move_data'
  return (
    <ConfirmDialog
      title={`${verb}: ${header.report_no}`}
      consequence={t(`${consequence}_text` as 'move_ready_text')} // each move has its text
      verb={verb}
      tone={to === 'CANCELLED' ? 'danger' : 'normal'}
      opened
      busy={act.isPending}
      unmet={unmet()}
      error={act.isError && <FailureCard error={act.error} />}
      onClose={onClose}
      onConfirm={() =>
        act.mutate({
          params: { id: header.id },
          body: { status: to, expected_status: header.status, ...(asks ? { reason: reason.trim() } : {}) },
        })
      }
    >
      <Missing lines={blocking} />
      {gap && <CheckField label={t('guideline_proceed')} checked={proceed} onChange={setProceed} />}
      {asks && <ReasonField value={reason} min={MIN_REASON} onChange={setReason} />}
    </ConfirmDialog>
  )
}
