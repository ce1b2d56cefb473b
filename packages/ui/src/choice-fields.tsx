import { Field, type FieldProps } from './field.tsx'
import { useWords } from './words.tsx'

export interface Option {
  readonly value: string
  readonly label: string
}

export interface ChoiceFieldProps extends FieldProps {
  readonly value: string | null
  readonly options: readonly Option[]
  readonly onChange: (value: string | null) => void
  readonly inline?: boolean
}

/** Up to five radios, else a select. */
export function ChoiceField(props: ChoiceFieldProps) {
  const { value, options, onChange, optional = false } = props
  if (options.length <= 5) return <Radios {...props} />
  return (
    <Field {...props}>
      {(control) => (
        <div
          className="z-box"
          data-invalid={props.error ? true : undefined}
          data-disabled={props.disabled || undefined}
        >
          <select {...control} value={value ?? ''} onChange={(event) => onChange(event.target.value || null)}>
            {(optional || value === null) && <option value="">–</option>}
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  )
}

function Radios(props: ChoiceFieldProps) {
  return (
    <Field {...props} group>
      {(control) => (
        <div className="z-choices" data-inline={props.inline || undefined}>
          {props.options.map((option) => (
            <label key={option.value}>
              <input
                type="radio"
                name={control.name ?? control.id}
                disabled={props.disabled}
                checked={props.value === option.value}
                onChange={() => props.onChange(option.value)}
              />
              <span>{option.label}</span>
            </label>
          ))}
        </div>
      )}
    </Field>
  )
}

export interface YesNoFieldProps extends FieldProps {
  /** Null: not known. Undefined: not answered yet. */
  readonly value: boolean | null | undefined
  readonly onChange: (value: boolean | null) => void
  readonly withUnknown?: boolean
}

/** Yes, no, and where it may be so "not known". */
export function YesNoField({ value, onChange, withUnknown = true, ...rest }: YesNoFieldProps) {
  const say = useWords()
  const options = [
    { value: 'yes', label: say('yes') },
    { value: 'no', label: say('no') },
    ...(withUnknown ? [{ value: 'unknown', label: say('unknown') }] : []),
  ]
  const chosen = value === undefined ? null : value === null ? 'unknown' : value ? 'yes' : 'no'
  return (
    <Radios
      {...rest}
      inline
      value={chosen}
      options={options}
      onChange={(next) => onChange(next === 'unknown' ? null : next === 'yes')}
    />
  )
}

export interface CheckFieldProps {
  readonly label: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly disabled?: boolean
}

export function CheckField({ label, checked, onChange, disabled }: CheckFieldProps) {
  return (
    <div className="z-choices">
      <label>
        <input
          type="checkbox"
          checked={checked}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>{label}</span>
      </label>
    </div>
  )
}
