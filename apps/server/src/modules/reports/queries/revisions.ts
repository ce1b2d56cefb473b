import { createHash } from 'node:crypto'
import type { Contract } from '@zenops/contracts/report-contract'
import type { DerivedValues, Readiness } from '@zenops/contracts/report-outputs'
import { diffRevisions, getRevision, listRevisions, verifyRevisions } from '@zenops/contracts/reports'
import type { REVISION_KINDS, REVISION_SOURCES } from '@zenops/contracts/reports-shapes'
import { type StoredRevision, verifyRevisions as verifyChain } from '@zenops/valuation/revision-hash'
import { sql } from 'kysely'
import { z } from 'zod'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import type { Visible } from '../context.ts'
import { signedContract } from '../rules/contract.ts'
import { compareRevisions } from '../rules/compare-revisions.ts'
import type { ManifestRow } from '../rules/manifest.ts'
import { headerQuery, unseen } from './visible-report.ts'

const on = operationsOf<Visible>()
const Cursor = z.tuple([z.int()])

interface ListedRevision {
  readonly revision: number
  readonly kind: (typeof REVISION_KINDS)[number]
  readonly source: (typeof REVISION_SOURCES)[number]
  readonly author: { id: string; name: string } | null
  readonly reason: string | null
  readonly changed_paths: string[]
  readonly ruleset_version: string
  readonly readiness_score: number
  readonly content_hash: string
  readonly chain_hash: string
  readonly created_at: string
}
export interface FullRevision extends ListedRevision {
  readonly patch: Record<string, unknown> | null
  readonly contract: Contract
  readonly derived: DerivedValues
  readonly readiness: Readiness
  readonly evidence_manifest: ManifestRow[]
  readonly profile: { id: string; version: number; name: string } | null
  readonly ruleset: { id: string; version: string; hash: string }
  readonly input_snapshot_id: string
  readonly output_snapshot_id: string
  readonly author_id: string | null
}

const LISTED = sql`v.n as revision, v.kind, v.source, v.author_id, case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as author,
  v.reason, v.changed_paths, v.ruleset ->> 'version' as ruleset_version, v.readiness_score, v.content_hash, v.chain_hash, v.created_at`
const FULL = sql`${LISTED}, v.patch, v.contract, v.derived, v.readiness, v.manifest as evidence_manifest, v.profile, v.ruleset,
  v.input_snapshot_id, v.output_snapshot_id`
const FROM = sql`from reports.report_revisions v left join identity.users u on u.id = v.author_id`

export const listRevisionsOperation = on.query(listRevisions, async (context, { params, query }) => {
  const { read, build, actor } = context
  const before = query.cursor === undefined ? null : decodeCursor(Cursor, query.cursor)[0]
  const [reports, rows] = await read(
    headerQuery(actor.tenantId, params.id),
    sql<ListedRevision>`select ${LISTED} ${FROM}
      where v.tenant_id = ${actor.tenantId}::uuid and v.report_id = ${params.id}::uuid and v.n < coalesce(${before}::int, 2147483647)
      order by v.n desc limit ${query.limit + 1}`.compile(build),
  )
  if (!reports[0]) throw await unseen(context, params.id)
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.revision]) : null }
})

export const getRevisionOperation = on.query(getRevision, async (context, { params }) => {
  const { read, build, actor } = context
  const [reports, rows] = await read(
    headerQuery(actor.tenantId, params.id),
    sql<FullRevision>`select ${FULL} ${FROM}
      where v.tenant_id = ${actor.tenantId}::uuid and v.report_id = ${params.id}::uuid and v.n = ${params.n}::int`.compile(
      build,
    ),
  )
  if (!reports[0]) throw await unseen(context, params.id)
  const row = rows[0]
  if (!row) throw refuse.notFound('The revision')
  return {
    ...row,
    contract: signedContract(row.contract, { n: row.revision, author_id: row.author_id, created_at: row.created_at }),
  }
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const CHAIN_BATCH = 100

interface ChainRow extends FullRevision {
  readonly patch_hash: string
  readonly prev_hash: string
}

const storedOf = (row: ChainRow, reportId: string): StoredRevision => ({
  content: {
    contract: row.contract,
    derived: row.derived,
    evidence_manifest: row.evidence_manifest,
    profile: row.profile,
    readiness: row.readiness,
    report_id: reportId,
    ruleset: row.ruleset,
  },
  patch: row.patch,
  author_id: row.author_id,
  created_at: row.created_at,
  prev: row.prev_hash,
  reason: row.reason,
  revision: row.revision,
  content_hash: row.content_hash,
  patch_hash: row.patch_hash,
  chain_hash: row.chain_hash,
})

export const verifyRevisionsOperation = on.query(verifyRevisions, async (context, { params }) => {
  const { actor } = context
  const [reports] = await context.read(headerQuery(actor.tenantId, params.id))
  if (!reports[0]) throw await unseen(context, params.id)
  let checked = 0
  // Page by page: two hundred revisions of a long contract are never in memory together.
  async function* chain(): AsyncGenerator<StoredRevision> {
    for (let from = 0; ; ) {
      const [rows] = await context.read(
        sql<ChainRow>`select ${FULL}, v.patch_hash, v.prev_hash ${FROM}
          where v.tenant_id = ${actor.tenantId}::uuid and v.report_id = ${params.id}::uuid and v.n > ${from}::int
          order by v.n limit ${CHAIN_BATCH}`.compile(context.build),
      )
      for (const row of rows) {
        checked += 1
        yield storedOf(row, params.id)
      }
      const last = rows.at(-1)
      if (!last || rows.length < CHAIN_BATCH) return
      from = last.revision
    }
  }
  const verdict = await verifyChain(chain(), sha256)
  return { checked, ...verdict }
})

interface PathRow {
  readonly path: string
  readonly reason: string | null
  readonly author: string | null
}

export const diffRevisionsOperation = on.query(diffRevisions, async (context, { params, query }) => {
  const { read, build, actor } = context
  const { from, to } = query
  const [low, high] = from < to ? [from, to] : [to, from]
  const [reports, rows, told] = await read(
    headerQuery(actor.tenantId, params.id),
    sql<FullRevision>`select ${FULL} ${FROM}
      where v.tenant_id = ${actor.tenantId}::uuid and v.report_id = ${params.id}::uuid and v.n = any (${[from, to]}::int[])`.compile(
      build,
    ),
    sql<PathRow>`select distinct on (c.path) c.path, c.reason, u.name as author
      from reports.report_changed_paths c
      join reports.report_revisions v on v.tenant_id = c.tenant_id and v.report_id = c.report_id and v.n = c.n
      left join identity.users u on u.id = v.author_id
      where c.tenant_id = ${actor.tenantId}::uuid and c.report_id = ${params.id}::uuid and c.n > ${low}::int and c.n <= ${high}::int
      order by c.path, c.n desc`.compile(build),
  )
  if (!reports[0]) throw await unseen(context, params.id)
  const at = (n: number): FullRevision | null => {
    if (n === 0) return null
    const found = rows.find((row) => row.revision === n)
    if (!found) throw refuse.notFound('The revision', n === from ? 'from' : 'to')
    return found
  }
  return compareRevisions(at(from), at(to), new Map(told.map((row) => [row.path, row])))
})
