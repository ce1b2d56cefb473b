import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ALERT_STATES, listAlerts } from '@zenops/contracts/ops-alerts'
import { SEVERITIES } from '@zenops/contracts/alert-rules'
import type { GridColumn } from '@zenops/ui/data-grid'
import { ChipToggle, type FilterField } from '@zenops/ui/filters'
import { AppLink } from '@zenops/ui/links'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useCallback, useMemo } from 'react'
import { stringifySearch } from '../address.ts'
import { useFirmNames } from '../identity/firm-names.ts'
import { ListExport } from '../list-export.tsx'
import { ListPage } from '../list-page.tsx'
import { rowsOf } from '../queries.ts'
import { withoutPreview } from '../search-params.ts'
import { useSurface } from '../surface-context.tsx'
import { AlertPanel } from './alert-panel.tsx'
import { type Alert, AlertStateBadge, AlertTabs, SeverityBadge } from './alert-words.tsx'
import type { AlertsSearch } from './searches.ts'
import { ruleTitle, t, word } from './words.ts'

const REFRESH_MS = 15_000
const BESIDE_PANEL = 4
const fields: readonly FilterField[] = [
  {
    key: 'severity',
    label: t('severity'),
    options: SEVERITIES.map((value) => ({ value, label: word('severity', value) })),
  },
]

interface ColumnInput {
  readonly studio: boolean
  readonly hrefOf: (row: Alert) => string
  readonly firmName: (id: string | null) => string
}
const columnsFor = ({ studio, hrefOf, firmName }: ColumnInput): readonly GridColumn<Alert>[] => [
  {
    key: 'what',
    header: t('what'),
    width: 300,
    grow: true,
    cell: (row) => (
      <AppLink href={hrefOf(row)} tabIndex={-1}>
        {ruleTitle(row.rule_key)}
      </AppLink>
    ),
  },
  { key: 'severity', header: t('severity'), width: 110, cell: (row) => <SeverityBadge severity={row.severity} /> },
  { key: 'state', header: t('state'), width: 140, cell: (row) => <AlertStateBadge alert={row} /> },
  { key: 'since', header: t('since'), width: 130, cell: (row) => <Instant at={row.first_at} relative /> },
  ...(studio
    ? [
        {
          key: 'firm',
          header: t('firm'),
          width: 160,
          from: 1024,
          cell: (row: Alert) => <span>{firmName(row.tenant_id)}</span>,
        },
      ]
    : []),
  { key: 'last', header: t('last_seen'), width: 130, from: 1100, cell: (row) => <Instant at={row.last_at} relative /> },
  {
    key: 'count',
    header: t('times'),
    width: 110,
    align: 'end',
    from: 1200,
    cell: (row) => <span className="z-num">{row.count}</span>,
  },
]

const card = (row: Alert) => (
  <>
    <span className="z-row">
      <strong className="z-clip">{ruleTitle(row.rule_key)}</strong>
    </span>
    <span className="z-row">
      <SeverityBadge severity={row.severity} />
      <AlertStateBadge alert={row} />
    </span>
    <span className="z-tertiary">
      {t('since')} <Instant at={row.first_at} relative />
    </span>
  </>
)

/** Alerts: open, acknowledged, resolved. */
export function AlertsPage({ search }: { readonly search: AlertsSearch }) {
  const { aud, askList } = useSurface()
  const navigate = useNavigate()
  const firmName = useFirmNames()
  const query = useInfiniteQuery({ ...askList(listAlerts, withoutPreview(search)), refetchInterval: REFRESH_MS })
  const rows = rowsOf(query.data)
  const change = useCallback(
    (patch: AlertsSearch) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
  const hrefOf = useCallback(
    (row: Alert) => `/admin/alerts${stringifySearch({ ...search, preview: row.id })}`,
    [search],
  )
  const columns = useMemo(() => columnsFor({ studio: aud === 'studio', hrefOf, firmName }), [aud, hrefOf, firmName])
  const shown = rows.find((row) => row.id === search.preview)
  return (
    <ListPage<Alert>
      title={t('alerts')}
      query={query}
      search={search}
      columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
      rowKey={(row) => row.id}
      rowName={(row) => ruleTitle(row.rule_key)}
      hrefOf={hrefOf}
      fields={fields}
      kpis={<AlertTabs />}
      chips={ALERT_STATES.map((state) => (
        <ChipToggle
          key={state}
          label={word('state', state)}
          pressed={search.state === state}
          onToggle={() => change({ state: search.state === state ? undefined : state, preview: undefined })}
        />
      ))}
      acts={
        <ListExport
          title={t('alerts')}
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            { header: t('rule'), text: (row) => row.rule_key },
            { header: t('severity'), text: (row) => row.severity },
            { header: t('state'), text: (row) => row.state },
            { header: t('since'), text: (row) => row.first_at },
            { header: t('last_seen'), text: (row) => row.last_at },
            { header: t('times'), text: (row) => String(row.count), align: 'end' },
            { header: t('trace'), text: (row) => row.trace_id },
          ]}
        />
      }
      empty={<EmptyState title={t('no_alerts')} reason={t('no_alerts_why')} />}
      card={card}
      onPreview={(row) => change({ preview: search.preview === row.id ? undefined : row.id })}
      panel={shown && <AlertPanel key={shown.id} alert={shown} onClose={() => change({ preview: undefined })} />}
    />
  )
}
