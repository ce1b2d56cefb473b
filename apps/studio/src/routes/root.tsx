import { createRootRoute, Outlet } from '@tanstack/react-router'
import { surface } from '../lib/surface.ts'

export const rootRoute = createRootRoute({ beforeLoad: surface.sessionReady, component: Outlet })
