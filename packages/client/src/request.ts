import type { Operation } from '@zenops/contracts/kit'

/** What `call` takes, seen without its operation: path parameters, query and body, each optional. */
export interface LooseInput {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

const asText = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  throw new TypeError('only text, numbers and booleans travel in an address')
}

/** Fills `:name` parameters and appends the query. Lists repeat their name; undefined and null are left out. */
export function addressOf(operation: Pick<Operation, 'path'>, input: LooseInput): string {
  const path = operation.path.replace(/:([a-z_]+)/g, (_, name: string) => {
    const value = input.params?.[name]
    if (value === undefined || value === null || value === '') throw new TypeError(`path parameter ${name} is missing`)
    return encodeURIComponent(asText(value))
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value === undefined || value === null) continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, asText(one))
  }
  const query = search.toString()
  return query === '' ? path : `${path}?${query}`
}

export interface SendOptions {
  readonly token: string | null
  readonly idempotencyKey: string | null
  readonly signal?: AbortSignal | undefined
}

/** The `fetch` arguments of one call. Cookies travel only to the session routes, which need them. */
export function requestOf(
  operation: Pick<Operation, 'method' | 'path' | 'idempotency'>,
  input: LooseInput,
  options: SendOptions,
): [string, RequestInit] {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (options.token !== null) headers.authorization = `Bearer ${options.token}`
  if (options.idempotencyKey !== null && operation.idempotency !== 'ignored')
    headers['idempotency-key'] = options.idempotencyKey
  const init: RequestInit = {
    method: operation.method,
    headers,
    credentials: operation.path.startsWith('/v1/auth/') ? 'same-origin' : 'omit',
  }
  if (input.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(input.body)
  }
  if (options.signal) init.signal = options.signal
  return [addressOf(operation, input), init]
}
