import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { LOAN_PRODUCTS } from '@zenops/contracts/report-enums'
import type { ReportFacts } from './standing.ts'

/** What assignment and master data know that a report begins with. Absent and null mean: not known. */
export interface AssignmentKnows {
  readonly loan_product?: (typeof LOAN_PRODUCTS)[number] | null
  readonly borrower_name?: string | null
  readonly client_name?: string | null
  readonly branch_name?: string | null
  readonly branch_code?: string | null
  readonly branch_address?: string | null
  readonly lead_user_id?: string | null
  readonly field_user_id?: string | null
  readonly address?: string | null
  readonly village?: string | null
  readonly taluk?: string | null
  readonly district?: string | null
  readonly city?: string | null
  readonly state?: string | null
  readonly pin?: string | null
  readonly survey_no?: string | null
  readonly cts_no?: string | null
  readonly khata_no?: string | null
  readonly latitude?: number | null
  readonly longitude?: number | null
  readonly floors?: readonly { readonly name: string; readonly area: number; readonly unit: 'sqm' | 'sqft' }[]
}

/** Without members that hold nothing; undefined when nothing is left. */
function known<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } | undefined {
  const kept = Object.entries(value).filter(([, member]) => member !== null && member !== undefined && member !== '')
  // Cast: only members without a value are left out.
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> })
}

/** The contract that a first revision starts from: what assignment and master data have, and nothing else. */
export function baseContract(report: Pick<ReportFacts, 'bank_name'>, knows: AssignmentKnows): ContractInputs {
  const { latitude: lat, longitude: lng } = knows
  const floors = knows.floors ?? []
  const base = known({
    engagement: known({ loan_product: knows.loan_product }),
    party: known({
      bank_name: report.bank_name,
      bank_branch_name: knows.branch_name,
      bank_branch_code: knows.branch_code,
      bank_branch_address: knows.branch_address,
      borrower_name: knows.borrower_name,
      owner_name: knows.borrower_name,
      client_name: knows.client_name,
      valuer_id: knows.lead_user_id,
      engineer_id: knows.field_user_id,
    }),
    property: known({
      address: knows.address,
      village: knows.village,
      taluk: knows.taluk,
      district: knows.district,
      city: knows.city,
      state: knows.state,
      pin: knows.pin,
      survey_no: knows.survey_no,
      cts_no: knows.cts_no,
      khata_no: knows.khata_no,
      geo: typeof lat === 'number' && typeof lng === 'number' ? { lat, lng, source: 'MANUAL' as const } : null,
      floors:
        floors.length === 0
          ? null
          : floors.map(({ name, area, unit }) => ({ label: name, area: { value: area, unit } })),
    }),
  })
  return base ?? {}
}
