import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'

export interface Child {
  readonly url: string
  readonly process: ChildProcess
  stop(): Promise<void>
}

/** Starts a bench program in a process of its own and waits for the port it prints. */
export function startChild(program: string, env: Record<string, string>): Promise<Child> {
  const child = fork(path.join(import.meta.dirname, program), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  return new Promise((resolve, reject) => {
    let said = ''
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const port = /\{"port":(\d+)\}/.exec(said)?.[1]
      if (port !== undefined) resolve({ url: `http://127.0.0.1:${port}`, process: child, stop })
    })
  })
}
