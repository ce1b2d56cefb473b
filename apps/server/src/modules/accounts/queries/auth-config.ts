import { authConfig, jwks } from '@zenops/contracts/identity'
import { PASSWORD_MIN } from '@zenops/contracts/identity-entry'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { compileOnly, type Database } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { tenantNotEnabled } from '../../../platform/perform.ts'
import { aimOf, type IdentityParts } from '../../identity/index.ts'
import { findFirm } from './firm.ts'

const on = operationsOf<'identity'>()

type Query = ParsedOf<typeof authConfig>['query']

/** Whether passkeys alone sign in where this page's sign-in would act. */
async function passwordless(query: Query, database: Database, parts: IdentityParts): Promise<boolean> {
  const aim = await aimOf({ aud: query.aud ?? 'web', tenant: query.tenant }, database, parts)
  const tenantId = await aim.tenantId(null)
  const statement = sql<{ passwordless: boolean }>`
    select passwordless from identity.tenants where id = ${tenantId}::uuid and status = 'active' and deleted_at is null`
  const [rows] = await database.read(authScope(), statement.compile(compileOnly))
  if (!rows[0]) throw tenantNotEnabled()
  return rows[0].passwordless
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
