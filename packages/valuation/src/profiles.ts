import type { BankType, DocType, EvidenceType, ReportType, Severity, ValueSlab } from '@zenops/contracts/report-enums'

/** One requirement: so many distinct documents of these types, this doc type and these tags. */
export interface Requirement {
  readonly key: string
  readonly label: string
  readonly evidence_types: readonly EvidenceType[]
  readonly doc_type?: DocType | null | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly min_count: number
  readonly severity: Severity
  readonly order_hint: number
  readonly field_key_hint?: string | null | undefined
}
export interface Profile {
  readonly name: string
  readonly report_type: ReportType
  readonly bank_type: BankType
  readonly value_slab: ValueSlab
  readonly bank_id?: string | null | undefined
  readonly is_default: boolean
  readonly required_fields: readonly { readonly field_key: string; readonly severity: Severity }[]
  readonly items: readonly Requirement[]
  readonly checklist: readonly { readonly key: string; readonly label: string }[]
}

const document = (doc_type: DocType, label: string, order_hint: number): Requirement => ({
  key: doc_type.toLowerCase(),
  label,
  evidence_types: ['DOCUMENT'],
  doc_type,
  tags: {},
  min_count: 1,
  severity: 'BLOCKING',
  order_hint,
})

interface Pictures {
  readonly type: EvidenceType
  readonly category: string
  readonly label: string
  readonly order_hint: number
  readonly min_count?: number
  readonly severity?: Severity
  readonly field_key_hint?: string
}
const pictures = ({ type, category, severity = 'BLOCKING', min_count = 1, ...rest }: Pictures): Requirement => ({
  key: `${type.toLowerCase()}_${category}`,
  evidence_types: [type],
  tags: { category },
  min_count,
  severity,
  ...rest,
})

const SALE_DEED = document('SALE_DEED', 'Sale deed', 10)
const RTC = document('RTC', 'Ownership extract (RTC)', 20)
const EC = document('EC', 'Encumbrance certificate', 30)
const KHATA = document('KHATA', 'Khata', 40)
const TAX = document('TAX', 'Tax receipt', 50)
const PLAN = document('PLAN', 'Approved plan', 60)
const BANK_LETTER = document('BANK_LETTER', 'Letter of the bank', 20)

const EXTERIOR = pictures({
  type: 'PHOTO',
  category: 'exterior',
  label: 'Photos outside',
  order_hint: 100,
  min_count: 2,
})
const INTERIOR = pictures({
  type: 'PHOTO',
  category: 'interior',
  label: 'Photos inside',
  order_hint: 110,
  min_count: 2,
})
const SURROUNDINGS = pictures({
  type: 'PHOTO',
  category: 'surroundings',
  label: 'Photo of the surroundings',
  order_hint: 120,
})
const GPS = pictures({
  type: 'GEO',
  category: 'gps',
  label: 'Photo with GPS',
  order_hint: 130,
  field_key_hint: 'property.geo',
})
const GOOGLE_MAP = pictures({ type: 'SCREENSHOT', category: 'google_map', label: 'Google map', order_hint: 140 })
const ROUTE_MAP = pictures({ type: 'SCREENSHOT', category: 'route_map', label: 'Route map', order_hint: 150 })
const GUIDELINE = pictures({
  type: 'SCREENSHOT',
  category: 'guideline',
  label: 'Guideline value',
  order_hint: 160,
  severity: 'WARNING',
  field_key_hint: 'valuation_inputs.guideline_rate_per_sqm',
})
const SITE = { type: 'PHOTO', category: 'site', label: 'Photos of the site', order_hint: 100 } as const

const PICTURES = [EXTERIOR, INTERIOR, SURROUNDINGS, GPS]
const FULL = [SALE_DEED, RTC, EC, KHATA, TAX, PLAN, ...PICTURES, GOOGLE_MAP, ROUTE_MAP, GUIDELINE]

/** What a report needs when no profile says more. */
export const BASE_EVIDENCE: Record<ReportType, readonly Requirement[]> = {
  VALUATION: [base('valuation_photos', 6, ['PHOTO', 'GEO', 'SCREENSHOT'])],
  REVALUATION: [base('revaluation_photos', 4, ['PHOTO', 'GEO', 'SCREENSHOT'])],
  DPR: [base('dpr_photos_or_screenshots', 4, ['PHOTO', 'SCREENSHOT'])],
  STAGE_PROGRESS: [base('stage_progress_photos', 4, ['PHOTO', 'GEO'])],
}
function base(key: string, min_count: number, evidence_types: readonly EvidenceType[]): Requirement {
  return { key, label: 'Photos', evidence_types, tags: {}, min_count, severity: 'BLOCKING', order_hint: 100 }
}

const shipped = (
  name: string,
  [report_type, bank_type, value_slab]: readonly [ReportType, BankType, ValueSlab],
  items: readonly Requirement[],
): Profile => ({
  name,
  report_type,
  bank_type,
  value_slab,
  bank_id: null,
  is_default: true,
  required_fields: [],
  items,
  checklist: [],
})

const ROUNDING_CHECKLIST = [
  { key: 'market_total_rounded', label: 'Market total is rounded up to the next 500' },
  { key: 'adopted_total_rounded', label: 'Adopted total is rounded up to the next 500' },
] as const

/** The profiles that every tenant begins with. */
export const DEFAULT_PROFILES: readonly Profile[] = [
  shipped('Valuation, State Bank of India', ['VALUATION', 'SBI', 'LT_5CR'], FULL),
  shipped('Valuation, public sector bank', ['VALUATION', 'PSU_GENERIC', 'GT_5CR'], FULL),
  {
    ...shipped('Valuation, co-operative bank', ['VALUATION', 'COOP', 'UNKNOWN'], FULL),
    checklist: ROUNDING_CHECKLIST,
  },
  shipped(
    'Valuation, agricultural land',
    ['VALUATION', 'AGRI', 'UNKNOWN'],
    [SALE_DEED, RTC, pictures({ ...SITE, min_count: 4 }), GPS, GUIDELINE],
  ),
  shipped('Valuation, other bank', ['VALUATION', 'OTHER', 'UNKNOWN'], [...BASE_EVIDENCE.VALUATION, GUIDELINE]),
  shipped('Revaluation', ['REVALUATION', 'OTHER', 'UNKNOWN'], [SALE_DEED, RTC, EC, KHATA, ...PICTURES]),
  shipped(
    'Project report',
    ['DPR', 'OTHER', 'UNKNOWN'],
    [
      { ...PLAN, order_hint: 10 },
      BANK_LETTER,
      pictures({ ...SITE, min_count: 2 }),
      pictures({ type: 'SCREENSHOT', category: 'dpr_reference', label: 'References', order_hint: 110, min_count: 2 }),
    ],
  ),
  shipped(
    'Stage progress',
    ['STAGE_PROGRESS', 'OTHER', 'UNKNOWN'],
    [
      pictures({
        type: 'PHOTO',
        category: 'stage_progress',
        label: 'Photos of the progress',
        order_hint: 100,
        min_count: 4,
      }),
      { ...GPS, severity: 'OPTIONAL' },
    ],
  ),
]

export interface ProfileCase {
  readonly report_type: ReportType
  readonly bank_type: BankType
  readonly value_slab: ValueSlab
  readonly bank_id?: string | null | undefined
}
type Candidate = Pick<Profile, 'name' | 'report_type' | 'bank_type' | 'value_slab' | 'bank_id' | 'is_default'>

function bankScore(profile: Candidate, of: ProfileCase): number | undefined {
  if (profile.bank_type === of.bank_type) return 10
  return profile.bank_type === 'OTHER' ? 2 : undefined
}
function slabScore(profile: Candidate, of: ProfileCase): number {
  if (profile.value_slab === of.value_slab) return 5
  return profile.value_slab === 'UNKNOWN' ? 1 : 0
}

/** How well a profile suits a report; undefined when it is not for it at all. */
export function profileScore(profile: Candidate, of: ProfileCase): number | undefined {
  const bank = bankScore(profile, of)
  if (bank === undefined || profile.report_type !== of.report_type || !profile.is_default) return undefined
  if (profile.bank_id && profile.bank_id !== of.bank_id) return undefined
  return (profile.bank_id ? 20 : 0) + bank + slabScore(profile, of)
}

/** The published default profile that suits a report best; ties go by name. */
export function chooseProfile<P extends Candidate>(published: readonly P[], of: ProfileCase): P | undefined {
  const scored = published.flatMap((profile) => {
    const score = profileScore(profile, of)
    return score === undefined ? [] : [{ profile, score }]
  })
  scored.sort((a, b) => b.score - a.score || (a.profile.name < b.profile.name ? -1 : 1))
  return scored[0]?.profile
}
