import { createRoute } from '@tanstack/react-router'
import { PrivacySearch, RetentionSearch } from '@zenops/surface/custody/searches.ts'
import { requireRight } from '../lib/session.ts'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

const load = () => import('./custody.lazy.tsx')

const retentionRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/retention',
  validateSearch: (search) => RetentionSearch.parse(search),
  beforeLoad: () => requireRight('ops.jobs.manage'),
  staticData: { crumb: t('retention') },
}).lazy(() => load().then((page) => page.RetentionRoute))

const privacyRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/privacy',
  validateSearch: (search) => PrivacySearch.parse(search),
  beforeLoad: () => requireRight('documents.pii'),
  staticData: { crumb: t('privacy') },
}).lazy(() => load().then((page) => page.PrivacyRoute))

/** What is kept how long, and what people ask about their data. */
export const custodyRoutes = [retentionRoute, privacyRoute] as const
