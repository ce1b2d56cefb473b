-- What is trusted of the audit log (audit-and-ops.md 2): keys that sign are seen to, receipts of mails belong to their firm.

-- When a signer last showed the key: whether anybody signs is one truth for all processes.
alter table audit.signing_keys add column seen_at timestamptz(3);
grant update (seen_at) on audit.signing_keys to zen_sealer;

-- Mails go to the owners of one firm: their receipt is that firm's and nobody else's. Null: told of the log of all firms.
alter table audit.notary_receipts add column tenant_id uuid;
alter table audit.notary_receipts disable trigger notary_receipts__append_only;
update audit.notary_receipts set tenant_id = (receipt ->> 'tenant_id')::uuid where sink = 'mail';
alter table audit.notary_receipts enable trigger notary_receipts__append_only;
alter table audit.notary_receipts add constraint notary_receipts__mails_are_of_a_firm check ((sink = 'mail') = (tenant_id is not null));
grant insert (tenant_id) on audit.notary_receipts to zen_worker;
alter policy notary_receipts__web_read on audit.notary_receipts
  using ((tenant_id is null or tenant_id = (select app.current_tenant_id())) and (select app.sees_all('audit.read')));
alter policy notary_receipts__worker_read on audit.notary_receipts
  using ((tenant_id is null or tenant_id = (select app.current_tenant_id())) and (select app.current_aud()) in ('worker', 'service'));
alter policy notary_receipts__worker_insert on audit.notary_receipts
  with check ((select app.current_aud()) = 'worker' and sink = 'mail' and tenant_id = (select app.current_tenant_id()));
-- When something was last published is asked of what goes to everybody.
alter policy notary_receipts__definer on audit.notary_receipts using (tenant_id is null);

-- From a signed head to the note that published it, and from there to its receipts.
create index root_notes__size on audit.root_notes (root_epoch, size);
create index notary_receipts__note on audit.notary_receipts (root_epoch, size);
