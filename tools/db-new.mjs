// `npm run db:new NAME`: the next migration file. Forward only; never edited after it has landed.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Complaint, root as house, runMain } from './bootstrap.mjs'

const FOLDER = 'apps/server/db/migrations'

/** Writes the next numbered migration below `base` and gives its path. */
export function newMigration(name, base = house, text = '') {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name ?? '')) {
    throw new Complaint(
      'Name the migration in snake_case, beginning with its module: npm run db:new billing_reservations',
    )
  }
  const folder = join(base, FOLDER)
  mkdirSync(folder, { recursive: true })
  const taken = readdirSync(folder).map((file) => Number(/^(\d{4})_/.exec(file)?.[1] ?? 0))
  const number = String(Math.max(0, ...taken) + 1).padStart(4, '0')
  const path = `${FOLDER}/${number}_${name}.sql`
  if (existsSync(join(base, path))) throw new Complaint(`${path} exists.`)
  writeFileSync(join(base, path), text || `-- ${name.replaceAll('_', ' ')}: what changes, and why.\n`)
  return path
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => process.stdout.write(`${newMigration(process.argv[2])}\n`) && 0)
}
