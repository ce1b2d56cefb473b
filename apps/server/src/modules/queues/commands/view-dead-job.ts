import { getDeadJob } from '@zenops/contracts/ops-queue'
import { sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { DEAD_COLUMNS, type DeadRow } from '../dead.ts'

const on = operationsOf<'ops'>()

export const getDeadJobOperation = on.command(getDeadJob, {
  run: async ({ tx }, { params }) => {
    const { rows } = await sql<DeadRow & { payload: never; effect_key: string }>`
      select ${DEAD_COLUMNS}, d.payload, d.effect_key from ops.dead_jobs d where d.id = ${params.id}::uuid`.execute(tx)
    const [dead] = rows
    if (!dead) throw refuse.notFound('The dead job')
    return {
      body: dead,
      audit: { action: 'JOB_PAYLOAD_VIEWED', target_id: dead.id, tenant_id: dead.tenant_id } as const,
    }
  },
})
