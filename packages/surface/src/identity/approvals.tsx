import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { RBAC_FAMILY, RBAC_KINDS, listApprovalRequests } from '@zenops/contracts/identity-rights'
import type { GridColumn } from '@zenops/ui/data-grid'
import { ChipToggle, type FilterField } from '@zenops/ui/filters'
import { AppLink } from '@zenops/ui/links'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useCallback, useMemo } from 'react'
import { stringifySearch } from '../address.ts'
import { ListExport } from '../list-export.tsx'
import { ListPage } from '../list-page.tsx'
import { rowsOf } from '../queries.ts'
import { StateBadge } from '../state-badge.tsx'
import { useSurface } from '../surface-context.tsx'
import { ApprovalPanel } from './approval-panel.tsx'
import { requestTitle, type ApprovalRequest } from './request-words.ts'
import { approvalsQuery, type ApprovalsSearch } from './searches.ts'
import { t } from './words.ts'

const fields: readonly FilterField[] = [
  { key: 'kind', label: t('kind'), options: RBAC_KINDS.map((value) => ({ value, label: t(`kind_${value}`) })) },
]

const countText = (row: ApprovalRequest): string => t('approvals_of', { n: row.approvals, of: row.approvals_needed })

/** Columns that stay while a request takes its room. */
const BESIDE_PANEL = 3

function columnsFor(
  { studio, past }: { readonly studio: boolean; readonly past: boolean },
  hrefOf: (row: ApprovalRequest) => string,
): readonly GridColumn<ApprovalRequest>[] {
  const firm: GridColumn<ApprovalRequest> = {
    key: 'tenant',
    header: t('firm'),
    width: 180,
    cell: (row) => <span>{row.tenant_name}</span>,
  }
  return [
    {
      key: 'what',
      header: t('what'),
      width: 320,
      grow: true,
      cell: (row) => (
        <AppLink href={hrefOf(row)} tabIndex={-1}>
          {requestTitle(row)}
        </AppLink>
      ),
    },
    { key: 'status', header: t('state'), width: 120, cell: (row) => <StateBadge face={RBAC_FAMILY[row.status]} /> },
    { key: 'approvals', header: t('approvals_short'), width: 100, cell: (row) => <span>{countText(row)}</span> },
    ...(studio ? [firm] : []),
    {
      key: 'by',
      header: t('asked_by'),
      width: 180,
      from: 900,
      cell: (row) => <span>{row.requested_by.name}</span>,
    },
    {
      key: 'at',
      header: t('asked_at'),
      width: 150,
      from: 1024,
      cell: (row) => <Instant at={row.created_at} relative />,
    },
    {
      key: 'end',
      header: t(past ? 'closed' : 'expires'),
      width: 150,
      from: 1200,
      cell: (row) => <Instant at={row.closed_at ?? row.expires_at} relative />,
    },
  ]
}

const card = (row: ApprovalRequest) => (
  <>
    <span className="z-row">
      <StateBadge face={RBAC_FAMILY[row.status]} />
      <span className="z-secondary">{countText(row)}</span>
    </span>
    <strong className="z-clip">{requestTitle(row)}</strong>
    <span className="z-tertiary z-clip">
      {row.requested_by.name} · <Instant at={row.created_at} relative />
    </span>
  </>
)

/** Changes of rights that wait for other people, and what became of earlier ones. */
export function ApprovalsPage({ search }: { readonly search: ApprovalsSearch }) {
  const { aud, askList } = useSurface()
  const navigate = useNavigate()
  const query = useInfiniteQuery(askList(listApprovalRequests, approvalsQuery(search)))
  const rows = rowsOf(query.data)
  const change = useCallback(
    (patch: ApprovalsSearch) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
  const show = (preview: string | undefined) => change({ preview })
  const hrefOf = useCallback(
    (row: ApprovalRequest) => `/approvals${stringifySearch({ ...search, preview: row.id })}`,
    [search],
  )
  const past = search.past === 'true'
  const columns = useMemo(() => columnsFor({ studio: aud === 'studio', past }, hrefOf), [aud, past, hrefOf])
  const chips = (
    <>
      <ChipToggle
        label={t('waiting')}
        pressed={!search.past}
        onToggle={() => change({ past: undefined, preview: undefined })}
      />
      <ChipToggle
        label={t('decided')}
        pressed={search.past === 'true'}
        onToggle={() => change({ past: 'true', preview: undefined })}
      />
    </>
  )
  return (
    <ListPage<ApprovalRequest>
      title={t('approvals')}
      query={query}
      search={search}
      columns={search.preview ? columns.slice(0, BESIDE_PANEL) : columns}
      rowKey={(row) => row.id}
      rowName={requestTitle}
      hrefOf={hrefOf}
      fields={fields}
      chips={chips}
      acts={
        <ListExport
          title={t('approvals')}
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            { header: t('what'), text: requestTitle },
            { header: t('firm'), text: (row) => row.tenant_name },
            { header: t('state'), text: (row) => RBAC_FAMILY[row.status].label.en },
            { header: t('reason'), text: (row) => row.reason },
            { header: t('asked_by'), text: (row) => row.requested_by.name },
            { header: t('asked_at'), text: (row) => row.created_at },
            { header: t('approvals_short'), text: countText },
          ]}
        />
      }
      empty={
        <EmptyState
          title={t(search.past ? 'none_decided' : 'none_waiting')}
          reason={t(search.past ? 'none_decided_why' : 'none_waiting_why')}
        />
      }
      card={card}
      onPreview={(row) => show(search.preview === row.id ? undefined : row.id)}
      panel={
        search.preview && <ApprovalPanel key={search.preview} id={search.preview} onClose={() => show(undefined)} />
      }
    />
  )
}
