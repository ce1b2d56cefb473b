import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import type { BenchWorkerOptions } from './job-worker.ts'

export interface WorkerChild {
  readonly process: ChildProcess
  /** The id under which it holds jobs. */
  readonly worker: string
  kill(signal: NodeJS.Signals): void
  gone(): Promise<void>
}

/** A worker in a process of its own, ready when it holds its lock. */
export function startWorkerChild(options: BenchWorkerOptions, program = 'job-worker.ts'): Promise<WorkerChild> {
  const child = fork(path.join(import.meta.dirname, program), {
    env: { ...process.env, BENCH_WORKER_OPTIONS: JSON.stringify(options) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)))
    child.once('message', (message: { worker: string }) =>
      resolve({ process: child, worker: message.worker, kill: (signal) => void child.kill(signal), gone: () => ended }),
    )
  })
}
