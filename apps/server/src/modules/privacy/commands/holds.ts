import { liftLegalHold, placeLegalHold } from '@zenops/contracts/privacy'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { assertOfficer, type Visible } from '../context.ts'
import { readHold } from '../queries/holds.ts'

const on = operationsOf<Visible>()

/** Throws NOT_FOUND when the firm has no such person or job. */
async function assertTarget(
  { tx, actor }: CommandContext<Visible>,
  body: ParsedOf<typeof placeLegalHold>['body'],
): Promise<void> {
  const { subject_id: subject, assignment_id: assignment } = body
  if (subject !== undefined) {
    const { rows } = await sql`
      select 1 where exists (select 1 from identity.memberships m where m.tenant_id = ${actor.tenantId}::uuid and m.user_id = ${subject}::uuid)
        or exists (select 1 from identity.portal_links l where l.tenant_id = ${actor.tenantId}::uuid and l.user_id = ${subject}::uuid)
        or exists (select 1 from directory.contacts c where c.tenant_id = ${actor.tenantId}::uuid and c.id = ${subject}::uuid)`.execute(
      tx,
    )
    if (rows.length === 0) throw refuse.notFound('The person', 'subject_id')
  }
  if (assignment !== undefined) {
    const { rows } =
      await sql`select 1 from assignments.assignments where tenant_id = ${actor.tenantId}::uuid and id = ${assignment}::uuid`.execute(
        tx,
      )
    if (rows.length === 0) throw refuse.notFound('The assignment', 'assignment_id')
  }
}

export const placeLegalHoldOperation = on.command(placeLegalHold, {
  run: async (context, { body }) => {
    assertOfficer(context)
    const { tx, actor, now } = context
    if (body.until !== undefined && body.until <= now.toISOString()) throw refuse.invalid('until', 'in_the_past')
    // What is being deleted can be held.
    await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
    await assertTarget(context, body)
    const id = uuidv7()
    await sql`insert into privacy.legal_holds (tenant_id, id, scope, subject_id, assignment_id, reason, until, placed_by)
      values (${actor.tenantId}::uuid, ${id}::uuid, ${body.scope}, ${body.subject_id ?? null}::uuid, ${body.assignment_id ?? null}::uuid,
        ${body.reason}, ${body.until ?? null}::timestamptz, ${actor.userId}::uuid)`.execute(tx)
    return {
      body: await readHold(tx, actor.tenantId, id),
      audit: {
        action: 'PRIVACY_HOLD_PLACED',
        target_id: id,
        reason: body.reason,
        after: {
          scope: body.scope,
          subject_id: body.subject_id ?? null,
          assignment_id: body.assignment_id ?? null,
          until: body.until ?? null,
        },
      } as const,
    }
  },
})

export const liftLegalHoldOperation = on.command(liftLegalHold, {
  run: async (context, { params, body }) => {
    assertOfficer(context)
    const { tx, actor } = context
    await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
    const { rows } = await sql`
      update privacy.legal_holds set lifted_at = now(), lifted_by = ${actor.userId}::uuid, lift_reason = ${body.reason}, version = version + 1
      where tenant_id = ${actor.tenantId}::uuid and id = ${params.id}::uuid and lifted_at is null returning 1`.execute(
      tx,
    )
    const hold = await readHold(tx, actor.tenantId, params.id)
    if (rows.length === 0)
      throw new Refusal('ILLEGAL_TRANSITION', 'This hold was lifted already.', { details: [{ reason: 'lifted' }] })
    return {
      body: hold,
      audit: {
        action: 'PRIVACY_HOLD_LIFTED',
        target_id: params.id,
        reason: body.reason,
        before: { scope: hold.scope, subject_id: hold.subject?.id ?? null, assignment_id: hold.assignment?.id ?? null },
      } as const,
    }
  },
})
