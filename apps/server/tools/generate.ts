import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { buildOpenApi } from '@zenops/contracts/openapi'
import { PersonExport } from '@zenops/contracts/person-export'
import { ALL_OPERATIONS } from '@zenops/contracts/registry'
import pg from 'pg'
import { z } from 'zod'
import { environment } from '../src/config.ts'
import { VERSION } from '../src/version.ts'
import { openTestDatabase } from '../test/harness/cluster.ts'
import { auditVerifier } from './audit-verifier.ts'
import { dumpSchema } from './schema-dump.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const TYPES = {
  timestamptz: 'string',
  date: 'string',
  int8: 'number',
  uuid: 'string',
  citext: 'string',
  inet: 'string',
  xid8: 'string',
  numeric: 'string',
}

/** `.env.example`: every variable with its meaning and default. */
export function envExample(): string {
  const lines = [
    '# Every variable of the product. All are optional outside production; the value shown is the default.',
    '',
  ]
  for (const [name, schema] of Object.entries(environment.shape)) {
    const meaning = schema.description ?? ''
    const fallback = schema.safeParse(undefined)
    // Defaults are text, numbers, booleans or lists of names.
    const value = (fallback.success ? fallback.data : undefined) as string | number | boolean | string[] | undefined
    const shown = name === 'ZENOPS_HOME' ? '~/.zenops' : String(value ?? '')
    lines.push(`# ${meaning}`, `${name}=${shown}`, '')
  }
  return lines.join('\n')
}

/** Files that follow from the sources alone. */
const fromSources = async (): Promise<[string, string][]> => [
  ['.env.example', envExample()],
  ['docs/openapi.json', `${JSON.stringify(buildOpenApi(ALL_OPERATIONS, { version: VERSION }), null, 1)}\n`],
  ['docs/person-export.schema.json', `${JSON.stringify(z.toJSONSchema(PersonExport), null, 2)}\n`],
  ['packages/audit/audit-verify.mjs', await auditVerifier()],
]

/** Files that follow from a freshly migrated database: the schema as text, and the row types. */
export async function fromDatabase(): Promise<[string, string][]> {
  const database = await openTestDatabase()
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    const schema = await dumpSchema(client)
    const types = execFileSync(
      process.execPath,
      [
        path.join(ROOT, 'node_modules/kysely-codegen/dist/cli/bin.js'),
        '--dialect',
        'postgres',
        '--url',
        database.ownerUrl,
        '--print',
        '--log-level',
        'silent',
        '--include-pattern',
        '(identity|audit|ops|privacy|notifications|directory|assignments|documents|reports).*',
        '--type-mapping',
        JSON.stringify(TYPES),
      ],
      { encoding: 'utf8' },
    )
    return [
      ['apps/server/db/schema.sql', schema],
      ['apps/server/db/types.ts', types],
    ]
  } finally {
    await client.end()
    await database.drop()
  }
}

async function main(): Promise<void> {
  const check = process.argv.includes('--check')
  const sources = await fromSources()
  const files = check ? sources : [...sources, ...(await fromDatabase())]
  const stale: string[] = []
  for (const [name, wanted] of files) {
    const file = path.join(ROOT, name)
    const known = await readFile(file, 'utf8').catch(() => '')
    if (known === wanted) continue
    stale.push(name)
    if (!check) await writeFile(file, wanted)
  }
  if (check && stale.length > 0) {
    process.stderr.write(`out of date, run npm run generate: ${stale.join(', ')}\n`)
    process.exitCode = 1
  } else process.stdout.write(stale.length > 0 ? `written: ${stale.join(', ')}\n` : 'all generated files are fresh\n')
}

if (import.meta.main) await main()
