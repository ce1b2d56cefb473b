import type { TenantState } from '@zenops/contracts/identity-platform'
import type { Move } from '@zenops/ui/record'
import { t } from './texts.ts'

export const TENANT_ACTS = ['restore', 'activate', 'suspend', 'close', 'remove'] as const
export type TenantAct = (typeof TENANT_ACTS)[number]

export interface TenantFacts {
  readonly status: TenantState
  readonly protected: boolean
  readonly deleted_at: string | null
}

const fits = (act: TenantAct, { status, deleted_at }: TenantFacts): boolean => {
  if (deleted_at !== null) return act === 'restore'
  if (act === 'activate') return status !== 'active'
  if (act === 'suspend') return status === 'active'
  if (act === 'close') return status === 'suspended'
  return act === 'remove' && status === 'closed'
}

/** What can be done with a firm. A fixed lane offers nothing; removing and restoring need multi-tenant mode. */
export function tenantMoves(tenant: TenantFacts, multi: boolean): readonly Move[] {
  if (tenant.protected) return []
  return TENANT_ACTS.filter((act) => fits(act, tenant)).map((act) => {
    const held = !multi && (act === 'remove' || act === 'restore')
    return {
      key: act,
      label: t(`act_${act}`),
      allowed: !held,
      ...(held ? { unmet: [{ text: t('multi_off') }] } : {}),
      ...(act === 'activate' || act === 'restore' ? {} : { danger: true }),
    }
  })
}
