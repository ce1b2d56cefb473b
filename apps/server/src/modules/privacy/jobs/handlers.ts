import { sql } from 'kysely'
import { runExport } from '../../../platform/exports/engine.ts'
import { cleanExports, strandedJobs } from '../../../platform/exports/sweep.ts'
import { enqueue, handleJob, type JobContext, type JobHandler } from '../../../platform/jobs/port.ts'
import type { SecretBox } from '../../../platform/privacy/secret-box.ts'
import type { Switches } from '../../../platform/switches.ts'
import { aboutKey } from '../../../platform/privacy/subject-keys.ts'
import { type ErasureParts, runErasures } from '../erasure/run.ts'
import { personFamily, type PrivacyExportParts } from '../exporting/family.ts'
import { personSource } from '../exporting/source.ts'
import { makeFileJob, privacyRunnerJob, rewrapKeysJob } from './kinds.ts'

export interface PrivacyJobParts extends ErasureParts, PrivacyExportParts {
  readonly box: SecretBox
  readonly switches: Switches
}

const again = (context: JobContext, jobId: string, runAt?: string): Promise<unknown> =>
  context.transact((tx) =>
    enqueue(tx, makeFileJob, {
      payload: { job_id: jobId },
      traceId: context.traceId,
      ...(runAt === undefined ? {} : { options: { run_at: runAt } }),
    }),
  )

const makeFile = (parts: PrivacyJobParts): JobHandler =>
  handleJob(makeFileJob, {
    run: async (context, { job_id }) => {
      const { database, log, actor, traceId, signal } = context
      const until = await parts.switches.offUntil('exports', context.tenantId)
      if (until !== null) return void (await again(context, job_id, until))
      const options = {
        family: personFamily(parts),
        source: personSource(database),
        database,
        log,
        actor,
        traceId,
        signal,
      }
      const end = await runExport(options, { tenant_id: context.tenantId, id: job_id })
      if (end.end === 'again') await again(context, job_id, end.at)
    },
  })

const runner = (parts: PrivacyJobParts): JobHandler =>
  handleJob(privacyRunnerJob, {
    run: async (context) => {
      const { database, log, actor, traceId, tenantId } = context
      const family = personFamily(parts)
      for (const job of await strandedJobs({ family, database, tenantId }, makeFileJob.kind))
        await again(context, job.id)
      await cleanExports({ family, database, log, tenantId, actor, traceId })
      await runErasures(context, parts)
    },
  })

const REWRAP = 500

/** Keys under an older key of the ring move under the first one; a key that was destroyed meanwhile stays destroyed. */
const rewrap = ({ box }: PrivacyJobParts): JobHandler =>
  handleJob(rewrapKeysJob, {
    run: async (context) => {
      for (;;) {
        const { rows } = await context.transact((tx) =>
          sql<{ key_id: string; wrapped_key: Buffer; kek_version: string }>`
            select key_id, wrapped_key, kek_version from privacy.keys_to_rewrap(${box.kekVersion}, ${REWRAP}::int)`.execute(
            tx,
          ),
        )
        for (const row of rows) {
          const key = await box.unwrap({ kekVersion: row.kek_version, bytes: row.wrapped_key }, aboutKey(row.key_id))
          const wrapped = await box.wrap(key, aboutKey(row.key_id))
          await context.transact((tx) =>
            sql`select privacy.rewrap_key(${row.key_id}::uuid, ${row.wrapped_key}::bytea, ${wrapped.bytes}::bytea, ${wrapped.kekVersion})`.execute(
              tx,
            ),
          )
        }
        if (rows.length < REWRAP) return
      }
    },
  })

export const privacyHandlers = (parts: PrivacyJobParts): JobHandler[] => [makeFile(parts), runner(parts), rewrap(parts)]
