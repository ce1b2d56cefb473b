import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import type { KindName } from '../kinds.ts'
import type { Values } from './natural-keys.ts'

export interface Warned {
  readonly reason: string
  readonly message: string
  readonly path?: string
  readonly existing_id?: string
}

interface Found {
  readonly reason: string
  readonly id: string
}
const MESSAGES: Readonly<Record<string, readonly [path: string, message: string]>> = {
  same_name_other_ifsc: ['branch_name', 'A branch of this name and city is there under another IFSC.'],
  similar_name: ['name', 'A record of nearly this name is there.'],
  same_survey_no: ['survey_no', 'A property with this PIN and number is there.'],
  same_place: ['latitude', 'A property within 30 metres is there.'],
  similar_address: ['line_1', 'A property at nearly this address is there.'],
}

type Neighbours = (tenantId: string, id: string, values: Values) => RawBuilder<Found>

const similarName =
  (table: string): Neighbours =>
  (tenantId, id) =>
    sql<Found>`
    select 'similar_name' as reason, o.id from ${sql.table(table)} r join ${sql.table(table)} o
      on o.tenant_id = r.tenant_id and o.id <> r.id and o.deleted_at is null and o.verification <> 'MERGED'
    where r.tenant_id = ${tenantId}::uuid and r.id = ${id}::uuid and public.similarity(o.norm_name, r.norm_name) >= 0.6
    order by public.similarity(o.norm_name, r.norm_name) desc, o.id limit 3`

const NEIGHBOURS: Readonly<Partial<Record<KindName, Neighbours>>> = {
  banks: similarName('directory.banks'),
  client_orgs: similarName('directory.client_orgs'),
  bank_branches: (tenantId, id) => sql<Found>`
    select 'same_name_other_ifsc' as reason, o.id from directory.bank_branches r join directory.bank_branches o
      on o.tenant_id = r.tenant_id and o.bank_id = r.bank_id and o.norm_name = r.norm_name and o.norm_city = r.norm_city
        and o.id <> r.id and o.deleted_at is null
    where r.tenant_id = ${tenantId}::uuid and r.id = ${id}::uuid limit 3`,
  // 30 m are 0.00027 degrees of latitude; the box is drawn wider and the distance judged inside it.
  properties: (tenantId, id) => sql<Found>`
    select distinct on (o.id) near.reason, o.id from directory.properties r join directory.properties o
      on o.tenant_id = r.tenant_id and o.id <> r.id and o.deleted_at is null
    cross join lateral (select case
      when o.postal_code = r.postal_code and (o.survey_no = r.survey_no or o.cts_no = r.cts_no) then 'same_survey_no'
      when abs(o.latitude - r.latitude) < 0.0003 and sqrt(((o.latitude - r.latitude)::float8 * 111320) ^ 2
        + ((o.longitude - r.longitude)::float8 * 111320 * cos(radians(r.latitude::float8))) ^ 2) <= 30 then 'same_place'
      when public.similarity(o.norm_address, r.norm_address) >= 0.7 then 'similar_address' end as reason) near
    where r.tenant_id = ${tenantId}::uuid and r.id = ${id}::uuid and near.reason is not null limit 5`,
}

/** What looks odd about a record that has just been written; never a reason to refuse it. */
export async function warningsOf(
  tx: QueryExecutorProvider,
  kind: KindName,
  record: { readonly tenantId: string; readonly id: string; readonly values: Values },
): Promise<Warned[]> {
  const search = NEIGHBOURS[kind]
  if (!search) return []
  const { rows } = await search(record.tenantId, record.id, record.values).execute(tx)
  return rows.map(({ reason, id }) => {
    const [path, message] = MESSAGES[reason] ?? ['name', 'A similar record is there.']
    return { reason, message, path, existing_id: id }
  })
}
