import { type Logger, pino } from 'pino'
import { belongsToCall, isFreeText, isTrace } from './log-contract.ts'
import type { MaskKind } from '../masking/mask.ts'
import { maskForLog } from './mask.ts'

export type Log = Logger

const REDACTED = [
  'password',
  'token',
  'access_token',
  'refresh_token',
  'authorization',
  'cookie',
  'secret',
  'otp',
  'code',
  '*.password',
  '*.token',
  '*.access_token',
  '*.refresh_token',
  '*.authorization',
  '*.cookie',
  '*.secret',
]

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

const MAX_DEPTH = 4
type Masked = (text: string) => string

/** Free texts masked, at any depth that a line has. */
function masked(value: unknown, mask: Masked, depth: number): unknown {
  if (typeof value === 'string') return mask(value)
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return value
  if (Array.isArray(value)) return value.map((item: unknown) => masked(item, mask, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, masked(item, mask, depth + 1)]))
}

/** What a failure says without what it was about: PostgreSQL puts row values into detail and where. */
const errorWith =
  (mask: Masked) =>
  (error: unknown): Record<string, unknown> => {
    if (!(error instanceof Error)) return { type: typeof error }
    const code = 'code' in error ? String(error.code) : undefined
    const constraint = 'constraint' in error ? error.constraint : undefined
    const stack = error.stack === undefined ? undefined : mask(error.stack)
    return { type: error.name, message: mask(error.message), stack, code, constraint }
  }

const isLine = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Error)

/**
 * One JSON object a line. Field names are those of `docs/logging.md`; secrets are redacted by name, free texts pass the
 * masker, and a line of a call or a job that lacks its trace is replaced by `log_contract_violation`.
 */
export function createLog(options: LogOptions): Log {
  const mask: Masked = (text) => maskForLog(text, options.onMasked)
  const { service = 'zenops', version, instance, env } = options
  return pino(
    {
      level: options.level,
      base: { service, version, instance, env },
      messageKey: 'event',
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (line) => {
          for (const field in line) {
            if (field === 'err' || !isFreeText(field)) continue
            const value = line[field]
            if (typeof value === 'string' || typeof value === 'object') line[field] = masked(value, mask, 0)
          }
          return line
        },
      },
      serializers: { err: errorWith(mask) },
      redact: { paths: REDACTED, censor: '***REDACTED***' },
      hooks: {
        logMethod(given, method) {
          const [line, event] = given as [unknown, string | undefined] // pino's own overloads
          if (
            isLine(line) &&
            belongsToCall(line) &&
            !isTrace(line['trace_id']) &&
            !isTrace(this.bindings()['trace_id'])
          ) {
            options.onViolation?.()
            return method.call(this, { outcome: event ?? 'unknown' }, 'log_contract_violation')
          }
          return method.apply(this, given)
        },
      },
    },
    options.destination ?? process.stdout,
  )
}
