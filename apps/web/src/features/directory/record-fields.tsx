import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { CoordField } from '@zenops/ui/number-fields'
import { RecordPicker, type RecordOption } from '@zenops/ui/record-picker'
import { CodeField, ParagraphField, TextField } from '@zenops/ui/text-fields'
import {
  READERS,
  searchBanks,
  searchClients,
  searchPropertyTypes,
  type RecordKind,
  type RecordSearch,
} from '../../lib/record-search.ts'
import type { FormFaults } from '@zenops/surface/form-state.ts'
import { t, type FieldSpec } from './kinds.ts'
import type { RecordValues } from './record-values.ts'

export interface RecordFieldsProps {
  readonly fields: readonly FieldSpec[]
  readonly values: RecordValues
  readonly onChange: (patch: RecordValues) => void
  readonly faults: FormFaults
}

const SEARCHES: Readonly<Partial<Record<RecordKind, RecordSearch>>> = {
  bank: searchBanks,
  client: searchClients,
  property_type: searchPropertyTypes,
}
const NOTHING: RecordSearch = () => Promise.resolve([])
const MAX_PARAGRAPH = 1000

interface FieldPartProps extends Omit<RecordFieldsProps, 'fields'> {
  readonly field: FieldSpec
}

/** A reference: the form holds its id, the picker shows its name. */
function ReferenceField({ field, values, onChange, faults }: FieldPartProps) {
  const cache = useQueryClient()
  const kind = field.record ?? 'bank'
  const id = values[field.name] ?? null
  const key = (of: string | null) => ['picked', kind, of]
  const picked = useQuery({
    queryKey: key(id),
    queryFn: (): Promise<RecordOption> => READERS[kind](id ?? ''),
    enabled: id !== null,
  })
  return (
    <RecordPicker
      id={faults.idOf(field.name)}
      label={t(field.label)}
      optional={!field.required}
      error={faults.faults[field.name]}
      value={id === null ? null : (picked.data ?? { id, name: '…' })}
      search={SEARCHES[kind] ?? NOTHING}
      onChange={(option) => {
        if (option) cache.setQueryData(key(option.id), option)
        onChange({ [field.name]: option?.id ?? null })
      }}
    />
  )
}

const commonOf = ({ field, faults }: FieldPartProps) => ({
  id: faults.idOf(field.name),
  label: t(field.label),
  optional: !field.required,
  error: faults.faults[field.name],
  ...(field.help ? { help: t(field.help) } : {}),
})

function PositionField(props: FieldPartProps) {
  const { values, onChange, faults } = props
  return (
    <CoordField
      {...commonOf(props)}
      error={faults.faults['longitude'] ?? faults.faults['latitude']}
      latitude={values['latitude'] ?? null}
      longitude={values['longitude'] ?? null}
      onChange={(latitude, longitude) => onChange({ latitude, longitude })}
    />
  )
}

function OptionField(props: FieldPartProps) {
  const { field, values, onChange } = props
  const options = (field.options ?? []).map((option) => ({ value: option.value, label: t(option.label) }))
  return (
    <ChoiceField
      {...commonOf(props)}
      options={options}
      value={values[field.name] ?? null}
      onChange={(next) => onChange({ [field.name]: next })}
    />
  )
}

function WrittenField(props: FieldPartProps) {
  const { field, values, onChange } = props
  const common = {
    ...commonOf(props),
    value: values[field.name] ?? '',
    onChange: (text: string) => onChange({ [field.name]: text }),
  }
  if (field.kind === 'paragraph') return <ParagraphField {...common} max={MAX_PARAGRAPH} />
  if (field.kind === 'code') return <CodeField {...common} />
  return <TextField {...common} {...(field.kind === 'phone' ? { type: 'tel', autoComplete: 'tel' } : {})} />
}

const PARTS = {
  record: ReferenceField,
  position: PositionField,
  choice: OptionField,
  paragraph: WrittenField,
  code: WrittenField,
  phone: WrittenField,
  text: WrittenField,
} as const satisfies Record<FieldSpec['kind'], unknown>

export function RecordFields({ fields, ...rest }: RecordFieldsProps) {
  return (
    <>
      {fields.map((field) => {
        const Part = PARTS[field.kind]
        return <Part key={field.name} field={field} {...rest} />
      })}
    </>
  )
}
