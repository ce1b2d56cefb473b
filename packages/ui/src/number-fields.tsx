import { useEffect, useState, type ReactNode } from 'react'
import { type ControlProps, Field, type FieldProps } from './field.tsx'
import { useFormats, type Formats } from './formats.tsx'
import { useWords, type WordKey } from './words.tsx'

/**
 * Text being typed beside the exact value it stands for. While the field has the focus the text is the person's;
 * when it is left, the text becomes the value's own form, or stays with the reason why it is none.
 */
function useTyped(shown: string) {
  const [typed, setTyped] = useState<string | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  useEffect(() => {
    setTyped(null)
    setFault(null)
  }, [shown])
  return { text: typed ?? shown, typed, setTyped, fault, setFault }
}

interface FigureInputProps {
  readonly control: ControlProps
  readonly field: ReturnType<typeof useTyped>
  readonly onLeave: () => void
}

function FigureInput({ control, field, onLeave }: FigureInputProps) {
  return (
    <input
      {...control}
      className="z-num"
      inputMode="decimal"
      autoComplete="off"
      value={field.text}
      onChange={(event) => field.setTyped(event.target.value)}
      onBlur={onLeave}
    />
  )
}

export interface MoneyFieldProps extends FieldProps {
  /** Exact digits: rupees with two places, or whole paise, as `unit` says; null when empty. */
  readonly value: string | null
  readonly unit: 'rupees' | 'paise'
  readonly onChange: (value: string | null) => void
  /** The amount in words beneath. */
  readonly words?: boolean
  readonly note?: ReactNode
}

const paiseOf = (value: string, unit: 'rupees' | 'paise', formats: Formats): bigint =>
  unit === 'paise' ? BigInt(value) : formats.rupeesToPaise(value)

/** Typed `25L`, `2.5 lakh`, `25,00,000`; shown `₹25,00,000.00` with the words beneath. */
export function MoneyField(props: MoneyFieldProps) {
  const { value, unit, onChange, words = true, optional = false } = props
  const formats = useFormats()
  const say = useWords()
  const paise = value === null ? null : paiseOf(value, unit, formats)
  const field = useTyped(paise === null ? '' : formats.money(paise))
  const leave = () => {
    if (field.typed === null) return
    const parsed = formats.parseMoney(field.typed)
    if (!parsed.ok) {
      if (parsed.reason === 'empty') onChange(null)
      field.setFault(parsed.reason === 'empty' && optional ? null : say(`amount_${parsed.reason}` satisfies WordKey))
      return
    }
    field.setFault(null)
    field.setTyped(null)
    onChange(unit === 'paise' ? parsed.paise.toString() : formats.paiseToRupees(parsed.paise))
  }
  const error = field.fault ?? props.error
  const note = props.note ?? (words && paise !== null && field.typed === null ? formats.moneyInWords(paise) : null)
  return (
    <Field {...props} error={error} note={note}>
      {(control) => (
        <div className="z-box" data-invalid={error ? true : undefined} data-disabled={props.disabled || undefined}>
          <FigureInput control={control} field={field} onLeave={leave} />
        </div>
      )}
    </Field>
  )
}

export interface DecimalFieldProps extends FieldProps {
  /** Plain decimal text; null when empty. */
  readonly value: string | null
  readonly onChange: (value: string | null) => void
  readonly suffix?: ReactNode
  /** The same in the other unit, or a range. */
  readonly note?: ReactNode
  readonly units?: {
    readonly value: string
    readonly options: readonly { readonly value: string; readonly label: string }[]
    /** Switching the unit never changes the stored value. */
    readonly onChange: (unit: string) => void
  }
}

/** A decimal without binary floats: the text is the value. */
export function DecimalField(props: DecimalFieldProps) {
  const { value, onChange, suffix, units, optional = false } = props
  const formats = useFormats()
  const say = useWords()
  const field = useTyped(value === null ? '' : formats.decimal(value))
  const leave = () => {
    if (field.typed === null) return
    if (field.typed.trim() === '') {
      onChange(null)
      field.setFault(optional ? null : say('not_a_number'))
      return
    }
    const parsed = formats.parseDecimal(field.typed)
    if (parsed === null) return field.setFault(say('not_a_number'))
    field.setFault(null)
    field.setTyped(null)
    onChange(parsed)
  }
  const error = field.fault ?? props.error
  return (
    <Field {...props} error={error}>
      {(control) => (
        <div className="z-box" data-invalid={error ? true : undefined} data-disabled={props.disabled || undefined}>
          <FigureInput control={control} field={field} onLeave={leave} />
          {suffix && <span className="z-affix">{suffix}</span>}
          {units && (
            <select
              className="z-unit"
              aria-label={say('unit', { name: props.label })}
              value={units.value}
              disabled={props.disabled}
              onChange={(event) => units.onChange(event.target.value)}
            >
              {units.options.map((option) => (
                <option key={option.value} value={option.value}>
                  {option.label}
                </option>
              ))}
            </select>
          )}
        </div>
      )}
    </Field>
  )
}

export type UnitFieldProps = DecimalFieldProps & { readonly units: NonNullable<DecimalFieldProps['units']> }

/** An area with its unit; the other unit stands beneath as `note`. */
export function AreaField(props: UnitFieldProps) {
  return <DecimalField {...props} />
}

/** Rupees for each unit. */
export function RateField(props: UnitFieldProps) {
  return <DecimalField {...props} />
}

export function PercentField(props: Omit<DecimalFieldProps, 'units' | 'suffix'>) {
  return <DecimalField {...props} suffix="%" />
}

export interface CoordFieldProps extends FieldProps {
  readonly latitude: string | null
  readonly longitude: string | null
  readonly onChange: (latitude: string | null, longitude: string | null) => void
}

const within = (value: string | null, limit: number): boolean => value === null || Math.abs(Number(value)) <= limit

/** Latitude and longitude in decimal degrees; a pasted pair fills both. */
export function CoordField(props: CoordFieldProps) {
  const { latitude, longitude, onChange } = props
  const say = useWords()
  const outside = !within(latitude, 90) || !within(longitude, 180)
  const paste = (text: string): boolean => {
    const pair = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text)
    if (!pair) return false
    onChange(pair[1] ?? null, pair[2] ?? null)
    return true
  }
  return (
    <Field {...props} group error={outside ? say('coordinate_range') : props.error}>
      {() => (
        <div
          className="z-pair"
          onPaste={(event) => {
            if (paste(event.clipboardData.getData('text'))) event.preventDefault()
          }}
        >
          <DecimalField
            label={say('latitude')}
            value={latitude}
            suffix="°"
            optional
            onChange={(value) => onChange(value, longitude)}
          />
          <DecimalField
            label={say('longitude')}
            value={longitude}
            suffix="°"
            optional
            onChange={(value) => onChange(latitude, value)}
          />
        </div>
      )}
    </Field>
  )
}
