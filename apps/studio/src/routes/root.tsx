import { createRootRoute, Outlet } from '@tanstack/react-router'
import { sessionReady } from '../lib/client.ts'

export const rootRoute = createRootRoute({ beforeLoad: sessionReady, component: Outlet })
