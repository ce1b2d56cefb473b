import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { listPrivacyRequests, REQUEST_KINDS, REQUEST_STATES } from '@zenops/contracts/privacy'
import { Button } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import type { FilterField } from '@zenops/ui/filters'
import { IconPlus } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useCallback, useMemo, useState } from 'react'
import { stringifySearch } from '../address.ts'
import { ListPage } from '../list-page.tsx'
import { rowsOf } from '../queries.ts'
import { withoutPreview } from '../search-params.ts'
import { useSurface } from '../surface-context.tsx'
import { Due, type Request } from './due.tsx'
import { RequestDialog } from './request-dialog.tsx'
import { RequestPanel } from './request-panel.tsx'
import type { PrivacySearch } from './searches.ts'
import { StateMark } from './state-mark.tsx'
import { t } from './words.ts'

const fields: readonly FilterField[] = [
  {
    key: 'kind',
    label: t('request_kind'),
    options: REQUEST_KINDS.map((value) => ({ value, label: t(`kind_${value}`) })),
  },
  { key: 'status', label: t('state'), options: REQUEST_STATES.map((value) => ({ value, label: t(`state_${value}`) })) },
]

const columnsFor = (hrefOf: (row: Request) => string): readonly GridColumn<Request>[] => [
  {
    key: 'subject',
    header: t('subject'),
    width: 220,
    grow: true,
    cell: (row) => (
      <AppLink href={hrefOf(row)} tabIndex={-1}>
        {row.subject.name}
      </AppLink>
    ),
  },
  { key: 'kind', header: t('request_kind'), width: 150, cell: (row) => <span>{t(`kind_${row.kind}`)}</span> },
  { key: 'state', header: t('state'), width: 130, cell: (row) => <StateMark state={row.status} /> },
  { key: 'due', header: t('due'), width: 140, from: 900, cell: (row) => <Due request={row} /> },
  { key: 'asked', header: t('asked'), width: 150, from: 1024, cell: (row) => <Instant at={row.created_at} relative /> },
  {
    key: 'by',
    header: t('asked_by'),
    width: 160,
    from: 1200,
    cell: (row) => <span>{row.by_subject ? t('by_himself') : (row.requested_by?.name ?? '–')}</span>,
  },
]

const card = (row: Request) => (
  <>
    <span className="z-row">
      <strong>{row.subject.name}</strong>
      <StateMark state={row.status} />
    </span>
    <span className="z-secondary">{t(`kind_${row.kind}`)}</span>
    <span className="z-tertiary">
      {t('due')} <Due request={row} />
    </span>
  </>
)

/** `/admin/privacy`: what people asked about their data, with its due date and what stays. */
export function PrivacyRequestsPage({ search }: { readonly search: PrivacySearch }) {
  const { askList } = useSurface()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const query = useInfiniteQuery(askList(listPrivacyRequests, withoutPreview(search)))
  const rows = rowsOf<Request>(query.data)
  const change = useCallback(
    (preview: string | undefined) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, preview }), replace: true }),
    [navigate],
  )
  const hrefOf = useCallback(
    (row: Request) => `/admin/privacy${stringifySearch({ ...search, preview: row.request_id })}`,
    [search],
  )
  const columns = useMemo(() => columnsFor(hrefOf), [hrefOf])
  const shown = rows.find((row) => row.request_id === search.preview)
  const add = (
    <Button kind="primary" icon={IconPlus} onClick={() => setAdding(true)}>
      {t('new_request')}
    </Button>
  )
  return (
    <>
      <ListPage<Request>
        title={t('privacy')}
        query={query}
        search={search}
        columns={shown ? columns.slice(0, 3) : columns}
        rowKey={(row) => row.request_id}
        rowName={(row) => row.subject.name}
        hrefOf={hrefOf}
        fields={fields}
        acts={add}
        empty={<EmptyState title={t('no_requests')} reason={t('no_requests_why')} action={add} />}
        card={card}
        onPreview={(row) => change(search.preview === row.request_id ? undefined : row.request_id)}
        panel={shown && <RequestPanel key={shown.request_id} request={shown} onClose={() => change(undefined)} />}
      />
      {adding && <RequestDialog onClose={() => setAdding(false)} />}
    </>
  )
}
