import type { Json } from '@zenops/client/merge-patch'
import type { NumberRule } from '@zenops/contracts/report-numbers'
import { Field } from '@zenops/ui/field'
import { useFormats } from '@zenops/ui/formats'
import { useState, type ReactNode } from 'react'
import { numberText, readFigure, type Reading } from '../model/measure.ts'
import { t } from '../texts.ts'

export interface LiveProps {
  readonly label: string
  readonly id: string
  readonly value: Json
  readonly disabled: boolean
  readonly error?: string | null | undefined
  /** While typing: the figure so far; undefined while it cannot be read. */
  readonly preview: (value: Json | undefined) => void
  /** When the field is left. */
  readonly set: (value: Json) => void
}

export type Parse = (text: string) => Reading | null

/**
 * Text being typed beside the value it stands for. Each key tells the figure it makes so far; leaving the field keeps
 * it, or keeps the text with the reason why it is none. What others change meanwhile waits until the field is left.
 */
export function useTyping(shown: string, live: Pick<LiveProps, 'preview' | 'set'>, parse: Parse) {
  const [typed, setTyped] = useState<string | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const type = (text: string) => {
    setTyped(text)
    setFault(null)
    const read = parse(text)
    if (read === null) live.preview(null)
    else live.preview(read.ok ? read.value : undefined)
  }
  const leave = () => {
    if (typed === null) return
    const read = parse(typed)
    if (read !== null && !read.ok) return setFault(t(`fault_${read.reason}`))
    setFault(null)
    setTyped(null)
    live.set(read === null ? null : read.value)
  }
  return { text: typed ?? shown, typing: typed !== null, type, leave, fault }
}

/** Rupees: typed `25L` or `4.47 cr`, worded while one types. */
export function LiveMoney(props: LiveProps & { readonly rule: NumberRule; readonly suffix?: string }) {
  const formats = useFormats()
  const plain = numberText(props.value)
  const paise = plain === null ? null : formats.rupeesToPaise(plain)
  const parse: Parse = (text) => {
    const read = formats.parseMoney(text)
    if (read.ok) return readFigure(formats.paiseToRupees(read.paise), props.rule)
    return read.reason === 'empty' ? null : { ok: false, reason: 'NOT_A_NUMBER' }
  }
  const field = useTyping(paise === null ? '' : formats.money(paise), props, parse)
  const error = field.fault ?? props.error
  return (
    <Field {...props} error={error} note={paise === null ? null : formats.moneyInWords(paise)}>
      {(control) => (
        <NumberBox control={control} field={field} disabled={props.disabled} invalid={Boolean(error)}>
          {props.suffix && <span className="z-affix">{props.suffix}</span>}
        </NumberBox>
      )}
    </Field>
  )
}

/** A plain figure with what it counts. */
export function LiveNumber(props: LiveProps & { readonly rule: NumberRule; readonly suffix?: string | null }) {
  const formats = useFormats()
  const plain = numberText(props.value)
  const parse: Parse = (text) => {
    if (text.trim() === '') return null
    const exact = formats.parseDecimal(text)
    return exact === null ? { ok: false, reason: 'NOT_A_NUMBER' } : readFigure(exact, props.rule)
  }
  const field = useTyping(plain === null ? '' : formats.decimal(plain), props, parse)
  const error = field.fault ?? props.error
  return (
    <Field {...props} error={error}>
      {(control) => (
        <NumberBox control={control} field={field} disabled={props.disabled} invalid={Boolean(error)}>
          {props.suffix && <span className="z-affix">{props.suffix}</span>}
        </NumberBox>
      )}
    </Field>
  )
}

export interface NumberBoxProps {
  readonly control: object
  readonly field: ReturnType<typeof useTyping>
  readonly disabled: boolean
  readonly invalid: boolean
  readonly children?: ReactNode
}

export function NumberBox({ control, field, disabled, invalid, children }: NumberBoxProps) {
  return (
    <div className="z-box" data-invalid={invalid || undefined} data-disabled={disabled || undefined}>
      <input
        {...control}
        className="z-num"
        inputMode="decimal"
        autoComplete="off"
        required={false}
        value={field.text}
        onChange={(event) => field.type(event.target.value)}
        onBlur={field.leave}
      />
      {children}
    </div>
  )
}

export interface LiveTextProps extends LiveProps {
  readonly lines?: boolean
  readonly inputMode?: 'text' | 'numeric' | 'tel'
  readonly help?: string | null
}

const MAX_LINE = 200
const MAX_PARAGRAPH = 4_000

/** One line or a paragraph; saved as one types, trimmed when it is left. */
export function LiveText(props: LiveTextProps) {
  const { lines = false, value, set } = props
  const stored = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  const [typed, setTyped] = useState<string | null>(null)
  const text = typed ?? stored
  const max = lines ? MAX_PARAGRAPH : MAX_LINE
  const over = text.length - max
  const left = lines && over <= 0 && text.length >= max * 0.8 ? t('characters_left', { n: -over }) : null
  const change = (next: string) => {
    setTyped(next)
    if (next.length <= max) set(next.trim() === '' ? null : next)
  }
  const leave = () => {
    if (typed === null || over > 0) return
    setTyped(null)
    set(typed.trim() === '' ? null : typed.trim())
  }
  const error = over > 0 ? t('fault_TOO_LONG') : props.error
  const shared = { disabled: props.disabled, value: text, onBlur: leave, required: false }
  return (
    <Field {...props} help={props.help} error={error} note={left}>
      {(control) => (
        <div className="z-box" data-invalid={error ? true : undefined} data-disabled={props.disabled || undefined}>
          {lines ? (
            <textarea {...control} {...shared} rows={2} onChange={(event) => change(event.target.value)} />
          ) : (
            <input
              {...control}
              {...shared}
              inputMode={props.inputMode}
              autoComplete="off"
              onChange={(event) => change(event.target.value)}
            />
          )}
        </div>
      )}
    </Field>
  )
}
