import {
  type Confirmable,
  type Confirmation,
  confirmationMismatch,
  confirmationRequired,
  isConfirmed,
} from './confirmations.ts'
import { scopeOf } from './db/scope.ts'
import type { QueryExecutorProvider } from 'kysely'
import type { ActorContext } from './operations.ts'
import { openContext } from './perform.ts'

/**
 * For `prepare` of an act that asks for typed words: 409 without them, and with wrong, used, foreign or late ones, which
 * leave their event. The act's own transaction uses them up (`consumeConfirmation`).
 */
export async function assertConfirmed(
  context: ActorContext & { transact<T>(work: (tx: QueryExecutorProvider) => Promise<T>): Promise<T> },
  given: Confirmation | undefined,
  of: Confirmable,
): Promise<Confirmation> {
  if (!given) throw confirmationRequired()
  if (await context.transact((tx) => isConfirmed(tx, given, of))) return given
  const mismatch = confirmationMismatch()
  const audit = {
    action: 'OPS_CONFIRMATION_REFUSED',
    target_id: of.target,
    outcome: 'denied',
    after: { action: of.action },
  } as const
  await openContext({ context, actor: context.actor }).record(scopeOf(context.actor), async () => ({
    value: mismatch,
    audit,
  }))
  throw mismatch
}
