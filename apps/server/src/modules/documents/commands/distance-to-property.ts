import { sql } from 'kysely'
import type { Neighbours, Tx } from '../neighbours.ts'
import type { StoredSuggestions } from '../queries/document.ts'
import { metresBetween } from '../rules/distance.ts'

/** Notes how far from the property a photo was taken; nothing to do without coordinates on both sides. */
export async function distanceToProperty(
  tx: Tx,
  neighbours: Neighbours,
  photo: { document: { tenant_id: string; id: string }; gps: StoredSuggestions['gps']; assignmentId: string | null },
): Promise<void> {
  if (photo.gps === null || photo.assignmentId === null) return
  const place = await neighbours.property?.(tx, photo.assignmentId)
  if (!place || place.latitude === null || place.longitude === null) return
  const metres = metresBetween(photo.gps, { latitude: place.latitude, longitude: place.longitude })
  await sql`update documents.documents d set suggestions = jsonb_set(d.suggestions, '{distance_to_property_m}', to_jsonb(${metres}::int))
    where d.tenant_id = ${photo.document.tenant_id}::uuid and d.id = ${photo.document.id}::uuid`.execute(tx)
}
