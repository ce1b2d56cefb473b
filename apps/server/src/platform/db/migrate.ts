import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'

const FOLDER = path.join(import.meta.dirname, '../../../db')
/** One migrator at a time in the cluster's database. */
const MIGRATION_LOCK = 7_301_958

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** Migration files in order: `0001_name.sql`. Two of one number are refused: their order would be that of their names. */
export async function migrationFiles(folder = path.join(FOLDER, 'migrations')): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort()
  const twin = names.find((name, index) => names[index + 1]?.slice(0, 4) === name.slice(0, 4))
  if (twin !== undefined) throw new MigrationError(`two migrations have the number of ${twin}`)
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(folder, name), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Roles that log in. */
export type LoginRole = 'zen_api' | 'zen_worker' | 'zen_sealer' | 'zen_keeper'

export interface MigrateOptions {
  /** A connection that may create roles and databases; used for nothing else. */
  readonly ownerUrl: string
  readonly passwords?: Readonly<Record<LoginRole, string>>
  readonly onProgress?: (done: number, total: number, name: string) => void
  readonly folder?: string
  /** Catalogue rows written as the owner after the files; repeatable. */
  readonly seed?: string
}

export class MigrationError extends Error {}

/**
 * Brings the database to the newest version: roles, then each missing file in a transaction of its own. A file that was edited after it landed is refused. Returns how many files ran.
 */
export async function migrate(options: MigrateOptions): Promise<number> {
  const client = new pg.Client({ connectionString: options.ownerUrl, application_name: 'zenops-migrate' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query(await readFile(path.join(FOLDER, 'roles.sql'), 'utf8'))
    for (const [role, password] of Object.entries(options.passwords ?? {})) {
      await client.query(`alter role ${client.escapeIdentifier(role)} password ${client.escapeLiteral(password)}`)
    }
    await prepareDatabase(client)
    const ran = await runMissing(client, options)
    if (options.seed !== undefined) await asOwner(client, options.seed)
    return ran
  } finally {
    await client.end()
  }
}

async function prepareDatabase(client: pg.Client): Promise<void> {
  await client.query(`
    do $$ begin
      execute format('grant create on database %I to zen_owner', current_database());
      execute format('grant connect on database %I to zen_api, zen_worker, zen_sealer, zen_keeper', current_database());
      execute format('revoke temporary on database %I from public', current_database());
    end $$;
    revoke create on schema public from public;
    grant usage, create on schema public to zen_owner;
    grant zen_owner, zen_definer to current_user;
    grant zen_definer to zen_owner with inherit true, set true;
    create table if not exists public.schema_migrations (
      name text primary key, checksum text not null, applied_at timestamptz(3) not null default now());
    alter table public.schema_migrations owner to zen_owner;
    grant select on public.schema_migrations to zen_worker, zen_auth;
    alter table public.schema_migrations enable row level security, force row level security;
    do $$ begin
      if not exists (select 1 from pg_policy where polrelid = 'public.schema_migrations'::regclass) then
        create policy schema_migrations__read on public.schema_migrations for select to zen_worker, zen_auth using (true);
        create policy schema_migrations__owner on public.schema_migrations for all to zen_owner using (true) with check (true);
      end if;
    end $$;
  `)
}

async function runMissing(client: pg.Client, options: MigrateOptions): Promise<number> {
  const applied = new Map(
    (
      await client.query<{ name: string; checksum: string }>('select name, checksum from public.schema_migrations')
    ).rows.map((row) => [row.name, row.checksum]),
  )
  const files = await migrationFiles(options.folder)
  for (const file of files) {
    const known = applied.get(file.name)
    if (known !== undefined && known !== file.checksum)
      throw new MigrationError(`${file.name} was edited after it landed`)
  }
  const missing = files.filter((file) => !applied.has(file.name))
  for (const [index, file] of missing.entries()) {
    options.onProgress?.(index + 1, missing.length, file.name)
    await runOne(client, file)
  }
  return missing.length
}

async function runOne(client: pg.Client, file: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query('set local role zen_owner')
    await client.query("set local lock_timeout = '10s'")
    await client.query(file.sql)
    await client.query('insert into public.schema_migrations (name, checksum) values ($1, $2)', [
      file.name,
      file.checksum,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new MigrationError(`${file.name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function asOwner(client: pg.Client, statements: string): Promise<void> {
  await client.query('begin')
  await client.query('set local role zen_owner')
  await client.query(statements)
  await client.query('commit')
}

/** True when every migration file of this build has run; the readiness probe asks. */
export async function isMigrated(query: () => Promise<{ name: string }[]>): Promise<boolean> {
  const [rows, files] = await Promise.all([query(), migrationFiles()])
  const applied = new Set(rows.map((row) => row.name))
  return files.every((file) => applied.has(file.name))
}
