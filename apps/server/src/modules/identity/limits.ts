import { addressKey } from '../../platform/limits/address.ts'
import { limited, limitHeaders, type LimitResult, type LimitRule } from '../../platform/limits/port.ts'
import { Refusal } from '../../platform/errors.ts'
import type { CallContext, ReplyExtras } from '../../platform/operations.ts'

const HOUR = 3_600

/** A rule of the table in `identity.md` 5. With AUTH_LOGIN_RPM 0, never in production, none of them counts. */
const rule = ({ services }: CallContext, key: string, of: { limit: number; windowSeconds?: number }): LimitRule => ({
  key: `rl:auth:${key}`,
  ...of,
  limit: services.config.AUTH_LOGIN_RPM === 0 ? 0 : of.limit,
})
const byAddress = (context: CallContext, what: string): string => `${what}:${addressKey(context.transport.ip)}`

/** Sign-in by password or passkey; `tenantKey` is the firm it aims at, never what an unknown firm was called. */
export const signInLimit = (context: CallContext, tenantKey: string): LimitRule =>
  rule(context, byAddress(context, `login:${tenantKey}`), { limit: context.services.config.AUTH_LOGIN_RPM })
export const refreshLimit = (context: CallContext): LimitRule =>
  rule(context, byAddress(context, 'refresh'), { limit: 60 })
export const familyLimit = (context: CallContext, familyId: string): LimitRule =>
  rule(context, `family:${familyId}`, { limit: 30 })
export const logoutLimit = (context: CallContext): LimitRule =>
  rule(context, byAddress(context, 'logout'), { limit: 60 })
/** Asking for a challenge or a secret, and answering one, count apart: a whole round takes one of each. */
export type ProofAct = 'begin' | 'check'
/** Proving a factor or a password, by address: asked before anything is looked up. */
export const proofAddressLimit = (context: CallContext, act: ProofAct = 'check'): LimitRule =>
  rule(context, byAddress(context, act === 'check' ? 'proof' : 'proof:begin'), { limit: 20 })
/** The same by person. */
export const proofPersonLimit = (context: CallContext, userId: string, act: ProofAct = 'check'): LimitRule =>
  rule(context, `${act === 'check' ? 'proof' : 'proof:begin'}:${userId}`, { limit: 10 })
export const proofLimits = (context: CallContext, userId: string, act: ProofAct = 'check'): LimitRule[] => [
  proofAddressLimit(context, act),
  proofPersonLimit(context, userId, act),
]
/** Asking for a mail: register, forgot. */
export const askLimit = (context: CallContext, what: 'register' | 'forgot'): LimitRule =>
  rule(context, byAddress(context, what), { limit: 5, windowSeconds: HOUR })
/** Using a link: reset, verify, invitation inspect and accept, e-mail confirm. */
export const linkLimit = (context: CallContext, what: 'reset' | 'verify' | 'inspect' | 'accept' | 'email'): LimitRule =>
  rule(context, byAddress(context, what), { limit: 20, windowSeconds: HOUR })
export const guestLimit = (context: CallContext): LimitRule =>
  rule(context, byAddress(context, 'guest'), { limit: 5, windowSeconds: HOUR })

/** Whether one more mail of a kind may go to an address in this hour. `hmac`: of the address, never itself. */
export async function mayMail(context: CallContext, what: 'register' | 'forgot', hmac: Buffer): Promise<boolean> {
  const result = await context.services.limits.hit(
    rule(context, `${what}:mail:${hmac.toString('base64url')}`, { limit: 3, windowSeconds: HOUR }),
  )
  return result.allowed
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
  rules: LimitRule | readonly LimitRule[],
  work: () => Promise<{ body: B; reply?: ReplyExtras }>,
): Promise<{ body: B; reply: ReplyExtras }> {
  const headers = await admit(context, 'key' in rules ? [rules] : rules)
  try {
    const result = await work()
    return { ...result, reply: { ...result.reply, headers: { ...headers, ...result.reply?.headers } } }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal(error.code, error.message, {
      details: error.details,
      headers: { ...headers, ...error.headers },
    })
  }
}
