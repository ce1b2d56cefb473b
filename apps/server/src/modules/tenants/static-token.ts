import { createHash, timingSafeEqual } from 'node:crypto'
import type { ReadyConfig } from '../../config.ts'
import { Refusal } from '../../platform/errors.ts'

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** A token of the configuration and its predecessor: whether one is set, and whether what was presented is one of them. */
export interface StaticToken {
  readonly configured: boolean
  matches(presented: string): boolean
}

/** Only digests are kept and compared, in constant time; both are always compared. */
export function staticToken(current: string | undefined, previous: string | undefined): StaticToken {
  const digests = [current, previous]
    .filter((token) => token !== undefined && token !== '')
    .map((token) => digestOf(token ?? ''))
  return {
    configured: digests.length > 0,
    matches: (presented) => {
      if (digests.length === 0) return false
      const given = digestOf(presented.trim())
      return digests.map((digest) => timingSafeEqual(digest, given)).includes(true)
    },
  }
}

/**
 * The credential of the billing client: `x-service-token`, or a bearer token. Throws 401
 * `STUDIO_SERVICE_TOKEN_NOT_CONFIGURED` or `INVALID_STUDIO_SERVICE_TOKEN`. Billing's service routes call it first.
 */
export function assertStudioServiceToken(
  headers: Readonly<Record<string, string | undefined>>,
  config: Pick<ReadyConfig, 'STUDIO_SERVICE_TOKEN' | 'STUDIO_SERVICE_TOKEN_PREVIOUS'>,
): void {
  const token = staticToken(config.STUDIO_SERVICE_TOKEN, config.STUDIO_SERVICE_TOKEN_PREVIOUS)
  if (!token.configured) {
    throw new Refusal('STUDIO_SERVICE_TOKEN_NOT_CONFIGURED', 'This installation has no service token.')
  }
  const presented = headers['x-service-token'] ?? /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1]
  if (presented === undefined || !token.matches(presented)) {
    throw new Refusal('INVALID_STUDIO_SERVICE_TOKEN', 'The service token is not valid.')
  }
}
