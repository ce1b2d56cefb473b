import { useEffect, useState } from 'react'
import { Field, type FieldProps } from './field.tsx'
import { useFormats } from './formats.tsx'
import { useMediaQuery } from '@mantine/hooks'
import { useWords } from './words.tsx'

export interface DateFieldProps extends FieldProps {
  /** `YYYY-MM-DD`; null when empty. */
  readonly value: string | null
  readonly onChange: (day: string | null) => void
}

/** Typed day first (`20-11-26`, `20 nov`, `t`, `+3`, `mon`); the device's own picker where one touches. */
export function DateField(props: DateFieldProps) {
  const { value, onChange, optional = false } = props
  const formats = useFormats()
  const say = useWords()
  const touch = useMediaQuery('(pointer: coarse)', false, { getInitialValueInEffect: false })
  const [typed, setTyped] = useState<string | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  useEffect(() => {
    setTyped(null)
    setFault(null)
  }, [value])
  const leave = () => {
    if (typed === null) return
    const parsed = formats.parseDay(typed)
    if (!parsed.ok) {
      if (parsed.reason === 'empty') onChange(null)
      return setFault(parsed.reason === 'empty' && optional ? null : say(`date_${parsed.reason}`))
    }
    setFault(null)
    setTyped(null)
    onChange(parsed.day)
  }
  const error = fault ?? props.error
  return (
    <Field {...props} error={error}>
      {(control) => (
        <div className="z-box" data-invalid={error ? true : undefined} data-disabled={props.disabled || undefined}>
          {touch ? (
            <input
              {...control}
              type="date"
              value={value ?? ''}
              onChange={(event) => onChange(event.target.value || null)}
            />
          ) : (
            <input
              {...control}
              autoComplete="off"
              value={typed ?? (value === null ? '' : formats.day(value))}
              onChange={(event) => setTyped(event.target.value)}
              onBlur={leave}
            />
          )}
        </div>
      )}
    </Field>
  )
}
