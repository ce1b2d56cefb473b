import { firstLink, logIdOf } from '@zenops/audit/hashes'
import { type RawBuilder, sql } from 'kysely'

/** The link in front of an event `e`: of the event there, or of the retention seal where that one is pruned. */
export const previousLink: RawBuilder<Buffer | null> = sql`coalesce(
  (select p.link from audit.events p where p.tenant_id = e.tenant_id and p.epoch = e.epoch and p.seq = e.seq - 1),
  (select s.link from audit.retention_seals s where s.tenant_id = e.tenant_id and s.epoch = e.epoch and s.upto_seq = e.seq - 1))`

interface Place {
  readonly epoch: number
  readonly seq: number
  readonly before_link: Buffer | null
}
/** The same in base64; a log's first event follows the link that names the log. */
export const previousHash = (tenantId: string, { epoch, seq, before_link }: Place): string | null =>
  (seq === 1 ? firstLink(logIdOf(tenantId, epoch)) : before_link)?.toString('base64') ?? null
