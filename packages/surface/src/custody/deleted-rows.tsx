import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Client } from '@zenops/client/client'
import { restoreFloor } from '@zenops/contracts/assignments'
import { restoreDocument } from '@zenops/contracts/documents'
import type { OutputOf } from '@zenops/contracts/kit'
import { restoreAlertChannel } from '@zenops/contracts/ops-alerts'
import { restoreEvidence } from '@zenops/contracts/reports-evidence'
import { listDeletedRows } from '@zenops/contracts/retention'
import { useAnnounce } from '@zenops/ui/announcer'
import { Button } from '@zenops/ui/button'
import { DataGrid, type GridColumn } from '@zenops/ui/data-grid'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { FailureCard } from '../failures.tsx'
import { rowsOf } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import type { ViewProps } from './retention-page.tsx'
import { t } from './words.ts'

type Row = OutputOf<typeof listDeletedRows>['items'][number]

/** `documents.documents` → documents. */
const kindOf = (row: Row): string => (row.kind.split('.')[1] ?? row.kind).replaceAll('_', ' ')
const nameOf = (row: Row): string => row.label ?? t('unnamed')
const held = (row: Row) => row.held && <StatusBadge family="amber" icon="lock" text={t('under_hold')} />

const columns: readonly GridColumn<Row>[] = [
  {
    key: 'what',
    header: t('what'),
    width: 260,
    grow: true,
    cell: (row) => (
      <span>
        {nameOf(row)} <span className="z-tertiary">{kindOf(row)}</span>
      </span>
    ),
  },
  { key: 'goes', header: t('goes'), width: 160, cell: (row) => <Instant at={row.purge_after} relative /> },
  { key: 'held', header: t('held'), width: 100, from: 768, cell: held },
  {
    key: 'deleted',
    header: t('deleted_when'),
    width: 160,
    from: 900,
    cell: (row) => <Instant at={row.deleted_at} relative />,
  },
  {
    key: 'by',
    header: t('deleted_by'),
    width: 160,
    from: 1100,
    cell: (row) => <span>{row.deleted_by?.name ?? '–'}</span>,
  },
]
const card = (row: Row) => (
  <>
    <span className="z-row">
      <strong>{nameOf(row)}</strong>
      {held(row)}
    </span>
    <span className="z-secondary">{kindOf(row)}</span>
    <span className="z-tertiary">
      {t('goes')} <Instant at={row.purge_after} relative />
    </span>
  </>
)

/** Each module restores its own. */
function restored(client: Client, { kind, row_id: id, whole_id: whole }: Row): Promise<unknown> {
  if (kind === 'reports.report_evidence_items' && whole !== null)
    return client.call(restoreEvidence, { params: { id: whole, eid: id }, body: { reason: t('restore_reason') } })
  if (kind === 'assignments.assignment_floors' && whole !== null)
    return client.call(restoreFloor, { params: { id: whole, floor_id: id } })
  if (kind === 'ops.alert_channels') return client.call(restoreAlertChannel, { params: { id } })
  return client.call(restoreDocument, { params: { id } })
}

function RowPanel({ row, onClose }: { readonly row: Row; readonly onClose: () => void }) {
  const { client } = useSurface()
  const cache = useQueryClient()
  const announce = useAnnounce()
  const restore = useMutation({
    mutationFn: () => restored(client, row),
    async onSuccess() {
      announce(t('restored'))
      await cache.invalidateQueries({ queryKey: [listDeletedRows.id] })
      onClose()
    },
  })
  return (
    <SidePanel title={nameOf(row)} onClose={onClose}>
      <div className="z-stack">
        <RecordFacts
          facts={[
            { label: t('what'), value: kindOf(row) },
            { label: t('deleted_when'), value: <Instant at={row.deleted_at} /> },
            { label: t('deleted_by'), value: row.deleted_by?.name ?? '–' },
            { label: t('reason'), value: row.delete_reason ?? '–' },
            { label: t('goes'), value: row.held ? t('under_hold') : <Instant at={row.purge_after} /> },
          ]}
        />
        {restore.isError && <FailureCard error={restore.error} />}
        {row.restore_path !== null && (
          <div className="z-row">
            <Button kind="primary" busy={restore.isPending} onClick={() => restore.mutate()}>
              {t('restore')}
            </Button>
          </div>
        )}
      </div>
    </SidePanel>
  )
}

/** What was deleted and can still come back, the next to go first. */
export function DeletedRows({ preview, onPreview, frame }: ViewProps) {
  const { askList } = useSurface()
  const query = useInfiniteQuery(askList(listDeletedRows, {}))
  const rows = rowsOf<Row>(query.data)
  const shown = rows.find((row) => row.row_id === preview)
  const choose = (row: Row) => onPreview(preview === row.row_id ? undefined : row.row_id)
  return frame({
    panel: shown && <RowPanel key={shown.row_id} row={shown} onClose={() => onPreview(undefined)} />,
    children: (
      <DataGrid
        label={t('view_deleted')}
        columns={shown ? columns.slice(0, 2) : columns}
        rows={rows}
        rowKey={(row) => row.row_id}
        rowName={nameOf}
        state={query.isError ? 'error' : query.isPending ? 'loading' : 'ready'}
        error={<FailureCard error={query.error} onRetry={() => void query.refetch()} />}
        empty={<EmptyState title={t('no_deleted')} reason={t('no_deleted_why')} />}
        card={card}
        onOpen={choose}
        onPreview={choose}
        previewKey={preview ?? null}
        onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        loadingMore={query.isFetchingNextPage}
      />
    ),
  })
}
