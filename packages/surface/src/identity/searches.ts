import { BLOCK_KINDS } from '@zenops/contracts/identity-blocks'
import { MEMBERSHIP_STATES } from '@zenops/contracts/identity'
import { RBAC_KINDS } from '@zenops/contracts/identity-rights'
import { z } from 'zod'
import { idParam, oneOf, onParam, textParam } from '../search-params.ts'

/** Roles that people have; SYSTEM belongs to programs. */
export const PERSON_ROLES = ['ADMIN', 'AGENT', 'OPS'] as const
/** Job templates that a person of a firm or of the platform may hold. */
export const STAFF_JOBS = [
  'super_admin',
  'ops_manager',
  'valuer',
  'assistant_valuer',
  'field_valuer',
  'accounts',
  'hr',
  'platform_ops',
] as const

/** Ended and erased people leave the list; their history stays. */
export const LISTED_STATES = MEMBERSHIP_STATES.filter((state) => state !== 'erased')

/** The addresses of the screens that two apps share. */
export const UsersSearch = z.object({
  q: textParam,
  status: oneOf(MEMBERSHIP_STATES),
  role: oneOf(PERSON_ROLES),
  job_template: oneOf(STAFF_JOBS),
  /** Studio only. */
  tenant_id: idParam,
})
export type UsersSearch = z.infer<typeof UsersSearch>

/** A person's page; `firm` is named on Studio only. */
export const PersonSearch = z.object({ firm: idParam })

/** `past`: what is decided; without it what waits. */
export const ApprovalsSearch = z.object({ past: onParam, kind: oneOf(RBAC_KINDS), preview: idParam })
export type ApprovalsSearch = z.infer<typeof ApprovalsSearch>

export const BlocksSearch = z.object({ q: textParam, past: onParam, kind: oneOf(BLOCK_KINDS), preview: idParam })
export type BlocksSearch = z.infer<typeof BlocksSearch>

export const SupportSearch = z.object({ open: onParam, preview: idParam })
export type SupportSearch = z.infer<typeof SupportSearch>

const CLOSED = ['APPLIED', 'REJECTED', 'WITHDRAWN', 'EXPIRED'] as const

/** What the server is asked for an address. */
export const approvalsQuery = ({ past, kind }: ApprovalsSearch) => ({
  status: past ? [...CLOSED] : ['PENDING'],
  ...(kind ? { kind } : {}),
})
export const blocksQuery = ({ past, kind, q }: BlocksSearch) => ({
  active: past ? 'false' : 'true',
  ...(kind ? { kind } : {}),
  ...(q ? { q } : {}),
})
