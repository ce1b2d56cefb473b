import { createLazyRoute, useParams, useSearch } from '@tanstack/react-router'
import { ActionsPage } from '@zenops/surface/ops/actions.tsx'
import { AlertsPage } from '@zenops/surface/ops/alerts.tsx'
import { ChannelsPage } from '@zenops/surface/ops/channels.tsx'
import { DashboardPage } from '@zenops/surface/ops/dashboard.tsx'
import { DeliveriesPage } from '@zenops/surface/ops/deliveries.tsx'
import { RulesPage } from '@zenops/surface/ops/rules.tsx'
import { RunbookPage } from '@zenops/surface/ops/runbook-page.tsx'

export const DashboardRoute = createLazyRoute('/frame/admin/dashboard')({
  component: () => <DashboardPage search={useSearch({ from: '/frame/admin/dashboard' })} />,
})
export const ActionsRoute = createLazyRoute('/frame/admin/actions')({
  component: () => <ActionsPage search={useSearch({ from: '/frame/admin/actions' })} />,
})
export const AlertsRoute = createLazyRoute('/frame/admin/alerts/')({
  component: () => <AlertsPage search={useSearch({ from: '/frame/admin/alerts/' })} />,
})
export const ChannelsRoute = createLazyRoute('/frame/admin/alerts/channels')({ component: ChannelsPage })
export const RulesRoute = createLazyRoute('/frame/admin/alerts/rules')({ component: RulesPage })
export const DeliveriesRoute = createLazyRoute('/frame/admin/alerts/deliveries')({
  component: () => <DeliveriesPage search={useSearch({ from: '/frame/admin/alerts/deliveries' })} />,
})
export const RunbookRoute = createLazyRoute('/frame/admin/runbooks/$name')({
  component: () => <RunbookPage name={useParams({ from: '/frame/admin/runbooks/$name' }).name} />,
})
