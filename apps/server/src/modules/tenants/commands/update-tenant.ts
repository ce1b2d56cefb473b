import { type TenantState, updateTenant } from '@zenops/contracts/identity-platform'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { assertSteppedUp } from '../../../platform/perform.ts'
import { tenantColumns, type TenantRow } from '../queries/tenants.ts'
import { mayMove } from '../rules/tenant-moves.ts'

const on = operationsOf<'identity'>()
type Body = ParsedOf<typeof updateTenant>['body']

const MAX_SETTINGS = 65_536

export const tenantProtected = (): Refusal =>
  refuse.conflict('tenant_protected', 'The house firm and the lane of portal users stay as they are.')

const missing = (capability: string): Refusal => refuse.forbidden('missing_capability', { capability, scope: 'none' })

/** A firm changes its own name, zone and settings; its state and approvals are the platform's, with a fresh factor. */
function assertMayChange({ actor, can, now }: CommandContext<'identity'>, id: string, body: Body): void {
  if (actor.aud !== 'studio' && id !== actor.tenantId) throw refuse.notFound('The firm', 'id')
  const plain = [body.name, body.time_zone, body.settings].some((value) => value !== undefined)
  const needed = actor.aud === 'studio' ? 'control.tenants.write' : 'ops.settings.write'
  if (plain && can(needed) === null) throw missing(needed)
  if (body.status !== undefined && can('control.tenants.write') === null) throw missing('control.tenants.write')
  if (body.rbac_approvals !== undefined && can('control.rbac') === null) throw missing('control.rbac')
  if (body.status !== undefined || body.rbac_approvals !== undefined) assertSteppedUp(actor, now)
}

function assertMayBecome(before: TenantRow, status: TenantState | undefined): void {
  if (status === undefined || status === before.status) return
  if (before.protected) throw tenantProtected()
  if (!mayMove(before.status, status)) {
    throw new Refusal('ILLEGAL_TRANSITION', 'A closed firm stays closed.', {
      details: [{ path: 'status', reason: 'illegal_transition', from: before.status, to: status }],
    })
  }
}

/** Fields that differ, before and after. */
function differences(before: TenantRow, after: TenantRow) {
  const fields = ['name', 'time_zone', 'status', 'rbac_approvals', 'settings'] as const
  const changed = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
  const of = (row: TenantRow): Record<string, unknown> =>
    Object.fromEntries(changed.map((field) => [field, row[field]]))
  return { changed, before: of(before), after: of(after) }
}

export const updateTenantOperation = on.command(updateTenant, {
  asIdentity: true,
  run: async (context, { params, body }) => {
    const { tx, can } = context
    assertMayChange(context, params.id, body)
    const columns = tenantColumns(can('users.read') !== null)
    const found = await sql<TenantRow>`
      select ${columns} from identity.tenants t where t.id = ${params.id}::uuid and t.deleted_at is null for update of t`.execute(
      tx,
    )
    const before = found.rows[0]
    if (!before) throw refuse.notFound('The firm', 'id')
    if (body.expected_version !== undefined && body.expected_version !== before.version)
      throw refuse.stale(before.version)
    assertMayBecome(before, body.status)
    // Settings are merged by module key: each module keeps its own.
    const settings = JSON.stringify({ ...before.settings, ...body.settings })
    if (settings.length > MAX_SETTINGS) throw refuse.invalid('settings', 'too_long')
    const { rows } = await sql<TenantRow>`
      update identity.tenants t set name = ${body.name ?? before.name}, time_zone = ${body.time_zone ?? before.time_zone},
        status = ${body.status ?? before.status}, rbac_approvals = ${body.rbac_approvals ?? before.rbac_approvals}::int,
        settings = ${settings}::jsonb, version = t.version + 1, updated_at = now()
      where t.id = ${params.id}::uuid returning ${columns}`.execute(tx)
    const after = rows[0]
    if (!after) throw new Error('the firm was not changed')
    const { changed, ...values } = differences(before, after)
    const entry: AuditEntry = {
      action: changed.includes('status') ? 'TENANT_STATUS_CHANGED' : 'TENANT_UPDATED',
      target_id: after.id,
      tenant_id: after.id,
      reason: body.reason ?? null,
      ...values,
    }
    return { body: after, audit: entry }
  },
})
