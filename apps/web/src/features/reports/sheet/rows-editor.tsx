import { Button, IconButton } from '@zenops/ui/button'
import { useFormats } from '@zenops/ui/formats'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@zenops/ui/icons'
import type { Fields, Rows } from '@zenops/contracts/report-nodes'
import { useMemo, type ClipboardEvent, type ReactNode } from 'react'
import { usePreferredUnit } from '../fields/measure-fields.tsx'
import { fieldId } from '../model/form-sections.ts'
import { readTable } from '../model/tsv.ts'
import { useField, useForm } from '../model/use-draft.ts'
import { t } from '../texts.ts'
import { Cell } from './cells.tsx'
import {
  MAX_ROWS,
  columnsOf,
  movedRow,
  pasteCells,
  rowsOf,
  withCell,
  withoutRow,
  type Column,
  type Readers,
  type Row,
} from './rows-model.ts'

/** A figure that the rules make of a row. */
export interface ComputedColumn {
  readonly key: string
  readonly label: string
  readonly text: (at: number) => string
}

export interface RowsEditorProps {
  readonly node: Rows<Fields>
  readonly path: string
  readonly label: string
  readonly computed?: readonly ComputedColumn[]
  /** What the rules make of an empty cell, shown greyed in it. */
  readonly placeholder?: (column: string, at: number) => string | undefined
  readonly addLabel?: string
  /** Under the table: the total. */
  readonly foot?: ReactNode
  readonly hideLabel?: boolean
}

function useReaders(): Readers {
  const formats = useFormats()
  const unit = usePreferredUnit()
  return useMemo(
    () => ({
      decimal: formats.parseDecimal,
      rupees(text) {
        const read = formats.parseMoney(text)
        return read.ok ? formats.paiseToRupees(read.paise) : null
      },
      day(text) {
        const read = formats.parseDay(text)
        return read.ok ? read.day : null
      },
      unit,
    }),
    [formats, unit],
  )
}

interface LineProps {
  readonly row: Row
  readonly at: number
  readonly count: number
  readonly columns: readonly Column[]
  readonly editor: RowsEditorProps
  readonly locked: boolean
  readonly change: (rows: (before: readonly Row[]) => readonly Row[], finished: boolean) => void
}

function Line({ row, at, count, columns, editor, locked, change }: LineProps) {
  const named = (what: string) => t('cell_name', { column: what, row: at + 1 })
  return (
    <tr>
      <th scope="row" className="rp-row-no z-num">
        {at + 1}
      </th>
      {columns.map((column) => (
        <td key={column.key} data-label={column.label} data-kind={column.kind} data-column={column.key}>
          <Cell
            column={column}
            name={named(column.label)}
            value={row[column.key] ?? null}
            disabled={locked}
            placeholder={editor.placeholder?.(column.key, at)}
            preview={(value) => value !== undefined && change((rows) => withCell(rows, at, [column.key, value]), false)}
            set={(value) => change((rows) => withCell(rows, at, [column.key, value]), true)}
          />
        </td>
      ))}
      {editor.computed?.map((column) => (
        <td key={column.key} data-label={column.label} className="rp-computed z-num">
          {column.text(at)}
        </td>
      ))}
      {!locked && (
        <td className="rp-row-acts">
          <IconButton
            icon={IconArrowUp}
            compact
            label={t('row_up', { row: at + 1 })}
            disabled={at === 0}
            onClick={() => change((rows) => movedRow(rows, at, -1), true)}
          />
          <IconButton
            icon={IconArrowDown}
            compact
            label={t('row_down', { row: at + 1 })}
            disabled={at === count - 1}
            onClick={() => change((rows) => movedRow(rows, at, 1), true)}
          />
          <IconButton
            icon={IconTrash}
            compact
            label={t('row_remove', { row: at + 1 })}
            onClick={() => change((rows) => withoutRow(rows, at), true)}
          />
        </td>
      )}
    </tr>
  )
}

const place = (target: EventTarget): { row: number; column: string } | null => {
  const cell = target instanceof Element ? target.closest('td') : null
  const line = cell?.closest('tr')
  const column = cell?.dataset['column']
  return cell && line && column ? { row: line.rowIndex - 1, column } : null
}

/** A list as a sheet: cells, rows that move, paste from a spreadsheet, what the rules make of each row. */
export function RowsEditor(props: RowsEditorProps) {
  const { node, path, label, computed = [] } = props
  const { locked } = useForm()
  const { value, set, preview } = useField(path)
  const readers = useReaders()
  const columns = useMemo(() => columnsOf(node), [node])
  const rows = rowsOf(value)
  const change: LineProps['change'] = (next, finished) => {
    const after = next(rows)
    if (finished) set(after.length > 0 ? after : null)
    else preview(after)
  }
  const paste = (event: ClipboardEvent) => {
    const cells = readTable(event.clipboardData.getData('text'))
    const from = place(event.target)
    const column = columns.findIndex(({ key }) => key === from?.column)
    if (locked || cells.length === 0 || !from || column < 0) return
    event.preventDefault()
    set(pasteCells(rows, columns, { cells, row: from.row, column, readers }))
  }
  return (
    <div className="rp-rows" id={fieldId(path)} tabIndex={-1}>
      {!props.hideLabel && <div className="z-label">{label}</div>}
      {rows.length > 0 && (
        <div className="rp-scroll" role="region" aria-label={label} tabIndex={0}>
          <table className="rp-sheet" onPaste={paste}>
            <thead>
              <tr>
                <td className="rp-row-no" />
                {columns.map((column) => (
                  <th key={column.key} scope="col" data-kind={column.kind}>
                    {column.label}
                    {column.suffix && <small> {column.suffix}</small>}
                  </th>
                ))}
                {computed.map((column) => (
                  <th key={column.key} scope="col" data-kind="money">
                    {column.label}
                  </th>
                ))}
                {!locked && <td />}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                // Rows have no identity of their own: their place is what they are.
                <Line
                  key={at}
                  row={row}
                  at={at}
                  count={rows.length}
                  columns={columns}
                  editor={props}
                  locked={locked}
                  change={change}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="rp-rows-foot">
        {!locked && (
          <Button
            compact
            icon={IconPlus}
            unmet={rows.length >= MAX_ROWS ? t('rows_full', { n: MAX_ROWS }) : null}
            aria-label={props.addLabel ?? t('add_row_to', { list: label })}
            onClick={() => preview([...rows, {}])}
          >
            {props.addLabel ?? t('add_row')}
          </Button>
        )}
        {props.foot}
      </div>
    </div>
  )
}
