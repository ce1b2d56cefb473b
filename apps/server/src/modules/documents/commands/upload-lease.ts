import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import type { PrepareContext } from '../../../platform/operations.ts'
import { inMyFirms, type Visible } from '../context.ts'
import { type FirmRules, firmRules } from '../firm-rules.ts'
import type { Tx } from '../neighbours.ts'
import { lockDocument } from '../queries/document.ts'

type Context = PrepareContext<Visible>

const LEASE_SECONDS = 30
const RENEW_MS = 10_000
/** What is left for the transaction behind the bytes; then another confirm may try. */
const FINISH_SECONDS = 3
const WAIT_MS = 5_000
const FIRST_PAUSE_MS = 50

/** A pending upload that this confirm alone may finish. */
export interface Lease {
  readonly token: string
  readonly tenant_id: string
  readonly id: string
  readonly storage_key: string
  readonly original_filename: string
  readonly content_type: string
  readonly size_bytes: number
  readonly declared_sha256: string | null
  readonly rules: FirmRules
}
export type Taken = { readonly lease: Lease } | { readonly status: string } | 'busy'

async function tryTake(context: Context, id: string): Promise<Taken> {
  return context.transact(async (tx) => {
    const row = await lockDocument(tx, context, id)
    if (row.status !== 'pending') return { status: row.status }
    const token = randomUUID()
    const { rows } = await sql`
      update documents.documents d set lease_token = ${token}::uuid, lease_until = now() + ${LEASE_SECONDS} * interval '1 second'
      where ${inMyFirms(context)} and d.id = ${id}::uuid and (d.lease_until is null or d.lease_until <= now())
      returning d.id`.execute(tx)
    if (rows.length === 0) return 'busy'
    return { lease: { ...row, token, rules: await firmRules(tx, row.tenant_id) } }
  })
}

/** Takes the upload for this call, or waits a while for the call that has it. Errors: CONFLICT, those of a missing row. */
export async function takeLease(context: Context, id: string): Promise<Exclude<Taken, 'busy'>> {
  const until = performance.now() + WAIT_MS
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, 800)) {
    const taken = await tryTake(context, id)
    if (taken !== 'busy') return taken
    if (performance.now() + pause > until)
      throw refuse.conflict('confirm_running', 'This upload is being confirmed right now. Please try again.')
    await sleep(pause)
  }
}

/** Keeps the lease while bytes stream; a process that dies loses it within seconds. */
export async function holding<T>(context: Context, lease: Lease, work: () => Promise<T>): Promise<T> {
  const set = (seconds: number): Promise<unknown> => context.transact((tx) => setLease(tx, lease, seconds))
  const renew = (): void => {
    set(LEASE_SECONDS).catch((error: unknown) =>
      context.log.warn({ err: error, trace_id: context.traceId }, 'upload_lease_renewal'),
    )
  }
  const timer = setInterval(renew, RENEW_MS)
  try {
    const result = await work()
    clearInterval(timer)
    await set(FINISH_SECONDS)
    return result
  } catch (error) {
    clearInterval(timer)
    await set(0)
    throw error
  }
}

const setLease = (tx: Tx, lease: Lease, seconds: number): Promise<unknown> =>
  sql`update documents.documents d set lease_until = now() + ${seconds} * interval '1 second'
    where d.tenant_id = ${lease.tenant_id}::uuid and d.id = ${lease.id}::uuid and d.lease_token = ${lease.token}::uuid`.execute(
    tx,
  )
