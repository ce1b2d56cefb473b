import type { House } from './house.ts'

/**
 * Tables whose changes need no event of their own, and why. Every other table of the product is audited: a transaction
 * that changes it without an event cannot commit where the guard stands.
 */
export const UNAUDITED_TABLES: Readonly<Record<string, string>> = {
  'audit.inbox': 'the events themselves',
  'audit.events': 'the sealer moves them',
  'audit.heads': 'the sealer writes them',
  'audit.tiles': 'the sealer writes them',
  'audit.checkpoints': 'the signer writes them',
  'audit.root_log': 'the publisher writes it',
  'audit.root_notes': 'the publisher writes them',
  'audit.notary_receipts': 'the publisher writes them',
  'audit.notary_sinks': 'the publisher writes them',
  'audit.signing_keys': 'a first key is no rotation',
  'audit.recent_views': 'counts views',
  'audit.merged_refusals': 'counts refusals',
}
/** Columns by which the product holds a row for itself while it works: leases, not facts. */
const HELD_BY: Readonly<Record<string, readonly string[]>> = {
  'documents.documents': ['lease_token', 'lease_until', 'version', 'updated_at'],
}
/** Schemas of machinery: counted, retried and cleared by the product itself. */
const MACHINERY = ['ops', 'graphile_worker', 'notifications', 'public', 'pg_catalog', 'information_schema']
/** What signing in, renewing a session and clearing up touch by themselves. */
const OWN_PACE = /^identity\.(auth_|webauthn_challenges|mfa_challenges|session)/

export interface AuditGuard {
  /** While it holds, a commit that changes an audited table without an event fails. */
  during<T>(work: () => Promise<T>): Promise<T>
  readonly tables: readonly string[]
}

/** Installs a deferred constraint trigger on every audited table of a house. */
export async function installAuditGuard(house: House): Promise<AuditGuard> {
  await house.sql(`
    create schema guard;
    create table guard.state (holds boolean not null);
    insert into guard.state values (false);
    grant usage on schema guard to public;
    create function guard.expect_event() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
    begin
      if tg_op = 'UPDATE' and to_jsonb(new) - tg_argv = to_jsonb(old) - tg_argv then return null; end if;
      if (select holds from guard.state) and not exists (select 1 from audit.inbox i where i.xid = pg_current_xact_id())
        -- A refusal that is counted with an equal one of its minute is written with it.
        and not exists (select 1 from audit.merged_refusals r where r.xmin = pg_current_xact_id()::xid) then
        raise exception 'a commit without its audit event: %.%', tg_table_schema, tg_table_name using errcode = 'ZA001';
      end if;
      return null;
    end $$;
  `)
  const found = await house.sql<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and not c.relispartition and n.nspname <> all ($1) and n.nspname <> 'guard' and n.nspname not like 'pg\\_%' order by 1`,
    [MACHINERY],
  )
  const tables = found.map((row) => row.name).filter((name) => !(name in UNAUDITED_TABLES) && !OWN_PACE.test(name))
  for (const table of tables)
    await house.sql(
      `create constraint trigger audit_guard after insert or update or delete on ${table}
       deferrable initially deferred for each row execute function guard.expect_event(${(HELD_BY[table] ?? []).map((column) => `'${column}'`).join(', ')})`,
    )
  return {
    tables,
    during: async (work) => {
      await house.sql('update guard.state set holds = true')
      try {
        return await work()
      } finally {
        await house.sql('update guard.state set holds = false')
      }
    },
  }
}
