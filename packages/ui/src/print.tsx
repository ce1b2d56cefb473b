import { useEffect, useState, type ReactNode } from 'react'
import { createPortal, flushSync } from 'react-dom'
import { useFormats } from './formats.tsx'
import { useWords } from './words.tsx'
import './print.css'

export interface PrintColumn<Row> {
  readonly header: string
  readonly text: (row: Row) => string
  readonly align?: 'start' | 'end'
}
export interface PrintTableProps<Row> {
  readonly firm: string
  readonly title: string
  readonly columns: readonly PrintColumn<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
}

/** Since when the browser prints, else null: the table exists only then, so that the screen pays nothing for it. */
function usePrinting(): string | null {
  const [printing, setPrinting] = useState<string | null>(null)
  useEffect(() => {
    const before = () => flushSync(() => setPrinting(new Date().toISOString()))
    const after = () => setPrinting(null)
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
    return () => {
      window.removeEventListener('beforeprint', before)
      window.removeEventListener('afterprint', after)
    }
  }, [])
  return printing
}

/** A list on paper: every loaded row as a plain table under firm, title and time; the screen's own parts stay away. */
export function PrintTable<Row>({ firm, title, columns, rows, rowKey }: PrintTableProps<Row>): ReactNode {
  const say = useWords()
  const formats = useFormats()
  const asOf = usePrinting()
  if (asOf === null) return null
  return createPortal(
    <div className="z-print">
      <header>
        <span>{firm}</span>
        <h1>{title}</h1>
        <span>{say('print_rows', { n: rows.length, time: formats.instant(asOf) })}</span>
      </header>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.header} scope="col" data-align={column.align}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.header} data-align={column.align}>
                  {column.text(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>,
    document.body,
  )
}

export interface PrintSheetProps {
  readonly title: string
  readonly note: string
  readonly children: ReactNode
}

/** One sheet with a heading, alone on paper; the page it belongs to stays away. */
export function PrintSheet({ title, note, children }: PrintSheetProps): ReactNode {
  if (usePrinting() === null) return null
  return createPortal(
    <div className="z-print">
      <header>
        <h1>{title}</h1>
        <span>{note}</span>
      </header>
      {children}
    </div>,
    document.body,
  )
}
