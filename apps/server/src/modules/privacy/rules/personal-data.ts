/** Parts of the file that a person gets about himself; each has its statement in `exporting/sections.ts`. */
export const EXPORT_SECTIONS = [
  'profile',
  'memberships',
  'portal_links',
  'sessions',
  'sign_in_methods',
  'settings',
  'mails',
  'uploads',
  'requests',
  'audit_events',
] as const
export type ExportSection = (typeof EXPORT_SECTIONS)[number]

/** What erasing a person does to a table. Conditions are SQL over `{t}`; `:subject` is the person's id, `:email` his address. */
export type Erasure =
  /** `members.closeUser` and `eraseUser`. */
  | 'identity'
  /** The person's rows go, or those that name him. */
  | { readonly rows: string }
  /** His name, mail and phone are replaced in its free text (`spoken-text.ts`). */
  | 'masked'
  /** Columns are set: of a third person's record. */
  | { readonly record: string }
  /** Sealed under his key, which is destroyed. */
  | 'sealed'
  /** Only his id, which stays as a pseudonym. */
  | 'pseudonym'
  /** Stays, and why. */
  | { readonly kept: string }

export interface PersonalTable {
  /** What of whom. */
  readonly holds: string
  readonly erasure: Erasure
  readonly exported?: ExportSection
}

/** Where personal data lie. A table that is missing here fails the law test; one that says `none` has nothing of a person. */
export type PersonalData = PersonalTable | { readonly none: string }

const ids = (holds: string): PersonalTable => ({ holds, erasure: 'pseudonym' })
const identity = (holds: string, exported?: ExportSection): PersonalTable => ({
  holds,
  erasure: 'identity',
  ...(exported ? { exported } : {}),
})
const none = (why: string): PersonalData => ({ none: why })
const RECORD = { kept: 'part of a valuation, kept for its statutory period' } as const

export const PERSONAL_DATA: Readonly<Record<string, PersonalData>> = {
  'audit.inbox': { holds: 'personal fields of events', erasure: 'sealed', exported: 'audit_events' },
  'audit.events': { holds: 'personal fields of events', erasure: 'sealed', exported: 'audit_events' },
  'audit.heads': none('hashes'),
  'audit.tiles': none('hashes'),
  'audit.checkpoints': none('hashes'),
  'audit.root_log': none('hashes'),
  'audit.root_notes': none('hashes'),
  'audit.notary_receipts': none('hashes'),
  'audit.retention_seals': none('hashes'),
  'audit.signing_keys': none('public keys'),
  'audit.notary_sinks': none('how sinks answer'),
  'audit.recent_views': ids('who looked at what in the last 15 minutes'),
  'audit.merged_refusals': ids('who was refused what in the last minute'),
  'audit.verify_runs': ids('who asked'),
  'audit.export_jobs': ids('who asked; filters hold ids'),
  'audit.export_parts': none('sums'),
  'audit.export_chunks': { holds: 'events as exported', erasure: { kept: 'gone within 24 hours by themselves' } },

  'ops.metric_keys': none('names of counters'),
  'ops.events': none('counts; dimensions are words of fixed sets'),
  'ops.events_default': none('counts'),
  'ops.metric_hourly': none('counts'),
  'ops.latency_hourly': none('counts'),
  'ops.idempotency_keys': { holds: 'answers given to him', erasure: { rows: '{t}.user_id = :subject' } },
  'ops.confirmations': {
    holds: 'phrases that name people',
    erasure: { rows: '({t}.user_id = :subject or {t}.target = :subject::text)' },
  },
  'ops.job_effects': none('keys of effects'),
  'ops.alert_rules': ids('who changed a threshold'),
  'ops.alert_channels': ids('who made it; addresses lie sealed'),
  'ops.alert_deliveries': none('messages about alerts'),
  'ops.alerts': ids('who acknowledged it'),
  'ops.instances': none('processes'),
  'ops.kill_switches': ids('who cut off'),
  'ops.rollbacks': ids('who asked for it'),
  'ops.watermarks': none('how far figures got'),
  'ops.jobs': ids('who asked; payloads carry ids'),
  'ops.dead_jobs': ids('who settled it; payloads carry ids'),
  'ops.job_runs': ids('turns of tasks; the owner is a process'),
  'ops.task_slots': none('slots of tasks'),
  'ops.queue_pauses': ids('who paused it'),
  'ops.scheduler_locks': ids('who paused a task or asked for a turn'),
  'ops.scheduler_fences': none('tokens of locks'),
  'ops.workers': none('processes'),
  'ops.rate_windows': none('hashed keys of an hour'),
  'ops.rate_paces': none('hashed keys of an hour'),
  'ops.retention_policies': ids('who set it'),
  'ops.retention_runs': ids('who asked'),
  'public.schema_migrations': none('file names'),

  'privacy.subject_keys': { holds: 'his key', erasure: 'sealed' },
  'privacy.legal_holds': { holds: 'why something is kept', erasure: 'masked' },
  'privacy.requests': { holds: 'requests about him', erasure: 'masked', exported: 'requests' },
  'privacy.data_exports': ids('files made for him'),
  'privacy.data_export_parts': none('sums'),
  'privacy.data_export_chunks': {
    holds: 'the file itself',
    erasure: {
      rows: 'exists (select 1 from privacy.data_exports j where j.tenant_id = {t}.tenant_id and j.id = {t}.job_id and j.subject_id = :subject)',
    },
  },

  'notifications.outbox': {
    holds: 'mails to him',
    erasure: { rows: '({t}.user_id = :subject or lower({t}.recipient) = lower(:email))' },
    exported: 'mails',
  },
  'notifications.attempts': none('ends with its mail'),

  'identity.platform_settings': none('one row'),
  'identity.tenants': none('firms'),
  'identity.users': identity('name, mail, phone', 'profile'),
  'identity.memberships': identity('his place in a firm', 'memberships'),
  'identity.membership_job_templates': identity('his jobs', 'memberships'),
  'identity.portal_links': identity('his firms', 'portal_links'),
  'identity.rbac_requests': identity('requests about his rights'),
  'identity.rbac_decisions': ids('who decided'),
  'identity.rbac_overrides': none('rights of jobs'),
  'identity.support_sessions': ids('who looked'),
  'identity.service_tokens': ids('programs'),
  'identity.job_templates': none('ships with the product'),
  'identity.capabilities': none('ships with the product'),
  'identity.job_template_capabilities': none('ships with the product'),
  'identity.ui_settings': identity('how he likes his screens', 'settings'),
  'identity.auth_credentials': identity('his password'),
  'identity.auth_totp': identity('his authenticator', 'sign_in_methods'),
  'identity.auth_recovery_codes': identity('his codes'),
  'identity.auth_factor_counters': identity('his wrong codes'),
  'identity.webauthn_credentials': identity('his passkeys', 'sign_in_methods'),
  'identity.auth_families': identity('his sessions: devices, addresses', 'sessions'),
  'identity.auth_refresh_tokens': ids('tokens of sessions; go 30 days after their end'),
  'identity.auth_blocks': ids('blocks of his account'),
  'identity.auth_links': identity('links mailed to him'),
  'identity.auth_mfa_tickets': ids('half-done sign-ins of an hour'),
  'identity.webauthn_challenges': ids('half-done sign-ins of an hour'),
  'identity.auth_login_counters': none('hashes of a day'),
  'identity.auth_failed_addresses': none('addresses of a day, of nobody known'),
  'identity.auth_seen_addresses': identity('addresses he came from'),

  'directory.contacts': {
    holds: 'name, mail and phone of a third person',
    erasure: { record: 'name = :pseudonym, phone = null, email = null, role_label = null' },
  },
  'directory.bank_branches': none('offices: public numbers of banks'),
  'directory.banks': none('firms'),
  'directory.client_orgs': none('firms'),
  'directory.properties': none('places'),
  'directory.property_subtypes': none('words'),
  'directory.property_types': none('words'),

  'documents.documents': {
    holds: 'files he uploaded',
    erasure: 'masked',
    exported: 'uploads',
  },
  'documents.document_links': ids('who linked'),
  'documents.document_tags': ids('who tagged'),
  'documents.document_views': ids('who looked'),

  'reports.report_suggestions': ids('who decided'),
  'reports.report_evidence_items': { holds: 'notes', erasure: 'masked' },
  'reports.report_generation_jobs': ids('who asked'),
  'reports.report_pack_artifacts': none('files of packs'),
  'reports.report_packs': { holds: 'what a pack printed', erasure: RECORD },
  'reports.report_changed_paths': { holds: 'values of a report', erasure: RECORD },
  'reports.report_revisions': { holds: 'values of a report', erasure: RECORD },
  'reports.reports': { holds: 'title and parties of a report', erasure: RECORD },
  'reports.report_counters': none('numbers'),
  'reports.evidence_profiles': none('lists of fields'),
  'reports.evidence_profile_versions': none('lists of fields'),
  'reports.rulesets': { holds: 'notes on rules', erasure: { kept: 'frozen with the reports that followed it' } },
  'reports.shipped_profiles': none('ships with the product'),
  'reports.shipped_rulesets': none('ships with the product'),

  'assignments.activity_events': {
    holds: 'who did what; personal values are left out when they are written',
    erasure: { kept: 'append-only history of a valuation, under his pseudonym' },
  },
  'assignments.assignment_assignees': ids('who worked on it'),
  'assignments.assignment_floors': none('rooms'),
  'assignments.assignments': { holds: 'free text about a job', erasure: 'masked' },
  'assignments.assignment_counters': none('numbers'),
}

/** Rows that go, with their condition. */
export const erasedRows = (): { readonly table: string; readonly where: string }[] =>
  Object.entries(PERSONAL_DATA).flatMap(([table, entry]) =>
    'erasure' in entry && typeof entry.erasure === 'object' && 'rows' in entry.erasure
      ? [{ table, where: entry.erasure.rows }]
      : [],
  )
