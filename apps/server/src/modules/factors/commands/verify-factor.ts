import { verifyFactor } from '@zenops/contracts/identity-factors'
import type { ParsedOf } from '@zenops/contracts/kit'
import type { Kysely } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import {
  barrier,
  type Entered,
  enterWithFactor,
  entryReply,
  type IdentityParts,
  originOf,
  tellPerson,
} from '../../identity/index.ts'
import { assertUnlocked, countWrongCode } from '../factor-attempts.ts'
import {
  consumeTicket,
  type Holder,
  lockHolder,
  type Outcome,
  recorded,
  signInOf,
  ticketInvalid,
  withHolder,
} from '../factor-holder.ts'
import { useRecoveryCode } from '../recovery-codes.ts'
import { takeTotp, totpStateOf } from '../totp.ts'

const on = operationsOf<'identity'>()

type Body = ParsedOf<typeof verifyFactor>['body']

/** One of the two codes, used up when it is right. */
async function take(tx: Kysely<DB>, { userId, body }: { userId: string; body: Body }, parts: IdentityParts) {
  if (body.recovery_code !== undefined) return useRecoveryCode(tx, { userId, code: body.recovery_code }, parts)
  // A secret that was drawn and never proven is no factor yet.
  const enabled = (await totpStateOf(tx, userId)) === 'enabled'
  return enabled && takeTotp(tx, { userId, code: body.totp_code ?? '' }, parts)
}

interface Verify {
  readonly context: OpenContext
  readonly holder: Holder
  readonly body: Body
  readonly parts: IdentityParts
}

async function verify(tx: Kysely<DB>, { context, holder, body, parts }: Verify): Promise<Outcome<Entered>> {
  const { ticket, userId, tenantId } = holder
  await lockHolder(tx, holder)
  await assertUnlocked(tx, holder)
  const stands = await barrier(tx, { ...holder, ip: context.transport.ip }, parts)
  if (stands) throw stands
  const method = body.recovery_code === undefined ? 'TOTP' : 'RECOVERY'
  const audit = { target_id: userId, tenant_id: tenantId } as const
  if (!(await take(tx, { userId, body }, parts))) {
    context.services.metrics.events.inc({ key: 'auth_mfa_failed' })
    return {
      value: await countWrongCode(tx, holder),
      audit: { ...audit, action: 'MFA_FAILED', outcome: 'denied', after: { method } },
    }
  }
  if (!ticket || !(await consumeTicket(tx, ticket))) throw ticketInvalid('challenge_not_found')
  const entered = await enterWithFactor(tx, signInOf(context, holder, method === 'TOTP' ? 'otp' : 'recovery'), parts)
  if (method === 'RECOVERY') await tellPerson(tx, originOf(context), { userId, tenantId, kind: 'recovery_code_used' })
  const after =
    entered.kind === 'session' ? { method, session_id: entered.principal.session_id } : { method, setup: 'due' }
  const action = method === 'TOTP' ? 'MFA_VERIFIED' : 'MFA_RECOVERY_USED'
  return { value: entered, audit: { ...audit, action, after } }
}

export const verifyFactorOperation = (parts: IdentityParts) =>
  on.open(verifyFactor, (context, { body }) =>
    withHolder(context, { ticketId: body.mfa_ticket_id, type: 'VERIFY', act: 'check' }, async (holder) =>
      entryReply(await recorded(context, (tx) => verify(tx, { context, holder, body, parts })), parts),
    ),
  )
