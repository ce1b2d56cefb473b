import type { QueryExecutorProvider } from 'kysely'
import { COVERED, ERASED, isEnvelope, type RevealPort } from '../../platform/audit/personal.ts'
import { type Hidden, hiddenIn, type Json, uncover } from './rules/changes.ts'

/** The two pictures of an event. */
export interface Pictures {
  readonly before: Json
  readonly after: Json
}

/** Shown where an envelope was changed, or stood elsewhere when it was sealed. */
const UNREADABLE = '[unreadable]'

const bothOf = ({ before, after }: Pictures, show: (hidden: Hidden) => Json): Pictures => ({
  before: uncover(before, '/before', show),
  after: uncover(after, '/after', show),
})

/** Personal fields as everybody sees them. */
export const covered = (pictures: Pictures): Pictures => bothOf(pictures, () => COVERED)

/** Personal fields in clear; of a person whose key is destroyed `[erased]`. Without keys they stay covered. */
export async function revealed(
  tx: QueryExecutorProvider,
  port: RevealPort | undefined,
  event: Pictures & { readonly tenantId: string; readonly eventId: string },
): Promise<Pictures> {
  const hidden = [...hiddenIn(event.before, '/before'), ...hiddenIn(event.after, '/after')]
  if (!port || hidden.length === 0) return covered(event)
  const { tenantId, eventId } = event
  const named = hidden.flatMap(({ envelope }) => (isEnvelope(envelope) ? [envelope.$p.k] : []))
  const keys = await port.keysNamed(tx, tenantId, [...new Set(named)])
  return bothOf(event, ({ envelope, pointer }) => {
    const key = isEnvelope(envelope) ? keys.get(envelope.$p.k) : undefined
    if (!key || !isEnvelope(envelope)) return COVERED
    try {
      return (port.open(key, envelope, { tenantId, eventId, path: pointer }) ?? ERASED) as Json // parsed JSON has no undefined
    } catch {
      return UNREADABLE
    }
  })
}
