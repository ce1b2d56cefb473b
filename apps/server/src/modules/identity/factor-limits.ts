import { addressKey } from '../../platform/limits/address.ts'
import { limited, limitHeaders, type LimitRule } from '../../platform/limits/port.ts'
import type { CallContext } from '../../platform/operations.ts'

/** Asking for a challenge or a secret, and answering one, are counted apart: a whole round takes one of each. */
export type FactorAct = 'begin' | 'check'
type Headers = Readonly<Record<string, string>>

async function count({ services }: CallContext, rule: LimitRule): Promise<Headers> {
  const result = await services.limits.hit(rule)
  if (!result.allowed) throw limited(result, 'AUTH_RATE_LIMITED')
  return limitHeaders(result)
}

/** Counts a call of an address; asked before anything is looked up. */
export const limitAddress = (context: CallContext, act: FactorAct): Promise<Headers> =>
  count(context, {
    key: `rl:auth:factor:${act}:address:${addressKey(context.transport.ip)}`,
    limit: context.services.config.AUTH_FACTOR_ADDRESS_RPM,
  })

/** Counts a call about a person. Never within a transaction: counting takes a connection of its own. */
export const limitPerson = (context: CallContext, act: FactorAct, userId: string): Promise<Headers> =>
  count(context, {
    key: `rl:auth:factor:${act}:person:${userId}`,
    limit: context.services.config.AUTH_FACTOR_PERSON_RPM,
  })

/** A sign-in by passkey counts like one by password; the firm is known only after the answer is judged. */
export const limitPasskeySignIn = (context: CallContext): Promise<Headers> =>
  count(context, {
    key: `rl:auth:login:passkey:${addressKey(context.transport.ip)}`,
    limit: context.services.config.AUTH_LOGIN_RPM,
  })
