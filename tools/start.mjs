// `npm start`: from a fresh clone to a running ZenOps. Installs and builds what is missing, then becomes the server.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildApps, Complaint, ensureInstalled, findRuntime, foreground, root, runMain, say } from './bootstrap.mjs'

const SERVER = join(root, 'apps/server/src/main.ts')

await runMain(async () => {
  if (!existsSync(SERVER))
    throw new Complaint('apps/server/src/main.ts is missing: this copy of ZenOps is not complete.')
  await ensureInstalled()
  const runtime = findRuntime()
  await buildApps(runtime)
  // A newcomer gets the demo firm; production and whoever says otherwise do not.
  process.env.ZENOPS_DEMO_MODE ??= process.env.NODE_ENV === 'production' ? 'off' : 'on'
  process.env.LOG_LEVEL ??= 'warn'
  say('Starting the server …')
  const follow = pathToFileURL(join(root, 'tools/follow-parent.mjs')).href
  const flags = ['--disable-warning=ExperimentalWarning', '--import', follow]
  return foreground(runtime, [...flags, SERVER, ...process.argv.slice(2)], { ownGroup: true })
})
