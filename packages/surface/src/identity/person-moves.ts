import type { Capability } from '@zenops/contracts/capabilities'
import type { MembershipState } from '@zenops/contracts/identity'
import type { Move } from '@zenops/ui/record'
import { t } from './words.ts'

/** What can be done with a person, in the order in which it is offered. */
export const ACTS = [
  'resend',
  'unlock',
  'enable',
  'jobs',
  'reset_password',
  'reset_factors',
  'withdraw',
  'disable',
  'remove',
] as const
export type Act = (typeof ACTS)[number]

interface Rule {
  readonly right: Capability
  readonly in: readonly MembershipState[]
  readonly danger?: boolean
}

const RULES: Readonly<Record<Act, Rule>> = {
  resend: { right: 'users.invite', in: ['invited'] },
  unlock: { right: 'users.write', in: ['locked'] },
  enable: { right: 'users.write', in: ['disabled'] },
  jobs: { right: 'users.roles.write', in: ['invited', 'active', 'locked', 'disabled'] },
  reset_password: { right: 'users.write', in: ['active', 'locked'] },
  reset_factors: { right: 'users.security', in: ['active', 'locked', 'disabled'] },
  withdraw: { right: 'users.invite', in: ['invited'], danger: true },
  disable: { right: 'users.write', in: ['active', 'locked'], danger: true },
  remove: { right: 'users.write', in: ['active', 'locked', 'disabled'], danger: true },
}

export interface PersonFacts {
  readonly status: MembershipState
  readonly factors: { readonly totp: boolean; readonly passkeys: number }
}

/** Acts that fit the state and the rights; of oneself they are shown with the reason why somebody else does them. */
export function movesOf(person: PersonFacts, self: boolean, holds: (right: Capability) => boolean): Move[] {
  const bare = !person.factors.totp && person.factors.passkeys === 0
  return ACTS.filter((act) => RULES[act].in.includes(person.status) && holds(RULES[act].right)).map((act) => {
    const unmet = self ? t('self_change') : act === 'reset_factors' && bare ? t('no_factor_to_reset') : null
    return {
      key: act,
      label: t(`act_${act}`),
      allowed: unmet === null,
      ...(unmet === null ? {} : { unmet: [{ text: unmet }] }),
      ...(RULES[act].danger ? { danger: true } : {}),
    }
  })
}
