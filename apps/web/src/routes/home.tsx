import { createRoute, redirect } from '@tanstack/react-router'
import { client } from '../lib/client.ts'
import { navigationOf } from '../lib/navigation.ts'
import { frameRoute } from './frame.tsx'

/** The start page is the first page that this person may see. */
export const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  beforeLoad({ context, location }) {
    const state = client.session.state()
    if (state.kind !== 'signed_in') return
    const first = navigationOf(state.session, context.paths, location.pathname)[0]?.entries[0]
    throw redirect({ href: first?.href ?? '/me', replace: true })
  },
})
