import type { Operation } from '@zenops/contracts/kit'
import { ErrorBody } from '@zenops/contracts/errors'
import { ALL_OPERATIONS } from '@zenops/contracts/registry'
import { type House, openHouse } from '../../apps/server/test/harness/house.ts'
import {
  callerOf,
  crowdOf,
  ghostParams,
  hasBody,
  paramNames,
  type Raw,
  rawCaller,
} from '../../apps/server/test/laws/callers.ts'
import { sampleBody, sampleQuery } from '../../apps/server/test/laws/samples.ts'
import type { Goal, GoalResult } from '../goal-kit.ts'

/** Answers of the server that stay open by design. */
const ENDLESS: ReadonlySet<string> = new Set(['reports.watchReportJob'])
const SHOWN = 10
/** Calls until everybody signs in anew: what was asked for may have ended sessions. */
const ROUND = 400

/** The same sequence for the same seed (mulberry32). */
function dice(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return {
    below,
    chance: (share: number): boolean => next() < share,
    of: <T>(list: readonly T[]): T | undefined => list[below(list.length)],
  }
}
type Dice = ReturnType<typeof dice>

const TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202e',
  '😀'.repeat(600),
  'ä'.repeat(5_000),
  "'; drop table x; --",
  '%',
  '_',
  '\\',
  '\\u0000',
  '../../etc/passwd',
  '<script>',
  '{{7*7}}',
  '${7*7}',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '1e400',
  '9223372036854775808',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '2026-02-30',
  '0000-00-00T00:00:00Z',
  '294277-01-01T00:00:00Z',
  '2026-11-20T10:00:00+99:99',
  '+05:30',
  'Asia/Kolkata',
  'data:text/html,x',
  'http://127.0.0.1:1/',
  'eyJhbGciOiJub25lIn0.e30.',
  'a@b',
  `${'a'.repeat(300)}@x.in`,
  '१२३',
  '\r\nset-cookie: a=b',
  '[]',
  '{}',
  '"',
  ',',
  ';',
  '\u0301',
] as const
const deep = (levels: number): unknown => Array.from({ length: levels }).reduce((inner: unknown) => ({ a: [inner] }), 1)
const VALUES: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => -0,
  () => 1.5,
  () => 1e308,
  () => 2 ** 53,
  () => -(2 ** 63),
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => ({ '': 1 }),
  () => JSON.parse('{"__proto__": {"a": 1}}') as unknown,
  () => ({ constructor: 1 }),
  () => deep(12),
  () => deep(60),
  () => Array.from({ length: 2_000 }, (_, n) => n),
]

/** What earlier answers named: ids that lead somewhere. */
interface Known {
  readonly ids: string[]
}
const hostile = (roll: Dice, known: Known): unknown => {
  if (roll.chance(0.3) && known.ids.length > 0) return roll.of(known.ids)
  return roll.chance(0.5) ? roll.of(TEXTS) : roll.of(VALUES)?.()
}

/** The value with one place of it, or the whole, replaced, left out or added to. */
function damaged(value: unknown, roll: Dice, known: Known): unknown {
  const isOpen = typeof value === 'object' && value !== null
  if (!isOpen || roll.chance(0.12)) return hostile(roll, known)
  if (Array.isArray(value)) {
    if (value.length === 0 || roll.chance(0.3)) return [...value, hostile(roll, known)]
    const at = roll.below(value.length)
    return value.map((item: unknown, index) => (index === at ? damaged(item, roll, known) : item))
  }
  const members = Object.entries(value)
  if (members.length === 0 || roll.chance(0.12)) return { ...value, [String(roll.of(TEXTS))]: hostile(roll, known) }
  const at = roll.below(members.length)
  if (roll.chance(0.12)) return Object.fromEntries(members.filter((_, index) => index !== at))
  return Object.fromEntries(
    members.map(([name, member], index) => [name, index === at ? damaged(member, roll, known) : member]),
  )
}

/** Bytes that are no JSON, or JSON of another kind than bodies have. */
const PAYLOADS = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '{"a":1,"a":2}',
  '{"a":1e999}',
  '\ufeff{}',
  '{"a":"\ud800"}',
  '['.repeat(5_000),
] as const

/** A word of an address: an id that leads somewhere, a text that leads nowhere, or what it was. */
function paramOf(least: string | undefined, roll: Dice, known: Known): string {
  if (roll.chance(0.5)) return roll.of(known.ids) ?? 'x'
  if (roll.chance(0.7)) return least ?? 'x'
  const text = String(roll.of(TEXTS)).toWellFormed().replaceAll('/', '')
  return text === '' ? 'x' : text
}

function payloadOf(operation: Operation, roll: Dice, known: Known): string {
  if (roll.chance(0.06)) return String(roll.of(PAYLOADS))
  const body = sampleBody(operation)
  return JSON.stringify(roll.chance(0.15) ? body : damaged(body, roll, known))
}

function callOf(operation: Operation, roll: Dice, known: Known): Raw {
  const least = ghostParams(operation)
  const params = Object.fromEntries(paramNames(operation).map((name) => [name, paramOf(least[name], roll, known)]))
  const query: Record<string, string> = sampleQuery(operation)
  for (const name of ['limit', 'cursor', 'q', 'sort', ...Object.keys(query)])
    if (roll.chance(0.2)) query[name] = String(hostile(roll, known)).toWellFormed().slice(0, 3_000)
  return { params, query, ...(hasBody(operation) ? { payload: payloadOf(operation, roll, known) } : {}) }
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

interface Found {
  readonly statuses: Record<string, number>
  /** Calls that the server could not answer for, with how they failed. */
  readonly failures: string[]
}

interface Answered {
  readonly operation: Operation
  readonly call: Raw
  readonly status: number
  readonly text: string
}

/** How an answer fails: by 5xx, or a refusal without its shape. Null when it does not. */
function failureOf({ operation, call, status, text }: Answered): string | null {
  const isShaped = status < 400 || operation.raw || ErrorBody.safeParse(JSON.parse(text)).success
  if (status < 500 && isShaped) return null
  return `${operation.id} ${status} ${JSON.stringify(call).slice(0, 400)} → ${text.slice(0, 200)}`
}

/** Keeps some of the ids that an accepted call answered. */
function learn(known: Known, { status, text }: Answered): void {
  if (status >= 300) return
  known.ids.push(...(text.slice(0, 20_000).match(UUID) ?? []).slice(0, 8))
  known.ids.splice(0, Math.max(0, known.ids.length - 400))
}

async function fuzz(house: House, { calls, seed }: { calls: number; seed: number }): Promise<Found> {
  const roll = dice(seed)
  const firm = await house.firm()
  const send = rawCaller(() => house)
  const known: Known = { ids: [firm.tenantId] }
  const operations = ALL_OPERATIONS.filter((operation) => !ENDLESS.has(operation.id))
  const found: Found = { statuses: {}, failures: [] }
  let crowd = crowdOf(house, firm)
  // Each operation in its turn, then in any order.
  const turns = Array.from({ length: calls }, (_, n) => operations[n] ?? roll.of(operations)).filter(
    (one) => one !== undefined,
  )
  for (const [n, operation] of turns.entries()) {
    if (n % ROUND === 0) crowd = crowdOf(house, firm)
    const call = callOf(operation, roll, known)
    const { status, text } = await send(await callerOf(house, crowd, operation), operation, call)
    const answered = { operation, call, status, text }
    const kind = `${Math.floor(status / 100)}xx`
    found.statuses[kind] = (found.statuses[kind] ?? 0) + 1
    learn(known, answered)
    const failure = failureOf(answered)
    if (failure !== null) found.failures.push(failure)
  }
  return found
}

/** Whatever is sent to whichever operation, by somebody who may call it, is answered, and not by 5xx. */
async function run({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const house = await openHouse({
    RATE_LIMIT_ANONYMOUS_RPM: '1000000',
    RATE_LIMIT_SIGNED_IN_RPM: '1000000',
    CONTROL_RATE_LIMIT_RPM: '1000000',
    AUTH_LOGIN_RPM: '1000000',
  })
  try {
    // The planted defect: a column that its statements no longer find.
    if (planted) await house.sql('alter table directory.banks rename column name to called')
    const seed = Number(process.env['FUZZ_SEED'] ?? 0) || 20_261_120
    const calls = full ? 20_000 : 1_500
    const found = await fuzz(house, { calls, seed })
    return {
      ok: found.failures.length === 0,
      figures: {
        calls,
        operations: ALL_OPERATIONS.length,
        ...found.statuses,
        failures: found.failures.length,
        ...(found.failures.length > 0 ? { first_failures: found.failures.slice(0, SHOWN) } : {}),
      },
    }
  } finally {
    await house.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'fuzz', correctness: true, run }]
