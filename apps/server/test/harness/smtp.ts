import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  readonly to: string[]
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Whole message, transfer encoding undone. */
  readonly text: string
}

export interface SmtpServer {
  readonly url: string
  readonly mails: ReceivedMail[]
  /** What the next mails are answered with: taken, refused with a code, or nothing at all. */
  behave(how: 'take' | 'hang' | { readonly code: number; readonly says: string }): void
  /** Called when a mail has arrived and before it is answered. */
  onMail(listener: () => Promise<void>): void
  stop(): Promise<void>
}

const decoded = (text: string): string =>
  Buffer.from(
    text
      .replace(/=\r\n/g, '')
      .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

const headersOf = (raw: string): Record<string, string> => {
  const [head = ''] = raw.split('\r\n\r\n', 1)
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}

/** A mail server that speaks SMTP on a free loopback port. */
export async function startSmtp(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = []
  let how: Parameters<SmtpServer['behave']>[0] = 'take'
  let listener = async (): Promise<void> => {}
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH'],
    logger: false,
    onData: (stream, session, answer) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (how === 'hang') return
        if (how !== 'take') return answer(Object.assign(new Error(how.says), { responseCode: how.code }))
        const raw = Buffer.concat(chunks).toString('utf8')
        mails.push({
          to: session.envelope.rcptTo.map((one) => one.address),
          headers: headersOf(raw),
          text: decoded(raw),
        })
        listener().then(
          () => answer(),
          (error: Error) => answer(error),
        )
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  const address = server.server.address()
  return {
    url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    mails,
    behave: (next) => {
      how = next
    },
    onMail: (next) => {
      listener = next
    },
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}
