import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { InputOf, Operation } from '@zenops/contracts/kit'
import { VERIFICATION_FAMILY } from '@zenops/contracts/states'
import { Button } from '@zenops/ui/button'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Code, Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { client } from '../../lib/client.ts'
import { FailureCard } from '../../lib/failures.tsx'
import { useFormFaults } from '@zenops/surface/form-state.ts'
import { Place } from '../../lib/place.tsx'
import { ask, useAct } from '../../lib/queries.ts'
import { useRecordChanges } from '@zenops/surface/record-changes.tsx'
import { useCan, useSession } from '../../lib/session.tsx'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { KINDS, nameOf, t, textOf, type DirectoryRecord, type FieldSpec, type Kind, type KindKey } from './kinds.ts'
import { RecordFields } from './record-fields.tsx'
import { columnsOf, missingIn, patchOf, valuesOf, type RecordValues } from './record-values.ts'

// Casts of inputs in this file: the operations of a kind are chosen at run time; their bodies are checked by the server.
const asInput = (input: unknown): InputOf<Operation> => input as InputOf<Operation>

/** Why this person may not edit this record; null when he may. */
function useEditLock(record: DirectoryRecord): string | null | undefined {
  const session = useSession()
  const write = useCan('masterdata.write')
  const propose = useCan('masterdata.propose')
  if (write) return null
  if (!propose) return undefined
  const own = record.created_by === session.user.id
  return own && record.verification !== 'VERIFIED' ? null : t('only_own')
}

const NAME_OF: Readonly<Record<string, string>> = {
  bank_id: 'bank_name',
  property_type_id: 'property_type_name',
}

function placeOf(record: DirectoryRecord) {
  const latitude = record['latitude']
  const longitude = record['longitude']
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null
  return <Place latitude={latitude} longitude={longitude} />
}

/** Codes that people copy. */
const COPIED: ReadonlySet<string> = new Set(['ifsc', 'gstin'])

function factValue(field: FieldSpec, record: DirectoryRecord) {
  if (field.kind === 'position') return placeOf(record)
  const named = NAME_OF[field.name]
  const text = textOf(record, named ?? field.name)
  // A reference whose name the record does not carry would show a bare id.
  if (text === '' || (field.kind === 'record' && !named)) return null
  const option = field.options?.find((one) => one.value === text)
  if (option) return t(option.label)
  if (COPIED.has(field.name)) return <Code code={text} />
  return field.kind === 'phone' ? <a href={`tel:${text}`}>{text}</a> : text
}

interface EditFormProps {
  readonly kind: Kind
  readonly record: DirectoryRecord
  readonly onDone: () => void
}

function EditForm({ kind, record, onDone }: EditFormProps) {
  const cache = useQueryClient()
  const [base] = useState(record)
  const before = valuesOf(kind, base)
  const [values, setValues] = useState<RecordValues>(before)
  const [busy, setBusy] = useState(false)
  const faults = useFormFaults(`edit-${kind.one}`, kind.fields.flatMap(columnsOf))
  const approver = useCan('masterdata.approve')
  const params = { id: record.id }
  const changes = useRecordChanges<DirectoryRecord>({
    // Casts: reading and changing answer the record.
    read: async () => (await client.call(kind.read, asInput({ params }))) as DirectoryRecord,
    send: async (patch, version) =>
      (await client.call(
        kind.update,
        asInput({ params, body: { ...patch, expected_version: version } }),
      )) as DirectoryRecord,
    onSaved() {
      void cache.invalidateQueries({ queryKey: [kind.read.id] })
      void cache.invalidateQueries({ queryKey: [kind.list.id] })
      onDone()
    },
    labelOf: (path) => t(kind.fields.find((field) => columnsOf(field).includes(path))?.label ?? 'record'),
    show: (_, value) =>
      value === null || value === undefined || value === '' ? '–' : String(value as string | number | boolean), // fields of the directory are plain
  })
  const submit = async () => {
    if (!faults.check(missingIn(kind.fields, values))) return
    const patch = patchOf(before, values)
    if (Object.keys(patch).length === 0) return onDone()
    setBusy(true)
    try {
      await changes.change(patch, base)
    } catch (error) {
      faults.refuse(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Form label={t('edit')} onSubmit={() => void submit()}>
      <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
      {record.verification === 'VERIFIED' && !approver && <p className="z-help">{t('only_approver')}</p>}
      <RecordFields
        fields={kind.fields}
        values={values}
        faults={faults}
        onChange={(patch) => setValues((now) => ({ ...now, ...patch }))}
      />
      <div className="z-row">
        <Button kind="primary" submit busy={busy}>
          {t('save')}
        </Button>
        <Button onClick={onDone}>{t('cancel')}</Button>
      </div>
      {changes.dialog}
    </Form>
  )
}

interface RecordViewProps {
  readonly kind: Kind
  readonly record: DirectoryRecord
  readonly onEdit: () => void
}

function Verify({ kind, record }: Omit<RecordViewProps, 'onEdit'>) {
  const approver = useCan('masterdata.approve')
  const act = useAct(kind.approve ?? kind.update, { stale: [kind.read, kind.list] })
  if (!kind.approve || !approver) return null
  const decide = (verified: boolean) => act.mutate(asInput({ params: { id: record.id }, body: { verified } }))
  return (
    <>
      {record.verification === 'PENDING' && (
        <Button kind="primary" busy={act.isPending} onClick={() => decide(true)}>
          {t('approve')}
        </Button>
      )}
      {record.verification === 'VERIFIED' && (
        <Button kind="quiet" busy={act.isPending} onClick={() => decide(false)}>
          {t('unverify')}
        </Button>
      )}
      {act.isError && <FailureCard error={act.error} />}
    </>
  )
}

function RecordView({ kind, record, onEdit }: RecordViewProps) {
  const lock = useEditLock(record)
  return (
    <div className="z-stack">
      <div className="z-row">
        {record.verification && <StateBadge face={VERIFICATION_FAMILY[record.verification]} />}
        {!record.is_active && <StatusBadge family="grey" text={t('inactive')} icon="pause" />}
      </div>
      <div className="z-row">
        {lock !== undefined && (
          <Button unmet={lock} onClick={onEdit}>
            {t('edit')}
          </Button>
        )}
        <Verify kind={kind} record={record} />
      </div>
      <RecordFacts
        facts={[
          ...kind.fields.map((field) => ({ label: t(field.label), value: factValue(field, record) })),
          { label: t('use_count'), value: t('uses', { n: record.use_count ?? 0 }) },
          { label: t('updated'), value: <Instant at={record.updated_at} relative /> },
        ].filter(({ value }) => value !== null)}
      />
    </div>
  )
}

export interface RecordPanelProps {
  readonly kind: KindKey
  readonly id: string
  readonly onClose: () => void
}

/** One record beside its list: what it is, whether it is vouched for, edit and verify. */
export function RecordPanel({ kind: key, id, onClose }: RecordPanelProps) {
  const kind: Kind = KINDS[key]
  const query = useQuery(ask(kind.read, asInput({ params: { id } })))
  const record = query.data as DirectoryRecord | undefined // reading answers the record
  const [editing, setEditing] = useState<string | null>(null)
  return (
    <SidePanel title={record ? nameOf(kind, record) : t(kind.one)} onClose={onClose}>
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonRows rows={6} columns={2} />}
      {record &&
        (editing === id ? (
          <EditForm kind={kind} record={record} onDone={() => setEditing(null)} />
        ) : (
          <RecordView kind={kind} record={record} onEdit={() => setEditing(id)} />
        ))}
    </SidePanel>
  )
}
