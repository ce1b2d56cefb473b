// Completes package-lock.json after an install. A registry mirror may lack the optional packages of other platforms;
// npm then leaves them out of the lock and `npm ci` refuses it. Each gap gets a stub that carries version, os and cpu,
// so the lock is accepted and the package is still only fetched on the platform that needs it.
import { readFileSync, writeFileSync } from 'node:fs'

const OS = {
  darwin: 'darwin',
  macos: 'darwin',
  linux: 'linux',
  win32: 'win32',
  windows: 'win32',
  win: 'win32',
  freebsd: 'freebsd',
  openbsd: 'openbsd',
  netbsd: 'netbsd',
  sunos: 'sunos',
  android: 'android',
  aix: 'aix',
  openharmony: 'openharmony',
}
const CPU = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))
const packages = lock.packages

/** Finds where `name` resolves from the folder `from`, the way Node walks up. */
function resolved(from, name) {
  let dir = from
  for (;;) {
    if (packages[`${dir ? `${dir}/` : ''}node_modules/${name}`]) return true
    if (!dir) return false
    const cut = dir.lastIndexOf('node_modules/')
    dir = cut <= 0 ? '' : dir.slice(0, cut - 1)
  }
}

/** A stub entry for one optional dependency; the platform is read off the package's name. */
function stub(name, spec, dev) {
  const alias = /^npm:(@?[^@]+)@(.+)$/.exec(spec)
  const words = (alias ? alias[1] : name).toLowerCase().split(/[-/]/)
  const os = words.map((word) => OS[word]).find(Boolean)
  const cpu = CPU.find((arch) => words.includes(arch))
  return {
    ...(alias ? { name: alias[1] } : {}),
    version: (alias ? alias[2] : spec).replace(/^[\^~]/, ''),
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(dev ? { dev: true } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  }
}

const added = []
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, spec] of Object.entries(entry.optionalDependencies ?? {})) {
    if (resolved(path, name)) continue
    packages[`node_modules/${name}`] = stub(name, spec, entry.dev)
    added.push(name)
  }
}
for (const entry of Object.values(packages)) {
  if (typeof entry.resolved === 'string' && entry.resolved.startsWith('http')) delete entry.resolved
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`lock complete, ${added.length} platform stubs added\n`)
