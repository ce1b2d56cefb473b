import { createRouter } from '@tanstack/react-router'
import { parseSearch, stringifySearch } from './lib/address.ts'
import { client } from './lib/client.ts'
import { FailurePage, NotFoundPage } from './lib/failures.tsx'
import { queryClient } from './lib/queries.ts'
import { frameRoute } from './routes/frame.tsx'
import { homeRoute } from './routes/home.tsx'
import { missingRoute } from './routes/missing.tsx'
import { rootRoute } from './routes/root.tsx'
import { signInRoute } from './routes/sign-in.tsx'

const routeTree = rootRoute.addChildren([signInRoute, frameRoute.addChildren([homeRoute, missingRoute])])

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  // Freshness is the query cache's matter.
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: FailurePage,
  defaultNotFoundComponent: NotFoundPage,
  // The router's own restoration keeps positions in session storage, which holds nothing of ours.
  scrollRestoration: false,
})

/** A session that ends leads to sign-in, and nothing of it stays in the cache. */
client.session.subscribe((state) => {
  if (state.kind === 'signed_in') return
  queryClient.clear()
  void router.invalidate()
})
