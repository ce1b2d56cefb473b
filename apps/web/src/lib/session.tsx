import { requireRightOn } from '@zenops/surface/surface-context.tsx'
import { surface } from './surface.ts'

export { holds, useCan } from '@zenops/surface/surface-context.tsx'
export const { useMaybeSession, useSession } = surface
export const requireRight = requireRightOn(surface)
