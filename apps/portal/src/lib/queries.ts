import { QueryClient, queryOptions } from '@tanstack/react-query'
import { isPassing } from '@zenops/client/client'
import type { InputOf, Operation, OutputOf } from '@zenops/contracts/kit'
import { client } from './client.ts'

export const queryClient = new QueryClient({
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

/** One record or answer: `useQuery(ask(operation, {params: {id}}))`, and the same in a loader. */
export function ask<E extends Operation>(operation: E, input: InputOf<E>) {
  return queryOptions({
    queryKey: [operation.id, input],
    queryFn: ({ signal }): Promise<OutputOf<E>> => client.call(operation, input, { signal }),
  })
}
