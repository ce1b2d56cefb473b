import { listUsers } from '@zenops/contracts/identity'
import { listBlocks } from '@zenops/contracts/identity-blocks'
import { getUser, listPortalUsers, listRoleTemplates } from '@zenops/contracts/identity-people'
import { listFirmSupportSessions } from '@zenops/contracts/identity-platform'
import { getMatrix, getSignInPolicy, listApprovalRequests } from '@zenops/contracts/identity-rights'
import { approvalsQuery, blocksQuery } from '@zenops/surface/identity/searches.ts'
import type { ApprovalsSearch, BlocksSearch, SupportSearch, UsersSearch } from '@zenops/surface/identity/searches.ts'
import type { PortalUsersSearch } from '../features/identity/administration/searches.ts'
import { ask, askList, queryClient } from '../lib/queries.ts'

// First questions of the pages about people and rights, in a chunk beside theirs: their contracts stay out of the start.
export const users = (search: UsersSearch) => queryClient.prefetchInfiniteQuery(askList(listUsers, search))
export const portalUsers = (search: PortalUsersSearch) =>
  queryClient.prefetchInfiniteQuery(askList(listPortalUsers, search))
export const approvals = (search: ApprovalsSearch) =>
  queryClient.prefetchInfiniteQuery(askList(listApprovalRequests, approvalsQuery(search)))
export const blocks = (search: BlocksSearch) =>
  queryClient.prefetchInfiniteQuery(askList(listBlocks, blocksQuery(search)))
export const support = (search: SupportSearch) =>
  queryClient.prefetchInfiniteQuery(askList(listFirmSupportSessions, search))
export const matrix = () => queryClient.prefetchQuery(ask(getMatrix, { query: {} }))
export const jobs = () => queryClient.prefetchQuery(ask(listRoleTemplates, { query: {} }))
export const policy = () => queryClient.prefetchQuery(ask(getSignInPolicy, { query: {} }))

/** For the breadcrumb; null where the page will say what is wrong. */
export const personName = async (id: string): Promise<string | null> => {
  const person = await queryClient.ensureQueryData(ask(getUser, { params: { id }, query: {} })).catch(() => null)
  return person?.name ?? null
}
