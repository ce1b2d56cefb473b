import type { Operation } from '@zenops/contracts/kit'
import type { Actor } from '../auth/actor.ts'
import { addressKey } from '../limits/address.ts'
import { limited, limitHeaders } from '../limits/port.ts'
import type { Services } from '../services.ts'

/**
 * Operations that are not counted here: those with limits of their own, the probe that must answer without any
 * dependency, and the bytes behind signed links, whose right is the link and which a page of photos asks for by the dozen.
 */
const countsItself = (operation: Operation): boolean =>
  operation.errors.includes('AUTH_RATE_LIMITED') ||
  operation.id === 'ops.health' ||
  (operation.raw && operation.access === 'public')

/** The limit that an operation has of its own; where the general one is off, so is this. */
async function countOwn(
  { config, limits }: Pick<Services, 'config' | 'limits'>,
  { id, perMinute }: Operation,
  actor: Actor | null,
): Promise<Record<string, string> | null> {
  if (perMinute === undefined || !actor || config.RATE_LIMIT_SIGNED_IN_RPM === 0) return null
  const result = await limits.hit({ key: `rl:${id}:${actor.userId}`, limit: perMinute })
  if (!result.allowed) throw limited(result, 'RATE_LIMITED')
  return limitHeaders(result)
}

/** Counts a call of a person, or of an address without one. Answers its `RateLimit-*`; throws 429 `RATE_LIMITED`. */
export async function countCall(
  { config, limits }: Services,
  operation: Operation,
  caller: { readonly actor: Actor | null; readonly ip: string },
): Promise<Record<string, string>> {
  if (countsItself(operation)) return {}
  const own = await countOwn({ config, limits }, operation, caller.actor)
  if (own) return own
  const result = await limits.lease(
    caller.actor
      ? { key: `rl:api:person:${caller.actor.userId}`, limit: config.RATE_LIMIT_SIGNED_IN_RPM }
      : { key: `rl:api:address:${addressKey(caller.ip)}`, limit: config.RATE_LIMIT_ANONYMOUS_RPM },
  )
  if (!result.allowed) throw limited(result, 'RATE_LIMITED')
  return limitHeaders(result)
}
