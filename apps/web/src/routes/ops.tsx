import { createRoute } from '@tanstack/react-router'
import { ActionsSearch, AlertsSearch, DashboardSearch, DeliveriesSearch } from '@zenops/surface/ops/searches.ts'
import { requireRight } from '../lib/session.tsx'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

const load = () => import('./ops.lazy.tsx')

const dashboardRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/dashboard',
  validateSearch: (search) => DashboardSearch.parse(search),
  beforeLoad: () => requireRight('ops.read'),
  staticData: { crumb: t('dashboard') },
}).lazy(() => load().then((page) => page.DashboardRoute))

const actionsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/actions',
  validateSearch: (search) => ActionsSearch.parse(search),
  beforeLoad: () => requireRight('ops.killswitch', 'ops.rollback'),
  staticData: { crumb: t('actions') },
}).lazy(() => load().then((page) => page.ActionsRoute))

const alertsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/alerts',
  beforeLoad: () => requireRight('ops.read'),
  staticData: { crumb: t('alerts') },
})
const alertListRoute = createRoute({
  getParentRoute: () => alertsRoute,
  path: '/',
  validateSearch: (search) => AlertsSearch.parse(search),
}).lazy(() => load().then((page) => page.AlertsRoute))
const channelsRoute = createRoute({
  getParentRoute: () => alertsRoute,
  path: 'channels',
  beforeLoad: () => requireRight('ops.jobs.manage'),
}).lazy(() => load().then((page) => page.ChannelsRoute))
const rulesRoute = createRoute({
  getParentRoute: () => alertsRoute,
  path: 'rules',
  beforeLoad: () => requireRight('ops.jobs.manage'),
}).lazy(() => load().then((page) => page.RulesRoute))
const deliveriesRoute = createRoute({
  getParentRoute: () => alertsRoute,
  path: 'deliveries',
  validateSearch: (search) => DeliveriesSearch.parse(search),
  beforeLoad: () => requireRight('ops.jobs.manage'),
}).lazy(() => load().then((page) => page.DeliveriesRoute))

const runbookRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/runbooks/$name',
  beforeLoad: () => requireRight('ops.read', 'audit.read'),
  staticData: { crumb: t('alerts') },
}).lazy(() => load().then((page) => page.RunbookRoute))

export const opsRoutes = [
  dashboardRoute,
  actionsRoute,
  runbookRoute,
  alertsRoute.addChildren([alertListRoute, channelsRoute, rulesRoute, deliveriesRoute]),
] as const
