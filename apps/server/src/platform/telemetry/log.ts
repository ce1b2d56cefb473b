import { type Logger, pino } from 'pino'

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

/** What a failure says without what it was about: PostgreSQL puts row values into detail and where. */
function errorOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error ? String(error.code) : undefined
  const constraint = 'constraint' in error ? error.constraint : undefined
  return { type: error.name, message: error.message, stack: error.stack, code, constraint }
}

/** One JSON object a line. Field names are those of `docs/logging.md`; secrets are redacted by name. */
export function createLog(options: {
  level: string
  service?: string
  destination?: { write(line: string): void }
}): Log {
  return pino(
    {
      level: options.level,
      base: { service: options.service ?? 'zenops' },
      messageKey: 'event',
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorOf },
      redact: { paths: REDACTED, censor: '***REDACTED***' },
    },
    options.destination ?? process.stdout,
  )
}
