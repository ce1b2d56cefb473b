import { createLazyRoute } from '@tanstack/react-router'
import { Profile } from '../features/identity/profile.tsx'
import { useSession } from '../lib/session.tsx'

export const Route = createLazyRoute('/frame/me')({ component: MePage })

function MePage() {
  return <Profile session={useSession()} />
}
