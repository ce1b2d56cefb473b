import { setKillSwitch, setProviderSwitch, type SwitchKey } from '@zenops/contracts/ops-actions'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import type { Actor } from '../../../platform/auth/actor.ts'
import { assertConfirmed } from '../../../platform/confirmed.ts'
import { type Confirmation, consumeConfirmation } from '../../../platform/confirmations.ts'
import { takeTurn } from '../../../platform/db/rows.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf, type PrepareContext } from '../../../platform/operations.ts'
import { recordOps } from '../../../platform/ops-events.ts'
import { switchColumns, type SwitchRow } from '../switch-rows.ts'

type Visible = 'ops' | 'identity'
const on = operationsOf<Visible>()

interface Order {
  readonly key: SwitchKey
  /** Null: everywhere. */
  readonly scope: string | null
  readonly body: ParsedOf<typeof setKillSwitch>['body']
  readonly confirmation: Confirmation
}

/** A firm switches for itself; the platform for the firm that it names, else everywhere. */
function scopeOf(actor: Actor, named: string | null | undefined): string | null {
  if (actor.aud === 'studio') return named?.toLowerCase() ?? null
  if (named !== null && named !== undefined && named.toLowerCase() !== actor.tenantId)
    throw refuse.notFound('The firm', 'tenant_id')
  return actor.tenantId
}

async function ordered(context: PrepareContext<Visible>, key: SwitchKey, body: Order['body']): Promise<Order> {
  const { actor } = context
  const scope = scopeOf(actor, body.tenant_id)
  if (body.action === 'enable' && body.effective_seconds === undefined)
    throw refuse.invalid('effective_seconds', 'required')
  if (body.action === 'disable' && body.effective_seconds !== undefined)
    throw refuse.invalid('effective_seconds', 'not_allowed')
  const target = actor.aud === 'studio' && scope !== null ? `${key}/${scope}` : key
  const action = body.action === 'enable' ? 'kill_switch_enable' : 'kill_switch_disable'
  return { key, scope, body, confirmation: await assertConfirmed(context, body.confirmation, { action, target }) }
}

const conflict = (state: string): Refusal =>
  new Refusal('OPS_SWITCH_CONFLICT', 'The switch is in that state already.', {
    details: [{ reason: 'already_so', state }],
  })

/** The row as it stands, locked against a second switcher. */
async function lockSwitch({ tx }: CommandContext<Visible>, { key, scope }: Order): Promise<SwitchRow | undefined> {
  await takeTurn(tx, `switch/${key}/${scope ?? ''}`)
  const { rows } = await sql<SwitchRow>`
    select ${switchColumns} from ops.kill_switches s left join identity.users u on u.id = s.changed_by
    where s.key = ${key} and s.scope_tenant_id is not distinct from ${scope}::uuid`.execute(tx)
  return rows[0]
}

async function write({ tx, actor }: CommandContext<Visible>, { key, scope, body }: Order): Promise<SwitchRow> {
  const cut = body.action === 'enable'
  const until = cut ? sql`now() + make_interval(secs => ${body.effective_seconds})` : sql`null`
  await sql`
    insert into ops.kill_switches as s (key, scope_tenant_id, state, reason, incident_id, effective_until, changed_by)
    values (${key}, ${scope}::uuid, ${cut ? 'ENABLED' : 'DISABLED'}, ${body.reason}, ${body.incident_id ?? null}, ${until}, ${actor.userId}::uuid)
    on conflict on constraint kill_switches__key do update set state = excluded.state, reason = excluded.reason,
      incident_id = excluded.incident_id, effective_until = excluded.effective_until, changed_by = excluded.changed_by,
      changed_at = now(), version = s.version + 1`.execute(tx)
  const { rows } = await sql<SwitchRow>`
    select ${switchColumns} from ops.kill_switches s left join identity.users u on u.id = s.changed_by
    where s.key = ${key} and s.scope_tenant_id is not distinct from ${scope}::uuid`.execute(tx)
  if (!rows[0]) throw new Error('the switch was not kept')
  return rows[0]
}

async function change(context: CommandContext<Visible>, order: Order) {
  const { key, scope, body, confirmation } = order
  const before = await lockSwitch(context, order)
  const state = before?.state ?? 'DISABLED'
  if ((body.action === 'enable') === (state === 'ENABLED')) throw conflict(state)
  await consumeConfirmation(context.tx, confirmation)
  const after = await write(context, order)
  const firm = scope === null ? {} : { tenant_id: scope }
  recordOps(context, [{ metric_key: 'kill_switch_changed', dimensions: { key, action: body.action }, ...firm }])
  return {
    body: after,
    audit: {
      action: 'OPS_KILL_SWITCH_CHANGED',
      target_id: scope === null ? key : `${key}/${scope}`,
      reason: body.reason,
      before: { state, effective_until: before?.effective_until ?? null },
      after: { state: after.state, effective_until: after.effective_until, incident_id: after.incident_id },
      ...firm,
    } as const,
  }
}

export const setKillSwitchOperation = on.command(setKillSwitch, {
  prepare: (context, { params, body }) => ordered(context, params.key, body),
  run: (context, _input, order) => change(context, order),
})

/** The older name of `llm.provider.<id>`. */
export const setProviderSwitchOperation = on.command(setProviderSwitch, {
  prepare: (context, { params, body }) => ordered(context, `llm.provider.${params.provider}`, body),
  run: (context, _input, order) => change(context, order),
})
