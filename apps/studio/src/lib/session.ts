import { requireRightOn } from '@zenops/surface/surface-context.tsx'
import { surface } from './surface.ts'

export const requireRight = requireRightOn(surface)
