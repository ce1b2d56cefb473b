import { applyBlock, changeBlock, liftBlock, putBlock } from '@zenops/contracts/identity-blocks'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { refuse } from '../../../platform/errors.ts'
import { type ActorContext, type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { assertMayBlock, type BlockOrder, lift, lockBlock, moveEnd, placeBlock, reachOf, targetOf } from '../block.ts'
import type { BlockRow } from '../queries/blocks.ts'
import { rangeText } from '../rules/ranges.ts'

const on = operationsOf<'identity'>()

const orderOf = ({ actor }: ActorContext, body: ParsedOf<typeof applyBlock>['body']): BlockOrder => ({
  tenantId: reachOf(actor, body.tenant_id),
  target: targetOf(body),
  reason: body.reason,
  expiresAt: body.expires_at,
  confirmation: body.confirmation,
})

export const applyBlockOperation = on.command(applyBlock, {
  asIdentity: true,
  prepare: async (context, { body }) => {
    const order = orderOf(context, body)
    await assertMayBlock(context, order)
    return order
  },
  run: (context, _input, order) => placeBlock(context, order),
})

export const changeBlockOperation = on.command(changeBlock, {
  asIdentity: true,
  run: async (context, { params, body }) => {
    const block = await lockBlock(context, params.id)
    return moveEnd(context, block, { expiresAt: body.expires_at, reason: body.reason ?? null })
  },
})

export const liftBlockOperation = on.command(liftBlock, {
  asIdentity: true,
  run: async (context, { params }) => {
    const block = await lockBlock(context, params.id)
    if (!block.active) return { body: undefined, audit: NOTHING_CHANGED }
    const { audit } = await lift(context, block)
    return { body: undefined, audit }
  },
})

type PutBody = ParsedOf<typeof putBlock>['body']

/** The older form as an order: one value for person and address. */
function orderOfPut({ actor }: ActorContext, id: string, body: PutBody): BlockOrder {
  const kind = body.block_type.toUpperCase() as 'ACCOUNT' | 'IP' | 'CIDR' // the schema's words in either case
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(body.block_value)
  if (kind === 'ACCOUNT' && !isId) throw refuse.invalid('block_value', 'invalid_id')
  return {
    id,
    tenantId: reachOf(actor, null),
    target: targetOf(kind === 'ACCOUNT' ? { kind, user_id: body.block_value } : { kind, value: body.block_value }),
    reason: body.reason,
    expiresAt: body.expires_at,
    confirmation: body.confirmation,
  }
}

const isOf = (block: BlockRow, { target }: BlockOrder): boolean =>
  block.kind === target.kind &&
  (target.kind === 'ACCOUNT' ? block.user?.id === target.userId : block.value === rangeText(target.range))

/** Whether a block of that id is there, for whomever. */
async function isKnown(tx: CommandContext<'identity'>['tx'], id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from identity.auth_blocks where id = ${id}::uuid`.execute(tx)
  return rows.length === 1
}

export const putBlockOperation = on.command(putBlock, {
  asIdentity: true,
  prepare: async (context, { params, body }) => {
    const order = orderOfPut(context, params.block_id, body)
    const known = await context.transact((tx) => isKnown(tx, params.block_id))
    if (body.status === 'active' && !known) await assertMayBlock(context, order)
    return { order, known }
  },
  run: async (context, { params, body }, { order, known }) => {
    if (!known && body.status === 'active') return placeBlock(context, order)
    const block = await lockBlock(context, params.block_id)
    if (!isOf(block, order)) throw refuse.conflict('block_differs', 'This block is of somebody or something else.')
    if (body.status === 'active') return moveEnd(context, block, { expiresAt: body.expires_at, reason: body.reason })
    return block.active ? lift(context, block) : { body: block, audit: NOTHING_CHANGED }
  },
})
