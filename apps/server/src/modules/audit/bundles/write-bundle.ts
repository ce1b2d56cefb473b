import { BundleWriter } from '@zenops/audit/bundle-writer'
import { type RawBuilder, sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import type { LogKey, ReadRows } from '../sealing/ground.ts'
import type { BundlePlan } from './plan-bundle.ts'

/** Some whole lines of a bundle, and which events stand in them. */
export interface BundlePiece {
  readonly bytes: Buffer
  readonly rows: number
  readonly firstSeq: number | null
  readonly lastSeq: number | null
}

/** Events read at a time: few enough that the largest ones fit. */
const CHUNK = 500
const PIECE_BYTES = 262_144

interface EventRow {
  readonly seq: number
  readonly canon: Buffer
  readonly link: Buffer
}
const eventsQuery = (log: LogKey, from: number, to: number) =>
  sql<EventRow>`
    select seq, canon, link from audit.events
    where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch} and seq between ${from} and ${to} order by seq`.compile(
    compileOnly,
  )

interface Signed {
  readonly size: number
  readonly note: string
  readonly position: number | null
  readonly root_note: string | null
  readonly proof: readonly Buffer[] | null
  readonly receipts: readonly unknown[]
}
/** Signed heads of a range, each with the proof of its publication where there is one. */
const checkpointsQuery = (log: LogKey, where: RawBuilder<unknown>, { note, receipt }: BundlePlan['told']) =>
  sql<Signed>`
    select c.size, c.note, p.position, p.note as root_note, p.proof,
      coalesce((select jsonb_agg(jsonb_build_object('sink', t.sink, 'at', t.published_at, 'receipt', t.receipt) order by t.id)
        from audit.notary_receipts t where t.root_epoch = p.root_epoch and t.size = p.note_size and t.id <= ${receipt}::uuid
          and (t.tenant_id is null or t.tenant_id = ${log.tenantId}::uuid)), '[]') as receipts
    from audit.checkpoints c
    left join lateral (
      select r.root_epoch, r.note_size, r.position, r.proof, n.note
      from audit.root_log r join audit.root_notes n on n.root_epoch = r.root_epoch and n.size = r.note_size and n.id <= ${note}::uuid
      where r.tenant_id = c.tenant_id and r.epoch = c.epoch and r.size = c.size
      order by r.root_epoch desc, n.id limit 1) p on true
    where c.tenant_id = ${log.tenantId}::uuid and c.epoch = ${log.epoch} and ${where} order by c.size`.compile(
    compileOnly,
  )

const base64 = (hash: Buffer): string => hash.toString('base64')

/** Lines on the way out. */
class Pile {
  readonly #writer = new BundleWriter()
  #lines: string[] = []
  #bytes = 0
  #rows = 0
  #first: number | null = null
  #last: number | null = null

  get full(): boolean {
    return this.#bytes >= PIECE_BYTES
  }

  #add(line: string): void {
    this.#lines.push(line)
    this.#bytes += line.length
  }

  open(plan: BundlePlan): void {
    const { origin, tenant_id, epoch, from_seq, to_seq, start_link, start_edge, start_reason } = plan
    this.#add(this.#writer.header({ origin, tenant_id, epoch, from_seq, to_seq, start_link, start_edge, start_reason }))
    for (const key of plan.keys) this.#add(this.#writer.record({ t: 'K', ...key }))
    if (plan.start_note !== null) this.#add(this.#writer.record({ t: 'C', note: plan.start_note }))
  }

  event(row: EventRow): void {
    this.#add(this.#writer.event(row))
    this.#rows += 1
    this.#first ??= row.seq
    this.#last = row.seq
  }

  checkpoint({ note, position, root_note, proof, receipts }: Signed): void {
    this.#add(this.#writer.record({ t: 'C', note }))
    if (position === null || root_note === null || proof === null) return
    this.#add(this.#writer.record({ t: 'N', index: position, note: root_note, proof: proof.map(base64), receipts }))
  }

  proof(from: number, to: number, proof: readonly string[]): void {
    this.#add(this.#writer.record({ t: 'P', from, to, proof }))
  }

  end(): void {
    this.#add(this.#writer.trailer())
  }

  take(): BundlePiece {
    const piece = {
      bytes: Buffer.from(this.#lines.join('')),
      rows: this.#rows,
      firstSeq: this.#first,
      lastSeq: this.#last,
    }
    this.#lines = []
    ;[this.#bytes, this.#rows, this.#first, this.#last] = [0, 0, null, null]
    return piece
  }
}

/**
 * The bytes of an evidence bundle, in pieces of about 256 KiB of whole lines. Memory doesn't grow with the bundle. Equal
 * plans give equal bytes; a run that is resumed skips what it has kept. Throws when an event of the plan is gone.
 */
export async function* writeBundle(read: ReadRows, plan: BundlePlan): AsyncGenerator<BundlePiece, void, void> {
  const log = { tenantId: plan.tenant_id, epoch: plan.epoch }
  const pile = new Pile()
  pile.open(plan)
  for (let from = plan.from_seq; from <= plan.to_seq; from += CHUNK) {
    const to = Math.min(from + CHUNK - 1, plan.to_seq)
    const [events, signed] = await Promise.all([
      read(eventsQuery(log, from, to)),
      read(checkpointsQuery(log, sql`c.size between ${from} and ${to}`, plan.told)),
    ])
    if (events.length !== to - from + 1) throw new Error(`events between ${from} and ${to} are missing`)
    const checkpoints = new Map(signed.map((one) => [one.size, one]))
    for (const event of events) {
      pile.event(event)
      const checkpoint = checkpoints.get(event.seq)
      if (checkpoint) pile.checkpoint(checkpoint)
      if (pile.full) yield pile.take()
    }
  }
  const { size, proof } = plan.close
  if (size > plan.to_seq) {
    const [closing] = await read(checkpointsQuery(log, sql`c.size = ${size}`, plan.told))
    if (!closing) throw new Error(`the checkpoint at ${size} is missing`)
    pile.proof(plan.to_seq, size, proof)
    pile.checkpoint(closing)
  }
  pile.end()
  yield pile.take()
}
