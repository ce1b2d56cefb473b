import { parseSearch, stringifySearch } from './address.ts'
import type { Surface } from './surface.ts'

/** What the routers of all surfaces agree on. */
export const routerSettings = {
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  // Freshness is the query cache's matter.
  defaultPreloadStaleTime: 0,
  // The router's own restoration keeps positions in session storage, which holds nothing of ours.
  scrollRestoration: false,
} as const

/** A session that ends leads to sign-in; another person finds nothing of the one before; new rights reload what is shown. */
export function followSession(
  surface: Pick<Surface, 'client' | 'queryClient'>,
  router: { invalidate(): Promise<void> },
): void {
  const { client, queryClient } = surface
  // A person in one firm: another person finds nothing of the one before, nor does the same one in another firm.
  let place: string | null = null
  let rights = 0
  client.session.subscribe((state) => {
    if (state.kind === 'signed_in') {
      const { user, tenant, permission_version } = state.session
      const now = `${user.id} ${tenant.id}`
      if (place !== null && place !== now) queryClient.clear()
      else if (rights !== permission_version) void queryClient.invalidateQueries()
      place = now
      rights = permission_version
    } else if (state.kind === 'signed_out' || state.kind === 'refused') {
      queryClient.clear()
      void router.invalidate()
    }
  })
}
