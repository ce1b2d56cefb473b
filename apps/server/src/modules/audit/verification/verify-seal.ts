import { type NoteKey, openNote } from '@zenops/audit/notes'
import { RightEdge } from '@zenops/audit/tree'
import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { type LogKey, originOf, type ReadRows } from '../sealing/ground.ts'
import type { Findings } from './findings.ts'
import type { Trust } from './trust.ts'

interface SealRow {
  readonly from_seq: number
  readonly upto_seq: number
  readonly link: Buffer
  readonly edge: readonly Buffer[]
  readonly note: string
  readonly event_id: string
  readonly archive_sha256: Buffer
  /** What the event of the log says; null when there is none. */
  readonly told: {
    readonly action?: unknown
    readonly after?: { readonly [name: string]: unknown }
  } | null
}

/** The newest seal of a log with the event that it must be. */
const sealQuery = ({ tenantId, epoch }: LogKey) =>
  sql<SealRow>`
    select s.from_seq, s.upto_seq, s.link, s.edge, s.note, s.event_id, s.archive_sha256,
      coalesce(
        (select e.body from audit.events e where e.tenant_id = s.tenant_id and e.id = s.event_id),
        (select audit.body_of(i.canon) from audit.inbox i where i.tenant_id = s.tenant_id and i.id = s.event_id)) as told
    from audit.retention_seals s where s.tenant_id = ${tenantId}::uuid and s.epoch = ${epoch} order by s.upto_seq desc limit 1`.compile(
    compileOnly,
  )

const base64 = (hash: Buffer): string => hash.toString('base64')

/** The seal stands at a signed head of its log: link and tree are those of the note. Answers the root; null = they are not. */
function signedRoot(row: SealRow, origin: string, keys: readonly NoteKey[]): Buffer | null {
  const opened = openNote(row.note, keys)
  if (opened.kind !== 'signed' || opened.checkpoint.origin !== origin) return null
  const { size, root, link } = opened.checkpoint
  if (size !== row.upto_seq || link?.equals(row.link) !== true) return null
  try {
    return RightEdge.at(size, row.edge).root().equals(root) ? root : null
  } catch {
    return null
  }
}

/** The log itself tells of the pruning, in the same words. */
function isTold(row: SealRow, epoch: number): boolean {
  const said = row.told?.action === 'AUDIT_RETENTION_APPLIED' ? row.told.after : undefined
  return (
    said?.['epoch'] === epoch &&
    said['from_seq'] === row.from_seq &&
    said['upto_seq'] === row.upto_seq &&
    said['link_at_upto'] === base64(row.link) &&
    said['archive_sha256'] === row.archive_sha256.toString('hex')
  )
}

/** Judges what a log begins with after a pruning: a seal that is signed, and is an event of the log. Answers its signed root. */
export async function verifySeal(
  read: ReadRows,
  { log, trust }: { readonly log: LogKey; readonly trust: Trust },
  findings: Findings,
): Promise<Buffer | null> {
  const [row] = await read(sealQuery(log))
  if (!row) return null
  const at = { chain_seq: row.upto_seq, audit_id: row.event_id }
  const root = signedRoot(row, originOf(trust.host, log), trust.keys)
  if (root === null) findings.add('retention_seal_mismatch', { ...at, actual: 'not signed' })
  if (!isTold(row, log.epoch)) findings.add('retention_seal_mismatch', { ...at, actual: 'not told by the log' })
  return root
}
