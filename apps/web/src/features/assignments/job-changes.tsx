import { useQueryClient } from '@tanstack/react-query'
import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import { isLocked } from '@zenops/contracts/assignment-states'
import {
  getAssignment,
  listActivities,
  listAssignments,
  summarizeAssignments,
  updateAssignment,
} from '@zenops/contracts/assignments'
import type { InputOf } from '@zenops/contracts/kit'
import { useFormats, type Formats } from '@zenops/ui/formats'
import { client } from '../../lib/client.ts'
import { ask } from '../../lib/queries.ts'
import { useRecordChanges, type RecordChanges } from '@zenops/surface/record-changes.tsx'
import { useCan } from '../../lib/session.tsx'
import { t, word } from './words.ts'

const PREFIX: Readonly<Record<string, string>> = {
  priority: 'p',
  service_line: 'sl',
  source_type: 'st',
  case_type: 'ct',
  loan_product: 'lp',
}
const LABELS: Readonly<Record<string, Parameters<typeof t>[0]>> = {
  title: 'title',
  summary: 'summary',
  borrower_name: 'borrower_name',
  borrower_phone: 'borrower_phone',
  bank_id: 'bank',
  bank_branch_id: 'branch',
  client_org_id: 'client',
  property_id: 'property',
  fee_paise: 'fee',
  due_date: 'due',
  due_at: 'due',
  land_area: 'land_area',
  built_up_area: 'built_up_area',
  service_line: 'service_line',
  case_type: 'case_type',
  source_type: 'source',
  loan_product: 'loan_product',
  priority: 'priority',
  floors: 'floors',
  lead_user_id: 'lead',
}
export const fieldLabel = (path: string): string => {
  const key = LABELS[path]
  return key ? t(key) : path.replaceAll('_', ' ')
}

const areaText = (value: object, formats: Formats): string | null =>
  'value' in value && 'unit' in value ? `${formats.decimal(String(value.value))} ${String(value.unit)}` : null

const looksLikeId = (value: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(value)

type Reader = (value: unknown, formats: Formats) => string | null
const asString =
  (write: (text: string, formats: Formats) => string): Reader =>
  (value, formats) =>
    typeof value === 'string' ? write(value, formats) : null
const READ_AS: Readonly<Record<string, Reader>> = {
  fee_paise: (value, formats) => (typeof value === 'number' ? formats.money(value) : null),
  due_date: asString((text, formats) => formats.day(text)),
  due_at: asString((text, formats) => formats.instant(text)),
}

function structured(value: object, formats: Formats): string {
  if (Array.isArray(value)) return t('values_n', { n: value.length })
  return areaText(value, formats) ?? t('changed')
}

/** A value of a field as people read it: in the timeline and in the conflict dialog. */
export function fieldText(path: string, value: unknown, formats: Formats): string {
  if (value === null || value === undefined || value === '') return '–'
  const own = value === 'changed' ? t('changed') : READ_AS[path]?.(value, formats)
  if (own) return own
  if (typeof value === 'object') return structured(value, formats)
  const text = String(value as string | number | boolean) // JSON: objects and nothing are handled above
  if (looksLikeId(text)) return t('changed')
  return PREFIX[path] ? word(`${PREFIX[path]}_${text}`, text) : text
}

/** Why the header cannot be edited by this person now; null when it can. The notes stay open after delivery. */
export function useHeaderLock(job: AssignmentDetail): string | null {
  const write = useCan('assignments.write')
  if (!write) return t('read_only')
  return isLocked(job.status) ? t('locked') : null
}

/** Changes of the header with conflict handling; the answer replaces the record on the screen. */
export function useJobChanges(job: AssignmentDetail): RecordChanges<AssignmentDetail> {
  const cache = useQueryClient()
  const formats = useFormats()
  const params = { id: job.id }
  const detail = ask(getAssignment, { params })
  return useRecordChanges<AssignmentDetail>({
    read: async () => await client.call(getAssignment, { params }),
    send: async (patch, version) => {
      // Cast: patches are put together field by field; the server checks the body.
      const body = { ...patch, expected_version: version } as NonNullable<InputOf<typeof updateAssignment>['body']>
      return await client.call(updateAssignment, { params, body })
    },
    onSaved(saved) {
      cache.setQueryData(detail.queryKey, saved)
      for (const stale of [listAssignments, summarizeAssignments, listActivities])
        void cache.invalidateQueries({ queryKey: [stale.id] })
    },
    labelOf: fieldLabel,
    show: (path, value) => fieldText(path, value, formats),
  })
}
