-- Generated from a freshly migrated database; compared by the tests. Do not edit.

-- Columns

audit.inbox.id uuid not null default uuidv7()
audit.inbox.tenant_id uuid not null
audit.inbox.xid xid8 not null default pg_current_xact_id()
audit.inbox.ord integer not null
audit.inbox.canon bytea not null
audit.inbox.leaf bytea not null generated sha256(('\x00'::bytea || canon))
audit.inbox.sanitiser_version integer not null
audit.inbox.created_at timestamp(3) with time zone not null default now()
identity.auth_credentials.user_id uuid not null
identity.auth_credentials.password_phc text not null
identity.auth_credentials.set_at timestamp(3) with time zone not null default now()
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
identity.auth_login_counters.login_hmac bytea not null
identity.auth_login_counters.failed_count integer not null default 0
identity.auth_login_counters.last_failed_at timestamp(3) with time zone
identity.auth_login_counters.locked_until timestamp(3) with time zone
identity.auth_refresh_tokens.id uuid not null default uuidv7()
identity.auth_refresh_tokens.family_id uuid not null
identity.auth_refresh_tokens.token_sha256 bytea not null
identity.auth_refresh_tokens.parent_id uuid
identity.auth_refresh_tokens.created_at timestamp(3) with time zone not null default now()
identity.auth_refresh_tokens.expires_at timestamp(3) with time zone not null
identity.auth_refresh_tokens.consumed_at timestamp(3) with time zone
identity.auth_refresh_tokens.consumed_ip inet
identity.capabilities.key text not null
identity.capabilities.area text not null
identity.job_template_capabilities.job_template text not null
identity.job_template_capabilities.capability text not null
identity.job_template_capabilities.scope text not null
identity.job_templates.key text not null
identity.job_templates.role text not null
identity.job_templates.aud text[] not null
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
identity.rbac_overrides.tenant_id uuid not null
identity.rbac_overrides.job_template text not null
identity.rbac_overrides.capability text not null
identity.rbac_overrides.scope text not null
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
ops.idempotency_keys.tenant_id uuid not null
ops.idempotency_keys.user_id uuid not null
ops.idempotency_keys.route text not null
ops.idempotency_keys.key text not null
ops.idempotency_keys.request_hash bytea not null
ops.idempotency_keys.status integer not null
ops.idempotency_keys.body text
ops.idempotency_keys.created_at timestamp(3) with time zone not null default now()
ops.idempotency_keys.expires_at timestamp(3) with time zone not null default (now() + '24:00:00'::interval)
ops.job_effects.tenant_id uuid not null
ops.job_effects.effect_key text not null
ops.job_effects.job_id uuid not null
ops.job_effects.attempt integer not null
ops.job_effects.result jsonb
ops.job_effects.created_at timestamp(3) with time zone not null default now()
ops.job_runs.tenant_id uuid not null
ops.job_runs.id uuid not null default uuidv7()
ops.job_runs.kind text not null
ops.job_runs.payload jsonb not null default '{}'::jsonb
ops.job_runs.actor_user_id uuid
ops.job_runs.trace_id text not null
ops.job_runs.state text not null default 'queued'::text
ops.job_runs.attempts integer not null default 0
ops.job_runs.max_attempts integer not null
ops.job_runs.effect_key text
ops.job_runs.progress jsonb
ops.job_runs.error_code text
ops.job_runs.error text
ops.job_runs.created_at timestamp(3) with time zone not null default now()
ops.job_runs.started_at timestamp(3) with time zone
ops.job_runs.finished_at timestamp(3) with time zone
ops.workers.worker_id text not null
ops.workers.started_at timestamp(3) with time zone not null default now()

-- Constraints

audit.inbox inbox__canon_is_json CHECK ((convert_from(canon, 'UTF8'::name) IS JSON OBJECT))
audit.inbox inbox_canon_check CHECK (((octet_length(canon) >= 2) AND (octet_length(canon) <= 65536)))
audit.inbox inbox_pkey PRIMARY KEY (tenant_id, id)
identity.auth_credentials auth_credentials_pkey PRIMARY KEY (user_id)
identity.auth_credentials auth_credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.auth_families auth_families_aud_check CHECK ((aud = ANY (ARRAY['web'::text, 'portal'::text, 'studio'::text])))
identity.auth_families auth_families_client_type_check CHECK ((client_type = ANY (ARRAY['web'::text, 'mobile'::text, 'widget'::text, 'trusted_cli'::text])))
identity.auth_families auth_families_pkey PRIMARY KEY (id)
identity.auth_families auth_families_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
identity.auth_families auth_families_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id)
identity.auth_login_counters auth_login_counters_pkey PRIMARY KEY (login_hmac)
identity.auth_refresh_tokens auth_refresh_tokens_family_id_fkey FOREIGN KEY (family_id) REFERENCES identity.auth_families(id)
identity.auth_refresh_tokens auth_refresh_tokens_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES identity.auth_refresh_tokens(id)
identity.auth_refresh_tokens auth_refresh_tokens_pkey PRIMARY KEY (id)
identity.auth_refresh_tokens auth_refresh_tokens_token_sha256_key UNIQUE (token_sha256)
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
identity.rbac_overrides rbac_overrides_capability_fkey FOREIGN KEY (capability) REFERENCES identity.capabilities(key)
identity.rbac_overrides rbac_overrides_job_template_fkey FOREIGN KEY (job_template) REFERENCES identity.job_templates(key)
identity.rbac_overrides rbac_overrides_pkey PRIMARY KEY (tenant_id, job_template, capability)
identity.rbac_overrides rbac_overrides_scope_check CHECK ((scope = ANY (ARRAY['none'::text, 'own'::text, 'assigned'::text, 'all'::text])))
identity.rbac_overrides rbac_overrides_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES identity.tenants(id)
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
identity.users users__person_has_email CHECK (((kind <> 'PERSON'::text) OR (email IS NOT NULL)))
identity.users users_kind_check CHECK ((kind = ANY (ARRAY['PERSON'::text, 'GUEST'::text, 'SERVICE'::text])))
identity.users users_merged_into_user_id_fkey FOREIGN KEY (merged_into_user_id) REFERENCES identity.users(id)
identity.users users_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200)))
identity.users users_pkey PRIMARY KEY (id)
identity.users users_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text, 'erased'::text])))
ops.idempotency_keys idempotency_keys_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 120)))
ops.idempotency_keys idempotency_keys_pkey PRIMARY KEY (tenant_id, user_id, route, key)
ops.job_effects job_effects_effect_key_check CHECK (((char_length(effect_key) >= 1) AND (char_length(effect_key) <= 200)))
ops.job_effects job_effects_pkey PRIMARY KEY (tenant_id, effect_key)
ops.job_runs job_runs_kind_check CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 80)))
ops.job_runs job_runs_payload_check CHECK ((octet_length((payload)::text) <= 65536))
ops.job_runs job_runs_pkey PRIMARY KEY (tenant_id, id)
ops.job_runs job_runs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'dead'::text, 'cancelled'::text])))
ops.workers workers_pkey PRIMARY KEY (worker_id)

-- Indexes

CREATE INDEX auth_families__live ON identity.auth_families USING btree (user_id, aud, last_seen_at) WHERE (revoked_at IS NULL)
CREATE INDEX auth_refresh_tokens__family ON identity.auth_refresh_tokens USING btree (family_id)
CREATE INDEX idempotency_keys__expired ON ops.idempotency_keys USING btree (expires_at)
CREATE INDEX inbox__sealing_order ON audit.inbox USING btree (xid, ord)
CREATE INDEX job_runs__dead ON ops.job_runs USING btree (tenant_id, finished_at DESC) WHERE (state = 'dead'::text)
CREATE INDEX job_runs__recent ON ops.job_runs USING btree (tenant_id, created_at DESC)
CREATE INDEX memberships__user ON identity.memberships USING btree (user_id)
CREATE INDEX portal_links__user ON identity.portal_links USING btree (user_id) WHERE (status = 'active'::text)
CREATE UNIQUE INDEX auth_credentials_pkey ON identity.auth_credentials USING btree (user_id)
CREATE UNIQUE INDEX auth_families_pkey ON identity.auth_families USING btree (id)
CREATE UNIQUE INDEX auth_login_counters_pkey ON identity.auth_login_counters USING btree (login_hmac)
CREATE UNIQUE INDEX auth_refresh_tokens_pkey ON identity.auth_refresh_tokens USING btree (id)
CREATE UNIQUE INDEX auth_refresh_tokens_token_sha256_key ON identity.auth_refresh_tokens USING btree (token_sha256)
CREATE UNIQUE INDEX capabilities_pkey ON identity.capabilities USING btree (key)
CREATE UNIQUE INDEX idempotency_keys_pkey ON ops.idempotency_keys USING btree (tenant_id, user_id, route, key)
CREATE UNIQUE INDEX inbox_pkey ON audit.inbox USING btree (tenant_id, id)
CREATE UNIQUE INDEX job_effects_pkey ON ops.job_effects USING btree (tenant_id, effect_key)
CREATE UNIQUE INDEX job_runs_pkey ON ops.job_runs USING btree (tenant_id, id)
CREATE UNIQUE INDEX job_template_capabilities_pkey ON identity.job_template_capabilities USING btree (job_template, capability)
CREATE UNIQUE INDEX job_templates_key_role_key ON identity.job_templates USING btree (key, role)
CREATE UNIQUE INDEX job_templates_pkey ON identity.job_templates USING btree (key)
CREATE UNIQUE INDEX membership_job_templates_pkey ON identity.membership_job_templates USING btree (tenant_id, user_id, job_template)
CREATE UNIQUE INDEX memberships_pkey ON identity.memberships USING btree (tenant_id, user_id)
CREATE UNIQUE INDEX memberships_tenant_id_user_id_role_key ON identity.memberships USING btree (tenant_id, user_id, role)
CREATE UNIQUE INDEX platform_settings_pkey ON identity.platform_settings USING btree (one_row)
CREATE UNIQUE INDEX portal_links__one ON identity.portal_links USING btree (tenant_id, user_id, party_kind, party_id) NULLS NOT DISTINCT WHERE (status = 'active'::text)
CREATE UNIQUE INDEX portal_links_pkey ON identity.portal_links USING btree (tenant_id, id)
CREATE UNIQUE INDEX rbac_overrides_pkey ON identity.rbac_overrides USING btree (tenant_id, job_template, capability)
CREATE UNIQUE INDEX tenants__one_per_fixed_lane ON identity.tenants USING btree (lane) WHERE (lane <> 'tenant'::text)
CREATE UNIQUE INDEX tenants__slug ON identity.tenants USING btree (slug) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX tenants_pkey ON identity.tenants USING btree (id)
CREATE UNIQUE INDEX ui_settings_pkey ON identity.ui_settings USING btree (tenant_id, user_id)
CREATE UNIQUE INDEX users__email ON identity.users USING btree (email) WHERE (deleted_at IS NULL)
CREATE UNIQUE INDEX users_pkey ON identity.users USING btree (id)
CREATE UNIQUE INDEX workers_pkey ON ops.workers USING btree (worker_id)

-- Row security

audit.inbox enabled=t forced=t
identity.auth_credentials enabled=t forced=t
identity.auth_families enabled=t forced=t
identity.auth_login_counters enabled=t forced=t
identity.auth_refresh_tokens enabled=t forced=t
identity.capabilities enabled=t forced=t
identity.job_template_capabilities enabled=t forced=t
identity.job_templates enabled=t forced=t
identity.membership_job_templates enabled=t forced=t
identity.memberships enabled=t forced=t
identity.platform_settings enabled=t forced=t
identity.portal_links enabled=t forced=t
identity.rbac_overrides enabled=t forced=t
identity.tenants enabled=t forced=t
identity.ui_settings enabled=t forced=t
identity.users enabled=t forced=t
ops.idempotency_keys enabled=t forced=t
ops.job_effects enabled=t forced=t
ops.job_runs enabled=t forced=t
ops.workers enabled=t forced=t

-- Policies

audit.inbox inbox__auth_insert for insert to zen_auth check true
audit.inbox inbox__portal_insert for insert to zen_portal check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) OR (tenant_id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])))
audit.inbox inbox__studio_insert for insert to zen_studio check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.inbox inbox__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
audit.inbox inbox__web_insert for insert to zen_web check (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
audit.inbox inbox__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.scope_of('audit.read'::text) AS scope_of) = 'all'::text))
audit.inbox inbox__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
audit.inbox inbox__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
identity.auth_credentials auth_credentials__auth for all to zen_auth using true check true
identity.auth_families auth_families__auth for all to zen_auth using true check true
identity.auth_login_counters auth_login_counters__auth for all to zen_auth using true check true
identity.auth_refresh_tokens auth_refresh_tokens__auth for all to zen_auth using true check true
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
identity.rbac_overrides rbac_overrides__auth for all to zen_auth using true check true
identity.rbac_overrides rbac_overrides__definer for select to zen_definer using true
identity.rbac_overrides rbac_overrides__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.rbac_overrides rbac_overrides__web_read for select to zen_web using (tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.rbac_overrides rbac_overrides__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = ANY (ARRAY['worker'::text, 'service'::text])))
identity.tenants tenants__auth for all to zen_auth using true check true
identity.tenants tenants__definer for select to zen_definer using true
identity.tenants tenants__portal_read for select to zen_portal using ((id = ( SELECT app.lane_tenant_id('external'::text) AS lane_tenant_id)) OR (id = ANY (( SELECT app.my_firms() AS my_firms)::uuid[])))
identity.tenants tenants__studio_insert for insert to zen_studio check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.tenants tenants__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.tenants tenants__studio_update for update to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text) check (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.tenants tenants__web_read for select to zen_web, zen_worker using (id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.tenants tenants__web_update for update to zen_web using (id = ( SELECT app.current_tenant_id() AS current_tenant_id)) check (id = ( SELECT app.current_tenant_id() AS current_tenant_id))
identity.ui_settings ui_settings__insert for insert to zen_portal, zen_studio, zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
identity.ui_settings ui_settings__read for select to zen_portal, zen_studio, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
identity.ui_settings ui_settings__update for update to zen_portal, zen_studio, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id))) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
identity.users users__auth for all to zen_auth using true check true
identity.users users__portal_read for select to zen_portal using (id = ( SELECT app.current_user_id() AS current_user_id))
identity.users users__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
identity.users users__web_read for select to zen_web, zen_worker using ((id = ( SELECT app.current_user_id() AS current_user_id)) OR (EXISTS ( SELECT 1 FROM identity.memberships m WHERE ((m.user_id = users.id) AND (m.tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))))) OR (EXISTS ( SELECT 1 FROM identity.portal_links l WHERE ((l.user_id = users.id) AND (l.tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id))))))
ops.idempotency_keys idempotency_keys__delete for delete to zen_portal, zen_studio, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.idempotency_keys idempotency_keys__insert for insert to zen_portal, zen_studio, zen_web check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.idempotency_keys idempotency_keys__read for select to zen_portal, zen_studio, zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))
ops.idempotency_keys idempotency_keys__sweep for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.idempotency_keys idempotency_keys__sweep_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.job_effects job_effects__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.job_effects job_effects__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.job_runs job_runs__definer for insert to zen_definer check true
ops.job_runs job_runs__studio_read for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)
ops.job_runs job_runs__web_read for select to zen_web using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND ((actor_user_id = ( SELECT app.current_user_id() AS current_user_id)) OR (( SELECT app.scope_of('ops.read'::text) AS scope_of) = 'all'::text)))
ops.job_runs job_runs__worker_delete for delete to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.job_runs job_runs__worker_insert for insert to zen_worker check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.job_runs job_runs__worker_read for select to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.job_runs job_runs__worker_update for update to zen_worker using ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text)) check ((tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)) AND (( SELECT app.current_aud() AS current_aud) = 'worker'::text))
ops.workers workers__delete for delete to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.workers workers__insert for insert to zen_worker check (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.workers workers__read for select to zen_worker using (( SELECT app.current_aud() AS current_aud) = 'worker'::text)
ops.workers workers__studio for select to zen_studio using (( SELECT app.current_aud() AS current_aud) = 'studio'::text)

-- Table rights

audit.inbox zen_studio: select
audit.inbox zen_web: select
audit.inbox zen_worker: select
identity.auth_credentials zen_auth: insert, select, update
identity.auth_families zen_auth: delete, insert, select, update
identity.auth_login_counters zen_auth: delete, insert, select, update
identity.auth_refresh_tokens zen_auth: delete, insert, select, update
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
identity.platform_settings zen_auth: insert, select, update
identity.platform_settings zen_definer: select
identity.portal_links zen_auth: insert, select, update
identity.portal_links zen_definer: select
identity.portal_links zen_portal: select
identity.portal_links zen_studio: select
identity.portal_links zen_web: select
identity.portal_links zen_worker: select
identity.rbac_overrides zen_auth: delete, insert, select, update
identity.rbac_overrides zen_definer: select
identity.rbac_overrides zen_studio: select
identity.rbac_overrides zen_web: select
identity.rbac_overrides zen_worker: select
identity.tenants zen_auth: insert, select, update
identity.tenants zen_definer: select
identity.tenants zen_studio: insert, select
identity.tenants zen_web: select
identity.tenants zen_worker: select
identity.ui_settings zen_portal: insert, select, update
identity.ui_settings zen_studio: insert, select, update
identity.ui_settings zen_web: insert, select, update
identity.users zen_auth: insert, select, update
ops.idempotency_keys zen_portal: delete, insert, select
ops.idempotency_keys zen_studio: delete, insert, select
ops.idempotency_keys zen_web: delete, insert, select
ops.idempotency_keys zen_worker: delete, select
ops.job_effects zen_worker: insert, select
ops.job_runs zen_definer: insert
ops.job_runs zen_studio: select
ops.job_runs zen_web: select
ops.job_runs zen_worker: delete, insert, select, update
ops.workers zen_studio: select
ops.workers zen_worker: delete, insert, select

-- Column rights

audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_auth: insert
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_portal: insert
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_studio: insert
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_web: insert
audit.inbox (id, tenant_id, ord, canon, sanitiser_version) zen_worker: insert
identity.tenants (id, slug, name) zen_portal: select
identity.tenants (name, status, time_zone, rbac_approvals, settings, version, updated_at, deleted_at, deleted_by, delete_reason, purge_after) zen_studio: update
identity.tenants (name, time_zone, settings, version, updated_at) zen_web: update
identity.users (id, kind, email, name, phone, locale, status, version, created_at, updated_at, deleted_at) zen_portal: select
identity.users (id, kind, email, name, phone, locale, status, version, created_at, updated_at, deleted_at) zen_studio: select
identity.users (id, kind, email, name, phone, locale, status, version, created_at, updated_at, deleted_at) zen_web: select
identity.users (id, kind, email, name, phone, locale, status, version, created_at, updated_at, deleted_at) zen_worker: select

-- Triggers

CREATE TRIGGER inbox__append_only BEFORE DELETE OR UPDATE ON audit.inbox FOR EACH ROW EXECUTE FUNCTION app.refuse_change()
CREATE TRIGGER inbox__no_truncate BEFORE TRUNCATE ON audit.inbox FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()

-- Functions

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
begin
  if v_tenant is null then raise exception 'a job needs a tenant' using errcode = '42501'; end if;
  -- A portal user's work belongs to the firm; nobody else may name another tenant.
  if v_tenant <> app.current_tenant_id() and not (app.current_aud() = 'portal' and v_tenant = any (app.my_firms())) then
    raise exception 'a job for another tenant' using errcode = '42501';
  end if;
  insert into ops.job_runs (tenant_id, id, kind, payload, actor_user_id, trace_id, max_attempts, effect_key)
  values (v_tenant, v_id, p_kind, p_payload, app.current_user_id(), p_trace_id, v_max, p_options ->> 'effect_key');
  perform graphile_worker.add_job(
    p_kind,
    json_build_object('run_id', v_id, 'tenant_id', v_tenant),
    queue_name => p_options ->> 'queue_name',
    run_at => nullif(p_options ->> 'run_at', '')::timestamptz,
    max_attempts => v_max,
    job_key => v_id::text
  );
  return v_id;
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

CREATE OR REPLACE FUNCTION app.my_firms()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select coalesce(array_agg(distinct l.tenant_id), '{}') from identity.portal_links l
  where l.user_id = app.current_user_id() and l.status = 'active'
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.my_parties()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select coalesce(array_agg(distinct l.party_id) filter (where l.party_id is not null), '{}') from identity.portal_links l
  where l.user_id = app.current_user_id() and l.status = 'active'
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.norm(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select nullif(trim(regexp_replace(
      regexp_replace(replace(lower(normalize(value, nfkc)), '&', ' and '), '[.'']', '', 'g'),
      '[^[:alnum:]]+', ' ', 'g')), '')
  $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin raise exception '% is append-only', tg_table_name using errcode = '42501'; end $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.scope_of(p_capability text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
declare
  v_aud    text := app.current_aud();
  v_tenant uuid;
  v_scope  text;
begin
  if v_aud = 'worker' then
    select c.scope into v_scope from identity.job_template_capabilities c
    where c.job_template = 'worker' and c.capability = p_capability;
    return coalesce(v_scope, 'none');
  end if;
  v_tenant := case v_aud
    when 'web' then app.current_tenant_id()
    when 'studio' then app.lane_tenant_id('internal')
    when 'portal' then app.lane_tenant_id('external')
  end;
  select coalesce(o.scope, c.scope, 'none') into v_scope
  from identity.memberships m
  join identity.membership_job_templates t on t.tenant_id = m.tenant_id and t.user_id = m.user_id
  join identity.job_templates j on j.key = t.job_template and v_aud = any (j.aud)
  left join identity.job_template_capabilities c on c.job_template = t.job_template and c.capability = p_capability
  left join identity.rbac_overrides o
    on o.tenant_id = m.tenant_id and o.job_template = t.job_template and o.capability = p_capability
  where m.tenant_id = v_tenant and m.user_id = app.current_user_id() and m.status = 'active' and m.deleted_at is null
  order by array_position(array['all', 'assigned', 'own', 'none'], coalesce(o.scope, c.scope, 'none'))
  limit 1;
  return coalesce(v_scope, 'none');
end $function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.sees_deleted()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(current_setting('app.sees_deleted', true), '') = 'on' $function$
-- owner zen_owner

CREATE OR REPLACE FUNCTION app.support_open()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  select false
$function$
-- owner zen_definer

CREATE OR REPLACE FUNCTION app.tenants_for_sweep()
 RETURNS TABLE(tenant_id uuid, time_zone text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
    select t.id, t.time_zone from identity.tenants t where t.status = 'active' and t.deleted_at is null and t.lane <> 'external'
  $function$
-- owner zen_definer

