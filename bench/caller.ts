import type { InputOf, Operation, OutputOf } from '@zenops/contracts/kit'
import { addressOf } from '../apps/server/test/harness/house.ts'

/** Calls operations over HTTP as one signed-in person; anything but success ends the goal. */
export function callerAt(url: string, token: string) {
  return async <E extends Operation>(operation: E, input: InputOf<E>): Promise<OutputOf<E>> => {
    const wire = input as { params?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown } // InputOf is a subset
    const response = await fetch(url + addressOf(operation, wire), {
      method: operation.method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(wire.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(wire.body === undefined ? {} : { body: JSON.stringify(wire.body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${operation.id} answered ${response.status}: ${text.slice(0, 400)}`)
    return (text === '' ? undefined : JSON.parse(text)) as OutputOf<E> // the server checks its answers against the contract
  }
}
export type Caller = ReturnType<typeof callerAt>
