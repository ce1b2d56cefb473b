import { useRouter } from '@tanstack/react-router'
import type { FactorDue } from '@zenops/client/session'
import type { Session as SessionBody } from '@zenops/contracts/identity'
import { useSyncExternalStore } from 'react'
import type { Surface } from './surface.ts'

type Answer = SessionBody | FactorDue

/** After any way in: a session leads to `next`, a second factor that is due to the page that asks for it. */
export function useWayIn({ client, waiting }: Surface, next = '/'): (answer: Answer) => void {
  const router = useRouter()
  return (answer) => {
    if (answer.result === 'accepted') {
      client.session.accept(answer)
      router.history.replace(next)
      return
    }
    waiting.begin(answer, next)
    router.history.push(answer.result === 'mfa_required' ? '/second-factor' : '/set-up-factor')
  }
}

/** The token of the mailed link that opened this page: null where none did, empty where it arrived cut. */
export function useMailedToken({ links }: Surface, path: string): string | null {
  const link = useSyncExternalStore(links.subscribe, links.current)
  return link?.path === path ? link.token : null
}
