import type { listAlerts } from '@zenops/contracts/ops-alerts'
import { PageTabs } from '@zenops/ui/page'
import { StatusBadge, type StatusFamily } from '@zenops/ui/status'
import { useRouterState } from '@tanstack/react-router'
import type { ItemOf } from '../queries.ts'
import { t, word } from './words.ts'

export type Alert = ItemOf<typeof listAlerts>

const STATE: Readonly<Record<Alert['state'], StatusFamily>> = { OPEN: 'red', ACKED: 'blue', RESOLVED: 'green' }

export const AlertStateBadge = ({ alert }: { readonly alert: Alert }) => (
  <StatusBadge family={STATE[alert.state]} text={word('state', alert.state)} final={alert.state === 'RESOLVED'} />
)
export const SeverityBadge = ({ severity }: { readonly severity: Alert['severity'] }) => (
  <StatusBadge family={severity === 'critical' ? 'red' : 'amber'} text={word('severity', severity)} />
)

const TABS = [
  ['', 'tab_alerts'],
  ['/channels', 'tab_channels'],
  ['/rules', 'tab_rules'],
  ['/deliveries', 'tab_deliveries'],
] as const

/** The four pages around alerts. */
export function AlertTabs() {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  return (
    <PageTabs
      label={t('alerts_tabs')}
      tabs={TABS.map(([path, key]) => ({
        label: t(key),
        href: `/admin/alerts${path}`,
        current: pathname === `/admin/alerts${path}`,
      }))}
    />
  )
}
