import { authConfig, jwks } from '@zenops/contracts/identity'
import { PASSWORD_MIN } from '@zenops/contracts/identity-entry'
import type { ParsedOf } from '@zenops/contracts/kit'
import type { Database } from '../../../platform/db/database.ts'
import { look } from '../../../platform/db/rows.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { tenantNotEnabled } from '../../../platform/perform.ts'
import { aimOf, type IdentityParts } from '../../access/index.ts'
import { findFirm } from './firm.ts'

const on = operationsOf<'identity'>()

type Query = ParsedOf<typeof authConfig>['query']

/** Whether passkeys alone sign in where this page's sign-in would act. */
async function passwordless(query: Query, database: Database, parts: IdentityParts): Promise<boolean> {
  const aim = await aimOf({ aud: query.aud ?? 'web', tenant: query.tenant }, database, parts)
  const tenantId = (await aim.named()) ?? parts.gate.internalTenantId
  const firm = await look(database)<{ passwordless: boolean }>`
    select passwordless from identity.tenants where id = ${tenantId}::uuid and status = 'active' and deleted_at is null`
  if (!firm) throw tenantNotEnabled()
  return firm.passwordless
}

/** What becomes of a mail: without a server it lies in the outbox, in production sealed until there is one. */
function mailsOf({ SMTP_URL, NODE_ENV }: IdentityParts['config']): 'sent' | 'kept' | 'waiting' {
  if (SMTP_URL !== undefined) return 'sent'
  return NODE_ENV === 'production' ? 'waiting' : 'kept'
}

/** Registration and guests are a firm's own; the portal's visitor names it, else the house firm is meant. */
export const authConfigOperation = (parts: IdentityParts) =>
  on.open(authConfig, async ({ database }, { query }) => {
    const firm = await findFirm(query.tenant, database, parts)
    return {
      body: {
        multi_tenant: parts.gate.multiTenant,
        registration: firm?.registration ?? ('off' as const),
        passwordless: await passwordless(query, database, parts),
        guest: firm !== undefined && firm.registration !== 'off',
        password_min: PASSWORD_MIN,
        mails: mailsOf(parts.config),
        demo:
          parts.demoPeople
            ?.filter((person) => query.aud === undefined || person.surface === query.aud)
            .map((person) => ({ ...person, can: [...person.can], waiting: 0 })) ?? null,
      },
    }
  })

export const jwksOperation = (parts: IdentityParts) =>
  on.open(jwks, async () => ({
    body: { keys: [...parts.tokens.publicKeys] },
    reply: { headers: { 'cache-control': 'public, max-age=300' } },
  }))
