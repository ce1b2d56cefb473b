import assert from 'node:assert/strict'
import { test } from 'node:test'
import fences from '../../.dependency-cruiser.mjs'
import { mayUse } from '../module-map.mjs'
import { crossings, fenceFaults, modulesOffTheMap } from './fences.mjs'
import { plant } from './planted-tree.mjs'

const MODULES = 'apps/server/src/modules'
const leaf = 'export const leaf = 1\n'
const importing = (...targets) => `${targets.map((target) => `import '${target}'`).join('\n')}\n`

const LIBRARIES = ['zod', 'left-pad', 'react', '@mantine/core', 'fastify', 'decimal.js', 'fflate', '@xmldom/xmldom']

/** The ground every planted tree stands on: workspaces that declare all libraries, and a small lawful firm. */
const ground = {
  'package.json': JSON.stringify({
    name: 'planted',
    dependencies: Object.fromEntries(LIBRARIES.map((name) => [name, '1.0.0'])),
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      module: 'nodenext',
      moduleResolution: 'nodenext',
      allowImportingTsExtensions: true,
      noEmit: true,
    },
  }),
  ...Object.fromEntries(
    [...LIBRARIES, 'undeclared'].flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
      [`node_modules/${name}/index.js`, 'module.exports = 1\n'],
    ]),
  ),
  'packages/contracts/src/values.ts': importing('zod'),
  'packages/client/src/http.ts': importing('zod', '../../contracts/src/values.ts'),
  'packages/valuation/src/slab.ts': importing('decimal.js', '../../contracts/src/values.ts'),
  'packages/templates/src/fill.ts': importing('fflate', '@xmldom/xmldom', '../../valuation/src/slab.ts'),
  'packages/audit/src/tree.ts': importing('node:crypto', 'node:buffer'),
  'packages/audit/src/audit-verify.ts': importing('node:fs', 'node:zlib', './tree.ts'),
  'packages/ui/src/button.tsx': importing('@mantine/core'),
  'packages/surface/src/sign-in.tsx': importing('react', '../../client/src/http.ts', '../../ui/src/button.tsx'),
  'apps/server/src/app.ts': importing('./modules/billing/index.ts', './platform/clock.ts'),
  'apps/server/src/platform/clock.ts': leaf,
  'apps/server/src/platform/http/server.ts': importing('fastify'),
  [`${MODULES}/billing/index.ts`]: importing('./commands/charge.ts'),
  [`${MODULES}/billing/commands/charge.ts`]: importing(
    '../queries/account.ts',
    '../rules/wallet.ts',
    '../../assignments/index.ts',
  ),
  [`${MODULES}/billing/queries/account.ts`]: importing('../../../platform/clock.ts'),
  [`${MODULES}/billing/rules/wallet.ts`]: importing(
    '../../../../../../packages/contracts/src/values.ts',
    './rounding.ts',
  ),
  [`${MODULES}/billing/rules/rounding.ts`]: leaf,
  [`${MODULES}/billing/rules/wallet.test.ts`]: importing('node:test', '../../../../test/harness.ts', './wallet.ts'),
  [`${MODULES}/assignments/index.ts`]: importing('./commands/open.ts'),
  [`${MODULES}/assignments/commands/open.ts`]: leaf,
  'apps/server/test/harness.ts': importing('../src/app.ts'),
  'apps/web/src/routes/queue.tsx': importing('../features/queue/list.tsx'),
  'apps/web/src/features/queue/list.tsx': importing(
    '../../lib/address.ts',
    '../../../../../packages/surface/src/sign-in.tsx',
    '../../../../../packages/ui/src/button.tsx',
  ),
  'apps/web/src/features/other/list.tsx': leaf,
  'apps/web/src/lib/address.ts': leaf,
  'apps/portal/src/lib/address.ts': leaf,
  'e2e/sign-in.ts': importing('node:path'),
}

/** For each fence, the file that is planted across it and what it imports. */
const planted = {
  'contracts-import-zod-only': ['packages/contracts/src/planted.ts', 'left-pad'],
  'client-imports-contracts-only': ['packages/client/src/planted.ts', 'left-pad'],
  'valuation-is-pure': ['packages/valuation/src/planted.ts', 'node:fs'],
  'templates-are-pure': ['packages/templates/src/planted.ts', 'node:child_process'],
  'audit-is-pure': ['packages/audit/src/planted.ts', 'node:fs'],
  'audit-verify-stands-alone': ['packages/audit/src/audit-verify.ts', 'node:http'],
  'ui-knows-no-data': ['packages/ui/src/planted.tsx', '../../client/src/http.ts'],
  'only-ui-knows-mantine': ['apps/web/src/lib/planted.ts', '@mantine/core'],
  'surface-stands-on-three-packages': ['packages/surface/src/planted.tsx', '../../valuation/src/slab.ts'],
  'only-apps-stand-on-surface': ['packages/ui/src/planted.tsx', '../../surface/src/sign-in.tsx'],
  'packages-import-no-app': ['packages/client/src/planted.ts', '../../../apps/web/src/lib/address.ts'],
  'platform-knows-no-module': ['apps/server/src/platform/planted.ts', '../modules/billing/index.ts'],
  'only-app-composes': ['apps/server/src/planted.ts', './modules/billing/index.ts'],
  'app-enters-by-the-door': ['apps/server/src/app.ts', './modules/billing/commands/charge.ts'],
  'modules-meet-at-the-door': [`${MODULES}/billing/commands/planted.ts`, '../../assignments/commands/open.ts'],
  'rules-are-pure': [`${MODULES}/billing/rules/planted.ts`, '../../../platform/clock.ts'],
  'queries-do-not-command': [`${MODULES}/billing/queries/planted.ts`, '../commands/charge.ts'],
  'commands-know-no-transport': [`${MODULES}/billing/commands/planted.ts`, 'fastify'],
  'product-knows-no-test': ['apps/server/src/platform/planted.ts', '../../test/harness.ts'],
  'apps-are-strangers': ['apps/web/src/lib/planted.ts', '../../../portal/src/lib/address.ts'],
  'features-are-strangers': ['apps/web/src/features/queue/planted.tsx', '../other/list.tsx'],
  'features-know-no-route': ['apps/web/src/features/queue/planted.tsx', '../../routes/queue.tsx'],
  'lib-knows-no-feature': ['apps/web/src/lib/planted.ts', '../features/queue/list.tsx'],
  'stories-see-only-the-screen': ['e2e/planted.ts', '../apps/web/src/lib/address.ts'],
  'no-cycles': [`${MODULES}/billing/rules/rounding.ts`, './wallet.ts'],
  'no-undeclared-packages': ['apps/server/src/platform/planted.ts', 'undeclared'],
  resolvable: ['apps/server/src/platform/planted.ts', './nowhere.ts'],
  // A module that declares nothing may not even knock at a door.
  'identity-may-use': [`${MODULES}/identity/planted.ts`, '../billing/index.ts'],
}

test('a lawful tree crosses no fence', async (t) => {
  const { files, crossed } = await crossings(plant(t, ground))
  assert.deepEqual(crossed, [])
  assert.ok(files >= 20, `saw only ${files} files`)
})

for (const [fence, [file, target]] of Object.entries(planted)) {
  test(`fence ${fence} stops a planted import`, async (t) => {
    const { crossed } = await crossings(plant(t, { ...ground, [file]: importing(target) }))
    const named = crossed.filter(({ rule, from }) => rule === fence && from === file)
    assert.equal(named.length, 1, JSON.stringify(crossed))
  })
}

test('every fence has a plant; the fences of the modules are one rule with the map as its table', () => {
  const general = fences.forbidden.map((fence) => fence.name).filter((name) => !name.endsWith('-may-use'))
  assert.deepEqual(
    general.filter((name) => !planted[name]),
    [],
  )
  const perModule = fences.forbidden.map((fence) => fence.name).filter((name) => name.endsWith('-may-use'))
  assert.deepEqual(
    perModule,
    Object.keys(mayUse).map((name) => `${name}-may-use`),
  )
})

test('every module is stopped at the door of a module that it does not declare', async (t) => {
  const names = Object.keys(mayUse)
  const doors = Object.fromEntries(names.map((name) => [`${MODULES}/${name}/index.ts`, leaf]))
  const knocks = names.map((name) => [name, names.filter((other) => other !== name)])
  const files = knocks.map(([name, others]) => [
    `${MODULES}/${name}/commands/knock.ts`,
    importing(...others.map((other) => `../../${other}/index.ts`)),
  ])
  const base = plant(t, {
    'package.json': '{}',
    'tsconfig.json': ground['tsconfig.json'],
    ...doors,
    ...Object.fromEntries(files),
  })
  const stopped = (await crossings(base)).crossed.filter(({ rule }) => rule.endsWith('-may-use'))
  const expected = knocks.flatMap(([name, others]) =>
    others.filter((other) => !mayUse[name].includes(other)).map((other) => `${name} → ${other}`),
  )
  const seen = stopped.map(({ from, to }) => `${from.split('/')[4]} → ${to.split('/')[4]}`)
  assert.deepEqual(seen.sort(), expected.sort())
})

test('the map names known modules only and has no cycle', () => {
  const reach = (name, path) => {
    assert.ok(!path.includes(name), `cycle: ${[...path, name].join(' → ')}`)
    for (const next of mayUse[name]) {
      assert.ok(Object.hasOwn(mayUse, next), `${name} may use ${next}, which is not a module`)
      reach(next, [...path, name])
    }
  }
  for (const name of Object.keys(mayUse)) reach(name, [])
})

test('a module that is not on the map is a fault, even when it imports nothing', async (t) => {
  const base = plant(t, { ...ground, [`${MODULES}/stray/index.ts`]: leaf })
  assert.deepEqual(modulesOffTheMap(base), ['stray'])
  const { faults } = await fenceFaults(base)
  assert.deepEqual(faults, [`${MODULES}/stray is not on the map: declare it in tools/module-map.mjs`])
})

test('a blind run, in which no source file is seen, is a fault', async (t) => {
  const base = plant(t, {
    'package.json': '{}',
    'tsconfig.json': ground['tsconfig.json'],
    'apps/web/README.md': 'x',
    'tools/seen-by-none.ts': leaf,
  })
  const { faults } = await fenceFaults(base)
  assert.match(faults.join('\n'), /saw no source file/)
})
