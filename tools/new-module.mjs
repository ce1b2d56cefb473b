// `npm run new:module NAME`: the first files of a module, where everybody will look for them.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Complaint, root as house, runMain } from './bootstrap.mjs'
import { newMigration } from './db-new.mjs'
import { mayUse } from './module-map.mjs'

const readme = (name) => `# ${name}

What it owns: the schema \`${name}\`.

Its words: …

What must always hold: …

Who may call: ${mayUse[name]?.length ? `nobody yet; it may use ${mayUse[name].join(', ')}` : 'nobody yet; it uses no other module'}.
`

const contract = (
  name,
) => `// What may be asked of ${name}: operations, schemas, state tables. Read by server, client and screens.
export {}
`

const door = (
  name,
) => `// The door of ${name}: its operations, its jobs, and the few queries that other modules may use.
export {}
`

const policy = (name) => `// Who may touch which row of ${name}: pure, (actor, row) → allowed, or the reason why not.
export {}
`

const constraints = () => `import type { ErrorCode } from '@zenops/contracts/errors'

/** Constraint name → the error code that its violation answers. */
export const constraints: Readonly<Record<string, ErrorCode>> = {}
`

const migration = (name) => `-- The schema of ${name}; nothing else writes here.
create schema ${name};
comment on schema ${name} is '…';
`

/** Writes the files of a new module below `base`; gives their paths. Nothing that exists is overwritten. */
export function newModule(name, base = house) {
  if (!/^[a-z]+$/.test(name ?? ''))
    throw new Complaint('Name the module with one lower-case word: npm run new:module billing')
  if (!Object.hasOwn(mayUse, name))
    throw new Complaint(`${name} is not on the map: add it to tools/module-map.mjs with the modules it may use.`)
  const folder = `apps/server/src/modules/${name}`
  if (existsSync(join(base, folder))) throw new Complaint(`${folder} exists.`)
  const files = {
    [`${folder}/README.md`]: readme(name),
    [`${folder}/index.ts`]: door(name),
    [`${folder}/policy.ts`]: policy(name),
    [`${folder}/constraints.ts`]: constraints(),
    [`packages/contracts/src/${name}.ts`]: contract(name),
  }
  const written = Object.entries(files).filter(([path]) => !existsSync(join(base, path)))
  for (const [path, text] of written) {
    mkdirSync(dirname(join(base, path)), { recursive: true })
    writeFileSync(join(base, path), text)
  }
  return [...written.map(([path]) => path), newMigration(`${name}_schema`, base, migration(name))]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => process.stdout.write(`${newModule(process.argv[2]).join('\n')}\n`) && 0)
}
