import assert from 'node:assert/strict'
import { copyFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './bootstrap.mjs'
import { parts } from './check.mjs'
import { plant } from './checks/planted-tree.mjs'

const CONFIGS = [
  '.gitignore',
  '.oxlintrc.json',
  'biome.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'tsconfig.web.json',
]

/** A tree with the house's own configuration and packages, and the planted files. */
function house(t, files) {
  const base = plant(t, { 'package.json': '{ "type": "module" }\n', ...files })
  for (const config of CONFIGS) copyFileSync(join(root, config), join(base, config))
  symlinkSync(join(root, 'node_modules'), join(base, 'node_modules'))
  return base
}

const file = 'apps/server/src/planted.ts'
const lines = (count, line) => `${Array.from({ length: count }, (_, at) => line(at)).join('\n')}\n`

/** Lint rule → path and text that breaks it. */
const lintPlants = {
  'max-lines': [file, lines(401, (at) => `export const line${at} = ${at}`)],
  'max-lines-per-function': [file, `export function long() {\n${lines(70, () => '  Math.random()')}}\n`],
  'max-params': [file, 'export const add = (a: number, b: number, c: number, d: number) => a + b + c + d\n'],
  'max-depth': [
    file,
    'export function deep(a: boolean) {\n  if (a) { if (a) { if (a) { if (a) return 1 } } }\n  return 0\n}\n',
  ],
  complexity: [
    file,
    `export function forked(a: number) {\n${lines(13, (at) => `  if (a === ${at}) return ${at}`)}  return -1\n}\n`,
  ],
  'no-console': [file, "console.log('x')\n"],
  'no-process-env': [file, 'export const port = process.env.PORT\n'],
  'no-default-export': [file, 'export default 1\n'],
  'no-explicit-any': [file, 'export const value: any = 1\n'],
  'no-non-null-assertion': [file, 'export const first = (list: number[]) => list[0]!\n'],
  'no-floating-promises': [file, 'async function load() {}\nexport function go() {\n  load()\n}\n'],
  'switch-exhaustiveness-check': [
    file,
    "export function side(x: 'a' | 'b') {\n  switch (x) {\n    case 'a':\n      return 1\n  }\n  return 0\n}\n",
  ],
  'filename-case': ['apps/server/src/PlantedFile.ts', 'export const a = 1\n'],
  'no-danger': ['apps/web/src/planted.tsx', "export const P = () => <p dangerouslySetInnerHTML={{ __html: 'x' }} />\n"],
}

for (const [rule, [path, text]] of Object.entries(lintPlants)) {
  test(`lint stops a planted breach of ${rule}`, async (t) => {
    const { ok, text: output } = await parts.lint(house(t, { [path]: text }))
    assert.equal(ok, false)
    assert.match(output, new RegExp(`\\(${rule}\\)`))
  })
}

test('lint lets config.ts and the tools read the environment', async (t) => {
  const reading = 'export const port = process.env.PORT\n'
  const { ok, text } = await parts.lint(
    house(t, { 'apps/server/src/config.ts': reading, 'tools/planted.mjs': reading }),
  )
  assert.equal(ok, true, text)
})

test('types stops a wrong type and syntax that Node cannot strip', async (t) => {
  const wrong = 'export const fee_paise: bigint = 12\nexport enum Side {\n  Left,\n}\n'
  const { ok, text } = await parts.types(house(t, { [file]: wrong }))
  assert.equal(ok, false)
  assert.match(text, /TS2322/)
  assert.match(text, /TS1294/)
})

test('types-web stops a wrong property of a component', async (t) => {
  const wrong = 'export const Page = () => <a href={1}>x</a>\n'
  const { ok, text } = await parts['types-web'](house(t, { 'apps/web/src/planted.tsx': wrong }))
  assert.equal(ok, false)
  assert.match(text, /TS2322/)
})

test('format stops a file that the formatter would write differently', async (t) => {
  const { ok, text } = await parts.format(house(t, { [file]: 'export const a = "double";\n' }))
  assert.equal(ok, false)
  assert.match(text, /planted\.ts/)
})

test('generated stops a drifted file, and says nothing before there is a generator', async (t) => {
  assert.equal((await parts.generated(house(t, {}))).ok, true)
  const generator = "process.stdout.write('docs/openapi.json is stale: ' + process.argv[2])\nprocess.exitCode = 1\n"
  const { ok, text } = await parts.generated(house(t, { 'apps/server/tools/generate.ts': generator }))
  assert.equal(ok, false)
  assert.equal(text, 'docs/openapi.json is stale: --check')
})

test('sources and docs give the faults that their checks find', async (t) => {
  const base = house(t, {
    'README.md': 'See `apps/gone.ts`.\n',
    'tools/a.sh': `cat ${['', 'tmp', 'secret'].join('/')}\n`,
  })
  assert.deepEqual(await parts.sources(base), {
    ok: false,
    text: 'tools/a.sh:1 no-machine-paths: a path of one machine: take it from the configuration, os.tmpdir() or import.meta',
  })
  assert.deepEqual(await parts.docs(base), { ok: false, text: 'README.md:1 cites apps/gone.ts, which does not exist' })
})
