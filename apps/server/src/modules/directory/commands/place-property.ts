import { type QueryExecutorProvider, sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { refuse } from '../../../platform/errors.ts'

interface Place {
  readonly property_id: string
  /** WGS 84 degrees, at most 7 decimals. */
  readonly latitude: number
  readonly longitude: number
}

interface Placed {
  readonly tenant_id: string
  readonly before: unknown
}

/** Coordinates that a person took over from a photo. Answers the audit event of the property. Errors: NOT_FOUND. */
export async function placeProperty(tx: QueryExecutorProvider, place: Place): Promise<AuditEntry> {
  const { rows } = await sql<Placed>`
    with old as (
      select tenant_id, id, latitude, longitude, coord_source from directory.properties
      where tenant_id = (select app.current_tenant_id()) and id = ${place.property_id}::uuid and deleted_at is null for update
    )
    update directory.properties p set latitude = ${place.latitude}::numeric(10, 7), longitude = ${place.longitude}::numeric(10, 7),
      coord_source = 'EXIF', version = p.version + 1, updated_at = now()
    from old where p.tenant_id = old.tenant_id and p.id = old.id
    returning p.tenant_id, json_build_object(
      'latitude', old.latitude::text, 'longitude', old.longitude::text, 'coord_source', old.coord_source) as before`.execute(
    tx,
  )
  const row = rows[0]
  if (!row) throw refuse.notFound('The property')
  const after = { latitude: String(place.latitude), longitude: String(place.longitude), coord_source: 'EXIF' }
  return {
    action: 'MASTERDATA_RECORD_UPDATED',
    target_id: place.property_id,
    tenant_id: row.tenant_id,
    before: row.before,
    after,
  }
}
