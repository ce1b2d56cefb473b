/** The closed word lists of reports: types, banks, units, evidence, status and its moves. */

export const REPORT_TYPES = ['VALUATION', 'REVALUATION', 'DPR', 'STAGE_PROGRESS'] as const
export type ReportType = (typeof REPORT_TYPES)[number]

export const BANK_TYPES = ['SBI', 'PSU_GENERIC', 'COOP', 'AGRI', 'OTHER'] as const
export type BankType = (typeof BANK_TYPES)[number]

export const VALUE_SLABS = ['LT_5CR', 'GT_5CR', 'UNKNOWN'] as const
export type ValueSlab = (typeof VALUE_SLABS)[number]

export const TEMPLATE_SELECTORS = [
  'SBI_FORMAT_A',
  'BOI_PSU_GENERIC',
  'COOP_GENERIC',
  'AGRI_GENERIC',
  'UNKNOWN',
] as const
export type TemplateSelector = (typeof TEMPLATE_SELECTORS)[number]

export const TEMPLATE_VARIANTS = ['LAND_BUILDING', 'UNIT'] as const
export type TemplateVariant = (typeof TEMPLATE_VARIANTS)[number]

export const REPORT_SOURCES = ['TENANT', 'EXTERNAL', 'CHANNEL'] as const
export type ReportSource = (typeof REPORT_SOURCES)[number]

export const REPORT_STATUSES = [
  'DRAFT',
  'EVIDENCE_PENDING',
  'DATA_PENDING',
  'READY_FOR_RENDER',
  'CLOSED',
  'CANCELLED',
] as const
export type ReportStatus = (typeof REPORT_STATUSES)[number]

/** Where a report may go from each status. CLOSED reopens to DATA_PENDING only with `reports.approve` and a reason. */
export const REPORT_MOVES = {
  DRAFT: ['EVIDENCE_PENDING', 'DATA_PENDING', 'CANCELLED'],
  EVIDENCE_PENDING: ['DATA_PENDING', 'CANCELLED'],
  DATA_PENDING: ['READY_FOR_RENDER', 'CANCELLED', 'CLOSED'],
  READY_FOR_RENDER: ['DATA_PENDING', 'CLOSED', 'CANCELLED'],
  CLOSED: ['DATA_PENDING'],
  CANCELLED: [],
} as const satisfies Record<ReportStatus, readonly ReportStatus[]>

export const canMoveReport = (from: ReportStatus, to: ReportStatus): boolean =>
  (REPORT_MOVES[from] as readonly ReportStatus[]).includes(to) // widened to ask for any status

export const QC_STATES = ['NONE', 'REQUESTED', 'CHANGES_REQUESTED', 'APPROVED'] as const
export type QcState = (typeof QC_STATES)[number]

/** Units that every ruleset knows; `local:<key>` come from the ruleset in force. */
export const UNITS = ['sqft', 'sqm', 'sqyd', 'acre', 'hectare', 'guntha', 'cent', 'decimal', 'marla', 'kanal'] as const
export type Unit = (typeof UNITS)[number] | `local:${string}`

export const PROPERTY_TYPES = [
  'VACANT_LAND',
  'HOUSE',
  'FLAT',
  'SHOP',
  'OFFICE',
  'COMMERCIAL_BUILDING',
  'INDUSTRIAL',
  'AGRICULTURAL_LAND',
  'MIXED',
  'OTHER',
] as const
export type PropertyType = (typeof PROPERTY_TYPES)[number]

export const LOAN_PRODUCTS = ['HOME_LOAN', 'LAP', 'PLAP', 'MSME', 'NPA', 'OTHER'] as const
export const TENURES = ['FREEHOLD', 'LEASEHOLD', 'OTHER'] as const
export const CONDITIONS = ['EXCELLENT', 'GOOD', 'NORMAL', 'POOR'] as const
export const GEO_SOURCES = ['GPS_PHOTO', 'EXIF', 'MANUAL', 'VILLAGE_CENTRE'] as const
export const OCCUPANCIES = ['OWNER', 'TENANT', 'VACANT', 'UNDER_CONSTRUCTION'] as const
export const DEPRECIATION_MODES = ['AGE_LIFE', 'PERCENT', 'NONE'] as const
export const AREA_BASES = ['CARPET', 'BUILT_UP', 'SUPER_BUILT_UP'] as const
export const FMV_BASES = ['PRESENT', 'COMPLETED'] as const
export const FINANCE_KINDS = ['EQUITY', 'TERM_LOAN', 'SUBSIDY', 'UNSECURED', 'OTHER'] as const
export const GUIDELINE_SCOPES = ['TOTAL', 'LAND'] as const
export const GUIDELINE_SOURCES = ['INPUT', 'LINES', 'RATE_X_AREA', 'MISSING'] as const

export const EVIDENCE_TYPES = ['DOCUMENT', 'PHOTO', 'SCREENSHOT', 'GEO', 'OTHER'] as const
export type EvidenceType = (typeof EVIDENCE_TYPES)[number]

export const DOC_TYPES = [
  'SALE_DEED',
  'RTC',
  'EC',
  'KHATA',
  'TAX',
  'NA_ORDER',
  'PLAN',
  'ID_PROOF',
  'BANK_LETTER',
  'OTHER',
  'LAYOUT_PLAN',
  'BUILDING_PERMISSION',
  'COMPLETION_CERTIFICATE',
  'TITLE_REPORT',
  'ESTIMATE',
  'GUIDELINE_SHEET',
] as const
export type DocType = (typeof DOC_TYPES)[number]

export const EVIDENCE_CATEGORIES = [
  'exterior',
  'interior',
  'surroundings',
  'gps',
  'guideline',
  'google_map',
  'route_map',
  'site',
  'stage_progress',
  'dpr_reference',
  'document',
] as const
export type EvidenceCategory = (typeof EVIDENCE_CATEGORIES)[number]

/** BLOCKING counts and blocks READY; WARNING is listed and never scored; OPTIONAL is only offered. */
export const SEVERITIES = ['BLOCKING', 'WARNING', 'OPTIONAL'] as const
export type Severity = (typeof SEVERITIES)[number]

export const WARNING_LEVELS = ['info', 'warn', 'error'] as const
export type WarningLevel = (typeof WARNING_LEVELS)[number]
