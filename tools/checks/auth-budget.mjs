// How much code of our own authenticates. A program of its own: `node tools/checks/auth-budget.mjs [folder]`.
//
// What counts: whatever takes, checks, issues, keeps or ends the credential of a person. Passwords and their rules,
// sign-in, refresh, sessions, access tokens and their keys, mailed links, authenticator apps, recovery codes, passkeys,
// step-up. It lives in three folders, and every file there counts but its tests.
// What does not: what somebody is and may do, blocks and limits (modules/access), how a person comes by an account
// (accounts), what administrators do (members, rights, approvals, tenants, blocks), tokens of programs (tenants).
// A line counts when something of it runs: types, imports and re-exports, comments and blank lines are left out, the
// lines of a statement in SQL count.
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesOf } from './tree.mjs'

export const BUDGET = 1500
const COUNTED = /^apps\/server\/src\/(platform\/auth|modules\/(identity|factors))\//
const SERVER = /^apps\/server\/src\/.*\.ts$/
const TEST = /\.test\.ts$/
/** What authentication stands on; who imports one of these authenticates. */
const LIBRARY = /\bfrom\s+'(jose|@node-rs\/argon2|otpauth|@simplewebauthn\/server)(\/[\w-]+)?'/
/** The modules that own the schema `identity`: past forty files, tests included, one is two. */
const IDENTITY_MODULES =
  /^apps\/server\/src\/modules\/(access|identity|factors|accounts|rights|members|approvals|tenants|blocks)\//
const FILES = 40

/** Lines of a TypeScript file of which something runs. */
export function runningLines(text) {
  const plain = stripTypeScriptTypes(text)
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^(import|export)\b[^'"`;=(]*?\bfrom '[^']*'$/gm, '')
  return plain.split('\n').filter((line) => line.trim() !== '').length
}

/** The lines that authenticate below `base`, by file, the largest first. */
export function authLines(base) {
  return filesOf(base)
    .filter((path) => COUNTED.test(path) && SERVER.test(path) && !TEST.test(path))
    .map((path) => ({ path, lines: runningLines(readFileSync(join(base, path), 'utf8')) }))
    .sort((a, b) => b.lines - a.lines)
}

/** One line per fault: too much code, code elsewhere, a module of identity past its size. */
export function budgetFaults(base) {
  const faults = []
  const total = authLines(base).reduce((sum, { lines }) => sum + lines, 0)
  if (total > BUDGET) faults.push(`our own code that authenticates is ${total} lines, over ${BUDGET}: make it simpler`)
  const files = filesOf(base)
  for (const path of files) {
    if (!SERVER.test(path) || COUNTED.test(path) || TEST.test(path)) continue
    const library = LIBRARY.exec(readFileSync(join(base, path), 'utf8'))?.[1]
    if (library) faults.push(`${path} imports ${library}: what authenticates lies in the counted folders`)
  }
  const sizes = Map.groupBy(files, (path) => IDENTITY_MODULES.exec(path)?.[1])
  for (const [module, list] of sizes) {
    if (module !== undefined && list.length > FILES)
      faults.push(`modules/${module} has ${list.length} files: it is two`)
  }
  return faults
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const base = process.argv[2] ?? fileURLToPath(new URL('../..', import.meta.url))
  const faults = budgetFaults(base)
  const counted = authLines(base)
  const total = counted.reduce((sum, { lines }) => sum + lines, 0)
  for (const { path, lines } of faults.length > 0 ? counted.slice(0, 10) : [])
    process.stdout.write(`${lines}  ${path}\n`)
  for (const fault of faults) process.stdout.write(`${fault}\n`)
  process.stdout.write(`${total} of ${BUDGET} lines that authenticate, in ${counted.length} files\n`)
  process.exitCode = faults.length === 0 ? 0 : 1
}
