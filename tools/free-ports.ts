import { createServer } from 'node:net'

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })

/**
 * The first of five neighbouring free ports: three surfaces, the metrics, and a mailbox where one stands beside them. The search begins at a random place below
 * the ports that the system hands out, so that two copies do not meet.
 */
export async function freePorts(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const first = 20_000 + Math.floor(Math.random() * 10_000)
    const row = [0, 1, 2, 3, 4].map((place) => first + place)
    if ((await Promise.all(row.map(isFree))).every(Boolean)) return first
  }
  throw new Error('no five neighbouring free ports between 20000 and 30000')
}
