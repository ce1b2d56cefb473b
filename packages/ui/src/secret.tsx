import { useState } from 'react'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { IconCheck, IconCopy } from './icons.tsx'
import { useWords } from './words.tsx'

export interface SecretOnceProps {
  readonly label: string
  readonly value: string
  /** That it will not be shown again, and what to do with it. */
  readonly help: string
  readonly onCopied?: () => void
}

/** A link or token that the server hands out once: whole, selectable, with one button that copies it. */
export function SecretOnce({ label, value, help, onCopied }: SecretOnceProps) {
  const say = useWords()
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => {
        setCopied(true)
        onCopied?.()
      },
      () => setCopied(false),
    )
  return (
    <Field label={label} help={help}>
      {(control) => (
        <div className="z-once">
          <div className="z-box">
            <input
              {...control}
              required={false}
              className="z-code"
              readOnly
              value={value}
              onFocus={(event) => event.target.select()}
            />
          </div>
          <Button kind="primary" icon={copied ? IconCheck : IconCopy} onClick={() => void copy()}>
            {say(copied ? 'copied' : 'copy')}
          </Button>
        </div>
      )}
    </Field>
  )
}
