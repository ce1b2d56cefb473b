import { useQuery } from '@tanstack/react-query'
import { authConfig } from '@zenops/contracts/identity'
import type { OutputOf } from '@zenops/contracts/kit'
import type { Surface } from './surface.ts'

/** What becomes of a mail here: it is sent, or lies in the outbox, readable (kept) or not (waiting). */
export function useMails({ aud, ask }: Pick<Surface, 'aud' | 'ask'>): OutputOf<typeof authConfig>['mails'] {
  const { data } = useQuery({ ...ask(authConfig, { query: { aud } }), staleTime: Number.POSITIVE_INFINITY })
  return data?.mails ?? 'sent'
}
