import { infiniteQueryOptions, useMutation, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import type { Client } from '@zenops/client/client'
import type { InputOf, Operation, OutputOf } from '@zenops/contracts/kit'
import { useRef } from 'react'
import { isSameButWords } from './same-words.ts'
import { useSurface } from './surface-context.tsx'

/** What every list answers. */
export interface ListAnswer<T> {
  readonly items: readonly T[]
  readonly next_cursor: string | null
}
export type ItemOf<E extends Operation> = OutputOf<E> extends ListAnswer<infer T> ? T : never

/** Rows a request. */
const PAGE_ROWS = 100

/** A keyset list, page after page: `useInfiniteQuery(askList(listBanks, {q}))`. */
export const askListWith =
  (client: Client) =>
  <E extends Operation>(operation: E, query: Readonly<Record<string, unknown>>) =>
    infiniteQueryOptions({
      queryKey: [operation.id, query],
      initialPageParam: undefined as string | undefined,
      queryFn: async ({ signal, pageParam }): Promise<ListAnswer<ItemOf<E>>> => {
        // Cast: a list operation takes its filters, `limit` and `cursor` in the query, and answers a page of items.
        const input = { query: { ...query, limit: PAGE_ROWS, cursor: pageParam } } as unknown as InputOf<E>
        return (await client.call(operation, input, { signal })) as ListAnswer<ItemOf<E>>
      },
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      // While somebody types, the rows of the words before stay, and with them the panel and dialog of one of them.
      placeholderData: (data, before) => (isSameButWords(before?.queryKey[1], query) ? data : undefined),
    })

export const rowsOf = <T>(data: InfiniteData<ListAnswer<T>> | undefined): readonly T[] =>
  data?.pages.flatMap((page) => page.items) ?? []

export interface ActOptions<E extends Operation> {
  /** Operations whose answers are stale after this act. */
  readonly stale?: readonly Operation[]
  readonly onDone?: (result: OutputOf<E>) => void
}

/**
 * A command. One idempotency key stands for one wish: it is kept over retries and double clicks, and a new one is drawn
 * when the input changes or the act was done.
 */
export function useAct<E extends Operation>(operation: E, { stale = [], onDone }: ActOptions<E> = {}) {
  const cache = useQueryClient()
  const { client } = useSurface()
  const wish = useRef({ input: '', key: '' })
  return useMutation({
    mutationFn: (input: InputOf<E>): Promise<OutputOf<E>> => {
      const text = JSON.stringify(input)
      if (wish.current.input !== text) wish.current = { input: text, key: crypto.randomUUID() }
      return client.call(operation, input, { idempotencyKey: wish.current.key })
    },
    async onSuccess(result) {
      wish.current = { input: '', key: '' }
      onDone?.(result)
      await Promise.all(stale.map((one) => cache.invalidateQueries({ queryKey: [one.id] })))
    },
  })
}
