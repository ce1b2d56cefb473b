import { z } from 'zod'
import {
  ASSIGNEE_ROLES,
  ASSIGNMENT_PARTS,
  ActivityEvent,
  Assignee,
  AssignmentDetail,
  AssignmentRow,
  CASE_TYPES,
  Floor,
  LOAN_PRODUCTS,
  PRIORITIES,
  PossibleDuplicate,
  SERVICE_LINES,
  SOURCE_TYPES,
  StageName,
  StatusChange,
  floorInput,
} from './assignment-records.ts'
import { ASSIGNMENT_STATUSES, DUE_STATES } from './assignment-states.ts'
import { operation } from './kit.ts'
import type { Access } from './kit.ts'
import {
  area,
  areaOut,
  byId,
  changes,
  count,
  day,
  expectedVersion,
  flag,
  id,
  listQuery,
  many,
  moment,
  optional,
  optionalNote,
  optionalText,
  page,
  paging,
  paise,
  parts,
  phone,
  text,
  version,
} from './values.ts'

/** Who reads an assignment reads its history. Portal tokens are refused by name. */
const read = {
  access: { capability: 'assignments.read' } satisfies Access,
  refusals: { portal: 'PORTAL_ASSIGNMENTS_FORBIDDEN' },
} as const
const write = { ...read, access: { capability: 'assignments.write' } satisfies Access } as const
const assign = { ...read, access: { capability: 'assignments.assign' } satisfies Access } as const

/** Fields of the header that people set; null clears what may be empty. */
const fields = {
  summary: optionalNote(),
  borrower_name: optionalText(),
  borrower_phone: optional(phone),
  bank_id: optional(id),
  bank_branch_id: optional(id),
  client_org_id: optional(id),
  property_id: optional(id),
  channel_id: optional(id),
  primary_contact_id: optional(id),
  loan_product: optional(z.enum(LOAN_PRODUCTS)),
  fee_paise: optional(paise),
  land_area: optional(area),
  built_up_area: optional(area),
  due_date: day.optional().meta({ description: '18:00 of that day in the zone of the firm' }),
  due_at: moment.optional(),
}
const source = {
  source_type: z.enum(SOURCE_TYPES),
  source_ref_id: id.optional().meta({ description: 'taken as bank_branch_id or channel_id' }),
  case_type: z.enum(CASE_TYPES),
  service_line: z.enum(SERVICE_LINES),
  priority: z.enum(PRIORITIES),
}
const oneDue = (body: { readonly due_date?: unknown; readonly due_at?: unknown }): boolean =>
  body.due_date === undefined || body.due_at === undefined
const ONE_DUE = { path: ['due_at'], message: 'send due_date or due_at' }

const filters = {
  status: many(z.enum(ASSIGNMENT_STATUSES)),
  stage: many(StageName),
  open: flag.optional(),
  on_hold: flag.optional(),
  priority: many(z.enum(PRIORITIES)),
  due_state: many(z.enum(DUE_STATES)),
  due_date: day.optional(),
  due_from: day.optional(),
  due_to: day.optional(),
  assignee_user_id: many(id),
  mine: flag.optional(),
  unassigned: flag.optional(),
  bank_id: many(id),
  bank_branch_id: many(id),
  client_org_id: many(id),
  channel_id: many(id),
  property_type_id: many(id),
  service_line: many(z.enum(SERVICE_LINES)),
  case_type: many(z.enum(CASE_TYPES)),
  source_type: many(z.enum(SOURCE_TYPES)),
  missing_docs: flag.optional(),
  release_blocked: flag.optional(),
  created_from: day.optional(),
  created_to: day.optional(),
}
/** The last four imply `open=true`. */
export const ASSIGNMENT_SORTS = [
  'due_at',
  '-created_at',
  'code',
  '-updated_at',
  'priority',
  'status',
  'missing_docs',
] as const

export const listAssignments = operation({
  id: 'assignments.listAssignments',
  method: 'GET',
  path: '/v1/assignments',
  summary: 'The queue: filters may be combined, lists repeat; by due date unless sorted otherwise.',
  ...read,
  query: listQuery({ ...filters, sort: z.enum(ASSIGNMENT_SORTS).default('due_at') }),
  ok: page(AssignmentRow),
})

export const summarizeAssignments = operation({
  id: 'assignments.summarizeAssignments',
  method: 'GET',
  path: '/v1/assignments/summary',
  summary: 'Numbers over the same filters as the queue.',
  ...read,
  query: listQuery(filters),
  ok: z
    .object({
      open: count,
      due_soon: count,
      urgent: count,
      overdue: count,
      missing_docs: count,
      release_blocked: count,
      unassigned: count,
      on_hold: count,
      by_status: z.partialRecord(z.enum(ASSIGNMENT_STATUSES), count),
    })
    .meta({ id: 'AssignmentSummary' }),
})

export const createAssignment = operation({
  id: 'assignments.createAssignment',
  method: 'POST',
  path: '/v1/assignments',
  summary: 'Opens a job folder with its code; a branch alone fills bank and client.',
  ...read,
  access: { capability: 'assignments.create' },
  status: 201,
  body: z
    .strictObject({
      title: text(),
      ...fields,
      source_type: source.source_type.default('direct'),
      source_ref_id: source.source_ref_id,
      case_type: source.case_type.optional().meta({ description: 'default BANK for bank jobs, else DIRECT' }),
      service_line: source.service_line.default('VALUATION'),
      priority: source.priority.default('normal'),
      lead_user_id: id.optional(),
    })
    .refine(oneDue, ONE_DUE),
  ok: AssignmentDetail.extend({ possible_duplicates: z.array(PossibleDuplicate) }),
  errors: ['MASTERDATA_NOT_USABLE', 'ASSIGNEE_ON_LEAVE'],
})

export const getAssignment = operation({
  id: 'assignments.getAssignment',
  method: 'GET',
  path: '/v1/assignments/:id',
  summary: 'One job folder with names, people, floors and the moves it may make; more parts by `include`.',
  ...read,
  params: byId,
  query: z.strictObject({ include: parts(ASSIGNMENT_PARTS) }),
  ok: AssignmentDetail,
})

export const updateAssignment = operation({
  id: 'assignments.updateAssignment',
  method: 'PATCH',
  path: '/v1/assignments/:id',
  summary: 'Changes header fields until delivery, then only the summary; a state is changed by its own route.',
  ...write,
  params: byId,
  body: changes({
    title: text().optional(),
    ...fields,
    source_type: source.source_type.optional(),
    source_ref_id: source.source_ref_id,
    case_type: source.case_type.optional(),
    service_line: source.service_line.optional(),
    priority: source.priority.optional(),
  }).refine(oneDue, ONE_DUE),
  ok: AssignmentDetail,
  errors: ['REVISION_MISMATCH', 'ASSIGNMENT_LOCKED', 'MASTERDATA_NOT_USABLE'],
})

export const moveAssignment = operation({
  id: 'assignments.moveAssignment',
  method: 'POST',
  path: '/v1/assignments/:id/status',
  summary: 'Moves along the lifecycle; the same state again changes nothing. Each move asks for its own capability.',
  ...read,
  params: byId,
  body: z.strictObject({
    to_status: z.enum(ASSIGNMENT_STATUSES),
    note: optionalNote(),
    due_date: day.optional(),
    expected_version: expectedVersion,
  }),
  ok: z.object({ changed: z.boolean(), assignment: AssignmentDetail }),
  errors: [
    'ILLEGAL_TRANSITION',
    'TRANSITION_BLOCKED',
    'ASSIGNMENT_ON_HOLD',
    'REVISION_MISMATCH',
    'REASON_REQUIRED',
    'SELF_APPROVAL_FORBIDDEN',
  ],
})

const history = z.strictObject(paging)
export const listStatusHistory = operation({
  id: 'assignments.listStatusHistory',
  opens: 'ASSIGNMENT',
  method: 'GET',
  path: '/v1/assignments/:id/status-history',
  summary: 'The moves of one assignment, newest first.',
  ...read,
  audiences: ['web', 'studio'],
  params: byId,
  query: history,
  ok: page(StatusChange),
})

export const listActivities = operation({
  id: 'assignments.listActivities',
  opens: 'ASSIGNMENT',
  method: 'GET',
  path: '/v1/assignments/:id/activities',
  summary: 'Everything that happened to one assignment, newest first.',
  ...read,
  audiences: ['web', 'studio'],
  params: byId,
  query: history,
  ok: page(ActivityEvent),
})

const team = z.object({ assignees: z.array(Assignee), version })
export const addAssignee = operation({
  id: 'assignments.addAssignee',
  method: 'POST',
  path: '/v1/assignments/:id/assignees',
  summary: 'Puts a person on the job or changes his role; a former lead becomes assistant when he is replaced.',
  ...assign,
  params: byId,
  body: z.strictObject({
    user_id: id,
    role: z.enum(ASSIGNEE_ROLES),
    replace_lead: z.boolean().default(false),
    override_on_leave: z.boolean().default(false),
  }),
  ok: team,
  errors: ['ALREADY_ASSIGNED', 'ASSIGNEE_ON_LEAVE'],
})

export const removeAssignee = operation({
  id: 'assignments.removeAssignee',
  method: 'DELETE',
  path: '/v1/assignments/:id/assignees/:user_id',
  summary: 'Takes a person off the job.',
  ...assign,
  params: z.strictObject({ id, user_id: id }),
  status: 204,
  ok: z.undefined(),
})

const floorPlan = z
  .object({ items: z.array(Floor), built_up_area: areaOut.nullable(), version })
  .meta({ id: 'FloorPlan' })
export const getFloors = operation({
  id: 'assignments.getFloors',
  method: 'GET',
  path: '/v1/assignments/:id/floors',
  summary: 'The floors in their order and their exact sum.',
  ...read,
  params: byId,
  ok: floorPlan,
})

const floors = z
  .array(floorInput)
  .max(200)
  .refine((rows) => new Set(rows.map((row) => row.name.toLowerCase())).size === rows.length, 'names are unique')
export const putFloors = operation({
  id: 'assignments.putFloors',
  method: 'PUT',
  path: '/v1/assignments/:id/floors',
  summary:
    'Replaces the list of floors; their sum in square metres becomes the built-up area. A bare list needs If-Match.',
  ...write,
  params: byId,
  body: z.union([
    z.strictObject({ items: floors, expected_version: expectedVersion }),
    floors.transform((items) => ({ items, expected_version: undefined })),
  ]),
  ok: floorPlan,
  errors: ['REVISION_MISMATCH', 'ASSIGNMENT_LOCKED'],
})
export const restoreFloor = operation({
  id: 'assignments.restoreFloor',
  method: 'POST',
  path: '/v1/assignments/:id/floors/:floor_id/restore',
  summary: 'Brings a removed floor back, within 30 days; the built-up area is summed anew.',
  ...write,
  params: z.strictObject({ id, floor_id: id }),
  ok: floorPlan,
  errors: ['ILLEGAL_TRANSITION', 'CONFLICT', 'ASSIGNMENT_LOCKED'],
})
