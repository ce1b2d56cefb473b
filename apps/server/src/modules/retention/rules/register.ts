import type { RetentionClass } from '@zenops/contracts/retention'

/**
 * How rows of a table end. Expressions are SQL over the alias `{t}`; `:over` is the instant before which the class's
 * period lies, `:now` the database's.
 */
export interface Removal {
  readonly class: RetentionClass
  /** The instant that the period runs from. */
  readonly clock?: string
  /** Which rows are over; default: the clock lies before `:over`. */
  readonly due?: string
  /** Rows go in the same transaction as those of this table, along the foreign key; nothing else is said then. */
  readonly with?: string
  /** Of rows that name one another: the column by which later ones go first. */
  readonly laterFirst?: string
  /** Rows a batch where each takes many along; default 1,000. */
  readonly batch?: number
  /** Columns or subqueries of the persons and assignments that a row is about: a legal hold on one of them keeps it. */
  readonly subject?: readonly string[]
  readonly assignment?: string
  /** Of rows that belong to no firm's turn: the firms whose hold as a whole keeps them; elsewhere it is the row's own. */
  readonly firms?: string
  /** Bytes outside of the database go first. */
  readonly bytes?: true
}

/** Who removes: a worker of the firm, the keeper where rows are append-only, identity where the workers see nothing. */
export type Remover = 'worker' | 'keeper' | 'identity'

export type TableRetention =
  /** Stays for ever, and why. */
  | { readonly keep: string }
  /** Ends with the row above it (`on delete cascade`). */
  | { readonly cascades: string }
  /** Another job of the product removes it, hourly or by the minute; here its name and the class that it follows. */
  | { readonly job: string; readonly class: RetentionClass }
  /** As whole months. */
  | { readonly months: string; readonly class: RetentionClass }
  /** By audit's own pruning, behind a seal. */
  | { readonly pruned: 'audit'; readonly class: RetentionClass }
  | {
      readonly order: number
      readonly by?: Remover
      /** Rows of no firm: removed in the turn of the house firm. */
      readonly platform?: true
      /** Which rows are a firm's (`:firm`), where the table has no `tenant_id`. */
      readonly within?: string
      readonly rows: readonly Removal[]
    }

const CATALOGUE = 'ships with the product; written by migrations'
const PROOF = 'later proofs need it for ever'
/** Soft-deleted rows: `purge_after` and, where a firm keeps them longer, its period; an erasure waits for nobody. */
const SOFT = {
  class: 'soft_deleted',
  clock: '{t}.deleted_at',
  due: "{t}.purge_after <= :now and ({t}.delete_reason is not distinct from 'gdpr' or {t}.deleted_at <= :over)",
} as const satisfies Removal
/** A job that was closed or cancelled that long ago. */
const closed = (assignment: string): string =>
  `exists (select 1 from assignments.assignments job where job.tenant_id = {t}.tenant_id and job.id = ${assignment}
    and coalesce(job.closed_at, job.cancelled_at) <= :over)`
const OF_REPORT =
  '(select r.assignment_id from reports.reports r where r.tenant_id = {t}.tenant_id and r.id = {t}.report_id)'
const ofReport = (clock: string): Removal => ({
  class: 'business',
  clock,
  due: closed(OF_REPORT),
  assignment: OF_REPORT,
})
const ofJob = (clock: string): Removal => ({
  class: 'business',
  clock,
  due: closed('{t}.assignment_id'),
  assignment: '{t}.assignment_id',
})
const withParent = (parent: string, classes: readonly RetentionClass[]): Removal[] =>
  classes.map((name) => ({ class: name, with: parent }))
const IDENTITY = 'identity.clean_up'

/** Every table of the product. One that is missing here fails the law test; so does one that is only here. */
export const RETENTION: Readonly<Record<string, TableRetention>> = {
  'audit.inbox': { keep: 'the sealer takes it within seconds' },
  'audit.events': { pruned: 'audit', class: 'audit_online' },
  'audit.heads': { keep: PROOF },
  'audit.tiles': { keep: PROOF },
  'audit.checkpoints': { keep: PROOF },
  'audit.root_log': { keep: PROOF },
  'audit.root_notes': { keep: PROOF },
  'audit.notary_receipts': { keep: PROOF },
  'audit.retention_seals': { keep: PROOF },
  'audit.signing_keys': { keep: PROOF },
  'audit.notary_sinks': { keep: 'one row a sink' },
  'audit.recent_views': { job: 'audit.is_first_view', class: 'transient' },
  'audit.merged_refusals': { job: 'audit.sealer', class: 'transient' },
  'audit.verify_runs': { order: 10, by: 'keeper', rows: [{ class: 'records', clock: '{t}.created_at' }] },

  'ops.metric_keys': { keep: CATALOGUE },
  'ops.events': { months: 'ops.event_months_over', class: 'ops_events' },
  'ops.events_default': { keep: 'holds only what no month takes yet' },
  'ops.metric_hourly': { order: 10, by: 'keeper', rows: [{ class: 'ops_hourly', clock: '{t}.hour_bucket_utc' }] },
  'ops.latency_hourly': { order: 10, platform: true, rows: [{ class: 'ops_latency', clock: '{t}.hour' }] },
  'ops.idempotency_keys': {
    order: 10,
    rows: [{ class: 'transient', clock: '{t}.created_at', due: '{t}.created_at <= :over and {t}.expires_at <= :now' }],
  },
  'ops.confirmations': { order: 10, rows: [{ class: 'transient', clock: '{t}.expires_at' }] },
  // What is open, and what a dead letter may still be replayed under, stays: the effect would happen twice.
  'ops.job_effects': {
    order: 10,
    rows: [
      {
        class: 'runs',
        clock: '{t}.created_at',
        due: "{t}.state = 'DONE' and {t}.created_at <= :over and not exists (select 1 from ops.dead_jobs d where d.tenant_id = {t}.tenant_id and d.state = 'DEAD' and (d.effect_key = {t}.effect_key or starts_with({t}.effect_key, d.effect_key || ':')))",
      },
    ],
  },
  'ops.jobs': {
    order: 12,
    rows: [
      {
        class: 'runs',
        clock: '{t}.finished_at',
        due: "({t}.state in ('done', 'cancelled') or {t}.state = 'dead' and not exists (select 1 from ops.dead_jobs d where d.tenant_id = {t}.tenant_id and d.job_id = {t}.id)) and {t}.finished_at <= :over",
      },
    ],
  },
  // What nobody has settled stays.
  'ops.dead_jobs': {
    order: 11,
    rows: [{ class: 'runs', clock: '{t}.resolved_at', due: "{t}.state <> 'DEAD' and {t}.resolved_at <= :over" }],
  },
  'ops.job_runs': { order: 10, platform: true, rows: [{ class: 'runs', clock: '{t}.ended_at' }] },
  'ops.task_slots': { order: 10, platform: true, rows: [{ class: 'runs', clock: '{t}.created_at' }] },
  'ops.queue_pauses': { keep: 'one row a paused queue, until somebody lets it go on' },
  'ops.scheduler_locks': { keep: 'one row a task or loop' },
  'ops.alert_rules': { keep: 'what a firm has set' },
  'ops.alert_channels': { order: 10, rows: [SOFT] },
  'ops.alerts': {
    order: 11,
    rows: [{ class: 'records', clock: '{t}.last_at', due: "{t}.state = 'RESOLVED' and {t}.last_at <= :over" }],
  },
  'ops.alert_deliveries': { order: 10, rows: [{ class: 'records', clock: '{t}.created_at' }] },
  'ops.kill_switches': { keep: 'one row a switch' },
  'ops.rollbacks': { keep: 'who brought back which version' },
  'ops.instances': { keep: 'one row a living process; the pulse clears old ones' },
  'ops.watermarks': { keep: 'one row a figure' },
  'ops.scheduler_fences': { keep: 'the newest token of a lock must never go back' },
  'ops.workers': { keep: 'one row a living process; the others clear it' },
  'ops.rate_windows': { job: 'limits', class: 'transient' },
  'ops.rate_paces': { job: 'limits', class: 'transient' },
  'ops.retention_policies': { keep: 'what holds now' },
  'ops.retention_runs': { order: 12, rows: [{ class: 'records', clock: '{t}.ended_at' }] },
  'public.schema_migrations': { keep: CATALOGUE },

  'privacy.data_exports': { cascades: 'privacy.requests' },
  'privacy.data_export_parts': { cascades: 'privacy.requests' },
  'privacy.data_export_chunks': { job: 'privacy.clean_exports', class: 'transient' },
  'audit.export_jobs': {
    order: 10,
    rows: [
      {
        class: 'records',
        clock: '{t}.completed_at',
        due: "{t}.status in ('EXPIRED', 'FAILED') and coalesce({t}.completed_at, {t}.expires_at) <= :over",
      },
    ],
  },
  'audit.export_parts': { cascades: 'audit.export_jobs' },
  'audit.export_chunks': { job: 'exports.clean', class: 'transient' },
  'privacy.subject_keys': { keep: 'keys end by erasure; their tombstones stay for ever' },
  'privacy.legal_holds': {
    order: 10,
    rows: [{ class: 'privacy_requests', clock: '{t}.lifted_at', due: 'coalesce({t}.lifted_at, {t}.until) <= :over' }],
  },
  'privacy.requests': {
    order: 11,
    rows: [
      {
        class: 'privacy_requests',
        clock: '{t}.completed_at',
        due: "{t}.status in ('DONE', 'EXPIRED', 'REFUSED', 'FAILED') and {t}.completed_at <= :over",
        subject: ['{t}.subject_id'],
      },
    ],
  },

  'notifications.outbox': {
    order: 10,
    rows: [
      {
        class: 'outbox_delivered',
        clock: 'coalesce({t}.sent_at, {t}.queued_at)',
        due: "{t}.status in ('sent', 'suppressed', 'cancelled') and coalesce({t}.sent_at, {t}.queued_at) <= :over",
        subject: ['{t}.user_id'],
      },
      {
        class: 'outbox_failed',
        clock: '{t}.queued_at',
        due: "{t}.status = 'dead' and {t}.queued_at <= :over",
        subject: ['{t}.user_id'],
      },
    ],
  },
  'notifications.attempts': { cascades: 'notifications.outbox' },

  'identity.platform_settings': { keep: 'one row' },
  'identity.tenants': { keep: 'closing a firm for good is a decision of its own, never the clock alone' },
  'identity.users': { keep: 'the pseudonymous id is what the history hangs on; erasure takes name, mail and phone' },
  'identity.memberships': { keep: 'a firm reads the names of its former colleagues through it' },
  'identity.membership_job_templates': { keep: 'ends with the membership’s end' },
  'identity.portal_links': { keep: 'a firm reads the names of its former portal users through it' },
  'identity.rbac_requests': { keep: 'who was given which right, and by whom' },
  'identity.rbac_decisions': { keep: 'who was given which right, and by whom' },
  'identity.rbac_overrides': { keep: 'what holds now' },
  'identity.support_sessions': { keep: 'who of the platform looked at a firm, and why' },
  'identity.service_tokens': { keep: 'which programs had access; the token itself is a hash' },
  'identity.job_templates': { keep: CATALOGUE },
  'identity.capabilities': { keep: CATALOGUE },
  'identity.job_template_capabilities': { keep: CATALOGUE },
  'identity.ui_settings': { keep: 'one row a person and firm' },
  'identity.auth_credentials': { keep: 'one row a person; ends by erasure' },
  'identity.auth_totp': { keep: 'one row a person; ends by erasure' },
  'identity.auth_recovery_codes': { keep: 'ten rows a person; end when new ones are drawn and by erasure' },
  'identity.auth_factor_counters': { keep: 'one row a person; ends by erasure' },
  'identity.webauthn_credentials': { keep: 'a revoked one must not come back; ends by erasure' },
  'identity.auth_families': {
    order: 10,
    by: 'identity',
    rows: [
      {
        class: 'sessions',
        clock: 'least({t}.revoked_at, {t}.absolute_expires_at)',
        subject: ['{t}.user_id'],
        batch: 200,
      },
    ],
  },
  // A token names the one that it replaced.
  'identity.auth_refresh_tokens': {
    order: 9,
    by: 'identity',
    within: 'exists (select 1 from identity.auth_families f where f.id = {t}.family_id and f.tenant_id = :firm)',
    rows: [{ class: 'sessions', with: 'identity.auth_families', laterFirst: 'id' }],
  },
  'identity.auth_blocks': {
    order: 10,
    by: 'identity',
    platform: true,
    rows: [
      {
        class: 'blocks',
        clock: 'coalesce({t}.lifted_at, {t}.expires_at)',
        subject: ['{t}.user_id'],
        firms: '{t}.tenant_id',
      },
    ],
  },
  'identity.auth_links': { job: IDENTITY, class: 'transient' },
  'identity.auth_mfa_tickets': { job: IDENTITY, class: 'transient' },
  'identity.webauthn_challenges': { job: IDENTITY, class: 'transient' },
  'identity.auth_login_counters': { job: IDENTITY, class: 'transient' },
  'identity.auth_failed_addresses': { job: IDENTITY, class: 'transient' },
  // An address is remembered for two months longer than a session, so that a new one is told from an old one.
  'identity.auth_seen_addresses': {
    order: 10,
    by: 'identity',
    platform: true,
    rows: [
      {
        class: 'sessions',
        clock: '{t}.last_seen_at',
        due: "{t}.last_seen_at <= :over - interval '60 days'",
        subject: ['{t}.user_id'],
        firms: 'select m.tenant_id from identity.memberships m where m.user_id = {t}.user_id',
      },
    ],
  },

  'directory.contacts': { order: 10, rows: [{ ...SOFT, subject: ['{t}.id'] }] },
  'directory.bank_branches': { order: 20, rows: [SOFT] },
  'directory.banks': { order: 30, rows: [SOFT] },
  'directory.client_orgs': { order: 31, rows: [SOFT] },
  'directory.properties': { order: 20, rows: [SOFT] },
  'directory.property_subtypes': { order: 30, rows: [SOFT] },
  'directory.property_types': { order: 40, rows: [SOFT] },

  'documents.document_views': { order: 1, rows: withParent('documents.documents', ['soft_deleted', 'business']) },
  'documents.document_tags': { order: 1, rows: withParent('documents.documents', ['soft_deleted', 'business']) },
  'documents.document_links': { order: 1, rows: withParent('documents.documents', ['soft_deleted', 'business']) },
  'documents.documents': {
    order: 5,
    rows: [
      {
        ...SOFT,
        bytes: true,
        subject: ['{t}.owner_user_id', '{t}.external_owner_id'],
        assignment:
          'select l.assignment_id from documents.document_links l where l.tenant_id = {t}.tenant_id and l.document_id = {t}.id',
      },
      {
        class: 'business',
        clock: '{t}.created_at',
        bytes: true,
        due: `{t}.created_at <= :over and exists (select 1 from documents.document_links l where l.tenant_id = {t}.tenant_id and l.document_id = {t}.id)
          and not exists (select 1 from documents.document_links l where l.tenant_id = {t}.tenant_id and l.document_id = {t}.id and not exists (
            select 1 from assignments.assignments job where job.tenant_id = l.tenant_id and job.id = l.assignment_id
              and coalesce(job.closed_at, job.cancelled_at) <= :over))`,
        subject: ['{t}.owner_user_id', '{t}.external_owner_id'],
        assignment:
          'select l.assignment_id from documents.document_links l where l.tenant_id = {t}.tenant_id and l.document_id = {t}.id',
      },
    ],
  },

  'reports.report_suggestions': { order: 1, rows: [ofReport('{t}.created_at')] },
  'reports.report_evidence_items': { order: 2, rows: [{ ...SOFT, assignment: OF_REPORT }, ofReport('{t}.created_at')] },
  'reports.report_generation_jobs': { order: 2, rows: [ofJob('{t}.created_at')] },
  'reports.report_pack_artifacts': { order: 2, rows: [ofReport('{t}.created_at')] },
  'reports.report_packs': { order: 3, rows: [ofJob('{t}.created_at')] },
  'reports.report_changed_paths': {
    order: 4,
    by: 'keeper',
    rows: withParent('reports.report_revisions', ['business']),
  },
  'reports.report_revisions': {
    order: 5,
    by: 'keeper',
    rows: [{ ...ofReport('{t}.created_at'), due: `{t}.created_at <= :over and ${closed(OF_REPORT)}` }],
  },
  'reports.reports': { order: 6, rows: [{ ...SOFT, assignment: '{t}.assignment_id' }, ofJob('{t}.created_at')] },
  'reports.report_counters': { keep: 'numbers are not given twice' },
  'reports.evidence_profiles': { order: 20, rows: [SOFT] },
  'reports.evidence_profile_versions': { keep: 'reports of any age say which version they followed' },
  'reports.rulesets': { keep: 'reports of any age say by which rules they were judged' },
  'reports.shipped_profiles': { keep: CATALOGUE },
  'reports.shipped_rulesets': { keep: CATALOGUE },

  'assignments.activity_events': {
    order: 7,
    by: 'keeper',
    rows: [{ ...ofJob('{t}.at'), due: `{t}.at <= :over and ${closed('{t}.assignment_id')}` }],
  },
  'assignments.assignment_assignees': {
    order: 8,
    rows: [
      { ...SOFT, subject: ['{t}.user_id'], assignment: '{t}.assignment_id' },
      ...withParent('assignments.assignments', ['soft_deleted', 'business']),
    ],
  },
  'assignments.assignment_floors': {
    order: 8,
    rows: [
      { ...SOFT, assignment: '{t}.assignment_id' },
      ...withParent('assignments.assignments', ['soft_deleted', 'business']),
    ],
  },
  'assignments.assignments': {
    order: 9,
    rows: [
      { ...SOFT, assignment: '{t}.id' },
      {
        class: 'business',
        clock: 'coalesce({t}.closed_at, {t}.cancelled_at)',
        assignment: '{t}.id',
      },
    ],
  },
  'assignments.assignment_counters': { keep: 'codes are not given twice' },
}
