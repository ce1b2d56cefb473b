-- Generated from a freshly migrated database; compared by the tests. Do not edit.

-- Columns

assignments.activity_events.tenant_id uuid not null
assignments.activity_events.id uuid not null default uuidv7()
assignments.activity_events.at timestamp(3) with time zone not null default now()
assignments.activity_events.kind assignments.event_kind not null
assignments.activity_events.actor_user_id uuid not null
assignments.activity_events.actor_kind assignments.actor_kind not null
assignments.activity_events.entity_type assignments.entity_type not null
assignments.activity_events.entity_id uuid not null
assignments.activity_events.assignment_id uuid
assignments.activity_events.commission_id uuid
assignments.activity_events.report_id uuid
assignments.activity_events.before jsonb
assignments.activity_events.after jsonb
assignments.activity_events.reason text
assignments.activity_events.trace_id text
assignments.assignment_assignees.tenant_id uuid not null
assignments.assignment_assignees.id uuid not null default uuidv7()
assignments.assignment_assignees.assignment_id uuid not null
assignments.assignment_assignees.user_id uuid not null
assignments.assignment_assignees.role text not null
assignments.assignment_assignees.since timestamp(3) with time zone not null default now()
assignments.assignment_assignees.deleted_at timestamp(3) with time zone
assignments.assignment_assignees.deleted_by uuid
assignments.assignment_assignees.delete_reason text
assignments.assignment_assignees.purge_after timestamp(3) with time zone
assignments.assignment_assignees_live.tenant_id uuid
assignments.assignment_assignees_live.id uuid
assignments.assignment_assignees_live.assignment_id uuid
assignments.assignment_assignees_live.user_id uuid
assignments.assignment_assignees_live.role text
assignments.assignment_assignees_live.since timestamp(3) with time zone
assignments.assignment_assignees_live.deleted_at timestamp(3) with time zone
assignments.assignment_assignees_live.deleted_by uuid
assignments.assignment_assignees_live.delete_reason text
assignments.assignment_assignees_live.purge_after timestamp(3) with time zone
assignments.assignment_counters.tenant_id uuid not null
assignments.assignment_counters.yymm app.yymm not null
assignments.assignment_counters.last app.ordinal not null
assignments.assignment_floors.tenant_id uuid not null
assignments.assignment_floors.id uuid not null default uuidv7()
assignments.assignment_floors.assignment_id uuid not null
assignments.assignment_floors.name text not null
assignments.assignment_floors.sort_order integer not null
assignments.assignment_floors.area numeric(12,2) not null
assignments.assignment_floors.unit text not null
assignments.assignment_floors.created_at timestamp(3) with time zone not null default now()
assignments.assignment_floors.updated_at timestamp(3) with time zone not null default now()
assignments.assignment_floors.deleted_at timestamp(3) with time zone
assignments.assignment_floors.deleted_by uuid
assignments.assignment_floors.delete_reason text
assignments.assignment_floors.purge_after timestamp(3) with time zone
assignments.assignment_floors_live.tenant_id uuid
assignments.assignment_floors_live.id uuid
assignments.assignment_floors_live.assignment_id uuid
assignments.assignment_floors_live.name text
assignments.assignment_floors_live.sort_order integer
assignments.assignment_floors_live.area numeric(12,2)
assignments.assignment_floors_live.unit text
assignments.assignment_floors_live.created_at timestamp(3) with time zone
assignments.assignment_floors_live.updated_at timestamp(3) with time zone
assignments.assignment_floors_live.deleted_at timestamp(3) with time zone
assignments.assignment_floors_live.deleted_by uuid
assignments.assignment_floors_live.delete_reason text
assignments.assignment_floors_live.purge_after timestamp(3) with time zone
assignments.assignments.tenant_id uuid not null
assignments.assignments.id uuid not null default uuidv7()
assignments.assignments.code text not null
assignments.assignments.commission_id uuid
assignments.assignments.source text not null default 'tenant'::text
assignments.assignments.source_type text not null default 'direct'::text
assignments.assignments.case_type text not null
assignments.assignments.service_line text not null default 'VALUATION'::text
assignments.assignments.loan_product text
assignments.assignments.title text not null
assignments.assignments.summary text
assignments.assignments.borrower_name text
assignments.assignments.borrower_phone text
assignments.assignments.norm_borrower text generated app.norm(borrower_name)
assignments.assignments.bank_id uuid
assignments.assignments.bank_branch_id uuid
assignments.assignments.client_org_id uuid
assignments.assignments.property_id uuid
assignments.assignments.primary_contact_id uuid
assignments.assignments.channel_id uuid
assignments.assignments.fee_paise bigint
assignments.assignments.billing_account_id uuid
assignments.assignments.priority text not null default 'normal'::text
assignments.assignments.priority_rank smallint not null generated 
CASE priority
    WHEN 'urgent'::text THEN 0
    WHEN 'high'::text THEN 1
    WHEN 'normal'::text THEN 2
    ELSE 3
END
assignments.assignments.land_area numeric(15,2)
assignments.assignments.land_area_unit text
assignments.assignments.built_up_area numeric(15,2)
assignments.assignments.built_up_area_unit text
assignments.assignments.due_at timestamp(3) with time zone not null
assignments.assignments.due_basis text not null
assignments.assignments.status text not null default 'DRAFT'::text
assignments.assignments.is_open boolean not null generated (status = ANY (ARRAY['DRAFT'::text, 'COLLECTING'::text, 'QC_PENDING'::text, 'CHANGES_REQUESTED'::text, 'QC_APPROVED'::text, 'FINALIZED'::text]))
assignments.assignments.state_since timestamp(3) with time zone not null default now()
assignments.assignments.hold_since timestamp(3) with time zone
assignments.assignments.hold_reason text
assignments.assignments.hold_by uuid
assignments.assignments.assigned_at timestamp(3) with time zone
assignments.assignments.submitted_at timestamp(3) with time zone
assignments.assignments.approved_at timestamp(3) with time zone
assignments.assignments.delivered_at timestamp(3) with time zone
assignments.assignments.closed_at timestamp(3) with time zone
assignments.assignments.cancelled_at timestamp(3) with time zone
assignments.assignments.lead_user_id uuid
assignments.assignments.missing_docs integer not null default 0
assignments.assignments.open_tasks integer not null default 0
assignments.assignments.messages integer not null default 0
assignments.assignments.release_blocked boolean not null default false
assignments.assignments.billing_state text not null default 'NONE'::text
assignments.assignments.qc_revisions jsonb not null default '{}'::jsonb
assignments.assignments.last_event_at timestamp(3) with time zone not null default now()
assignments.assignments.search_text text not null default ''::text
assignments.assignments.version integer not null default 1
assignments.assignments.created_by uuid not null
assignments.assignments.created_at timestamp(3) with time zone not null default now()
assignments.assignments.updated_at timestamp(3) with time zone not null default now()
assignments.assignments.deleted_at timestamp(3) with time zone
assignments.assignments.deleted_by uuid
assignments.assignments.delete_reason text
assignments.assignments.purge_after timestamp(3) with time zone
assignments.assignments_live.tenant_id uuid
assignments.assignments_live.id uuid
assignments.assignments_live.code text
assignments.assignments_live.commission_id uuid
assignments.assignments_live.source text
assignments.assignments_live.source_type text
assignments.assignments_live.case_type text
assignments.assignments_live.service_line text
assignments.assignments_live.loan_product text
assignments.assignments_live.title text
assignments.assignments_live.summary text
assignments.assignments_live.borrower_name text
assignments.assignments_live.borrower_phone text
assignments.assignments_live.norm_borrower text
assignments.assignments_live.bank_id uuid
assignments.assignments_live.bank_branch_id uuid
assignments.assignments_live.client_org_id uuid
assignments.assignments_live.property_id uuid
assignments.assignments_live.primary_contact_id uuid
assignments.assignments_live.channel_id uuid
assignments.assignments_live.fee_paise bigint
assignments.assignments_live.billing_account_id uuid
assignments.assignments_live.priority text
assignments.assignments_live.priority_rank smallint
assignments.assignments_live.land_area numeric(15,2)
assignments.assignments_live.land_area_unit text
assignments.assignments_live.built_up_area numeric(15,2)
assignments.assignments_live.built_up_area_unit text
assignments.assignments_live.due_at timestamp(3) with time zone
assignments.assignments_live.due_basis text
assignments.assignments_live.status text
assignments.assignments_live.is_open boolean
assignments.assignments_live.state_since timestamp(3) with time zone
assignments.assignments_live.hold_since timestamp(3) with time zone
assignments.assignments_live.hold_reason text
assignments.assignments_live.hold_by uuid
assignments.assignments_live.assigned_at timestamp(3) with time zone
assignments.assignments_live.submitted_at timestamp(3) with time zone
assignments.assignments_live.approved_at timestamp(3) with time zone
assignments.assignments_live.delivered_at timestamp(3) with time zone
assignments.assignments_live.closed_at timestamp(3) with time zone
assignments.assignments_live.cancelled_at timestamp(3) with time zone
assignments.assignments_live.lead_user_id uuid
assignments.assignments_live.missing_docs integer
assignments.assignments_live.open_tasks integer
assignments.assignments_live.messages integer
assignments.assignments_live.release_blocked boolean
assignments.assignments_live.billing_state text
assignments.assignments_live.qc_revisions jsonb
assignments.assignments_live.last_event_at timestamp(3) with time zone
assignments.assignments_live.search_text text
assignments.assignments_live.version integer
assignments.assignments_live.created_by uuid
assignments.assignments_live.created_at timestamp(3) with time zone
assignments.assignments_live.updated_at timestamp(3) with time zone
assignments.assignments_live.deleted_at timestamp(3) with time zone
assignments.assignments_live.deleted_by uuid
assignments.assignments_live.delete_reason text
assignments.assignments_live.purge_after timestamp(3) with time zone
audit.checkpoints.tenant_id uuid not null
audit.checkpoints.epoch integer not null
audit.checkpoints.size bigint not null
audit.checkpoints.root bytea not null
audit.checkpoints.link bytea not null
audit.checkpoints.origin text not null
audit.checkpoints.note text not null
audit.checkpoints.created_at timestamp(3) with time zone not null default now()
audit.events.tenant_id uuid not null
audit.events.epoch integer not null
audit.events.seq bigint not null
audit.events.canon bytea not null
audit.events.leaf bytea not null
audit.events.link bytea not null
audit.events.sanitiser_version integer not null
audit.events.sealed_at timestamp(3) with time zone not null default now()
audit.events.body jsonb not null generated audit.body_of(canon)
audit.events.id uuid not null generated audit.uuid_at(canon, VARIADIC ARRAY['id'::text])
audit.events.at timestamp(3) with time zone not null generated audit.instant_at(canon, VARIADIC ARRAY['at'::text])
audit.events.action text not null generated audit.text_at(canon, VARIADIC ARRAY['action'::text])
audit.events.outcome text not null generated audit.text_at(canon, VARIADIC ARRAY['outcome'::text])
audit.events.trace_id text generated audit.text_at(canon, VARIADIC ARRAY['trace_id'::text])
audit.events.actor_user_id uuid generated audit.uuid_at(canon, VARIADIC ARRAY['actor'::text, 'user_id'::text])
audit.events.actor_role text generated audit.text_at(canon, VARIADIC ARRAY['actor'::text, 'role'::text])
audit.events.target_type text generated audit.text_at(canon, VARIADIC ARRAY['target'::text, 'type'::text])
audit.events.target_id text generated audit.text_at(canon, VARIADIC ARRAY['target'::text, 'id'::text])
audit.export_chunks.tenant_id uuid not null
audit.export_chunks.job_id uuid not null
audit.export_chunks.chunk_no integer not null
audit.export_chunks.part_no integer not null
audit.export_chunks.byte_offset bigint not null
audit.export_chunks.bytes integer not null
audit.export_chunks.payload_bytes bytea
audit.export_chunks.payload_hash bytea not null
audit.export_chunks.external_ref text
audit.export_chunks.created_at timestamp(3) with time zone not null default now()
audit.export_jobs.tenant_id uuid not null
audit.export_jobs.id uuid not null default uuidv7()
audit.export_jobs.requested_by uuid
audit.export_jobs.status text not null default 'PENDING'::text
audit.export_jobs.profile text not null
audit.export_jobs.export_format text not null
audit.export_jobs.compress text not null
audit.export_jobs.columns text not null
audit.export_jobs.filters jsonb not null default '{}'::jsonb
audit.export_jobs.include_personal boolean not null default false
audit.export_jobs.from_utc timestamp(3) with time zone not null
audit.export_jobs.to_utc timestamp(3) with time zone not null
audit.export_jobs.row_limit bigint
audit.export_jobs.max_bytes bigint not null
audit.export_jobs.max_duration_sec integer not null
audit.export_jobs.end_epoch integer
audit.export_jobs.end_seq bigint
audit.export_jobs.rows_estimate bigint
audit.export_jobs.rows_done bigint not null default 0
audit.export_jobs.row_count bigint not null default 0
audit.export_jobs.total_bytes bigint not null default 0
audit.export_jobs.raw_bytes bigint not null default 0
audit.export_jobs.sha256 text
audit.export_jobs.truncated boolean not null default false
audit.export_jobs.sanitiser_version integer not null default 1
audit.export_jobs.storage_kind text not null
audit.export_jobs.attempt integer not null default 0
audit.export_jobs.lease_until timestamp(3) with time zone
audit.export_jobs.error_code text
audit.export_jobs.error_message text
audit.export_jobs.downloaded_by uuid
audit.export_jobs.downloaded_at timestamp(3) with time zone
audit.export_jobs.expires_at timestamp(3) with time zone not null
audit.export_jobs.created_at timestamp(3) with time zone not null default now()
audit.export_jobs.started_at timestamp(3) with time zone
audit.export_jobs.completed_at timestamp(3) with time zone
audit.export_jobs.trace_id text not null
audit.export_parts.tenant_id uuid not null
audit.export_parts.job_id uuid not null
audit.export_parts.part_no integer not null
audit.export_parts.epoch integer
audit.export_parts.first_seq bigint
audit.export_parts.last_seq bigint
audit.export_parts.rows bigint not null
audit.export_parts.bytes bigint not null
audit.export_parts.raw_bytes bigint not null
audit.export_parts.sha256 text not null
audit.export_parts.created_at timestamp(3) with time zone not null default now()
audit.heads.tenant_id uuid not null
audit.heads.epoch integer not null
audit.heads.size bigint not null
audit.heads.link bytea not null
audit.heads.edge bytea[] not null
audit.heads.cluster_id text not null
audit.heads.updated_at timestamp(3) with time zone not null default now()
audit.inbox.id uuid not null default uuidv7()
audit.inbox.tenant_id uuid not null
audit.inbox.xid xid8 not null default pg_current_xact_id()
audit.inbox.ord integer not null
audit.inbox.canon bytea not null
audit.inbox.leaf bytea not null generated sha256(('\x00'::bytea || canon))
audit.inbox.sanitiser_version integer not null
audit.inbox.created_at timestamp(3) with time zone not null default now()
audit.merged_refusals.tenant_id uuid not null
audit.merged_refusals.action text not null
audit.merged_refusals.target_id text not null
audit.merged_refusals.count integer not null default 0
audit.merged_refusals.event jsonb not null
audit.merged_refusals.until timestamp(3) with time zone not null default (now() + '00:01:00'::interval)
audit.merged_refusals.actor_key text not null
audit.notary_receipts.id uuid not null default uuidv7()
audit.notary_receipts.sink text not null
audit.notary_receipts.root_epoch integer not null
audit.notary_receipts.size bigint not null
audit.notary_receipts.receipt jsonb not null
audit.notary_receipts.published_at timestamp(3) with time zone not null default now()
audit.notary_receipts.tenant_id uuid
audit.notary_sinks.sink text not null
audit.notary_sinks.last_ok_at timestamp(3) with time zone
audit.notary_sinks.waiting_since timestamp(3) with time zone
audit.notary_sinks.attempts integer not null default 0
audit.notary_sinks.last_error text
audit.notary_sinks.next_try_at timestamp(3) with time zone
audit.notary_sinks.updated_at timestamp(3) with time zone not null default now()
audit.recent_views.tenant_id uuid not null
audit.recent_views.actor_user_id uuid not null
audit.recent_views.action text not null
audit.recent_views.target_id text not null
audit.recent_views.seen_at timestamp(3) with time zone not null default now()
audit.retention_seals.tenant_id uuid not null
audit.retention_seals.epoch integer not null
audit.retention_seals.upto_seq bigint not null
audit.retention_seals.link bytea not null
audit.retention_seals.edge bytea[] not null
audit.retention_seals.note text not null
audit.retention_seals.created_at timestamp(3) with time zone not null default now()
audit.retention_seals.from_seq bigint not null
audit.retention_seals.event_id uuid not null
audit.retention_seals.archive_key text not null
audit.retention_seals.archive_sha256 bytea not null
audit.retention_seals.archive_bytes bigint not null
audit.retention_seals.open_leaves bytea not null
audit.root_log.tenant_id uuid not null
audit.root_log.epoch integer not null
audit.root_log.size bigint not null
audit.root_log.root_epoch integer not null
audit.root_log."position" bigint not null
audit.root_log.leaf bytea not null
audit.root_log.note_size bigint
audit.root_log.proof bytea[]
audit.root_notes.id uuid not null default uuidv7()
audit.root_notes.root_epoch integer not null
audit.root_notes.size bigint not null
audit.root_notes.root bytea not null
audit.root_notes.edge bytea[] not null
audit.root_notes.note text not null
audit.root_notes.created_at timestamp(3) with time zone not null default now()
audit.signing_keys.public_key bytea not null
audit.signing_keys.valid_from timestamp(3) with time zone not null default now()
audit.signing_keys.valid_to timestamp(3) with time zone
audit.signing_keys.seen_at timestamp(3) with time zone
audit.tb_audit_export_chunk.tenant_id uuid
audit.tb_audit_export_chunk.job_id uuid
audit.tb_audit_export_chunk.chunk_no integer
audit.tb_audit_export_chunk.part_no integer
audit.tb_audit_export_chunk.byte_offset bigint
audit.tb_audit_export_chunk.bytes integer
audit.tb_audit_export_chunk.payload_bytes bytea
audit.tb_audit_export_chunk.payload_hash bytea
audit.tb_audit_export_chunk.external_ref text
audit.tb_audit_export_chunk.created_at timestamp(3) with time zone
audit.tb_audit_export_job.tenant_id uuid
audit.tb_audit_export_job.id uuid
audit.tb_audit_export_job.requested_by uuid
audit.tb_audit_export_job.status text
audit.tb_audit_export_job.profile text
audit.tb_audit_export_job.export_format text
audit.tb_audit_export_job.compress text
audit.tb_audit_export_job.columns text
audit.tb_audit_export_job.filters jsonb
audit.tb_audit_export_job.include_personal boolean
audit.tb_audit_export_job.from_utc timestamp(3) with time zone
audit.tb_audit_export_job.to_utc timestamp(3) with time zone
audit.tb_audit_export_job.row_limit bigint
audit.tb_audit_export_job.max_bytes bigint
audit.tb_audit_export_job.max_duration_sec integer
audit.tb_audit_export_job.end_epoch integer
audit.tb_audit_export_job.end_seq bigint
audit.tb_audit_export_job.rows_estimate bigint
audit.tb_audit_export_job.rows_done bigint
audit.tb_audit_export_job.row_count bigint
audit.tb_audit_export_job.total_bytes bigint
audit.tb_audit_export_job.raw_bytes bigint
audit.tb_audit_export_job.sha256 text
audit.tb_audit_export_job.truncated boolean
audit.tb_audit_export_job.sanitiser_version integer
audit.tb_audit_export_job.storage_kind text
audit.tb_audit_export_job.attempt integer
audit.tb_audit_export_job.lease_until timestamp(3) with time zone
audit.tb_audit_export_job.error_code text
audit.tb_audit_export_job.error_message text
audit.tb_audit_export_job.downloaded_by uuid
audit.tb_audit_export_job.downloaded_at timestamp(3) with time zone
audit.tb_audit_export_job.expires_at timestamp(3) with time zone
audit.tb_audit_export_job.created_at timestamp(3) with time zone
audit.tb_audit_export_job.started_at timestamp(3) with time zone
audit.tb_audit_export_job.completed_at timestamp(3) with time zone
audit.tb_audit_export_job.trace_id text
audit.tiles.tenant_id uuid not null
audit.tiles.epoch integer not null
audit.tiles.level integer not null
audit.tiles.index bigint not null
audit.tiles.hashes bytea not null
audit.tiles.root bytea not null
audit.verify_runs.tenant_id uuid not null
audit.verify_runs.id uuid not null default uuidv7()
audit.verify_runs.kind text not null
audit.verify_runs.passed boolean not null
audit.verify_runs.checked_rows bigint not null
audit.verify_runs.first_bad_seq bigint
audit.verify_runs.failure_count bigint not null
audit.verify_runs.result jsonb not null
audit.verify_runs.actor_user_id uuid
audit.verify_runs.trace_id text not null
audit.verify_runs.created_at timestamp(3) with time zone not null default now()
directory.bank_branches.tenant_id uuid not null
directory.bank_branches.id uuid not null default uuidv7()
directory.bank_branches.bank_id uuid not null
directory.bank_branches.branch_name text not null
directory.bank_branches.norm_name text not null generated COALESCE(app.norm(branch_name), branch_name)
directory.bank_branches.city text not null
directory.bank_branches.norm_city text not null generated COALESCE(app.norm(city), city)
directory.bank_branches.state text
directory.bank_branches.district text
directory.bank_branches.address text
directory.bank_branches.pin text
directory.bank_branches.phone text
directory.bank_branches.ifsc text
directory.bank_branches.micr text
directory.bank_branches.branch_code text
directory.bank_branches.latitude numeric(10,7)
directory.bank_branches.longitude numeric(10,7)
directory.bank_branches.client_org_id uuid
directory.bank_branches.search_text text not null generated COALESCE(app.norm(app.words(VARIADIC ARRAY[branch_name, city, ifsc, branch_code, pin])), ''::text)
directory.bank_branches.is_active boolean not null default true
directory.bank_branches.verification text not null default 'PENDING'::text
directory.bank_branches.is_verified boolean not null generated (verification = 'VERIFIED'::text)
directory.bank_branches.verified_rank smallint not null generated 
CASE verification
    WHEN 'VERIFIED'::text THEN 0
    ELSE 1
END
directory.bank_branches.reviewed_at timestamp(3) with time zone
directory.bank_branches.reviewed_by_user_id uuid
directory.bank_branches.review_reason text
directory.bank_branches.merged_into_id uuid
directory.bank_branches.version integer not null default 1
directory.bank_branches.created_at timestamp(3) with time zone not null default now()
directory.bank_branches.created_by uuid
directory.bank_branches.updated_at timestamp(3) with time zone not null default now()
directory.bank_branches.deleted_at timestamp(3) with time zone
directory.bank_branches.deleted_by uuid
directory.bank_branches.delete_reason text
directory.bank_branches.purge_after timestamp(3) with time zone
directory.bank_branches_live.tenant_id uuid
directory.bank_branches_live.id uuid
directory.bank_branches_live.bank_id uuid
directory.bank_branches_live.branch_name text
directory.bank_branches_live.norm_name text
directory.bank_branches_live.city text
directory.bank_branches_live.norm_city text
directory.bank_branches_live.state text
directory.bank_branches_live.district text
directory.bank_branches_live.address text
directory.bank_branches_live.pin text
directory.bank_branches_live.phone text
directory.bank_branches_live.ifsc text
directory.bank_branches_live.micr text
directory.bank_branches_live.branch_code text
directory.bank_branches_live.latitude numeric(10,7)
directory.bank_branches_live.longitude numeric(10,7)
directory.bank_branches_live.client_org_id uuid
directory.bank_branches_live.search_text text
directory.bank_branches_live.is_active boolean
directory.bank_branches_live.verification text
directory.bank_branches_live.is_verified boolean
directory.bank_branches_live.verified_rank smallint
directory.bank_branches_live.reviewed_at timestamp(3) with time zone
directory.bank_branches_live.reviewed_by_user_id uuid
directory.bank_branches_live.review_reason text
directory.bank_branches_live.merged_into_id uuid
directory.bank_branches_live.version integer
directory.bank_branches_live.created_at timestamp(3) with time zone
directory.bank_branches_live.created_by uuid
directory.bank_branches_live.updated_at timestamp(3) with time zone
directory.bank_branches_live.deleted_at timestamp(3) with time zone
directory.bank_branches_live.deleted_by uuid
directory.bank_branches_live.delete_reason text
directory.bank_branches_live.purge_after timestamp(3) with time zone
directory.banks.tenant_id uuid not null
directory.banks.id uuid not null default uuidv7()
directory.banks.name text not null
directory.banks.norm_name text not null generated COALESCE(app.norm(name), name)
directory.banks.code text
directory.banks.bank_type text not null default 'OTHER'::text
directory.banks.ifsc_prefix text
directory.banks.aliases text[] not null default '{}'::text[]
directory.banks.search_text text not null generated COALESCE(app.norm(app.words(VARIADIC (ARRAY[name, code, ifsc_prefix] || aliases))), ''::text)
directory.banks.is_active boolean not null default true
directory.banks.verification text not null default 'PENDING'::text
directory.banks.is_verified boolean not null generated (verification = 'VERIFIED'::text)
directory.banks.verified_rank smallint not null generated 
CASE verification
    WHEN 'VERIFIED'::text THEN 0
    ELSE 1
END
directory.banks.reviewed_at timestamp(3) with time zone
directory.banks.reviewed_by_user_id uuid
directory.banks.review_reason text
directory.banks.merged_into_id uuid
directory.banks.version integer not null default 1
directory.banks.created_at timestamp(3) with time zone not null default now()
directory.banks.created_by uuid
directory.banks.updated_at timestamp(3) with time zone not null default now()
directory.banks.deleted_at timestamp(3) with time zone
directory.banks.deleted_by uuid
directory.banks.delete_reason text
directory.banks.purge_after timestamp(3) with time zone
directory.banks_live.tenant_id uuid
directory.banks_live.id uuid
directory.banks_live.name text
directory.banks_live.norm_name text
directory.banks_live.code text
directory.banks_live.bank_type text
directory.banks_live.ifsc_prefix text
directory.banks_live.aliases text[]
directory.banks_live.search_text text
directory.banks_live.is_active boolean
directory.banks_live.verification text
directory.banks_live.is_verified boolean
directory.banks_live.verified_rank smallint
directory.banks_live.reviewed_at timestamp(3) with time zone
directory.banks_live.reviewed_by_user_id uuid
directory.banks_live.review_reason text
directory.banks_live.merged_into_id uuid
directory.banks_live.version integer
directory.banks_live.created_at timestamp(3) with time zone
directory.banks_live.created_by uuid
directory.banks_live.updated_at timestamp(3) with time zone
directory.banks_live.deleted_at timestamp(3) with time zone
directory.banks_live.deleted_by uuid
directory.banks_live.delete_reason text
directory.banks_live.purge_after timestamp(3) with time zone
directory.client_orgs.tenant_id uuid not null
directory.client_orgs.id uuid not null default uuidv7()
directory.client_orgs.name text not null
directory.client_orgs.norm_name text not null generated COALESCE(app.norm(name), name)
directory.client_orgs.city text not null
directory.client_orgs.norm_city text not null generated COALESCE(app.norm(city), city)
directory.client_orgs.type text
directory.client_orgs.gstin text
directory.client_orgs.search_text text not null generated COALESCE(app.norm(app.words(VARIADIC ARRAY[name, city, gstin])), ''::text)
directory.client_orgs.is_active boolean not null default true
directory.client_orgs.verification text not null default 'PENDING'::text
directory.client_orgs.is_verified boolean not null generated (verification = 'VERIFIED'::text)
directory.client_orgs.verified_rank smallint not null generated 
CASE verification
    WHEN 'VERIFIED'::text THEN 0
    ELSE 1
END
directory.client_orgs.reviewed_at timestamp(3) with time zone
directory.client_orgs.reviewed_by_user_id uuid
directory.client_orgs.review_reason text
directory.client_orgs.merged_into_id uuid
directory.client_orgs.version integer not null default 1
directory.client_orgs.created_at timestamp(3) with time zone not null default now()
directory.client_orgs.created_by uuid
directory.client_orgs.updated_at timestamp(3) with time zone not null default now()
directory.client_orgs.deleted_at timestamp(3) with time zone
directory.client_orgs.deleted_by uuid
directory.client_orgs.delete_reason text
directory.client_orgs.purge_after timestamp(3) with time zone
directory.client_orgs_live.tenant_id uuid
directory.client_orgs_live.id uuid
directory.client_orgs_live.name text
directory.client_orgs_live.norm_name text
directory.client_orgs_live.city text
directory.client_orgs_live.norm_city text
directory.client_orgs_live.type text
directory.client_orgs_live.gstin text
directory.client_orgs_live.search_text text
directory.client_orgs_live.is_active boolean
directory.client_orgs_live.verification text
directory.client_orgs_live.is_verified boolean
directory.client_orgs_live.verified_rank smallint
directory.client_orgs_live.reviewed_at timestamp(3) with time zone
directory.client_orgs_live.reviewed_by_user_id uuid
directory.client_orgs_live.review_reason text
directory.client_orgs_live.merged_into_id uuid
directory.client_orgs_live.version integer
directory.client_orgs_live.created_at timestamp(3) with time zone
directory.client_orgs_live.created_by uuid
directory.client_orgs_live.updated_at timestamp(3) with time zone
directory.client_orgs_live.deleted_at timestamp(3) with time zone
directory.client_orgs_live.deleted_by uuid
directory.client_orgs_live.delete_reason text
directory.client_orgs_live.purge_after timestamp(3) with time zone
directory.contacts.tenant_id uuid not null
directory.contacts.id uuid not null default uuidv7()
directory.contacts.client_org_id uuid not null
directory.contacts.name text not null
directory.contacts.norm_name text not null generated COALESCE(app.norm(name), name)
directory.contacts.role_label text
directory.contacts.phone text
directory.contacts.email text
directory.contacts.is_primary boolean not null default false
directory.contacts.search_text text not null generated COALESCE(app.norm(app.words(VARIADIC ARRAY[name, phone, email])), ''::text)
directory.contacts.is_active boolean not null default true
directory.contacts.version integer not null default 1
directory.contacts.created_at timestamp(3) with time zone not null default now()
directory.contacts.created_by uuid
directory.contacts.updated_at timestamp(3) with time zone not null default now()
directory.contacts.deleted_at timestamp(3) with time zone
directory.contacts.deleted_by uuid
directory.contacts.delete_reason text
directory.contacts.purge_after timestamp(3) with time zone
directory.contacts_live.tenant_id uuid
directory.contacts_live.id uuid
directory.contacts_live.client_org_id uuid
directory.contacts_live.name text
directory.contacts_live.norm_name text
directory.contacts_live.role_label text
directory.contacts_live.phone text
directory.contacts_live.email text
directory.contacts_live.is_primary boolean
directory.contacts_live.search_text text
directory.contacts_live.is_active boolean
directory.contacts_live.version integer
directory.contacts_live.created_at timestamp(3) with time zone
directory.contacts_live.created_by uuid
directory.contacts_live.updated_at timestamp(3) with time zone
directory.contacts_live.deleted_at timestamp(3) with time zone
directory.contacts_live.deleted_by uuid
directory.contacts_live.delete_reason text
directory.contacts_live.purge_after timestamp(3) with time zone
directory.properties.tenant_id uuid not null
directory.properties.id uuid not null default uuidv7()
directory.properties.name text not null
directory.properties.norm_name text not null generated COALESCE(app.norm(name), name)
directory.properties.property_type_id uuid
directory.properties.property_subtype_id uuid
directory.properties.line_1 text
directory.properties.line_2 text
directory.properties.village text
directory.properties.taluk text
directory.properties.district text
directory.properties.city text
directory.properties.state text
directory.properties.postal_code text
directory.properties.survey_no text
directory.properties.cts_no text
directory.properties.khata_no text
directory.properties.latitude numeric(10,7)
directory.properties.longitude numeric(10,7)
directory.properties.coord_source text
directory.properties.norm_address text generated app.norm(app.words(VARIADIC ARRAY[line_1, line_2, village, taluk, district, city, postal_code]))
directory.properties.search_text text not null generated COALESCE(app.norm(app.words(VARIADIC ARRAY[name, line_1, line_2, village, taluk, district, city, postal_code, survey_no, cts_no, khata_no])), ''::text)
directory.properties.is_active boolean not null default true
directory.properties.version integer not null default 1
directory.properties.created_at timestamp(3) with time zone not null default now()
directory.properties.created_by uuid
directory.properties.updated_at timestamp(3) with time zone not null default now()
directory.properties.deleted_at timestamp(3) with time zone
directory.properties.deleted_by uuid
directory.properties.delete_reason text
directory.properties.purge_after timestamp(3) with time zone
directory.properties_live.tenant_id uuid
directory.properties_live.id uuid
directory.properties_live.name text
directory.properties_live.norm_name text
directory.properties_live.property_type_id uuid
directory.properties_live.property_subtype_id uuid
directory.properties_live.line_1 text
directory.properties_live.line_2 text
directory.properties_live.village text
directory.properties_live.taluk text
directory.properties_live.district text
directory.properties_live.city text
directory.properties_live.state text
directory.properties_live.postal_code text
directory.properties_live.survey_no text
directory.properties_live.cts_no text
directory.properties_live.khata_no text
directory.properties_live.latitude numeric(10,7)
directory.properties_live.longitude numeric(10,7)
directory.properties_live.coord_source text
directory.properties_live.norm_address text
directory.properties_live.search_text text
directory.properties_live.is_active boolean
directory.properties_live.version integer
directory.properties_live.created_at timestamp(3) with time zone
directory.properties_live.created_by uuid
directory.properties_live.updated_at timestamp(3) with time zone
directory.properties_live.deleted_at timestamp(3) with time zone
directory.properties_live.deleted_by uuid
directory.properties_live.delete_reason text
directory.properties_live.purge_after timestamp(3) with time zone
directory.property_subtypes.tenant_id uuid not null
directory.property_subtypes.id uuid not null default uuidv7()
directory.property_subtypes.property_type_id uuid not null
directory.property_subtypes.name text not null
directory.property_subtypes.norm_name text not null generated COALESCE(app.norm(name), name)
directory.property_subtypes.search_text text not null generated COALESCE(app.norm(name), ''::text)
directory.property_subtypes.is_active boolean not null default true
directory.property_subtypes.version integer not null default 1
directory.property_subtypes.created_at timestamp(3) with time zone not null default now()
directory.property_subtypes.created_by uuid
directory.property_subtypes.updated_at timestamp(3) with time zone not null default now()
directory.property_subtypes.deleted_at timestamp(3) with time zone
directory.property_subtypes.deleted_by uuid
directory.property_subtypes.delete_reason text
directory.property_subtypes.purge_after timestamp(3) with time zone
directory.property_subtypes_live.tenant_id uuid
directory.property_subtypes_live.id uuid
directory.property_subtypes_live.property_type_id uuid
directory.property_subtypes_live.name text
directory.property_subtypes_live.norm_name text
directory.property_subtypes_live.search_text text
directory.property_subtypes_live.is_active boolean
directory.property_subtypes_live.version integer
directory.property_subtypes_live.created_at timestamp(3) with time zone
directory.property_subtypes_live.created_by uuid
directory.property_subtypes_live.updated_at timestamp(3) with time zone
directory.property_subtypes_live.deleted_at timestamp(3) with time zone
directory.property_subtypes_live.deleted_by uuid
directory.property_subtypes_live.delete_reason text
directory.property_subtypes_live.purge_after timestamp(3) with time zone
directory.property_types.tenant_id uuid not null
directory.property_types.id uuid not null default uuidv7()
directory.property_types.name text not null
directory.property_types.norm_name text not null generated COALESCE(app.norm(name), name)
directory.property_types.search_text text not null generated COALESCE(app.norm(name), ''::text)
directory.property_types.is_active boolean not null default true
directory.property_types.version integer not null default 1
directory.property_types.created_at timestamp(3) with time zone not null default now()
directory.property_types.created_by uuid
directory.property_types.updated_at timestamp(3) with time zone not null default now()
directory.property_types.deleted_at timestamp(3) with time zone
directory.property_types.deleted_by uuid
directory.property_types.delete_reason text
directory.property_types.purge_after timestamp(3) with time zone
directory.property_types_live.tenant_id uuid
directory.property_types_live.id uuid
directory.property_types_live.name text
directory.property_types_live.norm_name text
directory.property_types_live.search_text text
directory.property_types_live.is_active boolean
directory.property_types_live.version integer
directory.property_types_live.created_at timestamp(3) with time zone
directory.property_types_live.created_by uuid
directory.property_types_live.updated_at timestamp(3) with time zone
directory.property_types_live.deleted_at timestamp(3) with time zone
directory.property_types_live.deleted_by uuid
directory.property_types_live.delete_reason text
directory.property_types_live.purge_after timestamp(3) with time zone
documents.document_links.tenant_id uuid not null
documents.document_links.id uuid not null default uuidv7()
documents.document_links.document_id uuid not null
documents.document_links.owner_user_id uuid not null
documents.document_links.commission_id uuid
documents.document_links.assignment_id uuid
documents.document_links.report_id uuid
documents.document_links.employee_id uuid
documents.document_links.invoice_id uuid
documents.document_links.conversation_id uuid
documents.document_links.purpose text not null default 'other'::text
documents.document_links.deliverable boolean not null default false
documents.document_links.created_by uuid not null
documents.document_links.created_at timestamp(3) with time zone not null default now()
documents.document_tags.tenant_id uuid not null
documents.document_tags.document_id uuid not null
documents.document_tags.key text not null
documents.document_tags.value text
documents.document_tags.value_norm text not null generated COALESCE(lower(NORMALIZE(value, NFKC)), ''::text)
documents.document_tags.created_by uuid not null
documents.document_tags.created_at timestamp(3) with time zone not null default now()
documents.document_views.tenant_id uuid not null
documents.document_views.document_id uuid not null
documents.document_views.user_id uuid not null
documents.document_views.viewed_at timestamp(3) with time zone not null default now()
documents.documents.tenant_id uuid not null
documents.documents.id uuid not null default uuidv7()
documents.documents.owner_user_id uuid not null
documents.documents.external_owner_id uuid
documents.documents.external_party_id uuid
documents.documents.visibility text not null default 'internal'::text
documents.documents.source text not null
documents.documents.classification text not null default 'other'::text
documents.documents.sensitivity text not null default 'internal'::text
documents.documents.captured_at timestamp(3) with time zone
documents.documents.captured_by_employee_id uuid
documents.documents.storage_key text not null
documents.documents.original_filename text not null
documents.documents.norm_filename text generated app.norm(original_filename)
documents.documents.content_type text not null
documents.documents.detected_type text
documents.documents.size_bytes bigint not null
documents.documents.declared_sha256 text
documents.documents.sha256 text
documents.documents.width integer
documents.documents.height integer
documents.documents.status text not null default 'pending'::text
documents.documents.rejection text
documents.documents.intent jsonb not null default '{}'::jsonb
documents.documents.lease_token uuid
documents.documents.lease_until timestamp(3) with time zone
documents.documents.upload_expires_at timestamp(3) with time zone
documents.documents.uploaded_at timestamp(3) with time zone
documents.documents.review_state text not null default 'UPLOADED'::text
documents.documents.version_group_id uuid not null
documents.documents.version_no integer not null default 1
documents.documents.is_current boolean not null default true
documents.documents.metadata_json jsonb not null default '{}'::jsonb
documents.documents.suggestions jsonb
documents.documents.thumb_status text not null default 'none'::text
documents.documents.scan_status text not null default 'skipped'::text
documents.documents.client_ref text
documents.documents.version integer not null default 1
documents.documents.created_at timestamp(3) with time zone not null default now()
documents.documents.updated_at timestamp(3) with time zone not null default now()
documents.documents.deleted_at timestamp(3) with time zone
documents.documents.deleted_by uuid
documents.documents.delete_reason text
documents.documents.purge_after timestamp(3) with time zone
documents.documents_live.tenant_id uuid
documents.documents_live.id uuid
documents.documents_live.owner_user_id uuid
documents.documents_live.external_owner_id uuid
documents.documents_live.external_party_id uuid
documents.documents_live.visibility text
documents.documents_live.source text
documents.documents_live.classification text
documents.documents_live.sensitivity text
documents.documents_live.captured_at timestamp(3) with time zone
documents.documents_live.captured_by_employee_id uuid
documents.documents_live.storage_key text
documents.documents_live.original_filename text
documents.documents_live.norm_filename text
documents.documents_live.content_type text
documents.documents_live.detected_type text
documents.documents_live.size_bytes bigint
documents.documents_live.declared_sha256 text
documents.documents_live.sha256 text
documents.documents_live.width integer
documents.documents_live.height integer
documents.documents_live.status text
documents.documents_live.rejection text
documents.documents_live.intent jsonb
documents.documents_live.lease_token uuid
documents.documents_live.lease_until timestamp(3) with time zone
documents.documents_live.upload_expires_at timestamp(3) with time zone
documents.documents_live.uploaded_at timestamp(3) with time zone
documents.documents_live.review_state text
documents.documents_live.version_group_id uuid
documents.documents_live.version_no integer
documents.documents_live.is_current boolean
documents.documents_live.metadata_json jsonb
documents.documents_live.suggestions jsonb
documents.documents_live.thumb_status text
documents.documents_live.scan_status text
documents.documents_live.client_ref text
documents.documents_live.version integer
documents.documents_live.created_at timestamp(3) with time zone
documents.documents_live.updated_at timestamp(3) with time zone
documents.documents_live.deleted_at timestamp(3) with time zone
documents.documents_live.deleted_by uuid
documents.documents_live.delete_reason text
documents.documents_live.purge_after timestamp(3) with time zone
identity.auth_blocks.id uuid not null default uuidv7()
identity.auth_blocks.tenant_id uuid
identity.auth_blocks.kind text not null
identity.auth_blocks.user_id uuid
identity.auth_blocks.cidr cidr
identity.auth_blocks.reason text not null
identity.auth_blocks.automatic boolean not null default false
identity.auth_blocks.created_by uuid
identity.auth_blocks.created_at timestamp(3) with time zone not null default now()
identity.auth_blocks.expires_at timestamp(3) with time zone not null
identity.auth_blocks.lifted_at timestamp(3) with time zone
identity.auth_blocks.lifted_by uuid
identity.auth_credentials.user_id uuid not null
identity.auth_credentials.password_phc text not null
identity.auth_credentials.set_at timestamp(3) with time zone not null default now()
identity.auth_factor_counters.user_id uuid not null
identity.auth_factor_counters.failures bigint[] not null default '{}'::bigint[]
identity.auth_factor_counters.locked_until timestamp(3) with time zone
identity.auth_failed_addresses.id uuid not null default uuidv7()
identity.auth_failed_addresses.address text not null
identity.auth_failed_addresses.login_hmac bytea not null
identity.auth_failed_addresses.failed_at timestamp(3) with time zone not null default now()
identity.auth_families.id uuid not null default uuidv7()
identity.auth_families.user_id uuid not null
identity.auth_families.tenant_id uuid not null
identity.auth_families.aud text not null
identity.auth_families.client_type text not null default 'web'::text
identity.auth_families.device_name text
identity.auth_families.created_ip inet
identity.auth_families.last_ip inet
identity.auth_families.amr text[] not null default '{}'::text[]
identity.auth_families.stepped_up_at timestamp(3) with time zone
identity.auth_families.created_at timestamp(3) with time zone not null default now()
identity.auth_families.last_seen_at timestamp(3) with time zone not null default now()
identity.auth_families.absolute_expires_at timestamp(3) with time zone not null
identity.auth_families.revoked_at timestamp(3) with time zone
identity.auth_families.revoked_reason text
identity.auth_families.revoked_by uuid
identity.auth_families.auth_time timestamp(3) with time zone not null default now()
identity.auth_links.token_sha256 bytea not null
identity.auth_links.purpose text not null
identity.auth_links.user_id uuid
identity.auth_links.tenant_id uuid
identity.auth_links.payload jsonb not null default '{}'::jsonb
identity.auth_links.created_by uuid
identity.auth_links.created_at timestamp(3) with time zone not null default now()
identity.auth_links.expires_at timestamp(3) with time zone not null
identity.auth_links.consumed_at timestamp(3) with time zone
identity.auth_login_counters.login_hmac bytea not null
identity.auth_login_counters.failed_count integer not null default 0
identity.auth_login_counters.last_failed_at timestamp(3) with time zone
identity.auth_login_counters.locked_until timestamp(3) with time zone
identity.auth_mfa_tickets.ticket_sha256 bytea not null
identity.auth_mfa_tickets.user_id uuid not null
identity.auth_mfa_tickets.tenant_id uuid not null
identity.auth_mfa_tickets.aud text not null
identity.auth_mfa_tickets.type text not null
identity.auth_mfa_tickets.client_type text not null default 'web'::text
identity.auth_mfa_tickets.device_name text
identity.auth_mfa_tickets.attempts integer not null default 0
identity.auth_mfa_tickets.locked_until timestamp(3) with time zone
identity.auth_mfa_tickets.created_at timestamp(3) with time zone not null default now()
identity.auth_mfa_tickets.expires_at timestamp(3) with time zone not null
identity.auth_mfa_tickets.consumed_at timestamp(3) with time zone
identity.auth_recovery_codes.user_id uuid not null
identity.auth_recovery_codes.code_hmac bytea not null
identity.auth_recovery_codes.used_at timestamp(3) with time zone
identity.auth_recovery_codes.expires_at timestamp(3) with time zone not null default (now() + '365 days'::interval)
identity.auth_refresh_tokens.id uuid not null default uuidv7()
identity.auth_refresh_tokens.family_id uuid not null
identity.auth_refresh_tokens.token_sha256 bytea not null
identity.auth_refresh_tokens.parent_id uuid
identity.auth_refresh_tokens.created_at timestamp(3) with time zone not null default now()
identity.auth_refresh_tokens.expires_at timestamp(3) with time zone not null
identity.auth_refresh_tokens.consumed_at timestamp(3) with time zone
identity.auth_refresh_tokens.consumed_ip inet
identity.auth_seen_addresses.user_id uuid not null
identity.auth_seen_addresses.address text not null
identity.auth_seen_addresses.last_seen_at timestamp(3) with time zone not null default now()
identity.auth_totp.user_id uuid not null
identity.auth_totp.secret_ciphertext bytea not null
identity.auth_totp.key_id text not null
identity.auth_totp.last_step bigint not null default 0
identity.auth_totp.created_at timestamp(3) with time zone not null default now()
identity.auth_totp.enabled_at timestamp(3) with time zone
identity.capabilities.key text not null
identity.capabilities.area text not null
identity.job_template_capabilities.job_template text not null
identity.job_template_capabilities.capability text not null
identity.job_template_capabilities.scope text not null
identity.job_templates.key text not null
identity.job_templates.role text not null
identity.job_templates.aud text[] not null
identity.job_templates.scopes text not null default ';'::text
identity.membership_job_templates.tenant_id uuid not null
identity.membership_job_templates.user_id uuid not null
identity.membership_job_templates.job_template text not null
identity.membership_job_templates.role text not null
identity.memberships.tenant_id uuid not null
identity.memberships.user_id uuid not null
identity.memberships.role text not null
identity.memberships.admin_level text
identity.memberships.status text not null default 'invited'::text
identity.memberships.permission_version bigint not null default 1
identity.memberships.professional jsonb
identity.memberships.last_used_at timestamp(3) with time zone
identity.memberships.version integer not null default 1
identity.memberships.created_at timestamp(3) with time zone not null default now()
identity.memberships.updated_at timestamp(3) with time zone not null default now()
identity.memberships.deleted_at timestamp(3) with time zone
identity.memberships.deleted_by uuid
identity.memberships.delete_reason text
identity.memberships.purge_after timestamp(3) with time zone
identity.memberships_live.tenant_id uuid
identity.memberships_live.user_id uuid
identity.memberships_live.role text
identity.memberships_live.admin_level text
identity.memberships_live.status text
identity.memberships_live.permission_version bigint
identity.memberships_live.professional jsonb
identity.memberships_live.last_used_at timestamp(3) with time zone
identity.memberships_live.version integer
identity.memberships_live.created_at timestamp(3) with time zone
identity.memberships_live.updated_at timestamp(3) with time zone
identity.memberships_live.deleted_at timestamp(3) with time zone
identity.memberships_live.deleted_by uuid
identity.memberships_live.delete_reason text
identity.memberships_live.purge_after timestamp(3) with time zone
identity.platform_settings.one_row boolean not null default true
identity.platform_settings.internal_tenant_id uuid not null
identity.platform_settings.external_tenant_id uuid not null
identity.platform_settings.created_at timestamp(3) with time zone not null default now()
identity.portal_links.tenant_id uuid not null
identity.portal_links.id uuid not null default uuidv7()
identity.portal_links.user_id uuid not null
identity.portal_links.party_kind text not null
identity.portal_links.party_id uuid
identity.portal_links.status text not null default 'active'::text
identity.portal_links.created_at timestamp(3) with time zone not null default now()
identity.portal_links.created_by uuid
identity.portal_links.revoked_at timestamp(3) with time zone
identity.portal_links.revoked_by uuid
identity.rbac_decisions.tenant_id uuid not null
identity.rbac_decisions.request_id uuid not null
identity.rbac_decisions.decided_by uuid not null
identity.rbac_decisions.decision text not null
identity.rbac_decisions.comment text
identity.rbac_decisions.decided_at timestamp(3) with time zone not null default now()
identity.rbac_overrides.tenant_id uuid not null
identity.rbac_overrides.job_template text not null
identity.rbac_overrides.capability text not null
identity.rbac_overrides.scope text not null
identity.rbac_requests.tenant_id uuid not null
identity.rbac_requests.id uuid not null default uuidv7()
identity.rbac_requests.kind text not null
identity.rbac_requests.subject text not null
identity.rbac_requests.payload jsonb not null
identity.rbac_requests.before jsonb
identity.rbac_requests.after jsonb
identity.rbac_requests.people_affected integer not null default 0
identity.rbac_requests.status text not null default 'PENDING'::text
identity.rbac_requests.close_reason text
identity.rbac_requests.requested_by uuid not null
identity.rbac_requests.reason text not null
identity.rbac_requests.created_at timestamp(3) with time zone not null default now()
identity.rbac_requests.expires_at timestamp(3) with time zone not null default (now() + '14 days'::interval)
identity.rbac_requests.closed_at timestamp(3) with time zone
identity.rbac_requests.applied_at timestamp(3) with time zone
identity.service_tokens.id uuid not null default uuidv7()
identity.service_tokens.user_id uuid not null
identity.service_tokens.tenant_ids uuid[] not null default '{}'::uuid[]
identity.service_tokens.token_sha256 bytea not null
identity.service_tokens.capabilities text[] not null
identity.service_tokens.created_by uuid
identity.service_tokens.created_at timestamp(3) with time zone not null default now()
identity.service_tokens.expires_at timestamp(3) with time zone not null
identity.service_tokens.last_used_at timestamp(3) with time zone
identity.service_tokens.revoked_at timestamp(3) with time zone
identity.support_sessions.tenant_id uuid not null
identity.support_sessions.id uuid not null default uuidv7()
identity.support_sessions.user_id uuid not null
identity.support_sessions.reason text not null
identity.support_sessions.opened_at timestamp(3) with time zone not null default now()
identity.support_sessions.expires_at timestamp(3) with time zone not null
identity.support_sessions.closed_at timestamp(3) with time zone
identity.support_sessions.closed_by uuid
identity.tenants.id uuid not null default uuidv7()
identity.tenants.slug text not null
identity.tenants.name text not null
identity.tenants.lane text not null
identity.tenants.status text not null default 'active'::text
identity.tenants.time_zone text not null default 'Asia/Kolkata'::text
identity.tenants.mfa_policy text not null default 'admins'::text
identity.tenants.passwordless boolean not null default false
identity.tenants.registration text not null default 'invite_only'::text
identity.tenants.rbac_approvals integer not null default 2
identity.tenants.settings jsonb not null default '{}'::jsonb
identity.tenants.version integer not null default 1
identity.tenants.created_at timestamp(3) with time zone not null default now()
identity.tenants.updated_at timestamp(3) with time zone not null default now()
identity.tenants.deleted_at timestamp(3) with time zone
identity.tenants.deleted_by uuid
identity.tenants.delete_reason text
identity.tenants.purge_after timestamp(3) with time zone
identity.tenants.mfa_policy_since timestamp(3) with time zone not null default now()
identity.tenants.rules_version integer not null default 1
identity.tenants_live.id uuid
identity.tenants_live.slug text
identity.tenants_live.name text
identity.tenants_live.lane text
identity.tenants_live.status text
identity.tenants_live.time_zone text
identity.tenants_live.mfa_policy text
identity.tenants_live.passwordless boolean
identity.tenants_live.registration text
identity.tenants_live.rbac_approvals integer
identity.tenants_live.settings jsonb
identity.tenants_live.version integer
identity.tenants_live.created_at timestamp(3) with time zone
identity.tenants_live.updated_at timestamp(3) with time zone
identity.tenants_live.deleted_at timestamp(3) with time zone
identity.tenants_live.deleted_by uuid
identity.tenants_live.delete_reason text
identity.tenants_live.purge_after timestamp(3) with time zone
identity.tenants_live.mfa_policy_since timestamp(3) with time zone
identity.ui_settings.tenant_id uuid not null
identity.ui_settings.user_id uuid not null
identity.ui_settings.settings jsonb not null default '{}'::jsonb
identity.ui_settings.updated_at timestamp(3) with time zone not null default now()
identity.users.id uuid not null default uuidv7()
identity.users.kind text not null
identity.users.email citext
identity.users.email_verified_at timestamp(3) with time zone
identity.users.name text not null
identity.users.phone text
identity.users.locale text not null default 'en'::text
identity.users.status text not null default 'active'::text
identity.users.webauthn_user_handle bytea not null default decode(replace(((gen_random_uuid())::text || (gen_random_uuid())::text), '-'::text, ''::text), 'hex'::text)
identity.users.guest_expires_at timestamp(3) with time zone
identity.users.merged_into_user_id uuid
identity.users.version integer not null default 1
identity.users.created_at timestamp(3) with time zone not null default now()
identity.users.updated_at timestamp(3) with time zone not null default now()
identity.users.deleted_at timestamp(3) with time zone
identity.users.deleted_by uuid
identity.users.delete_reason text
identity.users.purge_after timestamp(3) with time zone
identity.users_live.id uuid
identity.users_live.kind text
identity.users_live.email citext
identity.users_live.email_verified_at timestamp(3) with time zone
identity.users_live.name text
identity.users_live.phone text
identity.users_live.locale text
identity.users_live.status text
identity.users_live.webauthn_user_handle bytea
identity.users_live.guest_expires_at timestamp(3) with time zone
identity.users_live.merged_into_user_id uuid
identity.users_live.version integer
identity.users_live.created_at timestamp(3) with time zone
identity.users_live.updated_at timestamp(3) with time zone
identity.users_live.deleted_at timestamp(3) with time zone
identity.users_live.deleted_by uuid
identity.users_live.delete_reason text
identity.users_live.purge_after timestamp(3) with time zone
identity.webauthn_challenges.id uuid not null default uuidv7()
identity.webauthn_challenges.challenge bytea not null
identity.webauthn_challenges.purpose text not null
identity.webauthn_challenges.user_id uuid
identity.webauthn_challenges.aud text not null
identity.webauthn_challenges.tenant_id uuid
identity.webauthn_challenges.created_at timestamp(3) with time zone not null default now()
identity.webauthn_challenges.expires_at timestamp(3) with time zone not null
identity.webauthn_challenges.consumed_at timestamp(3) with time zone
identity.webauthn_credentials.id uuid not null default uuidv7()
identity.webauthn_credentials.user_id uuid not null
identity.webauthn_credentials.credential_id bytea not null
identity.webauthn_credentials.public_key_cose bytea not null
identity.webauthn_credentials.alg integer not null
identity.webauthn_credentials.sign_count bigint not null default 0
identity.webauthn_credentials.transports text[] not null default '{}'::text[]
identity.webauthn_credentials.aaguid uuid
identity.webauthn_credentials.backup_eligible boolean not null default false
identity.webauthn_credentials.backup_state boolean not null default false
identity.webauthn_credentials.nickname text not null
identity.webauthn_credentials.created_at timestamp(3) with time zone not null default now()
identity.webauthn_credentials.last_used_at timestamp(3) with time zone
identity.webauthn_credentials.suspended_at timestamp(3) with time zone
identity.webauthn_credentials.revoked_at timestamp(3) with time zone
notifications.attempts.tenant_id uuid not null
notifications.attempts.outbox_id uuid not null
notifications.attempts.attempt_no integer not null
notifications.attempts.provider text not null
notifications.attempts.status text not null default 'sending'::text
notifications.attempts.provider_message_id text
notifications.attempts.error_code text
notifications.attempts.error text
notifications.attempts.latency_ms integer
notifications.attempts.manual boolean not null default false
notifications.attempts.started_at timestamp(3) with time zone not null default now()
notifications.attempts.finished_at timestamp(3) with time zone
notifications.outbox.tenant_id uuid not null
notifications.outbox.id uuid not null default uuidv7()
notifications.outbox.channel text not null
notifications.outbox.mode text not null default 'auto'::text
notifications.outbox.class text not null
notifications.outbox.event_type text not null
notifications.outbox.template_key text not null
notifications.outbox.locale text not null default 'en'::text
notifications.outbox.user_id uuid
notifications.outbox.recipient text not null
notifications.outbox.subject text not null
notifications.outbox.body_text text
notifications.outbox.body_html text
notifications.outbox.sealed bytea
notifications.outbox.sealed_key text
notifications.outbox.provider text
notifications.outbox.status text not null default 'queued'::text
notifications.outbox.hold_reason text
notifications.outbox.attempt_no integer not null default 0
notifications.outbox.next_attempt_at timestamp(3) with time zone not null default now()
notifications.outbox.lease_token uuid
notifications.outbox.lease_until timestamp(3) with time zone
notifications.outbox.provider_message_id text
notifications.outbox.last_error_code text
notifications.outbox.simulated boolean not null default false
notifications.outbox.trace_id text not null
notifications.outbox.expires_at timestamp(3) with time zone not null
notifications.outbox.queued_at timestamp(3) with time zone not null default now()
notifications.outbox.sent_at timestamp(3) with time zone
notifications.outbox.version integer not null default 1
notifications.outbox.endpoint_id uuid
ops.alert_channels.tenant_id uuid not null
ops.alert_channels.id uuid not null default uuidv7()
ops.alert_channels.kind text not null
ops.alert_channels.name text not null
ops.alert_channels.min_severity text not null default 'warning'::text
ops.alert_channels.level integer not null default 1
ops.alert_channels.enabled boolean not null default true
ops.alert_channels.address text not null
ops.alert_channels.sealed bytea not null
ops.alert_channels.sealed_key text not null
ops.alert_channels.last_ok_at timestamp(3) with time zone
ops.alert_channels.last_error_at timestamp(3) with time zone
ops.alert_channels.last_error_code text
ops.alert_channels.created_by uuid
ops.alert_channels.created_at timestamp(3) with time zone not null default now()
ops.alert_channels.deleted_at timestamp(3) with time zone
ops.alert_channels.deleted_by uuid
ops.alert_channels.delete_reason text
ops.alert_channels.purge_after timestamp(3) with time zone
ops.alert_channels.version integer not null default 1
ops.alert_channels_live.tenant_id uuid
ops.alert_channels_live.id uuid
ops.alert_channels_live.kind text
ops.alert_channels_live.name text
ops.alert_channels_live.min_severity text
ops.alert_channels_live.level integer
ops.alert_channels_live.enabled boolean
ops.alert_channels_live.address text
ops.alert_channels_live.sealed bytea
ops.alert_channels_live.sealed_key text
ops.alert_channels_live.last_ok_at timestamp(3) with time zone
ops.alert_channels_live.last_error_at timestamp(3) with time zone
ops.alert_channels_live.last_error_code text
ops.alert_channels_live.created_by uuid
ops.alert_channels_live.created_at timestamp(3) with time zone
ops.alert_channels_live.deleted_at timestamp(3) with time zone
ops.alert_channels_live.deleted_by uuid
ops.alert_channels_live.delete_reason text
ops.alert_channels_live.purge_after timestamp(3) with time zone
ops.alert_channels_live.version integer
ops.alert_deliveries.tenant_id uuid not null
ops.alert_deliveries.id uuid not null default uuidv7()
ops.alert_deliveries.channel_id uuid not null
ops.alert_deliveries.alert_tenant_id uuid
ops.alert_deliveries.alert_id uuid
ops.alert_deliveries.notice text not null
ops.alert_deliveries.message jsonb not null
ops.alert_deliveries.state text not null default 'PENDING'::text
ops.alert_deliveries.attempts integer not null default 0
ops.alert_deliveries.error_code text
ops.alert_deliveries.outbox_ids uuid[] not null default '{}'::uuid[]
ops.alert_deliveries.fallback_of uuid
ops.alert_deliveries.created_at timestamp(3) with time zone not null default now()
ops.alert_deliveries.finished_at timestamp(3) with time zone
ops.alert_deliveries.trace_id text not null
ops.alert_rules.tenant_id uuid not null
ops.alert_rules.rule_key text not null
ops.alert_rules.enabled boolean not null default true
ops.alert_rules.thresholds jsonb not null default '{}'::jsonb
ops.alert_rules.updated_by uuid
ops.alert_rules.updated_at timestamp(3) with time zone not null default now()
ops.alert_rules.version integer not null default 1
ops.alerts.tenant_id uuid not null
ops.alerts.id uuid not null default uuidv7()
ops.alerts.fingerprint text not null
ops.alerts.rule_key text not null
ops.alerts.severity text not null
ops.alerts.state text not null default 'OPEN'::text
ops.alerts.first_at timestamp(3) with time zone not null default now()
ops.alerts.last_at timestamp(3) with time zone not null default now()
ops.alerts.count integer not null default 1
ops.alerts.detail jsonb not null default '{}'::jsonb
ops.alerts.level integer not null default 1
ops.alerts.level_at timestamp(3) with time zone not null default now()
ops.alerts.raised_at timestamp(3) with time zone
ops.alerts.acked_by uuid
ops.alerts.acked_at timestamp(3) with time zone
ops.alerts.ack_note text
ops.alerts.resolved_at timestamp(3) with time zone
ops.alerts.trace_id text not null
ops.alerts.runbook text not null
ops.confirmations.tenant_id uuid not null
ops.confirmations.id uuid not null default uuidv7()
ops.confirmations.user_id uuid not null
ops.confirmations.action text not null
ops.confirmations.target text not null
ops.confirmations.phrase text not null
ops.confirmations.created_at timestamp(3) with time zone not null default now()
ops.confirmations.expires_at timestamp(3) with time zone not null default (now() + '00:05:00'::interval)
ops.confirmations.consumed_at timestamp(3) with time zone
ops.dead_jobs.tenant_id uuid not null
ops.dead_jobs.id uuid not null default uuidv7()
ops.dead_jobs.queue text not null
ops.dead_jobs.job_id uuid not null
ops.dead_jobs.effect_key text not null
ops.dead_jobs.attempts integer not null
ops.dead_jobs.first_failed_at timestamp(3) with time zone not null
ops.dead_jobs.last_failed_at timestamp(3) with time zone not null
ops.dead_jobs.error_code text not null
ops.dead_jobs.error text
ops.dead_jobs.payload jsonb not null default '{}'::jsonb
ops.dead_jobs.trace_id text not null
ops.dead_jobs.state text not null default 'DEAD'::text
ops.dead_jobs.resolved_by uuid
ops.dead_jobs.resolved_at timestamp(3) with time zone
ops.dead_jobs.reason text
ops.dead_jobs.replay_job_id uuid
ops.dead_jobs.critical boolean not null default false
ops.events.tenant_id uuid not null
ops.events.id uuid not null default uuidv7()
ops.events.occurred_at timestamp(3) with time zone not null default now()
ops.events.trace_id text not null
ops.events.event_type text not null
ops.events.metric_key text not null
ops.events.metric_value bigint not null default 1
ops.events.dimensions jsonb not null default '{}'::jsonb
ops.events_default.tenant_id uuid not null
ops.events_default.id uuid not null default uuidv7()
ops.events_default.occurred_at timestamp(3) with time zone not null default now()
ops.events_default.trace_id text not null
ops.events_default.event_type text not null
ops.events_default.metric_key text not null
ops.events_default.metric_value bigint not null default 1
ops.events_default.dimensions jsonb not null default '{}'::jsonb
ops.idempotency_keys.tenant_id uuid not null
ops.idempotency_keys.user_id uuid not null
ops.idempotency_keys.route text not null
ops.idempotency_keys.key ops.idempotency_key not null
ops.idempotency_keys.request_hash bytea not null
ops.idempotency_keys.status integer not null
ops.idempotency_keys.body text
ops.idempotency_keys.created_at timestamp(3) with time zone not null default now()
ops.idempotency_keys.expires_at timestamp(3) with time zone not null default (now() + '24:00:00'::interval)
ops.instances.instance_id text not null
ops.instances.roles text[] not null
ops.instances.version text not null
ops.instances.started_at timestamp(3) with time zone not null default now()
ops.instances.seen_at timestamp(3) with time zone not null default now()
ops.instances.alarms jsonb not null default '{}'::jsonb
ops.instances.minutes jsonb not null default '[]'::jsonb
ops.job_effects.tenant_id uuid not null
ops.job_effects.effect_key text not null
ops.job_effects.job_id uuid not null
ops.job_effects.attempt integer not null
ops.job_effects.result jsonb
ops.job_effects.created_at timestamp(3) with time zone not null default now()
ops.job_effects.queue text
ops.job_effects.state text not null default 'DONE'::text
ops.job_effects.request_hash text
ops.job_effects.done_at timestamp(3) with time zone
ops.job_runs.id uuid not null default uuidv7()
ops.job_runs.lock_key text not null
ops.job_runs.task text not null
ops.job_runs.slot timestamp(3) with time zone
ops.job_runs.job_id uuid
ops.job_runs.owner_id text not null
ops.job_runs.fencing_token bigint not null
ops.job_runs.started_at timestamp(3) with time zone not null default now()
ops.job_runs.ended_at timestamp(3) with time zone
ops.job_runs.status text not null default 'RUNNING'::text
ops.job_runs.rows bigint
ops.job_runs.error_code text
ops.job_runs.error text
ops.job_runs.trace_id text not null
ops.jobs.tenant_id uuid not null
ops.jobs.id uuid not null default uuidv7()
ops.jobs.kind text not null
ops.jobs.payload jsonb not null default '{}'::jsonb
ops.jobs.actor_user_id uuid
ops.jobs.trace_id text not null
ops.jobs.state text not null default 'queued'::text
ops.jobs.attempts integer not null default 0
ops.jobs.max_attempts integer not null
ops.jobs.effect_key text not null
ops.jobs.progress jsonb
ops.jobs.error_code text
ops.jobs.error text
ops.jobs.created_at timestamp(3) with time zone not null default now()
ops.jobs.started_at timestamp(3) with time zone
ops.jobs.finished_at timestamp(3) with time zone
ops.jobs.hold_reason text
ops.jobs.run_at timestamp(3) with time zone not null default date_trunc('milliseconds'::text, now())
ops.jobs.serial_key text
ops.jobs.worker_id text
ops.jobs.heartbeat_at timestamp(3) with time zone
ops.jobs.first_failed_at timestamp(3) with time zone
ops.jobs.last_failed_at timestamp(3) with time zone
ops.jobs.task text
ops.jobs.slot timestamp(3) with time zone
ops.jobs.replay_of uuid
ops.kill_switches.id uuid not null default uuidv7()
ops.kill_switches.key text not null
ops.kill_switches.scope_tenant_id uuid
ops.kill_switches.state text not null
ops.kill_switches.reason text not null
ops.kill_switches.incident_id text
ops.kill_switches.effective_until timestamp(3) with time zone
ops.kill_switches.changed_by uuid
ops.kill_switches.changed_at timestamp(3) with time zone not null default now()
ops.kill_switches.version integer not null default 1
ops.latency_hourly.hour timestamp(3) with time zone not null
ops.latency_hourly.instance_id text not null
ops.latency_hourly.route text not null
ops.latency_hourly.status_class text not null
ops.latency_hourly.bucket_counts bigint[] not null
ops.latency_hourly.updated_at timestamp(3) with time zone not null default now()
ops.metric_hourly.tenant_id uuid not null
ops.metric_hourly.hour_bucket_utc timestamp(3) with time zone not null
ops.metric_hourly.metric_key text not null
ops.metric_hourly.metric_value bigint not null
ops.metric_hourly.updated_at timestamp(3) with time zone not null default now()
ops.metric_keys.metric_key text not null
ops.queue_pauses.id uuid not null default uuidv7()
ops.queue_pauses.tenant_id uuid
ops.queue_pauses.queue text not null
ops.queue_pauses.paused_at timestamp(3) with time zone not null default now()
ops.queue_pauses.paused_by uuid not null
ops.queue_pauses.reason text not null
ops.rate_paces.key text not null
ops.rate_paces.due_us bigint not null
ops.rate_windows.key text not null
ops.rate_windows.window_start timestamp(3) with time zone not null default now()
ops.rate_windows.used integer not null
ops.rate_windows.expires_at timestamp(3) with time zone not null
ops.retention_policies.id uuid not null default uuidv7()
ops.retention_policies.tenant_id uuid
ops.retention_policies.class text not null
ops.retention_policies.days integer not null
ops.retention_policies.enabled boolean not null default true
ops.retention_policies.version integer not null default 1
ops.retention_policies.updated_at timestamp(3) with time zone not null default now()
ops.retention_policies.updated_by uuid
ops.retention_runs.tenant_id uuid not null
ops.retention_runs.id uuid not null default uuidv7()
ops.retention_runs.turn_id uuid not null
ops.retention_runs.class text not null
ops.retention_runs.dry_run boolean not null
ops.retention_runs.days integer
ops.retention_runs.status text not null default 'PENDING'::text
ops.retention_runs.attempt integer not null default 0
ops.retention_runs.scanned bigint not null default 0
ops.retention_runs.deleted bigint not null default 0
ops.retention_runs.held bigint not null default 0
ops.retention_runs.oldest_left timestamp(3) with time zone
ops.retention_runs.tables jsonb not null default '{}'::jsonb
ops.retention_runs.requested_by uuid
ops.retention_runs.trace_id text not null
ops.retention_runs.error text
ops.retention_runs.created_at timestamp(3) with time zone not null default now()
ops.retention_runs.started_at timestamp(3) with time zone
ops.retention_runs.ended_at timestamp(3) with time zone
ops.rollbacks.tenant_id uuid not null
ops.rollbacks.id uuid not null default uuidv7()
ops.rollbacks.target_type text not null
ops.rollbacks.target_id text not null
ops.rollbacks.from_version text not null
ops.rollbacks.to_version text not null
ops.rollbacks.reason text not null
ops.rollbacks.incident_id text
ops.rollbacks.status text not null default 'REQUESTED'::text
ops.rollbacks.error_code text
ops.rollbacks.requested_by uuid not null
ops.rollbacks.requested_at timestamp(3) with time zone not null default now()
ops.rollbacks.finished_at timestamp(3) with time zone
ops.rollbacks.trace_id text not null
ops.scheduler_fences.lock_key text not null
ops.scheduler_fences.high_token bigint not null default 0
ops.scheduler_locks.lock_key text not null
ops.scheduler_locks.task text not null
ops.scheduler_locks.kind text not null
ops.scheduler_locks.cadence text not null
ops.scheduler_locks.period_ms bigint not null
ops.scheduler_locks.expected_ms bigint not null
ops.scheduler_locks.state text not null default 'IDLE'::text
ops.scheduler_locks.owner_id text
ops.scheduler_locks.lease_until timestamp(3) with time zone
ops.scheduler_locks.fencing_token bigint not null default 0
ops.scheduler_locks.last_heartbeat_at timestamp(3) with time zone
ops.scheduler_locks.last_recovered_at timestamp(3) with time zone
ops.scheduler_locks.recovery_count integer not null default 0
ops.scheduler_locks.last_started_at timestamp(3) with time zone
ops.scheduler_locks.last_success_at timestamp(3) with time zone
ops.scheduler_locks.next_slot timestamp(3) with time zone
ops.scheduler_locks.paused_at timestamp(3) with time zone
ops.scheduler_locks.paused_by uuid
ops.scheduler_locks.pause_reason text
ops.scheduler_locks.wanted_at timestamp(3) with time zone
ops.scheduler_locks.wanted_by uuid
ops.scheduler_locks.declared_at timestamp(3) with time zone not null default now()
ops.scheduler_locks.updated_at timestamp(3) with time zone not null default now()
ops.task_slots.task text not null
ops.task_slots.scope text not null
ops.task_slots.slot timestamp(3) with time zone not null
ops.task_slots.created_at timestamp(3) with time zone not null default now()
ops.task_slots.job_id uuid
ops.watermarks.name text not null
ops.watermarks.reached_at timestamp(3) with time zone not null
ops.watermarks.updated_at timestamp(3) with time zone not null default now()
ops.workers.worker_id text not null
ops.workers.started_at timestamp(3) with time zone not null default now()
privacy.data_export_chunks.tenant_id uuid not null
privacy.data_export_chunks.job_id uuid not null
privacy.data_export_chunks.chunk_no integer not null
privacy.data_export_chunks.part_no integer not null
privacy.data_export_chunks.byte_offset bigint not null
privacy.data_export_chunks.bytes integer not null
privacy.data_export_chunks.payload_bytes bytea
privacy.data_export_chunks.payload_hash bytea not null
privacy.data_export_chunks.external_ref text
privacy.data_export_chunks.created_at timestamp(3) with time zone not null default now()
privacy.data_export_parts.tenant_id uuid not null
privacy.data_export_parts.job_id uuid not null
privacy.data_export_parts.part_no integer not null
privacy.data_export_parts.epoch integer
privacy.data_export_parts.first_seq bigint
privacy.data_export_parts.last_seq bigint
privacy.data_export_parts.rows bigint not null
privacy.data_export_parts.bytes bigint not null
privacy.data_export_parts.raw_bytes bigint not null
privacy.data_export_parts.sha256 text not null
privacy.data_export_parts.created_at timestamp(3) with time zone not null default now()
privacy.data_exports.tenant_id uuid not null
privacy.data_exports.id uuid not null
privacy.data_exports.requested_by uuid
privacy.data_exports.subject_kind text not null
privacy.data_exports.subject_id uuid not null
privacy.data_exports.status text not null default 'PENDING'::text
privacy.data_exports.compress text not null default 'none'::text
privacy.data_exports.row_limit bigint
privacy.data_exports.max_bytes bigint not null default 52428800
privacy.data_exports.max_duration_sec integer not null default 3600
privacy.data_exports.rows_done bigint not null default 0
privacy.data_exports.row_count bigint not null default 0
privacy.data_exports.total_bytes bigint not null default 0
privacy.data_exports.raw_bytes bigint not null default 0
privacy.data_exports.sha256 text
privacy.data_exports.truncated boolean not null default false
privacy.data_exports.storage_kind text not null
privacy.data_exports.attempt integer not null default 0
privacy.data_exports.lease_until timestamp(3) with time zone
privacy.data_exports.error_code text
privacy.data_exports.error_message text
privacy.data_exports.downloaded_by uuid
privacy.data_exports.downloaded_at timestamp(3) with time zone
privacy.data_exports.expires_at timestamp(3) with time zone not null default (now() + '24:00:00'::interval)
privacy.data_exports.created_at timestamp(3) with time zone not null default now()
privacy.data_exports.started_at timestamp(3) with time zone
privacy.data_exports.completed_at timestamp(3) with time zone
privacy.data_exports.trace_id text not null
privacy.legal_holds.tenant_id uuid not null
privacy.legal_holds.id uuid not null default uuidv7()
privacy.legal_holds.scope text not null
privacy.legal_holds.subject_id uuid
privacy.legal_holds.assignment_id uuid
privacy.legal_holds.reason text not null
privacy.legal_holds.until timestamp(3) with time zone
privacy.legal_holds.placed_by uuid not null
privacy.legal_holds.placed_at timestamp(3) with time zone not null default now()
privacy.legal_holds.lifted_at timestamp(3) with time zone
privacy.legal_holds.lifted_by uuid
privacy.legal_holds.lift_reason text
privacy.legal_holds.version integer not null default 1
privacy.requests.tenant_id uuid not null
privacy.requests.id uuid not null default uuidv7()
privacy.requests.kind text not null
privacy.requests.subject_kind text not null
privacy.requests.subject_id uuid not null
privacy.requests.requested_by uuid not null
privacy.requests.evidence text
privacy.requests.status text not null default 'PENDING'::text
privacy.requests.reasons text[] not null default '{}'::text[]
privacy.requests.kept jsonb not null default '[]'::jsonb
privacy.requests.trace_id text not null
privacy.requests.attempt integer not null default 0
privacy.requests.error_code text
privacy.requests.error_message text
privacy.requests.created_at timestamp(3) with time zone not null default now()
privacy.requests.due_at timestamp(3) with time zone not null default (now() + '30 days'::interval)
privacy.requests.run_after timestamp(3) with time zone not null default now()
privacy.requests.started_at timestamp(3) with time zone
privacy.requests.completed_at timestamp(3) with time zone
privacy.subject_keys.tenant_id uuid not null
privacy.subject_keys.subject_id uuid not null
privacy.subject_keys.key_id uuid not null
privacy.subject_keys.wrapped_key bytea
privacy.subject_keys.kek_version text not null default ''::text
privacy.subject_keys.created_at timestamp(3) with time zone not null default now()
privacy.subject_keys.destroyed_at timestamp(3) with time zone
reports.evidence_profile_versions.tenant_id uuid not null
reports.evidence_profile_versions.profile_id uuid not null
reports.evidence_profile_versions.version integer not null
reports.evidence_profile_versions.required_fields jsonb not null default '[]'::jsonb
reports.evidence_profile_versions.items jsonb not null
reports.evidence_profile_versions.checklist jsonb not null default '[]'::jsonb
reports.evidence_profile_versions.created_by uuid
reports.evidence_profile_versions.created_at timestamp(3) with time zone not null default now()
reports.evidence_profiles.tenant_id uuid not null
reports.evidence_profiles.id uuid not null default uuidv7()
reports.evidence_profiles.name text not null
reports.evidence_profiles.report_type text not null
reports.evidence_profiles.bank_type text not null
reports.evidence_profiles.value_slab text not null
reports.evidence_profiles.bank_id uuid
reports.evidence_profiles.is_default boolean not null default true
reports.evidence_profiles.state text not null default 'draft'::text
reports.evidence_profiles.published_version integer
reports.evidence_profiles.created_by uuid
reports.evidence_profiles.version integer not null default 1
reports.evidence_profiles.created_at timestamp(3) with time zone not null default now()
reports.evidence_profiles.updated_at timestamp(3) with time zone not null default now()
reports.evidence_profiles.deleted_at timestamp(3) with time zone
reports.evidence_profiles.deleted_by uuid
reports.evidence_profiles.delete_reason text
reports.evidence_profiles.purge_after timestamp(3) with time zone
reports.evidence_profiles_live.tenant_id uuid
reports.evidence_profiles_live.id uuid
reports.evidence_profiles_live.name text
reports.evidence_profiles_live.report_type text
reports.evidence_profiles_live.bank_type text
reports.evidence_profiles_live.value_slab text
reports.evidence_profiles_live.bank_id uuid
reports.evidence_profiles_live.is_default boolean
reports.evidence_profiles_live.state text
reports.evidence_profiles_live.published_version integer
reports.evidence_profiles_live.created_by uuid
reports.evidence_profiles_live.version integer
reports.evidence_profiles_live.created_at timestamp(3) with time zone
reports.evidence_profiles_live.updated_at timestamp(3) with time zone
reports.evidence_profiles_live.deleted_at timestamp(3) with time zone
reports.evidence_profiles_live.deleted_by uuid
reports.evidence_profiles_live.delete_reason text
reports.evidence_profiles_live.purge_after timestamp(3) with time zone
reports.report_changed_paths.tenant_id uuid not null
reports.report_changed_paths.report_id uuid not null
reports.report_changed_paths.n integer not null
reports.report_changed_paths.path text not null
reports.report_changed_paths.before jsonb
reports.report_changed_paths.after jsonb
reports.report_changed_paths.reason text
reports.report_counters.tenant_id uuid not null
reports.report_counters.kind text not null
reports.report_counters.period text not null
reports.report_counters.next integer not null
reports.report_evidence_items.tenant_id uuid not null
reports.report_evidence_items.id uuid not null default uuidv7()
reports.report_evidence_items.report_id uuid not null
reports.report_evidence_items.document_id uuid
reports.report_evidence_items.physical_copy_seen boolean not null default false
reports.report_evidence_items.evidence_type text not null
reports.report_evidence_items.doc_type text
reports.report_evidence_items.tags jsonb not null default '{}'::jsonb
reports.report_evidence_items.label text
reports.report_evidence_items.annexure_order integer
reports.report_evidence_items.include_in_annexure boolean not null default true
reports.report_evidence_items.field_keys text[] not null default '{}'::text[]
reports.report_evidence_items.note text
reports.report_evidence_items.file_ref text
reports.report_evidence_items.created_by uuid not null
reports.report_evidence_items.version integer not null default 1
reports.report_evidence_items.created_at timestamp(3) with time zone not null default now()
reports.report_evidence_items.updated_at timestamp(3) with time zone not null default now()
reports.report_evidence_items.deleted_at timestamp(3) with time zone
reports.report_evidence_items.deleted_by uuid
reports.report_evidence_items.delete_reason text
reports.report_evidence_items.purge_after timestamp(3) with time zone
reports.report_evidence_items_live.tenant_id uuid
reports.report_evidence_items_live.id uuid
reports.report_evidence_items_live.report_id uuid
reports.report_evidence_items_live.document_id uuid
reports.report_evidence_items_live.physical_copy_seen boolean
reports.report_evidence_items_live.evidence_type text
reports.report_evidence_items_live.doc_type text
reports.report_evidence_items_live.tags jsonb
reports.report_evidence_items_live.label text
reports.report_evidence_items_live.annexure_order integer
reports.report_evidence_items_live.include_in_annexure boolean
reports.report_evidence_items_live.field_keys text[]
reports.report_evidence_items_live.note text
reports.report_evidence_items_live.file_ref text
reports.report_evidence_items_live.created_by uuid
reports.report_evidence_items_live.version integer
reports.report_evidence_items_live.created_at timestamp(3) with time zone
reports.report_evidence_items_live.updated_at timestamp(3) with time zone
reports.report_evidence_items_live.deleted_at timestamp(3) with time zone
reports.report_evidence_items_live.deleted_by uuid
reports.report_evidence_items_live.delete_reason text
reports.report_evidence_items_live.purge_after timestamp(3) with time zone
reports.report_generation_jobs.tenant_id uuid not null
reports.report_generation_jobs.id uuid not null default uuidv7()
reports.report_generation_jobs.report_id uuid not null
reports.report_generation_jobs.assignment_id uuid not null
reports.report_generation_jobs.pack_id uuid not null
reports.report_generation_jobs.run_id uuid
reports.report_generation_jobs.template_key text not null
reports.report_generation_jobs.status text not null default 'queued'::text
reports.report_generation_jobs.progress jsonb not null default '{"done": 0, "step": null, "total": 0, "percent": 0}'::jsonb
reports.report_generation_jobs.attempts integer not null default 0
reports.report_generation_jobs.max_attempts integer not null default 5
reports.report_generation_jobs.dead boolean not null default false
reports.report_generation_jobs.error jsonb
reports.report_generation_jobs.idempotency_key text
reports.report_generation_jobs.created_by uuid
reports.report_generation_jobs.created_at timestamp(3) with time zone not null default now()
reports.report_generation_jobs.started_at timestamp(3) with time zone
reports.report_generation_jobs.finished_at timestamp(3) with time zone
reports.report_pack_artifacts.tenant_id uuid not null
reports.report_pack_artifacts.id uuid not null default uuidv7()
reports.report_pack_artifacts.report_id uuid not null
reports.report_pack_artifacts.pack_id uuid not null
reports.report_pack_artifacts.kind text not null
reports.report_pack_artifacts.filename text not null
reports.report_pack_artifacts.document_id uuid not null
reports.report_pack_artifacts.mime_type text not null
reports.report_pack_artifacts.size_bytes bigint not null
reports.report_pack_artifacts.checksum_sha256 text not null
reports.report_pack_artifacts.pages integer
reports.report_pack_artifacts.created_at timestamp(3) with time zone not null default now()
reports.report_packs.tenant_id uuid not null
reports.report_packs.id uuid not null default uuidv7()
reports.report_packs.report_id uuid not null
reports.report_packs.assignment_id uuid not null
reports.report_packs.version integer not null
reports.report_packs.final boolean not null
reports.report_packs.template_key text not null
reports.report_packs.template_version_id uuid
reports.report_packs.report_family text not null
reports.report_packs.formats text[] not null
reports.report_packs.revision integer not null
reports.report_packs.content_hash text not null
reports.report_packs.bundle_hash text
reports.report_packs.input_hash text not null
reports.report_packs.renderer_version text not null
reports.report_packs.status text not null default 'generating'::text
reports.report_packs.stale boolean not null default false
reports.report_packs.warnings jsonb not null default '[]'::jsonb
reports.report_packs.context_snapshot jsonb not null default '{}'::jsonb
reports.report_packs.generated_at timestamp(3) with time zone
reports.report_packs.created_by uuid
reports.report_packs.created_at timestamp(3) with time zone not null default now()
reports.report_revisions.tenant_id uuid not null
reports.report_revisions.report_id uuid not null
reports.report_revisions.n app.ordinal not null
reports.report_revisions.kind reports.revision_kind not null
reports.report_revisions.source reports.revision_source not null
reports.report_revisions.patch jsonb
reports.report_revisions.contract jsonb not null
reports.report_revisions.derived jsonb not null
reports.report_revisions.readiness jsonb not null
reports.report_revisions.readiness_score integer not null
reports.report_revisions.manifest jsonb not null
reports.report_revisions.profile jsonb
reports.report_revisions.ruleset_id uuid not null
reports.report_revisions.ruleset jsonb not null
reports.report_revisions.changed_paths text[] not null default '{}'::text[]
reports.report_revisions.content_hash app.sha256_hex not null
reports.report_revisions.patch_hash app.sha256_hex not null
reports.report_revisions.prev_hash app.sha256_hex not null
reports.report_revisions.chain_hash app.sha256_hex not null
reports.report_revisions.input_snapshot_id uuid not null default uuidv7()
reports.report_revisions.output_snapshot_id uuid not null default uuidv7()
reports.report_revisions.rules_run_id uuid not null default uuidv7()
reports.report_revisions.author_id uuid
reports.report_revisions.reason text
reports.report_revisions.created_at timestamp(3) with time zone not null default now()
reports.report_suggestions.tenant_id uuid not null
reports.report_suggestions.id uuid not null default uuidv7()
reports.report_suggestions.report_id uuid not null
reports.report_suggestions.field_key text not null
reports.report_suggestions.value jsonb not null
reports.report_suggestions.unit text
reports.report_suggestions.confidence numeric(4,3) not null
reports.report_suggestions.method text not null
reports.report_suggestions.evidence_item_id uuid
reports.report_suggestions.raw_text text
reports.report_suggestions.box jsonb
reports.report_suggestions.status text not null default 'PENDING'::text
reports.report_suggestions.out_of_range boolean not null default false
reports.report_suggestions.decided_by uuid
reports.report_suggestions.decided_at timestamp(3) with time zone
reports.report_suggestions.created_at timestamp(3) with time zone not null default clock_timestamp()
reports.reports.tenant_id uuid not null
reports.reports.id uuid not null default uuidv7()
reports.reports.report_no text not null
reports.reports.reference_no text
reports.reports.title reports.title not null
reports.reports.assignment_id uuid not null
reports.reports.source_type reports.source_type not null
reports.reports.source_ref_id uuid
reports.reports.report_type reports.report_type not null
reports.reports.bank_id uuid
reports.reports.bank_name text
reports.reports.bank_type reports.bank_type not null
reports.reports.value_slab reports.value_slab not null default 'UNKNOWN'::text
reports.reports.template_selector text not null default 'UNKNOWN'::text
reports.reports.template_variant text not null default 'LAND_BUILDING'::text
reports.reports.status reports.report_status not null default 'DRAFT'::text
reports.reports.evidence_profile_id uuid
reports.reports.profile_chosen_by reports.profile_choice not null default 'auto'::text
reports.reports.profile_version integer
reports.reports.ruleset_id uuid not null
reports.reports.contract_version integer not null default 0
reports.reports.latest_revision integer not null default 0
reports.reports.evidence_version integer not null default 0
reports.reports.qc_state reports.qc_state not null default 'NONE'::text
reports.reports.readiness_score reports.score not null default 0
reports.reports.missing_fields_count integer not null default 0
reports.reports.missing_evidence_count integer not null default 0
reports.reports.warnings_count integer not null default 0
reports.reports.evidence_count integer not null default 0
reports.reports.comments_count integer not null default 0
reports.reports.borrower_name text
reports.reports.owner_name text
reports.reports.billing_mode reports.billing_mode
reports.reports.billing_account_id uuid
reports.reports.reservation_id uuid
reports.reports.service_invoice_id uuid
reports.reports.accepted_at timestamp(3) with time zone
reports.reports.billing_hooks jsonb not null default '[]'::jsonb
reports.reports.latest_pack_id uuid
reports.reports.pack_stale boolean not null default false
reports.reports.released_at timestamp(3) with time zone
reports.reports.delivered boolean not null default false
reports.reports.supersedes_report_id uuid
reports.reports.search_text text not null default ''::text
reports.reports.created_by uuid not null
reports.reports.version integer not null default 1
reports.reports.created_at timestamp(3) with time zone not null default now()
reports.reports.updated_at timestamp(3) with time zone not null default now()
reports.reports.deleted_at timestamp(3) with time zone
reports.reports.deleted_by uuid
reports.reports.delete_reason text
reports.reports.purge_after timestamp(3) with time zone
reports.reports_live.tenant_id uuid
reports.reports_live.id uuid
reports.reports_live.report_no text
reports.reports_live.reference_no text
reports.reports_live.title reports.title
reports.reports_live.assignment_id uuid
reports.reports_live.source_type reports.source_type
reports.reports_live.source_ref_id uuid
reports.reports_live.report_type reports.report_type
reports.reports_live.bank_id uuid
reports.reports_live.bank_name text
reports.reports_live.bank_type reports.bank_type
reports.reports_live.value_slab reports.value_slab
reports.reports_live.template_selector text
reports.reports_live.template_variant text
reports.reports_live.status reports.report_status
reports.reports_live.evidence_profile_id uuid
reports.reports_live.profile_chosen_by reports.profile_choice
reports.reports_live.profile_version integer
reports.reports_live.ruleset_id uuid
reports.reports_live.contract_version integer
reports.reports_live.latest_revision integer
reports.reports_live.evidence_version integer
reports.reports_live.qc_state reports.qc_state
reports.reports_live.readiness_score reports.score
reports.reports_live.missing_fields_count integer
reports.reports_live.missing_evidence_count integer
reports.reports_live.warnings_count integer
reports.reports_live.evidence_count integer
reports.reports_live.comments_count integer
reports.reports_live.borrower_name text
reports.reports_live.owner_name text
reports.reports_live.billing_mode reports.billing_mode
reports.reports_live.billing_account_id uuid
reports.reports_live.reservation_id uuid
reports.reports_live.service_invoice_id uuid
reports.reports_live.accepted_at timestamp(3) with time zone
reports.reports_live.billing_hooks jsonb
reports.reports_live.latest_pack_id uuid
reports.reports_live.pack_stale boolean
reports.reports_live.released_at timestamp(3) with time zone
reports.reports_live.delivered boolean
reports.reports_live.supersedes_report_id uuid
reports.reports_live.search_text text
reports.reports_live.created_by uuid
reports.reports_live.version integer
reports.reports_live.created_at timestamp(3) with time zone
reports.reports_live.updated_at timestamp(3) with time zone
reports.reports_live.deleted_at timestamp(3) with time zone
reports.reports_live.deleted_by uuid
reports.reports_live.delete_reason text
reports.reports_live.purge_after timestamp(3) with time zone
reports.rulesets.tenant_id uuid not null
reports.rulesets.id uuid not null default uuidv7()
reports.rulesets.version text not null
reports.rulesets.state text not null default 'draft'::text
reports.rulesets.shipped boolean not null default false
reports.rulesets.based_on text
reports.rulesets.params jsonb not null
reports.rulesets.overrides jsonb not null default '[]'::jsonb
reports.rulesets.local_units jsonb not null default '[]'::jsonb
reports.rulesets.hash text not null
reports.rulesets.note text
reports.rulesets.created_by uuid
reports.rulesets.created_at timestamp(3) with time zone not null default now()
reports.rulesets.published_by uuid
reports.rulesets.published_at timestamp(3) with time zone
reports.rulesets.in_force_at timestamp(3) with time zone
reports.shipped_profiles.name text not null
reports.shipped_profiles.report_type text not null
reports.shipped_profiles.bank_type text not null
reports.shipped_profiles.value_slab text not null
reports.shipped_profiles.required_fields jsonb not null
reports.shipped_profiles.items jsonb not null
reports.shipped_profiles.checklist jsonb not null
reports.shipped_rulesets.version text not null
reports.shipped_rulesets.params jsonb not null
reports.shipped_rulesets.hash text not null

-- Domains

app.ordinal integer CHECK ((VALUE > 0))
app.sha256_hex text CHECK (((octet_length(VALUE) = 64) AND (encode(decode(VALUE, 'hex'::text), 'hex'::text) = VALUE)))
app.yymm text CHECK ((VALUE ~ '^[0-9]{4}$'::text))
assignments.actor_kind text CHECK ((VALUE = ANY (ARRAY['PERSON'::text, 'GUEST'::text, 'SERVICE'::text, 'SYSTEM'::text])))
assignments.entity_type text CHECK (((char_length(VALUE) >= 1) AND (char_length(VALUE) <= 40)))
assignments.event_kind text CHECK (((char_length(VALUE) >= 1) AND (char_length(VALUE) <= 60)))
ops.idempotency_key text CHECK (((char_length(VALUE) >= 1) AND (char_length(VALUE) <= 120)))
reports.bank_type text CHECK ((VALUE = ANY (ARRAY['SBI'::text, 'PSU_GENERIC'::text, 'COOP'::text, 'AGRI'::text, 'OTHER'::text])))
reports.billing_mode text CHECK ((VALUE = ANY (ARRAY['CREDIT'::text, 'POSTPAID'::text])))
reports.profile_choice text CHECK ((VALUE = ANY (ARRAY['auto'::text, 'user'::text])))
reports.qc_state text CHECK ((VALUE = ANY (ARRAY['NONE'::text, 'REQUESTED'::text, 'CHANGES_REQUESTED'::text, 'APPROVED'::text])))
reports.report_status text CHECK ((VALUE = ANY (ARRAY['DRAFT'::text, 'EVIDENCE_PENDING'::text, 'DATA_PENDING'::text, 'READY_FOR_RENDER'::text, 'CLOSED'::text, 'CANCELLED'::text])))
reports.report_type text CHECK ((VALUE = ANY (ARRAY['VALUATION'::text, 'REVALUATION'::text, 'DPR'::text, 'STAGE_PROGRESS'::text])))
reports.revision_kind text CHECK ((VALUE = ANY (ARRAY['CONTRACT'::text, 'RULES'::text, 'FREEZE'::text])))
reports.revision_source text CHECK ((VALUE = ANY (ARRAY['form'::text, 'api'::text, 'suggestion'::text, 'bundle'::text, 'system'::text])))
reports.score integer CHECK (((VALUE >= 0) AND (VALUE <= 100)))
reports.source_type text CHECK ((VALUE = ANY (ARRAY['TENANT'::text, 'EXTERNAL'::text, 'CHANNEL'::text])))
reports.title text CHECK (((char_length(VALUE) >= 1) AND (char_length(VALUE) <= 200)))
reports.value_slab text CHECK ((VALUE = ANY (ARRAY['LT_5CR'::text, 'GT_5CR'::text, 'UNKNOWN'::text])))

-- Constraints

assignments.activity_events activity_events_pkey PRIMARY KEY (tenant_id, id)
assignments.assignment_assignees assignment_assignees__assignment FOREIGN KEY (tenant_id, assignment_id) REFERENCES assignments.assignments(tenant_id, id)
assignments.assignment_assignees assignment_assignees__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
assignments.assignment_assignees assignment_assignees_pkey PRIMARY KEY (tenant_id, id)
assignments.assignment_assignees assignment_assignees_role_check CHECK ((role = ANY (ARRAY['lead'::text, 'assistant'::text, 'reviewer'::text, 'field'::text])))
assignments.assignment_assignees assignment_assignees_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
assignments.assignment_counters assignment_counters_pkey PRIMARY KEY (tenant_id, yymm)
assignments.assignment_counters assignment_counters_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
assignments.assignment_floors assignment_floors__assignment FOREIGN KEY (tenant_id, assignment_id) REFERENCES assignments.assignments(tenant_id, id)
assignments.assignment_floors assignment_floors__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
assignments.assignment_floors assignment_floors__name EXCLUDE USING btree (tenant_id WITH =, assignment_id WITH =, lower(name) WITH =) WHERE ((deleted_at IS NULL)) DEFERRABLE INITIALLY DEFERRED
assignments.assignment_floors assignment_floors_area_check CHECK ((area >= (0)::numeric))
assignments.assignment_floors assignment_floors_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 120)))
assignments.assignment_floors assignment_floors_pkey PRIMARY KEY (tenant_id, id)
assignments.assignment_floors assignment_floors_unit_check CHECK ((unit = ANY (ARRAY['sqm'::text, 'sqft'::text])))
assignments.assignments assignments__bank FOREIGN KEY (tenant_id, bank_id) REFERENCES directory.banks(tenant_id, id)
assignments.assignments assignments__bank_branch FOREIGN KEY (tenant_id, bank_branch_id) REFERENCES directory.bank_branches(tenant_id, id)
assignments.assignments assignments__built_up_area_has_unit CHECK (((built_up_area IS NULL) = (built_up_area_unit IS NULL)))
assignments.assignments assignments__client_org FOREIGN KEY (tenant_id, client_org_id) REFERENCES directory.client_orgs(tenant_id, id)
assignments.assignments assignments__code UNIQUE (tenant_id, code)
assignments.assignments assignments__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
assignments.assignments assignments__hold_is_whole CHECK ((((hold_since IS NULL) = (hold_reason IS NULL)) AND ((hold_since IS NULL) = (hold_by IS NULL))))
assignments.assignments assignments__land_area_has_unit CHECK (((land_area IS NULL) = (land_area_unit IS NULL)))
assignments.assignments assignments__primary_contact FOREIGN KEY (tenant_id, primary_contact_id) REFERENCES directory.contacts(tenant_id, id)
assignments.assignments assignments__property FOREIGN KEY (tenant_id, property_id) REFERENCES directory.properties(tenant_id, id)
assignments.assignments assignments_built_up_area_unit_check CHECK ((built_up_area_unit = ANY (ARRAY['sqm'::text, 'sqft'::text])))
assignments.assignments assignments_case_type_check CHECK ((case_type = ANY (ARRAY['BANK'::text, 'EXTERNAL_VALUER'::text, 'DIRECT'::text])))
assignments.assignments assignments_due_basis_check CHECK ((due_basis = ANY (ARRAY['EXPLICIT'::text, 'SITE_VISIT'::text, 'DEFAULT'::text])))
assignments.assignments assignments_fee_paise_check CHECK ((fee_paise >= 0))
assignments.assignments assignments_land_area_unit_check CHECK ((land_area_unit = ANY (ARRAY['sqm'::text, 'sqft'::text])))
assignments.assignments assignments_lead_user_id_fkey FOREIGN KEY (lead_user_id) REFERENCES identity.users(id)
assignments.assignments assignments_loan_product_check CHECK ((loan_product = ANY (ARRAY['HOME_LOAN'::text, 'LAP'::text, 'PLAP'::text, 'MSME'::text, 'NPA'::text, 'OTHER'::text])))
assignments.assignments assignments_messages_check CHECK ((messages >= 0))
assignments.assignments assignments_missing_docs_check CHECK ((missing_docs >= 0))
assignments.assignments assignments_open_tasks_check CHECK ((open_tasks >= 0))
assignments.assignments assignments_pkey PRIMARY KEY (tenant_id, id)
assignments.assignments assignments_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'urgent'::text])))
assignments.assignments assignments_service_line_check CHECK ((service_line = ANY (ARRAY['VALUATION'::text, 'INDUSTRIAL'::text, 'DPR'::text, 'CMA'::text, 'OTHER'::text])))
assignments.assignments assignments_source_check CHECK ((source = ANY (ARRAY['tenant'::text, 'external_portal'::text, 'partner'::text])))
assignments.assignments assignments_source_type_check CHECK ((source_type = ANY (ARRAY['bank'::text, 'direct'::text, 'channel'::text])))
assignments.assignments assignments_status_check CHECK ((status = ANY (ARRAY['DRAFT'::text, 'COLLECTING'::text, 'QC_PENDING'::text, 'CHANGES_REQUESTED'::text, 'QC_APPROVED'::text, 'FINALIZED'::text, 'DELIVERED'::text, 'BILLED'::text, 'PAID'::text, 'CLOSED'::text, 'CANCELLED'::text])))
assignments.assignments assignments_summary_check CHECK ((char_length(summary) <= 4000))
assignments.assignments assignments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
assignments.assignments assignments_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)))
audit.checkpoints checkpoints_link_check CHECK ((octet_length(link) = 32))
audit.checkpoints checkpoints_note_check CHECK ((octet_length(note) <= 8192))
audit.checkpoints checkpoints_pkey PRIMARY KEY (tenant_id, epoch, size)
audit.checkpoints checkpoints_root_check CHECK ((octet_length(root) = 32))
audit.checkpoints checkpoints_size_check CHECK ((size >= 1))
audit.events events__leaf_is_hash_of_canon CHECK ((leaf = sha256(('\x00'::bytea || canon))))
audit.events events_canon_check CHECK (((octet_length(canon) >= 2) AND (octet_length(canon) <= 65536)))
audit.events events_epoch_check CHECK ((epoch >= 1))
audit.events events_link_check CHECK ((octet_length(link) = 32))
audit.events events_pkey PRIMARY KEY (tenant_id, epoch, seq)
audit.events events_seq_check CHECK ((seq >= 1))
audit.export_chunks export_chunks__here_or_there CHECK (((payload_bytes IS NULL) <> (external_ref IS NULL)))
audit.export_chunks export_chunks__whole CHECK (((payload_bytes IS NULL) OR ((octet_length(payload_bytes) = bytes) AND (bytes <= 1048576))))
audit.export_chunks export_chunks_byte_offset_check CHECK ((byte_offset >= 0))
audit.export_chunks export_chunks_bytes_check CHECK (((bytes >= 1) AND (bytes <= 8388608)))
audit.export_chunks export_chunks_chunk_no_check CHECK ((chunk_no >= 0))
audit.export_chunks export_chunks_external_ref_check CHECK ((char_length(external_ref) <= 1000))
audit.export_chunks export_chunks_part_no_check CHECK ((part_no >= 1))
audit.export_chunks export_chunks_payload_hash_check CHECK ((octet_length(payload_hash) = 32))
audit.export_chunks export_chunks_pkey PRIMARY KEY (tenant_id, job_id, chunk_no)
audit.export_chunks export_chunks_tenant_id_job_id_fkey FOREIGN KEY (tenant_id, job_id) REFERENCES audit.export_jobs(tenant_id, id) ON DELETE CASCADE
audit.export_jobs export_jobs__done_has_a_sum CHECK (((status <> 'DONE'::text) OR ((sha256 IS NOT NULL) AND (completed_at IS NOT NULL))))
audit.export_jobs export_jobs__failed_says_why CHECK (((status <> 'FAILED'::text) OR (error_code IS NOT NULL)))
audit.export_jobs export_jobs__interactive_is_limited CHECK (((profile = 'bulk'::text) OR (row_limit IS NOT NULL)))
audit.export_jobs export_jobs__range CHECK ((from_utc <= to_utc))
audit.export_jobs export_jobs__running_is_leased CHECK (((status <> 'RUNNING'::text) OR ((lease_until IS NOT NULL) AND (started_at IS NOT NULL) AND (attempt > 0))))
audit.export_jobs export_jobs_attempt_check CHECK (((attempt >= 0) AND (attempt <= 5)))
audit.export_jobs export_jobs_columns_check CHECK ((columns = ANY (ARRAY['base'::text, 'full'::text])))
audit.export_jobs export_jobs_compress_check CHECK ((compress = ANY (ARRAY['none'::text, 'gzip'::text])))
audit.export_jobs export_jobs_error_code_check CHECK ((char_length(error_code) <= 80))
audit.export_jobs export_jobs_error_message_check CHECK ((char_length(error_message) <= 500))
audit.export_jobs export_jobs_export_format_check CHECK ((export_format = ANY (ARRAY['json'::text, 'jsonl'::text, 'csv'::text, 'bundle'::text])))
audit.export_jobs export_jobs_filters_check CHECK (((jsonb_typeof(filters) = 'object'::text) AND (octet_length((filters)::text) <= 8192)))
audit.export_jobs export_jobs_max_bytes_check CHECK (((max_bytes >= 1024) AND (max_bytes <= '17179869184'::bigint)))
audit.export_jobs export_jobs_max_duration_sec_check CHECK (((max_duration_sec >= 5) AND (max_duration_sec <= 3600)))
audit.export_jobs export_jobs_pkey PRIMARY KEY (tenant_id, id)
audit.export_jobs export_jobs_profile_check CHECK ((profile = ANY (ARRAY['interactive'::text, 'bulk'::text])))
audit.export_jobs export_jobs_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES identity.users(id)
audit.export_jobs export_jobs_row_limit_check CHECK (((row_limit >= 1) AND (row_limit <= 10000000)))
audit.export_jobs export_jobs_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
audit.export_jobs export_jobs_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'DONE'::text, 'FAILED'::text, 'EXPIRED'::text])))
audit.export_jobs export_jobs_storage_kind_check CHECK ((storage_kind = ANY (ARRAY['db'::text, 's3'::text])))
audit.export_jobs export_jobs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
audit.export_parts export_parts_bytes_check CHECK ((bytes >= 0))
audit.export_parts export_parts_part_no_check CHECK ((part_no >= 1))
audit.export_parts export_parts_pkey PRIMARY KEY (tenant_id, job_id, part_no)
audit.export_parts export_parts_raw_bytes_check CHECK ((raw_bytes >= 0))
audit.export_parts export_parts_rows_check CHECK ((rows >= 0))
audit.export_parts export_parts_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
audit.export_parts export_parts_tenant_id_job_id_fkey FOREIGN KEY (tenant_id, job_id) REFERENCES audit.export_jobs(tenant_id, id) ON DELETE CASCADE
audit.heads heads_epoch_check CHECK ((epoch >= 1))
audit.heads heads_link_check CHECK ((octet_length(link) = 32))
audit.heads heads_pkey PRIMARY KEY (tenant_id, epoch)
audit.heads heads_size_check CHECK ((size >= 0))
audit.inbox inbox__can_be_sealed CHECK (COALESCE(audit.can_seal(id, tenant_id, canon), false))
audit.inbox inbox_pkey PRIMARY KEY (tenant_id, id)
audit.merged_refusals merged_refusals__actor_key CHECK (((char_length(actor_key) >= 1) AND (char_length(actor_key) <= 80)))
audit.merged_refusals merged_refusals_action_check CHECK ((char_length(action) <= 80))
audit.merged_refusals merged_refusals_count_check CHECK ((count >= 0))
audit.merged_refusals merged_refusals_event_check CHECK ((octet_length((event)::text) <= 65536))
audit.merged_refusals merged_refusals_pkey PRIMARY KEY (tenant_id, actor_key, action, target_id)
audit.merged_refusals merged_refusals_target_id_check CHECK ((char_length(target_id) <= 200))
audit.notary_receipts notary_receipts__mails_are_of_a_firm CHECK (((sink = 'mail'::text) = (tenant_id IS NOT NULL)))
audit.notary_receipts notary_receipts_pkey PRIMARY KEY (id)
audit.notary_receipts notary_receipts_receipt_check CHECK ((octet_length((receipt)::text) <= 65536))
audit.notary_receipts notary_receipts_sink_check CHECK (((char_length(sink) >= 1) AND (char_length(sink) <= 40)))
audit.notary_sinks notary_sinks_attempts_check CHECK ((attempts >= 0))
audit.notary_sinks notary_sinks_last_error_check CHECK ((char_length(last_error) <= 300))
audit.notary_sinks notary_sinks_pkey PRIMARY KEY (sink)
audit.notary_sinks notary_sinks_sink_check CHECK (((char_length(sink) >= 1) AND (char_length(sink) <= 40)))
audit.recent_views recent_views_action_check CHECK ((char_length(action) <= 80))
audit.recent_views recent_views_pkey PRIMARY KEY (tenant_id, actor_user_id, action, target_id)
audit.recent_views recent_views_target_id_check CHECK ((char_length(target_id) <= 200))
audit.retention_seals retention_seals_archive_bytes_check CHECK ((archive_bytes > 0))
audit.retention_seals retention_seals_archive_key_check CHECK (((char_length(archive_key) >= 1) AND (char_length(archive_key) <= 400)))
audit.retention_seals retention_seals_archive_sha256_check CHECK ((octet_length(archive_sha256) = 32))
audit.retention_seals retention_seals_check CHECK (((from_seq >= 1) AND (from_seq <= upto_seq)))
audit.retention_seals retention_seals_link_check CHECK ((octet_length(link) = 32))
audit.retention_seals retention_seals_open_leaves_check CHECK ((((octet_length(open_leaves) % 32) = 0) AND (octet_length(open_leaves) < 8192)))
audit.retention_seals retention_seals_pkey PRIMARY KEY (tenant_id, epoch, upto_seq)
audit.retention_seals retention_seals_upto_seq_check CHECK ((upto_seq >= 1))
audit.root_log root_log__proof_of_a_note CHECK (((proof IS NULL) = (note_size IS NULL)))
audit.root_log root_log_check CHECK ((note_size > "position"))
audit.root_log root_log_leaf_check CHECK ((octet_length(leaf) = 32))
audit.root_log root_log_pkey PRIMARY KEY (tenant_id, epoch, size, root_epoch)
audit.root_log root_log_position_check CHECK (("position" >= 0))
audit.root_log root_log_proof_check CHECK ((cardinality(proof) <= 64))
audit.root_log root_log_root_epoch_check CHECK ((root_epoch >= 1))
audit.root_notes root_notes_note_check CHECK ((octet_length(note) <= 8192))
audit.root_notes root_notes_pkey PRIMARY KEY (id)
audit.root_notes root_notes_root_check CHECK ((octet_length(root) = 32))
audit.root_notes root_notes_size_check CHECK ((size >= 0))
audit.signing_keys signing_keys_pkey PRIMARY KEY (public_key)
audit.signing_keys signing_keys_public_key_check CHECK ((octet_length(public_key) = 32))
audit.tiles tiles_hashes_check CHECK ((octet_length(hashes) = 8192))
audit.tiles tiles_index_check CHECK ((index >= 0))
audit.tiles tiles_level_check CHECK (((level >= 0) AND (level <= 6)))
audit.tiles tiles_pkey PRIMARY KEY (tenant_id, epoch, level, index)
audit.tiles tiles_root_check CHECK ((octet_length(root) = 32))
audit.verify_runs verify_runs_kind_check CHECK ((kind = ANY (ARRAY['range'::text, 'full'::text, 'nightly'::text])))
audit.verify_runs verify_runs_pkey PRIMARY KEY (tenant_id, id)
audit.verify_runs verify_runs_result_check CHECK ((octet_length((result)::text) <= 65536))
directory.bank_branches bank_branches__bank FOREIGN KEY (tenant_id, bank_id) REFERENCES directory.banks(tenant_id, id)
directory.bank_branches bank_branches__both_coordinates CHECK (((latitude IS NULL) = (longitude IS NULL)))
directory.bank_branches bank_branches__client_org FOREIGN KEY (tenant_id, client_org_id) REFERENCES directory.client_orgs(tenant_id, id)
directory.bank_branches bank_branches__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
directory.bank_branches bank_branches__merged_into FOREIGN KEY (tenant_id, merged_into_id) REFERENCES directory.bank_branches(tenant_id, id)
directory.bank_branches bank_branches__merged_names_target CHECK (((verification = 'MERGED'::text) = (merged_into_id IS NOT NULL)))
directory.bank_branches bank_branches_branch_name_check CHECK (((char_length(branch_name) >= 2) AND (char_length(branch_name) <= 200)))
directory.bank_branches bank_branches_city_check CHECK (((char_length(city) >= 2) AND (char_length(city) <= 120)))
directory.bank_branches bank_branches_ifsc_check CHECK ((ifsc ~ '^[A-Z]{4}0[A-Z0-9]{6}$'::text))
directory.bank_branches bank_branches_latitude_check CHECK (((latitude >= ('-90'::integer)::numeric) AND (latitude <= (90)::numeric)))
directory.bank_branches bank_branches_longitude_check CHECK (((longitude >= ('-180'::integer)::numeric) AND (longitude <= (180)::numeric)))
directory.bank_branches bank_branches_micr_check CHECK ((micr ~ '^[0-9]{9}$'::text))
directory.bank_branches bank_branches_pkey PRIMARY KEY (tenant_id, id)
directory.bank_branches bank_branches_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
directory.bank_branches bank_branches_verification_check CHECK ((verification = ANY (ARRAY['PENDING'::text, 'VERIFIED'::text, 'REJECTED'::text, 'MERGED'::text])))
directory.banks banks__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
directory.banks banks__merged_into FOREIGN KEY (tenant_id, merged_into_id) REFERENCES directory.banks(tenant_id, id)
directory.banks banks__merged_names_target CHECK (((verification = 'MERGED'::text) = (merged_into_id IS NOT NULL)))
directory.banks banks_aliases_check CHECK ((cardinality(aliases) <= 20))
directory.banks banks_bank_type_check CHECK ((bank_type = ANY (ARRAY['SBI'::text, 'PSU_GENERIC'::text, 'COOP'::text, 'AGRI'::text, 'OTHER'::text])))
directory.banks banks_ifsc_prefix_check CHECK ((ifsc_prefix ~ '^[A-Z]{4}$'::text))
directory.banks banks_name_check CHECK (((char_length(name) >= 2) AND (char_length(name) <= 200)))
directory.banks banks_pkey PRIMARY KEY (tenant_id, id)
directory.banks banks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
directory.banks banks_verification_check CHECK ((verification = ANY (ARRAY['PENDING'::text, 'VERIFIED'::text, 'REJECTED'::text, 'MERGED'::text])))
directory.client_orgs client_orgs__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
directory.client_orgs client_orgs__merged_into FOREIGN KEY (tenant_id, merged_into_id) REFERENCES directory.client_orgs(tenant_id, id)
directory.client_orgs client_orgs__merged_names_target CHECK (((verification = 'MERGED'::text) = (merged_into_id IS NOT NULL)))
directory.client_orgs client_orgs_city_check CHECK (((char_length(city) >= 2) AND (char_length(city) <= 120)))
directory.client_orgs client_orgs_name_check CHECK (((char_length(name) >= 2) AND (char_length(name) <= 200)))
directory.client_orgs client_orgs_pkey PRIMARY KEY (tenant_id, id)
directory.client_orgs client_orgs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
directory.client_orgs client_orgs_verification_check CHECK ((verification = ANY (ARRAY['PENDING'::text, 'VERIFIED'::text, 'REJECTED'::text, 'MERGED'::text])))
directory.contacts contacts__client_org FOREIGN KEY (tenant_id, client_org_id) REFERENCES directory.client_orgs(tenant_id, id)
directory.contacts contacts__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
directory.contacts contacts_name_check CHECK (((char_length(name) >= 2) AND (char_length(name) <= 200)))
directory.contacts contacts_pkey PRIMARY KEY (tenant_id, id)
directory.contacts contacts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
directory.properties properties__both_coordinates CHECK (((latitude IS NULL) = (longitude IS NULL)))
directory.properties properties__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
directory.properties properties__subtype FOREIGN KEY (tenant_id, property_subtype_id, property_type_id) REFERENCES directory.property_subtypes(tenant_id, id, property_type_id) ON UPDATE CASCADE
directory.properties properties__subtype_has_type CHECK (((property_subtype_id IS NULL) OR (property_type_id IS NOT NULL)))
directory.properties properties__type FOREIGN KEY (tenant_id, property_type_id) REFERENCES directory.property_types(tenant_id, id)
directory.properties properties_coord_source_check CHECK ((coord_source = ANY (ARRAY['MANUAL'::text, 'EXIF'::text, 'OCR'::text, 'GEOCODE'::text])))
directory.properties properties_latitude_check CHECK (((latitude >= ('-90'::integer)::numeric) AND (latitude <= (90)::numeric)))
directory.properties properties_longitude_check CHECK (((longitude >= ('-180'::integer)::numeric) AND (longitude <= (180)::numeric)))
directory.properties properties_name_check CHECK (((char_length(name) >= 2) AND (char_length(name) <= 200)))
directory.properties properties_pkey PRIMARY KEY (tenant_id, id)
directory.properties properties_postal_code_check CHECK ((postal_code ~ '^[1-9][0-9]{5}$'::text))
directory.properties properties_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
directory.property_subtypes property_subtypes__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
directory.property_subtypes property_subtypes__type FOREIGN KEY (tenant_id, property_type_id) REFERENCES directory.property_types(tenant_id, id)
directory.property_subtypes property_subtypes_name_check CHECK (((char_length(name) >= 2) AND (char_length(name) <= 200)))
directory.property_subtypes property_subtypes_pkey PRIMARY KEY (tenant_id, id)
directory.property_subtypes property_subtypes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
directory.property_subtypes property_subtypes_tenant_id_id_property_type_id_key UNIQUE (tenant_id, id, property_type_id)
directory.property_types property_types__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
directory.property_types property_types_name_check CHECK (((char_length(name) >= 2) AND (char_length(name) <= 200)))
directory.property_types property_types_pkey PRIMARY KEY (tenant_id, id)
directory.property_types property_types_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
documents.document_links document_links__document FOREIGN KEY (tenant_id, document_id, owner_user_id) REFERENCES documents.documents(tenant_id, id, owner_user_id)
documents.document_links document_links__has_target CHECK ((num_nonnulls(commission_id, assignment_id, report_id, employee_id, invoice_id, conversation_id) > 0))
documents.document_links document_links__once UNIQUE NULLS NOT DISTINCT (tenant_id, document_id, commission_id, assignment_id, report_id, employee_id, invoice_id, conversation_id, purpose)
documents.document_links document_links__stands_alone CHECK (((num_nonnulls(employee_id, invoice_id, conversation_id) = 0) OR (num_nonnulls(commission_id, assignment_id, report_id, employee_id, invoice_id, conversation_id) = 1)))
documents.document_links document_links_pkey PRIMARY KEY (tenant_id, id)
documents.document_links document_links_purpose_check CHECK ((purpose = ANY (ARRAY['evidence'::text, 'reference'::text, 'photo'::text, 'annexure'::text, 'other'::text])))
documents.document_tags document_tags__document FOREIGN KEY (tenant_id, document_id) REFERENCES documents.documents(tenant_id, id)
documents.document_tags document_tags_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{0,39}$'::text))
documents.document_tags document_tags_pkey PRIMARY KEY (tenant_id, document_id, key, value_norm)
documents.document_tags document_tags_value_check CHECK (((char_length(value) >= 1) AND (char_length(value) <= 80)))
documents.document_views document_views__document FOREIGN KEY (tenant_id, document_id) REFERENCES documents.documents(tenant_id, id)
documents.document_views document_views_pkey PRIMARY KEY (tenant_id, document_id, user_id)
documents.documents documents__client_ref UNIQUE (tenant_id, owner_user_id, client_ref)
documents.documents documents__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
documents.documents documents__kyc_is_personal CHECK (((classification <> 'bank_kyc'::text) OR (sensitivity = ANY (ARRAY['pii'::text, 'confidential'::text]))))
documents.documents documents__metadata_size CHECK ((octet_length((metadata_json)::text) <= 65536))
documents.documents documents__owner UNIQUE (tenant_id, id, owner_user_id)
documents.documents documents__portal_row_has_owner CHECK (((external_party_id IS NULL) OR (external_owner_id IS NOT NULL)))
documents.documents documents__storage_key UNIQUE (storage_key)
documents.documents documents__uploaded_is_verified CHECK (((status <> 'uploaded'::text) OR ((sha256 IS NOT NULL) AND (detected_type IS NOT NULL) AND (uploaded_at IS NOT NULL))))
documents.documents documents_classification_check CHECK ((classification = ANY (ARRAY['bank_kyc'::text, 'site_photo'::text, 'approval_plan'::text, 'tax_receipt'::text, 'legal'::text, 'invoice'::text, 'other'::text])))
documents.documents documents_client_ref_check CHECK (((char_length(client_ref) >= 1) AND (char_length(client_ref) <= 120)))
documents.documents documents_declared_sha256_check CHECK ((declared_sha256 ~ '^[0-9a-f]{64}$'::text))
documents.documents documents_external_owner_id_fkey FOREIGN KEY (external_owner_id) REFERENCES identity.users(id)
documents.documents documents_metadata_json_check CHECK ((jsonb_typeof(metadata_json) = 'object'::text))
documents.documents documents_original_filename_check CHECK (((char_length(original_filename) >= 1) AND (char_length(original_filename) <= 200)))
documents.documents documents_owner_user_id_fkey FOREIGN KEY (owner_user_id) REFERENCES identity.users(id)
documents.documents documents_pkey PRIMARY KEY (tenant_id, id)
documents.documents documents_review_state_check CHECK ((review_state = ANY (ARRAY['UPLOADED'::text, 'RECEIVED'::text, 'REVIEWED'::text, 'FINAL'::text, 'NEEDS_CLARIFICATION'::text, 'REJECTED'::text])))
documents.documents documents_scan_status_check CHECK ((scan_status = ANY (ARRAY['skipped'::text, 'pending'::text, 'clean'::text, 'infected'::text])))
documents.documents documents_sensitivity_check CHECK ((sensitivity = ANY (ARRAY['public'::text, 'internal'::text, 'pii'::text, 'confidential'::text])))
documents.documents documents_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
documents.documents documents_size_bytes_check CHECK (((size_bytes >= 1) AND (size_bytes <= 209715200)))
documents.documents documents_source_check CHECK ((source = ANY (ARRAY['portal'::text, 'tenant'::text, 'internal'::text, 'mobile_camera'::text, 'mobile_gallery'::text, 'desktop_upload'::text, 'email_ingest'::text, 'portal_upload'::text])))
documents.documents documents_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'uploaded'::text, 'rejected'::text, 'quarantined'::text, 'deleted'::text])))
documents.documents documents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
documents.documents documents_thumb_status_check CHECK ((thumb_status = ANY (ARRAY['none'::text, 'pending'::text, 'ready'::text, 'failed'::text])))
documents.documents documents_version_no_check CHECK ((version_no >= 1))
documents.documents documents_visibility_check CHECK ((visibility = ANY (ARRAY['internal'::text, 'shared'::text, 'released'::text])))
identity.auth_blocks auth_blocks__range_width CHECK (((kind <> 'CIDR'::text) OR (masklen((cidr)::inet) >=
CASE family((cidr)::inet)
    WHEN 4 THEN 16
    ELSE 32
END)))
identity.auth_blocks auth_blocks__target CHECK ((((kind = 'ACCOUNT'::text) = (user_id IS NOT NULL)) AND ((kind <> 'ACCOUNT'::text) = (cidr IS NOT NULL))))
identity.auth_blocks auth_blocks_created_by_fkey FOREIGN KEY (created_by) REFERENCES identity.users(id)
identity.auth_blocks auth_blocks_kind_check CHECK ((kind = ANY (ARRAY['ACCOUNT'::text, 'IP'::text, 'CIDR'::text])))
identity.auth_blocks auth_blocks_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES identity.users(id)
identity.auth_blocks auth_blocks_pkey PRIMARY KEY (id)
identity.auth_blocks auth_blocks_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 500)))
identity.auth_blocks auth_blocks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.auth_blocks auth_blocks_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.auth_credentials auth_credentials_pkey PRIMARY KEY (user_id)
identity.auth_credentials auth_credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.auth_factor_counters auth_factor_counters_pkey PRIMARY KEY (user_id)
identity.auth_factor_counters auth_factor_counters_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.auth_failed_addresses auth_failed_addresses_pkey PRIMARY KEY (id)
identity.auth_families auth_families_aud_check CHECK ((aud = ANY (ARRAY['web'::text, 'portal'::text, 'studio'::text])))
identity.auth_families auth_families_client_type_check CHECK ((client_type = ANY (ARRAY['web'::text, 'mobile'::text, 'widget'::text, 'trusted_cli'::text])))
identity.auth_families auth_families_pkey PRIMARY KEY (id)
identity.auth_families auth_families_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.auth_families auth_families_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.auth_links auth_links_pkey PRIMARY KEY (token_sha256)
identity.auth_links auth_links_purpose_check CHECK ((purpose = ANY (ARRAY['INVITE'::text, 'RESET'::text, 'REGISTER'::text, 'EMAIL_CHANGE'::text])))
identity.auth_links auth_links_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.auth_links auth_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.auth_login_counters auth_login_counters_pkey PRIMARY KEY (login_hmac)
identity.auth_mfa_tickets auth_mfa_tickets_aud_check CHECK ((aud = ANY (ARRAY['web'::text, 'portal'::text, 'studio'::text])))
identity.auth_mfa_tickets auth_mfa_tickets_pkey PRIMARY KEY (ticket_sha256)
identity.auth_mfa_tickets auth_mfa_tickets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.auth_mfa_tickets auth_mfa_tickets_type_check CHECK ((type = ANY (ARRAY['SETUP'::text, 'VERIFY'::text])))
identity.auth_mfa_tickets auth_mfa_tickets_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.auth_recovery_codes auth_recovery_codes_pkey PRIMARY KEY (user_id, code_hmac)
identity.auth_recovery_codes auth_recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.auth_refresh_tokens auth_refresh_tokens_family_id_fkey FOREIGN KEY (family_id) REFERENCES identity.auth_families(id)
identity.auth_refresh_tokens auth_refresh_tokens_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES identity.auth_refresh_tokens(id)
identity.auth_refresh_tokens auth_refresh_tokens_pkey PRIMARY KEY (id)
identity.auth_refresh_tokens auth_refresh_tokens_token_sha256_key UNIQUE (token_sha256)
identity.auth_seen_addresses auth_seen_addresses_pkey PRIMARY KEY (user_id, address)
identity.auth_seen_addresses auth_seen_addresses_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.auth_totp auth_totp_pkey PRIMARY KEY (user_id)
identity.auth_totp auth_totp_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.capabilities capabilities_pkey PRIMARY KEY (key)
identity.job_template_capabilities job_template_capabilities_capability_fkey FOREIGN KEY (capability) REFERENCES identity.capabilities(key)
identity.job_template_capabilities job_template_capabilities_job_template_fkey FOREIGN KEY (job_template) REFERENCES identity.job_templates(key)
identity.job_template_capabilities job_template_capabilities_pkey PRIMARY KEY (job_template, capability)
identity.job_template_capabilities job_template_capabilities_scope_check CHECK ((scope = ANY (ARRAY['own'::text, 'assigned'::text, 'all'::text])))
identity.job_templates job_templates_key_role_key UNIQUE (key, role)
identity.job_templates job_templates_pkey PRIMARY KEY (key)
identity.job_templates job_templates_role_check CHECK ((role = ANY (ARRAY['AGENT'::text, 'CUSTOMER'::text, 'ADMIN'::text, 'OPS'::text, 'SYSTEM'::text])))
identity.membership_job_templates membership_job_templates__membership FOREIGN KEY (tenant_id, user_id, role) REFERENCES identity.memberships(tenant_id, user_id, role)
identity.membership_job_templates membership_job_templates__template FOREIGN KEY (job_template, role) REFERENCES identity.job_templates(key, role)
identity.membership_job_templates membership_job_templates_pkey PRIMARY KEY (tenant_id, user_id, job_template)
identity.memberships memberships__admin_level_counts_with_admin CHECK (((role = 'ADMIN'::text) = (admin_level IS NOT NULL)))
identity.memberships memberships__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
identity.memberships memberships_admin_level_check CHECK ((admin_level = ANY (ARRAY['MANAGER'::text, 'SYSTEM_ADMIN'::text])))
identity.memberships memberships_pkey PRIMARY KEY (tenant_id, user_id)
identity.memberships memberships_role_check CHECK ((role = ANY (ARRAY['AGENT'::text, 'CUSTOMER'::text, 'ADMIN'::text, 'OPS'::text, 'SYSTEM'::text])))
identity.memberships memberships_status_check CHECK ((status = ANY (ARRAY['invited'::text, 'active'::text, 'disabled'::text, 'ended'::text])))
identity.memberships memberships_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.memberships memberships_tenant_id_user_id_role_key UNIQUE (tenant_id, user_id, role)
identity.memberships memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.platform_settings platform_settings__two_tenants CHECK ((internal_tenant_id <> external_tenant_id))
identity.platform_settings platform_settings_one_row_check CHECK (one_row)
identity.platform_settings platform_settings_pkey PRIMARY KEY (one_row)
identity.portal_links portal_links__party CHECK (((party_kind = 'self'::text) = (party_id IS NULL)))
identity.portal_links portal_links_party_kind_check CHECK ((party_kind = ANY (ARRAY['self'::text, 'channel'::text, 'bank_branch'::text, 'client_org'::text])))
identity.portal_links portal_links_pkey PRIMARY KEY (tenant_id, id)
identity.portal_links portal_links_status_check CHECK ((status = ANY (ARRAY['active'::text, 'revoked'::text])))
identity.portal_links portal_links_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.portal_links portal_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.rbac_decisions rbac_decisions__request FOREIGN KEY (tenant_id, request_id) REFERENCES identity.rbac_requests(tenant_id, id)
identity.rbac_decisions rbac_decisions_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES identity.users(id)
identity.rbac_decisions rbac_decisions_decision_check CHECK ((decision = ANY (ARRAY['APPROVE'::text, 'REJECT'::text])))
identity.rbac_decisions rbac_decisions_pkey PRIMARY KEY (tenant_id, request_id, decided_by)
identity.rbac_overrides rbac_overrides_capability_fkey FOREIGN KEY (capability) REFERENCES identity.capabilities(key)
identity.rbac_overrides rbac_overrides_job_template_fkey FOREIGN KEY (job_template) REFERENCES identity.job_templates(key)
identity.rbac_overrides rbac_overrides_pkey PRIMARY KEY (tenant_id, job_template, capability)
identity.rbac_overrides rbac_overrides_scope_check CHECK ((scope = ANY (ARRAY['none'::text, 'own'::text, 'assigned'::text, 'all'::text])))
identity.rbac_overrides rbac_overrides_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.rbac_requests rbac_requests__closed CHECK (((status = 'PENDING'::text) = (closed_at IS NULL)))
identity.rbac_requests rbac_requests_kind_check CHECK ((kind = ANY (ARRAY['rbac_matrix'::text, 'admin_grant'::text, 'mfa_reset_admin'::text, 'policy_relax'::text])))
identity.rbac_requests rbac_requests_payload_check CHECK ((octet_length((payload)::text) <= 16384))
identity.rbac_requests rbac_requests_pkey PRIMARY KEY (tenant_id, id)
identity.rbac_requests rbac_requests_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 500)))
identity.rbac_requests rbac_requests_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES identity.users(id)
identity.rbac_requests rbac_requests_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'APPLIED'::text, 'REJECTED'::text, 'WITHDRAWN'::text, 'EXPIRED'::text])))
identity.rbac_requests rbac_requests_subject_check CHECK (((char_length(subject) >= 1) AND (char_length(subject) <= 200)))
identity.rbac_requests rbac_requests_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.service_tokens service_tokens__at_most_a_year CHECK ((expires_at <= (created_at + '366 days'::interval)))
identity.service_tokens service_tokens_capabilities_check CHECK ((cardinality(capabilities) > 0))
identity.service_tokens service_tokens_created_by_fkey FOREIGN KEY (created_by) REFERENCES identity.users(id)
identity.service_tokens service_tokens_pkey PRIMARY KEY (id)
identity.service_tokens service_tokens_token_sha256_key UNIQUE (token_sha256)
identity.service_tokens service_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.support_sessions support_sessions__at_most_an_hour CHECK ((expires_at <= (opened_at + '01:00:00'::interval)))
identity.support_sessions support_sessions_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES identity.users(id)
identity.support_sessions support_sessions_pkey PRIMARY KEY (tenant_id, id)
identity.support_sessions support_sessions_reason_check CHECK (((char_length(reason) >= 10) AND (char_length(reason) <= 500)))
identity.support_sessions support_sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.support_sessions support_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.tenants tenants__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
identity.tenants tenants_lane_check CHECK ((lane = ANY (ARRAY['internal'::text, 'external'::text, 'tenant'::text])))
identity.tenants tenants_mfa_policy_check CHECK ((mfa_policy = ANY (ARRAY['admins'::text, 'staff'::text, 'webauthn_admins'::text])))
identity.tenants tenants_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200)))
identity.tenants tenants_pkey PRIMARY KEY (id)
identity.tenants tenants_rbac_approvals_check CHECK ((rbac_approvals = ANY (ARRAY[1, 2])))
identity.tenants tenants_registration_check CHECK ((registration = ANY (ARRAY['open'::text, 'invite_only'::text, 'off'::text])))
identity.tenants tenants_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'::text))
identity.tenants tenants_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'closed'::text])))
identity.ui_settings ui_settings_pkey PRIMARY KEY (tenant_id, user_id)
identity.ui_settings ui_settings_settings_check CHECK ((octet_length((settings)::text) <= 16384))
identity.ui_settings ui_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.ui_settings ui_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.users users__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
identity.users users__person_has_email CHECK (((kind <> 'PERSON'::text) OR (email IS NOT NULL)))
identity.users users_kind_check CHECK ((kind = ANY (ARRAY['PERSON'::text, 'GUEST'::text, 'SERVICE'::text])))
identity.users users_merged_into_user_id_fkey FOREIGN KEY (merged_into_user_id) REFERENCES identity.users(id)
identity.users users_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200)))
identity.users users_pkey PRIMARY KEY (id)
identity.users users_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text, 'erased'::text])))
identity.webauthn_challenges webauthn_challenges_aud_check CHECK ((aud = ANY (ARRAY['web'::text, 'portal'::text, 'studio'::text])))
identity.webauthn_challenges webauthn_challenges_challenge_check CHECK ((octet_length(challenge) = 32))
identity.webauthn_challenges webauthn_challenges_pkey PRIMARY KEY (id)
identity.webauthn_challenges webauthn_challenges_purpose_check CHECK ((purpose = ANY (ARRAY['REGISTER'::text, 'MFA'::text, 'STEP_UP'::text, 'LOGIN'::text])))
identity.webauthn_challenges webauthn_challenges_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.webauthn_challenges webauthn_challenges_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.webauthn_credentials webauthn_credentials_credential_id_check CHECK (((octet_length(credential_id) >= 1) AND (octet_length(credential_id) <= 1023)))
identity.webauthn_credentials webauthn_credentials_credential_id_key UNIQUE (credential_id)
identity.webauthn_credentials webauthn_credentials_nickname_check CHECK (((char_length(nickname) >= 1) AND (char_length(nickname) <= 60)))
identity.webauthn_credentials webauthn_credentials_pkey PRIMARY KEY (id)
identity.webauthn_credentials webauthn_credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
notifications.attempts attempts_attempt_no_check CHECK ((attempt_no > 0))
notifications.attempts attempts_error_check CHECK ((char_length(error) <= 500))
notifications.attempts attempts_error_code_check CHECK ((char_length(error_code) <= 80))
notifications.attempts attempts_pkey PRIMARY KEY (tenant_id, outbox_id, attempt_no)
notifications.attempts attempts_provider_message_id_check CHECK ((char_length(provider_message_id) <= 400))
notifications.attempts attempts_status_check CHECK ((status = ANY (ARRAY['sending'::text, 'sent'::text, 'failed'::text, 'delivered'::text, 'read'::text, 'unknown'::text])))
notifications.attempts attempts_tenant_id_outbox_id_fkey FOREIGN KEY (tenant_id, outbox_id) REFERENCES notifications.outbox(tenant_id, id) ON DELETE CASCADE
notifications.outbox outbox__leased_while_sending CHECK (((status = 'sending'::text) = ((lease_token IS NOT NULL) AND (lease_until IS NOT NULL))))
notifications.outbox outbox__sealed_or_readable CHECK (((sealed IS NULL) OR ((body_text IS NULL) AND (body_html IS NULL))))
notifications.outbox outbox__sealed_with_a_key CHECK (((sealed IS NULL) = (sealed_key IS NULL)))
notifications.outbox outbox_attempt_no_check CHECK ((attempt_no >= 0))
notifications.outbox outbox_body_html_check CHECK ((char_length(body_html) <= 60000))
notifications.outbox outbox_body_text_check CHECK ((char_length(body_text) <= 20000))
notifications.outbox outbox_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'whatsapp'::text, 'webhook'::text])))
notifications.outbox outbox_class_check CHECK ((class = ANY (ARRAY['security'::text, 'urgent'::text, 'action'::text, 'info'::text, 'customer'::text])))
notifications.outbox outbox_event_type_check CHECK (((char_length(event_type) >= 1) AND (char_length(event_type) <= 80)))
notifications.outbox outbox_hold_reason_check CHECK ((hold_reason = ANY (ARRAY['quiet_hours'::text, 'digest'::text, 'order'::text, 'rate'::text, 'switched_off'::text, 'breaker_open'::text, 'provider_not_configured'::text, 'tenant_not_enabled'::text, 'manual'::text])))
notifications.outbox outbox_last_error_code_check CHECK ((char_length(last_error_code) <= 80))
notifications.outbox outbox_locale_check CHECK (((char_length(locale) >= 2) AND (char_length(locale) <= 10)))
notifications.outbox outbox_mode_check CHECK ((mode = ANY (ARRAY['auto'::text, 'manual'::text])))
notifications.outbox outbox_pkey PRIMARY KEY (tenant_id, id)
notifications.outbox outbox_provider_message_id_check CHECK ((char_length(provider_message_id) <= 400))
notifications.outbox outbox_recipient_check CHECK (((char_length(recipient) >= 3) AND (char_length(recipient) <= 320)))
notifications.outbox outbox_sealed_check CHECK ((octet_length(sealed) <= 131072))
notifications.outbox outbox_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'dead'::text, 'suppressed'::text, 'cancelled'::text])))
notifications.outbox outbox_subject_check CHECK ((((char_length(subject) >= 1) AND (char_length(subject) <= 200)) AND (subject !~ '[[:cntrl:]]'::text)))
notifications.outbox outbox_template_key_check CHECK (((char_length(template_key) >= 1) AND (char_length(template_key) <= 80)))
notifications.outbox outbox_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
notifications.outbox outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
ops.alert_channels alert_channels__deleted CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
ops.alert_channels alert_channels__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
ops.alert_channels alert_channels_address_check CHECK (((char_length(address) >= 1) AND (char_length(address) <= 500)))
ops.alert_channels alert_channels_created_by_fkey FOREIGN KEY (created_by) REFERENCES identity.users(id)
ops.alert_channels alert_channels_kind_check CHECK ((kind = ANY (ARRAY['webhook'::text, 'email'::text, 'slack'::text])))
ops.alert_channels alert_channels_last_error_code_check CHECK ((char_length(last_error_code) <= 80))
ops.alert_channels alert_channels_level_check CHECK (((level >= 1) AND (level <= 3)))
ops.alert_channels alert_channels_min_severity_check CHECK ((min_severity = ANY (ARRAY['warning'::text, 'critical'::text])))
ops.alert_channels alert_channels_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 80)))
ops.alert_channels alert_channels_pkey PRIMARY KEY (tenant_id, id)
ops.alert_channels alert_channels_sealed_check CHECK ((octet_length(sealed) <= 8192))
ops.alert_channels alert_channels_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
ops.alert_deliveries alert_deliveries__about CHECK (((alert_id IS NULL) = (notice = 'test'::text)))
ops.alert_deliveries alert_deliveries__channel FOREIGN KEY (tenant_id, channel_id) REFERENCES ops.alert_channels(tenant_id, id)
ops.alert_deliveries alert_deliveries__finished CHECK (((state = ANY (ARRAY['DELIVERED'::text, 'FAILED'::text])) = (finished_at IS NOT NULL)))
ops.alert_deliveries alert_deliveries_attempts_check CHECK ((attempts >= 0))
ops.alert_deliveries alert_deliveries_error_code_check CHECK ((char_length(error_code) <= 80))
ops.alert_deliveries alert_deliveries_message_check CHECK ((octet_length((message)::text) <= 8000))
ops.alert_deliveries alert_deliveries_notice_check CHECK ((notice ~ '^(fired|worsened|resolved|test|escalated:[23]|reminder:[0-9]{1,6})$'::text))
ops.alert_deliveries alert_deliveries_pkey PRIMARY KEY (tenant_id, id)
ops.alert_deliveries alert_deliveries_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'HANDED_OVER'::text, 'DELIVERED'::text, 'FAILED'::text])))
ops.alert_deliveries alert_deliveries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
ops.alert_rules alert_rules_pkey PRIMARY KEY (tenant_id, rule_key)
ops.alert_rules alert_rules_rule_key_check CHECK ((rule_key ~ '^[a-z][a-z0-9_]{2,59}$'::text))
ops.alert_rules alert_rules_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
ops.alert_rules alert_rules_thresholds_check CHECK ((octet_length((thresholds)::text) <= 2000))
ops.alert_rules alert_rules_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES identity.users(id)
ops.alerts alerts__acked CHECK (((state <> 'ACKED'::text) OR (acked_at IS NOT NULL)))
ops.alerts alerts__resolved CHECK (((state = 'RESOLVED'::text) = (resolved_at IS NOT NULL)))
ops.alerts alerts_ack_note_check CHECK ((char_length(ack_note) <= 400))
ops.alerts alerts_acked_by_fkey FOREIGN KEY (acked_by) REFERENCES identity.users(id)
ops.alerts alerts_count_check CHECK ((count > 0))
ops.alerts alerts_detail_check CHECK ((octet_length((detail)::text) <= 4000))
ops.alerts alerts_fingerprint_check CHECK (((char_length(fingerprint) >= 1) AND (char_length(fingerprint) <= 200)))
ops.alerts alerts_level_check CHECK (((level >= 1) AND (level <= 3)))
ops.alerts alerts_pkey PRIMARY KEY (tenant_id, id)
ops.alerts alerts_rule_key_check CHECK ((rule_key ~ '^[a-z][a-z0-9_]{2,59}$'::text))
ops.alerts alerts_runbook_check CHECK ((char_length(runbook) <= 200))
ops.alerts alerts_severity_check CHECK ((severity = ANY (ARRAY['warning'::text, 'critical'::text])))
ops.alerts alerts_state_check CHECK ((state = ANY (ARRAY['OPEN'::text, 'ACKED'::text, 'RESOLVED'::text])))
ops.alerts alerts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
ops.confirmations confirmations_action_check CHECK (((char_length(action) >= 1) AND (char_length(action) <= 60)))
ops.confirmations confirmations_phrase_check CHECK (((char_length(phrase) >= 1) AND (char_length(phrase) <= 240)))
ops.confirmations confirmations_pkey PRIMARY KEY (tenant_id, id)
ops.confirmations confirmations_target_check CHECK (((char_length(target) >= 1) AND (char_length(target) <= 200)))
ops.confirmations confirmations_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
ops.dead_jobs dead_jobs__replayed_as_a_job CHECK (((state = 'REPLAYED'::text) = (replay_job_id IS NOT NULL)))
ops.dead_jobs dead_jobs__resolved_by_someone CHECK ((((state = 'DEAD'::text) = (resolved_at IS NULL)) AND ((state = 'DEAD'::text) = (reason IS NULL))))
ops.dead_jobs dead_jobs_error_check CHECK ((char_length(error) <= 2000))
ops.dead_jobs dead_jobs_error_code_check CHECK ((char_length(error_code) <= 80))
ops.dead_jobs dead_jobs_pkey PRIMARY KEY (tenant_id, id)
ops.dead_jobs dead_jobs_queue_check CHECK (((char_length(queue) >= 1) AND (char_length(queue) <= 80)))
ops.dead_jobs dead_jobs_reason_check CHECK (((char_length(reason) >= 10) AND (char_length(reason) <= 400)))
ops.dead_jobs dead_jobs_state_check CHECK ((state = ANY (ARRAY['DEAD'::text, 'REPLAYED'::text, 'DISCARDED'::text])))
ops.events events_dimensions_check CHECK (((jsonb_typeof(dimensions) = 'object'::text) AND (octet_length((dimensions)::text) <= 2048)))
ops.events events_event_type_check CHECK (((char_length(event_type) >= 1) AND (char_length(event_type) <= 80)))
ops.events events_metric_key_fkey FOREIGN KEY (metric_key) REFERENCES ops.metric_keys(metric_key)
ops.events events_pkey PRIMARY KEY (tenant_id, occurred_at, id)
ops.events events_trace_id_check CHECK ((trace_id ~ '^[0-9a-f]{32}$'::text))
ops.events_default events_default_pkey PRIMARY KEY (tenant_id, occurred_at, id)
ops.events_default events_dimensions_check CHECK (((jsonb_typeof(dimensions) = 'object'::text) AND (octet_length((dimensions)::text) <= 2048)))
ops.events_default events_event_type_check CHECK (((char_length(event_type) >= 1) AND (char_length(event_type) <= 80)))
ops.events_default events_metric_key_fkey FOREIGN KEY (metric_key) REFERENCES ops.metric_keys(metric_key)
ops.events_default events_trace_id_check CHECK ((trace_id ~ '^[0-9a-f]{32}$'::text))
ops.idempotency_keys idempotency_keys_pkey PRIMARY KEY (tenant_id, user_id, route, key)
ops.instances instances_alarms_check CHECK ((octet_length((alarms)::text) <= 32768))
ops.instances instances_instance_id_check CHECK (((char_length(instance_id) >= 1) AND (char_length(instance_id) <= 80)))
ops.instances instances_minutes_check CHECK ((octet_length((minutes)::text) <= 65536))
ops.instances instances_pkey PRIMARY KEY (instance_id)
ops.job_effects job_effects_effect_key_check CHECK (((char_length(effect_key) >= 1) AND (char_length(effect_key) <= 200)))
ops.job_effects job_effects_pkey PRIMARY KEY (tenant_id, effect_key)
ops.job_effects job_effects_queue_check CHECK (((char_length(queue) >= 1) AND (char_length(queue) <= 80)))
ops.job_effects job_effects_request_hash_check CHECK ((request_hash ~ '^[0-9a-f]{64}$'::text))
ops.job_effects job_effects_state_check CHECK ((state = ANY (ARRAY['INTENT'::text, 'DONE'::text, 'UNKNOWN'::text])))
ops.job_runs job_runs__ended CHECK (((status = 'RUNNING'::text) = (ended_at IS NULL)))
ops.job_runs job_runs__pkey PRIMARY KEY (id)
ops.job_runs job_runs_error_check CHECK ((char_length(error) <= 2000))
ops.job_runs job_runs_error_code_check CHECK ((char_length(error_code) <= 80))
ops.job_runs job_runs_status_check CHECK ((status = ANY (ARRAY['RUNNING'::text, 'DONE'::text, 'FAILED'::text, 'ABANDONED'::text, 'SKIPPED'::text])))
ops.jobs jobs__held_while_running CHECK (((state = 'running'::text) = ((worker_id IS NOT NULL) AND (heartbeat_at IS NOT NULL))))
ops.jobs jobs_kind_check CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 80)))
ops.jobs jobs_payload_check CHECK ((octet_length((payload)::text) <= 65536))
ops.jobs jobs_pkey PRIMARY KEY (tenant_id, id)
ops.jobs jobs_serial_key_check CHECK (((char_length(serial_key) >= 1) AND (char_length(serial_key) <= 200)))
ops.jobs jobs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'dead'::text, 'cancelled'::text])))
ops.jobs jobs_task_check CHECK (((char_length(task) >= 1) AND (char_length(task) <= 80)))
ops.kill_switches kill_switches__ends CHECK (((state = 'ENABLED'::text) = (effective_until IS NOT NULL)))
ops.kill_switches kill_switches__key UNIQUE NULLS NOT DISTINCT (key, scope_tenant_id)
ops.kill_switches kill_switches_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES identity.users(id)
ops.kill_switches kill_switches_incident_id_check CHECK (((char_length(incident_id) >= 1) AND (char_length(incident_id) <= 80)))
ops.kill_switches kill_switches_key_check CHECK ((key ~ '^(llm\.(all|provider\.[a-z0-9][a-z0-9_-]{0,39})|outbox\.(mail|whatsapp|webhook)|exports|portal\.intake|signup|release)$'::text))
ops.kill_switches kill_switches_pkey PRIMARY KEY (id)
ops.kill_switches kill_switches_reason_check CHECK (((char_length(reason) >= 10) AND (char_length(reason) <= 400)))
ops.kill_switches kill_switches_scope_tenant_id_fkey FOREIGN KEY (scope_tenant_id) REFERENCES identity.tenants(id)
ops.kill_switches kill_switches_state_check CHECK ((state = ANY (ARRAY['ENABLED'::text, 'DISABLED'::text])))
ops.latency_hourly latency_hourly_bucket_counts_check CHECK ((cardinality(bucket_counts) = 24))
ops.latency_hourly latency_hourly_hour_check CHECK ((hour = date_trunc('hour'::text, hour, 'UTC'::text)))
ops.latency_hourly latency_hourly_instance_id_check CHECK (((char_length(instance_id) >= 1) AND (char_length(instance_id) <= 80)))
ops.latency_hourly latency_hourly_pkey PRIMARY KEY (hour, instance_id, route, status_class)
ops.latency_hourly latency_hourly_route_check CHECK (((char_length(route) >= 1) AND (char_length(route) <= 200)))
ops.latency_hourly latency_hourly_status_class_check CHECK ((status_class = ANY (ARRAY['2xx'::text, '3xx'::text, '4xx'::text, '5xx'::text])))
ops.metric_hourly metric_hourly_hour_bucket_utc_check CHECK ((hour_bucket_utc = date_trunc('hour'::text, hour_bucket_utc, 'UTC'::text)))
ops.metric_hourly metric_hourly_metric_key_fkey FOREIGN KEY (metric_key) REFERENCES ops.metric_keys(metric_key)
ops.metric_hourly metric_hourly_pkey PRIMARY KEY (tenant_id, hour_bucket_utc, metric_key)
ops.metric_keys metric_keys_metric_key_check CHECK (((metric_key ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)+$'::text) AND (char_length(metric_key) <= 80)))
ops.metric_keys metric_keys_pkey PRIMARY KEY (metric_key)
ops.queue_pauses queue_pauses__once UNIQUE NULLS NOT DISTINCT (tenant_id, queue)
ops.queue_pauses queue_pauses_pkey PRIMARY KEY (id)
ops.queue_pauses queue_pauses_queue_check CHECK (((char_length(queue) >= 1) AND (char_length(queue) <= 80)))
ops.queue_pauses queue_pauses_reason_check CHECK (((char_length(reason) >= 10) AND (char_length(reason) <= 400)))
ops.rate_paces rate_paces_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 300)))
ops.rate_paces rate_paces_pkey PRIMARY KEY (key)
ops.rate_windows rate_windows_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 300)))
ops.rate_windows rate_windows_pkey PRIMARY KEY (key)
ops.rate_windows rate_windows_used_check CHECK ((used > 0))
ops.retention_policies retention_policies__one UNIQUE NULLS NOT DISTINCT (tenant_id, class)
ops.retention_policies retention_policies_class_check CHECK ((class ~ '^[a-z][a-z_]{1,59}$'::text))
ops.retention_policies retention_policies_days_check CHECK (((days >= 1) AND (days <= 36500)))
ops.retention_policies retention_policies_pkey PRIMARY KEY (id)
ops.retention_policies retention_policies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
ops.retention_policies retention_policies_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES identity.users(id)
ops.retention_runs retention_runs_class_check CHECK ((class ~ '^[a-z][a-z_]{1,59}$'::text))
ops.retention_runs retention_runs_error_check CHECK ((char_length(error) <= 500))
ops.retention_runs retention_runs_pkey PRIMARY KEY (tenant_id, id)
ops.retention_runs retention_runs_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES identity.users(id)
ops.retention_runs retention_runs_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'DONE'::text, 'PARTIAL'::text, 'FAILED'::text, 'SKIPPED'::text])))
ops.retention_runs retention_runs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
ops.retention_runs retention_runs_trace_id_check CHECK ((trace_id ~ '^[0-9a-f]{32}$'::text))
ops.rollbacks rollbacks__finished CHECK (((status = 'REQUESTED'::text) = (finished_at IS NULL)))
ops.rollbacks rollbacks_error_code_check CHECK ((char_length(error_code) <= 80))
ops.rollbacks rollbacks_from_version_check CHECK (((char_length(from_version) >= 1) AND (char_length(from_version) <= 80)))
ops.rollbacks rollbacks_incident_id_check CHECK (((char_length(incident_id) >= 1) AND (char_length(incident_id) <= 80)))
ops.rollbacks rollbacks_pkey PRIMARY KEY (tenant_id, id)
ops.rollbacks rollbacks_reason_check CHECK (((char_length(reason) >= 10) AND (char_length(reason) <= 400)))
ops.rollbacks rollbacks_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES identity.users(id)
ops.rollbacks rollbacks_status_check CHECK ((status = ANY (ARRAY['REQUESTED'::text, 'APPLIED'::text, 'FAILED'::text])))
ops.rollbacks rollbacks_target_id_check CHECK (((char_length(target_id) >= 1) AND (char_length(target_id) <= 200)))
ops.rollbacks rollbacks_target_type_check CHECK ((target_type = ANY (ARRAY['policy'::text, 'prompt'::text, 'kb'::text, 'answer_template'::text, 'bank_ruleset'::text, 'report_template'::text])))
ops.rollbacks rollbacks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
ops.rollbacks rollbacks_to_version_check CHECK (((char_length(to_version) >= 1) AND (char_length(to_version) <= 80)))
ops.scheduler_fences scheduler_fences_lock_key_fkey FOREIGN KEY (lock_key) REFERENCES ops.scheduler_locks(lock_key) ON DELETE CASCADE
ops.scheduler_fences scheduler_fences_pkey PRIMARY KEY (lock_key)
ops.scheduler_locks scheduler_locks__held_by_someone CHECK (((state = 'IDLE'::text) OR ((owner_id IS NOT NULL) AND (lease_until IS NOT NULL))))
ops.scheduler_locks scheduler_locks__paused_for_a_reason CHECK (((paused_at IS NULL) = (pause_reason IS NULL)))
ops.scheduler_locks scheduler_locks_cadence_check CHECK (((char_length(cadence) >= 1) AND (char_length(cadence) <= 80)))
ops.scheduler_locks scheduler_locks_expected_ms_check CHECK ((expected_ms > 0))
ops.scheduler_locks scheduler_locks_kind_check CHECK ((kind = ANY (ARRAY['task'::text, 'loop'::text])))
ops.scheduler_locks scheduler_locks_lock_key_check CHECK (((char_length(lock_key) >= 1) AND (char_length(lock_key) <= 120)))
ops.scheduler_locks scheduler_locks_pause_reason_check CHECK (((char_length(pause_reason) >= 10) AND (char_length(pause_reason) <= 400)))
ops.scheduler_locks scheduler_locks_period_ms_check CHECK ((period_ms > 0))
ops.scheduler_locks scheduler_locks_pkey PRIMARY KEY (lock_key)
ops.scheduler_locks scheduler_locks_state_check CHECK ((state = ANY (ARRAY['HELD'::text, 'IDLE'::text])))
ops.scheduler_locks scheduler_locks_task_check CHECK (((char_length(task) >= 1) AND (char_length(task) <= 80)))
ops.scheduler_locks scheduler_locks_task_key UNIQUE (task)
ops.task_slots task_slots_pkey PRIMARY KEY (task, scope, slot)
ops.task_slots task_slots_scope_check CHECK (((char_length(scope) >= 1) AND (char_length(scope) <= 80)))
ops.task_slots task_slots_task_check CHECK (((char_length(task) >= 1) AND (char_length(task) <= 80)))
ops.watermarks watermarks_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 80)))
ops.watermarks watermarks_pkey PRIMARY KEY (name)
ops.workers workers_pkey PRIMARY KEY (worker_id)
privacy.data_export_chunks data_export_chunks__here_or_there CHECK (((payload_bytes IS NULL) <> (external_ref IS NULL)))
privacy.data_export_chunks data_export_chunks__job FOREIGN KEY (tenant_id, job_id) REFERENCES privacy.data_exports(tenant_id, id) ON DELETE CASCADE
privacy.data_export_chunks data_export_chunks_byte_offset_check CHECK ((byte_offset >= 0))
privacy.data_export_chunks data_export_chunks_bytes_check CHECK (((bytes >= 1) AND (bytes <= 8388608)))
privacy.data_export_chunks data_export_chunks_check CHECK (((octet_length(payload_bytes) = bytes) AND (bytes <= 1048576)))
privacy.data_export_chunks data_export_chunks_chunk_no_check CHECK ((chunk_no >= 0))
privacy.data_export_chunks data_export_chunks_external_ref_check CHECK ((char_length(external_ref) <= 1000))
privacy.data_export_chunks data_export_chunks_part_no_check CHECK ((part_no >= 1))
privacy.data_export_chunks data_export_chunks_payload_hash_check CHECK ((octet_length(payload_hash) = 32))
privacy.data_export_chunks data_export_chunks_pkey PRIMARY KEY (tenant_id, job_id, chunk_no)
privacy.data_export_parts data_export_parts__job FOREIGN KEY (tenant_id, job_id) REFERENCES privacy.data_exports(tenant_id, id) ON DELETE CASCADE
privacy.data_export_parts data_export_parts_bytes_check CHECK ((bytes >= 0))
privacy.data_export_parts data_export_parts_part_no_check CHECK ((part_no >= 1))
privacy.data_export_parts data_export_parts_pkey PRIMARY KEY (tenant_id, job_id, part_no)
privacy.data_export_parts data_export_parts_raw_bytes_check CHECK ((raw_bytes >= 0))
privacy.data_export_parts data_export_parts_rows_check CHECK ((rows >= 0))
privacy.data_export_parts data_export_parts_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
privacy.data_exports data_exports__done_has_a_sum CHECK (((status <> 'DONE'::text) OR ((sha256 IS NOT NULL) AND (completed_at IS NOT NULL))))
privacy.data_exports data_exports__request FOREIGN KEY (tenant_id, id) REFERENCES privacy.requests(tenant_id, id) ON DELETE CASCADE
privacy.data_exports data_exports__running_is_leased CHECK (((status <> 'RUNNING'::text) OR ((lease_until IS NOT NULL) AND (started_at IS NOT NULL) AND (attempt > 0))))
privacy.data_exports data_exports_attempt_check CHECK (((attempt >= 0) AND (attempt <= 5)))
privacy.data_exports data_exports_compress_check CHECK ((compress = 'none'::text))
privacy.data_exports data_exports_error_code_check CHECK ((char_length(error_code) <= 80))
privacy.data_exports data_exports_error_message_check CHECK ((char_length(error_message) <= 500))
privacy.data_exports data_exports_max_bytes_check CHECK (((max_bytes >= 1024) AND (max_bytes <= 52428800)))
privacy.data_exports data_exports_max_duration_sec_check CHECK (((max_duration_sec >= 5) AND (max_duration_sec <= 3600)))
privacy.data_exports data_exports_pkey PRIMARY KEY (tenant_id, id)
privacy.data_exports data_exports_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES identity.users(id)
privacy.data_exports data_exports_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
privacy.data_exports data_exports_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'DONE'::text, 'FAILED'::text, 'EXPIRED'::text])))
privacy.data_exports data_exports_storage_kind_check CHECK ((storage_kind = ANY (ARRAY['db'::text, 's3'::text])))
privacy.data_exports data_exports_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['user'::text, 'contact'::text])))
privacy.data_exports data_exports_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
privacy.data_exports data_exports_trace_id_check CHECK ((trace_id ~ '^[0-9a-f]{32}$'::text))
privacy.legal_holds legal_holds__lifted CHECK (((lifted_at IS NULL) = (lifted_by IS NULL)))
privacy.legal_holds legal_holds__target CHECK ((((scope = 'subject'::text) = (subject_id IS NOT NULL)) AND ((scope = 'assignment'::text) = (assignment_id IS NOT NULL))))
privacy.legal_holds legal_holds_lift_reason_check CHECK (((char_length(lift_reason) >= 10) AND (char_length(lift_reason) <= 400)))
privacy.legal_holds legal_holds_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES identity.users(id)
privacy.legal_holds legal_holds_pkey PRIMARY KEY (tenant_id, id)
privacy.legal_holds legal_holds_placed_by_fkey FOREIGN KEY (placed_by) REFERENCES identity.users(id)
privacy.legal_holds legal_holds_reason_check CHECK (((char_length(reason) >= 10) AND (char_length(reason) <= 400)))
privacy.legal_holds legal_holds_scope_check CHECK ((scope = ANY (ARRAY['subject'::text, 'assignment'::text, 'tenant'::text])))
privacy.legal_holds legal_holds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
privacy.requests requests__states CHECK (
CASE kind
    WHEN 'export'::text THEN (status <> 'REFUSED'::text)
    ELSE (status <> 'EXPIRED'::text)
END)
privacy.requests requests_error_code_check CHECK ((char_length(error_code) <= 80))
privacy.requests requests_error_message_check CHECK ((char_length(error_message) <= 500))
privacy.requests requests_evidence_check CHECK (((char_length(evidence) >= 10) AND (char_length(evidence) <= 400)))
privacy.requests requests_kept_check CHECK (((jsonb_typeof(kept) = 'array'::text) AND (octet_length((kept)::text) <= 16384)))
privacy.requests requests_kind_check CHECK ((kind = ANY (ARRAY['export'::text, 'erasure'::text])))
privacy.requests requests_pkey PRIMARY KEY (tenant_id, id)
privacy.requests requests_reasons_check CHECK ((cardinality(reasons) <= 10))
privacy.requests requests_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES identity.users(id)
privacy.requests requests_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'DONE'::text, 'FAILED'::text, 'EXPIRED'::text, 'REFUSED'::text])))
privacy.requests requests_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['user'::text, 'contact'::text])))
privacy.requests requests_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
privacy.requests requests_trace_id_check CHECK ((trace_id ~ '^[0-9a-f]{32}$'::text))
privacy.subject_keys subject_keys__destroyed CHECK (((wrapped_key IS NULL) = (destroyed_at IS NOT NULL)))
privacy.subject_keys subject_keys__key_id UNIQUE (key_id)
privacy.subject_keys subject_keys_pkey PRIMARY KEY (tenant_id, subject_id)
reports.evidence_profile_versions evidence_profile_versions__profile FOREIGN KEY (tenant_id, profile_id) REFERENCES reports.evidence_profiles(tenant_id, id)
reports.evidence_profile_versions evidence_profile_versions_pkey PRIMARY KEY (tenant_id, profile_id, version)
reports.evidence_profile_versions evidence_profile_versions_version_check CHECK ((version > 0))
reports.evidence_profiles evidence_profiles__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
reports.evidence_profiles evidence_profiles_bank_type_check CHECK ((bank_type = ANY (ARRAY['SBI'::text, 'PSU_GENERIC'::text, 'COOP'::text, 'AGRI'::text, 'OTHER'::text])))
reports.evidence_profiles evidence_profiles_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200)))
reports.evidence_profiles evidence_profiles_pkey PRIMARY KEY (tenant_id, id)
reports.evidence_profiles evidence_profiles_report_type_check CHECK ((report_type = ANY (ARRAY['VALUATION'::text, 'REVALUATION'::text, 'DPR'::text, 'STAGE_PROGRESS'::text])))
reports.evidence_profiles evidence_profiles_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'archived'::text])))
reports.evidence_profiles evidence_profiles_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
reports.evidence_profiles evidence_profiles_value_slab_check CHECK ((value_slab = ANY (ARRAY['LT_5CR'::text, 'GT_5CR'::text, 'UNKNOWN'::text])))
reports.report_changed_paths report_changed_paths__revision FOREIGN KEY (tenant_id, report_id, n) REFERENCES reports.report_revisions(tenant_id, report_id, n)
reports.report_changed_paths report_changed_paths_pkey PRIMARY KEY (tenant_id, report_id, n, path)
reports.report_counters report_counters_kind_check CHECK ((kind = ANY (ARRAY['report_no'::text, 'reference_no'::text])))
reports.report_counters report_counters_pkey PRIMARY KEY (tenant_id, kind, period)
reports.report_counters report_counters_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
reports.report_evidence_items report_evidence_items__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
reports.report_evidence_items report_evidence_items__document FOREIGN KEY (tenant_id, document_id) REFERENCES documents.documents(tenant_id, id)
reports.report_evidence_items report_evidence_items__names_something CHECK (((document_id IS NOT NULL) OR physical_copy_seen OR (file_ref IS NOT NULL)))
reports.report_evidence_items report_evidence_items__report FOREIGN KEY (tenant_id, report_id) REFERENCES reports.reports(tenant_id, id)
reports.report_evidence_items report_evidence_items_annexure_order_check CHECK (((annexure_order >= 0) AND (annexure_order <= 100000)))
reports.report_evidence_items report_evidence_items_evidence_type_check CHECK ((evidence_type = ANY (ARRAY['DOCUMENT'::text, 'PHOTO'::text, 'SCREENSHOT'::text, 'GEO'::text, 'OTHER'::text])))
reports.report_evidence_items report_evidence_items_file_ref_check CHECK ((char_length(file_ref) <= 200))
reports.report_evidence_items report_evidence_items_label_check CHECK ((char_length(label) <= 200))
reports.report_evidence_items report_evidence_items_note_check CHECK ((char_length(note) <= 4000))
reports.report_evidence_items report_evidence_items_pkey PRIMARY KEY (tenant_id, id)
reports.report_generation_jobs report_generation_jobs__key UNIQUE (tenant_id, report_id, idempotency_key)
reports.report_generation_jobs report_generation_jobs__pack FOREIGN KEY (tenant_id, pack_id) REFERENCES reports.report_packs(tenant_id, id)
reports.report_generation_jobs report_generation_jobs_pkey PRIMARY KEY (tenant_id, id)
reports.report_generation_jobs report_generation_jobs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'queued'::text, 'processing'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
reports.report_pack_artifacts report_pack_artifacts__document FOREIGN KEY (tenant_id, document_id) REFERENCES documents.documents(tenant_id, id)
reports.report_pack_artifacts report_pack_artifacts__kind UNIQUE (tenant_id, pack_id, kind)
reports.report_pack_artifacts report_pack_artifacts__pack FOREIGN KEY (tenant_id, pack_id) REFERENCES reports.report_packs(tenant_id, id)
reports.report_pack_artifacts report_pack_artifacts_checksum_sha256_check CHECK ((checksum_sha256 ~ '^[0-9a-f]{64}$'::text))
reports.report_pack_artifacts report_pack_artifacts_kind_check CHECK ((kind = ANY (ARRAY['docx'::text, 'pdf'::text, 'annexure'::text, 'debug_json'::text])))
reports.report_pack_artifacts report_pack_artifacts_pkey PRIMARY KEY (tenant_id, id)
reports.report_pack_artifacts report_pack_artifacts_size_bytes_check CHECK ((size_bytes > 0))
reports.report_packs report_packs__revision FOREIGN KEY (tenant_id, report_id, revision) REFERENCES reports.report_revisions(tenant_id, report_id, n)
reports.report_packs report_packs__version UNIQUE (tenant_id, report_id, version)
reports.report_packs report_packs_bundle_hash_check CHECK ((bundle_hash ~ '^[0-9a-f]{64}$'::text))
reports.report_packs report_packs_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text))
reports.report_packs report_packs_input_hash_check CHECK ((input_hash ~ '^[0-9a-f]{64}$'::text))
reports.report_packs report_packs_pkey PRIMARY KEY (tenant_id, id)
reports.report_packs report_packs_status_check CHECK ((status = ANY (ARRAY['generating'::text, 'generated'::text, 'failed'::text, 'superseded'::text])))
reports.report_packs report_packs_version_check CHECK ((version > 0))
reports.report_revisions report_revisions__report FOREIGN KEY (tenant_id, report_id) REFERENCES reports.reports(tenant_id, id)
reports.report_revisions report_revisions_pkey PRIMARY KEY (tenant_id, report_id, n)
reports.report_suggestions report_suggestions__evidence FOREIGN KEY (tenant_id, evidence_item_id) REFERENCES reports.report_evidence_items(tenant_id, id)
reports.report_suggestions report_suggestions__report FOREIGN KEY (tenant_id, report_id) REFERENCES reports.reports(tenant_id, id)
reports.report_suggestions report_suggestions_confidence_check CHECK (((confidence >= (0)::numeric) AND (confidence <= (1)::numeric)))
reports.report_suggestions report_suggestions_method_check CHECK ((method = ANY (ARRAY['ASSIGNMENT'::text, 'EXIF'::text, 'OCR_GPS'::text, 'OCR_GUIDELINE'::text, 'OCR_ID'::text, 'CLASSIFIER'::text, 'DERIVED'::text])))
reports.report_suggestions report_suggestions_pkey PRIMARY KEY (tenant_id, id)
reports.report_suggestions report_suggestions_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'ACCEPTED'::text, 'EDITED'::text, 'REJECTED'::text, 'SUPERSEDED'::text])))
reports.reports reports__assignment FOREIGN KEY (tenant_id, assignment_id) REFERENCES assignments.assignments(tenant_id, id)
reports.reports reports__deleted_has_end CHECK (((deleted_at IS NULL) = (purge_after IS NULL)))
reports.reports reports__profile FOREIGN KEY (tenant_id, evidence_profile_id) REFERENCES reports.evidence_profiles(tenant_id, id)
reports.reports reports__reference_no UNIQUE (tenant_id, reference_no)
reports.reports reports__report_no UNIQUE (tenant_id, report_no)
reports.reports reports__ruleset FOREIGN KEY (tenant_id, ruleset_id) REFERENCES reports.rulesets(tenant_id, id)
reports.reports reports__supersedes FOREIGN KEY (tenant_id, supersedes_report_id) REFERENCES reports.reports(tenant_id, id)
reports.reports reports_pkey PRIMARY KEY (tenant_id, id)
reports.reports reports_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
reports.rulesets rulesets__published CHECK (((state = 'published'::text) = (published_at IS NOT NULL)))
reports.rulesets rulesets__version UNIQUE (tenant_id, version)
reports.rulesets rulesets_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text))
reports.rulesets rulesets_note_check CHECK ((char_length(note) <= 500))
reports.rulesets rulesets_pkey PRIMARY KEY (tenant_id, id)
reports.rulesets rulesets_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text])))
reports.rulesets rulesets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
reports.rulesets rulesets_version_check CHECK (((char_length(version) >= 1) AND (char_length(version) <= 80)))
reports.shipped_profiles shipped_profiles_pkey PRIMARY KEY (name)
reports.shipped_rulesets shipped_rulesets_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text))
reports.shipped_rulesets shipped_rulesets_pkey PRIMARY KEY (version)

-- Indexes

CREATE INDEX activity_events__assignment ON assignments.activity_events USING btree (tenant_id, assignment_id, id)
CREATE INDEX activity_events__entity ON assignments.activity_events USING btree (tenant_id, entity_type, entity_id, id)
CREATE INDEX activity_events__moves ON assignments.activity_events USING btree (tenant_id, assignment_id, id) WHERE ((kind)::text = 'status_changed'::text)
CREATE INDEX alert_channels__purge_after ON ops.alert_channels USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX alert_deliveries__failed ON ops.alert_deliveries USING btree (finished_at, tenant_id) WHERE (state = 'FAILED'::text)
CREATE INDEX alert_deliveries__recent ON ops.alert_deliveries USING btree (tenant_id, id DESC)
CREATE INDEX alert_deliveries__waiting ON ops.alert_deliveries USING btree (tenant_id, created_at) WHERE (state = ANY (ARRAY['PENDING'::text, 'HANDED_OVER'::text]))
CREATE INDEX alerts__recent ON ops.alerts USING btree (tenant_id, id DESC)
CREATE INDEX assignment_assignees__person ON assignments.assignment_assignees USING btree (tenant_id, user_id, assignment_id) WHERE (deleted_at IS NULL)
CREATE INDEX assignment_assignees__purge_after ON assignments.assignment_assignees USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX assignment_floors__assignment ON assignments.assignment_floors USING btree (tenant_id, assignment_id, sort_order)
CREATE INDEX assignment_floors__name ON assignments.assignment_floors USING btree (tenant_id, assignment_id, lower(name)) WHERE (deleted_at IS NULL)
CREATE INDEX assignment_floors__purge_after ON assignments.assignment_floors USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX assignments__bank ON assignments.assignments USING btree (tenant_id, bank_id, id)
CREATE INDEX assignments__bank_branch ON assignments.assignments USING btree (tenant_id, bank_branch_id, id)
CREATE INDEX assignments__borrower ON assignments.assignments USING btree (tenant_id, norm_borrower, created_at) WHERE (norm_borrower IS NOT NULL)
CREATE INDEX assignments__channel ON assignments.assignments USING btree (tenant_id, channel_id, id) WHERE (channel_id IS NOT NULL)
CREATE INDEX assignments__client_org ON assignments.assignments USING btree (tenant_id, client_org_id, id)
CREATE INDEX assignments__created ON assignments.assignments USING btree (tenant_id, created_at, id)
CREATE INDEX assignments__created_by ON assignments.assignments USING btree (tenant_id, created_by, id)
CREATE INDEX assignments__due ON assignments.assignments USING btree (tenant_id, due_at, id)
CREATE INDEX assignments__lead ON assignments.assignments USING btree (tenant_id, lead_user_id, due_at) WHERE is_open
CREATE INDEX assignments__open_due ON assignments.assignments USING btree (tenant_id, due_at, id) WHERE is_open
CREATE INDEX assignments__property ON assignments.assignments USING btree (tenant_id, property_id, id)
CREATE INDEX assignments__purge_after ON assignments.assignments USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX assignments__search ON assignments.assignments USING gin (tenant_id, search_text gin_trgm_ops)
CREATE INDEX assignments__status ON assignments.assignments USING btree (tenant_id, status, due_at, id)
CREATE INDEX auth_blocks__ranges ON identity.auth_blocks USING gist (cidr inet_ops) WHERE ((lifted_at IS NULL) AND (cidr IS NOT NULL))
CREATE INDEX auth_blocks__users ON identity.auth_blocks USING btree (user_id, expires_at) WHERE ((lifted_at IS NULL) AND (user_id IS NOT NULL))
CREATE INDEX auth_failed_addresses__address ON identity.auth_failed_addresses USING btree (address, failed_at)
CREATE INDEX auth_families__ended ON identity.auth_families USING btree (absolute_expires_at)
CREATE INDEX auth_families__firm ON identity.auth_families USING btree (tenant_id, absolute_expires_at)
CREATE INDEX auth_families__live ON identity.auth_families USING btree (user_id, aud, last_seen_at) WHERE (revoked_at IS NULL)
CREATE INDEX auth_links__expired ON identity.auth_links USING btree (expires_at)
CREATE INDEX auth_mfa_tickets__expired ON identity.auth_mfa_tickets USING btree (expires_at)
CREATE INDEX auth_refresh_tokens__family ON identity.auth_refresh_tokens USING btree (family_id)
CREATE INDEX auth_refresh_tokens__parent ON identity.auth_refresh_tokens USING btree (parent_id)
CREATE INDEX bank_branches__bank ON directory.bank_branches USING btree (tenant_id, bank_id, norm_name)
CREATE INDEX bank_branches__by_name ON directory.bank_branches USING btree (tenant_id, norm_name, id)
CREATE INDEX bank_branches__client_org ON directory.bank_branches USING btree (tenant_id, client_org_id)
CREATE INDEX bank_branches__pending ON directory.bank_branches USING btree (tenant_id, created_at) WHERE (verification = 'PENDING'::text)
CREATE INDEX bank_branches__purge_after ON directory.bank_branches USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX bank_branches__search ON directory.bank_branches USING gin (tenant_id, search_text gin_trgm_ops)
CREATE INDEX bank_branches__verified_first ON directory.bank_branches USING btree (tenant_id, verified_rank, norm_name, id)
CREATE INDEX banks__by_name ON directory.banks USING btree (tenant_id, norm_name, id)
CREATE INDEX banks__pending ON directory.banks USING btree (tenant_id, created_at) WHERE (verification = 'PENDING'::text)
CREATE INDEX banks__purge_after ON directory.banks USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX banks__search ON directory.banks USING gin (tenant_id, search_text gin_trgm_ops)
CREATE INDEX banks__verified_first ON directory.banks USING btree (tenant_id, verified_rank, norm_name, id)
CREATE INDEX checkpoints__recent ON audit.checkpoints USING btree (created_at)
CREATE INDEX checkpoints__recent_of_firm ON audit.checkpoints USING btree (tenant_id, created_at)
CREATE INDEX client_orgs__by_name ON directory.client_orgs USING btree (tenant_id, norm_name, id)
CREATE INDEX client_orgs__pending ON directory.client_orgs USING btree (tenant_id, created_at) WHERE (verification = 'PENDING'::text)
CREATE INDEX client_orgs__purge_after ON directory.client_orgs USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX client_orgs__search ON directory.client_orgs USING gin (tenant_id, search_text gin_trgm_ops)
CREATE INDEX client_orgs__verified_first ON directory.client_orgs USING btree (tenant_id, verified_rank, norm_name, id)
CREATE INDEX confirmations__expired ON ops.confirmations USING btree (expires_at)
CREATE INDEX contacts__by_name ON directory.contacts USING btree (tenant_id, norm_name, id)
CREATE INDEX contacts__client_org ON directory.contacts USING btree (tenant_id, client_org_id)
CREATE INDEX contacts__purge_after ON directory.contacts USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX contacts__search ON directory.contacts USING gin (tenant_id, search_text gin_trgm_ops)
CREATE INDEX data_exports__ending ON privacy.data_exports USING btree (tenant_id, expires_at) WHERE (status = ANY (ARRAY['PENDING'::text, 'DONE'::text, 'FAILED'::text]))
CREATE INDEX data_exports__subject ON privacy.data_exports USING btree (tenant_id, subject_id, created_at DESC)
CREATE INDEX dead_jobs__newest ON ops.dead_jobs USING btree (last_failed_at DESC, id DESC)
CREATE INDEX dead_jobs__open ON ops.dead_jobs USING btree (tenant_id, last_failed_at DESC, id DESC) WHERE (state = 'DEAD'::text)
CREATE INDEX document_links__assignment ON documents.document_links USING btree (tenant_id, assignment_id, document_id) WHERE (assignment_id IS NOT NULL)
CREATE INDEX document_links__commission ON documents.document_links USING btree (tenant_id, commission_id, document_id) WHERE (commission_id IS NOT NULL)
CREATE INDEX document_links__conversation ON documents.document_links USING btree (tenant_id, conversation_id, document_id) WHERE (conversation_id IS NOT NULL)
CREATE INDEX document_links__employee ON documents.document_links USING btree (tenant_id, employee_id, document_id) WHERE (employee_id IS NOT NULL)
CREATE INDEX document_links__invoice ON documents.document_links USING btree (tenant_id, invoice_id, document_id) WHERE (invoice_id IS NOT NULL)
CREATE INDEX document_links__report ON documents.document_links USING btree (tenant_id, report_id, document_id) WHERE (report_id IS NOT NULL)
CREATE INDEX document_tags__found_by ON documents.document_tags USING btree (tenant_id, key, value_norm, document_id)
CREATE INDEX documents__captured ON documents.documents USING btree (tenant_id, COALESCE(captured_at, 'infinity'::timestamp with time zone), id) WHERE ((status = 'uploaded'::text) AND (deleted_at IS NULL))
CREATE INDEX documents__classification ON documents.documents USING btree (tenant_id, classification, id DESC)
CREATE INDEX documents__external_owner ON documents.documents USING btree (external_owner_id, id DESC) WHERE (external_owner_id IS NOT NULL)
CREATE INDEX documents__external_party ON documents.documents USING btree (external_party_id, id DESC) WHERE (external_party_id IS NOT NULL)
CREATE INDEX documents__filename ON documents.documents USING btree (tenant_id, original_filename, id) WHERE ((status = 'uploaded'::text) AND (deleted_at IS NULL))
CREATE INDEX documents__name_search ON documents.documents USING gin (tenant_id, norm_filename gin_trgm_ops)
CREATE INDEX documents__newest ON documents.documents USING btree (tenant_id, id DESC) WHERE ((status = 'uploaded'::text) AND (deleted_at IS NULL))
CREATE INDEX documents__owner_recent ON documents.documents USING btree (tenant_id, owner_user_id, created_at DESC)
CREATE INDEX documents__pending ON documents.documents USING btree (tenant_id, upload_expires_at) WHERE ((status = 'pending'::text) AND (deleted_at IS NULL))
CREATE INDEX documents__purge_after ON documents.documents USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX documents__same_bytes ON documents.documents USING btree (tenant_id, sha256) WHERE (deleted_at IS NULL)
CREATE INDEX events__actor ON audit.events USING btree (tenant_id, actor_user_id, at DESC)
CREATE INDEX events__key ON ONLY ops.events USING btree (metric_key, occurred_at)
CREATE INDEX events__newest ON audit.events USING btree (tenant_id, at DESC, id DESC)
CREATE INDEX events__target ON audit.events USING btree (tenant_id, target_type, target_id, at DESC)
CREATE INDEX events__trace ON audit.events USING btree (tenant_id, trace_id)
CREATE INDEX events_default_metric_key_occurred_at_idx ON ops.events_default USING btree (metric_key, occurred_at)
CREATE INDEX evidence_profiles__purge_after ON reports.evidence_profiles USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX export_jobs__active ON audit.export_jobs USING btree (tenant_id, status) WHERE (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text]))
CREATE INDEX export_jobs__ending ON audit.export_jobs USING btree (tenant_id, expires_at) WHERE (status = ANY (ARRAY['PENDING'::text, 'DONE'::text, 'FAILED'::text]))
CREATE INDEX export_jobs__newest ON audit.export_jobs USING btree (tenant_id, created_at DESC, id DESC)
CREATE INDEX export_jobs__requested_by ON audit.export_jobs USING btree (requested_by)
CREATE INDEX export_jobs__spool ON audit.export_jobs USING btree (tenant_id) INCLUDE (total_bytes) WHERE ((storage_kind = 'db'::text) AND (status = ANY (ARRAY['RUNNING'::text, 'DONE'::text])))
CREATE INDEX idempotency_keys__expired ON ops.idempotency_keys USING btree (expires_at)
CREATE INDEX inbox__sealing_order ON audit.inbox USING btree (xid, ord)
CREATE INDEX job_effects__job ON ops.job_effects USING btree (tenant_id, job_id)
CREATE INDEX job_effects__open ON ops.job_effects USING btree (tenant_id, created_at) WHERE (state <> 'DONE'::text)
CREATE INDEX job_runs__newest ON ops.job_runs USING btree (started_at DESC, id DESC)
CREATE INDEX job_runs__open ON ops.job_runs USING btree (lock_key) WHERE (status = 'RUNNING'::text)
CREATE INDEX job_runs__task ON ops.job_runs USING btree (task, started_at DESC)
CREATE INDEX jobs__dead ON ops.jobs USING btree (tenant_id, finished_at DESC) WHERE (state = 'dead'::text)
CREATE INDEX jobs__newest ON ops.jobs USING btree (created_at DESC, id DESC)
CREATE INDEX jobs__ready ON ops.jobs USING btree (tenant_id, kind, run_at, id) WHERE (state = ANY (ARRAY['queued'::text, 'failed'::text]))
CREATE INDEX jobs__recent ON ops.jobs USING btree (tenant_id, created_at DESC)
CREATE INDEX jobs__running ON ops.jobs USING btree (worker_id, id) WHERE (state = 'running'::text)
CREATE INDEX jobs__serial ON ops.jobs USING btree (serial_key) WHERE ((state = 'running'::text) AND (serial_key IS NOT NULL))
CREATE INDEX jobs__task ON ops.jobs USING btree (task, tenant_id) WHERE ((state = ANY (ARRAY['queued'::text, 'failed'::text, 'running'::text])) AND (task IS NOT NULL))
CREATE INDEX kill_switches__due ON ops.kill_switches USING btree (effective_until) WHERE (state = 'ENABLED'::text)
CREATE INDEX legal_holds__standing ON privacy.legal_holds USING btree (tenant_id, scope) WHERE (lifted_at IS NULL)
CREATE INDEX memberships__purge_after ON identity.memberships USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX memberships__user ON identity.memberships USING btree (user_id)
CREATE INDEX merged_refusals__due ON audit.merged_refusals USING btree (until)
CREATE INDEX notary_receipts__newest ON audit.notary_receipts USING btree (sink, id DESC)
CREATE INDEX notary_receipts__note ON audit.notary_receipts USING btree (root_epoch, size)
CREATE INDEX notary_receipts__recent ON audit.notary_receipts USING btree (published_at)
CREATE INDEX outbox__due ON notifications.outbox USING btree (tenant_id, next_attempt_at) WHERE (status = ANY (ARRAY['queued'::text, 'failed'::text, 'sending'::text]))
CREATE INDEX outbox__recent ON notifications.outbox USING btree (tenant_id, queued_at DESC)
CREATE INDEX outbox__user ON notifications.outbox USING btree (user_id) WHERE (user_id IS NOT NULL)
CREATE INDEX portal_links__user ON identity.portal_links USING btree (user_id) WHERE (status = 'active'::text)
CREATE INDEX properties__by_name ON directory.properties USING btree (tenant_id, norm_name, id)
CREATE INDEX properties__place ON directory.properties USING btree (tenant_id, latitude, longitude)
CREATE INDEX properties__postal_code ON directory.properties USING btree (tenant_id, postal_code)
CREATE INDEX properties__purge_after ON directory.properties USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX properties__search ON directory.properties USING gin (tenant_id, search_text gin_trgm_ops)
CREATE INDEX properties__type ON directory.properties USING btree (tenant_id, property_type_id)
CREATE INDEX property_subtypes__by_name ON directory.property_subtypes USING btree (tenant_id, norm_name, id)
CREATE INDEX property_subtypes__purge_after ON directory.property_subtypes USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX property_subtypes__search ON directory.property_subtypes USING gin (tenant_id, search_text gin_trgm_ops)
CREATE INDEX property_types__by_name ON directory.property_types USING btree (tenant_id, norm_name, id)
CREATE INDEX property_types__purge_after ON directory.property_types USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX property_types__search ON directory.property_types USING gin (tenant_id, search_text gin_trgm_ops)
CREATE INDEX rate_paces__due ON ops.rate_paces USING btree (due_us)
CREATE INDEX rate_windows__expired ON ops.rate_windows USING btree (expires_at)
CREATE INDEX rbac_requests__recent ON identity.rbac_requests USING btree (tenant_id, created_at DESC, id DESC)
CREATE INDEX recent_views__old ON audit.recent_views USING btree (seen_at)
CREATE INDEX report_evidence_items__document ON reports.report_evidence_items USING btree (tenant_id, document_id) WHERE (document_id IS NOT NULL)
CREATE INDEX report_evidence_items__purge_after ON reports.report_evidence_items USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX report_evidence_items__report ON reports.report_evidence_items USING btree (tenant_id, report_id) WHERE (deleted_at IS NULL)
CREATE INDEX report_generation_jobs__newest ON reports.report_generation_jobs USING btree (tenant_id, created_at DESC, id DESC)
CREATE INDEX report_generation_jobs__pack ON reports.report_generation_jobs USING btree (tenant_id, pack_id)
CREATE INDEX report_generation_jobs__report ON reports.report_generation_jobs USING btree (tenant_id, report_id, created_at DESC)
CREATE INDEX report_packs__inputs ON reports.report_packs USING btree (tenant_id, report_id, input_hash)
CREATE INDEX report_suggestions__report ON reports.report_suggestions USING btree (tenant_id, report_id, created_at DESC, id DESC)
CREATE INDEX reports__by_assignment ON reports.reports USING btree (tenant_id, assignment_id)
CREATE INDEX reports__by_score ON reports.reports USING btree (tenant_id, readiness_score, id) WHERE (deleted_at IS NULL)
CREATE INDEX reports__by_status ON reports.reports USING btree (tenant_id, status, updated_at DESC) WHERE (deleted_at IS NULL)
CREATE INDEX reports__changed ON reports.reports USING btree (tenant_id, updated_at DESC, id DESC) WHERE (deleted_at IS NULL)
CREATE INDEX reports__newest ON reports.reports USING btree (tenant_id, created_at DESC, id DESC) WHERE (deleted_at IS NULL)
CREATE INDEX reports__purge_after ON reports.reports USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX reports__search ON reports.reports USING gin (tenant_id, search_text gin_trgm_ops)
CREATE INDEX requests__open ON privacy.requests USING btree (tenant_id, kind, created_at) WHERE (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'FAILED'::text]))
CREATE INDEX requests__recent ON privacy.requests USING btree (tenant_id, created_at DESC, id DESC)
CREATE INDEX requests__subject ON privacy.requests USING btree (tenant_id, subject_id, kind, created_at DESC)
CREATE INDEX retention_runs__recent ON ops.retention_runs USING btree (tenant_id, created_at DESC, id DESC)
CREATE INDEX retention_runs__turn ON ops.retention_runs USING btree (tenant_id, turn_id)
CREATE INDEX rollbacks__recent ON ops.rollbacks USING btree (tenant_id, id DESC)
CREATE INDEX root_notes__newest ON audit.root_notes USING btree (root_epoch DESC, id DESC)
CREATE INDEX root_notes__size ON audit.root_notes USING btree (root_epoch, size)
CREATE INDEX rulesets__in_force ON reports.rulesets USING btree (tenant_id, COALESCE(in_force_at, published_at) DESC, id DESC) WHERE (state = 'published'::text)
CREATE INDEX subject_keys__wrapped_by ON privacy.subject_keys USING btree (kek_version) WHERE (wrapped_key IS NOT NULL)
CREATE INDEX support_sessions__open ON identity.support_sessions USING btree (user_id, tenant_id) WHERE (closed_at IS NULL)
CREATE INDEX task_slots__old ON ops.task_slots USING btree (created_at)
CREATE INDEX tenants__purge_after ON identity.tenants USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX users__purge_after ON identity.users USING btree (purge_after) WHERE (purge_after IS NOT NULL)
CREATE INDEX verify_runs__newest ON audit.verify_runs USING btree (tenant_id, created_at DESC)
CREATE INDEX webauthn_challenges__expired ON identity.webauthn_challenges USING btree (expires_at)
CREATE INDEX webauthn_credentials__live ON identity.webauthn_credentials USING btree (user_id) WHERE (revoked_at IS NULL)
CREATE UNIQUE INDEX activity_events_pkey ON assignments.activity_events USING btree (tenant_id, id)
CREATE UNIQUE INDEX alert_channels__name ON ops.alert_channels USING btree (tenant_id, lower(name)) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX alert_channels_pkey ON ops.alert_channels USING btree (tenant_id, id)
CREATE UNIQUE INDEX alert_deliveries__once ON ops.alert_deliveries USING btree (tenant_id, channel_id, alert_id, notice) WHERE (alert_id IS NOT NULL)
CREATE UNIQUE INDEX alert_deliveries_pkey ON ops.alert_deliveries USING btree (tenant_id, id)
CREATE UNIQUE INDEX alert_rules_pkey ON ops.alert_rules USING btree (tenant_id, rule_key)
CREATE UNIQUE INDEX alerts__open ON ops.alerts USING btree (tenant_id, fingerprint) WHERE (state <> 'RESOLVED'::text)
CREATE UNIQUE INDEX alerts_pkey ON ops.alerts USING btree (tenant_id, id)
CREATE UNIQUE INDEX assignment_assignees__once ON assignments.assignment_assignees USING btree (tenant_id, assignment_id, user_id) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX assignment_assignees__one_lead ON assignments.assignment_assignees USING btree (tenant_id, assignment_id) WHERE ((role = 'lead'::text) AND (deleted_at IS NULL))
CREATE UNIQUE INDEX assignment_assignees_pkey ON assignments.assignment_assignees USING btree (tenant_id, id)
CREATE UNIQUE INDEX assignment_counters_pkey ON assignments.assignment_counters USING btree (tenant_id, yymm)
CREATE UNIQUE INDEX assignment_floors_pkey ON assignments.assignment_floors USING btree (tenant_id, id)
CREATE UNIQUE INDEX assignments__code ON assignments.assignments USING btree (tenant_id, code)
CREATE UNIQUE INDEX assignments__one_per_commission ON assignments.assignments USING btree (tenant_id, commission_id) WHERE ((deleted_at IS NULL) AND (status <> 'CANCELLED'::text))
CREATE UNIQUE INDEX assignments_pkey ON assignments.assignments USING btree (tenant_id, id)
CREATE UNIQUE INDEX attempts_pkey ON notifications.attempts USING btree (tenant_id, outbox_id, attempt_no)
CREATE UNIQUE INDEX auth_blocks_pkey ON identity.auth_blocks USING btree (id)
CREATE UNIQUE INDEX auth_credentials_pkey ON identity.auth_credentials USING btree (user_id)
CREATE UNIQUE INDEX auth_factor_counters_pkey ON identity.auth_factor_counters USING btree (user_id)
CREATE UNIQUE INDEX auth_failed_addresses_pkey ON identity.auth_failed_addresses USING btree (id)
CREATE UNIQUE INDEX auth_families_pkey ON identity.auth_families USING btree (id)
CREATE UNIQUE INDEX auth_links__one_live ON identity.auth_links USING btree (purpose, user_id, tenant_id) NULLS NOT DISTINCT WHERE ((consumed_at IS NULL) AND (user_id IS NOT NULL))
CREATE UNIQUE INDEX auth_links_pkey ON identity.auth_links USING btree (token_sha256)
CREATE UNIQUE INDEX auth_login_counters_pkey ON identity.auth_login_counters USING btree (login_hmac)
CREATE UNIQUE INDEX auth_mfa_tickets_pkey ON identity.auth_mfa_tickets USING btree (ticket_sha256)
CREATE UNIQUE INDEX auth_recovery_codes_pkey ON identity.auth_recovery_codes USING btree (user_id, code_hmac)
CREATE UNIQUE INDEX auth_refresh_tokens_pkey ON identity.auth_refresh_tokens USING btree (id)
CREATE UNIQUE INDEX auth_refresh_tokens_token_sha256_key ON identity.auth_refresh_tokens USING btree (token_sha256)
CREATE UNIQUE INDEX auth_seen_addresses_pkey ON identity.auth_seen_addresses USING btree (user_id, address)
CREATE UNIQUE INDEX auth_totp_pkey ON identity.auth_totp USING btree (user_id)
CREATE UNIQUE INDEX bank_branches__ifsc ON directory.bank_branches USING btree (tenant_id, ifsc) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX bank_branches__name ON directory.bank_branches USING btree (tenant_id, bank_id, norm_name, norm_city, COALESCE(ifsc, ''::text)) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX bank_branches_pkey ON directory.bank_branches USING btree (tenant_id, id)
CREATE UNIQUE INDEX banks__code ON directory.banks USING btree (tenant_id, code) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX banks__ifsc_prefix ON directory.banks USING btree (tenant_id, ifsc_prefix) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX banks__name ON directory.banks USING btree (tenant_id, norm_name) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX banks_pkey ON directory.banks USING btree (tenant_id, id)
CREATE UNIQUE INDEX capabilities_pkey ON identity.capabilities USING btree (key)
CREATE UNIQUE INDEX checkpoints_pkey ON audit.checkpoints USING btree (tenant_id, epoch, size)
CREATE UNIQUE INDEX client_orgs__name ON directory.client_orgs USING btree (tenant_id, norm_name, norm_city) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX client_orgs_pkey ON directory.client_orgs USING btree (tenant_id, id)
CREATE UNIQUE INDEX confirmations_pkey ON ops.confirmations USING btree (tenant_id, id)
CREATE UNIQUE INDEX contacts__one_primary ON directory.contacts USING btree (tenant_id, client_org_id) WHERE (is_primary AND (deleted_at IS NULL))
CREATE UNIQUE INDEX contacts_pkey ON directory.contacts USING btree (tenant_id, id)
CREATE UNIQUE INDEX data_export_chunks_pkey ON privacy.data_export_chunks USING btree (tenant_id, job_id, chunk_no)
CREATE UNIQUE INDEX data_export_parts_pkey ON privacy.data_export_parts USING btree (tenant_id, job_id, part_no)
CREATE UNIQUE INDEX data_exports_pkey ON privacy.data_exports USING btree (tenant_id, id)
CREATE UNIQUE INDEX dead_jobs__job ON ops.dead_jobs USING btree (tenant_id, job_id)
CREATE UNIQUE INDEX dead_jobs_pkey ON ops.dead_jobs USING btree (tenant_id, id)
CREATE UNIQUE INDEX document_links__once ON documents.document_links USING btree (tenant_id, document_id, commission_id, assignment_id, report_id, employee_id, invoice_id, conversation_id, purpose) NULLS NOT DISTINCT
CREATE UNIQUE INDEX document_links_pkey ON documents.document_links USING btree (tenant_id, id)
CREATE UNIQUE INDEX document_tags_pkey ON documents.document_tags USING btree (tenant_id, document_id, key, value_norm)
CREATE UNIQUE INDEX document_views_pkey ON documents.document_views USING btree (tenant_id, document_id, user_id)
CREATE UNIQUE INDEX documents__client_ref ON documents.documents USING btree (tenant_id, owner_user_id, client_ref)
CREATE UNIQUE INDEX documents__one_current ON documents.documents USING btree (tenant_id, version_group_id) WHERE (is_current AND (status = 'uploaded'::text) AND (deleted_at IS NULL))
CREATE UNIQUE INDEX documents__owner ON documents.documents USING btree (tenant_id, id, owner_user_id)
CREATE UNIQUE INDEX documents__storage_key ON documents.documents USING btree (storage_key)
CREATE UNIQUE INDEX documents_pkey ON documents.documents USING btree (tenant_id, id)
CREATE UNIQUE INDEX events__id ON audit.events USING btree (tenant_id, id)
CREATE UNIQUE INDEX events_default_pkey ON ops.events_default USING btree (tenant_id, occurred_at, id)
CREATE UNIQUE INDEX events_pkey ON ONLY ops.events USING btree (tenant_id, occurred_at, id)
CREATE UNIQUE INDEX events_pkey ON audit.events USING btree (tenant_id, epoch, seq)
CREATE UNIQUE INDEX evidence_profile_versions_pkey ON reports.evidence_profile_versions USING btree (tenant_id, profile_id, version)
CREATE UNIQUE INDEX evidence_profiles__default ON reports.evidence_profiles USING btree (tenant_id, report_type, bank_type, value_slab, bank_id) NULLS NOT DISTINCT WHERE (is_default AND (state = 'published'::text) AND (deleted_at IS NULL))
CREATE UNIQUE INDEX evidence_profiles_pkey ON reports.evidence_profiles USING btree (tenant_id, id)
CREATE UNIQUE INDEX export_chunks_pkey ON audit.export_chunks USING btree (tenant_id, job_id, chunk_no)
CREATE UNIQUE INDEX export_jobs_pkey ON audit.export_jobs USING btree (tenant_id, id)
CREATE UNIQUE INDEX export_parts_pkey ON audit.export_parts USING btree (tenant_id, job_id, part_no)
CREATE UNIQUE INDEX heads_pkey ON audit.heads USING btree (tenant_id, epoch)
CREATE UNIQUE INDEX idempotency_keys_pkey ON ops.idempotency_keys USING btree (tenant_id, user_id, route, key)
CREATE UNIQUE INDEX inbox_pkey ON audit.inbox USING btree (tenant_id, id)
CREATE UNIQUE INDEX instances_pkey ON ops.instances USING btree (instance_id)
CREATE UNIQUE INDEX job_effects_pkey ON ops.job_effects USING btree (tenant_id, effect_key)
CREATE UNIQUE INDEX job_runs__pkey ON ops.job_runs USING btree (id)
CREATE UNIQUE INDEX job_template_capabilities_pkey ON identity.job_template_capabilities USING btree (job_template, capability)
CREATE UNIQUE INDEX job_templates_key_role_key ON identity.job_templates USING btree (key, role)
CREATE UNIQUE INDEX job_templates_pkey ON identity.job_templates USING btree (key)
CREATE UNIQUE INDEX jobs_pkey ON ops.jobs USING btree (tenant_id, id)
CREATE UNIQUE INDEX kill_switches__key ON ops.kill_switches USING btree (key, scope_tenant_id) NULLS NOT DISTINCT
CREATE UNIQUE INDEX kill_switches_pkey ON ops.kill_switches USING btree (id)
CREATE UNIQUE INDEX latency_hourly_pkey ON ops.latency_hourly USING btree (hour, instance_id, route, status_class)
CREATE UNIQUE INDEX legal_holds_pkey ON privacy.legal_holds USING btree (tenant_id, id)
CREATE UNIQUE INDEX membership_job_templates_pkey ON identity.membership_job_templates USING btree (tenant_id, user_id, job_template)
CREATE UNIQUE INDEX memberships_pkey ON identity.memberships USING btree (tenant_id, user_id)
CREATE UNIQUE INDEX memberships_tenant_id_user_id_role_key ON identity.memberships USING btree (tenant_id, user_id, role)
CREATE UNIQUE INDEX merged_refusals_pkey ON audit.merged_refusals USING btree (tenant_id, actor_key, action, target_id)
CREATE UNIQUE INDEX metric_hourly_pkey ON ops.metric_hourly USING btree (tenant_id, hour_bucket_utc, metric_key)
CREATE UNIQUE INDEX metric_keys_pkey ON ops.metric_keys USING btree (metric_key)
CREATE UNIQUE INDEX notary_receipts_pkey ON audit.notary_receipts USING btree (id)
CREATE UNIQUE INDEX notary_sinks_pkey ON audit.notary_sinks USING btree (sink)
CREATE UNIQUE INDEX outbox_pkey ON notifications.outbox USING btree (tenant_id, id)
CREATE UNIQUE INDEX platform_settings_pkey ON identity.platform_settings USING btree (one_row)
CREATE UNIQUE INDEX portal_links__one ON identity.portal_links USING btree (tenant_id, user_id, party_kind, party_id) NULLS NOT DISTINCT WHERE (status = 'active'::text)
CREATE UNIQUE INDEX portal_links_pkey ON identity.portal_links USING btree (tenant_id, id)
CREATE UNIQUE INDEX properties_pkey ON directory.properties USING btree (tenant_id, id)
CREATE UNIQUE INDEX property_subtypes__name ON directory.property_subtypes USING btree (tenant_id, property_type_id, norm_name) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX property_subtypes_pkey ON directory.property_subtypes USING btree (tenant_id, id)
CREATE UNIQUE INDEX property_subtypes_tenant_id_id_property_type_id_key ON directory.property_subtypes USING btree (tenant_id, id, property_type_id)
CREATE UNIQUE INDEX property_types__name ON directory.property_types USING btree (tenant_id, norm_name) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX property_types_pkey ON directory.property_types USING btree (tenant_id, id)
CREATE UNIQUE INDEX queue_pauses__once ON ops.queue_pauses USING btree (tenant_id, queue) NULLS NOT DISTINCT
CREATE UNIQUE INDEX queue_pauses_pkey ON ops.queue_pauses USING btree (id)
CREATE UNIQUE INDEX rate_paces_pkey ON ops.rate_paces USING btree (key)
CREATE UNIQUE INDEX rate_windows_pkey ON ops.rate_windows USING btree (key)
CREATE UNIQUE INDEX rbac_decisions_pkey ON identity.rbac_decisions USING btree (tenant_id, request_id, decided_by)
CREATE UNIQUE INDEX rbac_overrides_pkey ON identity.rbac_overrides USING btree (tenant_id, job_template, capability)
CREATE UNIQUE INDEX rbac_requests__one_pending ON identity.rbac_requests USING btree (tenant_id, kind, subject) WHERE (status = 'PENDING'::text)
CREATE UNIQUE INDEX rbac_requests_pkey ON identity.rbac_requests USING btree (tenant_id, id)
CREATE UNIQUE INDEX recent_views_pkey ON audit.recent_views USING btree (tenant_id, actor_user_id, action, target_id)
CREATE UNIQUE INDEX report_changed_paths_pkey ON reports.report_changed_paths USING btree (tenant_id, report_id, n, path)
CREATE UNIQUE INDEX report_counters_pkey ON reports.report_counters USING btree (tenant_id, kind, period)
CREATE UNIQUE INDEX report_evidence_items_pkey ON reports.report_evidence_items USING btree (tenant_id, id)
CREATE UNIQUE INDEX report_generation_jobs__key ON reports.report_generation_jobs USING btree (tenant_id, report_id, idempotency_key)
CREATE UNIQUE INDEX report_generation_jobs_pkey ON reports.report_generation_jobs USING btree (tenant_id, id)
CREATE UNIQUE INDEX report_pack_artifacts__kind ON reports.report_pack_artifacts USING btree (tenant_id, pack_id, kind)
CREATE UNIQUE INDEX report_pack_artifacts_pkey ON reports.report_pack_artifacts USING btree (tenant_id, id)
CREATE UNIQUE INDEX report_packs__one_generating ON reports.report_packs USING btree (tenant_id, report_id) WHERE (final AND (status = 'generating'::text))
CREATE UNIQUE INDEX report_packs__version ON reports.report_packs USING btree (tenant_id, report_id, version)
CREATE UNIQUE INDEX report_packs_pkey ON reports.report_packs USING btree (tenant_id, id)
CREATE UNIQUE INDEX report_revisions_pkey ON reports.report_revisions USING btree (tenant_id, report_id, n)
CREATE UNIQUE INDEX report_suggestions__once ON reports.report_suggestions USING btree (tenant_id, report_id, field_key, method, evidence_item_id) NULLS NOT DISTINCT
CREATE UNIQUE INDEX report_suggestions_pkey ON reports.report_suggestions USING btree (tenant_id, id)
CREATE UNIQUE INDEX reports__reference_no ON reports.reports USING btree (tenant_id, reference_no)
CREATE UNIQUE INDEX reports__report_no ON reports.reports USING btree (tenant_id, report_no)
CREATE UNIQUE INDEX reports_pkey ON reports.reports USING btree (tenant_id, id)
CREATE UNIQUE INDEX requests__one_open ON privacy.requests USING btree (tenant_id, kind, subject_id) WHERE (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text]))
CREATE UNIQUE INDEX requests_pkey ON privacy.requests USING btree (tenant_id, id)
CREATE UNIQUE INDEX retention_policies__one ON ops.retention_policies USING btree (tenant_id, class) NULLS NOT DISTINCT
CREATE UNIQUE INDEX retention_policies_pkey ON ops.retention_policies USING btree (id)
CREATE UNIQUE INDEX retention_runs__one_at_a_time ON ops.retention_runs USING btree (tenant_id, class) WHERE ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text])) AND (NOT dry_run))
CREATE UNIQUE INDEX retention_runs_pkey ON ops.retention_runs USING btree (tenant_id, id)
CREATE UNIQUE INDEX retention_seals_pkey ON audit.retention_seals USING btree (tenant_id, epoch, upto_seq)
CREATE UNIQUE INDEX rollbacks__running ON ops.rollbacks USING btree (tenant_id, target_type, target_id) WHERE (status = 'REQUESTED'::text)
CREATE UNIQUE INDEX rollbacks_pkey ON ops.rollbacks USING btree (tenant_id, id)
CREATE UNIQUE INDEX root_log__position ON audit.root_log USING btree (root_epoch, "position")
CREATE UNIQUE INDEX root_log_pkey ON audit.root_log USING btree (tenant_id, epoch, size, root_epoch)
CREATE UNIQUE INDEX root_notes_pkey ON audit.root_notes USING btree (id)
CREATE UNIQUE INDEX rulesets__version ON reports.rulesets USING btree (tenant_id, version)
CREATE UNIQUE INDEX rulesets_pkey ON reports.rulesets USING btree (tenant_id, id)
CREATE UNIQUE INDEX scheduler_fences_pkey ON ops.scheduler_fences USING btree (lock_key)
CREATE UNIQUE INDEX scheduler_locks_pkey ON ops.scheduler_locks USING btree (lock_key)
CREATE UNIQUE INDEX scheduler_locks_task_key ON ops.scheduler_locks USING btree (task)
CREATE UNIQUE INDEX service_tokens_pkey ON identity.service_tokens USING btree (id)
CREATE UNIQUE INDEX service_tokens_token_sha256_key ON identity.service_tokens USING btree (token_sha256)
CREATE UNIQUE INDEX shipped_profiles_pkey ON reports.shipped_profiles USING btree (name)
CREATE UNIQUE INDEX shipped_rulesets_pkey ON reports.shipped_rulesets USING btree (version)
CREATE UNIQUE INDEX signing_keys_pkey ON audit.signing_keys USING btree (public_key)
CREATE UNIQUE INDEX subject_keys__key_id ON privacy.subject_keys USING btree (key_id)
CREATE UNIQUE INDEX subject_keys_pkey ON privacy.subject_keys USING btree (tenant_id, subject_id)
CREATE UNIQUE INDEX support_sessions_pkey ON identity.support_sessions USING btree (tenant_id, id)
CREATE UNIQUE INDEX task_slots_pkey ON ops.task_slots USING btree (task, scope, slot)
CREATE UNIQUE INDEX tenants__one_per_fixed_lane ON identity.tenants USING btree (lane) WHERE (lane <> 'tenant'::text)
CREATE UNIQUE INDEX tenants__slug ON identity.tenants USING btree (slug) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX tenants_pkey ON identity.tenants USING btree (id)
CREATE UNIQUE INDEX tiles_pkey ON audit.tiles USING btree (tenant_id, epoch, level, index)
CREATE UNIQUE INDEX ui_settings_pkey ON identity.ui_settings USING btree (tenant_id, user_id)
CREATE UNIQUE INDEX users__email ON identity.users USING btree (email) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX users_pkey ON identity.users USING btree (id)
CREATE UNIQUE INDEX verify_runs_pkey ON audit.verify_runs USING btree (tenant_id, id)
CREATE UNIQUE INDEX watermarks_pkey ON ops.watermarks USING btree (name)
CREATE UNIQUE INDEX webauthn_challenges_pkey ON identity.webauthn_challenges USING btree (id)
CREATE UNIQUE INDEX webauthn_credentials_credential_id_key ON identity.webauthn_credentials USING btree (credential_id)
CREATE UNIQUE INDEX webauthn_credentials_pkey ON identity.webauthn_credentials USING btree (id)
CREATE UNIQUE INDEX workers_pkey ON ops.workers USING btree (worker_id)

-- Row security

assignments.activity_events enabled=t forced=t
assignments.assignment_assignees enabled=t forced=t
assignments.assignment_counters enabled=t forced=t
assignments.assignment_floors enabled=t forced=t
assignments.assignments enabled=t forced=t
audit.checkpoints enabled=t forced=t
audit.events enabled=t forced=t
audit.export_chunks enabled=t forced=t
audit.export_jobs enabled=t forced=t
audit.export_parts enabled=t forced=t
audit.heads enabled=t forced=t
audit.inbox enabled=t forced=t
audit.merged_refusals enabled=t forced=t
audit.notary_receipts enabled=t forced=t
audit.notary_sinks enabled=t forced=t
audit.recent_views enabled=t forced=t
audit.retention_seals enabled=t forced=t
audit.root_log enabled=t forced=t
audit.root_notes enabled=t forced=t
audit.signing_keys enabled=t forced=t
audit.tiles enabled=t forced=t
audit.verify_runs enabled=t forced=t
directory.bank_branches enabled=t forced=t
directory.banks enabled=t forced=t
directory.client_orgs enabled=t forced=t
directory.contacts enabled=t forced=t
directory.properties enabled=t forced=t
directory.property_subtypes enabled=t forced=t
directory.property_types enabled=t forced=t
documents.document_links enabled=t forced=t
documents.document_tags enabled=t forced=t
documents.document_views enabled=t forced=t
documents.documents enabled=t forced=t
identity.auth_blocks enabled=t forced=t
identity.auth_credentials enabled=t forced=t
identity.auth_factor_counters enabled=t forced=t
identity.auth_failed_addresses enabled=t forced=t
identity.auth_families enabled=t forced=t
identity.auth_links enabled=t forced=t
identity.auth_login_counters enabled=t forced=t
identity.auth_mfa_tickets enabled=t forced=t
identity.auth_recovery_codes enabled=t forced=t
identity.auth_refresh_tokens enabled=t forced=t
identity.auth_seen_addresses enabled=t forced=t
identity.auth_totp enabled=t forced=t
identity.capabilities enabled=t forced=t
identity.job_template_capabilities enabled=t forced=t
identity.job_templates enabled=t forced=t
identity.membership_job_templates enabled=t forced=t
identity.memberships enabled=t forced=t
identity.platform_settings enabled=t forced=t
identity.portal_links enabled=t forced=t
identity.rbac_decisions enabled=t forced=t
identity.rbac_overrides enabled=t forced=t
identity.rbac_requests enabled=t forced=t
identity.service_tokens enabled=t forced=t
identity.support_sessions enabled=t forced=t
identity.tenants enabled=t forced=t
identity.ui_settings enabled=t forced=t
identity.users enabled=t forced=t
identity.webauthn_challenges enabled=t forced=t
identity.webauthn_credentials enabled=t forced=t
notifications.attempts enabled=t forced=t
notifications.outbox enabled=t forced=t
ops.alert_channels enabled=t forced=t
ops.alert_deliveries enabled=t forced=t
ops.alert_rules enabled=t forced=t
ops.alerts enabled=t forced=t
ops.confirmations enabled=t forced=t
ops.dead_jobs enabled=t forced=t
ops.events enabled=t forced=t
ops.events_default enabled=t forced=t
ops.idempotency_keys enabled=t forced=t
ops.instances enabled=t forced=t
ops.job_effects enabled=t forced=t
ops.job_runs enabled=t forced=t
ops.jobs enabled=t forced=t
ops.kill_switches enabled=t forced=t
ops.latency_hourly enabled=t forced=t
ops.metric_hourly enabled=t forced=t
ops.metric_keys enabled=t forced=t
ops.queue_pauses enabled=t forced=t
ops.rate_paces enabled=t forced=t
ops.rate_windows enabled=t forced=t
ops.retention_policies enabled=t forced=t
ops.retention_runs enabled=t forced=t
ops.rollbacks enabled=t forced=t
ops.scheduler_fences enabled=t forced=t
ops.scheduler_locks enabled=t forced=t
ops.task_slots enabled=t forced=t
ops.watermarks enabled=t forced=t
ops.workers enabled=t forced=t
privacy.data_export_chunks enabled=t forced=t
privacy.data_export_parts enabled=t forced=t
privacy.data_exports enabled=t forced=t
privacy.legal_holds enabled=t forced=t
privacy.requests enabled=t forced=t
privacy.subject_keys enabled=t forced=t
reports.evidence_profile_versions enabled=t forced=t
reports.evidence_profiles enabled=t forced=t
reports.report_changed_paths enabled=t forced=t
reports.report_counters enabled=t forced=t
reports.report_evidence_items enabled=t forced=t
reports.report_generation_jobs enabled=t forced=t
reports.report_pack_artifacts enabled=t forced=t
reports.report_packs enabled=t forced=t
reports.report_revisions enabled=t forced=t
reports.report_suggestions enabled=t forced=t
reports.reports enabled=t forced=t
reports.rulesets enabled=t forced=t
reports.shipped_profiles enabled=t forced=t
reports.shipped_rulesets enabled=t forced=t

-- Policies

assignments.activity_events activity_events__definer for select to zen_definer using true
assignments.activity_events activity_events__keeper_delete for delete to zen_keeper using true
assignments.activity_events activity_events__keeper_read for select to zen_keeper using true
assignments.activity_events activity_events__portal_insert for insert to zen_portal check ((tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (actor_user_id = ( SELECT app.current_user_id() AS current_user_id)))
assignments.activity_events activity_events__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open))
assignments.activity_events activity_events__web_insert for insert to zen_web check ((tenant_id = app.current_tenant_id()) AND (actor_user_id = app.current_user_id()))
assignments.activity_events activity_events__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('assignments.read'::text) AS sees_all) OR (( SELECT app.sees_assigned('assignments.read'::text) AS sees_assigned) AND (assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[]))) OR ((assignment_id IS NULL) AND starts_with((kind)::text, 'masterdata_'::text) AND ( SELECT app.sees_all('masterdata.read'::text) AS sees_all))))
assignments.activity_events activity_events__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.activity_events activity_events__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_assignees assignment_assignees__definer for select to zen_definer using true
assignments.assignment_assignees assignment_assignees__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
assignments.assignment_assignees assignment_assignees__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('assignments.read'::text) AS sees_all) OR (( SELECT app.sees_assigned('assignments.read'::text) AS sees_assigned) AND (assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[])))))
assignments.assignment_assignees assignment_assignees__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND (( SELECT app.sees_all('assignments.read'::text) AS sees_all) OR (( SELECT app.sees_assigned('assignments.read'::text) AS sees_assigned) AND (assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[])))))
assignments.assignment_assignees assignment_assignees__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND (( SELECT app.sees_all('assignments.read'::text) AS sees_all) OR (( SELECT app.sees_assigned('assignments.read'::text) AS sees_assigned) AND (assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[]))))) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
assignments.assignment_assignees assignment_assignees__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_assignees assignment_assignees__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_assignees assignment_assignees__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_assignees assignment_assignees__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_counters assignment_counters__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
assignments.assignment_counters assignment_counters__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
assignments.assignment_counters assignment_counters__web_update for update to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
assignments.assignment_counters assignment_counters__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_counters assignment_counters__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_counters assignment_counters__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_floors assignment_floors__definer for select to zen_definer using true
assignments.assignment_floors assignment_floors__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
assignments.assignment_floors assignment_floors__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('assignments.read'::text) AS sees_all) OR (( SELECT app.sees_assigned('assignments.read'::text) AS sees_assigned) AND (assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[])))))
assignments.assignment_floors assignment_floors__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND (( SELECT app.sees_all('assignments.read'::text) AS sees_all) OR (( SELECT app.sees_assigned('assignments.read'::text) AS sees_assigned) AND (assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[])))))
assignments.assignment_floors assignment_floors__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND (( SELECT app.sees_all('assignments.read'::text) AS sees_all) OR (( SELECT app.sees_assigned('assignments.read'::text) AS sees_assigned) AND (assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[]))))) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
assignments.assignment_floors assignment_floors__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_floors assignment_floors__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_floors assignment_floors__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignment_floors assignment_floors__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignments assignments__definer for select to zen_definer using true
assignments.assignments assignments__keeper_read for select to zen_keeper using true
assignments.assignments assignments__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
assignments.assignments assignments__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (created_by = ( SELECT app.current_user_id() AS current_user_id)))
assignments.assignments assignments__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND (( SELECT app.sees_all('assignments.read'::text) AS sees_all) OR (( SELECT app.sees_assigned('assignments.read'::text) AS sees_assigned) AND ((created_by = ( SELECT app.current_user_id() AS current_user_id)) OR (id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[]))))))
assignments.assignments assignments__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND (( SELECT app.sees_all('assignments.read'::text) AS sees_all) OR (( SELECT app.sees_assigned('assignments.read'::text) AS sees_assigned) AND ((created_by = ( SELECT app.current_user_id() AS current_user_id)) OR (id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[])))))) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
assignments.assignments assignments__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignments assignments__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignments assignments__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
assignments.assignments assignments__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.checkpoints checkpoints__definer for select to zen_definer using true
audit.checkpoints checkpoints__keeper_read for select to zen_keeper using true
audit.checkpoints checkpoints__sealer_insert for insert to zen_sealer check true
audit.checkpoints checkpoints__sealer_read for select to zen_sealer using true
audit.checkpoints checkpoints__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.checkpoints checkpoints__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.read'::text) AS sees_all))
audit.checkpoints checkpoints__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.events events__keeper_delete for delete to zen_keeper using true
audit.events events__keeper_read for select to zen_keeper using true
audit.events events__sealer_insert for insert to zen_sealer check true
audit.events events__sealer_read for select to zen_sealer using true
audit.events events__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.events events__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.read'::text) AS sees_all))
audit.events events__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_chunks export_chunks__definer_delete for delete to zen_definer using true
audit.export_chunks export_chunks__definer_read for select to zen_definer using true
audit.export_chunks export_chunks__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.export_chunks export_chunks__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.export'::text) AS sees_all))
audit.export_chunks export_chunks__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_chunks export_chunks__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_chunks export_chunks__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_chunks export_chunks__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_jobs export_jobs__definer_read for select to zen_definer using true
audit.export_jobs export_jobs__keeper for select to zen_keeper using true
audit.export_jobs export_jobs__studio_insert for insert to zen_studio check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text))
audit.export_jobs export_jobs__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.export_jobs export_jobs__studio_update for update to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text))
audit.export_jobs export_jobs__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.export'::text) AS sees_all))
audit.export_jobs export_jobs__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.export'::text) AS sees_all))
audit.export_jobs export_jobs__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.export'::text) AS sees_all)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.export'::text) AS sees_all))
audit.export_jobs export_jobs__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_jobs export_jobs__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_jobs export_jobs__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_jobs export_jobs__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_parts export_parts__definer_delete for delete to zen_definer using true
audit.export_parts export_parts__definer_read for select to zen_definer using true
audit.export_parts export_parts__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.export_parts export_parts__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.export'::text) AS sees_all))
audit.export_parts export_parts__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_parts export_parts__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_parts export_parts__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.export_parts export_parts__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.heads heads__keeper_read for select to zen_keeper using true
audit.heads heads__sealer_insert for insert to zen_sealer check true
audit.heads heads__sealer_read for select to zen_sealer using true
audit.heads heads__sealer_update for update to zen_sealer using true check true
audit.heads heads__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.heads heads__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.read'::text) AS sees_all))
audit.heads heads__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.inbox inbox__auth_insert for insert to zen_auth check true
audit.inbox inbox__definer for select to zen_definer using true
audit.inbox inbox__keeper for select to zen_keeper using true
audit.inbox inbox__keeper_insert for insert to zen_keeper check true
audit.inbox inbox__portal_insert for insert to zen_portal check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) OR (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])))
audit.inbox inbox__sealer_delete for delete to zen_sealer using true
audit.inbox inbox__sealer_insert for insert to zen_sealer check true
audit.inbox inbox__sealer_read for select to zen_sealer using true
audit.inbox inbox__studio_insert for insert to zen_studio check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.inbox inbox__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.inbox inbox__web_insert for insert to zen_web check (tenant_id = app.current_tenant_id())
audit.inbox inbox__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.read'::text) AS sees_all))
audit.inbox inbox__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.inbox inbox__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.merged_refusals merged_refusals__definer_delete for delete to zen_definer using true
audit.merged_refusals merged_refusals__definer_insert for insert to zen_definer check true
audit.merged_refusals merged_refusals__definer_read for select to zen_definer using true
audit.merged_refusals merged_refusals__definer_update for update to zen_definer using true check true
audit.merged_refusals merged_refusals__sealer_delete for delete to zen_sealer using true
audit.merged_refusals merged_refusals__sealer_read for select to zen_sealer using true
audit.notary_receipts notary_receipts__definer for select to zen_definer using (tenant_id IS NULL)
audit.notary_receipts notary_receipts__keeper for select to zen_keeper using true
audit.notary_receipts notary_receipts__sealer_insert for insert to zen_sealer check true
audit.notary_receipts notary_receipts__sealer_read for select to zen_sealer using true
audit.notary_receipts notary_receipts__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.notary_receipts notary_receipts__web_read for select to zen_web using (((tenant_id IS NULL) OR (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))) AND ( SELECT app.sees_all('audit.read'::text) AS sees_all))
audit.notary_receipts notary_receipts__worker_insert for insert to zen_worker check ((( SELECT app.current_aud() AS current_aud) = 'worker'::text) AND (sink = 'mail'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)))
audit.notary_receipts notary_receipts__worker_read for select to zen_worker using (((tenant_id IS NULL) OR (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.notary_sinks notary_sinks__sealer_insert for insert to zen_sealer check true
audit.notary_sinks notary_sinks__sealer_read for select to zen_sealer using true
audit.notary_sinks notary_sinks__sealer_update for update to zen_sealer using true check true
audit.notary_sinks notary_sinks__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.notary_sinks notary_sinks__web_read for select to zen_web using ( SELECT app.sees_all('audit.read'::text) AS sees_all)
audit.notary_sinks notary_sinks__worker_read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))
audit.recent_views recent_views__definer_delete for delete to zen_definer using true
audit.recent_views recent_views__definer_insert for insert to zen_definer check true
audit.recent_views recent_views__definer_read for select to zen_definer using true
audit.recent_views recent_views__definer_update for update to zen_definer using true check true
audit.retention_seals retention_seals__keeper_insert for insert to zen_keeper check true
audit.retention_seals retention_seals__keeper_read for select to zen_keeper using true
audit.retention_seals retention_seals__sealer_read for select to zen_sealer using true
audit.retention_seals retention_seals__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.retention_seals retention_seals__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.read'::text) AS sees_all))
audit.retention_seals retention_seals__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.root_log root_log__keeper_read for select to zen_keeper using true
audit.root_log root_log__sealer_insert for insert to zen_sealer check true
audit.root_log root_log__sealer_read for select to zen_sealer using true
audit.root_log root_log__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.root_log root_log__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.read'::text) AS sees_all))
audit.root_log root_log__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.root_notes root_notes__keeper for select to zen_keeper using true
audit.root_notes root_notes__sealer_insert for insert to zen_sealer check true
audit.root_notes root_notes__sealer_read for select to zen_sealer using true
audit.root_notes root_notes__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.root_notes root_notes__web_read for select to zen_web using ( SELECT app.sees_all('audit.read'::text) AS sees_all)
audit.root_notes root_notes__worker_read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))
audit.signing_keys signing_keys__keeper_read for select to zen_keeper using true
audit.signing_keys signing_keys__read for select to zen_auth, zen_studio, zen_web, zen_worker using true
audit.signing_keys signing_keys__sealer_insert for insert to zen_sealer check true
audit.signing_keys signing_keys__sealer_read for select to zen_sealer using true
audit.signing_keys signing_keys__sealer_update for update to zen_sealer using true check true
audit.tiles tiles__keeper_read for select to zen_keeper using true
audit.tiles tiles__sealer_insert for insert to zen_sealer check true
audit.tiles tiles__sealer_read for select to zen_sealer using true
audit.tiles tiles__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.tiles tiles__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.read'::text) AS sees_all))
audit.tiles tiles__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.verify_runs verify_runs__keeper_delete for delete to zen_keeper using true
audit.verify_runs verify_runs__keeper_insert for insert to zen_keeper check true
audit.verify_runs verify_runs__keeper_read for select to zen_keeper using true
audit.verify_runs verify_runs__sealer_read for select to zen_sealer using true
audit.verify_runs verify_runs__studio_insert for insert to zen_studio check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.verify_runs verify_runs__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.verify_runs verify_runs__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.verify'::text) AS sees_all))
audit.verify_runs verify_runs__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('audit.read'::text) AS sees_all))
audit.verify_runs verify_runs__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.verify_runs verify_runs__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.bank_branches bank_branches__definer for select to zen_definer using true
directory.bank_branches bank_branches__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
directory.bank_branches bank_branches__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.bank_branches bank_branches__studio_update for update to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))) check (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))
directory.bank_branches bank_branches__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.bank_branches bank_branches__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.bank_branches bank_branches__web_update for update to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.bank_branches bank_branches__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.bank_branches bank_branches__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.bank_branches bank_branches__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.bank_branches bank_branches__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.banks banks__definer for select to zen_definer using true
directory.banks banks__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
directory.banks banks__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.banks banks__studio_update for update to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))) check (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))
directory.banks banks__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.banks banks__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.banks banks__web_update for update to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.banks banks__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.banks banks__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.banks banks__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.banks banks__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.client_orgs client_orgs__definer for select to zen_definer using true
directory.client_orgs client_orgs__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
directory.client_orgs client_orgs__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.client_orgs client_orgs__studio_update for update to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))) check (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))
directory.client_orgs client_orgs__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.client_orgs client_orgs__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.client_orgs client_orgs__web_update for update to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.client_orgs client_orgs__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.client_orgs client_orgs__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.client_orgs client_orgs__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.client_orgs client_orgs__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.contacts contacts__definer for select to zen_definer using true
directory.contacts contacts__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
directory.contacts contacts__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.contacts contacts__studio_update for update to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))) check (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))
directory.contacts contacts__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.contacts contacts__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.contacts contacts__web_update for update to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.contacts contacts__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.contacts contacts__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.contacts contacts__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.contacts contacts__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.properties properties__definer for select to zen_definer using true
directory.properties properties__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
directory.properties properties__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.properties properties__studio_update for update to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))) check (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))
directory.properties properties__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.properties properties__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.properties properties__web_update for update to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.properties properties__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.properties properties__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.properties properties__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.properties properties__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.property_subtypes property_subtypes__definer for select to zen_definer using true
directory.property_subtypes property_subtypes__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
directory.property_subtypes property_subtypes__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.property_subtypes property_subtypes__studio_update for update to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))) check (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))
directory.property_subtypes property_subtypes__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.property_subtypes property_subtypes__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.property_subtypes property_subtypes__web_update for update to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.property_subtypes property_subtypes__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.property_subtypes property_subtypes__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.property_subtypes property_subtypes__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.property_subtypes property_subtypes__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.property_types property_types__definer for select to zen_definer using true
directory.property_types property_types__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
directory.property_types property_types__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.support_open() AS support_open) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.property_types property_types__studio_update for update to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))) check (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))
directory.property_types property_types__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.property_types property_types__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
directory.property_types property_types__web_update for update to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
directory.property_types property_types__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.property_types property_types__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.property_types property_types__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
directory.property_types property_types__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.document_links document_links__definer for select to zen_definer using true
documents.document_links document_links__portal_delete for delete to zen_portal using ((( SELECT app.current_aud() AS current_aud) = 'portal'::text) AND (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (created_by = ( SELECT app.current_user_id() AS current_user_id)))
documents.document_links document_links__portal_insert for insert to zen_portal check ((( SELECT app.current_aud() AS current_aud) = 'portal'::text) AND (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (created_by = ( SELECT app.current_user_id() AS current_user_id)) AND (NOT deliverable) AND (num_nonnulls(commission_id, invoice_id, conversation_id) = 1) AND (employee_id IS NULL) AND (EXISTS ( SELECT 1 FROM documents.documents d WHERE ((d.tenant_id = document_links.tenant_id) AND (d.id = document_links.document_id) AND (d.external_owner_id = ( SELECT app.current_user_id() AS current_user_id))))))
documents.document_links document_links__portal_read for select to zen_portal using ((( SELECT app.current_aud() AS current_aud) = 'portal'::text) AND (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (EXISTS ( SELECT 1 FROM documents.documents d WHERE ((d.tenant_id = document_links.tenant_id) AND (d.id = document_links.document_id)))))
documents.document_links document_links__web_delete for delete to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND documents.is_readable(document_id))
documents.document_links document_links__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (created_by = ( SELECT app.current_user_id() AS current_user_id)) AND documents.is_readable(document_id))
documents.document_links document_links__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('documents.read'::text) AS sees_all) OR (owner_user_id = ( SELECT app.current_user_id() AS current_user_id)) OR (( SELECT app.sees_assigned('documents.read'::text) AS sees_assigned) AND (assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[]))) OR ((employee_id IS NOT NULL) AND ( SELECT app.sees_all('employees.read'::text) AS sees_all)) OR ((invoice_id IS NOT NULL) AND ( SELECT app.sees_all('invoices.read'::text) AS sees_all))))
documents.document_links document_links__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND documents.is_readable(document_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
documents.document_links document_links__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.document_links document_links__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.document_links document_links__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.document_links document_links__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.document_tags document_tags__portal_delete for delete to zen_portal using ((( SELECT app.current_aud() AS current_aud) = 'portal'::text) AND (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (created_by = ( SELECT app.current_user_id() AS current_user_id)))
documents.document_tags document_tags__portal_insert for insert to zen_portal check ((( SELECT app.current_aud() AS current_aud) = 'portal'::text) AND (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (created_by = ( SELECT app.current_user_id() AS current_user_id)) AND (EXISTS ( SELECT 1 FROM documents.documents d WHERE ((d.tenant_id = document_tags.tenant_id) AND (d.id = document_tags.document_id) AND (d.owner_user_id = ( SELECT app.current_user_id() AS current_user_id))))))
documents.document_tags document_tags__portal_read for select to zen_portal using ((( SELECT app.current_aud() AS current_aud) = 'portal'::text) AND (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (EXISTS ( SELECT 1 FROM documents.documents d WHERE ((d.tenant_id = document_tags.tenant_id) AND (d.id = document_tags.document_id)))))
documents.document_tags document_tags__web_delete for delete to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (EXISTS ( SELECT 1 FROM documents.documents d WHERE ((d.tenant_id = document_tags.tenant_id) AND (d.id = document_tags.document_id)))))
documents.document_tags document_tags__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (created_by = ( SELECT app.current_user_id() AS current_user_id)) AND (EXISTS ( SELECT 1 FROM documents.documents d WHERE ((d.tenant_id = document_tags.tenant_id) AND (d.id = document_tags.document_id)))))
documents.document_tags document_tags__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (EXISTS ( SELECT 1 FROM documents.documents d WHERE ((d.tenant_id = document_tags.tenant_id) AND (d.id = document_tags.document_id)))))
documents.document_tags document_tags__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.document_tags document_tags__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.document_tags document_tags__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.document_views document_views__portal_insert for insert to zen_portal check ((tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
documents.document_views document_views__portal_read for select to zen_portal using ((tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
documents.document_views document_views__portal_update for update to zen_portal using ((tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (user_id = ( SELECT app.current_user_id() AS current_user_id))) check ((tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
documents.document_views document_views__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
documents.document_views document_views__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
documents.document_views document_views__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
documents.document_views document_views__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.document_views document_views__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.documents documents__definer for select to zen_definer using true
documents.documents documents__portal_insert for insert to zen_portal check ((( SELECT app.current_aud() AS current_aud) = 'portal'::text) AND (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (owner_user_id = ( SELECT app.current_user_id() AS current_user_id)) AND (external_owner_id = ( SELECT app.current_user_id() AS current_user_id)) AND ((external_party_id IS NULL) OR (external_party_id = ANY (( SELECT app.my_parties() AS my_parties)::uuid[]))) AND (visibility = 'shared'::text) AND (status = 'pending'::text))
documents.documents documents__portal_read for select to zen_portal using ((( SELECT app.current_aud() AS current_aud) = 'portal'::text) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND ((external_owner_id = ( SELECT app.current_user_id() AS current_user_id)) OR (external_party_id = ANY (( SELECT app.my_parties() AS my_parties)::uuid[]))) AND (visibility = ANY (ARRAY['shared'::text, 'released'::text])))
documents.documents documents__portal_update for update to zen_portal using ((( SELECT app.current_aud() AS current_aud) = 'portal'::text) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])) AND (owner_user_id = ( SELECT app.current_user_id() AS current_user_id)) AND (external_owner_id = ( SELECT app.current_user_id() AS current_user_id)) AND (visibility = 'shared'::text)) check ((external_owner_id = ( SELECT app.current_user_id() AS current_user_id)) AND (visibility = 'shared'::text))
documents.documents documents__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (owner_user_id = ( SELECT app.current_user_id() AS current_user_id)) AND (( SELECT app.scope_of('documents.write'::text) AS scope_of) <> 'none'::text))
documents.documents documents__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND ((( SELECT app.sees_all('documents.read'::text) AS sees_all) AND (( SELECT app.sees_all('employees.read'::text) AS sees_all) OR (NOT (EXISTS ( SELECT 1 FROM documents.document_links l WHERE ((l.tenant_id = documents.tenant_id) AND (l.document_id = documents.id) AND (l.employee_id IS NOT NULL)))))) AND (( SELECT app.sees_all('invoices.read'::text) AS sees_all) OR (NOT (EXISTS ( SELECT 1 FROM documents.document_links l WHERE ((l.tenant_id = documents.tenant_id) AND (l.document_id = documents.id) AND (l.invoice_id IS NOT NULL))))))) OR ((owner_user_id = ( SELECT app.current_user_id() AS current_user_id)) AND (( SELECT app.scope_of('documents.read'::text) AS scope_of) <> 'none'::text)) OR (( SELECT app.sees_assigned('documents.read'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM documents.document_links l WHERE ((l.tenant_id = documents.tenant_id) AND (l.document_id = documents.id) AND (l.assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[])))))) OR (( SELECT app.sees_all('employees.read'::text) AS sees_all) AND (EXISTS ( SELECT 1 FROM documents.document_links l WHERE ((l.tenant_id = documents.tenant_id) AND (l.document_id = documents.id) AND (l.employee_id IS NOT NULL))))) OR (( SELECT app.sees_all('invoices.read'::text) AS sees_all) AND (EXISTS ( SELECT 1 FROM documents.document_links l WHERE ((l.tenant_id = documents.tenant_id) AND (l.document_id = documents.id) AND (l.invoice_id IS NOT NULL)))))))
documents.documents documents__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND (( SELECT app.sees_all('documents.write'::text) AS sees_all) OR ((owner_user_id = ( SELECT app.current_user_id() AS current_user_id)) AND (( SELECT app.scope_of('documents.write'::text) AS scope_of) <> 'none'::text)) OR (( SELECT app.sees_assigned('documents.write'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM documents.document_links l WHERE ((l.tenant_id = documents.tenant_id) AND (l.document_id = documents.id) AND (l.assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[])))))))) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
documents.documents documents__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.documents documents__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.documents documents__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
documents.documents documents__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
identity.auth_blocks auth_blocks__auth for all to zen_auth using true check true
identity.auth_blocks auth_blocks__definer for select to zen_definer using true
identity.auth_credentials auth_credentials__auth for all to zen_auth using true check true
identity.auth_factor_counters auth_factor_counters__auth for all to zen_auth using true check true
identity.auth_failed_addresses auth_failed_addresses__auth for all to zen_auth using true check true
identity.auth_families auth_families__auth for all to zen_auth using true check true
identity.auth_links auth_links__auth for all to zen_auth using true check true
identity.auth_login_counters auth_login_counters__auth for all to zen_auth using true check true
identity.auth_mfa_tickets auth_mfa_tickets__auth for all to zen_auth using true check true
identity.auth_recovery_codes auth_recovery_codes__auth for all to zen_auth using true check true
identity.auth_refresh_tokens auth_refresh_tokens__auth for all to zen_auth using true check true
identity.auth_seen_addresses auth_seen_addresses__auth for all to zen_auth using true check true
identity.auth_totp auth_totp__auth for all to zen_auth using true check true
identity.capabilities capabilities__owner for all to zen_owner using true check true
identity.capabilities capabilities__read for select to zen_auth, zen_studio, zen_web, zen_worker using true
identity.job_template_capabilities job_template_capabilities__definer for select to zen_definer using true
identity.job_template_capabilities job_template_capabilities__owner for all to zen_owner using true check true
identity.job_template_capabilities job_template_capabilities__read for select to zen_auth, zen_studio, zen_web, zen_worker using true
identity.job_templates job_templates__definer for select to zen_definer using true
identity.job_templates job_templates__owner for all to zen_owner using true check true
identity.job_templates job_templates__read for select to zen_auth, zen_studio, zen_web, zen_worker using true
identity.membership_job_templates membership_job_templates__auth for all to zen_auth using true check true
identity.membership_job_templates membership_job_templates__definer for select to zen_definer using true
identity.membership_job_templates membership_job_templates__portal_read for select to zen_portal using (user_id = ( SELECT app.current_user_id() AS current_user_id))
identity.membership_job_templates membership_job_templates__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.membership_job_templates membership_job_templates__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.membership_job_templates membership_job_templates__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
identity.memberships memberships__auth for all to zen_auth using true check true
identity.memberships memberships__definer for select to zen_definer using true
identity.memberships memberships__portal_read for select to zen_portal using (user_id = ( SELECT app.current_user_id() AS current_user_id))
identity.memberships memberships__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.memberships memberships__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.memberships memberships__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
identity.platform_settings platform_settings__auth for all to zen_auth using true check true
identity.platform_settings platform_settings__definer for select to zen_definer using true
identity.portal_links portal_links__auth for all to zen_auth using true check true
identity.portal_links portal_links__definer for select to zen_definer using true
identity.portal_links portal_links__portal_read for select to zen_portal using (user_id = ( SELECT app.current_user_id() AS current_user_id))
identity.portal_links portal_links__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.portal_links portal_links__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.portal_links portal_links__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
identity.rbac_decisions rbac_decisions__auth for all to zen_auth using true check true
identity.rbac_decisions rbac_decisions__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.rbac_decisions rbac_decisions__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.rbac_decisions rbac_decisions__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
identity.rbac_overrides rbac_overrides__auth for all to zen_auth using true check true
identity.rbac_overrides rbac_overrides__definer for select to zen_definer using true
identity.rbac_overrides rbac_overrides__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.rbac_overrides rbac_overrides__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.rbac_overrides rbac_overrides__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
identity.rbac_requests rbac_requests__auth for all to zen_auth using true check true
identity.rbac_requests rbac_requests__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.rbac_requests rbac_requests__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.rbac_requests rbac_requests__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
identity.service_tokens service_tokens__auth for all to zen_auth using true check true
identity.support_sessions support_sessions__auth for all to zen_auth using true check true
identity.support_sessions support_sessions__definer for select to zen_definer using true
identity.support_sessions support_sessions__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.support_sessions support_sessions__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.support_sessions support_sessions__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
identity.tenants tenants__auth for all to zen_auth using true check true
identity.tenants tenants__definer for select to zen_definer using true
identity.tenants tenants__definer_update for update to zen_definer using true check true
identity.tenants tenants__keeper for select to zen_keeper using true
identity.tenants tenants__portal_read for select to zen_portal using ((id = ( SELECT app.lane_tenant_id('external'::text) AS lane_tenant_id)) OR (id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])))
identity.tenants tenants__studio_insert for insert to zen_studio check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.tenants tenants__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.tenants tenants__studio_update for update to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text) check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.tenants tenants__web_read for select to zen_web, zen_worker using (id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.tenants tenants__web_update for update to zen_web using (id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.ui_settings ui_settings__auth_delete for delete to zen_auth using true
identity.ui_settings ui_settings__auth_read for select to zen_auth using true
identity.ui_settings ui_settings__auth_update for update to zen_auth using true check true
identity.ui_settings ui_settings__insert for insert to zen_portal, zen_studio, zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
identity.ui_settings ui_settings__read for select to zen_portal, zen_studio, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
identity.ui_settings ui_settings__update for update to zen_portal, zen_studio, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
identity.users users__auth for all to zen_auth using true check true
identity.users users__portal_read for select to zen_portal using (id = ( SELECT app.current_user_id() AS current_user_id))
identity.users users__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.users users__web_read for select to zen_web, zen_worker using ((id = ( SELECT app.current_user_id() AS current_user_id)) OR (EXISTS ( SELECT 1 FROM identity.memberships m WHERE ((m.user_id = users.id) AND (m.tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))))) OR (EXISTS ( SELECT 1 FROM identity.portal_links l WHERE ((l.user_id = users.id) AND (l.tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))))))
identity.webauthn_challenges webauthn_challenges__auth for all to zen_auth using true check true
identity.webauthn_credentials webauthn_credentials__auth for all to zen_auth using true check true
notifications.attempts attempts__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
notifications.attempts attempts__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('notifications.outbox.read'::text) AS sees_all))
notifications.attempts attempts__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
notifications.attempts attempts__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
notifications.attempts attempts__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
notifications.outbox outbox__auth_insert for insert to zen_auth check true
notifications.outbox outbox__portal_insert for insert to zen_portal check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) OR (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])))
notifications.outbox outbox__studio_insert for insert to zen_studio check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
notifications.outbox outbox__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
notifications.outbox outbox__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
notifications.outbox outbox__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('notifications.outbox.read'::text) AS sees_all))
notifications.outbox outbox__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
notifications.outbox outbox__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
notifications.outbox outbox__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
notifications.outbox outbox__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alert_channels alert_channels__studio_insert for insert to zen_studio check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text))
ops.alert_channels alert_channels__studio_read for select to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
ops.alert_channels alert_channels__studio_update for update to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text))
ops.alert_channels alert_channels__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.alert_channels alert_channels__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
ops.alert_channels alert_channels__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.alert_channels alert_channels__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alert_channels alert_channels__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alert_channels alert_channels__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alert_deliveries alert_deliveries__keeper for select to zen_keeper using true
ops.alert_deliveries alert_deliveries__studio_insert for insert to zen_studio check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text))
ops.alert_deliveries alert_deliveries__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.alert_deliveries alert_deliveries__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.alert_deliveries alert_deliveries__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all))
ops.alert_deliveries alert_deliveries__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alert_deliveries alert_deliveries__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alert_deliveries alert_deliveries__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alert_deliveries alert_deliveries__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alert_rules alert_rules__keeper for select to zen_keeper using true
ops.alert_rules alert_rules__studio_insert for insert to zen_studio check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text))
ops.alert_rules alert_rules__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.alert_rules alert_rules__studio_update for update to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text))
ops.alert_rules alert_rules__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.alert_rules alert_rules__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all))
ops.alert_rules alert_rules__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.alert_rules alert_rules__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alerts alerts__keeper for select to zen_keeper using true
ops.alerts alerts__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.alerts alerts__studio_update for update to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text) check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.alerts alerts__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all))
ops.alerts alerts__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.alerts alerts__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alerts alerts__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alerts alerts__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.alerts alerts__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.confirmations confirmations__insert for insert to zen_auth, zen_portal, zen_studio, zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.confirmations confirmations__read for select to zen_auth, zen_portal, zen_studio, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.confirmations confirmations__sweep for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.confirmations confirmations__sweep_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.confirmations confirmations__update for update to zen_auth, zen_portal, zen_studio, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.dead_jobs dead_jobs__definer_read for select to zen_definer using true
ops.dead_jobs dead_jobs__keeper for select to zen_keeper using true
ops.dead_jobs dead_jobs__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.dead_jobs dead_jobs__studio_update for update to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text) check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.dead_jobs dead_jobs__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all))
ops.dead_jobs dead_jobs__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.dead_jobs dead_jobs__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text) AND (state <> 'DEAD'::text))
ops.dead_jobs dead_jobs__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.dead_jobs dead_jobs__worker_mask for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.dead_jobs dead_jobs__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.events events__keeper_read for select to zen_keeper using true
ops.events events__platform_insert for insert to zen_auth, zen_keeper, zen_sealer check true
ops.events events__portal_insert for insert to zen_portal check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) OR (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])))
ops.events events__studio_insert for insert to zen_studio check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.events events__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.events events__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
ops.events events__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all))
ops.events events__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.events events__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.idempotency_keys idempotency_keys__auth_delete for delete to zen_auth using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.idempotency_keys idempotency_keys__auth_insert for insert to zen_auth check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.idempotency_keys idempotency_keys__auth_read for select to zen_auth using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.idempotency_keys idempotency_keys__delete for delete to zen_portal, zen_studio, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.idempotency_keys idempotency_keys__insert for insert to zen_portal, zen_studio, zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.idempotency_keys idempotency_keys__read for select to zen_portal, zen_studio, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.idempotency_keys idempotency_keys__service_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'service'::text) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.idempotency_keys idempotency_keys__sweep for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((( SELECT app.current_aud() AS current_aud) = 'worker'::text) OR ((( SELECT app.current_aud() AS current_aud) = 'service'::text) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))))
ops.idempotency_keys idempotency_keys__sweep_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((( SELECT app.current_aud() AS current_aud) = 'worker'::text) OR ((( SELECT app.current_aud() AS current_aud) = 'service'::text) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))))
ops.instances instances__keeper for select to zen_keeper using true
ops.instances instances__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.instances instances__web_read for select to zen_web using ( SELECT app.sees_all('ops.read'::text) AS sees_all)
ops.instances instances__worker_delete for delete to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.instances instances__worker_insert for insert to zen_worker check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.instances instances__worker_read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.instances instances__worker_update for update to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text) check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.job_effects job_effects__definer_delete for delete to zen_definer using true
ops.job_effects job_effects__definer_read for select to zen_definer using true
ops.job_effects job_effects__definer_update for update to zen_definer using true check true
ops.job_effects job_effects__keeper for select to zen_keeper using true
ops.job_effects job_effects__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.job_effects job_effects__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all))
ops.job_effects job_effects__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.job_effects job_effects__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.job_effects job_effects__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.job_effects job_effects__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.job_runs job_runs__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.job_runs job_runs__studio_update for update to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text) check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.job_runs job_runs__worker_delete for delete to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.job_runs job_runs__worker_insert for insert to zen_worker check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.job_runs job_runs__worker_read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.job_runs job_runs__worker_update for update to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text) check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.jobs jobs__definer for insert to zen_definer check true
ops.jobs jobs__definer_read for select to zen_definer using true
ops.jobs jobs__definer_update for update to zen_definer using true check true
ops.jobs jobs__keeper for select to zen_keeper using true
ops.jobs jobs__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.jobs jobs__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((actor_user_id = ( SELECT app.current_user_id() AS current_user_id)) OR ( SELECT app.sees_all('ops.read'::text) AS sees_all)))
ops.jobs jobs__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.jobs jobs__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.jobs jobs__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.jobs jobs__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.kill_switches kill_switches__auth_read for select to zen_auth using true
ops.kill_switches kill_switches__keeper for select to zen_keeper using true
ops.kill_switches kill_switches__studio_insert for insert to zen_studio check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.kill_switches kill_switches__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.kill_switches kill_switches__studio_update for update to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text) check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.kill_switches kill_switches__web_insert for insert to zen_web check ((scope_tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.killswitch'::text) AS sees_all))
ops.kill_switches kill_switches__web_read for select to zen_web using (((scope_tenant_id IS NULL) OR (scope_tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all))
ops.kill_switches kill_switches__web_update for update to zen_web using ((scope_tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.killswitch'::text) AS sees_all)) check ((scope_tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.killswitch'::text) AS sees_all))
ops.kill_switches kill_switches__worker_read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.kill_switches kill_switches__worker_update for update to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text) check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.latency_hourly latency_hourly__keeper_delete for delete to zen_keeper using true
ops.latency_hourly latency_hourly__keeper_insert for insert to zen_keeper check true
ops.latency_hourly latency_hourly__keeper_read for select to zen_keeper using true
ops.latency_hourly latency_hourly__keeper_update for update to zen_keeper using true check true
ops.latency_hourly latency_hourly__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.latency_hourly latency_hourly__web_read for select to zen_web using ( SELECT app.sees_all('ops.read'::text) AS sees_all)
ops.latency_hourly latency_hourly__worker_delete for delete to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.latency_hourly latency_hourly__worker_insert for insert to zen_worker check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.latency_hourly latency_hourly__worker_read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.latency_hourly latency_hourly__worker_update for update to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text) check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.metric_hourly metric_hourly__keeper_delete for delete to zen_keeper using true
ops.metric_hourly metric_hourly__keeper_insert for insert to zen_keeper check true
ops.metric_hourly metric_hourly__keeper_read for select to zen_keeper using true
ops.metric_hourly metric_hourly__keeper_update for update to zen_keeper using true check true
ops.metric_hourly metric_hourly__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.metric_hourly metric_hourly__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all))
ops.metric_hourly metric_hourly__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.metric_keys metric_keys__read for select to zen_keeper, zen_studio, zen_web, zen_worker using true
ops.queue_pauses queue_pauses__definer_read for select to zen_definer using true
ops.queue_pauses queue_pauses__studio_delete for delete to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.queue_pauses queue_pauses__studio_insert for insert to zen_studio check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.queue_pauses queue_pauses__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.queue_pauses queue_pauses__web_delete for delete to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.queue_pauses queue_pauses__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.queue_pauses queue_pauses__web_read for select to zen_web using (((tenant_id IS NULL) OR (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all))
ops.queue_pauses queue_pauses__worker_read for select to zen_worker using (((tenant_id IS NULL) OR (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.rate_paces rate_paces__auth for all to zen_auth using true check true
ops.rate_windows rate_windows__auth_delete for delete to zen_auth using true
ops.rate_windows rate_windows__auth_insert for insert to zen_auth check true
ops.rate_windows rate_windows__auth_read for select to zen_auth using true
ops.rate_windows rate_windows__auth_update for update to zen_auth using true check true
ops.retention_policies retention_policies__house_read for select to zen_auth, zen_definer, zen_keeper using true
ops.retention_policies retention_policies__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id IS NULL))
ops.retention_policies retention_policies__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.retention_policies retention_policies__studio_update for update to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id IS NULL)) check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id IS NULL))
ops.retention_policies retention_policies__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.settings.write'::text) AS sees_all))
ops.retention_policies retention_policies__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) OR (tenant_id IS NULL))
ops.retention_policies retention_policies__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.settings.write'::text) AS sees_all)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.settings.write'::text) AS sees_all))
ops.retention_policies retention_policies__worker_read for select to zen_worker using (((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) OR (tenant_id IS NULL)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.retention_runs retention_runs__keeper_read for select to zen_keeper using true
ops.retention_runs retention_runs__keeper_update for update to zen_keeper using true check true
ops.retention_runs retention_runs__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
ops.retention_runs retention_runs__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.retention_runs retention_runs__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.retention_runs retention_runs__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.jobs.manage'::text) AS sees_all))
ops.retention_runs retention_runs__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.retention_runs retention_runs__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.retention_runs retention_runs__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.retention_runs retention_runs__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.rollbacks rollbacks__studio_insert for insert to zen_studio check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text))
ops.rollbacks rollbacks__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.rollbacks rollbacks__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.rollback'::text) AS sees_all))
ops.rollbacks rollbacks__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('ops.read'::text) AS sees_all))
ops.rollbacks rollbacks__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.rollbacks rollbacks__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
ops.scheduler_fences scheduler_fences__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.scheduler_fences scheduler_fences__studio_update for update to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text) check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.scheduler_fences scheduler_fences__worker_delete for delete to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.scheduler_fences scheduler_fences__worker_insert for insert to zen_worker check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.scheduler_fences scheduler_fences__worker_read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.scheduler_fences scheduler_fences__worker_update for update to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text) check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.scheduler_locks scheduler_locks__definer for select to zen_definer using true
ops.scheduler_locks scheduler_locks__keeper_read for select to zen_keeper using true
ops.scheduler_locks scheduler_locks__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.scheduler_locks scheduler_locks__studio_update for update to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text) check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.scheduler_locks scheduler_locks__worker_delete for delete to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.scheduler_locks scheduler_locks__worker_insert for insert to zen_worker check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.scheduler_locks scheduler_locks__worker_read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.scheduler_locks scheduler_locks__worker_update for update to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text) check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.task_slots task_slots__definer_insert for insert to zen_definer check true
ops.task_slots task_slots__definer_read for select to zen_definer using true
ops.task_slots task_slots__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.task_slots task_slots__worker_delete for delete to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.task_slots task_slots__worker_insert for insert to zen_worker check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.task_slots task_slots__worker_read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.task_slots task_slots__worker_update for update to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text) check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.watermarks watermarks__definer for select to zen_definer using true
ops.watermarks watermarks__keeper_insert for insert to zen_keeper check true
ops.watermarks watermarks__keeper_read for select to zen_keeper using true
ops.watermarks watermarks__keeper_update for update to zen_keeper using true check true
ops.workers workers__definer_delete for delete to zen_definer using true
ops.workers workers__definer_read for select to zen_definer using true
ops.workers workers__delete for delete to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.workers workers__insert for insert to zen_worker check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.workers workers__read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.workers workers__studio for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
privacy.data_export_chunks data_export_chunks__definer_delete for delete to zen_definer using true
privacy.data_export_chunks data_export_chunks__definer_read for select to zen_definer using true
privacy.data_export_chunks data_export_chunks__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_export_chunks data_export_chunks__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_export_chunks data_export_chunks__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_export_chunks data_export_chunks__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_export_parts data_export_parts__definer_delete for delete to zen_definer using true
privacy.data_export_parts data_export_parts__definer_read for select to zen_definer using true
privacy.data_export_parts data_export_parts__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_export_parts data_export_parts__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_export_parts data_export_parts__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_export_parts data_export_parts__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_exports data_exports__auth_insert for insert to zen_auth check true
privacy.data_exports data_exports__auth_read for select to zen_auth using true
privacy.data_exports data_exports__read for select to zen_portal, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((subject_id = ( SELECT app.current_user_id() AS current_user_id)) OR (requested_by = ( SELECT app.current_user_id() AS current_user_id))))
privacy.data_exports data_exports__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
privacy.data_exports data_exports__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_exports data_exports__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_exports data_exports__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.data_exports data_exports__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.legal_holds legal_holds__auth_read for select to zen_auth using true
privacy.legal_holds legal_holds__definer for select to zen_definer using true
privacy.legal_holds legal_holds__keeper_read for select to zen_keeper using true
privacy.legal_holds legal_holds__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
privacy.legal_holds legal_holds__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
privacy.legal_holds legal_holds__studio_update for update to zen_studio using ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id))) check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
privacy.legal_holds legal_holds__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('users.security'::text) AS sees_all))
privacy.legal_holds legal_holds__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('users.security'::text) AS sees_all))
privacy.legal_holds legal_holds__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('users.security'::text) AS sees_all)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('users.security'::text) AS sees_all))
privacy.legal_holds legal_holds__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.legal_holds legal_holds__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.legal_holds legal_holds__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.requests requests__auth_insert for insert to zen_auth check true
privacy.requests requests__auth_read for select to zen_auth using true
privacy.requests requests__auth_update for update to zen_auth using true check true
privacy.requests requests__keeper for select to zen_keeper using true
privacy.requests requests__portal_read for select to zen_portal using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (subject_id = ( SELECT app.current_user_id() AS current_user_id)))
privacy.requests requests__studio_insert for insert to zen_studio check ((( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (tenant_id = ( SELECT app.lane_tenant_id('internal'::text) AS lane_tenant_id)))
privacy.requests requests__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
privacy.requests requests__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ( SELECT app.sees_all('users.security'::text) AS sees_all))
privacy.requests requests__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('users.security'::text) AS sees_all) OR (subject_id = ( SELECT app.current_user_id() AS current_user_id))))
privacy.requests requests__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.requests requests__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.requests requests__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.requests requests__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
privacy.subject_keys subject_keys__insert for insert to zen_definer check true
privacy.subject_keys subject_keys__read for select to zen_definer using true
privacy.subject_keys subject_keys__update for update to zen_definer using true check true
reports.evidence_profile_versions evidence_profile_versions__definer_insert for insert to zen_definer check true
reports.evidence_profile_versions evidence_profile_versions__definer_read for select to zen_definer using true
reports.evidence_profile_versions evidence_profile_versions__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.evidence_profile_versions evidence_profile_versions__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
reports.evidence_profile_versions evidence_profile_versions__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.evidence_profile_versions evidence_profile_versions__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.evidence_profiles evidence_profiles__definer_insert for insert to zen_definer check true
reports.evidence_profiles evidence_profiles__definer_read for select to zen_definer using true
reports.evidence_profiles evidence_profiles__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.evidence_profiles evidence_profiles__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
reports.evidence_profiles evidence_profiles__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.evidence_profiles evidence_profiles__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.evidence_profiles evidence_profiles__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.evidence_profiles evidence_profiles__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_changed_paths report_changed_paths__keeper_delete for delete to zen_keeper using true
reports.report_changed_paths report_changed_paths__keeper_read for select to zen_keeper using true
reports.report_changed_paths report_changed_paths__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.report_changed_paths report_changed_paths__web_insert for insert to zen_web check ((tenant_id = app.current_tenant_id()) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR reports.writes_part(tenant_id, report_id)))
reports.report_changed_paths report_changed_paths__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.read'::text) AS sees_all) OR (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_changed_paths.tenant_id) AND (r.id = report_changed_paths.report_id))))))
reports.report_changed_paths report_changed_paths__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_changed_paths report_changed_paths__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_counters report_counters__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
reports.report_counters report_counters__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
reports.report_counters report_counters__web_update for update to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
reports.report_counters report_counters__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_counters report_counters__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_counters report_counters__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_evidence_items report_evidence_items__definer for select to zen_definer using true
reports.report_evidence_items report_evidence_items__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.report_evidence_items report_evidence_items__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.write'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_evidence_items.tenant_id) AND (r.id = report_evidence_items.report_id)))))))
reports.report_evidence_items report_evidence_items__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.read'::text) AS sees_all) OR (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_evidence_items.tenant_id) AND (r.id = report_evidence_items.report_id))))) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)))
reports.report_evidence_items report_evidence_items__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.write'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_evidence_items.tenant_id) AND (r.id = report_evidence_items.report_id))))))) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
reports.report_evidence_items report_evidence_items__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_evidence_items report_evidence_items__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_evidence_items report_evidence_items__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_evidence_items report_evidence_items__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_generation_jobs report_generation_jobs__keeper_read for select to zen_keeper using true
reports.report_generation_jobs report_generation_jobs__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.report_generation_jobs report_generation_jobs__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.write'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_generation_jobs.tenant_id) AND (r.id = report_generation_jobs.report_id)))))))
reports.report_generation_jobs report_generation_jobs__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.read'::text) AS sees_all) OR (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_generation_jobs.tenant_id) AND (r.id = report_generation_jobs.report_id))))))
reports.report_generation_jobs report_generation_jobs__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.write'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_generation_jobs.tenant_id) AND (r.id = report_generation_jobs.report_id))))))) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
reports.report_generation_jobs report_generation_jobs__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_generation_jobs report_generation_jobs__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_generation_jobs report_generation_jobs__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_generation_jobs report_generation_jobs__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_pack_artifacts report_pack_artifacts__definer for select to zen_definer using true
reports.report_pack_artifacts report_pack_artifacts__keeper_read for select to zen_keeper using true
reports.report_pack_artifacts report_pack_artifacts__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.report_pack_artifacts report_pack_artifacts__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.write'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_pack_artifacts.tenant_id) AND (r.id = report_pack_artifacts.report_id)))))))
reports.report_pack_artifacts report_pack_artifacts__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.read'::text) AS sees_all) OR (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_pack_artifacts.tenant_id) AND (r.id = report_pack_artifacts.report_id))))))
reports.report_pack_artifacts report_pack_artifacts__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_pack_artifacts report_pack_artifacts__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_pack_artifacts report_pack_artifacts__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_pack_artifacts report_pack_artifacts__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_packs report_packs__keeper_read for select to zen_keeper using true
reports.report_packs report_packs__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.report_packs report_packs__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.write'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_packs.tenant_id) AND (r.id = report_packs.report_id)))))))
reports.report_packs report_packs__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.read'::text) AS sees_all) OR (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_packs.tenant_id) AND (r.id = report_packs.report_id))))))
reports.report_packs report_packs__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.write'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_packs.tenant_id) AND (r.id = report_packs.report_id))))))) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
reports.report_packs report_packs__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_packs report_packs__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_packs report_packs__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_packs report_packs__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_revisions report_revisions__definer for select to zen_definer using true
reports.report_revisions report_revisions__keeper_delete for delete to zen_keeper using true
reports.report_revisions report_revisions__keeper_read for select to zen_keeper using true
reports.report_revisions report_revisions__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.report_revisions report_revisions__web_insert for insert to zen_web check ((tenant_id = app.current_tenant_id()) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR reports.writes_part(tenant_id, report_id)))
reports.report_revisions report_revisions__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.read'::text) AS sees_all) OR (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_revisions.tenant_id) AND (r.id = report_revisions.report_id))))))
reports.report_revisions report_revisions__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_revisions report_revisions__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_suggestions report_suggestions__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.report_suggestions report_suggestions__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.write'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_suggestions.tenant_id) AND (r.id = report_suggestions.report_id)))))))
reports.report_suggestions report_suggestions__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.read'::text) AS sees_all) OR (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_suggestions.tenant_id) AND (r.id = report_suggestions.report_id))))))
reports.report_suggestions report_suggestions__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.write'::text) AS sees_assigned) AND (EXISTS ( SELECT 1 FROM reports.reports r WHERE ((r.tenant_id = report_suggestions.tenant_id) AND (r.id = report_suggestions.report_id))))))) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
reports.report_suggestions report_suggestions__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_suggestions report_suggestions__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_suggestions report_suggestions__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.report_suggestions report_suggestions__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.reports reports__definer for select to zen_definer using true
reports.reports reports__keeper_read for select to zen_keeper using true
reports.reports reports__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.reports reports__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.write'::text) AS sees_assigned) AND (created_by = ( SELECT app.current_user_id() AS current_user_id)))))
reports.reports reports__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR ( SELECT app.sees_deleted() AS sees_deleted)) AND (( SELECT app.sees_all('reports.read'::text) AS sees_all) OR (( SELECT app.sees_assigned('reports.read'::text) AS sees_assigned) AND ((created_by = ( SELECT app.current_user_id() AS current_user_id)) OR (assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[]))))))
reports.reports reports__web_update for update to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((deleted_at IS NULL) OR app.sees_deleted()) AND (( SELECT app.sees_all('reports.write'::text) AS sees_all) OR reports.writes_own(created_by, assignment_id))) check (tenant_id = app.current_tenant_id())
reports.reports reports__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.reports reports__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.reports reports__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.reports reports__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.rulesets rulesets__definer_insert for insert to zen_definer check true
reports.rulesets rulesets__definer_read for select to zen_definer using true
reports.rulesets rulesets__studio_read for select to zen_studio using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'studio'::text) AND ( SELECT app.support_open() AS support_open))
reports.rulesets rulesets__web_insert for insert to zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (state = 'draft'::text) AND (NOT shipped))
reports.rulesets rulesets__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
reports.rulesets rulesets__web_update for update to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
reports.rulesets rulesets__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.rulesets rulesets__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.rulesets rulesets__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text]))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
reports.shipped_profiles shipped_profiles__definer for select to zen_definer using true
reports.shipped_profiles shipped_profiles__owner for all to zen_owner using true check true
reports.shipped_rulesets shipped_rulesets__definer for select to zen_definer using true
reports.shipped_rulesets shipped_rulesets__owner for all to zen_owner using true check true

-- Table rights

assignments.activity_events zen_keeper: delete, select
assignments.activity_events zen_portal: insert
assignments.activity_events zen_studio: select
assignments.activity_events zen_web: insert, select
assignments.activity_events zen_worker: insert, select
assignments.assignment_assignees zen_definer: select
assignments.assignment_assignees zen_studio: select
assignments.assignment_assignees zen_web: insert, select, update
assignments.assignment_assignees zen_worker: delete, insert, select, update
assignments.assignment_assignees_live zen_definer: select
assignments.assignment_assignees_live zen_studio: select
assignments.assignment_assignees_live zen_web: select
assignments.assignment_assignees_live zen_worker: select
assignments.assignment_counters zen_web: insert, select, update
assignments.assignment_counters zen_worker: insert, select, update
assignments.assignment_floors zen_definer: select
assignments.assignment_floors zen_studio: select
assignments.assignment_floors zen_web: insert, select, update
assignments.assignment_floors zen_worker: delete, insert, select, update
assignments.assignment_floors_live zen_definer: select
assignments.assignment_floors_live zen_studio: select
assignments.assignment_floors_live zen_web: select
assignments.assignment_floors_live zen_worker: select
assignments.assignments zen_definer: select
assignments.assignments zen_keeper: select
assignments.assignments zen_studio: select
assignments.assignments zen_web: insert, select, update
assignments.assignments zen_worker: delete, insert, select, update
assignments.assignments_live zen_definer: select
assignments.assignments_live zen_keeper: select
assignments.assignments_live zen_studio: select
assignments.assignments_live zen_web: select
assignments.assignments_live zen_worker: select
audit.checkpoints zen_keeper: select
audit.checkpoints zen_sealer: insert, select
audit.checkpoints zen_studio: select
audit.checkpoints zen_web: select
audit.checkpoints zen_worker: select
audit.events zen_keeper: delete, select
audit.events zen_sealer: insert, select
audit.events zen_studio: select
audit.events zen_web: select
audit.events zen_worker: select
audit.export_chunks zen_definer: delete, select
audit.export_chunks zen_studio: select
audit.export_chunks zen_web: select
audit.export_chunks zen_worker: delete, insert, select, update
audit.export_jobs zen_definer: select
audit.export_jobs zen_studio: select
audit.export_jobs zen_web: select
audit.export_jobs zen_worker: delete, insert, select, update
audit.export_parts zen_definer: delete, select
audit.export_parts zen_studio: select
audit.export_parts zen_web: select
audit.export_parts zen_worker: delete, insert, select, update
audit.heads zen_keeper: select
audit.heads zen_sealer: insert, select
audit.heads zen_studio: select
audit.heads zen_web: select
audit.heads zen_worker: select
audit.inbox zen_sealer: delete, select
audit.inbox zen_studio: select
audit.inbox zen_web: select
audit.inbox zen_worker: select
audit.merged_refusals zen_definer: delete, insert, select, update
audit.merged_refusals zen_sealer: delete, select
audit.notary_receipts zen_keeper: select
audit.notary_receipts zen_sealer: insert, select
audit.notary_receipts zen_studio: select
audit.notary_receipts zen_web: select
audit.notary_receipts zen_worker: select
audit.notary_sinks zen_sealer: insert, select, update
audit.notary_sinks zen_studio: select
audit.notary_sinks zen_web: select
audit.notary_sinks zen_worker: select
audit.recent_views zen_definer: delete, insert, select, update
audit.retention_seals zen_keeper: insert, select
audit.retention_seals zen_sealer: select
audit.retention_seals zen_studio: select
audit.retention_seals zen_web: select
audit.retention_seals zen_worker: select
audit.root_log zen_keeper: select
audit.root_log zen_sealer: insert, select
audit.root_log zen_studio: select
audit.root_log zen_web: select
audit.root_log zen_worker: select
audit.root_notes zen_keeper: select
audit.root_notes zen_sealer: insert, select
audit.root_notes zen_studio: select
audit.root_notes zen_web: select
audit.root_notes zen_worker: select
audit.signing_keys zen_auth: select
audit.signing_keys zen_keeper: select
audit.signing_keys zen_sealer: insert, select
audit.signing_keys zen_studio: select
audit.signing_keys zen_web: select
audit.signing_keys zen_worker: select
audit.tb_audit_export_chunk zen_studio: select
audit.tb_audit_export_chunk zen_web: select
audit.tb_audit_export_chunk zen_worker: select
audit.tb_audit_export_job zen_studio: select
audit.tb_audit_export_job zen_web: select
audit.tb_audit_export_job zen_worker: select
audit.tiles zen_keeper: select
audit.tiles zen_sealer: insert, select
audit.tiles zen_studio: select
audit.tiles zen_web: select
audit.tiles zen_worker: select
audit.verify_runs zen_keeper: delete, insert, select
audit.verify_runs zen_sealer: select
audit.verify_runs zen_studio: insert, select
audit.verify_runs zen_web: insert, select
audit.verify_runs zen_worker: insert, select
directory.bank_branches zen_definer: select
directory.bank_branches zen_studio: insert, select, update
directory.bank_branches zen_web: insert, select, update
directory.bank_branches zen_worker: delete, insert, select, update
directory.bank_branches_live zen_definer: select
directory.bank_branches_live zen_studio: select
directory.bank_branches_live zen_web: select
directory.bank_branches_live zen_worker: select
directory.banks zen_definer: select
directory.banks zen_studio: insert, select, update
directory.banks zen_web: insert, select, update
directory.banks zen_worker: delete, insert, select, update
directory.banks_live zen_definer: select
directory.banks_live zen_studio: select
directory.banks_live zen_web: select
directory.banks_live zen_worker: select
directory.client_orgs zen_definer: select
directory.client_orgs zen_studio: insert, select, update
directory.client_orgs zen_web: insert, select, update
directory.client_orgs zen_worker: delete, insert, select, update
directory.client_orgs_live zen_definer: select
directory.client_orgs_live zen_studio: select
directory.client_orgs_live zen_web: select
directory.client_orgs_live zen_worker: select
directory.contacts zen_definer: select
directory.contacts zen_studio: insert, select, update
directory.contacts zen_web: insert, select, update
directory.contacts zen_worker: delete, insert, select, update
directory.contacts_live zen_definer: select
directory.contacts_live zen_studio: select
directory.contacts_live zen_web: select
directory.contacts_live zen_worker: select
directory.properties zen_definer: select
directory.properties zen_studio: insert, select, update
directory.properties zen_web: insert, select, update
directory.properties zen_worker: delete, insert, select, update
directory.properties_live zen_definer: select
directory.properties_live zen_studio: select
directory.properties_live zen_web: select
directory.properties_live zen_worker: select
directory.property_subtypes zen_definer: select
directory.property_subtypes zen_studio: insert, select, update
directory.property_subtypes zen_web: insert, select, update
directory.property_subtypes zen_worker: delete, insert, select, update
directory.property_subtypes_live zen_definer: select
directory.property_subtypes_live zen_studio: select
directory.property_subtypes_live zen_web: select
directory.property_subtypes_live zen_worker: select
directory.property_types zen_definer: select
directory.property_types zen_studio: insert, select, update
directory.property_types zen_web: insert, select, update
directory.property_types zen_worker: delete, insert, select, update
directory.property_types_live zen_definer: select
directory.property_types_live zen_studio: select
directory.property_types_live zen_web: select
directory.property_types_live zen_worker: select
documents.document_links zen_definer: select
documents.document_links zen_portal: delete, insert, select
documents.document_links zen_web: delete, insert, select
documents.document_links zen_worker: delete, insert, select
documents.document_tags zen_portal: delete, insert, select
documents.document_tags zen_web: delete, insert, select
documents.document_tags zen_worker: delete, insert, select
documents.document_views zen_portal: insert, select, update
documents.document_views zen_web: insert, select, update
documents.document_views zen_worker: delete, select
documents.documents zen_portal: insert, select
documents.documents zen_web: insert, select
documents.documents zen_worker: delete, insert, select
documents.documents_live zen_portal: select
documents.documents_live zen_web: select
documents.documents_live zen_worker: select
identity.auth_blocks zen_auth: delete, insert, select, update
identity.auth_blocks zen_definer: select
identity.auth_credentials zen_auth: delete, insert, select, update
identity.auth_factor_counters zen_auth: delete, insert, select, update
identity.auth_failed_addresses zen_auth: delete, insert, select, update
identity.auth_families zen_auth: delete, insert, select, update
identity.auth_links zen_auth: delete, insert, select, update
identity.auth_login_counters zen_auth: delete, insert, select, update
identity.auth_mfa_tickets zen_auth: delete, insert, select, update
identity.auth_recovery_codes zen_auth: delete, insert, select, update
identity.auth_refresh_tokens zen_auth: delete, insert, select, update
identity.auth_seen_addresses zen_auth: delete, insert, select, update
identity.auth_totp zen_auth: delete, insert, select, update
identity.capabilities zen_auth: select
identity.capabilities zen_studio: select
identity.capabilities zen_web: select
identity.capabilities zen_worker: select
identity.job_template_capabilities zen_auth: select
identity.job_template_capabilities zen_definer: select
identity.job_template_capabilities zen_studio: select
identity.job_template_capabilities zen_web: select
identity.job_template_capabilities zen_worker: select
identity.job_templates zen_auth: select
identity.job_templates zen_definer: select
identity.job_templates zen_studio: select
identity.job_templates zen_web: select
identity.job_templates zen_worker: select
identity.membership_job_templates zen_auth: delete, insert, select
identity.membership_job_templates zen_definer: select
identity.membership_job_templates zen_portal: select
identity.membership_job_templates zen_studio: select
identity.membership_job_templates zen_web: select
identity.membership_job_templates zen_worker: select
identity.memberships zen_auth: insert, select, update
identity.memberships zen_definer: select
identity.memberships zen_portal: select
identity.memberships zen_studio: select
identity.memberships zen_web: select
identity.memberships zen_worker: select
identity.memberships_live zen_auth: select
identity.memberships_live zen_definer: select
identity.memberships_live zen_portal: select
identity.memberships_live zen_studio: select
identity.memberships_live zen_web: select
identity.memberships_live zen_worker: select
identity.platform_settings zen_auth: insert, select, update
identity.platform_settings zen_definer: select
identity.portal_links zen_auth: insert, select, update
identity.portal_links zen_definer: select
identity.portal_links zen_portal: select
identity.portal_links zen_studio: select
identity.portal_links zen_web: select
identity.portal_links zen_worker: select
identity.rbac_decisions zen_auth: insert, select
identity.rbac_decisions zen_studio: select
identity.rbac_decisions zen_web: select
identity.rbac_decisions zen_worker: select
identity.rbac_overrides zen_auth: delete, insert, select, update
identity.rbac_overrides zen_definer: select
identity.rbac_overrides zen_studio: select
identity.rbac_overrides zen_web: select
identity.rbac_overrides zen_worker: select
identity.rbac_requests zen_auth: insert, select, update
identity.rbac_requests zen_studio: select
identity.rbac_requests zen_web: select
identity.rbac_requests zen_worker: select
identity.service_tokens zen_auth: delete, insert, select, update
identity.support_sessions zen_auth: insert, select, update
identity.support_sessions zen_definer: select
identity.support_sessions zen_studio: select
identity.support_sessions zen_web: select
identity.support_sessions zen_worker: select
identity.tenants zen_auth: insert, select, update
identity.tenants zen_definer: select
identity.tenants zen_studio: insert, select
identity.tenants zen_web: select
identity.tenants zen_worker: select
identity.tenants_live zen_auth: select
identity.tenants_live zen_definer: select
identity.tenants_live zen_studio: select
identity.tenants_live zen_web: select
identity.tenants_live zen_worker: select
identity.ui_settings zen_auth: delete, select
identity.ui_settings zen_portal: insert, select, update
identity.ui_settings zen_studio: insert, select, update
identity.ui_settings zen_web: insert, select, update
identity.users zen_auth: insert, select, update
identity.users_live zen_auth: select
identity.webauthn_challenges zen_auth: delete, insert, select, update
identity.webauthn_credentials zen_auth: delete, insert, select, update
notifications.attempts zen_studio: select
notifications.attempts zen_web: select
notifications.attempts zen_worker: insert, select, update
notifications.outbox zen_studio: select
notifications.outbox zen_worker: delete, select, update
ops.alert_channels zen_worker: delete, select
ops.alert_channels_live zen_worker: select
ops.alert_deliveries zen_studio: select
ops.alert_deliveries zen_web: select
ops.alert_deliveries zen_worker: delete, insert, select, update
ops.alert_rules zen_keeper: select
ops.alert_rules zen_studio: select
ops.alert_rules zen_web: select
ops.alert_rules zen_worker: select
ops.alerts zen_keeper: select
ops.alerts zen_studio: select
ops.alerts zen_web: select
ops.alerts zen_worker: delete, insert, select, update
ops.confirmations zen_auth: insert, select, update
ops.confirmations zen_portal: insert, select, update
ops.confirmations zen_studio: insert, select, update
ops.confirmations zen_web: insert, select, update
ops.confirmations zen_worker: delete, select
ops.dead_jobs zen_definer: select
ops.dead_jobs zen_studio: select
ops.dead_jobs zen_web: select
ops.dead_jobs zen_worker: delete, insert, select
ops.events zen_auth: insert
ops.events zen_keeper: insert, select
ops.events zen_portal: insert
ops.events zen_sealer: insert
ops.events zen_studio: insert, select
ops.events zen_web: insert, select
ops.events zen_worker: insert, select
ops.idempotency_keys zen_auth: delete, insert, select
ops.idempotency_keys zen_portal: delete, insert, select
ops.idempotency_keys zen_studio: delete, insert, select
ops.idempotency_keys zen_web: delete, insert, select
ops.idempotency_keys zen_worker: delete, insert, select
ops.instances zen_keeper: select
ops.instances zen_studio: select
ops.instances zen_web: select
ops.instances zen_worker: delete, insert, select, update
ops.job_effects zen_definer: delete, select
ops.job_effects zen_worker: delete, insert, select
ops.job_runs zen_studio: select
ops.job_runs zen_worker: delete, insert, select, update
ops.jobs zen_definer: insert, select, update
ops.jobs zen_studio: select
ops.jobs zen_web: select
ops.jobs zen_worker: delete, insert, select, update
ops.kill_switches zen_auth: select
ops.kill_switches zen_keeper: select
ops.kill_switches zen_studio: select
ops.kill_switches zen_web: select
ops.kill_switches zen_worker: select
ops.latency_hourly zen_keeper: delete, insert, select, update
ops.latency_hourly zen_studio: select
ops.latency_hourly zen_web: select
ops.latency_hourly zen_worker: delete, insert, select, update
ops.metric_hourly zen_keeper: delete, insert, select, update
ops.metric_hourly zen_studio: select
ops.metric_hourly zen_web: select
ops.metric_hourly zen_worker: select
ops.metric_keys zen_keeper: select
ops.metric_keys zen_studio: select
ops.metric_keys zen_web: select
ops.metric_keys zen_worker: select
ops.queue_pauses zen_definer: select
ops.queue_pauses zen_studio: delete, insert, select
ops.queue_pauses zen_web: delete, insert, select
ops.queue_pauses zen_worker: select
ops.rate_paces zen_auth: delete, insert, select, update
ops.rate_windows zen_auth: delete, insert, select, update
ops.retention_policies zen_auth: select
ops.retention_policies zen_definer: select
ops.retention_policies zen_keeper: select
ops.retention_policies zen_studio: insert, select, update
ops.retention_policies zen_web: insert, select, update
ops.retention_policies zen_worker: select
ops.retention_runs zen_keeper: select, update
ops.retention_runs zen_studio: insert, select
ops.retention_runs zen_web: insert, select
ops.retention_runs zen_worker: delete, insert, select, update
ops.rollbacks zen_studio: select
ops.rollbacks zen_web: select
ops.rollbacks zen_worker: select
ops.scheduler_fences zen_studio: select
ops.scheduler_fences zen_worker: delete, insert, select, update
ops.scheduler_locks zen_keeper: select
ops.scheduler_locks zen_studio: select
ops.scheduler_locks zen_worker: delete, insert, select, update
ops.task_slots zen_definer: insert, select
ops.task_slots zen_studio: select
ops.task_slots zen_worker: delete, insert, select, update
ops.watermarks zen_keeper: insert, select, update
ops.workers zen_definer: delete, select
ops.workers zen_studio: select
ops.workers zen_worker: delete, insert, select
privacy.data_export_chunks zen_definer: delete, select
privacy.data_export_chunks zen_worker: delete, insert, select, update
privacy.data_export_parts zen_definer: delete, select
privacy.data_export_parts zen_worker: delete, insert, select, update
privacy.data_exports zen_auth: insert, select
privacy.data_exports zen_portal: select
privacy.data_exports zen_studio: select
privacy.data_exports zen_web: select
privacy.data_exports zen_worker: delete, insert, select, update
privacy.legal_holds zen_auth: select
privacy.legal_holds zen_definer: select
privacy.legal_holds zen_keeper: select
privacy.legal_holds zen_studio: insert, select
privacy.legal_holds zen_web: insert, select
privacy.legal_holds zen_worker: delete, select
privacy.requests zen_auth: insert, select, update
privacy.requests zen_portal: select
privacy.requests zen_studio: insert, select
privacy.requests zen_web: insert, select
privacy.requests zen_worker: delete, insert, select, update
privacy.subject_keys zen_definer: insert, select
reports.evidence_profile_versions zen_definer: insert, select
reports.evidence_profile_versions zen_studio: select
reports.evidence_profile_versions zen_web: select
reports.evidence_profile_versions zen_worker: insert, select
reports.evidence_profiles zen_definer: insert, select
reports.evidence_profiles zen_studio: select
reports.evidence_profiles zen_web: select
reports.evidence_profiles zen_worker: delete, insert, select, update
reports.evidence_profiles_live zen_definer: select
reports.evidence_profiles_live zen_studio: select
reports.evidence_profiles_live zen_web: select
reports.evidence_profiles_live zen_worker: select
reports.report_changed_paths zen_keeper: delete, select
reports.report_changed_paths zen_studio: select
reports.report_changed_paths zen_web: insert, select
reports.report_changed_paths zen_worker: insert, select
reports.report_counters zen_web: insert, select, update
reports.report_counters zen_worker: insert, select, update
reports.report_evidence_items zen_studio: select
reports.report_evidence_items zen_web: insert, select
reports.report_evidence_items zen_worker: delete, insert, select, update
reports.report_evidence_items_live zen_studio: select
reports.report_evidence_items_live zen_web: select
reports.report_evidence_items_live zen_worker: select
reports.report_generation_jobs zen_keeper: select
reports.report_generation_jobs zen_studio: select
reports.report_generation_jobs zen_web: insert, select
reports.report_generation_jobs zen_worker: delete, insert, select, update
reports.report_pack_artifacts zen_keeper: select
reports.report_pack_artifacts zen_studio: select
reports.report_pack_artifacts zen_web: insert, select
reports.report_pack_artifacts zen_worker: delete, insert, select, update
reports.report_packs zen_keeper: select
reports.report_packs zen_studio: select
reports.report_packs zen_web: insert, select
reports.report_packs zen_worker: delete, insert, select, update
reports.report_revisions zen_keeper: delete, select
reports.report_revisions zen_studio: select
reports.report_revisions zen_web: insert, select
reports.report_revisions zen_worker: insert, select
reports.report_suggestions zen_studio: select
reports.report_suggestions zen_web: insert, select
reports.report_suggestions zen_worker: delete, insert, select, update
reports.reports zen_keeper: select
reports.reports zen_studio: select
reports.reports zen_web: insert, select, update
reports.reports zen_worker: delete, insert, select, update
reports.reports_live zen_keeper: select
reports.reports_live zen_studio: select
reports.reports_live zen_web: select
reports.reports_live zen_worker: select
reports.rulesets zen_definer: insert, select
reports.rulesets zen_studio: select
reports.rulesets zen_web: insert, select
reports.rulesets zen_worker: insert, select, update
reports.shipped_profiles zen_definer: select
reports.shipped_rulesets zen_definer: select

-- Column rights

assignments.activity_events (tenant_id, actor_user_id, assignment_id) zen_definer: select
audit.checkpoints (tenant_id, created_at) zen_definer: select
audit.export_jobs (status, lease_until, error_code, error_message, downloaded_by, downloaded_at, expires_at, completed_at) zen_studio: update
audit.export_jobs (status, lease_until, error_code, error_message, downloaded_by, downloaded_at, expires_at, completed_at) zen_web: update
audit.export_jobs (tenant_id, id, requested_by, profile, export_format, compress, columns, filters, include_personal, from_utc, to_utc, row_limit, max_bytes, max_duration_sec, rows_estimate, sanitiser_version, storage_kind, expires_at, trace_id) zen_studio: insert
audit.export_jobs (tenant_id, id, requested_by, profile, export_format, compress, columns, filters, include_personal, from_utc, to_utc, row_limit, max_bytes, max_duration_sec, rows_estimate, sanitiser_version, storage_kind, expires_at, trace_id) zen_web: insert
audit.export_jobs (tenant_id, status, total_bytes, storage_kind) zen_keeper: select
audit.heads (size, link, edge, cluster_id, updated_at) zen_sealer: update
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_auth: insert
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_keeper: insert
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_portal: insert
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_sealer: insert
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_studio: insert
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_web: insert
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_worker: insert
audit.inbox (tenant_id, created_at) zen_definer: select
audit.inbox (tenant_id, created_at) zen_keeper: select
audit.notary_receipts (published_at) zen_definer: select
audit.notary_receipts (sink, root_epoch, size, receipt, tenant_id) zen_worker: insert
audit.signing_keys (valid_to, seen_at) zen_sealer: update
documents.document_links (commission_id, assignment_id, report_id, deliverable) zen_web: update
documents.document_links (commission_id, assignment_id, report_id, deliverable) zen_worker: update
documents.document_links (tenant_id, document_id, assignment_id, employee_id, invoice_id) zen_definer: select
documents.documents (tenant_id, id, owner_user_id, external_owner_id, source, classification, sensitivity, captured_at, captured_by_employee_id, storage_key, original_filename, norm_filename, content_type, sha256, width, height, status, version_group_id, is_current, suggestions, deleted_at) zen_definer: select
documents.documents (visibility, classification, sensitivity, captured_at, original_filename, detected_type, sha256, width, height, status, rejection, lease_token, lease_until, upload_expires_at, uploaded_at, review_state, is_current, metadata_json, suggestions, thumb_status, scan_status, version, updated_at, deleted_at, deleted_by, delete_reason, purge_after) zen_portal: update
documents.documents (visibility, classification, sensitivity, captured_at, original_filename, detected_type, sha256, width, height, status, rejection, lease_token, lease_until, upload_expires_at, uploaded_at, review_state, is_current, metadata_json, suggestions, thumb_status, scan_status, version, updated_at, deleted_at, deleted_by, delete_reason, purge_after) zen_web: update
documents.documents (visibility, classification, sensitivity, captured_at, storage_key, original_filename, detected_type, sha256, width, height, status, rejection, intent, lease_token, lease_until, upload_expires_at, uploaded_at, review_state, is_current, metadata_json, suggestions, thumb_status, scan_status, version, updated_at, deleted_at, deleted_by, delete_reason, purge_after) zen_worker: update
identity.tenants (id, slug, name) zen_portal: select
identity.tenants (id, status, deleted_at) zen_keeper: select
identity.tenants (name, status, time_zone, rbac_approvals, settings, version, updated_at, deleted_at, deleted_by, delete_reason, purge_after) zen_studio: update
identity.tenants (name, time_zone, settings, version, updated_at) zen_web: update
identity.tenants (rules_version) zen_definer: update
identity.ui_settings (settings) zen_auth: update
identity.users (id, kind, email, name, phone, locale, status, version, created_at, updated_at, deleted_at) zen_portal: select
identity.users (id, kind, email, name, phone, locale, status, version, created_at, updated_at, deleted_at) zen_studio: select
identity.users (id, kind, email, name, phone, locale, status, version, created_at, updated_at, deleted_at) zen_web: select
identity.users (id, kind, email, name, phone, locale, status, version, created_at, updated_at, deleted_at) zen_worker: select
notifications.outbox (tenant_id, id, channel, mode, class, event_type, template_key, locale, user_id, recipient, subject, body_text, body_html, sealed, sealed_key, trace_id, expires_at) zen_auth: insert
notifications.outbox (tenant_id, id, channel, mode, class, event_type, template_key, locale, user_id, recipient, subject, body_text, body_html, sealed, sealed_key, trace_id, expires_at) zen_portal: insert
notifications.outbox (tenant_id, id, channel, mode, class, event_type, template_key, locale, user_id, recipient, subject, body_text, body_html, sealed, sealed_key, trace_id, expires_at) zen_studio: insert
notifications.outbox (tenant_id, id, channel, mode, class, event_type, template_key, locale, user_id, recipient, subject, body_text, body_html, sealed, sealed_key, trace_id, expires_at) zen_web: insert
notifications.outbox (tenant_id, id, channel, mode, class, event_type, template_key, locale, user_id, recipient, subject, body_text, body_html, sealed, sealed_key, trace_id, expires_at, endpoint_id) zen_worker: insert
notifications.outbox (tenant_id, id, channel, mode, class, event_type, template_key, locale, user_id, recipient, subject, provider, status, hold_reason, attempt_no, next_attempt_at, provider_message_id, last_error_code, simulated, trace_id, expires_at, queued_at, sent_at, version, endpoint_id) zen_web: select
ops.alert_channels (name, last_ok_at, last_error_at, last_error_code) zen_worker: update
ops.alert_channels (name, min_severity, level, enabled, address, sealed, sealed_key, deleted_at, deleted_by, delete_reason, purge_after, version) zen_studio: update
ops.alert_channels (name, min_severity, level, enabled, address, sealed, sealed_key, deleted_at, deleted_by, delete_reason, purge_after, version) zen_web: update
ops.alert_channels (tenant_id, id, kind, name, min_severity, level, enabled, address, last_ok_at, last_error_at, last_error_code, created_by, created_at, deleted_at, deleted_by, delete_reason, purge_after, version) zen_studio: select
ops.alert_channels (tenant_id, id, kind, name, min_severity, level, enabled, address, last_ok_at, last_error_at, last_error_code, created_by, created_at, deleted_at, deleted_by, delete_reason, purge_after, version) zen_web: select
ops.alert_channels (tenant_id, id, kind, name, min_severity, level, enabled, address, sealed, sealed_key, created_by) zen_studio: insert
ops.alert_channels (tenant_id, id, kind, name, min_severity, level, enabled, address, sealed, sealed_key, created_by) zen_web: insert
ops.alert_deliveries (tenant_id, id, channel_id, notice, message, trace_id) zen_studio: insert
ops.alert_deliveries (tenant_id, id, channel_id, notice, message, trace_id) zen_web: insert
ops.alert_deliveries (tenant_id, state, finished_at) zen_keeper: select
ops.alert_rules (enabled, thresholds, updated_by, updated_at, version) zen_studio: update
ops.alert_rules (enabled, thresholds, updated_by, updated_at, version) zen_web: update
ops.alert_rules (tenant_id, rule_key, enabled, thresholds, updated_by) zen_studio: insert
ops.alert_rules (tenant_id, rule_key, enabled, thresholds, updated_by) zen_web: insert
ops.alerts (state, acked_by, acked_at, ack_note) zen_studio: update
ops.alerts (state, acked_by, acked_at, ack_note) zen_web: update
ops.dead_jobs (error, payload, reason) zen_worker: update
ops.dead_jobs (state, resolved_by, resolved_at, reason, replay_job_id) zen_studio: update
ops.dead_jobs (state, resolved_by, resolved_at, reason, replay_job_id) zen_web: update
ops.dead_jobs (tenant_id, id, queue, last_failed_at, state, critical) zen_keeper: select
ops.job_effects (job_id, attempt, result, state, done_at) zen_worker: update
ops.job_effects (state, done_at) zen_definer: update
ops.job_effects (tenant_id, effect_key, job_id, attempt, created_at, queue, state, done_at) zen_studio: select
ops.job_effects (tenant_id, effect_key, job_id, attempt, created_at, queue, state, done_at) zen_web: select
ops.job_effects (tenant_id, effect_key, state) zen_keeper: select
ops.job_runs (ended_at, status, error_code, error) zen_studio: update
ops.jobs (tenant_id, id, kind, state, created_at, started_at, finished_at, hold_reason, run_at) zen_keeper: select
ops.kill_switches (key, scope_tenant_id, state, reason, incident_id, effective_until, changed_by) zen_studio: insert
ops.kill_switches (key, scope_tenant_id, state, reason, incident_id, effective_until, changed_by) zen_web: insert
ops.kill_switches (state, reason, incident_id, effective_until, changed_by, changed_at, version) zen_studio: update
ops.kill_switches (state, reason, incident_id, effective_until, changed_by, changed_at, version) zen_web: update
ops.kill_switches (state, reason, incident_id, effective_until, changed_by, changed_at, version) zen_worker: update
ops.rollbacks (reason, status, error_code, finished_at) zen_worker: update
ops.rollbacks (tenant_id, id, target_type, target_id, from_version, to_version, reason, incident_id, requested_by, trace_id) zen_studio: insert
ops.rollbacks (tenant_id, id, target_type, target_id, from_version, to_version, reason, incident_id, requested_by, trace_id) zen_web: insert
ops.scheduler_fences (high_token) zen_studio: update
ops.scheduler_locks (state, owner_id, lease_until, fencing_token, last_recovered_at, recovery_count, paused_at, paused_by, pause_reason, wanted_at, wanted_by, updated_at) zen_studio: update
ops.scheduler_locks (task, last_heartbeat_at, last_success_at) zen_definer: select
ops.watermarks (name, reached_at) zen_definer: select
privacy.legal_holds (lifted_at, lifted_by, lift_reason, version) zen_studio: update
privacy.legal_holds (lifted_at, lifted_by, lift_reason, version) zen_web: update
privacy.legal_holds (reason, lift_reason) zen_worker: update
privacy.requests (tenant_id, kind, subject_id, status, created_at, due_at) zen_keeper: select
privacy.subject_keys (wrapped_key, kek_version, destroyed_at) zen_definer: update
reports.report_evidence_items (document_id, physical_copy_seen, evidence_type, doc_type, tags, label, annexure_order, include_in_annexure, field_keys, note, file_ref, version, updated_at, deleted_at, deleted_by, delete_reason, purge_after) zen_web: update
reports.report_evidence_items (tenant_id, report_id, document_id) zen_definer: select
reports.report_generation_jobs (run_id, status, progress, attempts, dead, error, started_at, finished_at) zen_web: update
reports.report_pack_artifacts (tenant_id, document_id) zen_definer: select
reports.report_packs (status, stale) zen_web: update
reports.report_revisions (tenant_id, report_id, manifest, author_id) zen_definer: select
reports.report_suggestions (status, decided_by, decided_at) zen_web: update
reports.reports (tenant_id, id, assignment_id, search_text, created_by, deleted_at) zen_definer: select
reports.rulesets (state, published_by, published_at) zen_web: update

-- Triggers

CREATE TRIGGER activity_events__append_only BEFORE DELETE OR UPDATE ON assignments.activity_events FOR EACH ROW WHEN ((CURRENT_USER <> 'zen_keeper'::name)) EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER activity_events__no_truncate BEFORE TRUNCATE ON assignments.activity_events FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER activity_events__old BEFORE DELETE ON assignments.activity_events FOR EACH ROW WHEN ((CURRENT_USER = 'zen_keeper'::name)) EXECUTE FUNCTION app.refuse_early_removal('at', '2920 days')
CREATE TRIGGER activity_events__unchanged BEFORE UPDATE ON assignments.activity_events FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER alert_channels__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON ops.alert_channels FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER assignment_assignees__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON assignments.assignment_assignees FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER assignment_floors__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON assignments.assignment_floors FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER assignments__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON assignments.assignments FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER auth_blocks__notice AFTER INSERT OR UPDATE ON identity.auth_blocks FOR EACH ROW EXECUTE FUNCTION identity.notice_principal()
CREATE TRIGGER auth_families__notice AFTER UPDATE ON identity.auth_families FOR EACH ROW WHEN (((old.revoked_at IS DISTINCT FROM new.revoked_at) OR (old.stepped_up_at IS DISTINCT FROM new.stepped_up_at))) EXECUTE FUNCTION identity.notice_principal()
CREATE TRIGGER bank_branches__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON directory.bank_branches FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER banks__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON directory.banks FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER checkpoints__append_only BEFORE DELETE OR UPDATE ON audit.checkpoints FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER checkpoints__no_truncate BEFORE TRUNCATE ON audit.checkpoints FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER client_orgs__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON directory.client_orgs FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER contacts__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON directory.contacts FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER data_exports__drop_payload AFTER UPDATE OF status ON privacy.data_exports FOR EACH ROW WHEN (((new.status = ANY (ARRAY['FAILED'::text, 'EXPIRED'::text])) AND (old.status IS DISTINCT FROM new.status))) EXECUTE FUNCTION app.drop_export_payload('privacy.data_export_chunks', 'privacy.data_export_parts')
CREATE TRIGGER documents__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON documents.documents FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER events__append_only BEFORE DELETE OR UPDATE ON audit.events FOR EACH ROW WHEN ((CURRENT_USER <> 'zen_keeper'::name)) EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER events__append_only BEFORE DELETE OR UPDATE ON ops.events FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER events__append_only BEFORE DELETE OR UPDATE ON ops.events_default FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER events__no_truncate BEFORE TRUNCATE ON audit.events FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER events__no_truncate BEFORE TRUNCATE ON ops.events FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER events__pruned BEFORE DELETE ON audit.events FOR EACH ROW WHEN ((CURRENT_USER = 'zen_keeper'::name)) EXECUTE FUNCTION audit.refuse_unsealed_pruning()
CREATE TRIGGER events__unchanged BEFORE UPDATE ON audit.events FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER events_default__no_truncate BEFORE TRUNCATE ON ops.events_default FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER evidence_profile_versions__append_only BEFORE DELETE OR UPDATE ON reports.evidence_profile_versions FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER evidence_profile_versions__no_truncate BEFORE TRUNCATE ON reports.evidence_profile_versions FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER evidence_profiles__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON reports.evidence_profiles FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER evidence_profiles__told_delete AFTER DELETE ON reports.evidence_profiles REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports.tell_rules_changed()
CREATE TRIGGER evidence_profiles__told_insert AFTER INSERT ON reports.evidence_profiles REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports.tell_rules_changed()
CREATE TRIGGER evidence_profiles__told_update AFTER UPDATE ON reports.evidence_profiles REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports.tell_rules_changed()
CREATE TRIGGER export_jobs__drop_payload AFTER UPDATE OF status ON audit.export_jobs FOR EACH ROW WHEN (((new.status = ANY (ARRAY['FAILED'::text, 'EXPIRED'::text])) AND (old.status IS DISTINCT FROM new.status))) EXECUTE FUNCTION app.drop_export_payload('audit.export_chunks', 'audit.export_parts')
CREATE TRIGGER heads__grow BEFORE UPDATE ON audit.heads FOR EACH ROW EXECUTE FUNCTION audit.refuse_shrinking()
CREATE TRIGGER heads__kept BEFORE DELETE OR UPDATE ON audit.heads FOR EACH ROW WHEN ((CURRENT_USER <> 'zen_sealer'::name)) EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER heads__no_truncate BEFORE TRUNCATE ON audit.heads FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER inbox__append_only BEFORE DELETE OR UPDATE ON audit.inbox FOR EACH ROW WHEN ((CURRENT_USER <> 'zen_sealer'::name)) EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER inbox__no_truncate BEFORE TRUNCATE ON audit.inbox FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER inbox__unchanged BEFORE UPDATE ON audit.inbox FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER job_template_capabilities__kept AFTER INSERT OR DELETE OR UPDATE ON identity.job_template_capabilities FOR EACH STATEMENT EXECUTE FUNCTION identity.keep_template_scopes()
CREATE TRIGGER kill_switches__notify AFTER INSERT OR UPDATE ON ops.kill_switches FOR EACH STATEMENT EXECUTE FUNCTION ops.notify_switch()
CREATE TRIGGER memberships__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON identity.memberships FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER memberships__notice AFTER UPDATE ON identity.memberships FOR EACH ROW WHEN (((old.permission_version IS DISTINCT FROM new.permission_version) OR (old.status IS DISTINCT FROM new.status) OR (old.deleted_at IS DISTINCT FROM new.deleted_at))) EXECUTE FUNCTION identity.notice_principal()
CREATE TRIGGER notary_receipts__append_only BEFORE DELETE OR UPDATE ON audit.notary_receipts FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER notary_receipts__no_truncate BEFORE TRUNCATE ON audit.notary_receipts FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER properties__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON directory.properties FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER property_subtypes__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON directory.property_subtypes FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER property_types__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON directory.property_types FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER rbac_decisions__append_only BEFORE DELETE OR UPDATE ON identity.rbac_decisions FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER rbac_decisions__no_truncate BEFORE TRUNCATE ON identity.rbac_decisions FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER report_changed_paths__append_only BEFORE DELETE OR UPDATE ON reports.report_changed_paths FOR EACH ROW WHEN ((CURRENT_USER <> 'zen_keeper'::name)) EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER report_changed_paths__no_truncate BEFORE TRUNCATE ON reports.report_changed_paths FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER report_changed_paths__old BEFORE DELETE ON reports.report_changed_paths FOR EACH ROW WHEN ((CURRENT_USER = 'zen_keeper'::name)) EXECUTE FUNCTION app.refuse_early_path_removal('2920 days')
CREATE TRIGGER report_changed_paths__unchanged BEFORE UPDATE ON reports.report_changed_paths FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER report_evidence_items__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON reports.report_evidence_items FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER report_revisions__append_only BEFORE DELETE OR UPDATE ON reports.report_revisions FOR EACH ROW WHEN ((CURRENT_USER <> 'zen_keeper'::name)) EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER report_revisions__no_truncate BEFORE TRUNCATE ON reports.report_revisions FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER report_revisions__old BEFORE DELETE ON reports.report_revisions FOR EACH ROW WHEN ((CURRENT_USER = 'zen_keeper'::name)) EXECUTE FUNCTION app.refuse_early_removal('created_at', '2920 days')
CREATE TRIGGER report_revisions__unchanged BEFORE UPDATE ON reports.report_revisions FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER reports__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON reports.reports FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER reports__search_text BEFORE INSERT OR UPDATE OF report_no, reference_no, title, bank_name, borrower_name, owner_name, search_text ON reports.reports FOR EACH ROW EXECUTE FUNCTION reports.keep_search_text()
CREATE TRIGGER retention_seals__append_only BEFORE DELETE OR UPDATE ON audit.retention_seals FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER retention_seals__no_truncate BEFORE TRUNCATE ON audit.retention_seals FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER root_log__append_only BEFORE DELETE OR UPDATE ON audit.root_log FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER root_log__no_truncate BEFORE TRUNCATE ON audit.root_log FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER root_notes__append_only BEFORE DELETE OR UPDATE ON audit.root_notes FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER root_notes__no_truncate BEFORE TRUNCATE ON audit.root_notes FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER rulesets__fixed BEFORE UPDATE ON reports.rulesets FOR EACH ROW EXECUTE FUNCTION reports.refuse_published_change()
CREATE TRIGGER rulesets__kept BEFORE DELETE ON reports.rulesets FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER rulesets__told_delete AFTER DELETE ON reports.rulesets REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports.tell_rules_changed()
CREATE TRIGGER rulesets__told_insert AFTER INSERT ON reports.rulesets REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports.tell_rules_changed()
CREATE TRIGGER rulesets__told_update AFTER UPDATE ON reports.rulesets REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports.tell_rules_changed()
CREATE TRIGGER service_tokens__notice AFTER UPDATE ON identity.service_tokens FOR EACH ROW WHEN ((old.revoked_at IS DISTINCT FROM new.revoked_at)) EXECUTE FUNCTION identity.notice_principal()
CREATE TRIGGER signing_keys__kept BEFORE DELETE OR UPDATE ON audit.signing_keys FOR EACH ROW WHEN ((CURRENT_USER <> 'zen_sealer'::name)) EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER signing_keys__no_truncate BEFORE TRUNCATE ON audit.signing_keys FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER subject_keys__tombstones BEFORE DELETE OR UPDATE ON privacy.subject_keys FOR EACH ROW EXECUTE FUNCTION privacy.refuse_revival()
CREATE TRIGGER tenants__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON identity.tenants FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER tenants__notice AFTER UPDATE ON identity.tenants FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) OR (old.deleted_at IS DISTINCT FROM new.deleted_at))) EXECUTE FUNCTION identity.notice_principal()
CREATE TRIGGER tenants__ship_report_defaults AFTER INSERT ON identity.tenants FOR EACH ROW EXECUTE FUNCTION reports.ship_to_new_tenant()
CREATE TRIGGER tiles__append_only BEFORE DELETE OR UPDATE ON audit.tiles FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER tiles__no_truncate BEFORE TRUNCATE ON audit.tiles FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER users__end_of_deleted BEFORE INSERT OR UPDATE OF deleted_at, purge_after ON identity.users FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (new.purge_after IS NULL))) EXECUTE FUNCTION app.end_of_deleted_row()
CREATE TRIGGER users__notice AFTER UPDATE ON identity.users FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) OR (old.deleted_at IS DISTINCT FROM new.deleted_at) OR (old.name IS DISTINCT FROM new.name) OR (old.email IS DISTINCT FROM new.email))) EXECUTE FUNCTION identity.notice_principal()
CREATE TRIGGER verify_runs__append_only BEFORE DELETE OR UPDATE ON audit.verify_runs FOR EACH ROW WHEN ((CURRENT_USER <> 'zen_keeper'::name)) EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER verify_runs__no_truncate BEFORE TRUNCATE ON audit.verify_runs FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER verify_runs__old BEFORE DELETE ON audit.verify_runs FOR EACH ROW WHEN ((CURRENT_USER = 'zen_keeper'::name)) EXECUTE FUNCTION app.refuse_early_removal('created_at', '365 days')
CREATE TRIGGER verify_runs__unchanged BEFORE UPDATE ON audit.verify_runs FOR EACH ROW EXECUTE FUNCTION app.refuse_change()

-- Functions

CREATE OR REPLACE FUNCTION reports.artifact_key(p_document uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select d.storage_key from documents.documents d
  where d.tenant_id = app.current_tenant_id() and d.id = p_document and exists (
    select 1 from reports.report_pack_artifacts a where a.tenant_id = d.tenant_id and a.document_id = d.id)
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.body_of(canon bytea)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ begin return convert_from(canon, 'UTF8')::jsonb; end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION audit.can_seal(p_id uuid, p_tenant_id uuid, p_canon bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
    declare
      b jsonb;
    begin
      if octet_length(p_canon) not between 2 and 65536 then
        return false;
      end if;
      b := convert_from(p_canon, 'UTF8')::jsonb;
      return (b ->> 'id')::uuid = p_id and (b ->> 'tenant_id')::uuid = p_tenant_id and (b ->> 'at')::timestamptz is not null
        and b ->> 'action' is not null and b ->> 'outcome' is not null
        and coalesce((b #>> '{actor,user_id}')::uuid, p_id) is not null;
    end
  $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION ops.claim_jobs(p_worker text, p_kinds text[], p_limit integer, p_group integer, p_multi_tenant boolean)
 RETURNS SETOF ops.jobs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers claim' using errcode = '42501'; end if;
  -- A claim that a crash of the database forgets is made again; effects and ends wait for the disk, and name the worker.
  perform set_config('synchronous_commit', 'off', true);
  perform pg_advisory_xact_lock(hashtextextended('ops.claim_jobs', 42));
  return query
  with recursive lanes(tenant_id, kind) as (
    (select j.tenant_id, j.kind from ops.jobs j where j.state in ('queued', 'failed') order by j.tenant_id, j.kind limit 1)
    union all
    select n.tenant_id, n.kind from lanes l cross join lateral (
      select j.tenant_id, j.kind from ops.jobs j
      where j.state in ('queued', 'failed') and (j.tenant_id, j.kind) > (l.tenant_id, l.kind)
      order by j.tenant_id, j.kind limit 1) n
  ), open as (
    select l.tenant_id, l.kind from lanes l
    join identity.tenants t on t.id = l.tenant_id and t.status = 'active' and t.deleted_at is null and (t.lane <> 'tenant' or p_multi_tenant)
    where l.kind = any (p_kinds) and not exists (
      select 1 from ops.queue_pauses p where p.queue = l.kind and (p.tenant_id is null or p.tenant_id = l.tenant_id))
  ), busy as (
    select j.tenant_id, count(*) as n from ops.jobs j where j.state = 'running' and j.worker_id = p_worker and j.kind = any (p_kinds) group by 1
  ), due as (
    select o.tenant_id, c.id, c.run_at, row_number() over (partition by coalesce(c.serial_key, c.id::text) order by c.run_at, c.id) as of_key
    from open o cross join lateral (
      select j.id, j.run_at, j.serial_key from ops.jobs j
      where j.tenant_id = o.tenant_id and j.kind = o.kind and j.state in ('queued', 'failed') and j.run_at <= now()
        and (j.serial_key is null or not exists (
          select 1 from ops.jobs r where r.serial_key = j.serial_key and r.state = 'running'))
      order by j.run_at, j.id limit p_limit) c
  ), turns as (
    select d.tenant_id, d.id, d.run_at,
      row_number() over (partition by d.tenant_id order by d.run_at, d.id) + coalesce(b.n, 0) as turn
    from due d left join busy b on b.tenant_id = d.tenant_id where d.of_key = 1
  ), picked as (
    select t.tenant_id, t.id from turns t where t.turn <= p_group order by t.turn, t.run_at, t.id limit p_limit
  )
  update ops.jobs j set state = 'running', attempts = j.attempts + 1, worker_id = p_worker, heartbeat_at = now(),
    started_at = coalesce(j.started_at, now()), hold_reason = null
  from picked p where j.tenant_id = p.tenant_id and j.id = p.id and j.state in ('queued', 'failed')
  returning j.*;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.cluster_id()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (SELECT (pg_control_system.system_identifier)::text AS system_identifier FROM pg_control_system() pg_control_system(pg_control_version, catalog_version_no, system_identifier, pg_control_last_modified))
-- owner zen_owner

CREATE OR REPLACE FUNCTION ops.complete_jobs(p_worker text, p_ids uuid[], p_attempts integer[])
 RETURNS SETOF uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  update ops.jobs j set state = 'done', worker_id = null, heartbeat_at = null, error_code = null, error = null, finished_at = now()
  from unnest(p_ids, p_attempts) as held(id, attempt)
  where j.state = 'running' and j.worker_id = p_worker and j.id = held.id and j.attempts = held.attempt
    and app.current_aud() = 'worker'
  returning j.id
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.csv_guard(p_cell text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (((ascii(p_cell) >= 48) AND (ascii(p_cell) <= 57)) OR ((ascii(p_cell) >= 65) AND (ascii(p_cell) <= 123))) THEN p_cell WHEN (p_cell ~ '^[[:space:][:cntrl:]\u00a0\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]'::text) THEN (''''::text || p_cell) ELSE p_cell END
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.current_aud()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('app.aud', true), '') $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.current_tenant_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('app.tenant_id', true), '')::uuid $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.current_user_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('app.user_id', true), '')::uuid $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION privacy.destroy_key(p_tenant_id uuid, p_subject_id uuid)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if app.current_aud() is distinct from 'worker' or p_tenant_id is distinct from app.current_tenant_id() then
    raise exception 'only the runner of the firm destroys keys' using errcode = '42501';
  end if;
  -- A person who never had one gets the tombstone alone: no key is drawn for him later.
  return query
    insert into privacy.subject_keys as k (tenant_id, subject_id, key_id, destroyed_at)
    values (p_tenant_id, p_subject_id, gen_random_uuid(), now())
    on conflict (tenant_id, subject_id) do update set wrapped_key = null, kek_version = '', destroyed_at = now()
      where k.wrapped_key is not null
    returning k.key_id;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION reports.document_facts(p_assignment uuid, p_ids uuid[])
 RETURNS TABLE(id uuid, sha256 text, status text, width integer, height integer, captured_at timestamp with time zone, captured_by_employee_id uuid, suggestions jsonb, classification text, sensitivity text, source text, original_filename text, content_type text, newer_version_id uuid, belongs boolean)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  #variable_conflict use_column
  begin return query
    select d.id, d.sha256, case when d.deleted_at is null then d.status else 'deleted' end, d.width, d.height, d.captured_at,
      d.captured_by_employee_id, d.suggestions, d.classification, d.sensitivity, d.source, d.original_filename, d.content_type,
      (select n.id from documents.documents n where n.tenant_id = d.tenant_id and n.version_group_id = d.version_group_id
        and n.is_current and n.status = 'uploaded' and n.deleted_at is null and n.id <> d.id),
      exists (
        select 1 from documents.document_links l
        where l.tenant_id = d.tenant_id and l.document_id = d.id and (l.assignment_id = p_assignment or l.commission_id = (
          select a.commission_id from assignments.assignments a where a.tenant_id = d.tenant_id and a.id = p_assignment)))
    from documents.documents d
    where d.tenant_id = app.current_tenant_id() and d.id = any (p_ids);
  end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION ops.drop_event_month(p_partition text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if not exists (select 1 from ops.event_months_over() m where m.partition_name = p_partition) then
    raise exception 'the month % is still kept', p_partition using errcode = '42501';
  end if;
  execute format('drop table ops.%I', p_partition);
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.drop_export_payload()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if new.storage_kind = 'db' then
    execute format('delete from %s where tenant_id = $1 and job_id = $2', tg_argv[0]::regclass) using new.tenant_id, new.id;
  end if;
  execute format('delete from %s where tenant_id = $1 and job_id = $2', tg_argv[1]::regclass) using new.tenant_id, new.id;
  return null;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.end_of_deleted_row()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
begin
  new.purge_after := case when new.deleted_at is not null then coalesce(new.purge_after, new.deleted_at + interval '30 days') end;
  return new;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION ops.enqueue_job(p_kind text, p_payload jsonb, p_trace_id text, p_options jsonb DEFAULT '{}'::jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare
  v_id     uuid := uuidv7();
  v_tenant uuid := coalesce(nullif(p_options ->> 'tenant_id', '')::uuid, app.current_tenant_id());
  v_max    int  := least(greatest(coalesce((p_options ->> 'max_attempts')::int, 5), 1), 25);
  v_run_at timestamptz := date_trunc('milliseconds', coalesce(nullif(p_options ->> 'run_at', '')::timestamptz, now()));
begin
  if v_tenant is null then raise exception 'a job needs a tenant' using errcode = '42501'; end if;
  -- A portal user's work belongs to the firm; nobody else may name another tenant.
  if v_tenant <> app.current_tenant_id() and not (app.current_aud() = 'portal' and v_tenant = any (app.my_firms())) then
    raise exception 'a job for another tenant' using errcode = '42501';
  end if;
  insert into ops.jobs (tenant_id, id, kind, payload, actor_user_id, trace_id, max_attempts, effect_key, run_at, serial_key)
  values (v_tenant, v_id, p_kind, p_payload, app.current_user_id(), p_trace_id, v_max,
    coalesce(p_options ->> 'effect_key', v_id::text), v_run_at, p_options ->> 'queue_name');
  if v_run_at <= now() then perform pg_notify('ops_jobs', p_kind); end if;
  return v_id;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION ops.event_months_over()
 RETURNS TABLE(partition_name text, lower_bound timestamp with time zone, upper_bound timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare
  v_days int := (select greatest(180, max(days)) from ops.retention_policies where class = 'ops_events');
begin
  if exists (select 1 from privacy.legal_holds h where h.scope = 'tenant' and h.lifted_at is null and (h.until is null or h.until > now())) then return; end if;
  return query
    select m.relname, m.month at time zone 'UTC', (m.month + interval '1 month') at time zone 'UTC'
    from (select c.relname::text, to_date(right(c.relname, 7), 'YYYY_MM')::timestamp as month from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'ops.events'::regclass and c.relname ~ '^events_\d{4}_\d{2}$') m
    where (m.month + interval '1 month') at time zone 'UTC' <= now() - make_interval(days => v_days) order by 2;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.exists_in_tenant(p_table text, p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare
  v_found boolean;
begin
  if app.current_aud() = 'studio' and not app.support_open() then
    return false;
  end if;
  execute format('select exists (select 1 from %s where tenant_id = $1 and id = $2 and deleted_at is null)', p_table::regclass)
    into v_found using app.current_tenant_id(), p_id;
  return v_found;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.export_spool(p_tenant_id uuid, OUT of_tenant bigint, OUT of_all bigint)
 RETURNS record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
    select coalesce(sum(total_bytes) filter (where tenant_id = p_tenant_id), 0)::bigint, coalesce(sum(total_bytes), 0)::bigint
    from audit.export_jobs where storage_kind = 'db' and status in ('RUNNING', 'DONE')
  $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.export_spool_admits(p_tenant_id uuid, p_bytes bigint, p_tenant_max bigint, p_all_max bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare
  v_used record;
begin
  perform pg_advisory_xact_lock(4414, 1);
  select * into v_used from audit.export_spool(p_tenant_id);
  return v_used.of_tenant + p_bytes <= p_tenant_max and v_used.of_all + p_bytes <= p_all_max;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION documents.firm_rules(p_tenant uuid)
 RETURNS TABLE(time_zone text, settings jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
    select t.time_zone, coalesce(t.settings -> 'operations', '{}'::jsonb) from identity.tenants t
    where t.id = p_tenant and (p_tenant = app.current_tenant_id() or p_tenant = any (app.my_firms()))
  $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION privacy.firms_of_subject(p_subject_id uuid)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers ask' using errcode = '42501'; end if;
  return query select k.tenant_id from privacy.subject_keys k where k.subject_id = p_subject_id and k.wrapped_key is not null order by 1;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.first_link(p_log_id text)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN sha256(((('\x02'::bytea || '\x61756469742f7631'::bytea) || '\x00'::bytea) || convert_to(p_log_id, 'UTF8'::name)))
-- owner zen_owner

CREATE OR REPLACE FUNCTION ops.free_lost_jobs(p_silent interval)
 RETURNS TABLE(tenant_id uuid, id uuid, kind text, worker_id text)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  with dead as (
    select w.worker_id from ops.workers w where app.current_aud() = 'worker' and pg_try_advisory_xact_lock(hashtextextended(w.worker_id, 42))
  ), gone as (
    delete from ops.workers w using dead d where w.worker_id = d.worker_id
  ), lost as (
    select j.tenant_id, j.id, j.worker_id from ops.jobs j
    where app.current_aud() = 'worker' and j.state = 'running'
      and (j.heartbeat_at < now() - p_silent or j.worker_id in (select d.worker_id from dead d)
        or not exists (select 1 from ops.workers w where w.worker_id = j.worker_id))
    -- A holder that sleeps within its transaction is left to the database's own limits; the others do not wait for it.
    for update of j skip locked
  )
  update ops.jobs j set state = 'queued', worker_id = null, heartbeat_at = null,
    run_at = case when j.attempts <= 2 then j.run_at
      else date_trunc('milliseconds', now()) + exp(least(j.attempts - 2, 7)) * (0.8 + 0.4 * random()) * interval '1 second' end
  from lost l where j.tenant_id = l.tenant_id and j.id = l.id and j.state = 'running' and j.worker_id = l.worker_id
  returning j.tenant_id, j.id, j.kind, l.worker_id
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION reports.frozen_uses(p_document uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select (
    (select count(*) from reports.report_pack_artifacts a where a.tenant_id = app.current_tenant_id() and a.document_id = p_document)
    + (select count(*) from reports.report_revisions v where v.tenant_id = app.current_tenant_id() and v.report_id in (
        select e.report_id from reports.report_evidence_items e where e.tenant_id = app.current_tenant_id() and e.document_id = p_document)
      and v.manifest @> jsonb_build_array(jsonb_build_object('document_id', p_document))))::int
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION ops.heartbeat_jobs(p_worker text, p_ids uuid[], p_attempts integer[])
 RETURNS SETOF uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  with held as (
    select j.tenant_id, j.id from ops.jobs j join unnest(p_ids, p_attempts) as h(id, attempt) on j.id = h.id and j.attempts = h.attempt
    where j.state = 'running' and j.worker_id = p_worker and app.current_aud() = 'worker'
  ), free as (
    select j.tenant_id, j.id from ops.jobs j join held h on h.tenant_id = j.tenant_id and h.id = j.id
    where j.state = 'running' for update of j skip locked
  ), renewed as (
    update ops.jobs j set heartbeat_at = now() from free f where j.tenant_id = f.tenant_id and j.id = f.id
  )
  select h.id from held h
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.instant_at(canon bytea, VARIADIC path text[])
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ begin return (convert_from(canon, 'UTF8')::json #>> path)::timestamptz; end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION audit.is_first_refusal(p_tenant_id uuid, p_action text, p_target_id text, p_event jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare
  v_actor text := coalesce(app.current_user_id()::text, p_event #>> '{actor,user_id}', 'address:' || (p_event #>> '{actor,ip_hash}'));
  v_count int;
begin
  if v_actor is null then return true; end if;
  insert into audit.merged_refusals as r (tenant_id, actor_key, action, target_id, event)
  values (p_tenant_id, v_actor, p_action, p_target_id, p_event)
  on conflict (tenant_id, actor_key, action, target_id) do update set count = r.count + 1
  returning count into v_count;
  return v_count = 0;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.is_first_view(p_tenant_id uuid, p_action text, p_target_id text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if app.current_user_id() is null then return true; end if;
  insert into audit.recent_views as v (tenant_id, actor_user_id, action, target_id)
  values (p_tenant_id, app.current_user_id(), p_action, p_target_id)
  on conflict (tenant_id, actor_user_id, action, target_id) do update set seen_at = now()
    where v.seen_at <= now() - interval '15 minutes';
  if not found then return false; end if;
  -- A few that count no more go with each new one.
  delete from audit.recent_views where ctid = any (array(
    select ctid from audit.recent_views where seen_at < now() - interval '15 minutes' limit 20 for update skip locked));
  return true;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION documents.is_readable(p_document uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select exists (
    select 1 from documents.documents d
    where d.tenant_id = app.current_tenant_id() and d.id = p_document and d.deleted_at is null and (
      (app.scope_of('documents.read') = 'all'
        and (app.scope_of('employees.read') = 'all' or not exists (select 1 from documents.document_links l
          where l.tenant_id = d.tenant_id and l.document_id = d.id and l.employee_id is not null))
        and (app.scope_of('invoices.read') = 'all' or not exists (select 1 from documents.document_links l
          where l.tenant_id = d.tenant_id and l.document_id = d.id and l.invoice_id is not null)))
      or (d.owner_user_id = app.current_user_id() and app.scope_of('documents.read') <> 'none')
      or exists (select 1 from documents.document_links l
        where l.tenant_id = d.tenant_id and l.document_id = d.id and (
          (app.scope_of('documents.read') = 'assigned' and l.assignment_id = any (app.my_assignments()))
          or (l.employee_id is not null and app.scope_of('employees.read') = 'all')
          or (l.invoice_id is not null and app.scope_of('invoices.read') = 'all')))))
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION privacy.is_within_reach(p_tenant_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
  select p_tenant_id = app.current_tenant_id() or current_setting('role', true) = 'zen_auth' or app.current_aud() = 'studio'
    or (app.current_aud() = 'portal' and p_tenant_id = any (app.my_firms()))
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION reports.keep_search_text()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
begin
  new.search_text := coalesce(app.norm(app.words(new.report_no, new.reference_no, new.title, new.bank_name, new.borrower_name, new.owner_name)), '');
  return new;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION identity.keep_template_scopes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update identity.job_templates j set scopes = k.scopes
  from (
    select t.key, ';' || coalesce(string_agg(c.capability || '=' || c.scope || ';', '' order by c.capability), '') as scopes
    from identity.job_templates t left join identity.job_template_capabilities c on c.job_template = t.key group by t.key
  ) k
  where k.key = j.key and k.scopes <> j.scopes;
  return null;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION privacy.keys_for(p_tenant_id uuid, p_subject_ids uuid[], p_key_ids uuid[], p_wrapped bytea[], p_kek_version text)
 RETURNS SETOF privacy.subject_key
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if not privacy.is_within_reach(p_tenant_id) then raise exception 'keys of another firm' using errcode = '42501'; end if;
  insert into privacy.subject_keys (tenant_id, subject_id, key_id, wrapped_key, kek_version)
  select p_tenant_id, drawn.subject_id, drawn.key_id, drawn.wrapped_key, p_kek_version
  from unnest(p_subject_ids, p_key_ids, p_wrapped) as drawn(subject_id, key_id, wrapped_key)
  order by drawn.subject_id
  on conflict (tenant_id, subject_id) do nothing;
  return query select k.subject_id, k.key_id, k.wrapped_key, k.kek_version from privacy.subject_keys k
    where k.tenant_id = p_tenant_id and k.subject_id = any (p_subject_ids);
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION privacy.keys_named(p_tenant_id uuid, p_key_ids uuid[])
 RETURNS SETOF privacy.subject_key
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if not privacy.is_within_reach(p_tenant_id) then raise exception 'keys of another firm' using errcode = '42501'; end if;
  return query select k.subject_id, k.key_id, k.wrapped_key, k.kek_version from privacy.subject_keys k
    where k.tenant_id = p_tenant_id and k.key_id = any (p_key_ids);
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION privacy.keys_to_rewrap(p_kek_version text, p_limit integer)
 RETURNS SETOF privacy.subject_key
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers rewrap' using errcode = '42501'; end if;
  return query select k.subject_id, k.key_id, k.wrapped_key, k.kek_version from privacy.subject_keys k
    where k.kek_version <> p_kek_version and k.wrapped_key is not null limit least(p_limit, 1000);
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.lane_tenant_id(lane text)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
    select case lane when 'internal' then internal_tenant_id when 'external' then external_tenant_id end
    from identity.platform_settings
  $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.log_id(p_tenant_id uuid, p_epoch integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN ((p_tenant_id)::text || CASE WHEN (p_epoch = 1) THEN ''::text ELSE ('/'::text || p_epoch) END)
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.look_up_rights()
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare
  v_aud    text := nullif(current_setting('app.aud', true), '');
  v_user   uuid := app.current_user_id();
  v_tenant uuid;
  v_count  int;
  v_except boolean;
  v_rights text;
begin
  if v_aud = 'worker' then
    select j.scopes into v_rights from identity.job_templates j where j.key = 'worker';
  else
    v_tenant := case v_aud
      when 'web' then app.current_tenant_id()
      when 'studio' then app.lane_tenant_id('internal')
      when 'portal' then app.lane_tenant_id('external')
    end;
    select count(*), min(j.scopes), bool_or(exists (
        select 1 from identity.rbac_overrides o where o.tenant_id = t.tenant_id and o.job_template = t.job_template))
      into v_count, v_rights, v_except
    from identity.memberships m
    join identity.membership_job_templates t on t.tenant_id = m.tenant_id and t.user_id = m.user_id
    join identity.job_templates j on j.key = t.job_template and v_aud = any (j.aud)
    where m.tenant_id = v_tenant and m.user_id = v_user and m.status = 'active' and m.deleted_at is null;
    if v_count > 1 or v_except then
      with held as (
        select t.job_template from identity.memberships m
        join identity.membership_job_templates t on t.tenant_id = m.tenant_id and t.user_id = m.user_id
        join identity.job_templates j on j.key = t.job_template and v_aud = any (j.aud)
        where m.tenant_id = v_tenant and m.user_id = v_user and m.status = 'active' and m.deleted_at is null
      ), excepted as (
        select o.job_template, o.capability, o.scope from identity.rbac_overrides o join held h on h.job_template = o.job_template
        where o.tenant_id = v_tenant
      ), widest as (
        select distinct on (x.capability) x.capability, x.scope from (
          select capability, scope from excepted
          union all
          select c.capability, c.scope from identity.job_template_capabilities c join held h on h.job_template = c.job_template
          where not exists (select 1 from excepted e where e.job_template = c.job_template and e.capability = c.capability)
        ) x
        order by x.capability, array_position(array['all', 'assigned', 'own', 'none'], x.scope)
      )
      select ';' || string_agg(w.capability || '=' || w.scope || ';', '') into v_rights from widest w;
    end if;
  end if;
  v_rights := coalesce(v_rights, ';');
  perform set_config('app.rights', concat(v_aud, '/', current_setting('app.tenant_id', true), '/', current_setting('app.user_id', true), '|', v_rights), true);
  return v_rights;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION ops.mark_held_jobs(p_multi_tenant boolean)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  update ops.jobs j set hold_reason = 'TENANT_NOT_ENABLED'
  from identity.tenants t
  where app.current_aud() = 'worker' and j.state in ('queued', 'failed') and j.hold_reason is null and t.id = j.tenant_id
    and not (t.status = 'active' and t.deleted_at is null and (t.lane <> 'tenant' or p_multi_tenant))
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION privacy.masked(p_value jsonb, p_pattern text, p_by text)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog'
AS $function$
  select case jsonb_typeof(p_value)
    when 'string' then to_jsonb(regexp_replace(p_value #>> '{}', p_pattern, p_by, 'gi'))
    when 'number' then case when p_value #>> '{}' ~* ('^(' || p_pattern || ')$') then to_jsonb(p_by) else p_value end
    when 'array' then coalesce((select jsonb_agg(privacy.masked(one.value, p_pattern, p_by) order by one.place)
      from jsonb_array_elements(p_value) with ordinality as one(value, place)), '[]')
    when 'object' then coalesce((select jsonb_object_agg(one.key, privacy.masked(one.value, p_pattern, p_by)) from jsonb_each(p_value) as one), '{}')
    else p_value end
$function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.my_assignments()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select array(
    select assignment_id from assignments.assignment_assignees
    where tenant_id = app.current_tenant_id() and user_id = app.current_user_id() and deleted_at is null
    union
    select id from assignments.assignments
    where tenant_id = app.current_tenant_id() and created_by = app.current_user_id() and deleted_at is null)
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.my_firms()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select coalesce(array_agg(distinct l.tenant_id), '{}') from identity.portal_links l
  where l.user_id = app.current_user_id() and l.status = 'active' and not exists (
    select 1 from identity.auth_blocks b
    where b.user_id = l.user_id and b.tenant_id = l.tenant_id and b.lifted_at is null and b.expires_at > now())
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.my_parties()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select coalesce(array_agg(distinct l.party_id) filter (where l.party_id is not null), '{}') from identity.portal_links l
  where l.user_id = app.current_user_id() and l.status = 'active' and l.tenant_id = any (app.my_firms())
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.norm(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select nullif(trim(regexp_replace(
      regexp_replace(replace(lower(normalize(value, nfkc)), '&', ' and '), '[.'']', '', 'g'),
      '[^[:alnum:]\u0300-\u036f\u0900-\u0963\u0966-\u0dff]+', ' ', 'g')), '')
  $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION identity.notice_principal()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
begin
  perform pg_notify('principal_changed', case tg_table_name
    when 'auth_families' then 'family:' || (to_jsonb(new) ->> 'id')
    when 'users' then 'user:' || (to_jsonb(new) ->> 'id')
    when 'memberships' then 'user:' || (to_jsonb(new) ->> 'user_id')
    when 'service_tokens' then 'token:' || (to_jsonb(new) ->> 'id')
    when 'tenants' then 'tenant:' || (to_jsonb(new) ->> 'id')
    else 'all' end);
  return null;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION ops.notify_switch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('switch_changed', '');
  return null;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION ops.part_figures()
 RETURNS TABLE(watchdog_at timestamp with time zone, sealer_at timestamp with time zone, summed_at timestamp with time zone, unpublished_at timestamp with time zone, backup_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select (select l.last_success_at from ops.scheduler_locks l where l.task = 'scheduler_watchdog'),
    (select l.last_success_at from ops.scheduler_locks l where l.task = 'audit_sealer'),
    (select w.reached_at from ops.watermarks w where w.name = 'metric_hourly'),
    (select min(c.created_at) from audit.checkpoints c
      where c.created_at > coalesce((select max(r.published_at) from audit.notary_receipts r), '-infinity')),
    (select w.reached_at from ops.watermarks w where w.name = 'backup')
  where coalesce(app.current_aud() = 'studio', false) or app.sees_all('ops.read')
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION privacy.people_of_jobs(p_tenant_id uuid, p_assignment_ids uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select person from (
    select unnest(array[a.created_by, a.lead_user_id, a.hold_by, a.primary_contact_id]) as person from assignments.assignments a
      where a.tenant_id = p_tenant_id and a.id = any (p_assignment_ids)
    union select s.user_id from assignments.assignment_assignees s where s.tenant_id = p_tenant_id and s.assignment_id = any (p_assignment_ids)
    union select e.actor_user_id from assignments.activity_events e where e.tenant_id = p_tenant_id and e.assignment_id = any (p_assignment_ids)
    union select unnest(array[d.owner_user_id, d.external_owner_id, l.owner_user_id, l.created_by])
      from documents.document_links l join documents.documents d on d.tenant_id = l.tenant_id and d.id = l.document_id
      where l.tenant_id = p_tenant_id and l.assignment_id = any (p_assignment_ids)
    union select unnest(array[r.created_by, v.author_id])
      from reports.reports r left join reports.report_revisions v on v.tenant_id = r.tenant_id and v.report_id = r.id
      where r.tenant_id = p_tenant_id and r.assignment_id = any (p_assignment_ids)
  ) named
  where person is not null
    and (p_tenant_id = app.current_tenant_id() or current_setting('role', true) in ('zen_auth', 'zen_keeper'))
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION ops.prepare_event_months(p_ahead integer DEFAULT 2)
 RETURNS SETOF text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  declare
    v_month timestamptz;
    v_name  text;
  begin
    if p_ahead not between 0 and 12 then
      raise exception 'months ahead must lie between 0 and 12' using errcode = '22023';
    end if;
    for i in 0 .. p_ahead loop
      v_month := date_trunc('month', now(), 'UTC') + make_interval(months => i);
      v_name := 'events_' || to_char(v_month at time zone 'UTC', 'YYYY_MM');
      continue when to_regclass('ops.' || v_name) is not null;
      perform pg_advisory_xact_lock(hashtextextended('ops.prepare_event_months', 0));
      continue when to_regclass('ops.' || v_name) is not null;
      execute format('create table ops.%I (like ops.events including defaults including constraints)', v_name);
      execute format('alter table ops.%I enable row level security, force row level security', v_name);
      -- The append-only trigger stands for everyone; rows only change their place here.
      lock table ops.events in access exclusive mode;
      alter table ops.events_default no force row level security, disable trigger user;
      execute format('alter table ops.%I no force row level security', v_name);
      execute format('with moved as (delete from ops.events_default where occurred_at >= %L and occurred_at < %L returning *)
        insert into ops.%I select * from moved', v_month, v_month + interval '1 month', v_name);
      alter table ops.events_default force row level security, enable trigger user;
      execute format('alter table ops.%I force row level security', v_name);
      execute format('alter table ops.events attach partition ops.%I for values from (%L) to (%L)',
        v_name, v_month, v_month + interval '1 month');
      execute format('create trigger %I before truncate on ops.%I for each statement execute function app.refuse_change()',
        v_name || '__no_truncate', v_name);
      return next v_name;
    end loop;
  end
$function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION reports.previous_completion(p_tenant uuid, p_report uuid)
 RETURNS double precision
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return (
    select (v.derived -> 'computed_values' ->> 'completion_percent')::float8
    from reports.reports r
    join reports.reports p on p.tenant_id = r.tenant_id and p.assignment_id = r.assignment_id and (p.created_at, p.id) < (r.created_at, r.id)
    join reports.report_revisions v on v.tenant_id = p.tenant_id and v.report_id = p.id and v.n = p.latest_revision
    where r.tenant_id = p_tenant and r.id = p_report and p.report_type = 'STAGE_PROGRESS' and p.status <> 'CANCELLED' and p.deleted_at is null
    order by p.created_at desc, p.id desc limit 1);
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION ops.queue_figures()
 RETURNS TABLE(queue text, waiting bigint, due bigint, running bigint, failed bigint, dead bigint, oldest_due_at timestamp with time zone, done_last_hour bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  with mine as (
    select case when app.current_aud() in ('studio', 'worker') then null else app.current_tenant_id() end as tenant_id,
      coalesce(app.current_aud() in ('studio', 'worker'), false) or coalesce(app.sees_all('ops.read'), false) as may
  ), open_jobs as (
    select j.kind, count(*) filter (where j.state = 'queued') as waiting, count(*) filter (where j.state = 'failed') as failed,
      count(*) filter (where j.state = 'running') as running,
      count(*) filter (where j.state in ('queued', 'failed') and j.run_at <= now()) as due,
      min(j.run_at) filter (where j.state in ('queued', 'failed') and j.run_at <= now()) as oldest
    from ops.jobs j, mine m where m.may and (m.tenant_id is null or j.tenant_id = m.tenant_id) and j.state in ('queued', 'failed', 'running')
    group by j.kind
  ), ended as (
    select j.kind, count(*) as done from ops.jobs j, mine m
    where m.may and (m.tenant_id is null or j.tenant_id = m.tenant_id) and j.created_at > now() - interval '1 hour' and j.state = 'done'
    group by j.kind
  ), lost as (
    select d.queue, count(*) as dead from ops.dead_jobs d, mine m
    where m.may and (m.tenant_id is null or d.tenant_id = m.tenant_id) and d.state = 'DEAD' group by d.queue
  )
  select coalesce(o.kind, e.kind, l.queue), coalesce(o.waiting, 0), coalesce(o.due, 0), coalesce(o.running, 0), coalesce(o.failed, 0),
    coalesce(l.dead, 0), o.oldest, coalesce(e.done, 0)
  from open_jobs o full join ended e on e.kind = o.kind full join lost l on l.queue = coalesce(o.kind, e.kind)
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin raise exception '% is append-only', tg_table_name using errcode = '42501'; end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.refuse_early_path_removal()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if exists (select 1 from reports.report_revisions r where r.tenant_id = old.tenant_id and r.report_id = old.report_id and r.n = old.n
    and r.created_at > now() - tg_argv[0]::interval) then
    raise exception 'a row of % is kept for %', tg_table_name, tg_argv[0] using errcode = '42501';
  end if;
  return old;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.refuse_early_removal()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if (to_jsonb(old) ->> tg_argv[0])::timestamptz > now() - tg_argv[1]::interval then
    raise exception 'a row of % is kept for %', tg_table_name, tg_argv[1] using errcode = '42501';
  end if;
  return old;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION reports.refuse_published_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.state = 'published' and to_jsonb(new) - 'in_force_at' is distinct from to_jsonb(old) - 'in_force_at'
    or (new.params, new.overrides, new.local_units, new.hash, new.version)
      is distinct from (old.params, old.overrides, old.local_units, old.hash, old.version) then
    raise exception 'rules never change' using errcode = '42501';
  end if;
  return new;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION privacy.refuse_revival()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if tg_op = 'DELETE' then raise exception 'a subject key leaves its tombstone' using errcode = '42501'; end if;
  if old.wrapped_key is null or (new.tenant_id, new.subject_id, new.key_id) is distinct from (old.tenant_id, old.subject_id, old.key_id) then
    raise exception 'a destroyed key stays destroyed' using errcode = '42501';
  end if;
  return new;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION audit.refuse_shrinking()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.size < old.size then raise exception 'a log does not shrink' using errcode = '42501'; end if;
  return new;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION audit.refuse_unsealed_pruning()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select 1 from audit.retention_seals s
    where s.tenant_id = old.tenant_id and s.epoch = old.epoch and s.upto_seq >= old.seq) then
    raise exception 'event % is not behind a retention seal', old.seq using errcode = '42501';
  end if;
  return old;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION ops.replay_dead_job(p_tenant_id uuid, p_dead_id uuid, p_trace_id text)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare
  v_id   uuid := uuidv7();
  v_kind text;
begin
  if not (coalesce(app.current_aud() = 'studio', false)
    or coalesce(p_tenant_id = app.current_tenant_id() and app.sees_all('ops.jobs.manage'), false)) then
    raise exception 'a dead job of another tenant' using errcode = '42501';
  end if;
  insert into ops.jobs (tenant_id, id, kind, payload, actor_user_id, trace_id, max_attempts, effect_key, serial_key, replay_of)
  select j.tenant_id, v_id, j.kind, j.payload, j.actor_user_id, p_trace_id, j.max_attempts, j.effect_key, j.serial_key, d.id
  from ops.dead_jobs d join ops.jobs j on j.tenant_id = d.tenant_id and j.id = d.job_id
  where d.tenant_id = p_tenant_id and d.id = p_dead_id and d.state = 'DEAD'
  returning kind into v_kind;
  if v_kind is null then return null; end if;
  perform pg_notify('ops_jobs', v_kind);
  return v_id;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION privacy.replay_tombstones(p_key_ids uuid[])
 RETURNS TABLE(tenant_id uuid, subject_id uuid, key_id uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers replay' using errcode = '42501'; end if;
  return query update privacy.subject_keys k set wrapped_key = null, kek_version = '', destroyed_at = now()
    where k.key_id = any (p_key_ids) and k.wrapped_key is not null returning k.tenant_id, k.subject_id, k.key_id;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION ops.retention_days(p_tenant_id uuid, p_class text, p_days integer, p_enabled boolean)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
  select case when coalesce(mine.enabled, platform.enabled, p_enabled) then greatest(p_days, coalesce(mine.days, platform.days, p_days)) end
  from (select 1) one
  left join ops.retention_policies mine on mine.tenant_id = p_tenant_id and mine.class = p_class
  left join ops.retention_policies platform on platform.tenant_id is null and platform.class = p_class
$function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION privacy.rewrap_key(p_key_id uuid, p_before bytea, p_wrapped bytea, p_kek_version text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers rewrap' using errcode = '42501'; end if;
  update privacy.subject_keys set wrapped_key = p_wrapped, kek_version = p_kek_version where key_id = p_key_id and wrapped_key = p_before;
  return found;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.scope_of(p_capability text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_rights text := current_setting('app.rights', true);
begin
  if v_rights is null or not starts_with(v_rights, concat(nullif(current_setting('app.aud', true), ''), '/', current_setting('app.tenant_id', true), '/',
      current_setting('app.user_id', true), '|')) then
    v_rights := app.look_up_rights();
  end if;
  return coalesce(nullif(split_part(split_part(v_rights, ';' || p_capability || '=', 2), ';', 1), ''), 'none');
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION ops.seal_figures(p_tenant uuid)
 RETURNS TABLE(lag_ms bigint, last_checkpoint_at timestamp with time zone, last_published_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select coalesce((extract(epoch from clock_timestamp() - (select min(i.created_at) from audit.inbox i
      where p_tenant is null or i.tenant_id = p_tenant)) * 1000)::bigint, 0),
    (select max(c.created_at) from audit.checkpoints c where p_tenant is null or c.tenant_id = p_tenant),
    (select max(r.published_at) from audit.notary_receipts r)
  where coalesce(app.current_aud() = 'studio', false)
    or coalesce(p_tenant = app.current_tenant_id() and app.sees_all('ops.read'), false)
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION assignments.search(p_words text)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select array(
    select id from assignments.assignments
    where tenant_id = app.current_tenant_id() and deleted_at is null
      and search_text like '%' || replace(replace(replace(app.norm(p_words), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    order by id desc limit 10000)
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION directory.search(p_kind text, p_words text)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare
  v_like text := '%' || replace(replace(replace(app.norm(p_words), '\', '\\'), '%', '\%'), '_', '\_') || '%';
  v_ids  uuid[];
begin
  if p_kind not in ('banks', 'bank_branches', 'client_orgs', 'contacts', 'property_types', 'property_subtypes', 'properties') then
    raise exception 'no such kind of record';
  end if;
  execute format('select array(select id from directory.%I where tenant_id = $1 and search_text like $2 and deleted_at is null limit 5000)', p_kind)
    into v_ids using app.current_tenant_id(), v_like;
  return v_ids;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION documents.search(p_words text)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select array(
    select id from documents.documents
    where (tenant_id = app.current_tenant_id() or tenant_id = any ((select app.my_firms())::uuid[])) and deleted_at is null
      and norm_filename like '%' || replace(replace(replace(app.norm(p_words), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    order by id desc limit 10000)
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION reports.search(p_words text)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select array(
    select id from reports.reports
    where tenant_id = app.current_tenant_id() and deleted_at is null
      and search_text like '%' || replace(replace(replace(app.norm(p_words), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    order by id desc limit 5000)
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.sees_all(p_capability text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$ select app.scope_of(p_capability) = 'all' $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.sees_assigned(p_capability text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$ select app.scope_of(p_capability) = 'assigned' $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.sees_deleted()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(current_setting('app.sees_deleted', true), '') = 'on' $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION ops.settle_effect(p_tenant_id uuid, p_dead_id uuid, p_effect_key text, p_done boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  if not (coalesce(app.current_aud() = 'studio', false)
    or coalesce(p_tenant_id = app.current_tenant_id() and app.sees_all('ops.jobs.manage'), false)) then
    raise exception 'an effect of another tenant' using errcode = '42501';
  end if;
  perform 1 from ops.dead_jobs d
  where d.tenant_id = p_tenant_id and d.id = p_dead_id and d.state = 'DEAD'
    and (p_effect_key = d.effect_key or starts_with(p_effect_key, d.effect_key || ':'));
  if not found then return false; end if;
  if p_done then
    update ops.job_effects e set state = 'DONE', done_at = now()
    where e.tenant_id = p_tenant_id and e.effect_key = p_effect_key and e.state = 'UNKNOWN';
  else
    delete from ops.job_effects e where e.tenant_id = p_tenant_id and e.effect_key = p_effect_key and e.state = 'UNKNOWN';
  end if;
  return found;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION reports.ship_defaults(p_tenant uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  insert into reports.rulesets (tenant_id, version, state, shipped, params, hash, published_at)
  select t.id, s.version, 'published', true, s.params, s.hash, now()
  from identity.tenants t cross join reports.shipped_rulesets s
  where t.lane <> 'external' and (p_tenant is null or t.id = p_tenant)
  on conflict on constraint rulesets__version do nothing;
  with shipped as (
    insert into reports.evidence_profiles (tenant_id, name, report_type, bank_type, value_slab, state, published_version)
    select t.id, s.name, s.report_type, s.bank_type, s.value_slab, 'published', 1
    from identity.tenants t cross join reports.shipped_profiles s
    where t.lane <> 'external' and (p_tenant is null or t.id = p_tenant)
      and not exists (select 1 from reports.evidence_profiles p where p.tenant_id = t.id and p.name = s.name)
    returning tenant_id, id, name
  )
  insert into reports.evidence_profile_versions (tenant_id, profile_id, version, required_fields, items, checklist)
  select p.tenant_id, p.id, 1, s.required_fields, s.items, s.checklist from shipped p join reports.shipped_profiles s on s.name = p.name;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION reports.ship_to_new_tenant()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  perform reports.ship_defaults(new.id);
  return null;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION ops.start_slots(p_task text, p_slot timestamp with time zone, p_spec jsonb, p_scopes text[], p_tenants uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare v_started int;
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers start slots' using errcode = '42501'; end if;
  with asked as (
    select a.scope, a.tenant_id, (p_spec ->> 'skips_overlap')::boolean and exists (
      select 1 from ops.jobs j where j.task = p_task and j.tenant_id = a.tenant_id and j.kind = p_spec ->> 'kind' and j.state in ('queued', 'failed', 'running')) as at_work
    from unnest(p_scopes, p_tenants) as a(scope, tenant_id)
  ), fresh as (
    insert into ops.task_slots (task, scope, slot, job_id)
    select p_task, a.scope, p_slot, case when not a.at_work then uuidv7() end from asked a
    on conflict do nothing returning scope, job_id
  ), started as (
    insert into ops.jobs (tenant_id, id, kind, payload, actor_user_id, trace_id, max_attempts, effect_key, serial_key, task, slot)
    select a.tenant_id, f.job_id, p_spec ->> 'kind', p_spec -> 'payload', app.current_user_id(), p_spec ->> 'trace_id',
      (p_spec ->> 'max_attempts')::int, f.job_id::text, p_spec ->> 'serial_prefix' || a.scope, p_task, p_slot
    from fresh f join asked a on a.scope = f.scope where f.job_id is not null
    returning 1
  )
  select count(*) into v_started from started;
  if v_started > 0 then perform pg_notify('ops_jobs', p_spec ->> 'kind'); end if;
  return v_started;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.support_open()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select app.current_tenant_id() = app.lane_tenant_id('internal') or exists (
    select 1 from identity.support_sessions s
    where s.tenant_id = app.current_tenant_id() and s.user_id = app.current_user_id() and s.closed_at is null and s.expires_at > now())
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION reports.tell_rules_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  update identity.tenants t set rules_version = t.rules_version + 1 where t.id in (select c.tenant_id from changed c);
  return null;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.tenants_for_sweep()
 RETURNS TABLE(tenant_id uuid, time_zone text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
    select t.id, t.time_zone from identity.tenants t where t.status = 'active' and t.deleted_at is null
  $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.text_at(canon bytea, VARIADIC path text[])
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ begin return convert_from(canon, 'UTF8')::json #>> path; end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION audit.tree_root(p_start bigint, p_edge bytea[], p_leaves bytea[])
 RETURNS bytea
 LANGUAGE plpgsql
 IMMUTABLE STRICT
AS $function$
declare
  v_level bytea[] := p_leaves;
  v_edge  bytea[] := p_edge;
  v_start bigint := p_start;
begin
  if p_start = 0 and cardinality(p_leaves) = 0 then return sha256(''::bytea); end if;
  loop
    -- The left neighbour of the first hash of this level stands in the edge.
    if v_start % 2 = 1 then
      v_level := array_prepend(v_edge[cardinality(v_edge)], v_level);
      v_edge := trim_array(v_edge, 1);
    end if;
    v_start := v_start / 2;
    exit when v_start = 0 and cardinality(v_level) = 1;
    -- The last of an odd number goes up as it is.
    select coalesce(array_agg(case when pair.right_hash is null then pair.left_hash
        else sha256('\x01'::bytea || pair.left_hash || pair.right_hash) end order by pair.place), '{}')
      into v_level
      from (select hash as left_hash, lead(hash) over (order by place) as right_hash, place
        from unnest(v_level) with ordinality as level(hash, place)) pair
      where pair.place % 2 = 1;
  end loop;
  return v_level[1];
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION directory.use_count(p_kind text, p_id uuid)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare
  v_tenant uuid := app.current_tenant_id();
begin
  return case p_kind
    when 'banks' then (select count(*) from directory.bank_branches where tenant_id = v_tenant and bank_id = p_id and deleted_at is null)
      + (select count(*) from assignments.assignments where tenant_id = v_tenant and bank_id = p_id and deleted_at is null)
    when 'bank_branches' then (select count(*) from assignments.assignments where tenant_id = v_tenant and bank_branch_id = p_id and deleted_at is null)
    when 'client_orgs' then (select count(*) from directory.bank_branches where tenant_id = v_tenant and client_org_id = p_id and deleted_at is null)
      + (select count(*) from directory.contacts where tenant_id = v_tenant and client_org_id = p_id and deleted_at is null)
      + (select count(*) from assignments.assignments where tenant_id = v_tenant and client_org_id = p_id and deleted_at is null)
    when 'contacts' then (select count(*) from assignments.assignments where tenant_id = v_tenant and primary_contact_id = p_id and deleted_at is null)
    when 'properties' then (select count(*) from assignments.assignments where tenant_id = v_tenant and property_id = p_id and deleted_at is null)
    when 'property_types' then (select count(*) from directory.property_subtypes where tenant_id = v_tenant and property_type_id = p_id and deleted_at is null)
      + (select count(*) from directory.properties where tenant_id = v_tenant and property_type_id = p_id and deleted_at is null)
    when 'property_subtypes' then (select count(*) from directory.properties where tenant_id = v_tenant and property_subtype_id = p_id and deleted_at is null)
    else 0
  end;
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION audit.uuid_at(canon bytea, VARIADIC path text[])
 RETURNS uuid
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ begin return (convert_from(canon, 'UTF8')::json #>> path)::uuid; end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION audit.verify_bundle(p_bundle text)
 RETURNS audit.chain_verdict
 LANGUAGE plpgsql
 IMMUTABLE STRICT
AS $function$
declare
  v_header  jsonb;
  v_verdict audit.chain_verdict;
  v_seqs    bigint[];
  v_canons  bytea[];
  v_links   bytea[];
  v_leaves  bytea[];
  v_edge    bytea[];
  v_from    bigint;
  v_note    text;
  v_size    bigint;
  v_signed  bigint;
begin
  v_header := split_part(p_bundle, E'\n', 1)::jsonb;
  v_from := (v_header ->> 'from_seq')::bigint;
  v_signed := v_from - 1;
  select array_agg((line ->> 'seq')::bigint order by place), array_agg(decode(line ->> 'canon', 'base64') order by place),
    array_agg(decode(line ->> 'link', 'base64') order by place)
  into v_seqs, v_canons, v_links
  from (select text::jsonb as line, place from string_to_table(p_bundle, E'\n') with ordinality as lines(text, place)
    where starts_with(text, '{"t":"E"')) events;
  v_edge := array(select decode(hash, 'base64') from jsonb_array_elements_text(v_header -> 'start_edge') with ordinality as e(hash, place) order by place);
  v_verdict := audit.verify_rows(v_from, decode(v_header ->> 'start_link', 'base64'), v_edge, v_seqs, v_canons, v_links);
  v_leaves := array(select sha256('\x00'::bytea || canon) from unnest(v_canons) with ordinality as c(canon, place) order by place);
  for v_note in
    select text::jsonb ->> 'note' from string_to_table(p_bundle, E'\n') with ordinality as lines(text, place)
    where starts_with(text, '{"t":"C"') order by place
  loop
    v_size := split_part(v_note, E'\n', 2)::bigint;
    exit when v_size > coalesce(v_verdict.first_bad_seq, v_size + 1) - 1 or v_size > v_from - 1 + cardinality(v_seqs);
    if audit.tree_root(v_from - 1, v_edge, v_leaves[1:v_size - v_from + 1]) <> decode(split_part(v_note, E'\n', 3), 'base64') then
      v_verdict.first_bad_seq := v_signed + 1; v_verdict.code := 'checkpoint_root_mismatch';
      return v_verdict;
    end if;
    if coalesce(v_links[v_size - v_from + 1], decode(v_header ->> 'start_link', 'base64'))
      <> decode(substring(split_part(v_note, E'\n', 4) from 6), 'base64') then
      v_verdict.first_bad_seq := v_signed + 1; v_verdict.code := 'checkpoint_link_mismatch';
      return v_verdict;
    end if;
    v_signed := v_size;
  end loop;
  if v_verdict.code is null and (v_header ->> 'to_seq')::bigint <> v_from - 1 + v_verdict.checked then
    v_verdict.first_bad_seq := v_from + v_verdict.checked; v_verdict.code := 'tail_truncated';
  end if;
  return v_verdict;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION audit.verify_range(p_tenant_id uuid, p_epoch integer, p_from bigint, p_to bigint, p_edge bytea[] DEFAULT NULL::bytea[])
 RETURNS audit.chain_verdict
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_verdict audit.chain_verdict;
  v_link    bytea;
  v_edge    bytea[] := case when p_from = 1 then '{}' else p_edge end;
  v_last    bigint := least(p_to, p_from + 999999);
begin
  if p_from = 1 then v_link := audit.first_link(audit.log_id(p_tenant_id, p_epoch));
  else
    select coalesce(
      (select e.link from audit.events e where e.tenant_id = p_tenant_id and e.epoch = p_epoch and e.seq = p_from - 1),
      (select s.link from audit.retention_seals s where s.tenant_id = p_tenant_id and s.epoch = p_epoch and s.upto_seq = p_from - 1))
    into v_link;
  end if;
  if v_link is null then
    v_verdict.checked := 0; v_verdict.first_bad_seq := p_from; v_verdict.code := 'hash_link_mismatch';
    return v_verdict;
  end if;
  with given as (
    select row_number() over (order by seq) as place, seq, link, leaf, canon,
      coalesce(lag(link) over (order by seq), v_link) as before
    from audit.events where tenant_id = p_tenant_id and epoch = p_epoch and seq between p_from and v_last
  ), judged as (
    select place, leaf, link, case
      when seq <> p_from + place - 1 then 'chain_seq_gap'
      when leaf <> sha256('\x00'::bytea || canon) then 'hash_curr_mismatch'
      when link <> sha256('\x03'::bytea || before || int8send(seq) || leaf) then 'hash_curr_mismatch'
    end as code from given
  )
  select count(*), min(p_from + place - 1) filter (where code is not null),
    (array_agg(code order by place) filter (where code is not null))[1], (array_agg(link order by place desc))[1]
  into v_verdict.checked, v_verdict.first_bad_seq, v_verdict.code, v_verdict.link from judged;
  if v_verdict.code is null and v_verdict.checked < v_last - p_from + 1 then
    v_verdict.first_bad_seq := p_from + v_verdict.checked; v_verdict.code := 'tail_truncated';
  end if;
  if v_verdict.code is null and v_edge is not null then
    v_verdict.root := audit.tree_root(p_from - 1, v_edge, coalesce((select array_agg(leaf order by seq)
      from audit.events where tenant_id = p_tenant_id and epoch = p_epoch and seq between p_from and v_last), '{}'));
  end if;
  return v_verdict;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION audit.verify_rows(p_from bigint, p_link bytea, p_edge bytea[], p_seqs bigint[], p_canons bytea[], p_links bytea[])
 RETURNS audit.chain_verdict
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
declare
  v_verdict audit.chain_verdict;
  v_leaves  bytea[];
begin
  with given as (
    select place, seq, link, sha256('\x00'::bytea || canon) as leaf,
      coalesce(lag(link) over (order by place), p_link) as before
    from unnest(p_seqs, p_canons, p_links) with ordinality as given(seq, canon, link, place)
  ), judged as (
    select place, leaf, link, case
      when seq is distinct from p_from + place - 1 then 'chain_seq_gap'
      when link is distinct from sha256('\x03'::bytea || before || int8send(p_from + place - 1) || leaf) then 'hash_curr_mismatch'
    end as code from given
  )
  select count(*), min(p_from + place - 1) filter (where code is not null),
    (array_agg(code order by place) filter (where code is not null))[1],
    (array_agg(link order by place desc))[1], array_agg(leaf order by place)
  into v_verdict.checked, v_verdict.first_bad_seq, v_verdict.code, v_verdict.link, v_leaves from judged;
  if v_verdict.code is null then
    v_verdict.root := audit.tree_root(p_from - 1, p_edge, coalesce(v_leaves, '{}'));
    v_verdict.link := coalesce(v_verdict.link, p_link);
  end if;
  return v_verdict;
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION assignments.waits_for_work(p_assignment uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  return exists (
    select 1 from assignments.assignments a
    where a.tenant_id = app.current_tenant_id() and a.id = p_assignment and a.status in ('DRAFT', 'CHANGES_REQUESTED') and a.hold_since is null
      and exists (select 1 from assignments.assignment_assignees s where s.tenant_id = a.tenant_id and s.assignment_id = a.id
        and s.user_id = app.current_user_id() and s.deleted_at is null));
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION ops.watch_figures()
 RETURNS TABLE(watchdog_at timestamp with time zone, backup_at timestamp with time zone, drill_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select (select l.last_heartbeat_at from ops.scheduler_locks l where l.task = 'scheduler_watchdog'),
    (select w.reached_at from ops.watermarks w where w.name = 'backup'),
    (select w.reached_at from ops.watermarks w where w.name = 'restore_drill')
  where coalesce(app.current_aud() in ('studio', 'worker'), false) or app.sees_all('ops.read')
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.words(VARIADIC words text[])
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select array_to_string(words, ' ') $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION reports.writes_own(p_created_by uuid, p_assignment uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return app.sees_assigned('reports.write') and (p_created_by = app.current_user_id() or p_assignment = any (app.my_assignments()));
end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION reports.writes_part(p_tenant uuid, p_report uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return app.sees_assigned('reports.write')
    and exists (select 1 from reports.reports r where r.tenant_id = p_tenant and r.id = p_report);
end $function$
-- owner zen_owner

