import { LANES } from '@zenops/contracts/identity'
import { TENANT_STATES } from '@zenops/contracts/identity-platform'
import { idParam, oneOf, onParam, textParam } from '@zenops/surface/search-params.ts'
import { z } from 'zod'

export const TenantsSearch = z.object({
  q: textParam,
  status: oneOf(TENANT_STATES),
  lane: oneOf(LANES),
  deleted: onParam,
})
export type TenantsSearch = z.infer<typeof TenantsSearch>

export const TokensSearch = z.object({ q: textParam, live: oneOf(['true', 'false']), preview: idParam })
export type TokensSearch = z.infer<typeof TokensSearch>
