import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'

/** What the keys of a grid need to know of it. */
export interface GridKeysInput<Row> {
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly onOpen: (row: Row) => void
  readonly onPreview?: ((row: Row) => void) | undefined
  readonly previewKey?: string | null
  readonly selection?: ReadonlySet<string> | undefined
  readonly onSelection?: ((selection: ReadonlySet<string>) => void) | undefined
  readonly onKey?: ((key: string, row: Row) => boolean) | undefined
  readonly activeKey?: string | null
  readonly scroll: RefObject<HTMLElement | null>
  readonly scrollTo: (index: number) => void
}

const PAGE = 15

/** Where a moving key leads from a row; null for any other key. */
export function targetOf(key: string, from: number, count: number): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    j: from + 1,
    ArrowUp: from - 1,
    k: from - 1,
    PageDown: from + PAGE,
    PageUp: from - PAGE,
    Home: 0,
    End: count - 1,
  }
  const target = targets[key]
  return target === undefined ? null : Math.min(Math.max(target, 0), count - 1)
}

const toggled = (selection: ReadonlySet<string>, key: string): ReadonlySet<string> => {
  const next = new Set(selection)
  if (!next.delete(key)) next.add(key)
  return next
}

const isChord = (event: KeyboardEvent): boolean => event.ctrlKey || event.metaKey || event.altKey

/** What a key does to selection; undefined where nothing can be selected. */
function selectingActs<Row>(input: GridKeysInput<Row>, row: Row): Readonly<Record<string, () => void>> {
  const { rows, rowKey, selection, onSelection } = input
  if (!selection || !onSelection) return {}
  return {
    x: () => onSelection(toggled(selection, rowKey(row))),
    'Ctrl a': () => onSelection(new Set(rows.map(rowKey))),
    ...(selection.size > 0 ? { Escape: () => onSelection(new Set()) } : {}),
  }
}

/** The grid's own act of a key, if it has one now. */
function actOf<Row>(event: KeyboardEvent, input: GridKeysInput<Row>, row: Row): (() => void) | undefined {
  const { onOpen, onPreview } = input
  const acts: Readonly<Record<string, () => void>> = {
    Enter: () => onOpen(row),
    ...(onPreview ? { ' ': () => onPreview(row) } : {}),
    ...selectingActs(input, row),
  }
  return acts[event.ctrlKey || event.metaKey ? `Ctrl ${event.key}` : event.key]
}

/** One tab stop for the whole grid; the standing row moves by keys and the page's single keys act on it. */
export function useGridKeys<Row>(input: GridKeysInput<Row>) {
  const latest = useRef(input)
  latest.current = input
  const found = input.activeKey ? input.rows.findIndex((row) => input.rowKey(row) === input.activeKey) : -1
  const [standing, setStanding] = useState(Math.max(found, 0))
  const active = Math.min(standing, Math.max(input.rows.length - 1, 0))
  // Coming back to a list puts view and focus on the row one left from.
  const wantFocus = useRef(found >= 0)

  useEffect(() => {
    if (!wantFocus.current) return
    wantFocus.current = false
    latest.current.scrollTo(active)
    // A row far away is mounted by the scroll first.
    const frame = requestAnimationFrame(() => {
      latest.current.scroll.current
        ?.querySelector<HTMLElement>(`[data-index="${active}"]`)
        ?.focus({ preventScroll: true })
    })
    return () => cancelAnimationFrame(frame)
  }, [active])

  const act = useCallback((what: 'open' | 'select' | 'stand' | 'point', index: number) => {
    const { rows, rowKey, onOpen, onPreview, previewKey, selection, onSelection } = latest.current
    const row = rows[index]
    if (row === undefined) return
    setStanding(index)
    if (what === 'open') onOpen(row)
    // A second click leaves the preview open: it may be the first half of a double click.
    else if (what === 'point' && onPreview && previewKey !== rowKey(row)) onPreview(row)
    else if (what === 'select' && selection && onSelection) onSelection(toggled(selection, rowKey(row)))
  }, [])

  function move(target: number, extend: boolean): void {
    const { rows, rowKey, selection, onSelection, onPreview, previewKey } = input
    wantFocus.current = target !== active
    setStanding(target)
    const row = rows[target]
    if (row === undefined) return
    if (extend && selection && onSelection) onSelection(new Set([...selection, rowKey(row)]))
    // An open preview moves along.
    if (previewKey && onPreview) onPreview(row)
  }

  /** True when the key did something here. */
  function actKey(event: KeyboardEvent, row: Row): boolean {
    const act = actOf(event, input, row)
    act?.()
    if (act) return true
    return !isChord(event) && (input.onKey?.(event.key, row) ?? false)
  }

  function onKeyDown(event: KeyboardEvent): void {
    const row = input.rows[active]
    const onRow = event.target instanceof HTMLElement && event.target.getAttribute('role') === 'row'
    if (row === undefined || !onRow) return
    const target =
      event.ctrlKey || event.metaKey || event.altKey ? null : targetOf(event.key, active, input.rows.length)
    if (target !== null) move(target, event.shiftKey)
    else if (!actKey(event, row)) return
    event.preventDefault()
  }

  return { active, act, onKeyDown }
}
