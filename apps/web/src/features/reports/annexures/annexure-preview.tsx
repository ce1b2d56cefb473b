import { useQuery } from '@tanstack/react-query'
import type { OutputOf } from '@zenops/contracts/kit'
import { orderEvidence, previewAnnexures } from '@zenops/contracts/reports-evidence'
import type { EvidenceItem } from '@zenops/contracts/reports-evidence-records'
import { Button, ButtonLink, IconButton } from '@zenops/ui/button'
import { IconArrowDown, IconArrowUp } from '@zenops/ui/icons'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { EmptyState, SkeletonRows } from '@zenops/ui/states'
import { ReasonField } from '@zenops/ui/text-fields'
import { useAnnounce } from '@zenops/ui/announcer'
import { ANNEXURE_SHEET } from '@zenops/valuation/annexure-pages'
import { useState, type CSSProperties, type DragEvent } from 'react'
import { FailureCard } from '../../../lib/failures.tsx'
import { ask, useAct } from '../../../lib/queries.ts'
import { useCan } from '../../../lib/session.tsx'
import { byOrder } from '../evidence/columns.ts'
import { usePictured } from '../record/pictured.ts'
import { useRefresh, type ReportDetail } from '../record/report-query.ts'
import { t } from '../texts.ts'

type Preview = OutputOf<typeof previewAnnexures>
type Cell = Preview['sections'][number]['pages'][number]['cells'][number]

const DRAG_TYPE = 'application/x-zenops-annexure'
const MIN_REASON = 5

/** Millimetres of the sheet as shares of the drawn page. */
const boxStyle = ({ x, y, width, height }: Cell['box_mm']): CSSProperties => ({
  insetInlineStart: `${(x / ANNEXURE_SHEET.width) * 100}%`,
  insetBlockStart: `${(y / ANNEXURE_SHEET.height) * 100}%`,
  inlineSize: `${(width / ANNEXURE_SHEET.width) * 100}%`,
  blockSize: `${(height / ANNEXURE_SHEET.height) * 100}%`,
})

interface Order {
  /** Every printed image in the order of its printing. */
  readonly ids: readonly string[]
  readonly names: ReadonlyMap<string, string>
  readonly locked: boolean
  readonly move: (id: string, to: number) => void
}

function Image({
  cell,
  item,
  order,
}: {
  readonly cell: Cell
  readonly item: EvidenceItem | undefined
  readonly order: Order
}) {
  const id = cell.evidence_item_id
  const at = order.ids.indexOf(id)
  const name = order.names.get(id) ?? t('image')
  const drop = (event: DragEvent) => {
    event.preventDefault()
    const from = event.dataTransfer.getData(DRAG_TYPE)
    if (from && from !== id) order.move(from, at)
  }
  return (
    <div
      className="rp-cell-box"
      style={boxStyle(cell.box_mm)}
      draggable={!order.locked}
      onDragStart={(event) => event.dataTransfer.setData(DRAG_TYPE, id)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      {item?.thumb_url && !item.restricted ? (
        <img src={item.thumb_url} alt={name} loading="lazy" decoding="async" draggable={false} />
      ) : (
        <span className="rp-cell-blank">{name}</span>
      )}
      {!order.locked && (
        <span className="rp-cell-acts">
          <IconButton
            icon={IconArrowUp}
            compact
            kind="default"
            label={t('earlier', { name })}
            disabled={at === 0}
            onClick={() => order.move(id, at - 1)}
          />
          <IconButton
            icon={IconArrowDown}
            compact
            kind="default"
            label={t('later', { name })}
            disabled={at === order.ids.length - 1}
            onClick={() => order.move(id, at + 1)}
          />
        </span>
      )}
    </div>
  )
}

/** The whole evidence with one image put before or behind others; items that are not printed keep their places. */
export function reordered(all: readonly string[], id: string, before: string | null): readonly string[] {
  const rest = all.filter((one) => one !== id)
  const at = before === null ? rest.length : rest.indexOf(before)
  return [...rest.slice(0, at), id, ...rest.slice(at)]
}

function useOrder(detail: ReportDetail, preview: Preview | undefined) {
  const { id, evidence_version, status } = detail.work_order
  const items = (detail.evidence_items ?? []).toSorted(byOrder)
  const refresh = useRefresh(id)
  const announce = useAnnounce()
  const [wanted, setWanted] = useState<readonly string[] | null>(null)
  const act = useAct(orderEvidence, {
    onDone: () => {
      setWanted(null)
      refresh()
    },
  })
  const ids = [
    ...new Set(
      (preview?.sections ?? []).flatMap(({ pages }) =>
        pages.flatMap(({ cells }) => cells.map(({ evidence_item_id }) => evidence_item_id)),
      ),
    ),
  ]
  const names = new Map(items.map((item) => [item.id, item.label ?? item.original_filename ?? t('image')]))
  const save = (next: readonly string[], reason: string | null) =>
    act.mutate({
      params: { id },
      body: {
        items: next.map((one, at) => ({ id: one, annexure_order: at + 1 })),
        expected_evidence_version: evidence_version,
        ...(reason === null ? {} : { reason }),
      },
    })
  const move = (moved: string, to: number) => {
    const from = ids.indexOf(moved)
    const before = ids[to > from ? to + 1 : to] ?? null
    const next = reordered(
      items.map((item) => item.id),
      moved,
      before,
    )
    announce(t('moved_to_place', { name: names.get(moved) ?? '', n: to + 1 }))
    if (status === 'READY_FOR_RENDER') setWanted(next)
    else save(next, null)
  }
  return { ids, names, move, act, wanted, save, cancel: () => setWanted(null) }
}

function ReasonDialog({
  busy,
  onGive,
  onClose,
}: {
  readonly busy: boolean
  readonly onGive: (reason: string) => void
  readonly onClose: () => void
}) {
  const [reason, setReason] = useState('')
  return (
    <ConfirmDialog
      title={t('reorder')}
      consequence={t('evidence_ready')}
      verb={t('reorder')}
      opened
      busy={busy}
      unmet={reason.trim().length < MIN_REASON ? t('reason_short', { min: MIN_REASON }) : null}
      onClose={onClose}
      onConfirm={() => onGive(reason.trim())}
    >
      <ReasonField value={reason} min={MIN_REASON} onChange={setReason} />
    </ConfirmDialog>
  )
}

/** The image pages as they will be printed, to scale; images are dragged or moved by their buttons. */
export function AnnexurePreview({ detail: plain }: { readonly detail: ReportDetail }) {
  const detail = usePictured(plain)
  const { id, status } = detail.work_order
  const query = useQuery(ask(previewAnnexures, { params: { id } }))
  const writes = useCan('reports.write')
  const order = useOrder(detail, query.data)
  if (query.isError) return <FailureCard error={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows rows={6} columns={3} />
  const locked = !writes || status === 'CLOSED' || status === 'CANCELLED'
  const items = new Map((detail.evidence_items ?? []).map((item) => [item.id, item]))
  if (query.data.sections.length === 0)
    return (
      <EmptyState
        title={t('no_annexures')}
        reason={t('no_annexures_text')}
        action={<ButtonLink href={`/reports/${id}/evidence`}>{t('tab_evidence')}</ButtonLink>}
      />
    )
  const pages = query.data.sections.flatMap(({ heading, pages: own }) => own.map((page) => ({ heading, page })))
  return (
    <div className="rp-annexures">
      <p className="z-lead">{t('annexures_help', { n: pages.length })}</p>
      {order.act.isError && (
        <div className="z-row">
          <FailureCard error={order.act.error} />
          <Button compact onClick={() => order.act.reset()}>
            {t('dismiss')}
          </Button>
        </div>
      )}
      <ol className="rp-pages">
        {pages.map(({ heading, page }, at) => (
          // Pages are cut anew after each move; their number is what they are.
          <li key={at}>
            <div className="rp-page" data-theme="light" role="group" aria-label={t('page_no', { n: at + 1, heading })}>
              <h2>{heading}</h2>
              {page.cells.map((cell) => (
                <Image
                  key={cell.evidence_item_id}
                  cell={cell}
                  item={items.get(cell.evidence_item_id)}
                  order={{
                    ids: order.ids,
                    names: order.names,
                    locked: locked || order.act.isPending,
                    move: order.move,
                  }}
                />
              ))}
            </div>
            <span className="z-meta z-num">{t('page_of', { n: at + 1, of: pages.length })}</span>
          </li>
        ))}
      </ol>
      {order.wanted && (
        <ReasonDialog
          busy={order.act.isPending}
          onGive={(reason) => order.save(order.wanted ?? [], reason)}
          onClose={order.cancel}
        />
      )}
    </div>
  )
}
