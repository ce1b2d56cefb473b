import type { InputOf, Operation, OutputOf } from '@zenops/contracts/kit'

interface Wire {
  readonly params?: Record<string, unknown>
  readonly query?: Record<string, unknown>
  readonly body?: unknown
}

/** A caller of the public HTTP API: nothing but what any client could send. */
export interface Caller {
  does<E extends Operation>(operation: E, input: InputOf<E>): Promise<OutputOf<E>>
  /** Bytes at an address that the API handed out. */
  put(url: string, bytes: Uint8Array, headers: Record<string, string>): Promise<void>
  get(url: string): Promise<Uint8Array>
}

function addressOf(base: string, operation: Operation, { params = {}, query = {} }: Wire): URL {
  const url = new URL(
    operation.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name]))),
    base,
  )
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) url.searchParams.append(name, String(item))
    }
  }
  return url
}

/** Calls operations at an address, signed in with a token or not. Throws the server's own words. */
export function callerAt(base: string, token?: string): Caller {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return {
    does: async (operation, input) => {
      const wire = input as Wire // InputOf is a subset of these three parts
      const response = await fetch(addressOf(base, operation, wire), {
        method: operation.method,
        headers: {
          ...authorization,
          origin: base,
          ...(wire.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(wire.body === undefined ? {} : { body: JSON.stringify(wire.body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${operation.id} answered ${response.status}: ${text.slice(0, 600)}`)
      // The server checks its answers against the contract before they leave.
      return (text === '' ? undefined : JSON.parse(text)) as never
    },
    put: async (url, bytes, headers) => {
      const response = await fetch(new URL(url, base), { method: 'PUT', headers, body: Buffer.from(bytes) })
      if (!response.ok) throw new Error(`an upload answered ${response.status}: ${await response.text()}`)
    },
    get: async (url) => {
      const response = await fetch(new URL(url, base))
      if (!response.ok) throw new Error(`a download answered ${response.status}: ${await response.text()}`)
      return new Uint8Array(await response.arrayBuffer())
    },
  }
}
