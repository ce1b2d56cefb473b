import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { authConfig } from '@zenops/contracts/identity'
import type { FirmSwitch } from '@zenops/ui/frame'
import type { Surface } from './surface.ts'
import { useWayIn } from './way-in.ts'

// Most installations hold one firm: what the list needs is loaded where there are several.
const ownFirms = () => import('./own-firms.ts')

/** The firms this person may enter; nothing where there is one installation for one firm, or one membership. */
export function useFirmSwitch(surface: Surface): FirmSwitch | undefined {
  const { ask, aud } = surface
  const session = surface.useMaybeSession()
  const router = useRouter()
  const enter = useWayIn(surface)
  const config = useQuery({ ...ask(authConfig, { query: { aud } }), staleTime: Number.POSITIVE_INFINITY })
  const several = config.data?.multi_tenant ?? false
  const mine = useQuery({
    queryKey: ['own firms', session?.user.id],
    queryFn: async () => (await ownFirms()).firmsOf(surface),
    enabled: several && session !== null,
  })
  if (!session || !mine.data || mine.data.length < 2) return undefined
  return {
    current: session.tenant.id,
    firms: mine.data,
    onChoose(id) {
      if (id === session.tenant.id) return
      // What is refused here (a firm that was shut a moment ago) shows on the page of sign-in or block.
      void ownFirms()
        .then((own) => own.enterFirm(surface, id))
        .then(enter, () => router.invalidate())
    },
  }
}
