import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plant } from './planted-tree.mjs'
import { sourceFaults, sourceRules } from './sources.mjs'

// Put together from parts, so that this file does not hold what the rules forbid.
const host = (...parts) => `https://${parts.join('.')}`
const folder = (...parts) => `/${parts.join('/')}`

/** For each rule, files that break it in one line each, and lookalikes that do not. */
const cases = {
  'no-raw-html': {
    broken: {
      'apps/web/src/a.tsx': 'export const a = <p dangerouslySetInnerHTML={{ __html: x }} />\n',
      'packages/ui/src/b.ts': 'node.innerHTML = text\n',
      'apps/portal/src/c.ts': "node.insertAdjacentHTML('beforeend', text)\n",
    },
    lawful: { 'apps/web/src/d.tsx': 'export const d = <p>{text}</p>\n', 'apps/server/src/e.ts': 'page.innerHTML\n' },
  },
  'colours-are-tokens': {
    broken: {
      'apps/web/src/a.tsx': "export const a = { color: '#1f2937' }\n",
      'apps/studio/src/b.css': '.b { border: 1px solid #eee; }\n',
      'packages/ui/src/chart.tsx': "const line = '1px solid #ABCDEF80'\n",
    },
    lawful: {
      'packages/ui/src/tokens.ts': "export const ink = '#1f2937'\n",
      'packages/ui/src/theme.css': ':root { --ink: #1f2937; }\n',
      'apps/web/src/c.tsx': "const link = '/go/Z-2611#fed-up'\nclass C { #abc = 1 }\n",
      'apps/web/src/d.css': '#face { color: var(--ink); }\n',
    },
  },
  'lock-without-addresses': {
    broken: { 'package-lock.json': `"resolved": "${host('mirror', 'example')}/zod.tgz"\n` },
    lawful: { 'sub/package-lock.json': '"resolved": "packages/ui"\n' },
  },
  'no-download-addresses': {
    broken: {
      '.npmrc': `registry=${host('registry', 'npmjs', 'org')}/\n`,
      'tools/a.mjs': `fetch('${host('npm-registry', 'firm', 'example')}/zod')\n`,
      'docs/ops/b.md': `Get it from ${host('nodejs', 'org')}/dist/v24\n`,
    },
    lawful: { 'docs/c.md': 'See https://www.postgresql.org/docs/ for the registry of terms.\n' },
  },
  'no-machine-paths': {
    broken: {
      'apps/server/src/a.ts': `const file = '${folder('tmp', 'zenops.sock')}'\n`,
      'bench/b.ts': `const spec = '${folder('work', 'notes')}'\n`,
      'tools/c.sh': `cd ${folder('home', 'somebody', 'zenops')}\n`,
    },
    lawful: { 'apps/web/src/d.ts': "const path = '/work-orders/new'\nconst up = '../tmp/x'\n" },
  },
  'no-install-scripts': {
    broken: { 'package.json': '{ "scripts": { "postinstall": "node x" } }\n' },
    lawful: { 'apps/web/package.json': '{ "scripts": { "build": "vite build" } }\n' },
  },
}

for (const [rule, { broken, lawful }] of Object.entries(cases)) {
  test(`source rule ${rule} finds every planted violation and nothing else`, (t) => {
    const found = sourceFaults(plant(t, { ...broken, ...lawful })).filter((fault) => fault.includes(` ${rule}: `))
    assert.deepEqual(found.map((fault) => fault.split(':')[0]).sort(), Object.keys(broken).sort())
  })
}

test('every source rule has its planted violation', () => {
  assert.deepEqual([...new Set(sourceRules.map((rule) => rule.name))].sort(), Object.keys(cases).sort())
})

test('an exception needs a reason on the line', (t) => {
  const line = "const mark = '#ff0000' // check-allow colours-are-tokens --"
  const base = plant(t, {
    'apps/web/src/a.ts': `${line}\n`,
    'apps/web/src/b.ts': `${line} printed by the bank, not by us\n`,
  })
  assert.deepEqual(
    sourceFaults(base).map((fault) => fault.split(':')[0]),
    ['apps/web/src/a.ts'],
  )
})
