import { type RawBuilder, sql } from 'kysely'
import type { JobKey } from '../neighbours.ts'

/** What a report takes over from its job and its master data. */
export interface AssignmentFacts {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly status: string
  readonly loan_product: string | null
  readonly borrower_name: string | null
  readonly bank_id: string | null
  readonly bank_name: string | null
  readonly bank_type: 'SBI' | 'PSU_GENERIC' | 'COOP' | 'AGRI' | 'OTHER' | null
  readonly bank_branch_id: string | null
  readonly bank_branch_name: string | null
  readonly bank_branch_ifsc: string | null
  readonly bank_branch_address: string | null
  readonly client_org_name: string | null
  readonly property: {
    readonly id: string
    readonly name: string
    readonly type: string | null
    readonly subtype: string | null
    readonly line_1: string | null
    readonly line_2: string | null
    readonly village: string | null
    readonly taluk: string | null
    readonly district: string | null
    readonly city: string | null
    readonly state: string | null
    readonly postal_code: string | null
    readonly survey_no: string | null
    readonly cts_no: string | null
    readonly khata_no: string | null
    /** Decimal text. */
    readonly latitude: string | null
    readonly longitude: string | null
  } | null
  /** Decimal text of areas, in the order of the floors. */
  readonly floors: readonly {
    readonly id: string
    readonly name: string
    readonly area: string
    readonly unit: 'sqm' | 'sqft'
  }[]
  readonly land_area: string | null
  readonly land_area_unit: 'sqm' | 'sqft' | null
  readonly lead_user_id: string | null
  readonly assignees: readonly { readonly user_id: string; readonly name: string; readonly role: string }[]
}

/** One statement; no row when the job is not there or not the caller's to see. */
export const assignmentFacts = (job: JobKey): RawBuilder<AssignmentFacts> => sql<AssignmentFacts>`
  select a.id, a.code, a.title, a.status, a.loan_product, a.borrower_name, a.bank_id, bank.name as bank_name, bank.bank_type,
    a.bank_branch_id, branch.branch_name as bank_branch_name, branch.ifsc as bank_branch_ifsc, branch.address as bank_branch_address,
    org.name as client_org_name,
    case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.name, 'type', kind.name, 'subtype', sub.name, 'line_1', p.line_1,
      'line_2', p.line_2, 'village', p.village, 'taluk', p.taluk, 'district', p.district, 'city', p.city, 'state', p.state,
      'postal_code', p.postal_code, 'survey_no', p.survey_no, 'cts_no', p.cts_no, 'khata_no', p.khata_no,
      'latitude', p.latitude::text, 'longitude', p.longitude::text) end as property,
    coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'area', f.area::text, 'unit', f.unit) order by f.sort_order, f.id)
      from assignments.assignment_floors f where f.tenant_id = a.tenant_id and f.assignment_id = a.id and f.deleted_at is null), '[]') as floors,
    a.land_area, a.land_area_unit, a.lead_user_id,
    coalesce((select jsonb_agg(jsonb_build_object('user_id', s.user_id, 'name', u.name, 'role', s.role) order by s.since, s.id)
      from assignments.assignment_assignees s join identity.users u on u.id = s.user_id
      where s.tenant_id = a.tenant_id and s.assignment_id = a.id and s.deleted_at is null), '[]') as assignees
  from assignments.assignments a
  left join directory.banks bank on bank.tenant_id = a.tenant_id and bank.id = a.bank_id
  left join directory.bank_branches branch on branch.tenant_id = a.tenant_id and branch.id = a.bank_branch_id
  left join directory.client_orgs org on org.tenant_id = a.tenant_id and org.id = a.client_org_id
  left join directory.properties p on p.tenant_id = a.tenant_id and p.id = a.property_id
  left join directory.property_types kind on kind.tenant_id = p.tenant_id and kind.id = p.property_type_id
  left join directory.property_subtypes sub on sub.tenant_id = p.tenant_id and sub.id = p.property_subtype_id
  where a.tenant_id = ${job.tenantId}::uuid and a.id = ${job.id}::uuid`
