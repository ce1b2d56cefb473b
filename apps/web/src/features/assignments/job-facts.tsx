import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import { CASE_TYPES, LOAN_PRODUCTS, PRIORITIES, SERVICE_LINES } from '@zenops/contracts/assignment-records'
import { AREA_UNITS } from '@zenops/contracts/values'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { DateField } from '@zenops/ui/date-field'
import { InlineField } from '@zenops/ui/inline-field'
import { AreaField, MoneyField } from '@zenops/ui/number-fields'
import { RecordFacts, type Fact } from '@zenops/ui/record'
import { RecordPicker, type RecordOption } from '@zenops/ui/record-picker'
import { ParagraphField, TextField } from '@zenops/ui/text-fields'
import { Area, DayValue, Money } from '@zenops/ui/values'
import {
  searchBanks,
  searchBranches,
  searchClients,
  searchProperties,
  type RecordSearch,
} from '../../lib/record-search.ts'
import { useCan } from '../../lib/session.tsx'
import { fieldLabel, useHeaderLock } from './job-changes.tsx'
import { options, phoneText, t } from './words.ts'

export interface JobFactsProps {
  readonly job: AssignmentDetail
  /** Saves fields; null when saved, else the sentence. */
  readonly save: (patch: Readonly<Record<string, unknown>>) => Promise<string | null>
}

interface LineProps extends JobFactsProps {
  readonly path: string
  readonly locked: string | null
}
const NOTES_MAX = 4000
const dash = <span className="z-tertiary">–</span>

function TextLine({ path, text, save, locked }: LineProps & { readonly text: string | null }) {
  return (
    <InlineField
      label={fieldLabel(path)}
      locked={locked}
      shown={text ?? dash}
      value={text ?? ''}
      editor={(draft, onChange) => <TextField label={fieldLabel(path)} value={draft} onChange={onChange} />}
      onSave={(next) => save({ [path]: next.trim() === '' && path !== 'title' ? null : next.trim() })}
    />
  )
}

interface ChoiceLineProps extends LineProps {
  readonly value: string | null
  readonly choices: readonly { readonly value: string; readonly label: string }[]
}
function ChoiceLine({ path, value, choices, save, locked }: ChoiceLineProps) {
  return (
    <InlineField
      label={fieldLabel(path)}
      locked={locked}
      shown={choices.find((choice) => choice.value === value)?.label ?? dash}
      value={value}
      editor={(draft, onChange) => (
        <ChoiceField label={fieldLabel(path)} value={draft} options={choices} onChange={onChange} />
      )}
      onSave={(next) => save({ [path]: next })}
    />
  )
}

interface PickLineProps extends LineProps {
  readonly picked: RecordOption | null
  readonly search: RecordSearch
  /** Other fields that go along with a new choice. */
  readonly along?: Readonly<Record<string, unknown>>
}
function PickLine({ path, picked, search, along = {}, save, locked }: PickLineProps) {
  return (
    <InlineField
      label={fieldLabel(path)}
      locked={locked}
      shown={picked?.name ?? dash}
      value={picked}
      editor={(draft, onChange) => (
        <RecordPicker label={fieldLabel(path)} optional value={draft} search={search} onChange={onChange} />
      )}
      onSave={(next) => save({ [path]: next?.id ?? null, ...along })}
    />
  )
}

interface AreaDraft {
  readonly value: string | null
  readonly unit: string
}
const UNIT_OPTIONS = AREA_UNITS.map((unit) => ({ value: unit, label: unit }))

function AreaLine({ path, area, save, locked }: LineProps & { readonly area: AssignmentDetail['land_area'] }) {
  const value: AreaDraft = { value: area ? String(area.value) : null, unit: area?.unit ?? 'sqm' }
  return (
    <InlineField
      label={fieldLabel(path)}
      locked={locked}
      shown={<Area value={value.value} unit={value.unit} />}
      value={value}
      editor={(draft, onChange) => (
        <AreaField
          label={fieldLabel(path)}
          optional
          value={draft.value}
          units={{ value: draft.unit, options: UNIT_OPTIONS, onChange: (unit) => onChange({ ...draft, unit }) }}
          onChange={(next) => onChange({ ...draft, value: next })}
        />
      )}
      onSave={(next) => save({ [path]: next.value === null ? null : next })}
    />
  )
}

const pickedOf = (id: string | null, name: string | null): RecordOption | null =>
  id === null ? null : { id, name: name ?? '…' }

/** The header of the job, each field edited in place. */
export function JobFacts({ job, save }: JobFactsProps) {
  const locked = useHeaderLock(job)
  const billing = useCan('billing.write')
  const line = (path: string): LineProps => ({ job, save, path, locked })
  const feeLock = locked ?? (job.status === 'DRAFT' || billing ? null : t('fee_locked'))
  const bankJob = job.source_type === 'bank'
  const bank: readonly Fact[] = [
    {
      label: t('bank'),
      value: (
        <PickLine
          {...line('bank_id')}
          picked={pickedOf(job.bank_id, job.bank_name)}
          search={searchBanks}
          along={{ bank_branch_id: null }}
        />
      ),
    },
    {
      label: t('branch'),
      value: (
        <PickLine
          {...line('bank_branch_id')}
          picked={pickedOf(job.bank_branch_id, job.bank_branch_name)}
          search={searchBranches(job.bank_id)}
        />
      ),
    },
  ]
  const facts: readonly Fact[] = [
    { label: t('title'), value: <TextLine {...line('title')} text={job.title} /> },
    { label: t('borrower_name'), value: <TextLine {...line('borrower_name')} text={job.borrower_name} /> },
    {
      label: t('borrower_phone'),
      value: <TextLine {...line('borrower_phone')} text={phoneText(job.borrower_phone)} />,
    },
    ...(bankJob ? bank : []),
    {
      label: t('client'),
      value: (
        <PickLine
          {...line('client_org_id')}
          picked={pickedOf(job.client_org_id, job.client_org_name)}
          search={searchClients}
        />
      ),
    },
    {
      label: t('property'),
      value: (
        <PickLine
          {...line('property_id')}
          picked={pickedOf(job.property_id, job.property_name)}
          search={searchProperties}
        />
      ),
    },
    {
      label: t('fee'),
      value: (
        <InlineField
          label={t('fee')}
          locked={feeLock}
          shown={<Money paise={job.fee_paise} />}
          value={job.fee_paise === null ? null : String(job.fee_paise)}
          editor={(draft, onChange) => (
            <MoneyField label={t('fee')} unit="paise" optional value={draft} onChange={onChange} />
          )}
          onSave={(next) => save({ fee_paise: next === null ? null : Number(next) })}
        />
      ),
    },
    {
      label: t('due'),
      value: (
        <InlineField
          label={t('due')}
          locked={locked}
          shown={<DayValue day={job.due_date} />}
          value={job.due_date}
          editor={(draft, onChange) => <DateField label={t('due')} value={draft} onChange={onChange} />}
          onSave={(next) => save({ due_date: next })}
        />
      ),
    },
    {
      label: t('priority'),
      value: <ChoiceLine {...line('priority')} value={job.priority} choices={options(PRIORITIES, 'p')} />,
    },
    {
      label: t('service_line'),
      value: <ChoiceLine {...line('service_line')} value={job.service_line} choices={options(SERVICE_LINES, 'sl')} />,
    },
    {
      label: t('case_type'),
      value: <ChoiceLine {...line('case_type')} value={job.case_type} choices={options(CASE_TYPES, 'ct')} />,
    },
    {
      label: t('loan_product'),
      value: <ChoiceLine {...line('loan_product')} value={job.loan_product} choices={options(LOAN_PRODUCTS, 'lp')} />,
    },
    { label: t('land_area'), value: <AreaLine {...line('land_area')} area={job.land_area} /> },
    {
      label: t('built_up_area'),
      value: (
        <AreaLine
          {...line('built_up_area')}
          area={job.built_up_area}
          locked={locked ?? (job.floors.length > 0 ? t('area_locked') : null)}
        />
      ),
    },
  ]
  return <RecordFacts columns={2} facts={facts} />
}

/** Notes for the team: open even after delivery. */
export function JobNotes({ job, save }: JobFactsProps) {
  const write = useCan('assignments.write')
  return (
    <InlineField
      label={t('summary')}
      locked={write ? null : t('read_only')}
      shown={job.summary ?? dash}
      value={job.summary ?? ''}
      editor={(draft, onChange) => (
        <ParagraphField label={t('summary')} optional max={NOTES_MAX} value={draft} onChange={onChange} />
      )}
      onSave={(next) => save({ summary: next.trim() === '' ? null : next })}
    />
  )
}
