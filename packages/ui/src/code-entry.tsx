import { TextField } from './text-fields.tsx'
import { useWords } from './words.tsx'

export interface CodeEntryProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error?: string | null
  readonly autoFocus?: boolean
  readonly id?: string
}

/** The six digits of an authenticator app: one field, so that paste and the phone's own offer work; blanks are dropped. */
export function CodeEntry({ value, onChange, ...rest }: CodeEntryProps) {
  const say = useWords()
  return (
    <TextField
      {...rest}
      label={say('code')}
      help={say('code_help')}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      value={value}
      onChange={(typed) => onChange(typed.replace(/[\s-]/g, ''))}
    />
  )
}
