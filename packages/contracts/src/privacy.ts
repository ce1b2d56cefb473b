import { z } from 'zod'
import { confirmation } from './identity-blocks.ts'
import { operation } from './kit.ts'
import { byId, count, id, instant, listQuery, many, moment, page, sha256, tenantRef, text } from './values.ts'

const staff = ['web', 'studio'] as const
const people = ['web', 'portal', 'studio'] as const

export const REQUEST_KINDS = ['export', 'erasure'] as const
export const SUBJECT_KINDS = ['user', 'contact'] as const
export const REQUEST_STATES = ['PENDING', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED', 'REFUSED'] as const
export const REFUSAL_REASONS = ['legal_hold', 'last_admin'] as const
/** A file of a person's data holds at most this much. */
export const MAX_EXPORT_BYTES = 50 * 1024 * 1024

/** What stays after an erasure, why, and until when; null: for ever. */
export const KeptRecord = z
  .object({
    class: z.enum(['audit', 'business', 'messages_sent', 'key_tombstone', 'request']),
    reason: z.string(),
    until: instant.nullable(),
  })
  .meta({ id: 'KeptRecord' })

/** A request about a person's data, as the firm's officers see it. */
export const PrivacyRequest = z
  .object({
    request_id: id,
    tenant_id: id,
    kind: z.enum(REQUEST_KINDS),
    subject: z.object({ kind: z.enum(SUBJECT_KINDS), id, name: z.string() }),
    status: z.enum(REQUEST_STATES),
    reasons: z.array(z.enum(REFUSAL_REASONS)),
    kept: z.array(KeptRecord),
    requested_by: z.object({ id, name: z.string() }).nullable(),
    by_subject: z.boolean(),
    evidence: z.string().nullable(),
    created_at: instant,
    due_at: instant,
    overdue: z.boolean(),
    completed_at: instant.nullable(),
    error_code: z.string().nullable(),
    trace_id: z.string(),
  })
  .meta({ id: 'PrivacyRequest' })

const officers = { capability: 'users.security' } as const
/** Both are asked: the contract names one, the handler looks for documents.pii. */
const alsoPii = 'Needs documents.pii too.'

export const listPrivacyRequests = operation({
  id: 'privacy.listPrivacyRequests',
  method: 'GET',
  path: '/v1/admin/privacy/requests',
  summary: `Requests about people's data, newest first. ${alsoPii}`,
  access: officers,
  audiences: staff,
  query: listQuery({
    kind: z.enum(REQUEST_KINDS).optional(),
    status: many(z.enum(REQUEST_STATES)),
    subject_id: id.optional(),
    tenant_id: tenantRef.optional(),
  }),
  ok: page(PrivacyRequest),
})
export const getPrivacyRequest = operation({
  id: 'privacy.getPrivacyRequest',
  opens: 'PRIVACY_REQUEST',
  method: 'GET',
  path: '/v1/admin/privacy/requests/:id',
  summary: `One request, with what is kept and why. ${alsoPii}`,
  access: officers,
  audiences: staff,
  params: byId,
  ok: PrivacyRequest,
})
export const createPrivacyRequest = operation({
  id: 'privacy.createPrivacyRequest',
  method: 'POST',
  path: '/v1/admin/privacy/requests',
  summary: `Asks for a person who cannot ask himself; how he was identified is noted. An erasure asks for typed confirmation. ${alsoPii}`,
  access: officers,
  audiences: staff,
  stepUp: true,
  status: 202,
  body: z.strictObject({
    kind: z.enum(REQUEST_KINDS),
    subject: z.strictObject({ kind: z.enum(SUBJECT_KINDS), id }),
    evidence: text(400, 10),
    confirmation: confirmation.optional(),
  }),
  ok: PrivacyRequest,
  errors: [
    'AUTH_STEP_UP_REQUIRED',
    'CONFLICT',
    'LAST_ADMIN',
    'PRIVACY_LEGAL_HOLD',
    'PRIVACY_EXPORT_LIMIT',
    'CONFIRMATION_REQUIRED',
    'OPS_CONFIRMATION_MISMATCH',
    'FEATURE_SWITCHED_OFF',
  ],
})

export const HOLD_SCOPES = ['subject', 'assignment', 'tenant'] as const
export const LegalHold = z
  .object({
    hold_id: id,
    tenant_id: id,
    scope: z.enum(HOLD_SCOPES),
    subject: z.object({ id, name: z.string() }).nullable(),
    assignment: z.object({ id, code: z.string() }).nullable(),
    reason: z.string(),
    until: instant.nullable(),
    standing: z.boolean(),
    placed_by: z.object({ id, name: z.string() }).nullable(),
    placed_at: instant,
    lifted_at: instant.nullable(),
    lifted_by: z.object({ id, name: z.string() }).nullable(),
    lift_reason: z.string().nullable(),
  })
  .meta({ id: 'LegalHold' })

export const listLegalHolds = operation({
  id: 'privacy.listLegalHolds',
  method: 'GET',
  path: '/v1/admin/privacy/holds',
  summary: `Legal holds, newest first; what they cover is neither purged nor erased. ${alsoPii}`,
  access: officers,
  audiences: staff,
  query: listQuery({ standing: z.enum(['true', 'false']).optional(), tenant_id: tenantRef.optional() }),
  ok: page(LegalHold),
})
export const placeLegalHold = operation({
  id: 'privacy.placeLegalHold',
  method: 'POST',
  path: '/v1/admin/privacy/holds',
  summary: `Places a hold on a person, an assignment or the whole firm. ${alsoPii}`,
  access: officers,
  audiences: staff,
  status: 201,
  body: z
    .strictObject({
      scope: z.enum(HOLD_SCOPES),
      subject_id: id.optional(),
      assignment_id: id.optional(),
      reason: text(400, 10),
      until: moment.optional(),
    })
    .refine(
      (body) =>
        (body.scope === 'subject') === (body.subject_id !== undefined) &&
        (body.scope === 'assignment') === (body.assignment_id !== undefined),
      'name the person or the assignment that the scope says',
    ),
  ok: LegalHold,
})
export const liftLegalHold = operation({
  id: 'privacy.liftLegalHold',
  method: 'POST',
  path: '/v1/admin/privacy/holds/:id/lift',
  summary: `Ends a hold. ${alsoPii}`,
  access: officers,
  audiences: staff,
  params: byId,
  body: z.strictObject({ reason: text(400, 10) }),
  ok: LegalHold,
  errors: ['ILLEGAL_TRANSITION'],
})

/** An export of the caller's own data. */
export const DataExport = z
  .object({
    export_id: id,
    status: z.enum(REQUEST_STATES),
    progress_percent: z.int().min(0).max(100),
    total_bytes: count.nullable(),
    sha256: sha256.nullable(),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    created_at: instant,
    completed_at: instant.nullable(),
    expires_at: instant.nullable(),
    trace_id: z.string(),
  })
  .meta({ id: 'DataExport' })

export const createDataExport = operation({
  id: 'privacy.createDataExport',
  method: 'POST',
  path: '/v1/me/data-exports',
  summary: 'Asks for a file of all that is kept about the caller: one in 24 hours.',
  access: 'person',
  audiences: people,
  stepUp: true,
  guestProof: true,
  idempotency: 'required',
  status: 202,
  ok: z.object({ export_id: id, status: z.enum(REQUEST_STATES), expires_at: instant.nullable() }),
  errors: ['AUTH_STEP_UP_REQUIRED', 'PRIVACY_EXPORT_LIMIT', 'FEATURE_SWITCHED_OFF'],
})
export const listDataExports = operation({
  id: 'privacy.listDataExports',
  method: 'GET',
  path: '/v1/me/data-exports',
  summary: "The caller's own exports, newest first.",
  access: 'person',
  audiences: people,
  query: listQuery({}),
  ok: page(DataExport),
})
export const getDataExport = operation({
  id: 'privacy.getDataExport',
  opens: 'PRIVACY_REQUEST',
  method: 'GET',
  path: '/v1/me/data-exports/:id',
  summary: 'One of them: state and progress.',
  access: 'person',
  audiences: people,
  params: byId,
  ok: DataExport,
})
export const downloadDataExport = operation({
  id: 'privacy.downloadDataExport',
  method: 'GET',
  path: '/v1/me/data-exports/:id/download',
  summary: 'The file; ranges are honoured, so that a broken download goes on where it stopped.',
  access: 'person',
  audiences: people,
  stepUp: true,
  guestProof: true,
  recordsAccess: true,
  params: byId,
  raw: true,
  produces: 'application/json',
  ok: z.undefined(),
  errors: [
    'AUTH_STEP_UP_REQUIRED',
    'AUDIT_EXPORT_JOB_NOT_READY',
    'AUDIT_EXPORT_JOB_EXPIRED',
    'AUDIT_EXPORT_INTEGRITY',
    'RANGE_NOT_SATISFIABLE',
    'FEATURE_SWITCHED_OFF',
  ],
})
export const dataExportLink = operation({
  id: 'privacy.dataExportLink',
  method: 'POST',
  path: '/v1/me/data-exports/:id/download-url',
  summary: 'A link of 15 minutes to the file, for the browser itself; it opens for the person alone.',
  access: 'person',
  audiences: people,
  stepUp: true,
  guestProof: true,
  secretAnswer: true,
  params: byId,
  ok: z.object({ url: z.string(), expires_at: instant }),
  errors: ['AUTH_STEP_UP_REQUIRED', 'AUDIT_EXPORT_JOB_NOT_READY', 'AUDIT_EXPORT_JOB_EXPIRED', 'FEATURE_SWITCHED_OFF'],
})

/** An erasure of the caller. */
export const Erasure = z
  .object({
    request_id: id,
    status: z.enum(REQUEST_STATES),
    reasons: z.array(z.enum(REFUSAL_REASONS)),
    kept: z.array(KeptRecord),
    created_at: instant,
    due_at: instant,
    completed_at: instant.nullable(),
  })
  .meta({ id: 'Erasure' })

export const requestErasure = operation({
  id: 'privacy.requestErasure',
  method: 'POST',
  path: '/v1/me/erasure',
  summary: 'Erases the caller: signed out everywhere at once, the data within 30 days. What law keeps is listed.',
  access: 'person',
  audiences: people,
  stepUp: true,
  guestProof: true,
  status: 202,
  body: z.strictObject({ confirmation }),
  ok: z.object({ request_id: id, status: z.enum(REQUEST_STATES), kept: z.array(KeptRecord) }),
  errors: ['AUTH_STEP_UP_REQUIRED', 'CONFLICT', 'LAST_ADMIN', 'PRIVACY_LEGAL_HOLD', 'OPS_CONFIRMATION_MISMATCH'],
})
export const getErasure = operation({
  id: 'privacy.getErasure',
  method: 'GET',
  path: '/v1/me/erasure',
  summary: 'What an erasure of the caller would keep, and the last request if there was one.',
  access: 'person',
  audiences: people,
  ok: z.object({
    last: Erasure.nullable(),
    would_keep: z.array(KeptRecord),
    blocked_by: z.array(z.enum(REFUSAL_REASONS)),
  }),
})
