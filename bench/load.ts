import autocannon from 'autocannon'

export interface Load {
  readonly url: string
  readonly method?: 'GET' | 'POST' | 'PATCH'
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly connections?: number
  readonly seconds: number
  /** Makes each request its own: headers and body for the n-th. */
  readonly each?: (n: number) => { headers?: Record<string, string>; body?: string; path?: string }
}

export interface LoadResult {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly failed: number
  /** Answers of 2xx that came. */
  readonly answered: number
}

/** Requests per second at 16 keep-alive connections, with latencies; anything but 2xx counts as failed. */
export async function load(options: Load): Promise<LoadResult> {
  let n = 0
  const each = options.each
  const result = await autocannon({
    url: options.url,
    method: options.method ?? 'GET',
    headers: options.headers ?? {},
    ...(options.body === undefined ? {} : { body: options.body }),
    connections: options.connections ?? 16,
    duration: options.seconds,
    ...(each === undefined
      ? {}
      : {
          requests: [
            {
              setupRequest: (request) => {
                n += 1
                const own = each(n)
                return { ...request, ...own, headers: { ...request.headers, ...own.headers } }
              },
            },
          ],
        }),
  })
  return {
    perSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors,
    answered: result['2xx'],
  }
}
