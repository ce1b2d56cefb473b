import { z } from 'zod'
import {
  ASSIGNMENT_BADGES,
  ASSIGNMENT_STAGES,
  ASSIGNMENT_STATUSES,
  COMPLETENESS_CHECKS,
  DUE_STATES,
  NEXT_ACTIONS,
} from './assignment-states.ts'
import type { AssignmentStage } from './assignment-states.ts'
import { areaOut, AREA_UNITS, count, day, decimal, id, instant, page, paise, text, version } from './values.ts'

export const ASSIGNMENT_SOURCES = { tenant: 'Firm', external_portal: 'Portal', partner: 'Channel' } as const
export const SOURCE_TYPES = ['bank', 'direct', 'channel'] as const
export const CASE_TYPES = ['BANK', 'EXTERNAL_VALUER', 'DIRECT'] as const
export const SERVICE_LINES = ['VALUATION', 'INDUSTRIAL', 'DPR', 'CMA', 'OTHER'] as const
export const LOAN_PRODUCTS = ['HOME_LOAN', 'LAP', 'PLAP', 'MSME', 'NPA', 'OTHER'] as const
export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const
export const DUE_BASES = ['EXPLICIT', 'SITE_VISIT', 'DEFAULT'] as const
export const ASSIGNEE_ROLES = ['lead', 'assistant', 'reviewer', 'field'] as const

const line = z.string().nullable()
const ref = id.nullable()
const at = instant.nullable()

// Casts: Object.values is typed string[]; the tables are never empty.
const SourceLabel = z.enum(Object.values(ASSIGNMENT_SOURCES) as ['Firm', 'Portal', 'Channel'])
export const StageName = z.enum(Object.values(ASSIGNMENT_STAGES) as [AssignmentStage, ...AssignmentStage[]])

/** Columns of the job folder, read-only aliases included. */
export const AssignmentHeader = z
  .object({
    id,
    tenant_id: id,
    code: z.string().meta({ description: 'Z-YYMM-####' }),
    commission_id: ref,
    work_order_id: ref.meta({ description: 'alias of commission_id' }),
    source: z.enum(['tenant', 'external_portal', 'partner']),
    source_label: SourceLabel,
    source_type: z.enum(SOURCE_TYPES),
    source_ref_id: ref.meta({ description: 'branch or channel that sent the job' }),
    case_type: z.enum(CASE_TYPES),
    service_line: z.enum(SERVICE_LINES),
    loan_product: z.enum(LOAN_PRODUCTS).nullable(),
    title: z.string(),
    summary: line,
    borrower_name: line,
    borrower_phone: line,
    bank_id: ref,
    bank_branch_id: ref,
    client_org_id: ref,
    property_id: ref,
    channel_id: ref,
    primary_contact_id: ref,
    fee_paise: paise.nullable(),
    billing_account_id: ref,
    priority: z.enum(PRIORITIES),
    land_area: areaOut.nullable(),
    built_up_area: areaOut.nullable(),
    due_at: at,
    due_date: day.nullable().meta({ description: 'local day of due_at' }),
    due_basis: z.enum(DUE_BASES),
    status: z.enum(ASSIGNMENT_STATUSES),
    lifecycle_status: z.enum(ASSIGNMENT_STATUSES).meta({ description: 'alias of status' }),
    stage: StageName,
    state_since: instant,
    hold: z.object({ since: instant, reason: z.string(), by: id }).nullable(),
    assigned_at: at,
    submitted_at: at,
    approved_at: at,
    delivered_at: at,
    closed_at: at,
    cancelled_at: at,
    lead_user_id: ref,
    missing_docs: count,
    open_tasks: count,
    messages: count,
    release_blocked: z.boolean(),
    billing_state: z.string().meta({ description: 'NONE or the least advanced charge state' }),
    last_event_at: instant,
    created_by: ref,
    created_at: instant,
    updated_at: instant,
    version,
  })
  .meta({ id: 'AssignmentHeader' })

/** `score` is half-up 100·ok/n; `missing` lists the checks that fail. */
export const Completeness = z
  .object({
    score: z.int().min(0).max(100),
    passed: count,
    total: count,
    missing: z.array(z.enum(COMPLETENESS_CHECKS)),
  })
  .meta({ id: 'Completeness' })

export const Assignee = z
  .object({ user_id: id, name: z.string(), role: z.enum(ASSIGNEE_ROLES), since: instant })
  .meta({ id: 'Assignee' })

export const NextAction = z
  .object({ key: z.enum(NEXT_ACTIONS), to_status: z.enum(ASSIGNMENT_STATUSES).nullable() })
  .meta({ id: 'NextAction' })

/** A line of the queue: header, names beside the ids, and what the screen colours. */
export const AssignmentRow = AssignmentHeader.extend({
  bank_name: line,
  bank_branch_name: line,
  client_org_name: line,
  property_name: line,
  property_city: line,
  channel_name: line,
  primary_contact_name: line,
  lead_name: line,
  completeness: Completeness,
  due_state: z.enum(DUE_STATES),
  badges: z.array(z.enum(ASSIGNMENT_BADGES)),
  assignees: z.array(Assignee),
  next_action: NextAction.nullable(),
}).meta({ id: 'AssignmentRow' })
export type AssignmentRow = z.infer<typeof AssignmentRow>

export const Floor = z
  .object({
    id,
    name: z.string(),
    sort_order: z.int(),
    area: z.number(),
    unit: z.enum(AREA_UNITS),
  })
  .meta({ id: 'Floor' })
export const floorInput = z.strictObject({
  id: id.optional(),
  name: text(120),
  sort_order: z.int().min(0).max(999),
  area: decimal(2),
  unit: z.enum(AREA_UNITS).default('sqm'),
})

/** A move as the caller may or may not make it now. */
export const AllowedMove = z
  .object({
    to_status: z.enum(ASSIGNMENT_STATUSES),
    allowed: z.boolean(),
    unmet: z.array(z.object({ reason: z.string() })).meta({ description: 'guards, on_hold, missing capability' }),
    note_min: z.int(),
    needs_due_date: z.boolean(),
    waivable: z.boolean(),
  })
  .meta({ id: 'AllowedMove' })

/** One entry of the business event log. Values of personal data read "changed". */
export const ActivityEvent = z
  .object({
    id,
    at: instant,
    kind: z.string(),
    actor: z.object({ id: ref, name: z.string(), kind: z.enum(['PERSON', 'GUEST', 'SERVICE', 'SYSTEM']) }),
    entity_type: z.string(),
    entity_id: id,
    before: z.unknown(),
    after: z.unknown(),
    reason: line,
    trace_id: line,
  })
  .meta({ id: 'ActivityEvent' })

export const StatusChange = z
  .object({
    id,
    from_status: z.enum(ASSIGNMENT_STATUSES).nullable(),
    to_status: z.enum(ASSIGNMENT_STATUSES),
    note: line,
    actor: z.object({ id: ref, name: z.string(), kind: z.enum(['PERSON', 'GUEST', 'SERVICE', 'SYSTEM']) }),
    at: instant,
  })
  .meta({ id: 'StatusChange' })

export const PossibleDuplicate = z
  .object({ id, code: z.string(), score: z.number(), reasons: z.array(z.string()) })
  .meta({ id: 'PossibleDuplicate' })

/** Parts of the detail: newest 20 of each, then the cursor of its own list. */
export const ASSIGNMENT_PARTS = ['floors', 'assignees', 'events', 'documents', 'reports'] as const

export const AssignmentDetail = AssignmentRow.extend({
  source_record: z
    .object({ id, kind: z.string(), status: z.string(), title: z.string() })
    .nullable()
    .meta({ description: 'the commission' }),
  floors: z.array(Floor),
  allowed_moves: z.array(AllowedMove),
  counters: z.object({ documents: count, reports: count, open_tasks: count, messages: count, missing_docs: count }),
  events: page(ActivityEvent).optional(),
  documents: page(
    z.object({
      id,
      original_filename: line,
      content_type: z.string(),
      classification: z.string(),
      sensitivity: z.string(),
      size_bytes: count,
      created_at: instant,
      restricted: z.boolean(),
    }),
  ).optional(),
  reports: page(
    z.object({
      id,
      report_no: z.string(),
      title: z.string(),
      report_type: z.string(),
      status: z.string(),
      readiness_score: z.int(),
      missing_count: count,
      latest_pack_id: ref,
      pack_stale: z.boolean(),
      updated_at: instant,
    }),
  ).optional(),
}).meta({ id: 'AssignmentDetail' })
export type AssignmentDetail = z.infer<typeof AssignmentDetail>
