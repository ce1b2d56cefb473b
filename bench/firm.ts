import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { addMember, type App, bootstrap, createApp, openFamily } from '../apps/server/src/app.ts'
import { readConfig } from '../apps/server/src/config.ts'
import { homeSecrets, withSecrets } from '../apps/server/src/home.ts'
import { authScope } from '../apps/server/src/platform/db/scope.ts'
import { uuidv7 } from '../apps/server/src/platform/ids.ts'
import { type BenchDatabase, openBenchDatabase } from './bench-database.ts'
import { type Child, startChild } from './children.ts'

export interface BenchFirm {
  readonly tenantId: string
  readonly ownerId: string
  readonly token: string
}

export interface BenchHouse {
  readonly database: BenchDatabase
  /** The product in this process, for set-up and for catching its statements. */
  readonly app: App
  readonly firms: readonly BenchFirm[]
  /** Environment of a product process on the same database and secrets. */
  readonly env: Record<string, string>
  product(extra?: Record<string, string>): Promise<Child>
  close(): Promise<void>
}

const TENANTS = 20

async function addFirm(app: App): Promise<BenchFirm> {
  const tenantId = uuidv7()
  return app.services.database.transact(authScope(), async (tx) => {
    await tx
      .insertInto('identity.tenants')
      .values({ id: tenantId, slug: `bench-${tenantId.slice(-12)}`, name: 'Bench firm', lane: 'tenant' })
      .execute()
    const ownerId = await addMember(tx, {
      tenantId,
      email: `owner-${tenantId}@bench.zenops.local`,
      name: 'Owner',
      jobTemplates: ['super_admin'],
      passwordPhc: null,
    })
    const family = await openFamily(tx, {
      userId: ownerId,
      tenantId,
      aud: 'web',
      clientType: 'web',
      deviceName: 'bench',
      ip: '127.0.0.1',
      amr: ['pwd'],
    })
    const token = await app.identity.tokens.sign({
      sub: ownerId,
      aud: 'web',
      tenant_id: tenantId,
      sid: family.familyId,
      permission_version: 1,
    })
    return { tenantId, ownerId, token }
  })
}

/** A fresh database with twenty firms, each with its owner signed in. */
export async function openBenchHouse(): Promise<BenchHouse> {
  const database = await openBenchDatabase()
  const home = await mkdtemp(path.join(os.tmpdir(), 'zenops-bench-home-'))
  const env = {
    ZENOPS_HOME: home,
    ZENOPS_MULTI_TENANT_ENABLED: '1',
    LOG_LEVEL: 'error',
    NODE_ENV: 'test',
    // Counted as in production, yet never in the way of a measurement.
    RATE_LIMIT_ANONYMOUS_RPM: '1000000',
    RATE_LIMIT_SIGNED_IN_RPM: '1000000',
    AUTH_LOGIN_RPM: '1000000',
    BENCH_API_URL: database.apiUrl,
    BENCH_WORKER_URL: database.workerUrl,
    BENCH_SEALER_URL: database.sealerUrl,
  }
  const config = withSecrets(readConfig(env), await homeSecrets(home))
  const app = await createApp({
    config,
    urls: { api: database.apiUrl, worker: database.workerUrl, sealer: database.sealerUrl },
  })
  await bootstrap(app.services.database, config, app.passwords)
  const firms: BenchFirm[] = []
  for (let i = 0; i < TENANTS; i++) firms.push(await addFirm(app))
  return {
    database,
    app,
    firms,
    env,
    product: (extra = {}) => startChild('product-server.ts', { ...env, ...extra }),
    close: async () => {
      await app.close()
      await database.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

const STATES = ['DRAFT', 'COLLECTING', 'QC_PENDING', 'CHANGES_REQUESTED', 'QC_APPROVED', 'DELIVERED', 'PAID', 'CLOSED']

/** Assignments by plain SQL, `perTenant` in each firm, with a bank, a branch and a lead each. */
export async function fillAssignments(house: BenchHouse, perTenant: number): Promise<void> {
  for (const firm of house.firms) {
    await house.database.sql(
      `with bank as (
         insert into directory.banks (tenant_id, name, bank_type, verification, created_by)
         values ($1, 'Bench Bank', 'OTHER', 'VERIFIED', $2) returning id
       ), branch as (
         insert into directory.bank_branches (tenant_id, bank_id, branch_name, city, verification, created_by)
         select $1, id, 'Main', 'Belgaum', 'VERIFIED', $2 from bank returning id, bank_id
       )
       insert into assignments.assignments (tenant_id, code, source_type, case_type, title, borrower_name, bank_id, bank_branch_id,
         fee_paise, due_at, due_basis, status, lead_user_id, created_by, search_text)
       select $1, 'Z-2611-' || lpad(n::text, 5, '0'), 'bank', 'BANK', 'Valuation ' || n, 'Borrower ' || n, b.bank_id, b.id,
         250000, now() + (n % 400 - 200) * interval '1 hour', 'EXPLICIT', ($4::text[])[1 + n % 8], $2, $2, 'z2611' || n
       from branch b, generate_series(1, $3::int) n`,
      [firm.tenantId, firm.ownerId, perTenant, STATES],
    )
  }
  await house.database.sql('vacuum analyze')
}
