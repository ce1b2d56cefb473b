import type { Json } from '@zenops/client/merge-patch'
import { useFormats } from '@zenops/ui/formats'
import { useId, useState, type ReactNode } from 'react'
import { useTyping, type Parse } from '../fields/live-inputs.tsx'
import { UnitSelect, useMeasure } from '../fields/measure-fields.tsx'
import { numberText, readFigure } from '../model/measure.ts'
import { word } from '../texts.ts'
import type { Column } from './rows-model.ts'

export interface CellProps {
  readonly column: Column
  /** Column and row for readers: `Plinth area, row 2`. */
  readonly name: string
  readonly value: Json
  readonly disabled: boolean
  readonly placeholder?: string | undefined
  readonly preview: (value: Json | undefined) => void
  readonly set: (value: Json) => void
}

/** One cell of a list, by what its column holds. */
export function Cell(props: CellProps) {
  switch (props.column.kind) {
    case 'area':
    case 'rate':
      return <MeasureCell {...props} kind={props.column.kind} />
    case 'enum':
      return <ChoiceCell {...props} />
    case 'text':
      return <TextCell {...props} />
    case 'date':
    case 'money':
    case 'number':
      return <FigureCell {...props} />
  }
}

function TextCell({ name, value, disabled, preview, set }: CellProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const stored = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return (
    <input
      className="rp-cell"
      aria-label={name}
      autoComplete="off"
      maxLength={200}
      disabled={disabled}
      value={typed ?? stored}
      onChange={(event) => {
        setTyped(event.target.value)
        preview(event.target.value.trim() || null)
      }}
      onBlur={() => {
        if (typed === null) return
        setTyped(null)
        set(typed.trim() || null)
      }}
    />
  )
}

function ChoiceCell({ column, name, value, disabled, set }: CellProps) {
  return (
    <select
      className="rp-cell"
      aria-label={name}
      disabled={disabled}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => set(event.target.value || null)}
    >
      <option value="">–</option>
      {column.options.map((one) => (
        <option key={one} value={one}>
          {word(one)}
        </option>
      ))}
    </select>
  )
}

/** How the text of a figure or a day is read and written in a cell. */
function useCellText(column: Column): { parse: Parse; show: (value: Json) => string } {
  const formats = useFormats()
  const rule = column.rule ?? { decimals: 4, min: 0 }
  const exactOf = (text: string): string | null => {
    if (column.kind !== 'money') return formats.parseDecimal(text)
    const read = formats.parseMoney(text)
    return read.ok ? formats.paiseToRupees(read.paise) : null
  }
  return {
    parse(text) {
      if (text.trim() === '') return null
      const exact = exactOf(text)
      return exact === null ? { ok: false, reason: 'NOT_A_NUMBER' } : readFigure(exact, rule)
    },
    show(value) {
      const plain = numberText(value)
      return plain === null ? '' : formats.decimal(plain)
    },
  }
}

function FigureCell(props: CellProps) {
  if (props.column.kind === 'date') return <DayCell {...props} />
  return <NumberCell {...props} />
}

interface TypedCellProps extends Pick<CellProps, 'name' | 'disabled' | 'placeholder'> {
  readonly field: Pick<ReturnType<typeof useTyping>, 'text' | 'fault' | 'type' | 'leave'>
  /** The unit beside the figure. */
  readonly unit?: ReactNode
}

/** A figure as it is typed, and beneath it why it is none. */
function TypedCell({ field, name, disabled, placeholder, unit }: TypedCellProps) {
  const id = useId()
  const input = (
    <input
      className="rp-cell z-num"
      aria-label={name}
      aria-invalid={field.fault ? true : undefined}
      aria-describedby={field.fault ? id : undefined}
      inputMode="decimal"
      autoComplete="off"
      disabled={disabled}
      placeholder={placeholder}
      value={field.text}
      onChange={(event) => field.type(event.target.value)}
      onBlur={field.leave}
    />
  )
  return (
    <>
      {unit === undefined ? (
        input
      ) : (
        <span className="rp-cell-measure">
          {input}
          {unit}
        </span>
      )}
      {field.fault && (
        <span id={id} className="rp-cell-fault">
          {field.fault}
        </span>
      )}
    </>
  )
}

function NumberCell({ column, name, value, disabled, placeholder, preview, set }: CellProps) {
  const { parse, show } = useCellText(column)
  const field = useTyping(show(value), { preview, set }, parse)
  return <TypedCell {...{ field, name, disabled, placeholder }} />
}

function DayCell({ name, value, disabled, set }: CellProps) {
  const formats = useFormats()
  const [typed, setTyped] = useState<string | null>(null)
  const stored = typeof value === 'string' ? formats.day(value) : ''
  const leave = () => {
    if (typed === null) return
    const read = formats.parseDay(typed)
    if (!read.ok && read.reason !== 'empty') return
    setTyped(null)
    set(read.ok ? read.day : null)
  }
  return (
    <input
      className="rp-cell"
      aria-label={name}
      autoComplete="off"
      disabled={disabled}
      value={typed ?? stored}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={leave}
    />
  )
}

function MeasureCell({ name, value, disabled, kind, preview, set }: CellProps & { readonly kind: 'area' | 'rate' }) {
  const { field, unit, setUnit } = useMeasure(value, kind, { preview, set })
  const select = <UnitSelect label={name} unit={unit} rate={kind === 'rate'} disabled={disabled} onChange={setUnit} />
  return <TypedCell {...{ field, name, disabled }} unit={select} />
}
