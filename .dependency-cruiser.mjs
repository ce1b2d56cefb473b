// The import fences of docs/architecture.md, as data: each has a name and a reason. `npm run check -- fences` holds them;
// tools/checks/fences.test.mjs plants a violation of every one.
import { mayUse } from './tools/module-map.mjs'

const MODULES = '^apps/server/src/modules'
const TESTS = '\\.test\\.(ts|tsx|mjs)$'
const APPS = '^apps/(web|portal|studio)/'

/** What a pure file may reach: `own` (a pattern) and the named npm packages; not even Node's own modules. */
const pure = (own, packages = []) => [own, ...packages.map((name) => `node_modules/${name.replaceAll('.', '\\.')}/`)]

const packageFences = [
  {
    name: 'contracts-import-zod-only',
    comment: 'Contracts are read by the server and by every browser.',
    from: { path: '^packages/contracts/src', pathNot: TESTS },
    to: { pathNot: pure('^packages/contracts/src', ['zod']) },
  },
  {
    name: 'client-imports-contracts-only',
    comment: 'The typed client is made from contracts and knows no framework.',
    from: { path: '^packages/client/src', pathNot: TESTS },
    to: { pathNot: pure('^packages/(client|contracts)/src', ['zod']) },
  },
  {
    name: 'valuation-is-pure',
    comment: 'Server and browser must compute the same figures: contracts and the decimal library, nothing else.',
    from: { path: '^packages/valuation/src', pathNot: TESTS },
    to: { pathNot: pure('^packages/(valuation|contracts)/src', ['decimal.js']) },
  },
  {
    name: 'templates-are-pure',
    comment: 'The Word template language evaluates no code and reaches no disk, network or clock.',
    from: { path: '^packages/templates/src', pathNot: TESTS },
    to: {
      pathNot: pure('^packages/((templates|contracts|valuation)/src|templates/data/)', ['fflate', '@xmldom/xmldom']),
    },
  },
  {
    name: 'audit-is-pure',
    comment: 'What proves the log must be readable on its own: hashing, signing and packing of Node, nothing else.',
    from: { path: '^packages/audit/src', pathNot: [TESTS, '^packages/audit/src/audit-verify\\.ts$'] },
    to: { pathNot: ['^packages/audit/src', '^(node:)?(crypto|buffer)$'] },
  },
  {
    name: 'audit-verify-stands-alone',
    comment: 'The offline verifier is one file: its parts and the reading of files.',
    from: { path: '^packages/audit/src/audit-verify\\.ts$' },
    to: { pathNot: ['^packages/audit/src', '^(node:)?(fs|zlib)$'] },
  },
  {
    name: 'ui-knows-no-data',
    comment: 'Components are told what to show; they fetch nothing and know no contract.',
    from: { path: '^packages/ui/' },
    to: { path: '^packages/(client|contracts|valuation|templates|surface)/|^apps/' },
  },
  {
    name: 'only-ui-knows-mantine',
    comment: 'A part of the component library can then be replaced in one place.',
    from: { pathNot: '^packages/ui/' },
    to: { path: 'node_modules/@mantine/' },
  },
  {
    name: 'surface-stands-on-three-packages',
    comment: 'What the apps share is made of components, the client and contracts; it knows no component library.',
    from: { path: '^packages/surface/src', pathNot: TESTS },
    to: {
      pathNot: pure('^packages/(surface|ui|client|contracts)/src', [
        '(@types/)?react(-dom)?',
        '@tanstack/react-(query|router)',
        'zod',
      ]),
    },
  },
  {
    name: 'only-apps-stand-on-surface',
    comment: 'It is the top of the packages: sign-in, frame and failures belong to whole screens.',
    from: { pathNot: '^(apps/(web|portal|studio)|packages/surface)/' },
    to: { path: '^packages/surface/' },
  },
  {
    name: 'packages-import-no-app',
    comment: 'Packages stand below the apps.',
    from: { path: '^packages/' },
    to: { path: '^(apps|e2e|bench|tools)/' },
  },
]

const serverFences = [
  {
    name: 'platform-knows-no-module',
    comment: 'The platform carries every module and belongs to none.',
    from: { path: '^apps/server/src/platform/' },
    to: { path: `${MODULES}/` },
  },
  {
    name: 'only-app-composes',
    comment: 'app.ts and app-modules.ts are the files outside the modules that name them.',
    from: { path: '^apps/server/src/', pathNot: [`${MODULES}/`, '^apps/server/src/app(-modules)?\\.ts$', TESTS] },
    to: { path: `${MODULES}/` },
  },
  {
    name: 'app-enters-by-the-door',
    comment: 'app.ts knows the index.ts of a module and nothing behind it.',
    from: { path: '^apps/server/src/app(-modules)?\\.ts$' },
    to: { path: `${MODULES}/`, pathNot: `${MODULES}/[^/]+/index\\.ts$` },
  },
  {
    name: 'modules-meet-at-the-door',
    comment: 'Another module is used only through its index.ts.',
    from: { path: `${MODULES}/([^/]+)/` },
    to: { path: `${MODULES}/[^/]+/.+`, pathNot: [`${MODULES}/$1/`, `${MODULES}/[^/]+/index\\.ts$`] },
  },
  ...Object.entries(mayUse).map(([module, allowed]) => ({
    name: `${module}-may-use`,
    comment: `Declared in tools/module-map.mjs: ${allowed.join(', ') || 'nothing'}.`,
    from: { path: `${MODULES}/${module}/`, pathNot: TESTS },
    to: { path: `${MODULES}/`, pathNot: [module, ...allowed].map((name) => `${MODULES}/${name}/`) },
  })),
  {
    name: 'rules-are-pure',
    comment: 'rules/ and policy.ts import contracts and sibling rules: no clock, no database, no platform.',
    from: { path: `${MODULES}/([^/]+)/(rules/|policy\\.ts$)`, pathNot: TESTS },
    to: {
      pathNot: [
        `${MODULES}/$1/(rules/|policy\\.ts$)`,
        '^packages/(contracts|valuation|templates)/src',
        '^(node:)?crypto$',
      ],
    },
  },
  {
    name: 'queries-do-not-command',
    comment: 'Reading changes nothing.',
    from: { path: `${MODULES}/[^/]+/queries/`, pathNot: TESTS },
    to: { path: `${MODULES}/[^/]+/(commands|jobs)/` },
  },
  {
    name: 'commands-know-no-transport',
    comment: 'HTTP, sockets, jobs and scripts are callers of operations; no handler sees them.',
    from: { path: `${MODULES}/[^/]+/(commands|queries|rules|jobs|policy)`, pathNot: TESTS },
    to: { path: ['node_modules/(@fastify/|fastify/|ws/)', '^apps/server/src/platform/(http|realtime)/'] },
  },
  {
    name: 'product-knows-no-test',
    comment: 'What is shipped does not import what tests or measures it.',
    from: { path: '^(apps|packages)/[^/]+/src/', pathNot: TESTS },
    to: { path: [TESTS, '^apps/server/(test|tools)/', '^(tools|bench|e2e)/'] },
  },
]

const screenFences = [
  {
    name: 'apps-are-strangers',
    comment: 'The four apps share packages, never files.',
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'features-are-strangers',
    comment: 'What two features need is a package, or lib, or stays apart.',
    from: { path: '^apps/([^/]+)/src/features/([^/]+)/' },
    to: { path: '^apps/$1/src/features/', pathNot: '^apps/$1/src/features/$2/' },
  },
  {
    name: 'features-know-no-route',
    comment: 'routes → features → lib → packages.',
    from: { path: `${APPS}src/(features|lib)/` },
    to: { path: `${APPS}src/(routes/|router)` },
  },
  {
    name: 'lib-knows-no-feature',
    comment: 'routes → features → lib → packages.',
    from: { path: `${APPS}src/lib/` },
    to: { path: `${APPS}src/features/` },
  },
  {
    name: 'stories-see-only-the-screen',
    comment:
      'Browser stories use the product as a person does; what looks at its log and metrics when they are over knows more.',
    from: { path: '^e2e/', pathNot: '^e2e/after-stories' },
    to: { path: '^(apps|packages)/' },
  },
]

const everywhere = [
  {
    name: 'no-cycles',
    comment: 'A cycle means that two files are one file.',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'no-undeclared-packages',
    comment: 'Each workspace declares what it imports.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  { name: 'resolvable', comment: 'An import leads somewhere.', from: {}, to: { couldNotResolve: true } },
]

const fences = [...packageFences, ...serverFences, ...screenFences, ...everywhere]

export default {
  forbidden: fences.map((fence) => ({ severity: 'error', ...fence })),
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.css', '.json'],
    },
  },
}
