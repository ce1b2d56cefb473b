import type { Actor } from '../../platform/auth/actor.ts'
import {
  type Confirmation,
  confirmationMismatch,
  confirmationRequired,
  consumeConfirmation,
  isConfirmed,
} from '../../platform/confirmations.ts'
import { takeTurn } from '../../platform/db/rows.ts'
import { authScope } from '../../platform/db/scope.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import type { ActorContext, CommandContext, PrepareContext } from '../../platform/operations.ts'
import { openContext } from '../../platform/perform.ts'
import { type QueryExecutorProvider, sql } from 'kysely'
import { endFamilies } from '../identity/index.ts'
import { assertAnotherAdmin, lockFirm } from '../rights/index.ts'
import { type BlockRow, readBlock } from './queries/blocks.ts'
import { type BlockFault, type BlockTarget, type BlockWords, endFault, readTarget } from './rules/block-order.ts'
import { holdsAddress, rangeText } from './rules/ranges.ts'

/** A block as it is asked for, read and checked. */
export interface BlockOrder {
  readonly id?: string
  /** Null: everywhere. */
  readonly tenantId: string | null
  readonly target: BlockTarget
  readonly reason: string
  readonly expiresAt: string
  readonly confirmation: Confirmation | undefined
}

const invalid = ({ path, reason }: BlockFault): Refusal => refuse.invalid(path, reason)

export function assertEnd(expiresAt: string, now: Date): void {
  const fault = endFault(expiresAt, now.getTime())
  if (fault) throw invalid(fault)
}

export function targetOf(words: BlockWords): BlockTarget {
  const target = readTarget(words)
  if ('reason' in target) throw invalid(target)
  return target
}

/** A firm blocks for itself; the platform for the firm that it names, else everywhere. */
export function reachOf(actor: Actor, named: string | null | undefined): string | null {
  if (actor.aud === 'studio') return named?.toLowerCase() ?? null
  if (named !== null && named !== undefined && named.toLowerCase() !== actor.tenantId)
    throw refuse.notFound('The firm', 'tenant_id')
  return actor.tenantId
}

const labelOf = (target: BlockTarget): string => (target.kind === 'ACCOUNT' ? target.userId : rangeText(target.range))

/** Nobody shuts himself out. */
function assertNotSelf({ actor, transport }: ActorContext, target: BlockTarget): void {
  const self = target.kind === 'ACCOUNT' ? target.userId === actor.userId : holdsAddress(target.range, transport.ip)
  if (self) throw refuse.conflict('self_block', 'This would block yourself.')
}

/** What can be refused before the transaction; a wrong confirmation leaves its event. */
export async function assertMayBlock(context: PrepareContext<'identity'>, order: BlockOrder): Promise<void> {
  const { actor } = context
  assertEnd(order.expiresAt, context.now)
  assertNotSelf(context, order.target)
  if (!asksConfirmation(order)) return
  const given = order.confirmation
  if (!given) throw confirmationRequired()
  const target = labelOf(order.target)
  if (await context.transact((tx) => isConfirmed(tx, given, { action: 'block_apply', target }))) return
  await openContext({ context, actor }).record(authScope(actor.tenantId, actor.userId), async () => ({
    value: confirmationMismatch(),
    audit: {
      action: 'OPS_CONFIRMATION_REFUSED',
      target_id: target,
      outcome: 'denied',
      after: { action: 'block_apply' },
    },
  }))
}

const asksConfirmation = ({ target, tenantId }: BlockOrder): boolean => target.kind === 'CIDR' || tenantId === null

/** The person of a block: of the firm (a member, or linked as portal user), or anybody for the platform. */
async function assertPerson(tx: QueryExecutorProvider, userId: string, tenantId: string | null): Promise<void> {
  const { rows } = await sql`
    select 1 from identity.users u where u.id = ${userId}::uuid and u.deleted_at is null and u.kind <> 'SERVICE' and (
      ${tenantId}::uuid is null
      or exists (select from identity.memberships m where m.user_id = u.id and m.tenant_id = ${tenantId}::uuid and m.deleted_at is null)
      or exists (select from identity.portal_links l where l.user_id = u.id and l.tenant_id = ${tenantId}::uuid and l.status = 'active'))`.execute(
    tx,
  )
  if (rows.length === 0) throw refuse.notFound('The person', 'user_id')
}

/** Every firm in the block's reach keeps an administrator who can act; the firms are locked in one order. */
async function assertNotLastAdmin(tx: QueryExecutorProvider, userId: string, tenantId: string | null): Promise<void> {
  const { rows: firms } = await sql<{ tenant_id: string }>`
    select tenant_id from identity.memberships where user_id = ${userId}::uuid and admin_level = 'SYSTEM_ADMIN'
      and status = 'active' and deleted_at is null and (${tenantId}::uuid is null or tenant_id = ${tenantId}::uuid)
    order by tenant_id`.execute(tx)
  for (const firm of firms) {
    await lockFirm(tx, firm.tenant_id)
    await assertAnotherAdmin(tx, firm.tenant_id, userId)
  }
}

async function assertFirm(tx: QueryExecutorProvider, tenantId: string | null): Promise<void> {
  if (tenantId === null) return
  const { rows } = await sql`
    select 1 from identity.tenants where id = ${tenantId}::uuid and deleted_at is null`.execute(tx)
  if (rows.length === 0) throw refuse.notFound('The firm', 'tenant_id')
}

/** The log that a block belongs to: the firm's, or else the house's. */
const firmOfBlock = (block: BlockRow) => (block.tenant_id === null ? {} : { tenant_id: block.tenant_id })

/** The columns that say what is blocked. */
const columnsOf = (target: BlockTarget): { userId: string | null; cidr: string | null } =>
  target.kind === 'ACCOUNT'
    ? { userId: target.userId, cidr: null }
    : { userId: null, cidr: `${target.range.network}/${target.range.width}` }

/** Writes the block unless an equal one is in force; of two at once the second finds the first. */
async function insertBlock(tx: QueryExecutorProvider, order: BlockOrder, createdBy: string): Promise<string> {
  const { tenantId, target } = order
  const { userId, cidr } = columnsOf(target)
  await takeTurn(tx, `block/${tenantId ?? ''}/${userId ?? cidr}`)
  const { rows } = await sql<{ id: string }>`
    insert into identity.auth_blocks (id, tenant_id, kind, user_id, cidr, reason, created_by, expires_at)
    select coalesce(${order.id ?? null}::uuid, uuidv7()), ${tenantId}::uuid, ${target.kind}, ${userId}::uuid, ${cidr}::cidr,
      ${order.reason}, ${createdBy}::uuid, ${order.expiresAt}::timestamptz
    where not exists (
      select from identity.auth_blocks b where b.lifted_at is null and b.expires_at > now()
        and b.tenant_id is not distinct from ${tenantId}::uuid and b.user_id is not distinct from ${userId}::uuid
        and b.cidr is not distinct from ${cidr}::cidr)
    returning id`.execute(tx)
  const id = rows[0]?.id
  if (id === undefined)
    throw refuse.conflict('already_blocked', 'This is blocked already; change the end of that block.')
  return id
}

/** Sets a block in force; an account's sessions in its reach end with it. */
export async function placeBlock(context: CommandContext<'identity'>, order: BlockOrder) {
  const { tx, actor, services } = context
  const { tenantId } = order
  const { userId } = columnsOf(order.target)
  if (asksConfirmation(order) && order.confirmation) await consumeConfirmation(tx, order.confirmation)
  await assertFirm(tx, tenantId)
  if (userId !== null) {
    await assertPerson(tx, userId, tenantId)
    await assertNotLastAdmin(tx, userId, tenantId)
  }
  const id = await insertBlock(tx, order, actor.userId)
  if (userId !== null) {
    const here = tenantId === null ? sql`true` : sql`tenant_id = ${tenantId}::uuid`
    await endFamilies(tx, sql`user_id = ${userId}::uuid and ${here}`, { reason: 'blocked', by: actor.userId })
  }
  services.metrics.events.inc({ key: 'ops_block_applied' })
  const block = await readBlock(tx, id)
  const audit = {
    action: 'OPS_BLOCK_APPLIED',
    target_id: id,
    reason: order.reason,
    before: { status: 'INACTIVE' },
    after: { status: 'ACTIVE', kind: block.kind, user_id: userId, value: block.value, expires_at: block.expires_at },
    refs: userId === null ? [] : [userId],
    ...firmOfBlock(block),
  } as const
  return { body: block, audit }
}

/** The block, locked; another firm's is not there. */
export async function lockBlock(context: CommandContext<'identity'>, id: string): Promise<BlockRow> {
  const { tx, actor } = context
  const { rows } = await sql`
    select 1 from identity.auth_blocks
    where id = ${id}::uuid and (${actor.aud === 'studio'}::boolean or tenant_id = ${actor.tenantId}::uuid) for update`.execute(
    tx,
  )
  if (rows.length === 0) throw refuse.notFound('The block', 'id')
  return readBlock(tx, id)
}

/** Gives a live block another end. */
export async function moveEnd(
  context: CommandContext<'identity'>,
  block: BlockRow,
  to: { readonly expiresAt: string; readonly reason: string | null },
) {
  assertEnd(to.expiresAt, context.now)
  if (!block.active) {
    throw new Refusal('ILLEGAL_TRANSITION', 'This block has ended; apply a new one.', {
      details: [{ reason: 'block_ended' }],
    })
  }
  await sql`
    update identity.auth_blocks set expires_at = ${to.expiresAt}::timestamptz, reason = coalesce(${to.reason}, reason)
    where id = ${block.id}::uuid`.execute(context.tx)
  const changed = await readBlock(context.tx, block.id)
  const audit = {
    action: 'OPS_BLOCK_CHANGED',
    target_id: block.id,
    reason: to.reason,
    before: { expires_at: block.expires_at, reason: block.reason },
    after: { expires_at: changed.expires_at, reason: changed.reason },
    ...firmOfBlock(block),
  } as const
  return { body: changed, audit }
}

/** Ends a live block now. */
export async function lift(context: CommandContext<'identity'>, block: BlockRow) {
  await sql`
    update identity.auth_blocks set lifted_at = now(), lifted_by = ${context.actor.userId}::uuid where id = ${block.id}::uuid`.execute(
    context.tx,
  )
  const audit = {
    action: 'OPS_BLOCK_LIFTED',
    target_id: block.id,
    before: { kind: block.kind, value: block.value, expires_at: block.expires_at },
    ...firmOfBlock(block),
  } as const
  return { body: await readBlock(context.tx, block.id), audit }
}
