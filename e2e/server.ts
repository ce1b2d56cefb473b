// The real server for the stories: a new demo firm in a folder of its own, which is removed afterwards, and a mailbox.
import { spawn } from 'node:child_process'
import { mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { mailFolder, openMailbox } from './mailbox.ts'
import { logFile } from './product-log.ts'

const [home, mailPort] = process.argv.slice(2)
if (!home || !mailPort) throw new Error('usage: server.ts <folder of this run> <port of the mailbox>')

await openMailbox(mailFolder(home), Number(mailPort))
const main = join(import.meta.dirname, '../apps/server/src/main.ts')
mkdirSync(home, { recursive: true })
const log = openSync(logFile(home), 'a')
const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
  stdio: ['inherit', log, 'inherit'],
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill('SIGTERM'))
server.once('exit', (code) => {
  rmSync(home, { recursive: true, force: true })
  process.exit(code ?? 1)
})
