// The files that the own checks read: what git tracks or would track.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const NOT_OURS = new Set(['node_modules', 'dist', '.git', 'demo-output', 'test-results', 'playwright-report'])

function* walk(base, folder = '') {
  for (const entry of readdirSync(join(base, folder), { withFileTypes: true })) {
    if (NOT_OURS.has(entry.name)) continue
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (entry.isDirectory()) yield* walk(base, path)
    else if (entry.isFile()) yield path
  }
}

/** Paths of all files of the house below `base`, sorted; a tree without git (an unpacked archive) is walked. */
export function filesOf(base) {
  if (!existsSync(join(base, '.git'))) return [...walk(base)].sort()
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: base,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (listed.status !== 0) return [...walk(base)].sort()
  return listed.stdout
    .split('\0')
    .filter((path) => path && existsSync(join(base, path)))
    .sort()
}
