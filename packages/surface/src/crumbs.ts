import { useMatches } from '@tanstack/react-router'
import type { Crumb } from '@zenops/ui/frame'

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** The route's level in the breadcrumb. A record's name comes from its loader's `crumb` instead. */
    readonly crumb?: string
  }
}

const loadedCrumb = (data: unknown): string | undefined =>
  typeof data === 'object' && data !== null && 'crumb' in data && typeof data.crumb === 'string'
    ? data.crumb
    : undefined

/** From the route tree: what each matched route calls itself. */
export function useCrumbs(): readonly Crumb[] {
  return useMatches().flatMap((match) => {
    const label = loadedCrumb(match.loaderData) ?? match.staticData.crumb
    return label ? [{ label, href: match.pathname }] : []
  })
}
