import { createConnection, createServer, type Socket } from 'node:net'

export interface Meter {
  readonly port: number
  /** Times the client spoke after the server had: what a network would charge for. */
  trips(): number
  reset(): void
  close(): Promise<void>
}

/** A TCP relay before PostgreSQL that counts network round trips. */
export async function meterRoundTrips(target: number): Promise<Meter> {
  let trips = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = createConnection({ host: '127.0.0.1', port: target })
    let serverSpokeLast = true
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('data', (chunk) => {
      if (serverSpokeLast) trips += 1
      serverSpokeLast = false
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      serverSpokeLast = true
      client.write(chunk)
    })
    client.on('end', () => upstream.end())
    upstream.on('end', () => client.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the relay has no port')
  return {
    port: address.port,
    trips: () => trips,
    reset: () => {
      trips = 0
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
