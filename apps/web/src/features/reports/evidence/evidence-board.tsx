import { useQuery } from '@tanstack/react-query'
import { MAX_FILE_BYTES } from '../../../lib/upload-rules.ts'
import {
  autoOrderEvidence,
  getReportProfiles,
  linkEvidence,
  orderEvidence,
  unlinkEvidence,
} from '@zenops/contracts/reports-evidence'
import type { EvidenceItem } from '@zenops/contracts/reports-evidence-records'
import { Button } from '@zenops/ui/button'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { fileSize, UploadTray } from '@zenops/ui/files'
import { ReasonField } from '@zenops/ui/text-fields'
import { SkeletonRows } from '@zenops/ui/states'
import { useAnnounce } from '@zenops/ui/announcer'
import { useEffect, useMemo, useState } from 'react'
import { FailureCard } from '../../../lib/failures.tsx'
import { ask, useAct } from '../../../lib/queries.ts'
import { useCan } from '../../../lib/session.tsx'
import { usePictured } from '../record/pictured.ts'
import { useRefresh, type ReportDetail } from '../record/report-query.ts'
import { t } from '../texts.ts'
import { BoardColumnView } from './board-column.tsx'
import { boardColumns, byOrder, OTHERS, type BoardColumn } from './columns.ts'
import { useUploads } from './use-uploads.ts'

export interface EvidenceBoardProps {
  readonly detail: ReportDetail
  /** Requirement or category that a link leads to. */
  readonly column: string | undefined
}

const LOCKED: ReadonlySet<string> = new Set(['CLOSED', 'CANCELLED'])
const REASON = 5

/** What waits for a reason because the report is ready. */
interface Wish {
  readonly title: string
  readonly act: (reason: string | null) => void
}

/** Every act on evidence; in READY each asks for its reason first. */
function useEvidenceActs(detail: ReportDetail) {
  const { id, status } = detail.work_order
  const refresh = useRefresh(id)
  const done = { onDone: refresh }
  const link = useAct(linkEvidence, done)
  const order = useAct(orderEvidence, done)
  const auto = useAct(autoOrderEvidence, done)
  const unlink = useAct(unlinkEvidence, done)
  const [wish, setWish] = useState<Wish | null>(null)
  const withReason = (title: string, act: Wish['act']) =>
    status === 'READY_FOR_RENDER' ? setWish({ title, act }) : act(null)
  const params = { id }
  const because = (reason: string | null) => (reason === null ? {} : { reason })
  return {
    wish,
    closeWish: () => setWish(null),
    error: link.error ?? order.error ?? auto.error ?? unlink.error,
    busy: link.isPending || order.isPending || auto.isPending || unlink.isPending,
    move(item: EvidenceItem, column: BoardColumn) {
      const takes = column.takes ?? { evidence_type: 'OTHER' as const, doc_type: null, tags: { category: null } }
      withReason(t('move_to', { column: column.label }), (reason) =>
        link.mutate({
          params,
          body: { items: [{ id: item.id, ...takes, tags: { ...takes.tags } }], ...because(reason) },
        }),
      )
    },
    reorder(items: readonly EvidenceItem[]) {
      withReason(t('reorder'), (reason) =>
        order.mutate({
          params,
          body: {
            items: items.map((item, at) => ({ id: item.id, annexure_order: at + 1 })),
            expected_evidence_version: detail.work_order.evidence_version,
            ...because(reason),
          },
        }),
      )
    },
    autoOrder() {
      withReason(t('auto_order'), (reason) =>
        auto.mutate({
          params,
          body: { expected_evidence_version: detail.work_order.evidence_version, ...because(reason) },
        }),
      )
    },
    unlink(item: EvidenceItem) {
      withReason(t('unlink'), (reason) => unlink.mutate({ params: { id, eid: item.id }, query: because(reason) }))
    },
  }
}

function WishDialog({ wish, onClose }: { readonly wish: Wish; readonly onClose: () => void }) {
  const [reason, setReason] = useState('')
  return (
    <ConfirmDialog
      title={wish.title}
      consequence={t('evidence_ready')}
      verb={wish.title}
      opened
      unmet={reason.trim().length < REASON ? t('reason_short', { min: REASON }) : null}
      onClose={onClose}
      onConfirm={() => {
        wish.act(reason.trim())
        onClose()
      }}
    >
      <ReasonField value={reason} min={REASON} onChange={setReason} />
    </ConfirmDialog>
  )
}

/** The column that an address means: a requirement's key, or the first that takes a category. */
const columnNamed = (columns: readonly BoardColumn[], name: string | undefined): BoardColumn | undefined =>
  columns.find(({ key }) => key === name) ?? columns.find(({ takes }) => name && takes?.tags['category'] === name)

const NO_ITEMS: readonly EvidenceItem[] = []

/** Evidence by requirement: drop files, move cards by hand, menu or key, see what is missing. */
export function EvidenceBoard({ detail: plain, column }: EvidenceBoardProps) {
  const detail = usePictured(plain)
  const { id } = detail.work_order
  const items = detail.evidence_items ?? NO_ITEMS
  const profiles = useQuery(ask(getReportProfiles, { params: { id } }))
  const columns = useMemo(() => (profiles.data ? boardColumns(profiles.data, items) : []), [profiles.data, items])
  if (profiles.isError) return <FailureCard error={profiles.error} onRetry={() => void profiles.refetch()} />
  if (profiles.isPending) return <SkeletonRows rows={6} columns={4} />
  return (
    <Board detail={detail} column={column} columns={columns} name={profiles.data.selected?.name ?? t('no_profile')} />
  )
}

interface BoardProps extends EvidenceBoardProps {
  readonly columns: readonly BoardColumn[]
  readonly name: string
}

/** One column on a phone: chosen here. */
function ColumnSelect({
  columns,
  shown,
  onChoose,
}: {
  readonly columns: readonly BoardColumn[]
  readonly shown: string
  readonly onChoose: (key: string) => void
}) {
  return (
    <div className="rp-column-select z-box">
      <select aria-label={t('requirement')} value={shown} onChange={(event) => onChoose(event.target.value)}>
        {columns.map((one) => (
          <option key={one.key} value={one.key}>
            {one.label || t('others')} {one.needed > 0 ? `(${one.found}/${one.needed})` : `(${one.items.length})`}
          </option>
        ))}
      </select>
    </div>
  )
}

function Board({ detail, column: wanted, columns, name: profile }: BoardProps) {
  const { work_order: header } = detail
  const acts = useEvidenceActs(detail)
  const uploads = useUploads(header)
  const announce = useAnnounce()
  const writes = useCan('reports.write')
  const locked = LOCKED.has(header.status) || !writes
  const named = columnNamed(columns, wanted)
  const [chosen, setChosen] = useState<string | null>(null)
  const target = named?.key
  const shown = chosen ?? target ?? columns[0]?.key ?? OTHERS
  useEffect(() => {
    const place = target ? document.getElementById(`column-${target}`) : null
    place?.scrollIntoView({ block: 'center' })
    place?.focus()
  }, [target])
  const ordered = (detail.evidence_items ?? NO_ITEMS).toSorted(byOrder)
  const move = (item: EvidenceItem, to: BoardColumn) => {
    acts.move(item, to)
    announce(t('moved', { name: item.label ?? item.original_filename ?? '', column: to.label || t('others') }))
  }
  const step = (item: EvidenceItem, by: -1 | 1) => {
    const under = columns.find(({ items }) => items.some(({ id }) => id === item.id))?.items ?? []
    const other = under[under.findIndex(({ id }) => id === item.id) + by]
    if (!other) return
    acts.reorder(ordered.map((one) => (one.id === item.id ? other : one.id === other.id ? item : one)))
  }
  return (
    <div className="rp-evidence">
      <div className="rp-evidence-head">
        <span className="z-secondary">{profile}</span>
        <span className="z-meta">{locked ? '' : t('evidence_keys', { size: fileSize(MAX_FILE_BYTES) })}</span>
        {!locked && (
          <Button compact busy={acts.busy} onClick={acts.autoOrder}>
            {t('auto_order')}
          </Button>
        )}
      </div>
      {acts.error !== null && <FailureCard error={acts.error} />}
      <UploadTray label={t('uploads')} items={uploads.items} onRetry={uploads.retry} onRemove={uploads.remove} />
      <ColumnSelect columns={columns} shown={shown} onChoose={setChosen} />
      <div className="rp-board">
        {columns.map((one) => (
          <BoardColumnView
            key={one.key}
            column={one}
            columns={columns}
            shown={one.key === shown}
            locked={locked}
            onFiles={(files) => uploads.add(files, one)}
            onMove={move}
            onStep={step}
            onUnlink={acts.unlink}
          />
        ))}
      </div>
      {acts.wish && <WishDialog wish={acts.wish} onClose={acts.closeWish} />}
    </div>
  )
}
