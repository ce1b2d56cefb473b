import type { ReactNode } from 'react'
import { Field, type FieldProps } from './field.tsx'
import { Icon, IconChevronRight } from './icons.tsx'
import './choice-cards.css'

export interface CardOption {
  readonly value: string
  readonly label: string
  /** What choosing it means. */
  readonly line?: ReactNode
  readonly badge?: ReactNode
  /** Why it cannot be chosen now. */
  readonly unmet?: string | null
  /** Folds out under the card. */
  readonly more?: { readonly label: string; readonly content: ReactNode }
}

export interface ChoiceCardsProps extends FieldProps {
  readonly options: readonly CardOption[]
  readonly value: readonly string[]
  readonly onChange: (value: readonly string[]) => void
  /** One of them only. */
  readonly single?: boolean
}

const toggled = (value: readonly string[], one: string): readonly string[] =>
  value.includes(one) ? value.filter((other) => other !== one) : [...value, one]

/** Choices that need a sentence each, and sometimes more to read before one chooses. */
export function ChoiceCards(props: ChoiceCardsProps) {
  const { options, value, onChange, single = false } = props
  return (
    <Field {...props} group>
      {(control) => (
        <div className="z-choice-cards">
          {options.map((option) => {
            const held = (option.unmet ?? null) !== null
            const line = `${control.id}-${option.value}-line`
            return (
              <div key={option.value} className="z-choice-card" data-held={held || undefined}>
                <label>
                  <input
                    type={single ? 'radio' : 'checkbox'}
                    name={single ? control.id : undefined}
                    checked={value.includes(option.value)}
                    disabled={held || control.disabled}
                    aria-describedby={option.line || held ? line : undefined}
                    onChange={() => onChange(single ? [option.value] : toggled(value, option.value))}
                  />
                  <span>
                    <strong>{option.label}</strong>
                    {option.badge}
                  </span>
                </label>
                {(option.line || held) && (
                  <p id={line}>
                    {option.line}
                    {held && <span className="z-guard">{option.unmet}</span>}
                  </p>
                )}
                {option.more && (
                  <details>
                    <summary>
                      <Icon of={IconChevronRight} />
                      {option.more.label}
                    </summary>
                    <div>{option.more.content}</div>
                  </details>
                )}
              </div>
            )
          })}
        </div>
      )}
    </Field>
  )
}
