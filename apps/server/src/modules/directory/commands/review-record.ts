import type { approveBank } from '@zenops/contracts/directory'
import type { Operation } from '@zenops/contracts/kit'
import type { Verification } from '@zenops/contracts/states'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { recordEvents } from '../../../platform/events.ts'
import { type Bound, operationsOf } from '../../../platform/operations.ts'
import { type RecordKind, tableOf } from '../kinds.ts'
import { reviewOf } from '../rules/record-rights.ts'

const on = operationsOf<'directory'>()
type Approve = typeof approveBank

interface Reviewed {
  readonly id: string
  readonly is_verified: boolean
  readonly verification: Verification
  readonly reviewed_at: string | null
}

/** An approver vouches for a record, or takes his word back. */
export const reviewRecordOperation = (operation: Approve & Operation, kind: RecordKind): Bound =>
  on.command(operation as Approve, {
    run: async (context, { params, body }) => {
      const { tx, actor } = context
      const { rows } = await sql<Reviewed>`
        select id, is_verified, verification, reviewed_at from ${tableOf(kind)}
        where tenant_id = ${actor.tenantId}::uuid and id = ${params.id}::uuid for update`.execute(tx)
      const row = rows[0]
      if (!row) throw refuse.notFound(kind.what)
      const to = reviewOf(row.verification, body.verified)
      if (to === null) return { body: row, audit: NOTHING_CHANGED }
      if (to === undefined) {
        throw new Refusal('ILLEGAL_TRANSITION', `${kind.what} is ${row.verification.toLowerCase()}.`, {
          details: [
            {
              reason: 'illegal_transition',
              from: row.verification,
              to: body.verified ? 'VERIFIED' : 'PENDING',
              allowed: [],
            },
          ],
        })
      }
      const changed = await sql<Reviewed>`
        update ${tableOf(kind)} set verification = ${to}, reviewed_at = now(), reviewed_by_user_id = ${actor.userId}::uuid,
          review_reason = ${body.reason ?? null}, version = version + 1, updated_at = now()
        where tenant_id = ${actor.tenantId}::uuid and id = ${row.id}::uuid
        returning id, is_verified, verification, reviewed_at`.execute(tx)
      const reviewed = changed.rows[0]
      if (!reviewed) throw new Error('the locked record is gone')
      const change = {
        before: { verification: row.verification },
        after: { verification: to },
        reason: body.reason ?? null,
      }
      const kindOfEvent = to === 'VERIFIED' ? 'masterdata_verified' : 'masterdata_unverified'
      recordEvents(context, [{ kind: kindOfEvent, entity_type: 'MASTERDATA', entity_id: row.id, ...change }])
      const action = to === 'VERIFIED' ? 'MASTERDATA_RECORD_VERIFIED' : 'MASTERDATA_RECORD_UNVERIFIED'
      return { body: reviewed, audit: { action, target_id: row.id, ...change } }
    },
  })
