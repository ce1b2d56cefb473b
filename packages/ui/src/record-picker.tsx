import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useAnnounce } from './announcer.tsx'
import { Field, type FieldProps } from './field.tsx'
import { Icon, IconCircleCheck, IconX } from './icons.tsx'
import { useWords } from './words.tsx'

export interface RecordOption {
  readonly id: string
  readonly name: string
  /** City, IFSC … */
  readonly line?: string
  readonly verified?: boolean
  readonly badge?: ReactNode
}

export interface RecordPickerProps extends FieldProps {
  readonly value: RecordOption | null
  readonly onChange: (record: RecordOption | null) => void
  /** Called with '' when opened: recent and verified ones first. */
  readonly search: (text: string, signal: AbortSignal) => Promise<readonly RecordOption[]>
  /** Offers "Create ‹text›" as the last line. */
  readonly onCreate?: ((text: string) => void) | undefined
}

type Found =
  | { readonly state: 'searching' | 'failed' }
  | { readonly state: 'found'; readonly options: readonly RecordOption[] }

function useSearch(open: boolean, text: string, search: RecordPickerProps['search']): Found {
  const [found, setFound] = useState<Found>({ state: 'searching' })
  const say = useWords()
  const announce = useAnnounce()
  const latest = useRef({ search, announce, say })
  latest.current = { search, announce, say }
  useEffect(() => {
    if (!open) return
    const stop = new AbortController()
    const timer = setTimeout(
      () => {
        latest.current.search(text, stop.signal).then(
          (options) => {
            if (stop.signal.aborted) return
            setFound({ state: 'found', options })
            latest.current.announce(latest.current.say('results', { n: options.length }))
          },
          () => {
            if (!stop.signal.aborted) setFound({ state: 'failed' })
          },
        )
      },
      text === '' ? 0 : 150,
    )
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [open, text])
  return found
}

/** An editable combobox over records (APG): type to search, arrows to move, Enter to take, Esc to leave. */
export function RecordPicker(props: RecordPickerProps) {
  const { value, onChange, search, onCreate } = props
  const say = useWords()
  const list = useId()
  const [open, setOpen] = useState(false)
  const [text, setText] = useState<string | null>(null)
  const [active, setActive] = useState(0)
  const query = text?.trim() ?? ''
  const found = useSearch(open, query, search)
  const options = found.state === 'found' ? found.options : []
  const creatable = onCreate !== undefined && query.length >= 2
  const count = options.length + (creatable ? 1 : 0)

  const current = open && count > 0 ? `${list}-${active}` : undefined
  const chosen = value?.name ?? ''

  function take(index: number): void {
    const option = options[index]
    if (option) onChange(option)
    else if (creatable) onCreate?.(query)
    setOpen(false)
    setText(null)
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape' && open) {
      event.stopPropagation()
      setOpen(false)
      setText(null)
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!open) setOpen(true)
      else if (count > 0) setActive((active + (event.key === 'ArrowDown' ? 1 : count - 1)) % count)
    } else if (event.key === 'Enter' && open && count > 0) {
      event.preventDefault()
      take(active)
    }
  }
  return (
    <Field {...props}>
      {(control) => (
        <div className="z-combobox">
          <div className="z-box" data-invalid={control['aria-invalid']} data-disabled={control.disabled}>
            <input
              {...control}
              role="combobox"
              autoComplete="off"
              aria-expanded={open}
              aria-controls={list}
              aria-autocomplete="list"
              aria-activedescendant={current}
              value={text ?? chosen}
              onFocus={(event) => event.target.select()}
              onClick={() => setOpen(true)}
              onChange={(event) => {
                setText(event.target.value)
                setActive(0)
                setOpen(true)
              }}
              onKeyDown={onKeyDown}
              onBlur={() => {
                setOpen(false)
                setText(null)
              }}
            />
            {!props.disabled && <PickerClear value={value} onChange={onChange} />}
          </div>
          {open && (
            <div
              className="z-listbox"
              role="listbox"
              id={list}
              aria-label={props.label}
              onMouseDown={(event) => event.preventDefault()}
            >
              <PickerOptions
                list={list}
                options={options}
                active={active}
                onTake={take}
                create={creatable ? say('create_record', { text: query }) : null}
              />
              <PickerNote found={found} count={count} />
            </div>
          )}
        </div>
      )}
    </Field>
  )
}

function PickerClear({ value, onChange }: Pick<RecordPickerProps, 'value' | 'onChange'>) {
  const say = useWords()
  if (!value) return null
  return (
    <button type="button" aria-label={say('remove', { name: value.name })} onClick={() => onChange(null)}>
      <Icon of={IconX} />
    </button>
  )
}

function PickerNote({ found, count }: { readonly found: Found; readonly count: number }) {
  const say = useWords()
  if (found.state === 'searching') return <div className="z-option z-tertiary">{say('searching')}</div>
  return count === 0 ? <div className="z-option z-tertiary">{say('no_results')}</div> : null
}

interface PickerOptionsProps {
  readonly list: string
  readonly options: readonly RecordOption[]
  readonly active: number
  readonly create: string | null
  readonly onTake: (index: number) => void
}

function PickerOptions({ list, options, active, create, onTake }: PickerOptionsProps) {
  return (
    <>
      {options.map((option, index) => (
        <div
          key={option.id}
          id={`${list}-${index}`}
          role="option"
          className="z-option"
          aria-selected={index === active}
          onClick={() => onTake(index)}
        >
          <span className="z-option-head">
            {option.name}
            {option.verified && <Icon of={IconCircleCheck} />}
            {option.badge}
          </span>
          {option.line && <small>{option.line}</small>}
        </div>
      ))}
      {create && (
        <div
          id={`${list}-${options.length}`}
          role="option"
          className="z-option"
          aria-selected={active === options.length}
          onClick={() => onTake(options.length)}
        >
          {create}
        </div>
      )}
    </>
  )
}
