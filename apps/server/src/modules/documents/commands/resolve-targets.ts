import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import type { ActorContext } from '../../../platform/operations.ts'
import { isPortal } from '../context.ts'
import type { Neighbours, Tx } from '../neighbours.ts'
import { refuseMissing } from '../queries/document.ts'
import {
  faultOfParents,
  faultOfShape,
  forbiddenToPortal,
  type NamedTargets,
  type TargetFault,
} from '../rules/targets.ts'

/** A link's targets with their parents filled in, and the firm they belong to. */
export interface Targets {
  readonly tenant_id: string
  readonly external_party_id: string | null
  readonly commission_id: string | null
  readonly assignment_id: string | null
  readonly report_id: string | null
  readonly employee_id: string | null
  readonly invoice_id: string | null
  readonly conversation_id: string | null
}

type Caller = Pick<ActorContext, 'actor' | 'can'>
interface Asked {
  readonly tx: Tx
  readonly context: Caller
  readonly neighbours: Neighbours
}

const inconsistent = (fault: TargetFault): Refusal =>
  new Refusal('LINK_INCONSISTENT', 'These targets do not go together.', {
    details: [{ path: fault.path, reason: fault.reason }],
  })

/**
 * Rules L1 to L6: every target alive and of the caller's firm (404 with its path), named ones agree, parents filled in.
 * Errors: LINK_INCONSISTENT, PORTAL_LINK_FORBIDDEN, NOT_FOUND, FORBIDDEN out_of_scope.
 */
export async function resolveTargets(asked: Asked, named: NamedTargets): Promise<Targets> {
  const forbidden = isPortal(asked.context) ? forbiddenToPortal(named) : undefined
  if (forbidden !== undefined) {
    throw new Refusal('PORTAL_LINK_FORBIDDEN', 'You may attach files to your own requests only.', {
      details: [{ path: forbidden, reason: 'not_yours' }],
    })
  }
  const shape = faultOfShape(named)
  if (shape) throw inconsistent(shape)
  const targets = await find(asked, named)
  const parents = faultOfParents(named, targets)
  if (parents) throw inconsistent(parents)
  return targets
}

const ALONE = [
  ['employee_id', 'employee'],
  ['invoice_id', 'invoice'],
  ['conversation_id', 'conversation'],
] as const

async function find(asked: Asked, named: NamedTargets): Promise<Targets> {
  const base: Targets = {
    tenant_id: asked.context.actor.tenantId,
    external_party_id: null,
    commission_id: null,
    assignment_id: null,
    report_id: null,
    employee_id: null,
    invoice_id: null,
    conversation_id: null,
  }
  for (const [name, kind] of ALONE) {
    const id = named[name]
    if (id === undefined) continue
    const found = await asked.neighbours[kind]?.(asked.tx, id)
    if (!found) throw refuse.notFound('The target', name)
    return { ...base, tenant_id: found.tenant_id, [name]: id }
  }
  if (named.report_request_id !== undefined) return { ...base, ...(await ofReport(asked, named.report_request_id)) }
  if (named.assignment_id !== undefined) return { ...base, ...(await ofAssignment(asked, named.assignment_id)) }
  return { ...base, ...(await ofCommission(asked, named.work_order_id ?? '')) }
}

async function ofReport({ tx, neighbours }: Asked, id: string) {
  const parents = await neighbours.report?.(tx, id)
  if (!parents) throw refuse.notFound('The report', 'report_request_id')
  return { report_id: id, assignment_id: parents.assignment_id, commission_id: parents.commission_id }
}

async function ofAssignment({ tx, context }: Asked, id: string) {
  const { rows } = await sql<{ commission_id: string | null }>`
    select a.commission_id from assignments.assignments a
    where a.tenant_id = ${context.actor.tenantId}::uuid and a.id = ${id}::uuid and a.deleted_at is null`.execute(tx)
  const row = rows[0]
  if (!row) return refuseMissing(tx, context, { kind: 'assignment', id, path: 'assignment_id' })
  return { assignment_id: id, commission_id: row.commission_id }
}

async function ofCommission({ tx, context, neighbours }: Asked, id: string) {
  if (neighbours.commission) {
    const found = await neighbours.commission(tx, id)
    if (!found) throw refuse.notFound('The request', 'work_order_id')
    return {
      commission_id: id,
      assignment_id: found.assignment_id,
      tenant_id: found.tenant_id,
      external_party_id: found.external_party_id,
    }
  }
  if (isPortal(context)) throw refuse.notFound('The request', 'work_order_id')
  // An accepted commission is known by its assignment.
  const { rows } = await sql<{ id: string }>`
    select a.id from assignments.assignments a
    where a.tenant_id = ${context.actor.tenantId}::uuid and a.commission_id = ${id}::uuid and a.deleted_at is null`.execute(
    tx,
  )
  const assignment = rows[0]
  if (!assignment) throw refuse.notFound('The request', 'work_order_id')
  return { commission_id: id, assignment_id: assignment.id }
}
