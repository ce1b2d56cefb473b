// `npm run e2e [-- playwright arguments]`: the browser stories against the built apps and a real server.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildApps, Complaint, foreground, root, runMain } from './bootstrap.mjs'
import { ensureBrowser } from './debian.mjs'

/** Runs the stories and gives Playwright's exit code. Without a browser they fail; they are never left out. */
export async function runStories(args = []) {
  if (!existsSync(join(root, 'e2e/playwright.config.ts'))) {
    throw new Complaint('e2e/playwright.config.ts is missing: there are no browser stories to run.')
  }
  const browser = await ensureBrowser()
  await buildApps(process.execPath)
  const playwright = join(root, 'node_modules/@playwright/test/cli.js')
  return foreground(process.execPath, [playwright, 'test', ...args], { cwd: join(root, 'e2e'), env: browser })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(() => runStories(process.argv.slice(2)))
