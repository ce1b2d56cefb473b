import { createRuleset, publishRuleset } from '@zenops/contracts/reports-rules'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { authorOf, type Visible } from '../context.ts'
import { rulesetById, rulesetOf } from '../queries/rulesets.ts'
import { rulesetHash } from '../seed.ts'

const on = operationsOf<Visible>()

export const createRulesetOperation = on.command(createRuleset, {
  run: async (context, { body }) => {
    const { tx, actor } = context
    const { version, params, overrides, local_units } = body
    const hash = rulesetHash({ version, params, overrides, local_units })
    const { rows } = await sql<{ id: string }>`
      insert into reports.rulesets (tenant_id, version, based_on, params, overrides, local_units, hash, note, created_by)
      values (${actor.tenantId}::uuid, ${version}, 'std-1', ${JSON.stringify(params)}::jsonb, ${JSON.stringify(overrides)}::jsonb,
        ${JSON.stringify(local_units)}::jsonb, ${hash}, ${body.note ?? null}, ${authorOf(context)}::uuid)
      on conflict on constraint rulesets__version do nothing returning id`.execute(tx)
    const id = rows[0]?.id
    if (id === undefined) throw await duplicate()
    const made = await rulesetById(actor.tenantId, id).execute(tx)
    const row = made.rows[0]
    if (!row) throw new Error('the ruleset was not created')
    return { body: rulesetOf(row), audit: { action: 'RULESET_CREATED', target_id: id, after: { version, hash } } }

    async function duplicate(): Promise<Refusal> {
      const found = await sql<{ id: string }>`select id from reports.rulesets
        where tenant_id = ${actor.tenantId}::uuid and version = ${version}`.execute(tx)
      return new Refusal('DUPLICATE_RECORD', 'There is such a version already.', {
        details: [{ path: 'version', reason: 'duplicate', existing_id: found.rows[0]?.id }],
      })
    }
  },
})

export const publishRulesetOperation = on.command(publishRuleset, {
  run: async (context, { params }) => {
    const { tx, actor } = context
    const before = await rulesetById(actor.tenantId, params.id).execute(tx)
    const row = before.rows[0]
    if (!row) throw refuse.notFound('The ruleset')
    const done = await sql`
      update reports.rulesets set state = 'published', published_at = now(), published_by = ${authorOf(context)}::uuid
      where tenant_id = ${actor.tenantId}::uuid and id = ${params.id}::uuid and state = 'draft' returning id`.execute(
      tx,
    )
    if (done.rows.length === 0) {
      throw new Refusal('ILLEGAL_TRANSITION', 'These rules are published and fixed.', {
        details: [{ reason: 'no_such_move', from: 'published', to: 'published', allowed: [] }],
      })
    }
    const after = await rulesetById(actor.tenantId, params.id).execute(tx)
    return {
      body: rulesetOf(after.rows[0] ?? row),
      audit: {
        action: 'RULESET_PUBLISHED',
        target_id: params.id,
        before: { state: 'draft' },
        after: { state: 'published', version: row.version, hash: row.hash },
      },
    }
  },
})
