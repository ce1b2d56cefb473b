import { pino } from 'pino'
import { belongsToCall, FREE_TEXT, isTrace, type LineField } from './log-contract.ts'
import type { MaskKind } from '../masking/mask.ts'
import { maskForLog } from './mask.ts'

const REDACTED = '***REDACTED***'
/** Figures with such names are none to be told. */
const SECRET = /(?:password|token|authorization|cookie|secret|otp|^code)$/i

export interface LogOptions {
  readonly level: string
  readonly service?: string
  readonly version?: string
  readonly instance?: string
  readonly env?: string
  readonly destination?: { write(line: string): void }
  /** Told of each line of a call that had no trace. */
  readonly onViolation?: () => void
  readonly onMasked?: (kind: MaskKind) => void
}

/** What a line says beside its event. */
export interface LogLine extends Readonly<Partial<Record<LineField, string | number | null | undefined>>> {
  /** A failure: its code stands in `error_code`, what it says in `outcome`. */
  readonly err?: unknown
  /** Figures and ids that have no field of their own: they stand in `outcome` as `name=value`. */
  readonly about?: object
}

/** The product's log. Fields are those of the contract alone. */
export interface Log {
  debug(line: LogLine, event: string): void
  info(line: LogLine, event: string): void
  warn(line: LogLine, event: string): void
  error(line: LogLine, event: string): void
  child(fields: Readonly<Partial<Record<LineField, string | number>>>): Log
  isLevelEnabled(level: string): boolean
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
const pairsOf = (about: object): string[] =>
  Object.entries(about)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${SECRET.test(name) ? REDACTED : textOf(value)}`)

/** What a failure says without what it was about: PostgreSQL puts row values into detail and where. */
function failureOf(error: unknown): { readonly code?: string; readonly text: string } {
  if (!(error instanceof Error)) return { text: `a ${typeof error} was thrown` }
  const code = 'code' in error ? String(error.code) : undefined
  const constraint =
    'constraint' in error && typeof error.constraint === 'string' ? [`constraint=${error.constraint}`] : []
  const text = [error.stack ?? `${error.name}: ${error.message}`, ...constraint].join('; ')
  return code === undefined ? { text } : { code, text }
}

/** A line in the fields of the contract. */
function contractLine({ err, about, ...line }: LogLine, mask: (text: string) => string): Record<string, unknown> {
  const failure = err === undefined ? undefined : failureOf(err)
  const words = [line.outcome, failure?.text, ...(about ? [pairsOf(about).join(' ')] : [])].filter(
    (one) => one !== undefined && one !== null && one !== '',
  )
  const error_code = line.error_code ?? failure?.code
  return {
    ...line,
    ...(error_code === undefined ? {} : { error_code }),
    ...(words.length === 0 ? {} : { [FREE_TEXT]: mask(words.join('; ')) }),
  }
}

/**
 * One JSON object a line. Field names are those of the contract; secrets are redacted by name, what is in words passes the
 * masker, and a line of a call or a job that lacks its trace is replaced by `log_contract_violation`.
 */
export function createLog(options: LogOptions): Log {
  const mask = (text: string): string => maskForLog(text, options.onMasked)
  const { service = 'zenops', version, instance, env } = options
  return pino(
    {
      level: options.level,
      base: { service, version, instance, env },
      messageKey: 'event',
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
      },
      hooks: {
        logMethod(given, method) {
          const [line, event] = given as unknown as [LogLine, string] // `Log` lets nothing else in
          if (belongsToCall(line) && !isTrace(line['trace_id']) && !isTrace(this.bindings()['trace_id'])) {
            options.onViolation?.()
            return method.call(this, { outcome: event }, 'log_contract_violation')
          }
          return method.call(this, contractLine(line, mask), event)
        },
      },
    },
    options.destination ?? process.stdout,
  )
}
