import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import './matrix.css'

export interface MatrixColumn {
  readonly key: string
  readonly header: string
  /** Under the header: how many people. */
  readonly note?: string
}
export interface MatrixRow {
  readonly key: string
  readonly label: string
  readonly hint?: string
}
export interface MatrixGroup {
  readonly label: string
  readonly rows: readonly MatrixRow[]
}
export interface MatrixCell {
  readonly text: string
  /** Read out after the text: overridden, waits for approval. */
  readonly note?: string
  readonly tone: 'wide' | 'middle' | 'narrow' | 'none'
  readonly marked?: boolean
  readonly pending?: boolean
  /** Nothing happens on Enter. */
  readonly fixed?: boolean
}

export interface MatrixProps {
  readonly label: string
  readonly corner: string
  readonly columns: readonly MatrixColumn[]
  readonly groups: readonly MatrixGroup[]
  readonly cellOf: (row: string, column: string) => MatrixCell
  readonly onChoose: (row: string, column: string) => void
}

const STEPS: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  PageDown: [10, 0],
  PageUp: [-10, 0],
}

interface Place {
  readonly row: number
  readonly column: number
}

/** Where a key leads; null when it leads nowhere. */
function placeAfter(event: KeyboardEvent, at: Place, size: Place): Place | null {
  const within = (value: number, count: number): number => Math.min(Math.max(value, 0), count - 1)
  if (event.key === 'Home') return { ...at, column: 0 }
  if (event.key === 'End') return { ...at, column: size.column - 1 }
  const step = STEPS[event.key]
  if (!step) return null
  return { row: within(at.row + step[0], size.row), column: within(at.column + step[1], size.column) }
}

/** Rows by groups against columns, every cell a small choice: one tab stop, arrows move, Enter chooses. */
export function Matrix({ label, corner, columns, groups, cellOf, onChoose }: MatrixProps) {
  const [at, setAt] = useState<Place>({ row: 0, column: 0 })
  const table = useRef<HTMLTableElement>(null)
  const rows = groups.flatMap((group) => group.rows)
  const here: Place = { row: Math.min(at.row, rows.length - 1), column: Math.min(at.column, columns.length - 1) }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = placeAfter(event, here, { row: rows.length, column: columns.length })
    if (!next) return
    event.preventDefault()
    setAt(next)
    table.current?.querySelector<HTMLElement>(`[data-place="${next.row}-${next.column}"]`)?.focus()
  }
  const cell = (row: MatrixRow, column: MatrixColumn, place: Place): ReactNode => {
    const { text, note, tone, marked, pending, fixed } = cellOf(row.key, column.key)
    return (
      <td key={column.key} role="gridcell" data-marked={marked || undefined} data-pending={pending || undefined}>
        <button
          type="button"
          data-tone={tone}
          data-place={`${place.row}-${place.column}`}
          tabIndex={place.row === here.row && place.column === here.column ? 0 : -1}
          aria-disabled={fixed || undefined}
          title={note}
          aria-label={`${row.label}, ${column.header}: ${[text, note].filter(Boolean).join(', ')}`}
          onFocus={() => setAt(place)}
          onClick={() => onChoose(row.key, column.key)}
        >
          {text}
        </button>
      </td>
    )
  }
  return (
    <div className="z-matrix">
      {/* The roles are said once more because a grid's arrow keys are ours, not the table's. */}
      <table role="grid" aria-label={label} ref={table} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map((column) => (
              <th key={column.key} scope="col">
                {column.header}
                {column.note && <small>{column.note}</small>}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.label}>
            <tr className="z-matrix-group">
              <th scope="rowgroup" colSpan={columns.length + 1}>
                <span>{group.label}</span>
              </th>
            </tr>
            {group.rows.map((row) => (
              <tr key={row.key}>
                <th scope="row" title={row.hint}>
                  {row.label}
                </th>
                {columns.map((column, index) => cell(row, column, { row: rows.indexOf(row), column: index }))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}
