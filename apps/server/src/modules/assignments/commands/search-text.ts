import { type RawBuilder, sql } from 'kysely'

export interface Searched {
  readonly title: string
  readonly borrower_name: string | null
  readonly borrower_phone: string | null
  readonly bank_id: string | null
  readonly bank_branch_id: string | null
  readonly client_org_id: string | null
  readonly property_id: string | null
}

/** Words of a record that the job names; of none, no look at its table. */
const wordsOf = (id: string | null, look: (id: string) => RawBuilder<unknown>): RawBuilder<unknown> =>
  id === null ? sql`null::text` : look(id)

/** What text search looks through, in normal form; the code stands there with and without dashes. */
export function searchText(tenantId: string, code: string, job: Searched): RawBuilder<unknown> {
  const bank = wordsOf(
    job.bank_id,
    (id) => sql`(select d.name from directory.banks d where d.tenant_id = ${tenantId}::uuid and d.id = ${id}::uuid)`,
  )
  const branch = wordsOf(
    job.bank_branch_id,
    (id) => sql`(select app.words(d.branch_name, d.city) from directory.bank_branches d
      where d.tenant_id = ${tenantId}::uuid and d.id = ${id}::uuid)`,
  )
  const client = wordsOf(
    job.client_org_id,
    (id) =>
      sql`(select d.name from directory.client_orgs d where d.tenant_id = ${tenantId}::uuid and d.id = ${id}::uuid)`,
  )
  const property = wordsOf(
    job.property_id,
    (id) => sql`(select app.words(d.name, d.city) from directory.properties d
      where d.tenant_id = ${tenantId}::uuid and d.id = ${id}::uuid)`,
  )
  return sql`coalesce(app.norm(app.words(${code}::text, ${code.replaceAll('-', '')}::text, ${job.title}::text, ${job.borrower_name}::text,
    ${job.borrower_phone}::text, ${bank}, ${branch}, ${client}, ${property})), '')`
}
