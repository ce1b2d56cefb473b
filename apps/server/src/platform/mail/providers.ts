import { createTransport } from 'nodemailer'

export interface OutgoingMail {
  /** Kept over repeats, so that a receiver knows them. */
  readonly messageId: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Why a mail did not leave. `permanent`: no repeat can mend it. */
export class MailRefused extends Error {
  readonly code: string
  readonly permanent: boolean
  constructor(code: string, message: string, permanent: boolean) {
    super(message)
    this.code = code
    this.permanent = permanent
  }
}

export interface MailProvider {
  readonly id: 'smtp' | 'noop'
  /** Answers the provider's own id once it took the mail. Throws MailRefused. */
  send(mail: OutgoingMail): Promise<string>
  close(): void
}

const CONNECT_MS = 5_000
const TOTAL_MS = 20_000
const CONNECTIONS = 3
const ERROR_MAX = 300
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/

/** What a server said, without addresses and without anything long enough to be a secret. */
const discreet = (message: string): string =>
  message
    .replace(/[^\s<>@]+@[^\s<>@]+/g, '(address)')
    .replace(/[\w.~+/=-]{24,}/g, '(…)')
    .slice(0, ERROR_MAX)

function refusalOf(error: unknown): MailRefused {
  const { code, responseCode, permanent, message } = error as Partial<MailFailure> // any Error; each part is looked at
  const name = responseCode === undefined ? (code ?? 'unknown') : `smtp_${responseCode}`
  // Credentials that are refused are the operator's to mend, not the mail's end.
  return new MailRefused(name.slice(0, 80), discreet(message ?? ''), permanent === true && code !== 'EAUTH')
}
interface MailFailure {
  readonly code: string
  readonly responseCode: number
  readonly permanent: boolean
  readonly message: string
}

/** An SMTP server. TLS is required unless it is on this machine. A send that takes longer than `totalMs` is given up. */
export function smtpProvider(url: string, from: string, { totalMs = TOTAL_MS } = {}): MailProvider {
  const at = new URL(url)
  const local = LOOPBACK.test(at.hostname)
  const secure = at.protocol === 'smtps:'
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    // A connection that breaks is an attempt of its own, with its own trace.
    maxRequeues: 0,
    host: at.hostname.replace(/^\[|\]$/g, ''),
    port: at.port === '' ? (secure ? 465 : 587) : Number(at.port),
    secure,
    requireTLS: !secure && !local,
    ignoreTLS: !secure && local,
    ...(at.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(at.username), pass: decodeURIComponent(at.password) } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: totalMs,
    idleTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  // Each send tells its own failure.
  transport.on('error', () => {})
  return {
    id: 'smtp',
    send: async ({ messageId, to, subject, text, html }) => {
      try {
        const sent = await transport.sendMail({
          from,
          // An object is taken as it is; text would be parsed for further addresses.
          to: { name: '', address: to },
          subject,
          text,
          html,
          messageId,
          headers: { 'auto-submitted': 'auto-generated' },
          signal: AbortSignal.timeout(totalMs),
        })
        return sent.messageId
      } catch (error) {
        throw refusalOf(error)
      }
    },
    close: () => transport.close(),
  }
}

/** Sends nothing: the mail stays where it is. */
export const noopProvider: MailProvider = {
  id: 'noop',
  send: () => Promise.reject(new MailRefused('provider_not_configured', 'no mail provider is set', false)),
  close: () => {},
}
