import { z } from 'zod'
import { idParam, oneOf } from '../search-params.ts'

export const RETENTION_VIEWS = ['policies', 'runs', 'deleted', 'holds'] as const
export const RetentionSearch = z.object({ view: oneOf(RETENTION_VIEWS), preview: idParam })
export type RetentionSearch = z.infer<typeof RetentionSearch>

// Written out once more: an address is read at the start, and the contracts it speaks of come with their pages.
const KINDS = ['export', 'erasure'] as const
const STATES = ['PENDING', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED', 'REFUSED'] as const
export const PrivacySearch = z.object({ kind: oneOf(KINDS), status: oneOf(STATES), preview: idParam })
export type PrivacySearch = z.infer<typeof PrivacySearch>
