import type { Json } from '@zenops/client/merge-patch'
import { Field } from '@zenops/ui/field'
import { useFormats } from '@zenops/ui/formats'
import { useState } from 'react'
import { converted, measureOf, otherUnit, readFigure, ruleOf, unitOptions } from '../model/measure.ts'
import { t } from '../texts.ts'
import { useDraft } from '../model/use-draft.ts'
import { NumberBox, useTyping, type LiveProps, type Parse } from './live-inputs.tsx'

const NUMBER = ruleOf('number')

/** Decimal text as a figure of a measure. */
export function useParseNumber(): Parse {
  const formats = useFormats()
  return (text) => {
    if (text.trim() === '') return null
    const exact = formats.parseDecimal(text)
    return exact === null ? { ok: false, reason: 'NOT_A_NUMBER' } : readFigure(exact, NUMBER)
  }
}

/** The unit in which this report's figures are typed. */
export function usePreferredUnit(): string {
  return useDraft((draft) => {
    const unit = draft.at('valuation_inputs.user_input_units')
    return typeof unit === 'string' ? unit : 'sqm'
  })
}

export function UnitSelect(props: {
  readonly label: string
  readonly unit: string
  readonly disabled: boolean
  readonly rate: boolean
  readonly onChange: (unit: string) => void
}) {
  return (
    <select
      className="z-unit"
      aria-label={t('unit_of', { name: props.label })}
      value={props.unit}
      disabled={props.disabled}
      onChange={(event) => props.onChange(event.target.value)}
    >
      {unitOptions(props.unit).map(({ value, label }) => (
        <option key={value} value={value}>
          {props.rate ? t('per_unit', { unit: label }) : label}
        </option>
      ))}
    </select>
  )
}

/** A measure as the field shows it: switching the unit shows it in another unit and stores nothing until one types. */
export function useMeasure(value: Json, kind: 'area' | 'rate', live: Pick<LiveProps, 'preview' | 'set'>) {
  const formats = useFormats()
  const preferred = usePreferredUnit()
  const [chosen, setChosen] = useState<string | null>(null)
  const stored = measureOf(value)
  const filled = stored !== null && stored.value !== null
  const unit = chosen ?? (filled ? stored.unit : preferred)
  const whole = (figure: Json): Json => (figure === null ? null : { value: figure, unit })
  const shown = filled ? (converted(stored, unit, kind) ?? '') : ''
  const parse = useParseNumber()
  const field = useTyping(
    shown === '' ? '' : formats.decimal(shown),
    {
      preview: (figure) => live.preview(figure === undefined ? undefined : whole(figure)),
      set: (figure) => live.set(whole(figure)),
    },
    parse,
  )
  return { field, unit, setUnit: setChosen, stored: filled ? stored : null }
}

/** An area or a rate with its unit; the other unit stands greyed beneath. */
export function MeasureField(props: LiveProps & { readonly kind: 'area' | 'rate' }) {
  const formats = useFormats()
  const { field, unit, setUnit, stored } = useMeasure(props.value, props.kind, props)
  const name = (one: string) => (props.kind === 'rate' ? t('per_unit', { unit: one }) : one)
  const other = otherUnit(unit)
  const inOther = stored && converted(stored, other, props.kind)
  const twin = inOther ? `= ${formats.decimal(inOther)} ${name(other)}` : null
  const kept = stored && stored.unit !== unit && !field.typing
  const note = kept ? t('kept_as', { value: `${formats.decimal(String(stored.value))} ${name(stored.unit)}` }) : twin
  const error = field.fault ?? props.error
  return (
    <Field {...props} error={error} note={note}>
      {(control) => (
        <NumberBox control={control} field={field} disabled={props.disabled} invalid={Boolean(error)}>
          <UnitSelect
            label={props.label}
            unit={unit}
            rate={props.kind === 'rate'}
            disabled={props.disabled}
            onChange={setUnit}
          />
        </NumberBox>
      )}
    </Field>
  )
}

const partOf = (value: Json, key: string): Json =>
  typeof value === 'object' && value !== null && key in value ? ((value as Record<string, Json>)[key] ?? null) : null // an object, checked

/** A rate from–to in one unit. */
export function RangeField(props: LiveProps) {
  const preferred = usePreferredUnit()
  const stored = partOf(props.value, 'unit')
  const [chosen, setChosen] = useState<string | null>(null)
  const unit = chosen ?? (typeof stored === 'string' ? stored : preferred)
  const changed = (key: 'from' | 'to', figure: Json): Json => {
    const next: Record<string, Json> = { from: partOf(props.value, 'from'), to: partOf(props.value, 'to'), unit }
    next[key] = figure
    return next['from'] === null && next['to'] === null ? null : next
  }
  const bound = (key: 'from' | 'to') => (
    <RangeBound
      label={t(key)}
      id={key === 'from' ? props.id : `${props.id}-to`}
      value={partOf(props.value, key)}
      disabled={props.disabled}
      preview={(figure) => props.preview(figure === undefined ? undefined : changed(key, figure))}
      set={(figure) => props.set(changed(key, figure))}
    />
  )
  return (
    <Field {...props} id={`${props.id}-group`} group>
      {() => (
        <div className="rp-range">
          {bound('from')}
          {bound('to')}
          <div className="z-box rp-unit-box">
            <UnitSelect label={props.label} unit={unit} rate disabled={props.disabled} onChange={setChosen} />
          </div>
        </div>
      )}
    </Field>
  )
}

function RangeBound(props: LiveProps) {
  const formats = useFormats()
  const shown = typeof props.value === 'number' ? formats.decimal(String(props.value)) : ''
  const field = useTyping(shown, props, useParseNumber())
  return (
    <Field label={props.label} id={props.id} error={field.fault}>
      {(control) => (
        <NumberBox control={control} field={field} disabled={props.disabled} invalid={Boolean(field.fault)} />
      )}
    </Field>
  )
}
