import { createRoute, redirect, useRouter } from '@tanstack/react-router'
import { SignIn } from '../features/identity/sign-in.tsx'
import { safeReturn } from '../lib/address.ts'
import { client } from '../lib/client.ts'
import { rootRoute } from './root.tsx'

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { next?: string } => (typeof search['next'] === 'string' ? { next: search['next'] } : {}),
  beforeLoad({ search }) {
    // Thrown as the router asks for it; a signed-in person has no business here.
    if (client.session.state().kind === 'signed_in') throw redirect({ href: safeReturn(search.next) })
  },
  component: SignInRoute,
})

function SignInRoute() {
  const { next } = signInRoute.useSearch()
  const router = useRouter()
  return <SignIn onDone={() => router.history.replace(safeReturn(next))} />
}
