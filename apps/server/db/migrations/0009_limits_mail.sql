-- Rate limits' ledger, and the outbox of product mails (identity.md 3, 5; communications-people.md 2).

-- What was ever handed out of a fixed window of one limit. Whoever admits a call has reserved it here first, so the sum
-- over all processes never passes the limit, whatever else fails. The key carries the window's number.
create table ops.rate_windows (
  key          text primary key check (char_length(key) between 1 and 300),
  window_start timestamptz(3) not null default now(),
  used         int not null check (used > 0),
  expires_at   timestamptz(3) not null  -- by the database's clock, an hour after the window's end
);
create index rate_windows__expired on ops.rate_windows (expires_at);
alter table ops.rate_windows enable row level security, force row level security;
grant select, insert, update, delete on ops.rate_windows to zen_auth;
create policy rate_windows__auth_read on ops.rate_windows for select to zen_auth using (true);
create policy rate_windows__auth_insert on ops.rate_windows for insert to zen_auth with check (true);
create policy rate_windows__auth_update on ops.rate_windows for update to zen_auth using (true) with check (true);
create policy rate_windows__auth_delete on ops.rate_windows for delete to zen_auth using (true);

create schema notifications;
revoke all on schema notifications from public;
grant usage on schema notifications to zen_web, zen_studio, zen_portal, zen_worker, zen_auth;

-- One message to one recipient by one channel, written by the transaction of what it tells about.
create table notifications.outbox (
  tenant_id       uuid not null references identity.tenants (id),
  id              uuid not null default uuidv7(),
  channel         text not null check (channel in ('email', 'whatsapp', 'webhook')),
  mode            text not null default 'auto' check (mode in ('auto', 'manual')),
  class           text not null check (class in ('security', 'urgent', 'action', 'info', 'customer')),
  event_type      text not null check (char_length(event_type) between 1 and 80),
  template_key    text not null check (char_length(template_key) between 1 and 80),
  locale          text not null default 'en' check (char_length(locale) between 2 and 10),
  user_id         uuid references identity.users (id),
  recipient       text not null check (char_length(recipient) between 3 and 320),
  subject         text not null check (char_length(subject) between 1 and 200 and subject !~ '[[:cntrl:]]'),
  body_text       text check (char_length(body_text) <= 20000),
  body_html       text check (char_length(body_html) <= 60000),
  sealed          bytea check (octet_length(sealed) <= 131072),  -- both bodies, AES-256-GCM; dropped once sent
  sealed_key      text,  -- kid of the key that opens it
  provider        text,  -- who took it
  status          text not null default 'queued'
    check (status in ('queued', 'sending', 'sent', 'failed', 'dead', 'suppressed', 'cancelled')),
  hold_reason     text check (hold_reason in ('quiet_hours', 'digest', 'order', 'rate', 'switched_off', 'breaker_open',
    'provider_not_configured', 'tenant_not_enabled', 'manual')),
  attempt_no      int not null default 0 check (attempt_no >= 0),
  next_attempt_at timestamptz(3) not null default now(),
  lease_token     uuid,
  lease_until     timestamptz(3),
  provider_message_id text check (char_length(provider_message_id) <= 400),
  last_error_code text check (char_length(last_error_code) <= 80),
  simulated       boolean not null default false,  -- no provider was asked
  trace_id        text not null,
  expires_at      timestamptz(3) not null,
  queued_at       timestamptz(3) not null default now(),
  sent_at         timestamptz(3),
  version         int not null default 1,
  primary key (tenant_id, id),
  constraint outbox__sealed_with_a_key check ((sealed is null) = (sealed_key is null)),
  constraint outbox__sealed_or_readable check (sealed is null or (body_text is null and body_html is null)),
  constraint outbox__leased_while_sending check ((status = 'sending') = (lease_token is not null and lease_until is not null))
);
comment on column notifications.outbox.sealed is 'Links of class security are secrets until they are sent, then gone.';
-- What waits for a sender; what is old enough to go.
create index outbox__due on notifications.outbox (tenant_id, next_attempt_at) where status in ('queued', 'failed', 'sending');
create index outbox__recent on notifications.outbox (tenant_id, queued_at desc);
create index outbox__user on notifications.outbox (user_id) where user_id is not null;

-- Every try, written and committed before the provider is asked.
create table notifications.attempts (
  tenant_id           uuid not null,
  outbox_id           uuid not null,
  attempt_no          int not null check (attempt_no > 0),
  provider            text not null,
  status              text not null default 'sending' check (status in ('sending', 'sent', 'failed', 'delivered', 'read', 'unknown')),
  provider_message_id text check (char_length(provider_message_id) <= 400),
  error_code          text check (char_length(error_code) <= 80),
  error               text check (char_length(error) <= 500),
  latency_ms          int,
  manual              boolean not null default false,
  started_at          timestamptz(3) not null default now(),
  finished_at         timestamptz(3),
  primary key (tenant_id, outbox_id, attempt_no),
  foreign key (tenant_id, outbox_id) references notifications.outbox (tenant_id, id) on delete cascade
);

alter table notifications.outbox enable row level security, force row level security;
alter table notifications.attempts enable row level security, force row level security;

-- Class 8. The firm's staff see that and to whom, never what: a link that lies open outside production opens an account.
grant select (tenant_id, id, channel, mode, class, event_type, template_key, locale, user_id, recipient, subject, provider,
  status, hold_reason, attempt_no, next_attempt_at, provider_message_id, last_error_code, simulated, trace_id, expires_at,
  queued_at, sent_at, version) on notifications.outbox to zen_web;
grant select on notifications.outbox to zen_studio;
grant insert (tenant_id, id, channel, mode, class, event_type, template_key, locale, user_id, recipient, subject, body_text,
  body_html, sealed, sealed_key, trace_id, expires_at) on notifications.outbox to zen_web, zen_studio, zen_portal, zen_worker, zen_auth;
grant select, update, delete on notifications.outbox to zen_worker;
create policy outbox__web_read on notifications.outbox for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('notifications.outbox.read')));
create policy outbox__studio_read on notifications.outbox for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy outbox__worker_read on notifications.outbox for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy outbox__web_insert on notifications.outbox for insert to zen_web with check (tenant_id = (select app.current_tenant_id()));
create policy outbox__studio_insert on notifications.outbox for insert to zen_studio with check ((select app.current_aud()) = 'studio');
create policy outbox__portal_insert on notifications.outbox for insert to zen_portal
  with check (tenant_id = (select app.current_tenant_id()) or tenant_id = any ((select app.my_firms())::uuid[]));
create policy outbox__worker_insert on notifications.outbox for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy outbox__auth_insert on notifications.outbox for insert to zen_auth with check (true);
create policy outbox__worker_update on notifications.outbox for update to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'))
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy outbox__worker_delete on notifications.outbox for delete to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));

grant select on notifications.attempts to zen_web, zen_studio;
grant select, insert, update on notifications.attempts to zen_worker;
create policy attempts__web_read on notifications.attempts for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('notifications.outbox.read')));
create policy attempts__studio_read on notifications.attempts for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy attempts__worker_read on notifications.attempts for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy attempts__worker_insert on notifications.attempts for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy attempts__worker_update on notifications.attempts for update to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'))
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
