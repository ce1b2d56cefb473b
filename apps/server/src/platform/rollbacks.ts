import type { ROLLBACK_TYPES } from '@zenops/contracts/ops-actions'
import type { QueryExecutorProvider } from 'kysely'

export type RollbackType = (typeof ROLLBACK_TYPES)[number]

/** One version of something that can be rolled back. Newest first in every list. */
export interface TargetVersion {
  readonly version: string
  readonly in_force: boolean
  /** RFC 3339; null: never approved, so nothing to go back to. */
  readonly approved_at: string | null
  readonly note: string | null
}

/** Which thing of which firm. */
export interface TargetPlace {
  readonly tenantId: string
  readonly targetId: string
}

/**
 * What the owner of something with versions offers, so that an older one can be put in force again. Statements run in the
 * caller's transaction: reads as the person who looks, `apply` as the worker.
 */
export interface RollbackTarget {
  readonly type: RollbackType
  /** The things of this kind that the firm has. */
  list(
    tx: QueryExecutorProvider,
    tenantId: string,
  ): Promise<readonly { readonly targetId: string; readonly label: string }[]>
  versions(tx: QueryExecutorProvider, place: TargetPlace): Promise<readonly TargetVersion[]>
  /** What a version says, as JSON, for the comparison. */
  content(tx: QueryExecutorProvider, place: TargetPlace, version: string): Promise<unknown>
  /** Puts the version in force, now, for whatever is begun from here on; nothing that was released changes. */
  apply(tx: QueryExecutorProvider, place: TargetPlace, version: string): Promise<void>
}

/** The version in force among those listed. */
export const currentOf = (versions: readonly TargetVersion[]): TargetVersion | undefined =>
  versions.find((one) => one.in_force)

/** Approved versions older than the one in force: what a rollback may lead to. */
export function olderThanCurrent(versions: readonly TargetVersion[]): readonly TargetVersion[] {
  const at = versions.findIndex((one) => one.in_force)
  const from = versions[at]?.approved_at ?? null
  if (from === null) return []
  return versions.filter((one) => !one.in_force && one.approved_at !== null && one.approved_at <= from)
}
