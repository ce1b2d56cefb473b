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
import type { FormFaults } from '../../lib/form-state.ts'
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

function OneField(props: FieldPartProps) {
  const { field, values, onChange, faults } = props
  const common = {
    id: faults.idOf(field.name),
    label: t(field.label),
    optional: !field.required,
    error: faults.faults[field.name],
    ...(field.help ? { help: t(field.help) } : {}),
  }
  const value = values[field.name] ?? ''
  const write = (text: string) => onChange({ [field.name]: text })
  switch (field.kind) {
    case 'record':
      return <ReferenceField {...props} />
    case 'position':
      return (
        <CoordField
          {...common}
          error={faults.faults['longitude'] ?? faults.faults['latitude']}
          latitude={values['latitude'] ?? null}
          longitude={values['longitude'] ?? null}
          onChange={(latitude, longitude) => onChange({ latitude, longitude })}
        />
      )
    case 'choice': {
      const options = (field.options ?? []).map((option) => ({ value: option.value, label: t(option.label) }))
      const chosen = values[field.name] ?? null
      return (
        <ChoiceField
          {...common}
          options={options}
          value={chosen}
          onChange={(next) => onChange({ [field.name]: next })}
        />
      )
    }
    case 'paragraph':
      return <ParagraphField {...common} value={value} max={MAX_PARAGRAPH} onChange={write} />
    case 'code':
      return <CodeField {...common} value={value} onChange={write} />
    case 'phone':
      return <TextField {...common} type="tel" autoComplete="tel" value={value} onChange={write} />
    case 'text':
      return <TextField {...common} value={value} onChange={write} />
  }
}

export function RecordFields({ fields, ...rest }: RecordFieldsProps) {
  return (
    <>
      {fields.map((field) => (
        <OneField key={field.name} field={field} {...rest} />
      ))}
    </>
  )
}
