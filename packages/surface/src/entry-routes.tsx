import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { signInPage } from './sign-in.tsx'
import type { Surface } from './surface.ts'

type SurfacePage = ComponentType<{ readonly surface: Surface }>

/** A page of this package as the lazily loaded component of a route. */
export const pageOf = (surface: Surface, load: () => Promise<SurfacePage>) =>
  lazyRouteComponent(async () => {
    const Page = await load()
    return { default: () => <Page surface={surface} /> }
  })

/** Everything outside the frame: sign-in and what belongs to it. */
export function entryRoutes(surface: Surface, parent: () => AnyRoute) {
  const page = (path: `/${string}`, load: () => Promise<SurfacePage>) =>
    createRoute({ getParentRoute: parent, path, component: pageOf(surface, load) })
  return [
    createRoute({ getParentRoute: parent, ...signInPage(surface) }),
    page('/second-factor', () => import('./second-factor.tsx').then((file) => file.SecondFactorPage)),
    page('/set-up-factor', () => import('./set-up-factor.tsx').then((file) => file.SetUpFactorPage)),
    page('/forgot', () => import('./forgot.tsx').then((file) => file.ForgotPage)),
    page('/reset', () => import('./reset.tsx').then((file) => file.ResetPage)),
    page('/invite', () => import('./invite.tsx').then((file) => file.InvitePage)),
    page('/confirm-email', () => import('./confirm-email.tsx').then((file) => file.ConfirmEmailPage)),
  ]
}

/** Registration: the portal alone has it. */
export const registerPage = (surface: Surface) => ({
  path: '/register' as const,
  component: pageOf(surface, () => import('./register.tsx').then((file) => file.RegisterPage)),
})

/** `/me/security` and `/me/sessions`, all but their parent and crumb; `/me` is each app's own, made of `MyProfile`. */
export const securityPage = (surface: Surface) => ({
  path: '/me/security' as const,
  component: pageOf(surface, () => import('./my-security.tsx').then((file) => file.MySecurity)),
})
export const sessionsPage = (surface: Surface) => ({
  path: '/me/sessions' as const,
  component: pageOf(surface, () => import('./my-sessions.tsx').then((file) => file.MySessions)),
})
export const myDataPage = (surface: Surface) => ({
  path: '/me/data' as const,
  component: pageOf(surface, () => import('./my-data.tsx').then((file) => file.MyData)),
})
export const profilePage = (surface: Surface) => ({
  path: '/me' as const,
  component: pageOf(surface, () => import('./my-profile.tsx').then((file) => file.MyProfile)),
})
