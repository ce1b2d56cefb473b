import { createBreaker } from '../apps/server/src/platform/outbox/breaker.ts'
import { type Courier, DeliveryRefused, relayTurn } from '../apps/server/src/platform/outbox/relay.ts'
import { type BenchWorkerOptions, benchServices } from './job-worker.ts'

/** A relay in a process of its own, over the firms of the goal, until it is killed. */
export interface RelayProcess extends BenchWorkerOptions {
  readonly firms: readonly string[]
  readonly receiver: string
  /** The planted defect: each attempt delivers under a key of its own. */
  readonly forgetsKey: boolean
}

const options = JSON.parse(process.env['BENCH_WORKER_OPTIONS'] ?? '{}') as RelayProcess // written by the goal
const { database } = benchServices(options)
const courier: Courier = {
  provider: 'bench',
  endpointOf: () => options.receiver,
  deliver: async (message, key) => {
    const own = options.forgetsKey ? `${key}:${message.attempt_no}` : key
    const answer = await fetch(options.receiver, {
      method: 'POST',
      headers: { 'idempotency-key': own },
      body: message.id,
    })
    if (!answer.ok) throw new DeliveryRefused('BUSY', 'come later')
    return answer.text()
  },
}
const breaker = createBreaker({ failures: 50, openMs: 500 })
process.send?.({ worker: String(process.pid) })
for (;;) {
  let taken = 0
  for (const tenantId of options.firms) {
    const scope = { role: 'zen_worker', tenantId, userId: options.workerUserId, aud: 'worker' } as const
    const turn = await relayTurn({
      tenantId,
      channel: 'webhook',
      limit: 20,
      leaseSeconds: 2,
      breaker,
      courier,
      transact: (work) => database.transact(scope, work),
    })
    taken += turn.length
  }
  if (taken === 0) await new Promise((resolve) => setTimeout(resolve, 50))
}
