import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useMemo, useRef, useState, type CSSProperties, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { useGridKeys } from './data-grid-keys.tsx'
import { Icon, IconArrowDown, IconArrowUp } from './icons.tsx'
import { SkeletonRows } from './states.tsx'
import { useWords } from './words.tsx'
import './grid.css'

export interface GridColumn<Row> {
  readonly key: string
  readonly header: string
  /** Plain elements only: no Mantine part may be mounted inside a row. */
  readonly cell: (row: Row) => ReactNode
  /** CSS pixels; the column with `grow` takes what is left. */
  readonly width: number
  readonly grow?: boolean
  readonly align?: 'start' | 'end'
  readonly sortable?: boolean
  /** The first click sorts downwards: newest or largest first. */
  readonly descFirst?: boolean
  /** Left out when the window is narrower than so many pixels. */
  readonly from?: number
}
export interface GridSort {
  readonly key: string
  readonly direction: 'asc' | 'desc'
}
export interface DataGridProps<Row> {
  readonly label: string
  readonly columns: readonly GridColumn<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  /** The row's name for people: its code. */
  readonly rowName: (row: Row) => string
  readonly state: 'loading' | 'ready' | 'error'
  /** Shown instead of rows when the state is `error`. */
  readonly error?: ReactNode
  /** Nothing here at all, or nothing under this filter. */
  readonly empty: ReactNode
  readonly onOpen: (row: Row) => void
  readonly onPreview?: ((row: Row) => void) | undefined
  readonly previewKey?: string | null
  readonly sort?: GridSort | undefined
  readonly onSort?: ((sort: GridSort) => void) | undefined
  readonly selection?: ReadonlySet<string> | undefined
  readonly onSelection?: ((selection: ReadonlySet<string>) => void) | undefined
  /** Shown at the bottom while rows are selected. */
  readonly bulk?: ReactNode
  /** Absent when the end is reached. */
  readonly onMore?: (() => void) | undefined
  readonly loadingMore?: boolean
  /** Two or three lines instead of columns below 768 px. */
  readonly card?: (row: Row) => ReactNode
  /** Single keys of the page, with the row they mean. */
  readonly onKey?: ((key: string, row: Row) => boolean) | undefined
  /** First row to stand on, by key: where one came from. */
  readonly activeKey?: string | null
}

/** More rows than this are not held: the filter should be narrowed. */
export const MAX_ROWS = 10_000
/** The next page is asked for so many rows before the end. */
const AHEAD = 40
const CARD_HEIGHT = 76
const CHECK_WIDTH = 36

interface RowProps<Row> {
  readonly row: Row
  readonly index: number
  readonly columns: readonly GridColumn<Row>[]
  readonly selected: boolean | undefined
  readonly active: boolean
  readonly preview: boolean
  readonly start: number
  readonly height: number
  readonly card: ((row: Row) => ReactNode) | undefined
  readonly selectLabel: string
  readonly act: (what: 'open' | 'select' | 'stand' | 'point', index: number) => void
}

const isControl = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('a, button, input') !== null

function PlainRow<Row>(props: RowProps<Row>) {
  const { row, index, columns, selected, active, preview, start, height, card, act } = props
  // Set through the style object model, so no inline style attribute is parsed.
  const place: CSSProperties = { transform: `translateY(${start}px)`, blockSize: height }
  return (
    <div
      role="row"
      className={card ? 'z-grid-row' : 'z-grid-row z-grid-line'}
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      data-select={selected !== undefined || undefined}
      data-preview={preview || undefined}
      tabIndex={active ? 0 : -1}
      style={place}
      onFocus={() => act('stand', index)}
      onClick={(event) => {
        if (!isControl(event.target) && !card) act('point', index)
      }}
      onDoubleClick={(event) => {
        if (!isControl(event.target)) act('open', index)
      }}
    >
      {selected !== undefined && !card && (
        <div role="gridcell">
          <input
            type="checkbox"
            tabIndex={-1}
            checked={selected}
            aria-label={props.selectLabel}
            onChange={() => act('select', index)}
          />
        </div>
      )}
      {card ? (
        <div role="gridcell" className="z-grid-card" onClick={() => act('open', index)}>
          {card(row)}
        </div>
      ) : (
        columns.map((column) => (
          <div key={column.key} role="gridcell" data-align={column.align}>
            {column.cell(row)}
          </div>
        ))
      )}
    </div>
  )
}
// Cast: memo loses the row's type parameter; the props stay the same.
const GridRow = memo(PlainRow) as typeof PlainRow

interface HeadProps<Row> {
  readonly columns: readonly GridColumn<Row>[]
  readonly sort: GridSort | undefined
  readonly onSort: ((sort: GridSort) => void) | undefined
  readonly selectAll: ReactNode
}

function GridHead<Row>({ columns, sort, onSort, selectAll }: HeadProps<Row>) {
  return (
    <div role="row" className="z-grid-head z-grid-line" aria-rowindex={1} data-select={selectAll ? true : undefined}>
      {selectAll && <div role="columnheader">{selectAll}</div>}
      {columns.map((column) => {
        const direction = sort?.key === column.key ? sort.direction : undefined
        const first = column.descFirst ? 'desc' : 'asc'
        const next = direction === undefined ? first : direction === 'asc' ? 'desc' : 'asc'
        return (
          <div
            key={column.key}
            role="columnheader"
            data-align={column.align}
            {...(direction
              ? { 'aria-sort': direction === 'asc' ? ('ascending' as const) : ('descending' as const) }
              : {})}
          >
            {column.sortable && onSort ? (
              <button
                type="button"
                tabIndex={-1}
                onClick={() => onSort({ key: column.key, direction: next })}
                onKeyDown={(event) => {
                  if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
                  onSort({ key: column.key, direction: event.key === 'ArrowUp' ? 'asc' : 'desc' })
                }}
              >
                {column.header}
                {direction && <Icon of={direction === 'asc' ? IconArrowUp : IconArrowDown} />}
              </button>
            ) : (
              column.header
            )}
          </div>
        )
      })}
    </div>
  )
}

function useWindowWidth(): number {
  const [width, setWidth] = useState(window.innerWidth)
  useEffect(() => {
    const listen = () => setWidth(window.innerWidth)
    window.addEventListener('resize', listen)
    return () => window.removeEventListener('resize', listen)
  }, [])
  return width
}

/** How rows are laid out here and now: cards on a phone, else columns that fit the window. */
function useLayout<Row>(props: DataGridProps<Row>) {
  const { columns: declared, selection } = props
  const narrow = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false })
  const touch = useMediaQuery('(pointer: coarse)', false, { getInitialValueInEffect: false })
  const width = useWindowWidth()
  const card = narrow ? props.card : undefined
  const columns = useMemo(() => declared.filter((column) => (column.from ?? 0) <= width), [declared, width])
  const lead = selection ? CHECK_WIDTH : 0
  const tracks = columns.map((column) => (column.grow ? `minmax(${column.width}px, 1fr)` : `${column.width}px`))
  const least = columns.reduce((sum, column) => sum + column.width, lead)
  const style = {
    '--z-columns-template': [...(lead > 0 ? [`${lead}px`] : []), ...tracks].join(' '),
    '--z-columns-min': card ? '0' : `${least}px`,
  } as CSSProperties // Cast: CSSProperties has no custom properties.
  const rowHeight = touch ? 44 : 32
  const columnCount = columns.length + (selection ? 1 : 0)
  return { card, columns, style, height: card ? CARD_HEIGHT : rowHeight, columnCount: card ? 1 : columnCount }
}

interface MoreInput {
  readonly onMore: (() => void) | undefined
  readonly loadingMore: boolean
  readonly last: number
  readonly count: number
}

/** Asks for the next page some rows before the end. */
function useMore({ onMore, loadingMore, last, count }: MoreInput): void {
  const wanted = onMore !== undefined && !loadingMore && count < MAX_ROWS && last >= count - AHEAD
  useEffect(() => {
    if (wanted) onMore?.()
  }, [wanted, onMore])
}

function SelectAll<Row>({ rows, rowKey, selection, onSelection }: DataGridProps<Row>) {
  const say = useWords()
  if (!selection || !onSelection) return null
  const all = selection.size >= rows.length
  return (
    <input
      type="checkbox"
      tabIndex={-1}
      checked={all}
      aria-label={say('select_all')}
      onChange={() => onSelection(all ? new Set() : new Set(rows.map(rowKey)))}
    />
  )
}

/** How many rows, or while some are selected what can be done with them. */
function GridFoot<Row>({ rows, selection, onSelection, onMore, loadingMore, bulk }: DataGridProps<Row>) {
  const say = useWords()
  if (selection && selection.size > 0 && onSelection)
    return (
      <div className="z-bulk" role="region" aria-label={say('selected', { n: selection.size })}>
        <strong>{say('selected', { n: selection.size })}</strong>
        {bulk}
        <Button kind="quiet" compact onClick={() => onSelection(new Set())}>
          {say('clear_selection')}
        </Button>
      </div>
    )
  return (
    <div className="z-grid-foot">
      <span className="z-num">
        {rows.length}
        {onMore ? '+' : ''} {say('rows').toLowerCase()}
      </span>
      {rows.length >= MAX_ROWS && onMore && <span>{say('narrow_filter', { n: MAX_ROWS })}</span>}
      {loadingMore && <span>{say('loading')}</span>}
    </div>
  )
}

/** A keyset list as a real grid: one tab stop, rows roving, at most about sixty rows in the document. */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  if (props.state === 'error') return <div className="z-grid-error">{props.error}</div>
  if (props.state === 'ready' && props.rows.length > 0) return <FilledGrid {...props} />
  const waiting = <SkeletonRows rows={10} columns={Math.min(props.columns.length, 6)} />
  return <div className="z-grid">{props.state === 'loading' ? waiting : props.empty}</div>
}

function FilledGrid<Row>(props: DataGridProps<Row>) {
  const { rows, rowKey, rowName, selection, onMore, loadingMore = false } = props
  const say = useWords()
  const scroll = useRef<HTMLDivElement>(null)
  const { card, columns, style, height, columnCount } = useLayout(props)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    overscan: 8,
    scrollPaddingStart: card ? 0 : 36,
  })
  useEffect(() => virtual.measure(), [virtual, height])
  const keys = useGridKeys({ ...props, scroll, scrollTo: (index) => virtual.scrollToIndex(index) })
  const items = virtual.getVirtualItems()
  useMore({ onMore, loadingMore, last: items.at(-1)?.index ?? -1, count: rows.length })
  const selectAll = selection ? <SelectAll {...props} /> : null
  const drawRow = ({ index, start }: { readonly index: number; readonly start: number }) => {
    const row = rows[index]
    if (row === undefined) return null
    const key = rowKey(row)
    return (
      <GridRow
        key={key}
        row={row}
        index={index}
        columns={columns}
        selected={selection?.has(key)}
        active={index === keys.active}
        preview={props.previewKey === key}
        start={start}
        height={height}
        card={card}
        selectLabel={say('select_row', { name: rowName(row) })}
        act={keys.act}
      />
    )
  }
  return (
    <div className="z-grid">
      <div ref={scroll} className="z-grid-scroll" style={style}>
        <div
          role="grid"
          aria-label={props.label}
          aria-rowcount={onMore ? -1 : rows.length + 1}
          aria-colcount={columnCount}
          aria-multiselectable={selection ? true : undefined}
          onKeyDown={keys.onKeyDown}
        >
          {!card && <GridHead columns={columns} sort={props.sort} onSort={props.onSort} selectAll={selectAll} />}
          <div className="z-grid-body" role="rowgroup" style={{ blockSize: virtual.getTotalSize() }}>
            {items.map(drawRow)}
          </div>
        </div>
      </div>
      <GridFoot {...props} />
    </div>
  )
}
