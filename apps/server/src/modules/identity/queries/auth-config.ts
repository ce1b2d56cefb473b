import { authConfig, jwks } from '@zenops/contracts/identity'
import { operationsOf } from '../../../platform/operations.ts'
import type { IdentityParts } from '../parts.ts'

const on = operationsOf<'identity'>()

const PASSWORD_MIN = 12

export const authConfigOperation = (parts: IdentityParts) =>
  on.open(authConfig, async (_context, { query }) => ({
    body: {
      multi_tenant: parts.gate.multiTenant,
      registration: 'invite_only' as const,
      passwordless: false,
      guest: false,
      password_min: PASSWORD_MIN,
      demo:
        parts.demoPeople
          ?.filter((person) => query.aud === undefined || person.surface === query.aud)
          .map((person) => ({ ...person, can: [...person.can], waiting: 0 })) ?? null,
    },
  }))

export const jwksOperation = (parts: IdentityParts) =>
  on.open(jwks, async () => ({
    body: { keys: [...parts.tokens.publicKeys] },
    reply: { headers: { 'cache-control': 'public, max-age=300' } },
  }))
