import { MEMBERSHIP_STATES } from '@zenops/contracts/identity'
import { PARTY_KINDS } from '@zenops/contracts/identity-people'
import { STAFF_JOBS } from '@zenops/surface/identity/searches.ts'
import { idParam, oneOf, textParam } from '@zenops/surface/search-params.ts'
import { z } from 'zod'

export const PortalUsersSearch = z.object({
  q: textParam,
  status: oneOf(MEMBERSHIP_STATES),
  party_kind: oneOf(PARTY_KINDS),
  preview: idParam,
})
export type PortalUsersSearch = z.infer<typeof PortalUsersSearch>

/** `only`: cells that differ from the default, or wait; `job`: the one that a phone shows. */
export const MatrixSearch = z.object({
  q: textParam,
  only: oneOf(['overridden', 'pending']),
  job: oneOf([...STAFF_JOBS, 'portal_user']),
})
export type MatrixSearch = z.infer<typeof MatrixSearch>
