// `npm run <command>`: makes sure that packages and runtime are there, then runs the command's program on Node 24.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Complaint, ensureInstalled, findRuntime, foreground, root, runMain } from './bootstrap.mjs'

const PROGRAMS = {
  test: 'tools/test.mjs',
  dev: 'tools/dev.mjs',
  check: 'tools/check.mjs',
  e2e: 'tools/e2e.mjs',
  goal: 'bench/goal.ts',
  bench: 'bench/bench.ts',
  demo: 'tools/demo.ts',
  stats: 'tools/stats.mjs',
  generate: 'apps/server/tools/generate.ts',
  'audit-rebase': 'apps/server/tools/audit-rebase.ts',
  'ops-record': 'apps/server/tools/ops-record.ts',
  'db-new': 'tools/db-new.mjs',
  'new-module': 'tools/new-module.mjs',
  lock: 'tools/lock.mjs',
}

await runMain(async () => {
  const [command, ...args] = process.argv.slice(2)
  const program = PROGRAMS[command]
  if (!program)
    throw new Complaint(`There is no command "${command ?? ''}". Known: ${Object.keys(PROGRAMS).join(', ')}.`)
  if (!existsSync(join(root, program)))
    throw new Complaint(`${program} is missing: the command "${command}" has no program yet.`)
  await ensureInstalled()
  const flags = ['--disable-warning=ExperimentalWarning']
  return foreground(findRuntime(), [...flags, join(root, program), ...args], { cwd: root })
})
