import { acceptInvitation } from '@zenops/contracts/identity-entry'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { first } from '../../../platform/db/rows.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { blocked, closed, type IdentityParts, lookStanding, underLimits } from '../../access/index.ts'
import {
  assertPassword,
  consumeLink,
  deviceOf,
  enter,
  keepPassword,
  liftLock,
  linkInvalid,
  loginHmac,
  provePassword,
} from '../../identity/index.ts'
import { type Invitation, readInvitation } from '../queries/invitation.ts'

const on = operationsOf<'identity'>()

type Body = ParsedOf<typeof acceptInvitation>['body']

/** A known person proves his password; a new one has chosen it, and its hash is answered. */
async function provenOrChosen(
  context: OpenContext,
  { invitation, body: { password } }: { invitation: Invitation; body: Body },
  parts: IdentityParts,
): Promise<string | null> {
  const { email, firm, firm_id: tenantId, password_phc: phc } = invitation
  if (phc !== null) {
    await provePassword(context, { email, phc, tenantId }, { password, parts })
    return null
  }
  assertPassword({ password, email, firm })
  return parts.passwords.hash(password)
}

interface Accepted {
  readonly invitation: Invitation
  readonly body: Body
  /** Hash of a new person's password. */
  readonly chosen: string | null
}

/** Uses the link up and makes the membership good; of two at once one gets it. */
async function join(tx: Kysely<DB>, { invitation, body, chosen }: Accepted): Promise<void> {
  const { user_id: userId, tenant_id: tenantId } = invitation
  await consumeLink(tx, body.token, 'INVITE')
  const joined = await first(tx)`
    update identity.memberships set status = 'active', version = version + 1, updated_at = now()
    where tenant_id = ${tenantId}::uuid and user_id = ${userId}::uuid and status = 'invited' and deleted_at is null returning 1`
  if (!joined) throw linkInvalid()
  const name = chosen === null ? null : (body.name ?? null)
  await first(tx)`
    update identity.users set email_verified_at = coalesce(email_verified_at, now()), name = coalesce(${name}, name),
      version = version + 1, updated_at = now() where id = ${userId}::uuid`
  if (chosen !== null) await keepPassword(tx, userId, chosen)
}

/** Ends like a sign-in: the steps after a right password are the same. */
export const acceptInvitationOperation = (parts: IdentityParts) =>
  on.open(acceptInvitation, (context, { body }) =>
    underLimits(context, 'accept', async () => {
      const invitation = await readInvitation(context, body.token, parts)
      const { user_id: userId, tenant_id: tenantId, firm_id, aud } = invitation
      const { ip } = context.transport
      const standing = await lookStanding(context.database, sql`u.id = ${userId}::uuid`, { tenantId, aud, ip })
      const shut = closed(standing)
      if (shut || !standing) throw shut
      const chosen = await provenOrChosen(context, { invitation, body }, parts)
      if (standing.blocked_until !== null) throw blocked('account', standing.blocked_until)
      if (invitation.user_status !== 'active') {
        throw new Refusal('AUTH_ACCOUNT_DISABLED', 'This account is switched off.')
      }
      return context.record(authScope(firm_id, userId), async (tx) => {
        await join(tx, { invitation, body, chosen })
        await liftLock(tx, loginHmac(invitation.email, parts))
        const deviceName = deviceOf(context.transport)
        const amr = chosen === null ? (['pwd'] as const) : (['pwd', 'link'] as const)
        const entered = await enter(tx, { userId, tenantId, aud, clientType: 'web', deviceName, ip, amr }, parts)
        const entry = { action: 'USER_INVITATION_ACCEPTED', target_id: userId, tenant_id: firm_id } as const
        return { value: entered, audit: { ...entry, after: { aud } } }
      })
    }),
  )
