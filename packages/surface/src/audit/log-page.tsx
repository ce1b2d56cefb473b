import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { AUDIT_OUTCOMES, listAuditActions, listAuditLogs } from '@zenops/contracts/audit'
import { ButtonLink } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import { ChipToggle, type FilterField } from '@zenops/ui/filters'
import { IconShieldCheck } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useCallback, useMemo, type ReactNode } from 'react'
import { stringifySearch } from '../address.ts'
import { useFirms } from '../identity/firm-names.ts'
import { ListExport } from '../list-export.tsx'
import { ListPage } from '../list-page.tsx'
import { rowsOf } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { OutcomeBadge } from './badges.tsx'
import { EventPanel, type LoggedEvent } from './event-panel.tsx'
import { TypedFilters } from './log-filters.tsx'
import { type AuditLogSearch, auditLogQuery, PERIODS } from './searches.ts'
import { actionName, shortId, t } from './words.ts'

const BESIDE_PANEL = 3

const actorText = (row: LoggedEvent): string =>
  row.actor_user_id === null
    ? t('nobody')
    : (row.actor_name ?? `${row.actor_role ?? ''} ${shortId(row.actor_user_id)}`.trim())
const targetText = (row: LoggedEvent): string =>
  `${row.target_type ?? ''} ${row.target_id ? shortId(row.target_id) : ''}`.trim()

const columnsFor = (hrefOf: (row: LoggedEvent) => string): readonly GridColumn<LoggedEvent>[] => [
  {
    key: 'action',
    header: t('action'),
    width: 260,
    grow: true,
    cell: (row) => (
      <AppLink href={hrefOf(row)} tabIndex={-1}>
        {actionName(row.action_type)}
      </AppLink>
    ),
  },
  { key: 'outcome', header: t('outcome'), width: 100, cell: (row) => <OutcomeBadge outcome={row.outcome} /> },
  { key: 'at', header: t('when'), width: 170, cell: (row) => <Instant at={row.created_at} /> },
  { key: 'actor', header: t('actor'), width: 160, from: 900, cell: (row) => <span>{actorText(row)}</span> },
  { key: 'target', header: t('target'), width: 210, from: 1024, cell: (row) => <span>{targetText(row)}</span> },
  {
    key: 'seq',
    header: t('seq'),
    width: 120,
    from: 1200,
    align: 'end',
    cell: (row) => (
      <span className={row.sealed ? 'z-num' : 'z-tertiary'}>
        {row.chain_seq === null ? t('waiting') : row.chain_seq}
      </span>
    ),
  },
]

const card = (row: LoggedEvent) => (
  <>
    <span className="z-row">
      <strong className="z-clip">{actionName(row.action_type)}</strong>
      <OutcomeBadge outcome={row.outcome} />
    </span>
    <span className="z-secondary z-clip">
      {actorText(row)} · {targetText(row)}
    </span>
    <span className="z-tertiary">
      <Instant at={row.created_at} />
    </span>
  </>
)

/** Filters with a list to choose from. */
function useFields(): readonly FilterField[] {
  const { ask, aud } = useSurface()
  const actions = useQuery({ ...ask(listAuditActions, {}), staleTime: Number.POSITIVE_INFINITY })
  const firms = useFirms()
  return useMemo(
    () => [
      {
        key: 'outcome',
        label: t('outcome'),
        options: AUDIT_OUTCOMES.map((value) => ({ value, label: t(`outcome_${value}`) })),
      },
      ...(aud === 'studio'
        ? [{ key: 'tenant_id', label: t('firm'), options: firms.map((firm) => ({ value: firm.id, label: firm.name })) }]
        : []),
      {
        key: 'action_type',
        label: t('action'),
        options: (actions.data?.items ?? []).map(({ action_type }) => ({
          value: action_type,
          label: actionName(action_type),
        })),
      },
    ],
    [actions.data, aud, firms],
  )
}

export interface AuditLogPageProps {
  readonly search: AuditLogSearch
  /** Further acts of the list, such as exports. */
  readonly acts?: ReactNode
}

/** What was done, newest first; all filters stand in the address. */
export function AuditLogPage({ search, acts }: AuditLogPageProps) {
  const { askList } = useSurface()
  const navigate = useNavigate()
  const fields = useFields()
  const asked = useMemo(() => auditLogQuery(search), [search])
  const query = useInfiniteQuery(askList(listAuditLogs, asked))
  const rows = rowsOf(query.data)
  const change = useCallback(
    (patch: Partial<AuditLogSearch>) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
  const hrefOf = useCallback(
    (row: LoggedEvent) => `/admin/audit${stringifySearch({ ...search, preview: row.audit_id })}`,
    [search],
  )
  const columns = useMemo(() => columnsFor(hrefOf), [hrefOf])
  const shown = rows.find((row) => row.audit_id === search.preview)
  const chain = `/admin/audit/chain${stringifySearch(search.tenant_id ? { tenant_id: search.tenant_id } : {})}`
  return (
    <ListPage<LoggedEvent>
      title={t('audit_log')}
      query={query}
      search={search}
      columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
      rowKey={(row) => row.audit_id}
      rowName={(row) => actionName(row.action_type)}
      hrefOf={hrefOf}
      searchLabel={t('search_log')}
      fields={fields}
      chips={
        <>
          {PERIODS.map((period) => (
            <ChipToggle
              key={period}
              label={t(`period_${period}`)}
              pressed={search.period === period}
              onToggle={() =>
                change({ period: search.period === period ? undefined : period, from: undefined, to: undefined })
              }
            />
          ))}
          <TypedFilters search={search} onChange={change} />
        </>
      }
      acts={
        <>
          <ListExport
            title={t('audit_log')}
            rows={rows}
            rowKey={(row) => row.audit_id}
            columns={[
              { header: t('when'), text: (row) => row.created_at },
              { header: t('action'), text: (row) => row.action_type },
              { header: t('outcome'), text: (row) => row.outcome },
              { header: t('actor'), text: (row) => row.actor_name ?? '' },
              { header: t('actor_id'), text: (row) => row.actor_user_id ?? '' },
              { header: t('role'), text: (row) => row.actor_role ?? '' },
              { header: t('target_type'), text: (row) => row.target_type ?? '' },
              { header: t('target_id'), text: (row) => row.target_id ?? '' },
              { header: t('seq'), text: (row) => String(row.chain_seq ?? '') },
              { header: t('trace'), text: (row) => row.trace_id ?? '' },
            ]}
          />
          <ButtonLink href={chain} icon={IconShieldCheck}>
            {t('see_chain')}
          </ButtonLink>
          {acts}
        </>
      }
      empty={<EmptyState title={t('no_events')} reason={t('no_events_why')} />}
      card={card}
      onPreview={(row) => change({ preview: search.preview === row.audit_id ? undefined : row.audit_id })}
      panel={
        shown && (
          <EventPanel
            key={shown.audit_id}
            event={shown}
            tenantId={search.tenant_id}
            onClose={() => change({ preview: undefined })}
          />
        )
      }
    />
  )
}
