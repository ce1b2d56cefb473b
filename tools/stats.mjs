// `npm run stats`: how calm the house is. Lines of code without blanks and comments, like the lint budgets.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root as house } from './bootstrap.mjs'
import { filesOf } from './checks/tree.mjs'

const CODE = /^(apps|packages|tools|bench|e2e)\/.*\.(ts|tsx|mjs|sql|css)$/
const GENERATED = /^apps\/server\/db\/(schema\.sql|types\.ts)$/
const TEST = /\.test\.(ts|tsx|mjs)$|^e2e\/|^apps\/server\/test\//
const LONG_FILE = 400

/** Lines that hold code: no blank line, no line that is a comment from its beginning. */
export function codeLines(text) {
  return text.split('\n').filter((line) => !/^\s*($|\/\/|\/?\*|--)/.test(line)).length
}

const folderOf = (path) =>
  path
    .split('/')
    .slice(0, /^(apps|packages)\//.test(path) ? 2 : 1)
    .join('/')

/** The figures of the tree below `base`: shares in per cent, sizes in lines of code. */
export function figures(base = house) {
  const files = filesOf(base)
    .filter((path) => CODE.test(path) && !GENERATED.test(path))
    .map((path) => ({ path, lines: codeLines(readFileSync(join(base, path), 'utf8')), test: TEST.test(path) }))
  const sum = (list) => list.reduce((total, { lines }) => total + lines, 0)
  const total = sum(files)
  const sizes = files.map(({ lines }) => lines).sort((a, b) => a - b)
  const source = sum(files.filter(({ test }) => !test))
  return {
    files: files.length,
    lines: total,
    inLongFiles: total === 0 ? 0 : (100 * sum(files.filter(({ lines }) => lines > LONG_FILE))) / total,
    p95: sizes[Math.max(0, Math.ceil(sizes.length * 0.95) - 1)] ?? 0,
    testToSource: source === 0 ? 0 : (total - source) / source,
    longest: [...files].sort((a, b) => b.lines - a.lines).slice(0, 5),
    perFolder: Object.entries(Object.groupBy(files, ({ path }) => folderOf(path))).map(([folder, list]) => ({
      folder,
      files: list.length,
      lines: sum(list),
    })),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const now = figures()
  const targets = [
    {
      name: 'lines in files over 400',
      value: `${now.inLongFiles.toFixed(1)} %`,
      target: '< 15 %',
      met: now.inLongFiles < 15,
    },
    { name: '95th percentile of file size', value: `${now.p95}`, target: '< 300', met: now.p95 < 300 },
    {
      name: 'test lines : source lines',
      value: now.testToSource.toFixed(2),
      target: '≥ 0.8',
      met: now.testToSource >= 0.8,
    },
  ]
  process.stdout.write(`${now.files} files, ${now.lines} lines of code\n\n`)
  for (const { folder, files, lines } of now.perFolder) {
    process.stdout.write(
      `  ${folder.padEnd(24)} ${String(files).padStart(4)} files ${String(lines).padStart(7)} lines\n`,
    )
  }
  process.stdout.write(`\n  longest: ${now.longest.map(({ path, lines }) => `${path} ${lines}`).join(', ')}\n\n`)
  for (const { name, value, target, met } of targets) {
    process.stdout.write(`${met ? '✔' : '✖'} ${name.padEnd(32)} ${value.padStart(8)}   target ${target}\n`)
  }
}
