import { findMove, type AssignmentStatus } from '@zenops/contracts/assignment-states'
import { type RawBuilder, sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import type { JobKey, Neighbours } from '../neighbours.ts'
import { detailWithin } from '../queries/detail.ts'
import { unmetGuards } from '../rules/moves.ts'
import { lockAssignment } from './job-lock.ts'
import { type Act, takeStep } from './transition.ts'

interface Told {
  readonly job: JobKey
  readonly neighbours: Neighbours
}

/** Walks the given way as far as it begins here and its guards hold. */
async function walk(
  act: Act,
  { job, neighbours }: Told,
  way: readonly (readonly [AssignmentStatus, AssignmentStatus])[],
): Promise<AuditEntry[]> {
  const rows = await detailWithin(act.tx, { job, neighbours })
  if (!rows || rows.facts.on_hold) return []
  const audit: AuditEntry[] = []
  let at = rows.row.status
  for (const [from, to] of way) {
    const move = findMove(from, to)
    if (at !== from || !move || unmetGuards(move, rows.facts).length > 0) continue
    audit.push(await takeStep(act, job, { from, to, system: true }))
    at = to
  }
  return audit
}

/** After delivery, and after each change of a charge: BILLED and PAID follow the money without a click. */
export async function settle(act: Act, told: Told): Promise<AuditEntry[]> {
  if (!told.neighbours.chargeFacts) return []
  return walk(act, told, [
    ['DELIVERED', 'BILLED'],
    ['BILLED', 'PAID'],
  ])
}

/** After a pack is completed or released: FINALIZED and DELIVERED follow as far as the reports allow. */
export async function advance(act: Act, told: Told): Promise<AuditEntry[]> {
  await lockAssignment(act.tx, told.job)
  const audit = await walk(act, told, [
    ['QC_APPROVED', 'FINALIZED'],
    ['FINALIZED', 'DELIVERED'],
  ])
  const delivered = audit.at(-1)?.after
  return JSON.stringify(delivered) === JSON.stringify({ status: 'DELIVERED' })
    ? [...audit, ...(await settle(act, told))]
    : audit
}

const COLLECTS = new Set<AssignmentStatus>(['DRAFT', 'CHANGES_REQUESTED'])
/**
 * Work has begun: the first document linked or report data written by somebody on the job moves it to COLLECTING. Does
 * nothing in any other state, on hold, or for people who are not on the job.
 */
export async function startCollecting(act: Act, id: string): Promise<AuditEntry[]> {
  const job = { tenantId: act.actor.tenantId, id }
  const waiting = (lock: RawBuilder<unknown>) =>
    sql<{ status: AssignmentStatus }>`
      select a.status from assignments.assignments a
      where a.tenant_id = ${job.tenantId}::uuid and a.id = ${id}::uuid and a.status = any (${[...COLLECTS]}::text[]) and a.hold_since is null
        and exists (select 1 from assignments.assignment_assignees s where s.tenant_id = a.tenant_id and s.assignment_id = a.id
          and s.user_id = ${act.actor.userId}::uuid and s.deleted_at is null) ${lock}`.execute(act.tx)
  // Most work finds the job collecting already; only where it does not is the row locked and looked at again.
  if ((await waiting(sql``)).rows.length === 0) return []
  const from = (await waiting(sql`for update of a`)).rows[0]?.status
  return from === undefined ? [] : [await takeStep(act, job, { from, to: 'COLLECTING', system: true })]
}

const IN_QC = new Set<AssignmentStatus>(['QC_PENDING', 'QC_APPROVED', 'FINALIZED'])
/** A report left READY: what was handed to QC or approved goes back to the desk. */
export async function reportLeftReady(act: Act, id: string): Promise<AuditEntry[]> {
  const job = { tenantId: act.actor.tenantId, id }
  const { status } = await lockAssignment(act.tx, job)
  if (!IN_QC.has(status)) return []
  return [
    await takeStep(act, job, {
      from: status,
      to: 'CHANGES_REQUESTED',
      note: 'A report is not ready any more',
      system: true,
    }),
  ]
}

/** Unmet required documents, kept by whoever counts them. Not a change of the job itself: the version stays. */
export async function setMissingDocuments(act: Pick<Act, 'tx' | 'actor'>, id: string, missing: number): Promise<void> {
  await sql`update assignments.assignments set missing_docs = ${missing}
    where tenant_id = ${act.actor.tenantId}::uuid and id = ${id}::uuid and missing_docs <> ${missing}`.execute(act.tx)
}
