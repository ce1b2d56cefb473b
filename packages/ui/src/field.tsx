import { useEffect, useId, useRef, type FormEvent, type ReactNode } from 'react'
import { Icon, IconAlertOctagon } from './icons.tsx'
import { useWords } from './words.tsx'
import './fields.css'

/** What every field takes. */
export interface FieldProps {
  readonly label: string
  /** Stays under the label. */
  readonly help?: ReactNode
  /** A sentence; null or absent while the value stands. */
  readonly error?: string | null | undefined
  readonly optional?: boolean
  readonly disabled?: boolean
  /** The id that an error summary links to. */
  readonly id?: string
  readonly name?: string
  readonly autoComplete?: string
}

/** Ids and ARIA that tie label, help and error to one control. */
export interface ControlProps {
  readonly id: string
  readonly 'aria-invalid': true | undefined
  readonly 'aria-describedby': string | undefined
  readonly disabled: boolean | undefined
  readonly name: string | undefined
  readonly autoComplete: string | undefined
  readonly required: boolean
}

export interface FieldFrameProps extends FieldProps {
  /** Under the control: words, the other unit, a counter. */
  readonly note?: ReactNode
  /** Several controls under one legend. */
  readonly group?: boolean
  readonly children: (control: ControlProps) => ReactNode
}

/** Ids of the parts that exist, in reading order. */
function describedByOf(id: string, parts: Readonly<Record<string, ReactNode>>): string | undefined {
  const ids = Object.keys(parts).filter((part) => parts[part])
  return ids.length > 0 ? ids.map((part) => `${id}-${part}`).join(' ') : undefined
}

/** Label above, help under it, control, error under that. */
export function Field(props: FieldFrameProps) {
  const { label, help, error, optional = false, note, group = false, children } = props
  const say = useWords()
  const own = useId()
  const id = props.id ?? own
  const caption = (
    <>
      {label} {optional && <span>{say('optional')}</span>}
    </>
  )
  const describedBy = describedByOf(id, { help, error, note })
  const inner = (
    <>
      {help && (
        <div className="z-help" id={`${id}-help`}>
          {help}
        </div>
      )}
      {children({
        id,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': describedBy,
        disabled: props.disabled,
        name: props.name,
        autoComplete: props.autoComplete,
        required: !optional,
      })}
      {note && (
        <div className="z-help" id={`${id}-note`}>
          {note}
        </div>
      )}
      {error && (
        <div className="z-field-error" id={`${id}-error`}>
          <Icon of={IconAlertOctagon} />
          <span>{error}</span>
        </div>
      )}
    </>
  )
  if (group)
    return (
      <fieldset className="z-field" id={id} tabIndex={-1} aria-describedby={describedBy}>
        <legend className="z-label">{caption}</legend>
        {inner}
      </fieldset>
    )
  return (
    <div className="z-field">
      <label className="z-label" htmlFor={id}>
        {caption}
      </label>
      {inner}
    </div>
  )
}

export interface FormProps {
  readonly label: string
  readonly onSubmit: () => void
  readonly children: ReactNode
}

/** A form whose checks are ours: the browser's own bubbles are off. */
export function Form({ label, onSubmit, children }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form className="z-form" aria-label={label} noValidate onSubmit={submit}>
      {children}
    </form>
  )
}

export interface SummaryError {
  /** Id of the field; absent for what belongs to none. */
  readonly fieldId?: string
  readonly text: string
}

/** At the top after a refused submit: takes the focus and links to each field. */
export function ErrorSummary({
  errors,
  attempt,
}: {
  readonly errors: readonly SummaryError[]
  readonly attempt: number
}) {
  const say = useWords()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (attempt > 0) box.current?.focus()
  }, [attempt])
  if (errors.length === 0) return null
  const go = (fieldId: string) => (event: { preventDefault(): void }) => {
    event.preventDefault()
    const field = document.getElementById(fieldId)
    field?.scrollIntoView({ block: 'center' })
    field?.focus()
  }
  return (
    <div className="z-summary" role="alert" tabIndex={-1} ref={box}>
      <h2>{say('problem')}</h2>
      <ul>
        {errors.map((error) => (
          <li key={`${error.fieldId ?? ''}${error.text}`}>
            {error.fieldId ? (
              <a href={`#${error.fieldId}`} onClick={go(error.fieldId)}>
                {error.text}
              </a>
            ) : (
              error.text
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
