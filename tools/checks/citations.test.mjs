import assert from 'node:assert/strict'
import { test } from 'node:test'
import { citationFaults } from './citations.mjs'
import { plant } from './planted-tree.mjs'

const tree = {
  'apps/server/src/app.ts': '',
  'apps/server/src/modules/billing/rules/wallet.ts': '',
  'docs/security.md': '# Security\n',
}

test('a cited path that is gone is a fault, wherever it is cited', (t) => {
  const base = plant(t, {
    ...tree,
    'README.md': 'Start at `apps/server/src/gone.ts`.\n',
    'docs/architecture.md': 'As [told](security.md) and [not told](nowhere.md).\n\nRead `STYLE.md`.\n',
    'apps/server/src/modules/billing/README.md': 'The purse is `rules/purse.ts`.\n',
  })
  assert.deepEqual(citationFaults(base), [
    'README.md:1 cites apps/server/src/gone.ts, which does not exist',
    'apps/server/src/modules/billing/README.md:1 cites rules/purse.ts, which does not exist',
    'docs/architecture.md:1 cites nowhere.md, which does not exist',
    'docs/architecture.md:3 cites STYLE.md, which does not exist',
  ])
})

test('paths that exist, patterns, placeholders, routes, packages and code blocks are left alone', (t) => {
  const words = [
    'apps/server/src/app.ts:12',
    'apps/*/src',
    'docs/security.md#keys',
    '/v1/health',
    '@zenops/ui',
    'modules/<name>/',
  ]
  const base = plant(t, {
    ...tree,
    'README.md': `${words.map((word) => `\`${word}\``).join(' ')} [x](https://example.org)\n\n\`\`\`\n\`apps/gone.ts\`\n\`\`\`\n`,
    'apps/server/src/modules/billing/README.md': 'The purse is `rules/wallet.ts`.\n',
  })
  assert.deepEqual(citationFaults(base), [])
})

test('dated history may cite what is gone', (t) => {
  const base = plant(t, { 'docs/adr/0001-x.md': '`apps/gone.ts`\n', 'CHANGELOG.md': '`apps/gone.ts`\n' })
  assert.deepEqual(citationFaults(base), [])
})
