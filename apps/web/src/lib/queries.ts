import { surface } from './surface.ts'

export { rowsOf, useAct } from '@zenops/surface/queries.ts'
export const { ask, askList, queryClient } = surface
