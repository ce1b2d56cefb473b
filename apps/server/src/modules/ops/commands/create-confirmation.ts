import { createConfirmation } from '@zenops/contracts/identity-blocks'
import type { Capability } from '@zenops/contracts/capabilities'
import { sql } from 'kysely'
import { drawConfirmation } from '../../../platform/confirmations.ts'
import { refuse } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'

type Visible = 'ops' | 'identity' | 'directory'
const on = operationsOf<Visible>()

/** What each confirmed act is called, and the capability of who may do it; null: what one does to oneself. */
const ACTS = {
  block_apply: { verb: 'BLOCK', capability: 'ops.blocks.write' },
  retention_shorten: { verb: 'SHORTEN', capability: ['ops.settings.write', 'ops.jobs.manage'] },
  retention_run: { verb: 'REMOVE', capability: 'ops.jobs.manage' },
  erase_person: { verb: 'ERASE', capability: 'users.security' },
  erase_me: { verb: 'ERASE', capability: null },
} as const satisfies Record<string, { verb: string; capability: Capability | readonly Capability[] | null }>

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** How people call the target: a person by name, anything else as it is. */
async function labelOf(context: CommandContext<Visible>, target: string): Promise<string> {
  const { tx, actor } = context
  if (!GUID.test(target)) return target
  const user = sql<{ name: string }>`select name from identity.users where id = ${target}::uuid`
  const { rows } = await user.execute(tx)
  if (rows[0]) return rows[0].name
  if (actor.aud === 'portal') throw refuse.notFound('The person', 'target')
  const { rows: contacts } = await sql<{ name: string }>`
    select name from directory.contacts_live where tenant_id = ${actor.tenantId}::uuid and id = ${target}::uuid`.execute(
    tx,
  )
  const person = contacts[0]
  if (!person) throw refuse.notFound('The person', 'target')
  return person.name
}

function assertMay(
  { can, actor }: CommandContext<Visible>,
  { action, target }: { action: keyof typeof ACTS; target: string },
): void {
  const { capability } = ACTS[action]
  if (capability === null) {
    if (target !== actor.userId) throw refuse.forbidden('own_person_only')
    return
  }
  const any: readonly Capability[] = typeof capability === 'string' ? [capability] : capability
  if (any.every((one) => can(one) === null))
    throw refuse.forbidden('missing_capability', { capability: any[0], scope: 'none' })
}

export const createConfirmationOperation = on.unaudited(createConfirmation, {
  run: async (context, { body }) => {
    const { tx, actor } = context
    const target = GUID.test(body.target) ? body.target.toLowerCase() : body.target
    assertMay(context, { action: body.action, target })
    const phrase = `${ACTS[body.action].verb} ${await labelOf(context, target)}`
    const of = { tenantId: actor.tenantId, userId: actor.userId, action: body.action, target, phrase }
    return { body: await drawConfirmation(tx, of) }
  },
})
