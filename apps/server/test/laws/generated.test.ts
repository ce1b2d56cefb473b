import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { buildOpenApi } from '@zenops/contracts/openapi'
import { ALL_OPERATIONS } from '@zenops/contracts/registry'
import { VERSION } from '../../src/version.ts'
import { envExample, fromDatabase } from '../../tools/generate.ts'

const ROOT = path.join(import.meta.dirname, '../../../..')
const committed = (name: string): Promise<string> => readFile(path.join(ROOT, name), 'utf8')

test('schema and row types equal those of a freshly migrated database', async () => {
  for (const [name, wanted] of await fromDatabase())
    assert.equal(await committed(name), wanted, `${name}: run npm run generate`)
})

test('.env.example names every variable with its meaning and default', async () => {
  assert.equal(await committed('.env.example'), envExample())
})

test('docs/openapi.json equals the contracts', async () => {
  assert.equal(
    await committed('docs/openapi.json'),
    `${JSON.stringify(buildOpenApi(ALL_OPERATIONS, { version: VERSION }), null, 1)}\n`,
  )
})
