import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'

/** Where the stories' mails lie, below the folder of the run. */
export const mailFolder = (home: string): string => join(home, 'mails')

/** Speaks as much SMTP as one sender on this machine needs; each mail becomes a file of `folder`. */
export async function openMailbox(folder: string, port: number): Promise<void> {
  mkdirSync(folder, { recursive: true })
  let count = 0
  const keep = (mail: string) => {
    count += 1
    writeFileSync(join(folder, `${String(count).padStart(4, '0')}.eml`), mail)
  }
  const server = createServer((socket) => converse(socket, keep))
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve)
  })
}

function converse(socket: Socket, keep: (mail: string) => void): void {
  let held = ''
  let mail: string[] | null = null
  const line = (text: string): string | null => {
    if (mail) {
      if (text !== '.') {
        mail.push(text.startsWith('..') ? text.slice(1) : text)
        return null
      }
      keep(mail.join('\n'))
      mail = null
      return '250 kept'
    }
    const verb = text.slice(0, 4).toUpperCase()
    if (verb === 'DATA') {
      mail = []
      return '354 go on'
    }
    return verb === 'QUIT' ? '221 bye' : '250 ok'
  }
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    held += chunk.toString('latin1')
    const lines = held.split('\r\n')
    held = lines.pop() ?? ''
    for (const answer of lines.map(line)) if (answer !== null) socket.write(`${answer}\r\n`)
  })
  socket.write('220 mailbox\r\n')
}

/** Quoted-printable as nodemailer writes it. */
const plain = (mail: string): string =>
  mail.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** The link of the newest mail to an address that leads to this page of a surface; null while there is none. */
export function mailedLink(folder: string, to: string, path: string): string | null {
  const mails = readdirSync(folder).sort().reverse()
  for (const name of mails) {
    const mail = plain(readFileSync(join(folder, name), 'latin1'))
    if (!mail.toLowerCase().includes(`to: ${to.toLowerCase()}`)) continue
    const link = new RegExp(`http://localhost:\\d+${path}#token=[\\w-]{43}`).exec(mail)?.[0]
    if (link) return link
  }
  return null
}
