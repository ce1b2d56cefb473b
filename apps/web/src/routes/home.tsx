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
    const pages = navigationOf(state.session, context.paths, location.pathname).flatMap((group) => group.entries)
    // Work comes before decisions about it.
    const first = pages.find((page) => page.href !== '/approvals') ?? pages[0]
    throw redirect({ href: first?.href ?? '/me', replace: true })
  },
})
