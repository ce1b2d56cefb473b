import { VERIFICATIONS } from '@zenops/contracts/states'
import { z } from 'zod'
import { idParam, oneOf, textParam } from '@zenops/surface/search-params.ts'

/** The address of a directory list. */
export const DirectorySearch = z.object({
  q: textParam,
  verification: oneOf(VERIFICATIONS),
  is_active: oneOf(['true', 'false']),
  preview: idParam,
})
export type DirectorySearch = z.infer<typeof DirectorySearch>
