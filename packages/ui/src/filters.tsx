import { Menu } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Icon, IconFilter, IconSearch, IconX } from './icons.tsx'
import { useWords } from './words.tsx'
import './filters.css'

export interface SearchFieldProps {
  readonly label: string
  readonly value: string
  /** Called 250 ms after the last key, with at least two characters or none. */
  readonly onSearch: (text: string) => void
}

/** Text search; `/` goes to it from anywhere in the list. */
export function SearchField({ label, value, onSearch }: SearchFieldProps) {
  const [text, setText] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  const told = useRef(value)
  useEffect(() => {
    if (value !== told.current) setText(value)
    told.current = value
  }, [value])
  useEffect(() => {
    const clean = text.trim()
    if (clean === told.current || clean.length === 1) return
    const timer = setTimeout(() => {
      told.current = clean
      onSearch(clean)
    }, 250)
    return () => clearTimeout(timer)
  }, [text, onSearch])
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const inField =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [role=dialog]')
      if (event.key !== '/' || inField || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      input.current?.focus()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
  return (
    <div className="z-search" role="search">
      <Icon of={IconSearch} />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('')
        }}
      />
    </div>
  )
}

export interface ChipToggleProps {
  readonly label: string
  readonly pressed: boolean
  readonly count?: number | null
  readonly onToggle: () => void
}

export function ChipToggle({ label, pressed, count, onToggle }: ChipToggleProps) {
  return (
    <button type="button" className="z-chip" aria-pressed={pressed} onClick={onToggle}>
      {label}
      {count !== undefined && count !== null && <span className="z-count z-num">{count}</span>}
    </button>
  )
}

export interface FilterField {
  readonly key: string
  readonly label: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
}

export interface FilterBarProps {
  readonly search?: SearchFieldProps
  /** Quick filters, at most six. */
  readonly chips?: ReactNode
  readonly fields?: readonly FilterField[]
  /** How many filters are set, chips included; shown on the phone's folded bar. */
  readonly activeCount?: number
  /** Field → chosen value, as the address has them. */
  readonly value: Readonly<Record<string, string | undefined>>
  readonly onChange: (key: string, value: string | undefined) => void
  /** Shown while anything is filtered. */
  readonly onClear?: (() => void) | undefined
}

function AddFilter({
  fields,
  onChange,
}: {
  readonly fields: readonly FilterField[]
  readonly onChange: FilterBarProps['onChange']
}) {
  const say = useWords()
  return (
    <Menu transitionProps={{ duration: 120 }} position="bottom-start" withinPortal={false} zIndex="var(--z-layer-menu)">
      <Menu.Target>
        <button type="button" className="z-chip" aria-label={say('add_filter')}>
          <Icon of={IconFilter} />
          {say('add_filter')}
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={420} className="z-scroll">
        {fields.map((field) => [
          <Menu.Label key={field.key}>{field.label}</Menu.Label>,
          ...field.options.map((option) => (
            <Menu.Item key={`${field.key}-${option.value}`} onClick={() => onChange(field.key, option.value)}>
              {option.label}
            </Menu.Item>
          )),
        ])}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Search, quick filters, then every other filter as a removable chip. What it shows is what the address says. */
export function FilterBar({ search, chips, fields = [], activeCount = 0, value, onChange, onClear }: FilterBarProps) {
  const say = useWords()
  const id = useId()
  const narrow = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false })
  const [unfolded, setUnfolded] = useState(false)
  const active = fields.flatMap((field) => {
    const chosen = value[field.key]
    const option = field.options.find((one) => one.value === chosen)
    return option ? [{ field, option }] : []
  })
  const open = fields.filter((field) => value[field.key] === undefined)
  const filters = (
    <>
      {chips}
      {active.map(({ field, option }) => (
        <button
          key={field.key}
          type="button"
          className="z-chip"
          data-active
          aria-label={say('remove_filter', { name: `${field.label}: ${option.label}` })}
          onClick={() => onChange(field.key, undefined)}
        >
          {field.label}: {option.label}
          <Icon of={IconX} />
        </button>
      ))}
      {open.length > 0 && <AddFilter fields={open} onChange={onChange} />}
      {onClear && (
        <Button kind="quiet" compact onClick={onClear}>
          {say('clear_filters')}
        </Button>
      )}
    </>
  )
  const foldable = narrow && (chips !== undefined || fields.length > 0)
  return (
    <div className="z-filter-bar">
      {search && <SearchField {...search} />}
      {foldable ? (
        <>
          <button
            type="button"
            className="z-chip z-filter-fold"
            aria-expanded={unfolded}
            aria-controls={id}
            data-active={activeCount > 0 || undefined}
            onClick={() => setUnfolded(!unfolded)}
          >
            <Icon of={IconFilter} />
            {say('filters')}
            {activeCount > 0 && <span className="z-count z-num">{activeCount}</span>}
          </button>
          <div className="z-filter-sheet" id={id} hidden={!unfolded}>
            {filters}
          </div>
        </>
      ) : (
        filters
      )}
    </div>
  )
}

export interface Kpi {
  readonly key: string
  readonly label: string
  /** Null where this person may not see it. */
  readonly value: string | null
  readonly restricted?: string
  readonly tone?: 'red' | 'amber'
  readonly pressed?: boolean
  readonly onToggle?: () => void
}

/** At most seven numbers under the same filter, each a toggle. */
export function KpiStrip({
  label,
  items,
  asOf,
}: {
  readonly label: string
  readonly items: readonly Kpi[]
  readonly asOf?: string
}) {
  return (
    <div className="z-kpis" role="group" aria-label={label} title={asOf}>
      {items.slice(0, 7).map((kpi) => (
        <button
          key={kpi.key}
          type="button"
          className="z-kpi"
          data-tone={kpi.tone}
          aria-pressed={kpi.pressed ?? false}
          title={kpi.value === null ? kpi.restricted : asOf}
          onClick={kpi.onToggle}
        >
          <strong>{kpi.value ?? '–'}</strong>
          <span>{kpi.label}</span>
        </button>
      ))}
    </div>
  )
}
