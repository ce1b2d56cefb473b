import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { DELIVERY_STATES, listAlertDeliveries } from '@zenops/contracts/ops-alerts'
import type { GridColumn } from '@zenops/ui/data-grid'
import { ChipToggle } from '@zenops/ui/filters'
import { EmptyState } from '@zenops/ui/states'
import { StatusBadge, type StatusFamily } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { ListPage } from '../list-page.tsx'
import type { ItemOf } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { AlertTabs } from './alert-words.tsx'
import type { DeliveriesSearch } from './searches.ts'
import { noticeWord, ruleTitle, t, word } from './words.ts'

type Delivery = ItemOf<typeof listAlertDeliveries>
const FAMILY: Readonly<Record<Delivery['state'], StatusFamily>> = {
  PENDING: 'blue',
  HANDED_OVER: 'cyan',
  DELIVERED: 'green',
  FAILED: 'red',
}
const REFRESH_MS = 15_000

const what = (row: Delivery): string =>
  row.rule_key === null ? noticeWord(row.notice) : `${noticeWord(row.notice)}: ${ruleTitle(row.rule_key)}`
const state = (row: Delivery) => (
  <span className="z-row">
    <StatusBadge family={FAMILY[row.state]} text={word('delivery', row.state)} />
    {row.error_code && <span className="z-code z-tertiary">{row.error_code}</span>}
  </span>
)

const columns: readonly GridColumn<Delivery>[] = [
  {
    key: 'what',
    header: t('message'),
    width: 320,
    grow: true,
    cell: (row) => <span className="z-clip">{what(row)}</span>,
  },
  { key: 'channel', header: t('channel'), width: 180, cell: (row) => <span>{row.channel_name}</span> },
  { key: 'state', header: t('state'), width: 220, cell: state },
  { key: 'when', header: t('when'), width: 140, cell: (row) => <Instant at={row.created_at} relative /> },
  {
    key: 'attempts',
    header: t('attempts'),
    width: 100,
    align: 'end',
    from: 1024,
    cell: (row) => <span className="z-num">{row.attempts}</span>,
  },
  {
    key: 'instead',
    header: t('note'),
    width: 240,
    from: 1300,
    cell: (row) => <span className="z-tertiary">{row.fallback_of ? t('instead_of') : ''}</span>,
  },
]

const card = (row: Delivery) => (
  <>
    <strong className="z-clip">{what(row)}</strong>
    {state(row)}
    <span className="z-tertiary">
      {row.channel_name} · <Instant at={row.created_at} relative />
    </span>
  </>
)

/** Every message to a channel, with its end. */
export function DeliveriesPage({ search }: { readonly search: DeliveriesSearch }) {
  const { askList } = useSurface()
  const navigate = useNavigate()
  const query = useInfiniteQuery({ ...askList(listAlertDeliveries, search), refetchInterval: REFRESH_MS })
  const to = (state_: DeliveriesSearch['state']) => void navigate({ to: '.', search: { state: state_ }, replace: true })
  return (
    <ListPage<Delivery>
      title={t('alerts')}
      query={query}
      search={search}
      columns={columns}
      rowKey={(row) => row.id}
      rowName={what}
      hrefOf={(row) => (row.alert_id === null ? '/admin/alerts/channels' : `/admin/alerts?preview=${row.alert_id}`)}
      kpis={<AlertTabs />}
      chips={DELIVERY_STATES.map((one) => (
        <ChipToggle
          key={one}
          label={word('delivery', one)}
          pressed={search.state === one}
          onToggle={() => to(search.state === one ? undefined : one)}
        />
      ))}
      empty={<EmptyState title={t('no_deliveries')} reason={t('no_deliveries_why')} />}
      card={card}
    />
  )
}
