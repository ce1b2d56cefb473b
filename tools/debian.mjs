// Programs that the tests need and that npm cannot bring: a browser, LibreOffice, poppler, fonts, a pooler.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Complaint, root, say } from './bootstrap.mjs'

/** Need → the commands (or files) of which one must be there, and the Debian packages that bring them. */
export const NEEDS = {
  chromium: {
    commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    packages: ['chromium'],
  },
  libreoffice: { commands: ['soffice', 'libreoffice'], packages: ['libreoffice-writer'] },
  poppler: { commands: ['pdftoppm'], packages: ['poppler-utils'] },
  // Debian keeps it where only root's PATH looks.
  pgbouncer: {
    files: ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'],
    packages: ['pgbouncer'],
  },
  fonts: {
    files: ['/usr/share/fonts/truetype/liberation', '/Library/Fonts', '/usr/share/fonts/liberation-fonts'],
    packages: ['fonts-liberation', 'fonts-dejavu-core'],
  },
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The first of `commands` on PATH, as a full path; undefined when none is there. */
export function findCommand(commands, path = process.env.PATH ?? '') {
  for (const command of commands) {
    for (const folder of path.split(delimiter).filter(Boolean)) {
      if (executable(join(folder, command))) return join(folder, command)
    }
  }
  return undefined
}

function isThere(need, path) {
  const { commands, files } = NEEDS[need]
  return commands ? findCommand(commands, path) !== undefined : files.some((file) => existsSync(file))
}

/** How apt-get may be run here: as root, through a sudo that asks nothing, or not at all. */
function aptCommand() {
  if (process.platform !== 'linux' || !findCommand(['apt-get'])) return undefined
  if (process.getuid() === 0) return ['apt-get']
  const sudo = findCommand(['sudo'])
  if (sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore', timeout: 10_000 }).status === 0) {
    return [sudo, '-n', '--preserve-env=DEBIAN_FRONTEND', 'apt-get']
  }
  return undefined
}

/** Runs to the end with a line every 15 s; gives the exit code and the tail of the output. */
function withPulse([command, ...args], what) {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  let tail = ''
  const keep = (chunk) => {
    tail = (tail + chunk).slice(-4000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const pulse = setInterval(() => say(`  still ${what} …`), 15_000)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, tail: error.message }))
    child.once('close', (code) => resolve({ code, tail }))
  }).finally(() => clearInterval(pulse))
}

async function install(apt, packages) {
  const options = ['-o', 'DPkg::Lock::Timeout=180', '-o', 'Acquire::Retries=2']
  let last = { tail: '' }
  for (const attempt of [1, 2]) {
    await withPulse([...apt, ...options, 'update', '-q'], 'reading the package lists')
    last = await withPulse(
      [...apt, ...options, 'install', '-y', '-q', '--no-install-recommends', ...packages],
      'installing',
    )
    if (last.code === 0) return
    if (attempt === 1) say('  apt-get failed; trying once more …')
  }
  throw new Complaint(
    `${last.tail.trim()}\n\nThe packages ${packages.join(', ')} could not be installed; the lines above are apt-get's own. Install them by hand and run the command again.`,
  )
}

/**
 * Makes sure that each of `needs` is on this machine, installing Debian packages when this user may.
 * @throws Complaint that names what is missing and what to do
 */
export async function ensure(needs) {
  const missing = needs.filter((need) => !isThere(need))
  if (missing.length === 0) return
  const packages = missing.flatMap((need) => NEEDS[need].packages)
  const apt = aptCommand()
  if (!apt) {
    throw new Complaint(
      `These programs are missing: ${missing.join(', ')}. On Debian or Ubuntu run "apt-get install ${packages.join(' ')}" as root; elsewhere install them with the system's own means. Then run the command again.`,
    )
  }
  say(`Installing ${packages.join(', ')} with apt-get, once …`)
  await install(apt, packages)
  const absent = missing.filter((need) => !isThere(need))
  if (absent.length > 0) throw new Complaint(`apt-get was content, but these are still missing: ${absent.join(', ')}.`)
  say('System packages installed.')
}

/**
 * Finds the browser of the stories: `CHROMIUM_PATH`, one on PATH, Debian's, or (where there is no apt-get) Playwright's
 * own. Gives the environment for Playwright; `CHROMIUM_PATH` stays unset when Playwright is to use its own.
 * @throws Complaint when no browser can be had
 */
export async function ensureBrowser() {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (executable(named)) return { CHROMIUM_PATH: named }
    throw new Complaint(`CHROMIUM_PATH names ${named}, which is not a program. Correct or unset it.`)
  }
  const present = findCommand(NEEDS.chromium.commands)
  if (present) return { CHROMIUM_PATH: present }
  if (findCommand(['apt-get'])) {
    await ensure(['chromium'])
    return { CHROMIUM_PATH: findCommand(NEEDS.chromium.commands) }
  }
  say('Fetching a browser with Playwright, once …')
  const playwright = join(root, 'node_modules/@playwright/test/cli.js')
  const { code, tail } = await withPulse([process.execPath, playwright, 'install', 'chromium'], 'fetching')
  if (code === 0) return {}
  throw new Complaint(
    `${tail.trim()}\n\nThe browser stories need Chromium and none could be had. Install Chromium or Chrome, or name one in CHROMIUM_PATH, and run the command again.`,
  )
}
