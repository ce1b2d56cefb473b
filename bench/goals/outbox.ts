import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { BenchDatabase } from '../bench-database.ts'
import type { Goal, GoalResult } from '../goal-kit.ts'
import { openJobBench } from '../job-bench.ts'
import type { RelayProcess } from '../outbox-relay.ts'
import { startWorkerChild } from '../worker-children.ts'

const BUSY = 0.02

/** The other side: does once what comes under one key, says no now and then, and is slow enough to be killed at. */
async function openReceiver() {
  const done = new Map<string, string>()
  const answers = { delivered: 0, refused: 0 }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      if (Math.random() < BUSY) {
        answers.refused++
        return void response.writeHead(503).end()
      }
      answers.delivered++
      done.set(String(request.headers['idempotency-key']), body)
      setTimeout(() => response.end('taken'), 10)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listens on a port
  return {
    url: `http://127.0.0.1:${port}/`,
    answers,
    /** Messages that happened, and how many of them more than once. */
    seen: () => {
      const times = new Map<string, number>()
      for (const message of done.values()) times.set(message, (times.get(message) ?? 0) + 1)
      return { messages: times.size, doubled: [...times.values()].filter((n) => n > 1).length }
    },
    close: () => void server.close(),
  }
}

const openMessages = async (database: BenchDatabase): Promise<number> =>
  (await database.sql<{ n: number }>("select count(*)::int as n from notifications.outbox where status <> 'sent'"))[0]
    ?.n ?? -1

async function outbox({ full, planted }: { readonly full: boolean; readonly planted: boolean }): Promise<GoalResult> {
  const bench = await openJobBench(4)
  const receiver = await openReceiver()
  const { database } = bench
  try {
    const total = full ? 4_000 : 400
    await database.sql(
      `insert into notifications.outbox (tenant_id, channel, class, event_type, template_key, recipient, subject, body_text, trace_id, expires_at)
       select f, 'webhook', 'info', 'bench', 'bench', 'https://bench.example/hook', 'bench', 'text', repeat('a', 32), now() + interval '1 day'
       from unnest($1::uuid[]) f, generate_series(1, $2::int)`,
      [bench.firms, total / bench.firms.length],
    )
    const options: RelayProcess = { ...bench.worker(), firms: bench.firms, receiver: receiver.url, forgetsKey: planted }
    let relays = await Promise.all([0, 1].map(() => startWorkerChild(options, 'outbox-relay.ts')))
    // A message that is refused twice waits a minute for its third attempt.
    const [limitMs, mostKills] = full ? [180_000, 40] : [100_000, 5]
    const until = performance.now() + limitMs
    let kills = 0
    while ((await openMessages(database)) > 0 && performance.now() < until) {
      await wait(200 + Math.random() * 600)
      // Left alone at the end, so that what waits for another attempt is not waited for in vain.
      if (kills >= mostKills) continue
      const [victim, ...others] = relays
      victim?.kill('SIGKILL')
      await victim?.gone()
      kills++
      relays = [...others, await startWorkerChild(options, 'outbox-relay.ts')]
    }
    for (const relay of relays) {
      relay.kill('SIGKILL')
      await relay.gone()
    }
    const { messages, doubled } = receiver.seen()
    const unsent = await openMessages(database)
    return {
      ok: [messages === total, doubled === 0, unsent === 0, kills > 0].every(Boolean),
      figures: { messages: total, happened: messages, doubled, unsent, kills, ...receiver.answers },
    }
  } finally {
    receiver.close()
    await bench.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'outbox', correctness: true, run: outbox }]
