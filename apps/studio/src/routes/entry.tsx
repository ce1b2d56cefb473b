import { entryRoutes } from '@zenops/surface/entry-routes.tsx'
import { surface } from '../lib/surface.ts'
import { rootRoute } from './root.tsx'

/** Sign-in and what belongs to it, outside the frame. */
export const outsideRoutes = entryRoutes(surface, () => rootRoute)
