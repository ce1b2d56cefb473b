import { useState, type HTMLAttributes, type ReactNode } from 'react'
import { Field, type FieldProps } from './field.tsx'
import { Icon, IconEye, IconEyeOff } from './icons.tsx'
import { useWords } from './words.tsx'

export interface TextFieldProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onBlur?: () => void
  readonly type?: 'text' | 'email' | 'tel' | 'url'
  readonly inputMode?: HTMLAttributes<HTMLInputElement>['inputMode']
  readonly prefix?: ReactNode
  readonly suffix?: ReactNode
  readonly placeholder?: string
  readonly note?: ReactNode
  readonly autoFocus?: boolean
}

const boxOf = (props: FieldProps) => ({
  'data-invalid': props.error ? true : undefined,
  'data-disabled': props.disabled || undefined,
})

/** One line of text. */
export function TextField(props: TextFieldProps) {
  const { value, onChange, onBlur, type = 'text', inputMode, prefix, suffix, placeholder, autoFocus } = props
  return (
    <Field {...props}>
      {(control) => (
        <div className="z-box" {...boxOf(props)}>
          {prefix && <span className="z-affix">{prefix}</span>}
          <input
            {...control}
            type={type}
            inputMode={inputMode}
            placeholder={placeholder}
            value={value}
            autoFocus={autoFocus}
            // A dialog looks for this mark before it takes its first button.
            data-autofocus={autoFocus}
            onChange={(event) => onChange(event.target.value)}
            onBlur={onBlur}
          />
          {suffix && <span className="z-affix">{suffix}</span>}
        </div>
      )}
    </Field>
  )
}

export interface PasswordFieldProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly note?: ReactNode
}

/** Paste and password managers work; the text can be shown. */
export function PasswordField(props: PasswordFieldProps) {
  const say = useWords()
  const [shown, setShown] = useState(false)
  return (
    <Field {...props}>
      {(control) => (
        <div className="z-box" {...boxOf(props)}>
          <input
            {...control}
            type={shown ? 'text' : 'password'}
            value={props.value}
            spellCheck={false}
            autoCapitalize="none"
            onChange={(event) => props.onChange(event.target.value)}
          />
          <button
            type="button"
            aria-label={say(shown ? 'hide_password' : 'show_password')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            <Icon of={shown ? IconEyeOff : IconEye} />
          </button>
        </div>
      )}
    </Field>
  )
}

export interface ParagraphFieldProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onBlur?: () => void
  readonly max: number
}

/** Several lines; the counter appears from 80 %. Too long is kept and said, never cut. */
export function ParagraphField(props: ParagraphFieldProps) {
  const { value, onChange, onBlur, max } = props
  const say = useWords()
  const left = max - value.length
  const note =
    left < 0 ? say('characters_over', { n: -left }) : left <= max / 5 ? say('characters_left', { n: left }) : null
  return (
    <Field {...props} note={note}>
      {(control) => (
        <div className="z-box" {...boxOf(props)}>
          <textarea {...control} value={value} onChange={(event) => onChange(event.target.value)} onBlur={onBlur} />
        </div>
      )}
    </Field>
  )
}

export interface CodeFieldProps extends TextFieldProps {
  /** `IFSC`, `PAN`: upper case, no spaces. */
  readonly upper?: boolean
}

/** Codes with a fixed shape (IFSC, GSTIN, PAN, PIN, phone): spaces that paste brings along are taken away on leaving. */
export function CodeField({ upper = true, onChange, onBlur, value, ...rest }: CodeFieldProps) {
  const tidy = () => {
    const clean = value.replace(/[\s-]/g, '')
    const next = upper ? clean.toUpperCase() : clean
    if (next !== value) onChange(next)
    onBlur?.()
  }
  return <TextField {...rest} value={value} onChange={onChange} onBlur={tidy} />
}

export interface ReasonFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  /** 5 or 10 characters, as the rule says. */
  readonly min: number
  readonly label?: string
  readonly error?: string | null
}

/** A reason where a rule demands one, counted. */
export function ReasonField({ value, onChange, min, label, error }: ReasonFieldProps) {
  const say = useWords()
  const length = value.trim().length
  return (
    <Field
      label={label ?? say('reason')}
      error={error}
      note={length < min ? say('reason_count', { n: length, min }) : null}
    >
      {(control) => (
        <div className="z-box" data-invalid={error ? true : undefined}>
          <textarea {...control} rows={2} value={value} onChange={(event) => onChange(event.target.value)} />
        </div>
      )}
    </Field>
  )
}
