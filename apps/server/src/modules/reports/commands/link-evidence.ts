import { linkEvidence } from '@zenops/contracts/reports-evidence'
import { fieldRegistry } from '@zenops/valuation/field-registry'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { evidenceInput } from '@zenops/contracts/reports-evidence-records'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { authorOf, type Command, type Visible } from '../context.ts'
import { evidenceChanged, itemsOf, refuseEvidenceChange } from '../evidence-change.ts'
import { offerFromPhotos } from '../offer-from-photos.ts'
import { lockStanding } from '../read-standing.ts'
import { type FileTraits, type Proposal, proposeEvidence } from '../rules/propose-evidence.ts'
import type { EvidenceRow, Standing } from '../rules/standing.ts'

type Input = z.output<typeof evidenceInput>

interface FileRow extends FileTraits {
  readonly id: string
  readonly belongs: boolean
  readonly captured_at: string | null
}

/** Files that the items name: of this firm, or 404; of this job, or 422. */
async function namedFiles(
  { tx, now }: Command,
  { report }: Standing,
  items: readonly Input[],
): Promise<Map<string, FileRow>> {
  const ids = [...new Set(items.flatMap((item) => item.document_id ?? []))]
  if (ids.length === 0) return new Map()
  const { rows } = await sql<FileRow>`
    select f.id, f.belongs, f.classification, f.content_type, f.captured_at, coalesce((
        select jsonb_object_agg(t.key, t.value) from documents.document_tags t
        where t.tenant_id = ${report.tenant_id}::uuid and t.document_id = f.id and t.key in ('category', 'doc_type')), '{}') as tags
    from reports.document_facts(${report.assignment_id}::uuid, ${ids}::uuid[]) f
    where f.status not in ('deleted', 'rejected')`.execute(tx)
  const found = new Map(rows.map((row) => [row.id, row]))
  for (const [index, { document_id }] of items.entries()) {
    if (!document_id) continue
    const path = `items.${index}.document_id`
    const file = found.get(document_id)
    if (!file) throw refuse.notFound('The document', path)
    if (!file.belongs) {
      throw new Refusal('EVIDENCE_DOCUMENT_FOREIGN', 'This document does not belong to the job.', {
        details: [{ path, reason: 'other_assignment' }],
      })
    }
    if (file.captured_at && Date.parse(file.captured_at) > now.getTime() + 60_000)
      throw refuse.invalid(path, 'captured_in_the_future')
  }
  return found
}

function knownItems(standing: Standing, items: readonly Input[]): Map<string, EvidenceRow> {
  const known = new Map(standing.evidence.map((row) => [row.id, row]))
  for (const [index, { id }] of items.entries()) {
    if (id === undefined || known.has(id)) continue
    throw new Refusal('EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER', 'This report has no such evidence item.', {
      details: [{ path: `items.${index}.id`, reason: 'not_found' }],
    })
  }
  const keys = fieldRegistry()
  for (const [index, item] of items.entries()) {
    const unknown = item.field_keys?.find((key) => !keys.has(key))
    if (unknown !== undefined)
      throw refuse.invalid(`items.${index}.field_keys`, 'unknown_field_key', `There is no field ${unknown}.`)
  }
  return known
}

const cleanTags = (tags: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''),
  )

interface ItemColumns {
  readonly document_id: string | null
  readonly physical_copy_seen: boolean
  readonly evidence_type: string
  readonly doc_type: string | null
  readonly tags: Record<string, string>
  readonly label: string | null
  readonly annexure_order: number | null
  readonly include_in_annexure: boolean
  readonly field_keys: readonly string[]
  readonly note: string | null
  readonly file_ref: string | null
}

const given = <T>(value: T | undefined, fallback: T): T => (value === undefined ? fallback : value)

/** An item as it will stand: what is not named stays, null clears, a new one begins with the proposal. */
function columnsOf(item: Input, before: EvidenceRow | undefined, proposal: Proposal): ItemColumns {
  const start: ItemColumns = before ?? {
    document_id: null,
    physical_copy_seen: false,
    evidence_type: proposal.evidence_type,
    doc_type: item.evidence_type === undefined || item.evidence_type === 'DOCUMENT' ? proposal.doc_type : null,
    tags: item.tags?.['category'] === undefined && proposal.category ? { category: proposal.category } : {},
    label: null,
    annexure_order: null,
    include_in_annexure: true,
    field_keys: [],
    note: null,
    file_ref: null,
  }
  return {
    document_id: given(item.document_id, start.document_id),
    physical_copy_seen: given(item.physical_copy_seen, start.physical_copy_seen),
    evidence_type: given<string>(item.evidence_type, start.evidence_type),
    doc_type: given<string | null>(item.doc_type, start.doc_type),
    tags: cleanTags({ ...start.tags, ...item.tags }),
    label: given(item.label, start.label),
    annexure_order: given(item.annexure_order, start.annexure_order),
    include_in_annexure: given(item.include_in_annexure, start.include_in_annexure),
    field_keys: [...new Set(given<readonly string[]>(item.field_keys, start.field_keys))],
    note: given(item.note, start.note),
    file_ref: given(item.file_ref, start.file_ref),
  }
}

interface Row extends ItemColumns {
  readonly id: string
}

const RECORD = sql`r (id uuid, document_id uuid, physical_copy_seen boolean, evidence_type text, doc_type text, tags jsonb, label text,
  annexure_order int, include_in_annexure boolean, field_keys text[], note text, file_ref text)`

async function write(
  context: Command,
  { report }: Standing,
  { added, changed }: { added: readonly Row[]; changed: readonly Row[] },
) {
  const { tx } = context
  if (added.length > 0) {
    await sql`
      insert into reports.report_evidence_items (tenant_id, id, report_id, document_id, physical_copy_seen, evidence_type, doc_type, tags, label,
        annexure_order, include_in_annexure, field_keys, note, file_ref, created_by)
      select ${report.tenant_id}::uuid, r.id, ${report.id}::uuid, r.document_id, r.physical_copy_seen, r.evidence_type, r.doc_type, r.tags,
        r.label, r.annexure_order, r.include_in_annexure, r.field_keys, r.note, r.file_ref, ${authorOf(context)}::uuid
      from jsonb_to_recordset(${JSON.stringify(added)}::jsonb) as ${RECORD}`.execute(tx)
  }
  if (changed.length > 0) {
    await sql`
      update reports.report_evidence_items e set document_id = r.document_id, physical_copy_seen = r.physical_copy_seen,
        evidence_type = r.evidence_type, doc_type = r.doc_type, tags = r.tags, label = r.label, annexure_order = r.annexure_order,
        include_in_annexure = r.include_in_annexure, field_keys = r.field_keys, note = r.note, file_ref = r.file_ref,
        version = e.version + 1, updated_at = now()
      from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as ${RECORD}
      where e.tenant_id = ${report.tenant_id}::uuid and e.report_id = ${report.id}::uuid and e.id = r.id`.execute(tx)
  }
}

const NO_TRAITS: FileTraits = { tags: {}, classification: null, content_type: null }

export const linkEvidenceOperation = operationsOf<Visible>().command(linkEvidence, {
  run: async (context, { params, body }) => {
    const standing = await lockStanding(context, params.id)
    refuseEvidenceChange(standing, body.reason)
    const known = knownItems(standing, body.items)
    const files = await namedFiles(context, standing, body.items)
    // Sorted ids of one moment keep the order in which the items were sent.
    const ids = body.items.map(() => uuidv7()).sort()
    const rows = body.items.map((item, index) => {
      const proposal = proposeEvidence((item.document_id && files.get(item.document_id)) || NO_TRAITS)
      const before = item.id === undefined ? undefined : known.get(item.id)
      return { fresh: !before, row: { id: item.id ?? ids[index] ?? uuidv7(), ...columnsOf(item, before, proposal) } }
    })
    const added = rows.flatMap(({ fresh, row }) => (fresh ? [row] : []))
    const changed = rows.flatMap(({ fresh, row }) => (fresh ? [] : [row]))
    await write(context, standing, { added, changed })
    const after = await evidenceChanged(context, standing, [
      { kind: 'evidence_linked', after: { added: added.length, changed: changed.length }, reason: body.reason ?? null },
    ])
    await offerFromPhotos(context, after.report, {
      evidence: after.evidence,
      added: added.map((row) => row.id),
      timeZone: standing.report.time_zone,
    })
    return {
      body: {
        readiness: after.judgement.readiness,
        evidence_items: itemsOf(context, after.evidence),
        evidence_version: after.report.evidence_version,
      },
      audit: [
        {
          action: added.length > 0 ? 'REPORT_EVIDENCE_LINKED' : 'REPORT_EVIDENCE_UPDATED',
          target_id: params.id,
          after: {
            added: added.map(({ id, document_id }) => ({ id, document_id })),
            changed: changed.map((row) => row.id),
          },
          reason: body.reason ?? null,
        },
        ...after.audit,
      ],
    }
  },
})
