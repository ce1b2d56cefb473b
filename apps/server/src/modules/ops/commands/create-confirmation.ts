import { createConfirmation } from '@zenops/contracts/identity-blocks'
import type { Capability } from '@zenops/contracts/capabilities'
import { sql } from 'kysely'
import { drawConfirmation } from '../../../platform/confirmations.ts'
import { refuse } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'

const on = operationsOf<'ops' | 'identity'>()

/** What each confirmed act is called, and the capability of who may do it. */
const ACTS = {
  block_apply: { verb: 'BLOCK', capability: 'ops.blocks.write' },
  lock_recover: { verb: 'RECOVER', capability: 'ops.jobs.manage' },
  dead_jobs_replay: { verb: 'REPLAY', capability: 'ops.jobs.manage' },
  dead_jobs_discard: { verb: 'DISCARD', capability: 'ops.jobs.manage' },
} as const satisfies Record<string, { verb: string; capability: Capability }>

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** How people call the target: a person by name, an address as it is. */
async function labelOf({ tx }: CommandContext<'ops' | 'identity'>, target: string): Promise<string> {
  if (!GUID.test(target)) return target
  const { rows } = await sql<{ name: string }>`select name from identity.users where id = ${target}::uuid`.execute(tx)
  const person = rows[0]
  if (!person) throw refuse.notFound('The person', 'target')
  return person.name
}

export const createConfirmationOperation = on.unaudited(createConfirmation, {
  run: async (context, { body }) => {
    const { tx, actor, can } = context
    const { verb, capability } = ACTS[body.action]
    if (can(capability) === null) throw refuse.forbidden('missing_capability', { capability, scope: 'none' })
    const target = GUID.test(body.target) ? body.target.toLowerCase() : body.target
    const phrase = `${verb} ${await labelOf(context, target)}`
    const of = { tenantId: actor.tenantId, userId: actor.userId, action: body.action, target, phrase }
    return { body: await drawConfirmation(tx, of) }
  },
})
