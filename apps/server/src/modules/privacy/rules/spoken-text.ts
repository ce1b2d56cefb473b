/** What an erasure does to the text columns of a table in which people's words may stand. */
export interface SpokenText {
  /** The person's name, mail and phone are replaced where they stand; JSON is searched text by text. */
  readonly masked?: readonly string[]
  /** Searched and replaced in the form in which lists are searched: lower case, no punctuation. */
  readonly folded?: readonly string[]
  /** Words that stand alone: a row with one of them goes. */
  readonly goes?: readonly string[]
  /** Identity's tables, which the workers do not see. */
  readonly by?: 'identity'
  /** Columns that stay as they are, by the reason. */
  readonly stays?: Readonly<Record<string, readonly string[]>>
}

const VALUATION = 'part of a valuation, kept for its statutory period'
const PARTY = 'the party of a valuation, as its report names it'
const APPEND_ONLY = 'append-only: the history of what was done'
const PUBLIC = 'a firm or an office, no person'
const HIS_RECORD = 'the record itself: erased as a whole'
const PROGRAM = 'written by the product: words of fixed sets, ids and counts'
const MACHINE = 'an operator’s words about a machine, of no firm'
const SOON = 'gone within 24 hours by itself'

const REASON = { masked: ['delete_reason'] } as const

/**
 * Every column of free text. A law test lists them from the schema: all text and JSON that no check limits to fixed
 * words and whose name is not a machine's. One that is missing here fails.
 */
export const SPOKEN_TEXT: Readonly<Record<string, SpokenText>> = {
  'assignments.activity_events': { stays: { [APPEND_ONLY]: ['before', 'after', 'reason'] } },
  'assignments.assignment_assignees': REASON,
  'assignments.assignment_floors': { masked: ['name', 'delete_reason'] },
  'assignments.assignments': {
    masked: ['title', 'summary', 'hold_reason', 'delete_reason'],
    folded: ['search_text'],
    stays: { [PARTY]: ['borrower_name', 'borrower_phone'], [PROGRAM]: ['qc_revisions'] },
  },

  'audit.checkpoints': { stays: { [PROGRAM]: ['note'] } },
  'audit.export_chunks': { stays: { [SOON]: ['external_ref'] } },
  'audit.export_jobs': { masked: ['filters', 'error_message'] },
  'audit.merged_refusals': { stays: { 'sealed and gone within two minutes': ['event'] } },
  'audit.notary_receipts': { stays: { [PROGRAM]: ['receipt'] } },
  'audit.notary_sinks': { stays: { [PROGRAM]: ['last_error'] } },
  'audit.retention_seals': { stays: { [PROGRAM]: ['note'] } },
  'audit.root_notes': { stays: { [PROGRAM]: ['note'] } },
  'audit.verify_runs': { stays: { [PROGRAM]: ['result'] } },

  'directory.bank_branches': {
    masked: ['review_reason', 'delete_reason'],
    stays: { [PUBLIC]: ['branch_name', 'city', 'district', 'address', 'phone'] },
  },
  'directory.banks': { masked: ['review_reason', 'delete_reason'], stays: { [PUBLIC]: ['name', 'aliases'] } },
  'directory.client_orgs': {
    masked: ['review_reason', 'delete_reason'],
    stays: { [PUBLIC]: ['name', 'city', 'gstin'] },
  },
  'directory.contacts': {
    masked: ['role_label', 'delete_reason'],
    stays: { [HIS_RECORD]: ['name', 'phone', 'email'] },
  },
  'directory.properties': {
    masked: ['name', 'line_1', 'line_2', 'delete_reason'],
    stays: { 'a place on the map': ['village', 'taluk', 'district', 'city'] },
  },
  'directory.property_subtypes': { ...REASON, stays: { 'a kind of property': ['name'] } },
  'directory.property_types': { ...REASON, stays: { 'a kind of property': ['name'] } },

  'documents.document_tags': { goes: ['value'] },
  'documents.documents': {
    masked: ['original_filename', 'rejection', 'intent', 'metadata_json', 'suggestions', 'delete_reason'],
    stays: { 'a key that the caller’s program drew': ['client_ref'] },
  },

  'identity.auth_blocks': { by: 'identity', masked: ['reason'] },
  'identity.auth_credentials': { stays: { [HIS_RECORD]: ['password_phc'] } },
  'identity.auth_failed_addresses': { stays: { [SOON]: ['address'] } },
  'identity.auth_families': { stays: { [HIS_RECORD]: ['device_name'], [PROGRAM]: ['revoked_reason'] } },
  'identity.auth_links': { by: 'identity', masked: ['payload'] },
  'identity.auth_mfa_tickets': { stays: { [SOON]: ['device_name'] } },
  'identity.auth_seen_addresses': { stays: { [HIS_RECORD]: ['address'] } },
  'identity.job_templates': { stays: { [PROGRAM]: ['scopes'] } },
  'identity.memberships': { by: 'identity', masked: ['delete_reason'], stays: { [HIS_RECORD]: ['professional'] } },
  'identity.rbac_decisions': { stays: { [APPEND_ONLY]: ['comment'] } },
  'identity.rbac_requests': {
    by: 'identity',
    masked: ['subject', 'payload', 'before', 'after', 'close_reason', 'reason'],
  },
  'identity.support_sessions': { by: 'identity', masked: ['reason'] },
  'identity.tenants': { stays: { [PUBLIC]: ['name'], [PROGRAM]: ['settings', 'delete_reason'] } },
  'identity.ui_settings': { by: 'identity', masked: ['settings'] },
  'identity.users': { stays: { [HIS_RECORD]: ['email', 'name', 'phone'], [PROGRAM]: ['delete_reason'] } },
  'identity.webauthn_credentials': { stays: { [HIS_RECORD]: ['nickname'] } },

  'notifications.attempts': { masked: ['error'], stays: { [PROGRAM]: ['provider'] } },
  'notifications.outbox': {
    masked: ['recipient', 'subject', 'body_text', 'body_html'],
    stays: { [PROGRAM]: ['provider'] },
  },

  'ops.alert_channels': {
    masked: ['name'],
    stays: {
      'a mailbox is shown by its first letter; it belongs to the firm': ['address'],
      [PROGRAM]: ['delete_reason'],
    },
  },
  'ops.alert_deliveries': { masked: ['message'] },
  'ops.alert_rules': { stays: { [PROGRAM]: ['thresholds'] } },
  'ops.alerts': { masked: ['detail', 'ack_note'] },
  'ops.confirmations': { stays: { [SOON]: ['target', 'phrase'] } },
  'ops.dead_jobs': { masked: ['error', 'payload', 'reason'] },
  'ops.events': { stays: { [PROGRAM]: ['dimensions'] } },
  'ops.events_default': { stays: { [PROGRAM]: ['dimensions'] } },
  'ops.idempotency_keys': { stays: { [SOON]: ['body'] } },
  'ops.instances': { stays: { [PROGRAM]: ['alarms', 'minutes'] } },
  'ops.job_effects': { masked: ['result'] },
  'ops.job_runs': { stays: { [PROGRAM]: ['error'] } },
  'ops.jobs': { masked: ['payload', 'progress', 'error', 'hold_reason'] },
  'ops.kill_switches': { stays: { [MACHINE]: ['reason'] } },
  'ops.queue_pauses': { stays: { [MACHINE]: ['reason'] } },
  'ops.retention_runs': { masked: ['error'], stays: { [PROGRAM]: ['tables'] } },
  'ops.rollbacks': { masked: ['reason'] },
  'ops.scheduler_locks': { stays: { [MACHINE]: ['pause_reason'] } },
  'ops.watermarks': { stays: { [PROGRAM]: ['name'] } },

  'privacy.data_export_chunks': { stays: { [SOON]: ['external_ref'] } },
  'privacy.data_exports': { masked: ['error_message'], stays: { [PROGRAM]: ['compress'] } },
  'privacy.legal_holds': { masked: ['reason', 'lift_reason'] },
  'privacy.requests': { masked: ['evidence', 'error_message'], stays: { [PROGRAM]: ['reasons', 'kept'] } },
  'public.schema_migrations': { stays: { [PROGRAM]: ['name', 'checksum'] } },

  'reports.evidence_profile_versions': { stays: { [PROGRAM]: ['required_fields', 'items', 'checklist'] } },
  'reports.evidence_profiles': { ...REASON, stays: { 'a list of fields': ['name'] } },
  'reports.report_changed_paths': { stays: { [VALUATION]: ['before', 'after', 'reason'] } },
  'reports.report_evidence_items': { masked: ['tags', 'label', 'note', 'file_ref', 'delete_reason'] },
  'reports.report_generation_jobs': { masked: ['progress', 'error'] },
  'reports.report_pack_artifacts': { stays: { [VALUATION]: ['filename'] } },
  'reports.report_packs': { stays: { [VALUATION]: ['warnings', 'context_snapshot'] } },
  'reports.report_revisions': {
    stays: {
      [VALUATION]: ['patch', 'contract', 'derived', 'readiness', 'manifest', 'profile', 'ruleset', 'reason'],
    },
  },
  'reports.report_suggestions': { stays: { [VALUATION]: ['value', 'raw_text', 'box'] } },
  'reports.reports': {
    masked: ['title', 'delete_reason'],
    folded: ['search_text'],
    stays: { [PUBLIC]: ['bank_name'], [PARTY]: ['borrower_name', 'owner_name'], [PROGRAM]: ['billing_hooks'] },
  },
  'reports.rulesets': {
    stays: { 'frozen with the reports that followed it': ['based_on', 'params', 'overrides', 'local_units', 'note'] },
  },
  'reports.shipped_profiles': { stays: { [PROGRAM]: ['name', 'value_slab', 'required_fields', 'items', 'checklist'] } },
  'reports.shipped_rulesets': { stays: { [PROGRAM]: ['params'] } },
}
