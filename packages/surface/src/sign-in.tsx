import { lazyRouteComponent, redirect, useSearch } from '@tanstack/react-router'
import { safeReturn } from './address.ts'
import type { Surface } from './surface.ts'

interface SignInSearch {
  readonly next?: string
}

const nextOf = (search: object): SignInSearch =>
  'next' in search && typeof search.next === 'string' ? { next: search.next } : {}

/** The route of `/sign-in`, all but its parent; `?next=` is the address to return to. */
export const signInPage = (surface: Surface) => ({
  path: '/sign-in' as const,
  validateSearch: (search: Record<string, unknown>): SignInSearch => nextOf(search),
  beforeLoad({ search }: { readonly search: SignInSearch }) {
    // Thrown as the router asks for it; a signed-in person has no business here.
    if (surface.client.session.state().kind === 'signed_in') throw redirect({ href: safeReturn(search.next) })
  },
  component: lazyRouteComponent(async () => {
    const { SignInPage } = await import('./sign-in-page.tsx')
    return {
      default: function SignInRoute() {
        const { next } = nextOf(useSearch({ strict: false }))
        return <SignInPage surface={surface} next={safeReturn(next)} />
      },
    }
  }),
})
