// `npm run dev`: the server restarts when its sources change, the three apps reload in the browser as they are edited.
// Each Vite server stands in for one origin and hands /v1 to the origin it replaces.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { APPS, buildApps, Complaint, foreground, root, runMain, say } from './bootstrap.mjs'

const FIRST_VITE_PORT = 5173

async function serveApp(app, at) {
  const { createServer } = await import('vite')
  const api = Number(process.env.PORT ?? 3000) + at
  const server = await createServer({
    root: join(root, 'apps', app),
    logLevel: 'warn',
    server: {
      port: FIRST_VITE_PORT + at,
      proxy: { '/v1': { target: `http://localhost:${api}`, ws: true, headers: { origin: `http://localhost:${api}` } } },
    },
  })
  await server.listen()
  say(`${app}: ${server.resolvedUrls?.local[0]}  (API from port ${api})`)
  return server
}

await runMain(async () => {
  const main = join(root, 'apps/server/src/main.ts')
  if (!existsSync(main)) throw new Complaint('apps/server/src/main.ts is missing: there is no server to watch.')
  await buildApps(process.execPath)
  const flags = ['--disable-warning=ExperimentalWarning', '--watch', '--watch-preserve-output']
  const ended = foreground(process.execPath, [...flags, main], { ownGroup: true })
  const vites = await Promise.all(APPS.map(serveApp))
  const code = await ended
  await Promise.all(vites.map((vite) => vite.close()))
  return code
})
