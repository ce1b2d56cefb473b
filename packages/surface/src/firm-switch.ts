import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { authConfig } from '@zenops/contracts/identity'
import { switchTenant } from '@zenops/contracts/identity-entry'
import { myTenants } from '@zenops/contracts/identity-people'
import type { FirmSwitch } from '@zenops/ui/frame'
import { jobName } from './jobs.ts'
import type { Surface } from './surface.ts'
import { useWayIn } from './way-in.ts'

/** The firms this person may enter; nothing where there is one installation for one firm, or one membership. */
export function useFirmSwitch(surface: Surface): FirmSwitch | undefined {
  const { ask, aud, client } = surface
  const session = surface.useMaybeSession()
  const router = useRouter()
  const enter = useWayIn(surface)
  const config = useQuery({ ...ask(authConfig, { query: { aud } }), staleTime: Number.POSITIVE_INFINITY })
  const several = config.data?.multi_tenant ?? false
  const mine = useQuery({ ...ask(myTenants, {}), enabled: several && session !== null })
  const firms = mine.data?.items ?? []
  if (!session || firms.length < 2) return undefined
  return {
    current: session.tenant.id,
    firms: firms.map((firm) => ({
      id: firm.tenant_id,
      name: firm.name,
      note: firm.job_templates.map(jobName).join(', '),
    })),
    onChoose(tenant_id) {
      if (tenant_id === session.tenant.id) return
      // What is refused here (a firm that was shut a moment ago) shows on the page of sign-in or block.
      void client.call(switchTenant, { body: { tenant_id } }).then(enter, () => router.invalidate())
    },
  }
}
