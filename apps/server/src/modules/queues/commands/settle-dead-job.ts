import { settleDeadJob } from '@zenops/contracts/ops-queue'
import { sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { consumeConfirmation } from '../../../platform/confirmations.ts'
import { assertConfirmed } from '../../../platform/confirmed.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { lockDead, resolveOne } from './resolve-dead-jobs.ts'

const on = operationsOf<'ops'>()

/** Nobody but the other side knows what happened there: the word of whoever asked it stands in the log, and the job goes on from it. */
export const settleDeadJobOperation = on.command(settleDeadJob, {
  prepare: async (context, { params, body }) => {
    const { rows } = await context.transact((tx) =>
      sql`select 1 from ops.dead_jobs where id = ${params.id}::uuid`.execute(tx),
    )
    if (rows.length === 0) throw refuse.notFound('The dead job')
    return assertConfirmed(context, body.confirmation, { action: `effect_${body.outcome}`, target: body.effect_key })
  },
  run: async (context, { params, body }, confirmation) => {
    const { tx } = context
    const { effect_key, outcome, reason } = body
    const dead = await lockDead(context, params.id)
    const { rows } = await sql<{ settled: boolean }>`
      select ops.settle_effect(${dead.tenant_id}::uuid, ${dead.id}::uuid, ${effect_key}, ${outcome === 'done'}) as settled`.execute(
      tx,
    )
    if (rows[0]?.settled !== true)
      throw refuse.conflict('effect_known', 'This job has no such call that nobody knows the end of.')
    await consumeConfirmation(tx, confirmation)
    const left = { ...dead, unknown_effects: dead.unknown_effects.filter((key) => key !== effect_key) }
    const { body: resolved, audit } = await resolveOne(context, left, { act: body.action, reason })
    const settled: AuditEntry = {
      action: 'JOB_EFFECT_SETTLED',
      target_id: dead.id,
      tenant_id: dead.tenant_id,
      reason,
      before: { status: 'UNKNOWN' },
      after: { status: outcome === 'done' ? 'DONE' : 'NOT_DONE', effect_key, queue: dead.queue },
    }
    return { body: resolved, audit: [settled, audit] }
  },
})
