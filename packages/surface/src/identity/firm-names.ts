import { useQuery } from '@tanstack/react-query'
import { listControlTenants } from '@zenops/contracts/identity-platform'
import { useCallback } from 'react'
import { useCan, useSession, useSurface } from '../surface-context.tsx'
import { t } from './words.ts'

/** Firms that fit one answer; beyond them the id stands. */
const LIMIT = 200

/** On Studio: the firms and lanes that the gate allows. The Workspace knows its own only and gets none. */
export function useFirms() {
  const { aud, ask } = useSurface()
  const mayRead = useCan('control.read')
  const firms = useQuery({
    ...ask(listControlTenants, { query: { limit: LIMIT } }),
    enabled: aud === 'studio' && mayRead,
  })
  return firms.data?.items ?? NO_FIRMS
}
const NO_FIRMS: readonly { readonly id: string; readonly name: string; readonly lane: string }[] = []

/** Names of firms by id; null means everywhere. */
export function useFirmNames(): (id: string | null | undefined) => string {
  const firms = useFirms()
  return useCallback(
    (id) => (id == null ? t('everywhere') : (firms.find((firm) => firm.id === id)?.name ?? id.slice(0, 8))),
    [firms],
  )
}

/** The firm that a call is about: named on Studio, the own one in the Workspace. */
export function useInFirm(tenantId?: string): { readonly tenant_id?: string } {
  const { aud } = useSurface()
  const own = useSession().tenant.id
  return aud === 'studio' ? { tenant_id: tenantId ?? own } : {}
}
/** The same for a person who was read already; Studio's answers name the firm. */
export const inFirmOf = ({
  tenant_id,
}: {
  readonly tenant_id?: string | undefined
}): { readonly tenant_id?: string } => (tenant_id === undefined ? {} : { tenant_id })
