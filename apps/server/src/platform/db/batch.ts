import type { CompiledQuery } from 'kysely'
import pg from 'pg'

const NAMED_STATEMENTS_MAX = 1000
const statementNames = new Map<string, string>()
/** Names are shared by all connections; beyond the limit a statement goes unnamed, so memory stays bounded. */
function statementName(text: string): string {
  let name = statementNames.get(text)
  if (name === undefined) {
    if (statementNames.size >= NAMED_STATEMENTS_MAX) return ''
    name = `z${statementNames.size}`
    statementNames.set(text, name)
  }
  return name
}

/** `2026-11-20 09:04:46.12+00` → `2026-11-20T09:04:46.120Z`; sessions run in UTC and columns keep milliseconds. */
export function instantOf(value: string): string {
  const fraction = value.length > 22 ? value.slice(20, -3) : ''
  return `${value.slice(0, 10)}T${value.slice(11, 19)}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
}

const wholeNumber = (value: string): number => {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError('bigint beyond what JSON keeps exact')
  return number
}

type Read = (value: string) => unknown
const asText: Read = (value) => value
/** Instants and days stay text: half of a list's cost would be making Date objects. */
const READS: Readonly<Record<number, Read>> = {
  20: wholeNumber,
  25: asText,
  1043: asText,
  2950: asText,
  1082: asText,
  1114: asText,
  1184: instantOf,
  1700: asText,
}
// Cast: pg types its parsers per format; text is the only one asked for here.
const readOf = (type: number): Read => READS[type] ?? (pg.types.getTypeParser(type, 'text') as Read)

interface Field {
  readonly name: string
  readonly read: Read
}

/** What the protocol layer of pg offers a query that speaks for itself. */
interface Wire {
  readonly stream: { write(bytes: Uint8Array): void }
  _send(bytes: Uint8Array): void
  parse(message: { name: string; text: string; types: readonly number[] }): void
  bind(message: { statement: string; values: readonly unknown[]; valueMapper: (value: unknown) => unknown }): void
  describe(message: { type: 'P'; name: string }): void
  close(message: { type: 'S'; name: string }): void
  execute(message: Record<string, never>): void
  sync(): void
}

/** Statements a connection has parsed, with the columns they answer. */
export type Parsed = Map<string, readonly Field[]>

export interface Result {
  readonly rows: Record<string, unknown>[]
  readonly rowCount: number
  /** `SELECT`, `COMMIT`, `ROLLBACK` … */
  readonly command: string
}

interface Step {
  readonly query: CompiledQuery
  readonly name: string
  /** Columns as a former execution described them. */
  fields: readonly Field[] | undefined
  /** Must be parsed on this connection first. */
  readonly isNew: boolean
  readonly rows: Record<string, unknown>[]
}

const NO_TYPES: readonly number[] = []
const NO_FIELDS: readonly Field[] = []
const NOTHING: Record<string, never> = {}

/**
 * Statements that leave in one flush behind one Sync and are answered together: one network round trip. Outside of an
 * explicit transaction they are one of their own, so a failure undoes all of them. pg's `Query` costs a Sync and a
 * row description for each; this remembers descriptions and sends neither.
 */
export class Batch {
  readonly #steps: Step[]
  readonly #parsed: Parsed
  readonly #results: Result[] = []
  #at = 0
  #failed = false
  readonly #settle: { resolve(results: Result[]): void; reject(error: Error): void }
  readonly done: Promise<Result[]>

  constructor(queries: readonly CompiledQuery[], parsed: Parsed, prepared: boolean) {
    this.#parsed = parsed
    const fresh = new Set<string>()
    this.#steps = queries.map((query) => {
      const name = prepared ? statementName(query.sql) : ''
      const fields = name === '' ? undefined : parsed.get(name)
      const isNew = name === '' || (fields === undefined && !fresh.has(name))
      fresh.add(name)
      return { query, name, fields, isNew, rows: [] }
    })
    const { promise, resolve, reject } = Promise.withResolvers<Result[]>()
    this.done = promise
    this.#settle = { resolve, reject }
  }

  submit(connection: unknown): void {
    const { stream } = connection as Wire // pg hands over its protocol layer
    // The same layer, but its messages are gathered: one write of one buffer costs a third of a vectored write.
    const messages: Uint8Array[] = []
    const wire = Object.create(connection as Wire) as Wire
    wire._send = (bytes) => void messages.push(bytes)
    for (const step of this.#steps) {
      if (step.isNew) {
        // A parse whose batch failed may have left its name behind; closing an unknown name is no error.
        if (step.name !== '') wire.close({ type: 'S', name: step.name })
        wire.parse({ name: step.name, text: step.query.sql, types: NO_TYPES })
      }
      wire.bind({ statement: step.name, values: step.query.parameters, valueMapper: toWire })
      if (step.fields === undefined) wire.describe({ type: 'P', name: '' })
      wire.execute(NOTHING)
    }
    wire.sync()
    stream.write(Buffer.concat(messages))
  }

  handleRowDescription(message: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    const step = this.#steps[this.#at]
    if (step) step.fields = message.fields.map((field) => ({ name: field.name, read: readOf(field.dataTypeID) }))
  }

  handleDataRow(message: { fields: readonly (string | null)[] }): void {
    const step = this.#steps[this.#at]
    const fields = step?.fields
    if (!step || !fields || this.#failed) return
    const row: Record<string, unknown> = {}
    try {
      for (let i = 0; i < fields.length; i++) {
        const field = fields[i] as Field // within the length
        const value = message.fields[i]
        row[field.name] = value === null || value === undefined ? null : field.read(value)
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    }
    step.rows.push(row)
  }

  handleCommandComplete(message: { text: string }): void {
    const step = this.#steps[this.#at]
    if (!step) return
    this.#at += 1
    if (step.name !== '' && step.isNew) this.#parsed.set(step.name, step.fields ?? NO_FIELDS)
    const words = message.text.split(' ')
    this.#results.push({ rows: step.rows, rowCount: Number(words.at(-1)) || 0, command: words[0] ?? '' })
  }

  handleEmptyQuery(): void {
    this.#at += 1
    this.#results.push({ rows: [], rowCount: 0, command: '' })
  }

  handleReadyForQuery(): void {
    if (!this.#failed) this.#settle.resolve(this.#results)
  }

  handleError(error: Error): void {
    this.#fail(error)
  }

  handlePortalSuspended(): void {
    this.#fail(new Error('a batch reads its rows whole'))
  }
  handleCopyInResponse(): void {
    this.#fail(new Error('a batch copies nothing'))
  }
  handleCopyData(): void {}

  #fail(error: Error): void {
    if (this.#failed) return
    this.#failed = true
    this.#settle.reject(error)
  }
}

/** Values as the protocol sends them: bytes stay bytes, lists become array literals, objects JSON. */
const toWire = (value: unknown): unknown => {
  if (value === null || value === undefined || typeof value === 'string' || Buffer.isBuffer(value)) return value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return Array.isArray(value) ? arrayLiteral(value) : JSON.stringify(value)
}

function arrayLiteral(items: readonly unknown[]): string {
  const parts = items.map((item) => {
    if (item === null || item === undefined) return 'NULL'
    if (Array.isArray(item)) return arrayLiteral(item)
    if (Buffer.isBuffer(item)) return `"\\\\x${item.toString('hex')}"`
    const text = String(toWire(item))
    return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  })
  return `{${parts.join(',')}}`
}
