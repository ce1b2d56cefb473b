// What the linter has no rule for: raw HTML, colours, download addresses, paths of one machine.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesOf } from './tree.mjs'

const CODE = /\.(ts|tsx|mjs|js)$/
const TEXT =
  /\.(ts|tsx|mjs|js|css|html|md|json|sql|yml|yaml|sh|toml|npmrc|example)$|(^|\/)(\.npmrc|\.ci\/run|Dockerfile)$/
const SCREENS = /^(apps\/(web|portal|studio)|packages\/ui)\//
const TOKENS = /^packages\/ui\/src\/(tokens|theme)[^/]*\.(ts|tsx|css)$/
const TEST = /\.test\.(ts|tsx|mjs)$/

// Put together from parts, so that this file does not hold what it forbids.
const registries = [
  ['registry', '(npmjs|yarnpkg|npmmirror)'],
  ['npmjs', 'org'],
  ['nodejs', 'org/(dist|download)'],
  ['npmmirror', 'com'],
]
const registryHost = new RegExp(
  registries.map((parts) => parts.join('\\.')).join('|') +
    '|https?://[^/\\s"\'`]*(registry|artifactory|nexus)[^/\\s"\'`]*[/"\'`]',
)
const machinePath = new RegExp(
  `(^|["'\`\\s(=:])/(${['work/', 'tmp/', 'tmp["\'`]', 'home/[a-z][\\w-]*/', 'Users/\\w+/', 'root/'].join('|')})`,
)

const HEX = '#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})'
const hexInCode = new RegExp(`(["'\`])(?:[^"'\`\\n]*[\\s(,:])?${HEX}(?:[\\s),;][^"'\`\\n]*)?\\1`)
const hexInStyle = new RegExp(`[:\\s(,]${HEX}(?![\\w-])(?!.*\\{)`)

/** Each rule: which files, what is forbidden in a line, and the sentence that says what to do. */
export const sourceRules = [
  {
    name: 'no-raw-html',
    files: (path) => SCREENS.test(path) && CODE.test(path),
    forbids:
      /dangerouslySetInnerHTML|\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write(ln)?\(|createContextualFragment|setHTMLUnsafe|\bsrcDoc=/,
    say: 'raw HTML is never inserted: render elements',
  },
  {
    name: 'colours-are-tokens',
    files: (path) => SCREENS.test(path) && CODE.test(path) && !TOKENS.test(path) && !TEST.test(path),
    forbids: hexInCode,
    say: 'a colour has a name: use a token of packages/ui',
  },
  {
    name: 'colours-are-tokens',
    files: (path) => SCREENS.test(path) && path.endsWith('.css') && !TOKENS.test(path),
    forbids: hexInStyle,
    say: 'a colour has a name: use a token of packages/ui',
  },
  {
    name: 'lock-without-addresses',
    files: (path) => /(^|\/)package-lock\.json$/.test(path),
    forbids: /"resolved":\s*"(http|git|file:\/)/,
    say: 'the lockfile holds no download address: run `npm run lock`',
  },
  {
    name: 'no-download-addresses',
    files: (path) => TEXT.test(path),
    forbids: registryHost,
    say: 'no address of a registry or download server in the sources: npm configuration belongs to the machine',
  },
  {
    name: 'no-machine-paths',
    files: (path) => TEXT.test(path) && !path.endsWith('package-lock.json'),
    forbids: machinePath,
    say: 'a path of one machine: take it from the configuration, os.tmpdir() or import.meta',
  },
  {
    name: 'no-install-scripts',
    files: (path) => /(^|\/)package\.json$/.test(path),
    forbids: /"(pre|post)?install"\s*:|"prepare"\s*:/,
    say: 'nothing of ours runs while packages are installed',
  },
]

/** Comments may not switch off an own check silently: the mark stands on the line and gives its reason. */
const excused = (line, name) => new RegExp(`check-allow ${name} -- \\S`).test(line)

function* faultsIn(path, text, rules) {
  for (const [index, line] of text.split('\n').entries()) {
    for (const { name, forbids, say } of rules) {
      if (forbids.test(line) && !excused(line, name)) yield `${path}:${index + 1} ${name}: ${say}`
    }
  }
}

/** One line per fault in the files of the house below `base`. */
export function sourceFaults(base) {
  const faults = []
  for (const path of filesOf(base)) {
    const rules = sourceRules.filter((rule) => rule.files(path))
    if (rules.length > 0) faults.push(...faultsIn(path, readFileSync(join(base, path), 'utf8'), rules))
  }
  return faults
}
