import { compareDecimals, readDecimal } from './decimal.ts'
import { FILTERS, type FilterContext, text } from './filters.ts'

/** The text between two braces does not follow the template language. */
export class ExpressionError extends Error {}

export type Path = readonly string[]

export interface FilterCall {
  name: string
  arg: string
}

export type Condition =
  | { kind: 'path'; path: Path }
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'not'; of: Condition }
  | { kind: 'and' | 'or'; left: Condition; right: Condition }
  | { kind: 'compare'; operator: Operator; left: Condition; right: Condition }

type Operator = '==' | '!=' | '<' | '>'

export type Tag =
  | { kind: 'value'; path: Path; filters: FilterCall[] }
  | { kind: 'image'; path: Path; filters: FilterCall[] }
  | { kind: 'each'; path: Path; name: string }
  | { kind: 'if'; test: Condition }
  | { kind: 'else' }
  | { kind: 'end'; of: 'each' | 'if' }
  | { kind: 'clause' | 'tick_table'; key: string }
  | { kind: 'annexures' }

const LONGEST = 1_000
const DEEPEST = 20
const PATH = /^[a-z_][a-z0-9_]*(\.([a-z_][a-z0-9_]*|\d{1,4}))*$/i
const KEY = /^[A-Za-z_][A-Za-z0-9_.-]{0,80}$/

/** Parses what stands between `{{` and `}}`. */
export function parseTag(source: string): Tag {
  const body = source.trim()
  if (body.length > LONGEST) throw new ExpressionError('The placeholder is too long')
  if (body === 'else') return { kind: 'else' }
  if (body === 'annexures') return { kind: 'annexures' }
  if (body.startsWith('/')) return parseEnd(body.slice(1).trim())
  if (body.startsWith('#')) return parseBlock(body)
  const keyed = /^(clause|tick_table)\s+(.+)$/.exec(body)
  if (keyed) {
    const key = (keyed[2] ?? '').trim()
    if (!KEY.test(key)) throw new ExpressionError(`"${key}" is not a key`)
    return { kind: keyed[1] === 'clause' ? 'clause' : 'tick_table', key }
  }
  const image = /^image\s+(.+)$/.exec(body)
  return image ? { kind: 'image', ...parseValue(image[1] ?? '') } : { kind: 'value', ...parseValue(body) }
}

function parseEnd(word: string): Tag {
  if (word === 'each' || word === 'if') return { kind: 'end', of: word }
  throw new ExpressionError(`There is no block "${word}"`)
}

function parseBlock(body: string): Tag {
  const each = /^#each\s+(\S+)\s+as\s+([a-z_][a-z0-9_]*)$/i.exec(body)
  if (each) return { kind: 'each', path: parsePath(each[1] ?? ''), name: each[2] ?? '' }
  const test = /^#if\s+(.+)$/.exec(body)
  if (test) return { kind: 'if', test: parseCondition(test[1] ?? '') }
  throw new ExpressionError('A block is "#each path as name" or "#if condition"')
}

function parseValue(body: string): { path: Path; filters: FilterCall[] } {
  const [head = '', ...calls] = body.split('|')
  return {
    path: parsePath(head.trim()),
    filters: calls.map((call) => {
      const colon = call.indexOf(':')
      const name = (colon < 0 ? call : call.slice(0, colon)).trim()
      return { name, arg: colon < 0 ? '' : unquote(call.slice(colon + 1).trim()) }
    }),
  }
}

function unquote(arg: string): string {
  return /^(["'“‘]).*(["'”’])$/.test(arg) && arg.length >= 2 ? arg.slice(1, -1) : arg
}

export function parsePath(source: string): Path {
  if (!PATH.test(source)) throw new ExpressionError(`"${source.slice(0, 60)}" is not a path`)
  return source.split('.')
}

// ── conditions ──

type Token = { kind: 'word' | 'string' | 'number' | 'operator'; text: string }

// Word turns straight quotes into curly ones while a template is typed; both are quotes here.
const TOKEN =
  /\s*(?:(==|!=|<|>|\(|\))|["“”]([^"“”]*)["“”]|['‘’]([^'‘’]*)['‘’]|(-?\d+(?:\.\d+)?)(?![\w.])|([a-z_][\w.]*))/iy

function tokens(source: string): Token[] {
  const found: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.trimEnd().length) {
    const match = TOKEN.exec(source)
    if (!match) throw new ExpressionError(`The condition "${source.slice(0, 80)}" cannot be read`)
    const [, operator, double, single, number, word] = match
    const quoted = double ?? single
    if (operator) found.push({ kind: 'operator', text: operator })
    else if (quoted !== undefined) found.push({ kind: 'string', text: quoted })
    else if (number) found.push({ kind: 'number', text: number })
    else found.push({ kind: 'word', text: word ?? '' })
  }
  return found
}

export function parseCondition(source: string): Condition {
  const list = tokens(source)
  let at = 0
  let depth = 0
  const peek = () => list[at]?.text
  const isWord = (word: string) => list[at]?.kind === 'word' && peek() === word

  function either(): Condition {
    let left = both()
    while (isWord('or')) {
      at++
      left = { kind: 'or', left, right: both() }
    }
    return left
  }
  function both(): Condition {
    let left = negation()
    while (isWord('and')) {
      at++
      left = { kind: 'and', left, right: negation() }
    }
    return left
  }
  function negation(): Condition {
    if (++depth > DEEPEST) throw new ExpressionError('The condition is nested too deeply')
    if (!isWord('not')) return comparison()
    at++
    return { kind: 'not', of: negation() }
  }
  function comparison(): Condition {
    const left = operand()
    const operator = peek()
    if (list[at]?.kind !== 'operator' || !isOperator(operator)) return left
    at++
    return { kind: 'compare', operator, left, right: operand() }
  }
  function operand(): Condition {
    const token = list[at++]
    if (!token) throw new ExpressionError('The condition ends too early')
    if (token.text === '(' && token.kind === 'operator') {
      const inner = either()
      if (list[at++]?.text !== ')') throw new ExpressionError('A bracket is not closed')
      return inner
    }
    return operandOf(token)
  }

  const condition = either()
  if (at < list.length) throw new ExpressionError(`"${peek()}" is not expected here`)
  return condition
}

function operandOf(token: Token): Condition {
  if (token.kind === 'string') return { kind: 'literal', value: token.text }
  if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) }
  if (token.kind === 'operator') throw new ExpressionError(`"${token.text}" is not expected here`)
  if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true' }
  if (token.text === 'null') return { kind: 'literal', value: null }
  return { kind: 'path', path: parsePath(token.text) }
}

function isOperator(value: string | undefined): value is Operator {
  return value === '==' || value === '!=' || value === '<' || value === '>'
}

// ── evaluation ──

/** Names that loops have bound, innermost first, then the data. */
export interface Scope {
  data: Readonly<Record<string, unknown>>
  names: ReadonlyMap<string, unknown>
}

/** Reads a path; only own properties count. In a list a number is the place, a word the row of that `key`. */
export function resolve(path: Path, scope: Scope): unknown {
  const [first = '', ...rest] = path
  let value: unknown = scope.names.has(first) ? scope.names.get(first) : own(scope.data, first)
  for (const step of rest) value = own(value, step)
  return value
}

function own(value: unknown, step: string): unknown {
  if (Array.isArray(value)) {
    if (/^\d+$/.test(step)) return value[Number(step)]
    return value.find((row) => own(row, 'key') === step)
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
  return Reflect.get(value, step)
}

/** Null, missing, blank text and empty lists are absent; 0 and false are values. */
export function isAbsent(value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (typeof value === 'string') return value.trim() === ''
  return Array.isArray(value) && value.length === 0
}

export function holds(condition: Condition, scope: Scope): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, scope) && holds(condition.right, scope)
    case 'or':
      return holds(condition.left, scope) || holds(condition.right, scope)
    case 'not':
      return !holds(condition.of, scope)
    case 'compare':
      return compare(condition.operator, operandValue(condition.left, scope), operandValue(condition.right, scope))
    case 'path':
    case 'literal': {
      const value = operandValue(condition, scope)
      return !isAbsent(value) && value !== false
    }
  }
}

function operandValue(condition: Condition, scope: Scope): unknown {
  if (condition.kind === 'path') return resolve(condition.path, scope)
  return condition.kind === 'literal' ? condition.value : holds(condition, scope)
}

/** Numbers compare by size, other values as text; an absent value equals only null and is neither smaller nor larger. */
function compare(operator: Operator, left: unknown, right: unknown): boolean {
  if (isAbsent(left) || isAbsent(right)) {
    const same = isAbsent(left) && isAbsent(right)
    return operator === '==' ? same : operator === '!=' ? !same : false
  }
  const a = readDecimal(left)
  const b = readDecimal(right)
  const order = a && b ? compareDecimals(a, b) : compareText(comparable(left), comparable(right))
  if (operator === '==') return order === 0
  if (operator === '!=') return order !== 0
  return operator === '<' ? order < 0 : order > 0
}

function comparable(value: unknown): string {
  // Template data are JSON: what is no object is text, number, boolean or nothing.
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean | undefined)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Runs the filters over a present value. @throws FilterError, ExpressionError for an unknown filter */
export function applyFilters(value: unknown, filters: readonly FilterCall[], context: FilterContext): string {
  let current = value
  for (const { name, arg } of filters) {
    const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined
    if (!filter) throw new ExpressionError(`There is no filter "${name}"`)
    current = filter(current, arg, context)
  }
  return text(current)
}
