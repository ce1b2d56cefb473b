// Docs tell what is true now: a path that they cite must exist. ADRs and the change log are dated history and exempt.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { filesOf } from './tree.mjs'

const LIVING = /^[^/]+\.md$|^docs\/(?!adr\/).*\.md$|^(apps|packages|e2e|bench|infra|tools)\/.*\.md$/
const HISTORY = /^CHANGELOG\.md$/
const FILE_LIKE = /\.(ts|tsx|mjs|js|sql|md|json|css|yml|yaml|sh|html)$/

/** What stands in backticks outside code blocks, and the relative targets of links, with their line numbers. */
function* citations(text) {
  let inBlock = false
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*```/.test(line)) inBlock = !inBlock
    if (inBlock) continue
    for (const [, quoted] of line.matchAll(/`([^`]+)`/g)) yield { line: index + 1, cited: quoted, link: false }
    for (const [, target] of line.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (!/^[a-z]+:|^#/.test(target)) yield { line: index + 1, cited: target, link: true }
    }
  }
}

const FOLDERS = ['apps', 'packages', 'e2e', 'bench', 'docs', 'infra', 'tools', '.ci']

/** Whether a word in backticks means a path of this repository: `apps/…`, `docs/…`, or a file name with a folder. */
function looksLikePath(word) {
  if (/[\s<>{}$|'"=;,…]|:\/\/|^[@/~]/.test(word)) return false
  if (!word.includes('/')) return /^[A-Z]+\.md$/.test(word)
  return FOLDERS.includes(word.split('/')[0]) || FILE_LIKE.test(word)
}

function exists(base, from, cited) {
  const places = [cited, normalize(join(dirname(from), cited))]
  return places.some((place) =>
    /[*?]/.test(place) ? globSync(place, { cwd: base }).length > 0 : existsSync(join(base, place)),
  )
}

/** One line per citation below `base` that leads nowhere. */
export function citationFaults(base) {
  const faults = []
  for (const path of filesOf(base).filter((file) => LIVING.test(file) && !HISTORY.test(file))) {
    for (const { line, cited, link } of citations(readFileSync(join(base, path), 'utf8'))) {
      const target = cited.replace(/#.*$/, '').replace(/:\d+(-\d+)?$/, '')
      if (!target || !(link || looksLikePath(target))) continue
      if (!exists(base, path, target)) faults.push(`${path}:${line} cites ${cited}, which does not exist`)
    }
  }
  return faults
}
