import type { Actor } from '../../platform/auth/actor.ts'
import { refuse } from '../../platform/errors.ts'

/** The firm that a list or act is narrowed to; null in the studio: all firms. Another firm is not found. */
export function reachOf(actor: Actor, asked: string | undefined): string | null {
  if (actor.aud === 'studio') return asked?.toLowerCase() ?? null
  if (asked !== undefined && asked.toLowerCase() !== actor.tenantId) throw refuse.notFound('The firm', 'tenant_id')
  return actor.tenantId
}
