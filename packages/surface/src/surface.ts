import { QueryClient, queryOptions } from '@tanstack/react-query'
import { createClient, isPassing } from '@zenops/client/client'
import type { Session } from '@zenops/client/session'
import type { Surface as SurfaceName } from '@zenops/contracts/identity'
import type { InputOf, Operation, OutputOf } from '@zenops/contracts/kit'
import { useSyncExternalStore } from 'react'
import { askListWith } from './queries.ts'

/** What a surface calls itself and says at its door. Asked at each drawing, so that the language may change. */
export interface SurfaceWords {
  readonly app: string
  readonly signInTitle: string
  /** Whom to ask who has forgotten the password. */
  readonly help: string
  /** Who can give a right that is missing here, where it is not the owner of the firm. */
  readonly grantor?: string
}

export interface SurfaceOptions {
  readonly aud: SurfaceName
  readonly words: () => SurfaceWords
  /** Colour of the name at the door, for the platform's own. */
  readonly tone?: 'amber'
}

const openCache = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (count, error) => count < 2 && isPassing(error),
        retryDelay: (attempt) => 1_000 * 3 ** attempt,
        refetchOnWindowFocus: false,
      },
      mutations: { retry: false },
    },
  })

/** The one client, cache and session of an app; its access token lives here, in memory. */
export function openSurface({ aud, words, tone }: SurfaceOptions) {
  const client = createClient({ aud })
  let starting: Promise<unknown> | null = null

  /** The signed-in session, or null. Components inside the frame always have one. */
  function useMaybeSession(): Session | null {
    const state = useSyncExternalStore(client.session.subscribe, client.session.state)
    return state.kind === 'signed_in' ? state.session : null
  }

  return {
    aud,
    words,
    tone,
    client,
    queryClient: openCache(),
    useMaybeSession,
    useSession(): Session {
      const session = useMaybeSession()
      if (!session) throw new Error('nobody is signed in')
      return session
    },
    /** At start: a session by the refresh cookie, tried once. */
    async sessionReady(): Promise<void> {
      if (client.session.state().kind === 'starting') await (starting ??= client.session.restore())
    },
    /** A keyset list: `useInfiniteQuery(askList(listBanks, {q}))`. */
    askList: askListWith(client),
    /** One record or answer: `useQuery(ask(getAssignment, {params: {id}}))`, and the same in a loader. */
    ask<E extends Operation>(operation: E, input: InputOf<E>) {
      return queryOptions({
        queryKey: [operation.id, input],
        queryFn: ({ signal }): Promise<OutputOf<E>> => client.call(operation, input, { signal }),
      })
    },
  }
}

export type Surface = ReturnType<typeof openSurface>
