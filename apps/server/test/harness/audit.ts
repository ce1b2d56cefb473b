import { canonicalJson } from '@zenops/contracts/canonical-json'
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { type ReadyConfig, readConfig } from '../../src/config.ts'
import { createLog, type Log } from '../../src/platform/telemetry/log.ts'
import type { Database } from '../../src/platform/db/database.ts'
import { createMetrics } from '../../src/platform/telemetry/metrics.ts'
import { uuidv7 } from '../../src/platform/ids.ts'
import type { SealerOptions } from '../../src/modules/audit/sealing/sealer.ts'
import { sealerDatabase, sealTurn } from '../../src/modules/audit/index.ts'
import { openTestDatabase } from './cluster.ts'
import { keepProofs, MADE_UP_ACTOR } from './proofs.ts'

export const WORKER_ID = '55555555-5555-5555-5555-555555555555'

const SEAL_TRIES = 500

/**
 * Seals until nothing waits. Transactions of every database of the cluster hold the horizon, so other tests that run
 * meanwhile can make this wait.
 */
export async function sealAll(sealer: Database, waiting: () => Promise<number>, batch = 5_000): Promise<number> {
  let rows = 0
  for (let tries = 0; tries < SEAL_TRIES; tries++) {
    const turn = await sealTurn(sealer, batch)
    if (turn.kind === 'foreign_cluster') throw new Error('the inbox belongs to another cluster')
    if (turn.kind === 'sealed') rows += turn.rows
    if ((await waiting()) === 0) return rows
    if (turn.kind !== 'sealed' || turn.rows === 0) await wait(20)
  }
  throw new Error('something holds the horizon')
}

/** The canonical bytes of an event, as a command would write it. */
export const canonOf = (tenantId: string, id: string, extra: Readonly<Record<string, unknown>> = {}): Buffer =>
  Buffer.from(
    canonicalJson({
      v: 1,
      id,
      tenant_id: tenantId,
      at: new Date().toISOString(),
      trace_id: '0af7651916cd43dd8448eb211c80319d',
      action: 'OPS_BLOCK_APPLIED',
      outcome: 'ok',
      actor: { kind: 'user', user_id: MADE_UP_ACTOR, role: 'OPS', aud: 'studio' },
      target: { type: 'OPS_BLOCK', id: `b-${id}` },
      before: { status: 'INACTIVE' },
      after: { status: 'ACTIVE', note: 'प्रवेश रोका' },
      ...extra,
    }),
  )

/** The audit log's tables on a database of their own, with who writes, seals and owns them. */
export interface AuditDesk {
  readonly owner: pg.Pool
  readonly sealer: Database
  readonly config: ReadyConfig
  readonly log: Log
  readonly lines: string[]
  readonly urls: { readonly owner: string; readonly worker: string; readonly sealer: string; readonly keeper: string }
  /** Commits events in transactions of `perTransaction`. */
  write(tenantId: string, count: number, perTransaction?: number): Promise<string[]>
  sql<T extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>
  sealerOptions(extra?: Partial<SealerOptions>): SealerOptions
  close(): Promise<void>
}

export async function openAuditDesk(environment: Record<string, string> = {}): Promise<AuditDesk> {
  const database = await openTestDatabase()
  const home = await mkdtemp(path.join(os.tmpdir(), 'zenops-audit-'))
  const config: ReadyConfig = {
    ...readConfig({ NODE_ENV: 'test', ZENOPS_HOME: home, AUDIT_ORIGIN: 'zenops.test', ...environment }),
    AUDIT_SIGNING_KEY: [Buffer.alloc(32, 7)],
    JWT_KEYS: [],
    AUTH_PEPPER: 'p'.repeat(40),
    MFA_ENC_KEYS: [],
    ZEN_KEK_KEYS: [],
    STORAGE_SIGNING_KEYS: [],
  }
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 4 })
  owner.on('error', () => {})
  const sealer = sealerDatabase(database.sealerUrl, () => {})
  const lines: string[] = []
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } })
  const sql = async <T extends object>(text: string, values: unknown[] = []) =>
    (await owner.query<T>(text, values)).rows
  return {
    owner,
    sealer,
    config,
    log,
    lines,
    urls: {
      owner: database.ownerUrl,
      worker: database.workerUrl,
      sealer: database.sealerUrl,
      keeper: database.keeperUrl,
    },
    write: async (tenantId, count, perTransaction = 10) => {
      const ids: string[] = []
      for (let at = 0; at < count; at += perTransaction) {
        const batch = Array.from({ length: Math.min(perTransaction, count - at) }, () => uuidv7())
        ids.push(...batch)
        await owner.query(
          `insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version)
           select id, $1, (place - 1)::int, canon, 1 from unnest($2::uuid[], $3::bytea[]) with ordinality as n(id, canon, place)`,
          [tenantId, batch, batch.map((id) => canonOf(tenantId, id))],
        )
      }
      return ids
    },
    sql,
    sealerOptions: (extra = {}) => ({
      config,
      url: database.sealerUrl,
      clock: { now: () => new Date() },
      log,
      metrics: createMetrics(),
      workerUserId: WORKER_ID,
      ...extra,
    }),
    close: async () => {
      const undeclared = await keepProofs(sql, new Map())
      await owner.end()
      await sealer.close()
      await database.drop()
      await rm(home, { recursive: true, force: true })
      assert.deepEqual(undeclared, [], 'every audit event is as the catalogue declares it')
    },
  }
}
