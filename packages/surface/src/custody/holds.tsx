import { useInfiniteQuery } from '@tanstack/react-query'
import type { OutputOf } from '@zenops/contracts/kit'
import { liftLegalHold, listLegalHolds } from '@zenops/contracts/privacy'
import { Button } from '@zenops/ui/button'
import { DataGrid, type GridColumn } from '@zenops/ui/data-grid'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { IconLock } from '@zenops/ui/icons'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { ReasonField } from '@zenops/ui/text-fields'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { rowsOf, useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { HoldDialog, MIN_REASON } from './hold-dialog.tsx'
import type { ViewProps } from './retention-page.tsx'
import { t } from './words.ts'

type Hold = OutputOf<typeof listLegalHolds>['items'][number]

const targetOf = (hold: Hold): string => hold.subject?.name ?? hold.assignment?.code ?? t('scope_tenant')
const Standing = ({ hold }: { readonly hold: Hold }) => (
  <StatusBadge
    family={hold.standing ? 'amber' : 'grey'}
    {...(hold.standing ? { icon: 'lock' as const } : {})}
    text={t(hold.standing ? 'standing' : 'ended')}
    final={!hold.standing}
  />
)
const endOf = (hold: Hold) =>
  hold.lifted_at !== null || hold.until !== null ? (
    <Instant at={hold.lifted_at ?? hold.until} relative />
  ) : (
    <span>{t('until_lifted')}</span>
  )

const columns: readonly GridColumn<Hold>[] = [
  { key: 'target', header: t('hold_scope'), width: 220, grow: true, cell: (row) => <span>{targetOf(row)}</span> },
  { key: 'state', header: t('state'), width: 120, cell: (row) => <Standing hold={row} /> },
  { key: 'until', header: t('until'), width: 150, from: 768, cell: endOf },
  { key: 'reason', header: t('reason'), width: 260, from: 1024, cell: (row) => <span>{row.reason}</span> },
  {
    key: 'placed',
    header: t('placed'),
    width: 150,
    from: 1200,
    cell: (row) => <Instant at={row.placed_at} relative />,
  },
]
const card = (row: Hold) => (
  <>
    <span className="z-row">
      <strong>{targetOf(row)}</strong>
      <Standing hold={row} />
    </span>
    <span className="z-secondary z-clip">{row.reason}</span>
  </>
)

function HoldPanel({ hold, onClose }: { readonly hold: Hold; readonly onClose: () => void }) {
  const [lifting, setLifting] = useState(false)
  const [reason, setReason] = useState('')
  const act = useAct(liftLegalHold, { stale: [listLegalHolds], onDone: () => setLifting(false) })
  return (
    <SidePanel title={targetOf(hold)} onClose={onClose}>
      <div className="z-stack">
        <RecordFacts
          facts={[
            { label: t('hold_scope'), value: t(`scope_${hold.scope}`) },
            { label: t('state'), value: <Standing hold={hold} /> },
            { label: t('reason'), value: hold.reason },
            { label: t('until'), value: endOf(hold) },
            { label: t('placed'), value: <Instant at={hold.placed_at} /> },
            { label: t('deleted_by'), value: hold.placed_by?.name ?? '–' },
            ...(hold.lift_reason === null
              ? []
              : [{ label: t('lift'), value: `${hold.lift_reason} (${hold.lifted_by?.name ?? '–'})` }]),
          ]}
        />
        {hold.standing && (
          <div className="z-row">
            <Button kind="danger" onClick={() => setLifting(true)}>
              {t('lift')}
            </Button>
          </div>
        )}
        {lifting && (
          <ConfirmDialog
            title={t('lift_title')}
            consequence={t('lift_effect')}
            verb={t('lift')}
            tone="danger"
            opened
            busy={act.isPending}
            unmet={reason.trim().length < MIN_REASON ? t('reason_needed', { n: MIN_REASON }) : null}
            error={act.isError && <FailureCard error={act.error} />}
            onConfirm={() => act.mutate({ params: { id: hold.hold_id }, body: { reason } })}
            onClose={() => setLifting(false)}
          >
            <div className="z-under-field">
              <ReasonField min={MIN_REASON} value={reason} error={null} onChange={setReason} />
            </div>
          </ConfirmDialog>
        )}
      </div>
    </SidePanel>
  )
}

/** What must stay although its time is over. */
export function Holds({ preview, onPreview, frame }: ViewProps) {
  const { askList } = useSurface()
  const [placing, setPlacing] = useState(false)
  const query = useInfiniteQuery(askList(listLegalHolds, {}))
  const rows = rowsOf<Hold>(query.data)
  const shown = rows.find((row) => row.hold_id === preview)
  const choose = (row: Hold) => onPreview(preview === row.hold_id ? undefined : row.hold_id)
  const place = (
    <Button kind="primary" icon={IconLock} onClick={() => setPlacing(true)}>
      {t('place_hold')}
    </Button>
  )
  return frame({
    acts: place,
    panel: shown && <HoldPanel key={shown.hold_id} hold={shown} onClose={() => onPreview(undefined)} />,
    children: (
      <>
        <DataGrid
          label={t('view_holds')}
          columns={shown ? columns.slice(0, 2) : columns}
          rows={rows}
          rowKey={(row) => row.hold_id}
          rowName={targetOf}
          state={query.isError ? 'error' : query.isPending ? 'loading' : 'ready'}
          error={<FailureCard error={query.error} onRetry={() => void query.refetch()} />}
          empty={<EmptyState title={t('no_holds')} reason={t('no_holds_why')} action={place} />}
          card={card}
          onOpen={choose}
          onPreview={choose}
          previewKey={preview ?? null}
          onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
        {placing && <HoldDialog onClose={() => setPlacing(false)} />}
      </>
    ),
  })
}
