import type { Json } from '@zenops/client/merge-patch'
import { ChoiceField, YesNoField } from '@zenops/ui/choice-fields'
import { DateField } from '@zenops/ui/date-field'
import { Field } from '@zenops/ui/field'
import { useState } from 'react'
import { fieldId, type FormItem } from '../model/form-sections.ts'
import { ruleOf } from '../model/measure.ts'
import { useField, useForm } from '../model/use-draft.ts'
import { t, word } from '../texts.ts'
import { LiveMoney, LiveNumber, LiveText, type LiveProps } from './live-inputs.tsx'
import { MeasureField, RangeField } from './measure-fields.tsx'

/** A list of texts, one a line. */
export function TextsField(props: LiveProps) {
  const stored = Array.isArray(props.value) ? props.value.filter((one) => typeof one === 'string') : []
  const [typed, setTyped] = useState<string | null>(null)
  const change = (text: string) => {
    setTyped(text)
    const lines = text.split('\n').map((one) => one.trim())
    const kept = lines.filter((one) => one !== '')
    props.set(kept.length > 0 ? kept : null)
  }
  return (
    <Field {...props} help={t('one_a_line')}>
      {(control) => (
        <div className="z-box" data-disabled={props.disabled || undefined}>
          <textarea
            {...control}
            required={false}
            rows={3}
            value={typed ?? stored.join('\n')}
            onChange={(event) => change(event.target.value)}
            onBlur={() => setTyped(null)}
          />
        </div>
      )}
    </Field>
  )
}

/** `Ground floor` → `ground_floor`, as templates name the parts of an answer. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')

/** Parts that a label counts up: `Location: T. S. No., Block No.` */
const partsOf = (label: string): readonly string[] => {
  const [, list = ''] = /^[^:(]*[:(]\s*(.+?)\)?$/.exec(label) ?? []
  const parts = list
    .split(',')
    .map((one) => one.replace(/\s*\(.*$|^and\s+|etc\.?$/g, '').trim())
    .filter((one) => one !== '')
  return parts.length > 1 ? parts : [t('details')]
}

function Part({ path, label }: { readonly path: string; readonly label: string }) {
  const { locked } = useForm()
  const { value, set, preview } = useField(path)
  return <LiveText label={label} id={fieldId(path)} value={value} disabled={locked} set={set} preview={preview} />
}

/** One text for each column of the section, or for each part that the label names. */
export function PartsAnswer({
  item,
  path,
  columns,
}: {
  readonly item: FormItem
  readonly path: string
  readonly columns: readonly string[]
}) {
  const parts = item.type === 'pair' ? columns : partsOf(item.label)
  return (
    <fieldset className="rp-group" id={fieldId(path)} tabIndex={-1}>
      <legend className="z-label">{item.label}</legend>
      <div className="rp-pair">
        {parts.map((part) => (
          <Part key={part} path={`${path}.${slug(part)}`} label={part} />
        ))}
      </div>
    </fieldset>
  )
}

/** An answer that the contract has no place for, by the type the bank's form gives it. */
export function AnswerField({ item, path }: { readonly item: FormItem; readonly path: string }) {
  const { locked, errors } = useForm()
  const { value, set, preview } = useField(path)
  const live: LiveProps = {
    label: item.label,
    id: fieldId(path),
    value,
    disabled: locked,
    error: errors[path],
    set,
    preview,
  }
  switch (item.type) {
    case 'money':
      return <LiveMoney {...live} rule={ruleOf('money')} />
    case 'number':
      return <LiveNumber {...live} rule={ruleOf('number')} suffix={item.unit} />
    case 'year':
      return <LiveNumber {...live} rule={ruleOf('count')} />
    case 'percent':
      return <LiveNumber {...live} rule={ruleOf('percent')} suffix="%" />
    case 'area':
    case 'rate':
      return <MeasureField {...live} kind={item.type} />
    case 'rate_range':
      return <RangeField {...live} />
    case 'list':
      return <TextsField {...live} />
    default:
      return <ChosenAnswer live={live} item={item} />
  }
}

function ChosenAnswer({ live, item }: { readonly live: LiveProps; readonly item: FormItem }) {
  const { value, set, preview: _, ...rest } = live
  if (item.type === 'bool')
    return (
      <YesNoField {...rest} value={typeof value === 'boolean' ? value : undefined} withUnknown={false} onChange={set} />
    )
  if (item.type === 'date')
    return (
      <DateField
        {...rest}
        optional
        value={typeof value === 'string' ? value : null}
        onChange={(day: Json) => set(day)}
      />
    )
  if (item.type === 'enum')
    return (
      <ChoiceField
        {...rest}
        inline
        value={typeof value === 'string' ? value : null}
        options={item.options.map((one) => ({ value: one, label: word(one) }))}
        onChange={set}
      />
    )
  return <LiveText {...live} lines={item.type === 'longtext'} />
}
