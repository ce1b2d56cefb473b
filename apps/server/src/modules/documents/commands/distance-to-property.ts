import { sql } from 'kysely'
import type { Tx } from '../neighbours.ts'
import type { StoredSuggestions } from '../queries/document.ts'
import { metresBetween } from '../rules/distance.ts'

interface PropertyRow {
  readonly property_id: string
  readonly latitude: string | null
  readonly longitude: string | null
}

/** The property of a job, with the caller's rights. */
export async function propertyOf(
  tx: Tx,
  job: { tenantId: string; assignmentId: string },
): Promise<PropertyRow | undefined> {
  const { rows } = await sql<PropertyRow>`
    select p.id as property_id, p.latitude, p.longitude
    from assignments.assignments a join directory.properties p on p.tenant_id = a.tenant_id and p.id = a.property_id
    where a.tenant_id = ${job.tenantId}::uuid and a.id = ${job.assignmentId}::uuid`.execute(tx)
  return rows[0]
}

/** Notes how far from the property a photo was taken; nothing to do without coordinates on both sides. */
export async function distanceToProperty(
  tx: Tx,
  photo: {
    document: { tenant_id: string; id: string }
    gps: StoredSuggestions['gps']
    assignmentId: string | null
  },
): Promise<void> {
  const { document, gps, assignmentId } = photo
  if (gps === null || assignmentId === null) return
  const place = await propertyOf(tx, { tenantId: document.tenant_id, assignmentId })
  if (!place || place.latitude === null || place.longitude === null) return
  const metres = metresBetween(gps, { latitude: Number(place.latitude), longitude: Number(place.longitude) })
  await sql`update documents.documents d set suggestions = jsonb_set(d.suggestions, '{distance_to_property_m}', to_jsonb(${metres}::int))
    where d.tenant_id = ${document.tenant_id}::uuid and d.id = ${document.id}::uuid`.execute(tx)
}
