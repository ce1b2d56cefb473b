import type { Scope } from '@zenops/contracts/capabilities'
import type { Verification } from '@zenops/contracts/states'

/** What the caller holds of the rights on master data. */
export interface RecordRights {
  readonly userId: string
  readonly propose: Scope | null
  readonly write: Scope | null
  readonly approve: Scope | null
}
export interface JudgedRecord {
  readonly created_by: string | null
  /** Absent on kinds that nobody vouches for. */
  readonly verification?: Verification
}

/** Why a change is refused. */
export type ChangeRefusal = 'merged' | 'approver_required' | 'not_own_pending'

/**
 * Holders of `write` change any record, except identity fields of a verified one, which need `approve`; proposers
 * change their own records while nobody has vouched for them. Null = allowed.
 */
export function refusesChange(
  record: JudgedRecord,
  rights: RecordRights,
  change: { readonly touchesIdentity: boolean },
): ChangeRefusal | null {
  if (record.verification === 'MERGED') return 'merged'
  if (rights.write === null) {
    const own = rights.propose !== null && record.created_by === rights.userId
    const pending = record.verification === undefined || record.verification === 'PENDING'
    return own && pending ? null : 'not_own_pending'
  }
  const guarded = record.verification === 'VERIFIED' && change.touchesIdentity
  return guarded && rights.approve === null ? 'approver_required' : null
}

/** Where an approver's word leads; null = nothing to change, undefined = no such way. */
export function reviewOf(from: Verification, verified: boolean): Verification | null | undefined {
  if (from === 'MERGED' || from === 'REJECTED') return undefined
  const to = verified ? 'VERIFIED' : 'PENDING'
  return from === to ? null : to
}
