import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { EXPORT_STATES, type ExportJob, listExportJobs } from '@zenops/contracts/exports'
import { Button, ButtonLink } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import { fileSize } from '@zenops/ui/files'
import type { FilterField } from '@zenops/ui/filters'
import { IconPlus } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { Countdown, EmptyState } from '@zenops/ui/states'
import { Instant, Meter } from '@zenops/ui/values'
import { useCallback, useMemo, useState } from 'react'
import { stringifySearch } from '../address.ts'
import { useFirms } from '../identity/firm-names.ts'
import { ListPage } from '../list-page.tsx'
import { rowsOf } from '../queries.ts'
import { withoutPreview } from '../search-params.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import { ExportBadge, nameOf } from './export-badge.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { draftOf, type ExportDraft } from './export-draft.ts'
import { ExportPanel, rowsText } from './export-panel.tsx'
import { type Looked, nextLookMs } from './look-pace.ts'
import type { ExportsSearch } from './searches.ts'
import { isActive, t } from './words.ts'

const BESIDE_PANEL = 3
const looked: Looked = new Map()

const progressOf = (row: ExportJob) =>
  row.status === 'RUNNING' ? (
    <Meter label={t('progress')} value={row.progress_percent} max={100} text={`${row.progress_percent} %`} />
  ) : (
    <span className="z-num">{rowsText(row)}</span>
  )
const sizeOf = (row: ExportJob): string => (row.status === 'DONE' ? fileSize(row.total_bytes) : '')

const columnsFor = (hrefOf: (row: ExportJob) => string): readonly GridColumn<ExportJob>[] => [
  {
    key: 'what',
    header: t('what'),
    width: 260,
    grow: true,
    cell: (row) => (
      <AppLink href={hrefOf(row)} tabIndex={-1}>
        {nameOf(row)}
      </AppLink>
    ),
  },
  { key: 'state', header: t('state'), width: 110, cell: (row) => <ExportBadge job={row} /> },
  { key: 'progress', header: t('rows'), width: 170, cell: progressOf },
  { key: 'size', header: t('size'), width: 100, from: 900, align: 'end', cell: (row) => <span>{sizeOf(row)}</span> },
  {
    key: 'expires',
    header: t('expires_in'),
    width: 120,
    from: 1024,
    cell: (row) => (row.status === 'DONE' ? <Countdown until={Date.parse(row.expires_at)} /> : null),
  },
  {
    key: 'created',
    header: t('created'),
    width: 150,
    from: 900,
    cell: (row) => <Instant at={row.created_at} relative />,
  },
]

const card = (row: ExportJob) => (
  <>
    <span className="z-row">
      <strong className="z-clip">{nameOf(row)}</strong>
      <ExportBadge job={row} />
    </span>
    <span className="z-secondary">{progressOf(row)}</span>
    <span className="z-tertiary">
      {sizeOf(row)} <Instant at={row.created_at} relative />
    </span>
  </>
)

function useFields(): readonly FilterField[] {
  const studio = useSurface().aud === 'studio'
  const firms = useFirms()
  return useMemo(
    () => [
      {
        key: 'status',
        label: t('state'),
        options: EXPORT_STATES.map((value) => ({ value, label: t(`state_${value}`) })),
      },
      ...(studio
        ? [{ key: 'tenant_id', label: t('firm'), options: firms.map((firm) => ({ value: firm.id, label: firm.name })) }]
        : []),
    ],
    [studio, firms],
  )
}

/** All exports of the firm, with what can be done with them; leaving the page loses nothing. */
export function ExportsPage({ search }: { readonly search: ExportsSearch }) {
  const { askList } = useSurface()
  const navigate = useNavigate()
  const mayRead = useCan('audit.read')
  const fields = useFields()
  const [dialog, setDialog] = useState<Partial<ExportDraft> | null>(null)
  const asked = useMemo(() => withoutPreview(search), [search])
  const query = useInfiniteQuery({
    ...askList(listExportJobs, asked),
    refetchInterval: ({ state }) => {
      const active = rowsOf(state.data).filter(isActive)
      const at = Math.max(state.dataUpdatedAt, state.errorUpdatedAt)
      return nextLookMs(looked, { at, active: active.map((row) => row.job_id) })
    },
  })
  const rows = rowsOf(query.data)
  const change = useCallback(
    (patch: Partial<ExportsSearch>) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
  const hrefOf = useCallback(
    (row: ExportJob) => `/admin/audit/exports${stringifySearch({ ...search, preview: row.job_id })}`,
    [search],
  )
  const columns = useMemo(() => columnsFor(hrefOf), [hrefOf])
  const shown = rows.find((row) => row.job_id === search.preview)
  const create = (
    <Button kind="primary" icon={IconPlus} onClick={() => setDialog({})}>
      {t('new_export')}
    </Button>
  )
  return (
    <>
      <ListPage<ExportJob>
        title={t('exports')}
        query={query}
        search={search}
        columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
        rowKey={(row) => row.job_id}
        rowName={nameOf}
        hrefOf={hrefOf}
        fields={fields}
        acts={
          <>
            {mayRead && (
              <ButtonLink
                href={`/admin/audit${stringifySearch(search.tenant_id ? { tenant_id: search.tenant_id } : {})}`}
              >
                {t('see_log')}
              </ButtonLink>
            )}
            {create}
          </>
        }
        empty={<EmptyState title={t('no_exports')} reason={t('no_exports_why')} action={create} />}
        card={card}
        onPreview={(row) => change({ preview: search.preview === row.job_id ? undefined : row.job_id })}
        panel={
          shown && (
            <ExportPanel
              key={shown.job_id}
              job={shown}
              tenantId={search.tenant_id}
              onAgain={() => setDialog(draftOf(shown))}
              onClose={() => change({ preview: undefined })}
            />
          )
        }
      />
      {dialog && (
        <ExportDialog
          draft={dialog}
          tenantId={search.tenant_id}
          onMade={(preview) => {
            setDialog(null)
            change({ preview })
          }}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  )
}
