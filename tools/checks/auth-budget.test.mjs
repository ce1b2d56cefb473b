import assert from 'node:assert/strict'
import { test } from 'node:test'
import { root } from '../bootstrap.mjs'
import { authLines, BUDGET, budgetFaults, runningLines } from './auth-budget.mjs'
import { plant } from './planted-tree.mjs'

const SERVER = 'apps/server/src'
const statements = (count) =>
  `${Array.from({ length: count }, (_, at) => `export const line${at} = ${at}`).join('\n')}\n`

test('a line counts when something of it runs', () => {
  const text = `import { sql } from 'kysely'
import {
  type Row,
  first,
} from './rows.ts'
export { last } from './rows.ts'

/** What it is. */
interface Held {
  readonly id: string
}
// Why it is so.
export const find = (id: string): Promise<Held> =>
  first\`
    select 1
    where id = \${id}\`
`
  assert.equal(runningLines(text), 4)
})

test('our own code that authenticates stays within its budget, and is where it is counted', () => {
  const counted = authLines(root)
  assert.deepEqual(budgetFaults(root), [])
  const total = counted.reduce((sum, { lines }) => sum + lines, 0)
  assert.ok(total > BUDGET / 2, `only ${total} lines were found: the folders have moved`)
})

test('too much of it, a library of it elsewhere and a module too large are faults', (t) => {
  const half = Math.ceil(BUDGET / 2)
  const base = plant(t, {
    [`${SERVER}/platform/auth/keys.ts`]: statements(half),
    [`${SERVER}/modules/factors/totp.ts`]: statements(half),
    [`${SERVER}/modules/factors/totp.test.ts`]: statements(BUDGET),
  })
  assert.deepEqual(budgetFaults(base), [])
  const crowded = plant(t, {
    [`${SERVER}/modules/identity/login.ts`]: statements(BUDGET + 1),
    [`${SERVER}/modules/accounts/tokens.ts`]: "import { SignJWT } from 'jose'\nexport const sign = SignJWT\n",
    ...Object.fromEntries(Array.from({ length: 41 }, (_, at) => [`${SERVER}/modules/members/file-${at}.ts`, ''])),
  })
  assert.deepEqual(
    budgetFaults(crowded).map((fault) => fault.split(':', 1)[0]),
    [
      `our own code that authenticates is ${BUDGET + 1} lines, over ${BUDGET}`,
      `${SERVER}/modules/accounts/tokens.ts imports jose`,
      'modules/members has 41 files',
    ],
  )
})
