import Fastify from 'fastify'
import pg from 'pg'

interface BareRoute {
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** Run one after the other; among values the string `$n` is a running number, a list of `turns` gives one after the other. */
  readonly statements: readonly { readonly text: string; readonly values: readonly unknown[] }[]
}

/**
 * The yardstick: Fastify and the driver, one prepared statement a route, past row-level security; no sign-in, no
 * contract, no audit. Routes come as JSON in the environment, the port goes to standard output.
 */
const routes = JSON.parse(process.env['BARE_ROUTES'] ?? '[]') as BareRoute[] // written by the goal
const pool = new pg.Pool({ connectionString: process.env['BARE_URL'], max: 8 })
pool.on('error', () => {})
const server = Fastify({ logger: false })
let running = 0
const bound = (value: unknown): unknown => {
  if (value === '$n') return String(running)
  if (typeof value !== 'object' || value === null || !('turns' in value)) return value
  const turns = value.turns as readonly unknown[] // written by the goal
  return turns[running % turns.length]
}
for (const [index, route] of routes.entries()) {
  server.route({
    method: route.method,
    url: route.url,
    handler: async () => {
      running += 1
      const answers: unknown[] = []
      for (const [place, { text, values }] of route.statements.entries()) {
        const { rows } = await pool.query({ name: `bare${index}_${place}`, text, values: values.map(bound) })
        answers.push(rows)
      }
      return { items: answers.at(-1) }
    },
  })
}
await server.listen({ host: '127.0.0.1', port: 0 })
const address = server.server.address()
process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`)
