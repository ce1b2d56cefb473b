import { QueryClient, queryOptions } from '@tanstack/react-query'
import { createClient, isPassing } from '@zenops/client/client'
import type { FactorDue, Session } from '@zenops/client/session'
import type { Surface as SurfaceName } from '@zenops/contracts/identity'
import type { InputOf, Operation, OutputOf } from '@zenops/contracts/kit'
import { useSyncExternalStore } from 'react'
import { openMailedLinks } from './mailed-link.ts'
import { askListWith } from './queries.ts'
import { openStepUps } from './step-ups.ts'

/** What a surface calls itself and says at its door. Asked at each drawing, so that the language may change. */
export interface SurfaceWords {
  readonly app: string
  readonly signInTitle: string
  /** Who can give a right that is missing here, where it is not the owner of the firm. */
  readonly grantor?: string
}

/** A sign-in that waits for its second factor. */
export interface WaitingEntry extends FactorDue {
  /** Where it leads. */
  readonly next: string
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

/** Between sign-in and second factor; like the access token its ticket lives in memory only. */
function openWaiting() {
  let entry: WaitingEntry | null = null
  return {
    current: (): WaitingEntry | null => entry,
    begin(answer: FactorDue, next: string): void {
      entry = { ...answer, next }
    },
    end(): void {
      entry = null
    },
  }
}

/** The one client, cache and session of an app; its access token lives here, in memory. */
export function openSurface({ aud, words, tone }: SurfaceOptions) {
  const stepUps = openStepUps()
  const client = createClient({ aud, stepUp: stepUps.ask })
  client.session.subscribe((state) => {
    if (state.kind !== 'signed_in') stepUps.settle(false)
  })
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
    stepUps,
    waiting: openWaiting(),
    links: openMailedLinks(typeof window === 'undefined' ? null : window),
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
