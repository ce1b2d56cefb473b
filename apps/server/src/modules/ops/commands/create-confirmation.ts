import { type CONFIRMED_ACTIONS, createConfirmation } from '@zenops/contracts/identity-blocks'
import type { Capability } from '@zenops/contracts/capabilities'
import { switchKey } from '@zenops/contracts/ops-actions'
import { sql } from 'kysely'
import { drawConfirmation } from '../../../platform/confirmations.ts'
import { refuse } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'

type Visible = 'ops' | 'identity' | 'directory'
const on = operationsOf<Visible>()

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** How people call the target of an act; throws where there is none. */
type Label = (context: CommandContext<Visible>, target: string) => Promise<string>
interface Act {
  readonly verb: string
  /** The capability of who may do it, any of several; null: what one does to oneself. */
  readonly capability: Capability | readonly Capability[] | null
  readonly label: Label
}

/** A person by name, anything else as it is. */
const person: Label = async ({ tx, actor }, target) => {
  if (!GUID.test(target)) return target
  const user = sql<{ name: string }>`select name from identity.users where id = ${target}::uuid`
  const { rows } = await user.execute(tx)
  if (rows[0]) return rows[0].name
  if (actor.aud === 'portal') throw refuse.notFound('The person', 'target')
  const { rows: contacts } = await sql<{ name: string }>`
    select name from directory.contacts_live where tenant_id = ${actor.tenantId}::uuid and id = ${target}::uuid`.execute(
    tx,
  )
  const contact = contacts[0]
  if (!contact) throw refuse.notFound('The person', 'target')
  return contact.name
}

/** `exports`, or `exports/<firm>` for one firm out of the studio. */
const switched: Label = async ({ tx, actor }, target) => {
  const [key, firm, ...rest] = target.split('/')
  if (!switchKey.safeParse(key).success || rest.length > 0) throw refuse.invalid('target', 'no_such_switch')
  if (firm === undefined) return String(key)
  if (!GUID.test(firm) || (actor.aud !== 'studio' && firm !== actor.tenantId))
    throw refuse.notFound('The firm', 'target')
  const { rows } = await sql<{ slug: string }>`select slug from identity.tenants where id = ${firm}::uuid`.execute(tx)
  if (!rows[0]) throw refuse.notFound('The firm', 'target')
  return `${key} FOR ${rows[0].slug}`
}

/** `bank_ruleset/<target>/<version>` */
const rolledBack: Label = async (_context, target) => {
  const parts = /^([a-z_]{1,40})\/([^/]{1,200})\/(.{1,80})$/.exec(target)
  if (!parts) throw refuse.invalid('target', 'invalid_format')
  return `${parts[1]} TO ${parts[3]}`
}

const channel: Label = async ({ tx }, target) => {
  if (!GUID.test(target)) throw refuse.invalid('target', 'invalid_id')
  const { rows } = await sql<{ name: string }>`
    select name from ops.alert_channels where id = ${target}::uuid and deleted_at is null`.execute(tx)
  if (!rows[0]) throw refuse.notFound('The channel', 'target')
  return rows[0].name
}

/** The queue in which a call to the outside is open. */
const openCall: Label = async ({ tx }, target) => {
  const { rows } = await sql<{ queue: string }>`
    select queue from ops.job_effects where effect_key = ${target} and state = 'UNKNOWN' limit 1`.execute(tx)
  if (!rows[0]) throw refuse.notFound('The effect', 'target')
  return rows[0].queue
}

/** What each confirmed act is called, who may do it, and how its target is called. */
const ACTS: Readonly<Record<(typeof CONFIRMED_ACTIONS)[number], Act>> = {
  block_apply: { verb: 'BLOCK', capability: 'ops.blocks.write', label: person },
  kill_switch_enable: { verb: 'CUT OFF', capability: 'ops.killswitch', label: switched },
  kill_switch_disable: { verb: 'RESTORE', capability: 'ops.killswitch', label: switched },
  rollback: { verb: 'ROLL BACK', capability: 'ops.rollback', label: rolledBack },
  alert_channel_delete: { verb: 'DELETE', capability: 'ops.jobs.manage', label: channel },
  lock_recover: { verb: 'RECOVER', capability: 'ops.jobs.manage', label: person },
  dead_jobs_replay: { verb: 'REPLAY', capability: 'ops.jobs.manage', label: person },
  dead_jobs_discard: { verb: 'DISCARD', capability: 'ops.jobs.manage', label: person },
  effect_done: { verb: 'HAPPENED', capability: 'ops.jobs.manage', label: openCall },
  effect_not_done: { verb: 'DID NOT HAPPEN', capability: 'ops.jobs.manage', label: openCall },
  retention_shorten: { verb: 'SHORTEN', capability: ['ops.settings.write', 'ops.jobs.manage'], label: person },
  retention_run: { verb: 'REMOVE', capability: 'ops.jobs.manage', label: person },
  erase_person: { verb: 'ERASE', capability: 'users.security', label: person },
  erase_me: { verb: 'ERASE', capability: null, label: person },
}

function assertMay({ can, actor }: CommandContext<Visible>, { capability }: Act, target: string): void {
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
    const act = ACTS[body.action]
    const target = GUID.test(body.target) ? body.target.toLowerCase() : body.target
    assertMay(context, act, target)
    const phrase = `${act.verb} ${await act.label(context, target)}`
    const of = { tenantId: actor.tenantId, userId: actor.userId, action: body.action, target, phrase }
    return { body: await drawConfirmation(tx, of) }
  },
})
