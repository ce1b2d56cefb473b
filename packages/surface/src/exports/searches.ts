import { z } from 'zod'
import { idParam, oneOf } from '../search-params.ts'

const STATES = ['PENDING', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED'] as const

/** The address of the list of exports. */
export const ExportsSearch = z.object({
  status: oneOf(STATES),
  /** Studio only. */
  tenant_id: idParam,
  preview: idParam,
})
export type ExportsSearch = z.infer<typeof ExportsSearch>
