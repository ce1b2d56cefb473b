import { createLazyRoute } from '@tanstack/react-router'
import { MyProfile } from '@zenops/surface/my-profile.tsx'
import { OwnRights } from '../features/identity/own-rights.tsx'
import { useSession } from '../lib/session.tsx'
import { surface } from '../lib/surface.ts'

export const Route = createLazyRoute('/frame/me')({ component: MePage })

function MePage() {
  return (
    <MyProfile surface={surface}>
      <OwnRights session={useSession()} />
    </MyProfile>
  )
}
