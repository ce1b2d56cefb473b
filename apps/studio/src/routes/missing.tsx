import { createRoute } from '@tanstack/react-router'
import { NotFoundPage } from '@zenops/surface/failures.tsx'
import { frameRoute } from './frame.tsx'

/** Every other address: told inside the frame, so that one can go on from there. */
export const missingRoute = createRoute({ getParentRoute: () => frameRoute, path: '$', component: NotFoundPage })
