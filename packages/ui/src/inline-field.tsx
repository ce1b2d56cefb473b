import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Icon, IconAlertOctagon, IconLock, IconPencil } from './icons.tsx'
import { useWords } from './words.tsx'
import './inline-field.css'

export interface InlineFieldProps<T> {
  readonly label: string
  /** How the value reads while nobody edits it. */
  readonly shown: ReactNode
  readonly value: T
  /** A field of this package; it gets the draft. */
  readonly editor: (draft: T, onChange: (draft: T) => void) => ReactNode
  /** Resolves to null when saved, else to the sentence that is shown. */
  readonly onSave: (value: T) => Promise<string | null>
  /** Why it cannot be changed now. */
  readonly locked?: string | null
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** A value edited in place: Enter or a click opens, Enter saves, Esc restores, Tab saves and goes on. */
export function InlineField<T>({ label, shown, value, editor, onSave, locked = null }: InlineFieldProps<T>) {
  const say = useWords()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const [draft, setDraft] = useState(value)
  // The newest draft: fields that read their text on leaving tell it after the key that saves.
  const latest = useRef(draft)
  const box = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const change = (next: T) => {
    latest.current = next
    setDraft(next)
  }
  useEffect(() => {
    if (open) box.current?.querySelector<HTMLElement>('input, textarea, select')?.focus()
  }, [open])

  function close(refocus: boolean): void {
    setOpen(false)
    setFault(null)
    if (refocus) requestAnimationFrame(() => opener.current?.focus())
  }
  async function save(refocus: boolean): Promise<void> {
    if (busy) return
    if (box.current?.querySelector('[aria-invalid]')) return
    if (same(latest.current, value)) return close(refocus)
    setBusy(true)
    const problem = await onSave(latest.current)
    setBusy(false)
    if (problem === null) close(refocus)
    else setFault(problem)
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented) return
    if (event.key === 'Escape') {
      event.stopPropagation()
      close(true)
    } else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
      event.preventDefault()
      event.target.blur()
      requestAnimationFrame(() => void save(true))
    }
  }
  function onBlur(event: FocusEvent): void {
    const next = event.relatedTarget
    if (next === null || event.currentTarget.contains(next)) return
    requestAnimationFrame(() => void save(false))
  }
  if (open)
    return (
      <div className="z-inline-open" ref={box} onKeyDown={onKeyDown} onBlur={onBlur}>
        {/* oxlint-disable-next-line react/refs -- the field calls it on input, never while rendering */}
        {editor(draft, change)}
        {fault && (
          <div className="z-field-error" role="alert">
            <Icon of={IconAlertOctagon} />
            <span>{fault}</span>
          </div>
        )}
        <div className="z-row">
          <Button compact kind="primary" busy={busy} onClick={() => void save(true)}>
            {say('save')}
          </Button>
          <Button compact kind="quiet" onClick={() => close(true)}>
            {say('cancel')}
          </Button>
        </div>
      </div>
    )
  if (locked !== null)
    return (
      <span className="z-inline-locked" title={locked}>
        {shown}
        <Icon of={IconLock} />
        <span className="z-hidden">{locked}</span>
      </span>
    )
  return (
    <button
      type="button"
      className="z-inline"
      ref={opener}
      aria-description={say('edit_field', { name: label })}
      onClick={() => {
        change(value)
        setOpen(true)
      }}
    >
      <span>{shown}</span>
      <Icon of={IconPencil} />
    </button>
  )
}
