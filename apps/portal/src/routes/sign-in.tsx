import { createRoute } from '@tanstack/react-router'
import { signInPage } from '@zenops/surface/sign-in.tsx'
import { surface } from '../lib/surface.ts'
import { rootRoute } from './root.tsx'

export const signInRoute = createRoute({ getParentRoute: () => rootRoute, ...signInPage(surface) })
