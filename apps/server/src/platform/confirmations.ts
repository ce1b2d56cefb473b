import { type QueryExecutorProvider, sql } from 'kysely'
import type { Scope } from './db/scope.ts'
import { Refusal } from './errors.ts'
import type { PrepareContext } from './operations.ts'
import { openContext } from './perform.ts'

/** What a typed confirmation is bound to, beside its person. */
export interface Confirmable {
  readonly action: string
  readonly target: string
}
export interface Confirmation {
  readonly confirmation_id: string
  readonly phrase: string
}

/** Draws the phrase that the caller must type: five minutes, one use, his alone. */
export async function drawConfirmation(
  tx: QueryExecutorProvider,
  of: Confirmable & { readonly tenantId: string; readonly userId: string; readonly phrase: string },
): Promise<{ confirmation_id: string; phrase: string; expires_at: string }> {
  const { rows } = await sql<{ confirmation_id: string; phrase: string; expires_at: string }>`
    insert into ops.confirmations (tenant_id, user_id, action, target, phrase)
    values (${of.tenantId}::uuid, ${of.userId}::uuid, ${of.action}, ${of.target}, ${of.phrase.normalize('NFC').trim()})
    returning id as confirmation_id, phrase, expires_at`.execute(tx)
  const drawn = rows[0]
  if (!drawn) throw new Error('the confirmation was not kept')
  return drawn
}

export const confirmationRequired = (): Refusal =>
  new Refusal('CONFIRMATION_REQUIRED', 'This act has a wide effect. Please confirm it by typing the phrase.', {
    details: [{ path: 'confirmation', reason: 'confirmation_required' }],
  })

export const confirmationMismatch = (): Refusal =>
  new Refusal('OPS_CONFIRMATION_MISMATCH', 'The confirmation is not the one that was asked for.', {
    details: [{ path: 'confirmation', reason: 'confirmation_mismatch' }],
  })

/** Exact after NFC and trim. The tenant and person of the transaction are the ones it was drawn for, or it is not seen. */
export async function isConfirmed(tx: QueryExecutorProvider, given: Confirmation, of: Confirmable): Promise<boolean> {
  const { rows } = await sql`
    select 1 from ops.confirmations
    where id = ${given.confirmation_id}::uuid and action = ${of.action} and target = ${of.target} and consumed_at is null
      and expires_at > now() and phrase = ${given.phrase.normalize('NFC').trim()}`.execute(tx)
  return rows.length === 1
}

/** Uses a confirmation up, in the act's own transaction; of two at once one gets it. */
export async function consumeConfirmation(tx: QueryExecutorProvider, given: Confirmation): Promise<void> {
  const { rows } = await sql`
    update ops.confirmations set consumed_at = now()
    where id = ${given.confirmation_id}::uuid and consumed_at is null and expires_at > now() returning 1`.execute(tx)
  if (rows.length === 0) throw confirmationMismatch()
}

/**
 * For `prepare`: the act goes on only under the phrase that was drawn for it. A wrong one leaves its event.
 * Throws CONFIRMATION_REQUIRED, OPS_CONFIRMATION_MISMATCH.
 */
export async function assertConfirmed<Schemas extends string>(
  context: PrepareContext<Schemas>,
  of: Confirmable & { readonly given: Confirmation | undefined; readonly scope: Scope },
): Promise<void> {
  const { given, action, target } = of
  if (!given) throw confirmationRequired()
  if (await context.transact((tx) => isConfirmed(tx, given, of))) return
  await openContext({ context, actor: context.actor }).record(of.scope, async () => ({
    value: confirmationMismatch(),
    audit: { action: 'OPS_CONFIRMATION_REFUSED', target_id: target, outcome: 'denied', after: { action } },
  }))
}
