import { recalculate } from '@zenops/contracts/reports'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { checkVersion, currentContract, refuseLocked, subjectOf } from '../change-contract.ts'
import type { Command, Visible } from '../context.ts'
import { leaveReady } from '../leave-ready.ts'
import { recordEvents } from '../neighbours.ts'
import { lockStanding } from '../read-standing.ts'
import { appendRulesRevision, changeBody, judgedColumns } from '../revise.ts'
import { judge, type rulesetOf } from '../rules/judge.ts'
import { updateReport } from '../update-report.ts'

type InForce = ReturnType<typeof rulesetOf>

/** The named published ruleset, or the newest one. */
async function rulesetFor({ tx, actor }: Command, id: string | undefined): Promise<InForce> {
  const { rows } = await sql<InForce & { state: string }>`
    select id, version, params, overrides, local_units, hash, state from reports.rulesets
    where tenant_id = ${actor.tenantId}::uuid and ${id === undefined ? sql`state = 'published'` : sql`id = ${id}::uuid`}
    order by coalesce(in_force_at, published_at) desc, id desc limit 1`.execute(tx)
  const found = rows[0]
  if (!found) throw refuse.notFound('The ruleset', 'ruleset_id')
  if (found.state === 'published') return found
  throw new Refusal('VALIDATION_FAILED', 'Only published rules may be applied.', {
    details: [{ path: 'ruleset_id', reason: 'not_published' }],
  })
}

export const recalculateOperation = operationsOf<Visible>().command(recalculate, {
  run: async (context, { params, body }) => {
    const standing = await lockStanding(context, params.id)
    const { report } = standing
    refuseLocked(report)
    await checkVersion(context.tx, report, body.expected_version)
    const ruleset = await rulesetFor(context, body.ruleset_id)
    const contract = await currentContract(context.tx, standing)
    const judgement = judge(standing, { contract, now: context.now, ruleset })
    const written = await appendRulesRevision(context, { standing, judgement, contract, reason: body.reason, ruleset })
    const left = await leaveReady(context, report)
    const row = await updateReport(context, report, {
      ...judgedColumns(judgement, contract),
      ruleset_id: ruleset.id,
      latest_revision: written.n,
      ...left.columns,
    })
    const before = { ruleset: report.ruleset_version }
    const after = { ruleset: ruleset.version, revision: written.n }
    recordEvents(context, subjectOf(report), [{ kind: 'contract_changed', before, after, reason: body.reason }])
    const entry = { action: 'REPORT_RECALCULATED', target_id: report.id, before, after, reason: body.reason } as const
    return { body: changeBody({ report: row, contract, judgement, written }), audit: [entry, ...left.audit] }
  },
})
