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
      redact: { paths: REDACTED, censor: '***REDACTED***' },
    },
    options.destination ?? process.stdout,
  )
}
