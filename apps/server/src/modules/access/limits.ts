import { addressKey } from '../../platform/limits/address.ts'
import { limited, limitHeaders, type LimitResult, type LimitRule } from '../../platform/limits/port.ts'
import { Refusal } from '../../platform/errors.ts'
import type { CallContext, ReplyExtras } from '../../platform/operations.ts'

const HOUR = 3_600

/**
 * The table of `identity.md` 5: how many of an act in a window, by address unless the key says otherwise. Asking for a
 * challenge or a secret (`begin`) and answering one (`proof`) count apart: a whole round takes one of each.
 */
const RULES = {
  refresh: [60, 60],
  logout: [60, 60],
  family: [30, 60],
  proof: [20, 60],
  'proof:begin': [20, 60],
  'proof:person': [10, 60],
  'proof:begin:person': [10, 60],
  register: [5, HOUR],
  forgot: [5, HOUR],
  'register:mail': [3, HOUR],
  'forgot:mail': [3, HOUR],
  reset: [20, HOUR],
  verify: [20, HOUR],
  inspect: [20, HOUR],
  accept: [20, HOUR],
  email: [20, HOUR],
  guest: [5, HOUR],
} as const satisfies Record<string, readonly [limit: number, windowSeconds: number]>
export type LimitedAct = keyof typeof RULES

/** With AUTH_LOGIN_RPM 0, never in production, none of them counts. */
const isOff = ({ services }: CallContext): boolean => services.config.AUTH_LOGIN_RPM === 0

/** The rule of an act. `key`: what it counts by; default the caller's address. */
export function limitOf(context: CallContext, act: LimitedAct, key = addressKey(context.transport.ip)): LimitRule {
  const [limit, windowSeconds] = RULES[act]
  return { key: `rl:auth:${act}:${key}`, limit: isOff(context) ? 0 : limit, windowSeconds }
}

/** Sign-in by password or passkey; `tenantKey` is the firm it aims at, never what an unknown firm was called. */
export const signInLimit = ({ services, transport }: CallContext, tenantKey: string): LimitRule => ({
  key: `rl:auth:login:${tenantKey}:${addressKey(transport.ip)}`,
  limit: services.config.AUTH_LOGIN_RPM,
})

export type ProofAct = 'proof' | 'proof:begin'
/** Proving a factor or a password, by address and by person. */
export const proofLimits = (context: CallContext, userId: string, act: ProofAct = 'proof'): LimitRule[] => [
  limitOf(context, act),
  limitOf(context, `${act}:person`, userId),
]

/** Whether one more mail of a kind may go to an address in this hour. `hmac`: of the address, never itself. */
export async function mayMail(context: CallContext, act: 'register' | 'forgot', hmac: Buffer): Promise<boolean> {
  const rule = limitOf(context, `${act}:mail`, hmac.toString('base64url'))
  return (await context.services.limits.hit(rule)).allowed
}

/** Counts a call; answers the `RateLimit-*` of the tightest rule. Throws 429 `AUTH_RATE_LIMITED`. */
export async function admit(context: CallContext, rules: readonly LimitRule[]): Promise<Record<string, string>> {
  let tightest: LimitResult | undefined
  for (const one of rules) {
    const result = await context.services.limits.hit(one)
    if (!result.allowed) {
      const { metrics, tally, config } = context.services
      metrics.events.inc({ key: 'auth_rate_limited' })
      tally.add({ metric_key: 'auth_rate_limited', tenant_id: config.ZENOPS_INTERNAL_TENANT_ID }, context.traceId)
      throw limited(result, 'AUTH_RATE_LIMITED')
    }
    if (result.limit > 0 && (tightest === undefined || result.remaining < tightest.remaining)) tightest = result
  }
  return tightest ? limitHeaders(tightest) : {}
}

/** Runs a sign-in route under its limits: every answer, refusals too, tells what is left. */
export async function underLimits<B>(
  context: CallContext,
  rules: LimitRule | readonly LimitRule[] | LimitedAct,
  work: () => Promise<{ body: B; reply?: ReplyExtras }>,
): Promise<{ body: B; reply: ReplyExtras }> {
  const counted = typeof rules === 'string' ? limitOf(context, rules) : rules
  const headers = await admit(context, 'key' in counted ? [counted] : counted)
  try {
    const result = await work()
    return { ...result, reply: { ...result.reply, headers: { ...headers, ...result.reply?.headers } } }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { details } = error
    throw new Refusal(error.code, error.message, { details, headers: { ...headers, ...error.headers } })
  }
}
