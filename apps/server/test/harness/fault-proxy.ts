import http from 'node:http'

/** What happens to the next requests: an answer 503, one of a store without room (507), silence for a while, a cut after some bytes of the answer. */
export type Fault =
  | { readonly kind: '5xx' | 'full' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'cut'; readonly after: number }

/** Stands in front of an HTTP server and spoils what it is told to, first come first served. */
export async function openFaultProxy(target: string) {
  const { hostname, port } = new URL(target)
  const faults: { matches: (method: string, url: string) => boolean; fault: Fault }[] = []
  const server = http.createServer((request, response) => {
    const place = faults.findIndex((one) => one.matches(request.method ?? '', request.url ?? ''))
    const fault = place === -1 ? undefined : faults.splice(place, 1)[0]?.fault
    if (fault?.kind === '5xx' || fault?.kind === 'full') {
      request.resume()
      return void request.on('end', () => response.writeHead(fault.kind === 'full' ? 507 : 503).end())
    }
    const pass = (): void => {
      const onward = http.request(
        { hostname, port, method: request.method, path: request.url, headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers)
          if (fault?.kind !== 'cut') return void answer.pipe(response)
          let sent = 0
          answer.on('data', (piece: Buffer) => {
            sent += piece.length
            response.write(piece)
            if (sent >= fault.after) response.destroy()
          })
          answer.on('end', () => response.end())
        },
      )
      onward.on('error', () => response.destroy())
      request.pipe(onward)
    }
    if (fault?.kind === 'slow') setTimeout(pass, fault.ms)
    else pass()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    /** The next request that fits meets the fault. */
    plan: (fault: Fault, matches: (method: string, url: string) => boolean = () => true) =>
      void faults.push({ fault, matches }),
    /** Faults that nothing has met yet. */
    left: () => faults.length,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
