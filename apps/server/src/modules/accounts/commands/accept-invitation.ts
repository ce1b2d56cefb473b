import { acceptInvitation } from '@zenops/contracts/identity-entry'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import {
  accountBlock,
  addressBlock,
  assertAddressFree,
  assertNotLocked,
  assertPassword,
  blocked,
  consumeLink,
  deviceOf,
  enter,
  entryReply,
  type IdentityParts,
  keepPassword,
  liftLock,
  linkInvalid,
  linkLimit,
  loginHmac,
  underLimits,
  wrongPassword,
} from '../../identity/index.ts'
import { type Invitation, readInvitation } from '../queries/invitation.ts'

const on = operationsOf<'identity'>()

type Body = ParsedOf<typeof acceptInvitation>['body']

/** A known person proves his password; a new one has chosen it, and its hash is answered. */
async function provePassword(
  context: OpenContext,
  { invitation, body }: { invitation: Invitation; body: Body },
  parts: IdentityParts,
): Promise<string | null> {
  const { email, firm, firm_id: tenantId, password_phc } = invitation
  if (password_phc === null) {
    assertPassword({ password: body.password, email, firm })
    return parts.passwords.hash(body.password)
  }
  const hmac = loginHmac(email, parts)
  await context.database.readTransaction(authScope(), (tx) => assertNotLocked(tx, hmac))
  const right = await parts.passwords.verify(password_phc, body.password)
  return right ? null : wrongPassword(context, { tenantId, hmac }, parts)
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
  const { rows } = await sql`
    update identity.memberships set status = 'active', version = version + 1, updated_at = now()
    where tenant_id = ${tenantId}::uuid and user_id = ${userId}::uuid and status = 'invited' and deleted_at is null returning 1`.execute(
    tx,
  )
  if (rows.length === 0) throw linkInvalid()
  const name = chosen === null ? null : (body.name ?? null)
  await sql`update identity.users set email_verified_at = coalesce(email_verified_at, now()), name = coalesce(${name}, name),
    version = version + 1, updated_at = now() where id = ${userId}::uuid`.execute(tx)
  if (chosen !== null) await keepPassword(tx, userId, chosen)
}

/** Ends like a sign-in: the steps after a right password are the same. */
export const acceptInvitationOperation = (parts: IdentityParts) =>
  on.open(acceptInvitation, (context, { body }) =>
    underLimits(context, linkLimit(context, 'accept'), async () => {
      const invitation = await readInvitation(context, body.token, parts)
      const { user_id: userId, tenant_id: tenantId, firm_id, aud } = invitation
      const { ip } = context.transport
      const [address, account] = await context.database.read(
        authScope(),
        addressBlock(ip, tenantId),
        accountBlock(userId, tenantId),
      )
      assertAddressFree(address)
      const chosen = await provePassword(context, { invitation, body }, parts)
      const until = account[0]?.until ?? null
      if (until !== null) throw blocked('account', until)
      if (invitation.user_status !== 'active') {
        throw new Refusal('AUTH_ACCOUNT_DISABLED', 'This account is switched off.')
      }
      const entered = await context.record(authScope(firm_id, userId), async (tx) => {
        await join(tx, { invitation, body, chosen })
        await liftLock(tx, loginHmac(invitation.email, parts))
        const deviceName = deviceOf(context.transport)
        const amr = chosen === null ? (['pwd'] as const) : (['pwd', 'link'] as const)
        const opened = await enter(tx, { userId, tenantId, aud, clientType: 'web', deviceName, ip, amr }, parts)
        const audit = {
          action: 'USER_INVITATION_ACCEPTED',
          target_id: userId,
          tenant_id: firm_id,
          after: { aud },
        } as const
        return { value: opened, audit }
      })
      return entryReply(entered, parts)
    }),
  )
