import { createRoute } from '@tanstack/react-router'
import { AuditChainSearch, AuditLogSearch } from '@zenops/surface/audit/searches.ts'
import { ExportsSearch } from '@zenops/surface/exports/searches.ts'
import { requireRight } from '../lib/session.ts'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

const load = () => import('./audit.lazy.tsx')

const logRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/audit',
  validateSearch: (search) => AuditLogSearch.parse(search),
  beforeLoad: () => requireRight('audit.read'),
  staticData: { crumb: t('audit_log') },
}).lazy(() => load().then((page) => page.AuditLogRoute))

const chainRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/audit/chain',
  validateSearch: (search) => AuditChainSearch.parse(search),
  beforeLoad: () => requireRight('audit.read'),
  staticData: { crumb: t('audit_chain') },
}).lazy(() => load().then((page) => page.AuditChainRoute))

const exportsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/audit/exports',
  validateSearch: (search) => ExportsSearch.parse(search),
  beforeLoad: () => requireRight('audit.export'),
  staticData: { crumb: t('audit_exports') },
}).lazy(() => load().then((page) => page.ExportsRoute))

export const auditRoutes = [logRoute, chainRoute, exportsRoute] as const
