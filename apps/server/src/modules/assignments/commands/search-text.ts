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

/** What text search looks through, in normal form; the code stands there with and without dashes. */
export const searchText = (tenantId: string, code: RawBuilder<unknown>, job: Searched): RawBuilder<unknown> => sql`
  coalesce(app.norm(app.words(${code}, replace(${code}, '-', ''), ${job.title}::text, ${job.borrower_name}::text, ${job.borrower_phone}::text,
    (select d.name from directory.banks d where d.tenant_id = ${tenantId}::uuid and d.id = ${job.bank_id}::uuid),
    (select app.words(d.branch_name, d.city) from directory.bank_branches d where d.tenant_id = ${tenantId}::uuid and d.id = ${job.bank_branch_id}::uuid),
    (select d.name from directory.client_orgs d where d.tenant_id = ${tenantId}::uuid and d.id = ${job.client_org_id}::uuid),
    (select app.words(d.name, d.city) from directory.properties d where d.tenant_id = ${tenantId}::uuid and d.id = ${job.property_id}::uuid))), '')`
