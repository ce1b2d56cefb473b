import { Modal } from '@mantine/core'
import { useEffect, useId, useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { useFormats } from './formats.tsx'
import { useWords } from './words.tsx'
import './dialog.css'

export interface DialogProps {
  /** The act. */
  readonly title: string
  readonly opened: boolean
  readonly onClose: () => void
  /** A request runs: Esc and a click beside it do nothing. */
  readonly busy?: boolean
  /** Only what stands in it closes it: what it shows is not shown again. */
  readonly sealed?: boolean
  readonly wide?: boolean
  readonly foot?: ReactNode
  readonly children: ReactNode
}

/** Open dialogs, the last one on top: one that asks for a factor may stand over the one whose act needs it. */
const stack: string[] = []

function useTopmost(opened: boolean): () => boolean {
  const id = useId()
  useEffect(() => {
    if (!opened) return undefined
    stack.push(id)
    return () => void stack.splice(stack.indexOf(id), 1)
  }, [opened, id])
  return () => stack.at(-1) === id
}

/** For one decision of at most five fields; larger forms are pages. */
export function Dialog({ title, opened, onClose, busy = false, sealed = false, wide, foot, children }: DialogProps) {
  const say = useWords()
  const isTopmost = useTopmost(opened)
  return (
    <Modal.Root
      opened={opened}
      onClose={() => {
        if (!busy && !sealed && isTopmost()) onClose()
      }}
      closeOnClickOutside={!busy && !sealed}
      size={wide ? 760 : 480}
      centered
      returnFocus
      zIndex="var(--z-layer-dialog)"
      transitionProps={{ duration: 120, transition: 'fade' }}
    >
      <Modal.Overlay />
      <Modal.Content>
        {/* A plain box: the library's own header element would count as a second banner of the page. */}
        <div className="z-dialog-head">
          <Modal.Title>{title}</Modal.Title>
          {!sealed && <Modal.CloseButton aria-label={say('close')} />}
        </div>
        <Modal.Body>
          {children}
          {foot && <div className="z-dialog-foot">{foot}</div>}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

export interface Change {
  readonly label: string
  readonly before: ReactNode
  readonly after: ReactNode
}

export interface ConfirmDialogProps {
  readonly title: string
  /** What happens and who will be told. */
  readonly consequence: ReactNode
  readonly changes?: readonly Change[]
  /** What not doing it is called, where "Cancel" could be misread. */
  readonly cancel?: string
  /** Repeats the verb of the title. */
  readonly verb: string
  readonly tone?: 'normal' | 'danger'
  readonly opened: boolean
  readonly busy?: boolean
  readonly unmet?: string | null
  readonly error?: ReactNode
  readonly onConfirm: () => void
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** Before → after, and one confirmation. The dangerous button is outlined and never has the first focus. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, consequence, changes = [], verb, tone = 'normal', opened, busy = false, unmet = null, error } = props
  const say = useWords()
  const foot = (
    <>
      <Button onClick={props.onClose} {...(tone === 'danger' ? { 'data-autofocus': true } : {})}>
        {props.cancel ?? say('cancel')}
      </Button>
      <Button kind={tone === 'danger' ? 'danger' : 'primary'} busy={busy} unmet={unmet} onClick={props.onConfirm}>
        {verb}
      </Button>
    </>
  )
  return (
    <Dialog title={title} opened={opened} busy={busy} onClose={props.onClose} foot={foot}>
      <div>{consequence}</div>
      {changes.length > 0 && <ChangesTable changes={changes} />}
      {props.children}
      {error}
    </Dialog>
  )
}

/** What stands now and what would stand, field by field. */
export function ChangesTable({ changes }: { readonly changes: readonly Change[] }) {
  const say = useWords()
  return (
    <table className="z-changes" aria-label={say('before_after')}>
      <thead>
        <tr>
          <th scope="col">{say('field')}</th>
          <th scope="col">{say('before')}</th>
          <th scope="col">{say('after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.label}>
            <th scope="row">{change.label}</th>
            <td>{change.before}</td>
            <td>{change.after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export interface ConflictField {
  readonly path: string
  readonly label: string
  readonly theirs: ReactNode
  readonly yours: ReactNode
  readonly before: ReactNode
}
export type Choice = 'mine' | 'theirs'

export interface ConflictDialogProps {
  readonly opened: boolean
  readonly rows: readonly ConflictField[]
  /** Where the rule asks for a reason, its field. */
  readonly reason?: ReactNode
  readonly unmet?: string | null
  readonly onChoose: (choices: Readonly<Record<string, Choice>>) => void
  /** Esc keeps yours, unsaved. */
  readonly onClose: () => void
}

/** One row per field that somebody else changed meanwhile. */
export function ConflictDialog({ opened, rows, reason, unmet = null, onChoose, onClose }: ConflictDialogProps) {
  const say = useWords()
  const group = useId()
  const [chosen, setChosen] = useState<Readonly<Record<string, Choice>>>({})
  const choiceOf = (path: string): Choice => chosen[path] ?? 'mine'
  const all = (choice: Choice) => setChosen(Object.fromEntries(rows.map((row) => [row.path, choice])))
  const foot = (
    <>
      <Button kind="quiet" onClick={() => all('theirs')}>
        {say('take_theirs')}
      </Button>
      <Button kind="quiet" onClick={() => all('mine')}>
        {say('take_mine')}
      </Button>
      <Button
        kind="primary"
        unmet={unmet}
        onClick={() => onChoose(Object.fromEntries(rows.map((row) => [row.path, choiceOf(row.path)])))}
      >
        {say('apply_choices')}
      </Button>
    </>
  )
  const option = (row: ConflictField, choice: Choice) => (
    <label>
      <input
        type="radio"
        name={`${group}-${row.path}`}
        checked={choiceOf(row.path) === choice}
        onChange={() => setChosen({ ...chosen, [row.path]: choice })}
        aria-label={`${row.label}: ${say(choice === 'mine' ? 'yours' : 'theirs')}`}
      />
      <span>{choice === 'mine' ? row.yours : row.theirs}</span>
    </label>
  )
  return (
    <Dialog title={say('conflict_title')} opened={opened} onClose={onClose} wide foot={foot}>
      <p className="z-secondary">{say('conflict_help')}</p>
      <table className="z-changes">
        <thead>
          <tr>
            <th scope="col">{say('field')}</th>
            <th scope="col">{say('theirs')}</th>
            <th scope="col">{say('yours')}</th>
            <th scope="col">{say('before')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.path}>
              <th scope="row">{row.label}</th>
              <td>{option(row, 'theirs')}</td>
              <td>{option(row, 'mine')}</td>
              <td className="z-tertiary">{row.before}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {reason}
    </Dialog>
  )
}

export type SaveState = 'clean' | 'dirty' | 'saving' | 'saved' | 'offline' | 'conflict' | 'refused'

const SAVE_WORD = {
  dirty: 'unsaved',
  saving: 'saving',
  offline: 'kept_on_device',
  conflict: 'save_conflict',
  refused: 'save_refused',
} as const

/** Where the typed words are: on their way, on the server since when, or on this device. */
export function AutosaveStatus(props: {
  readonly state: SaveState
  readonly savedAt: number | null
  readonly rebased?: boolean
}) {
  const say = useWords()
  const formats = useFormats()
  const { state, savedAt, rebased } = props
  const saved = savedAt === null ? '' : say('saved_at', { time: formats.time(savedAt) })
  const text = state === 'clean' ? '' : state === 'saved' ? saved : say(SAVE_WORD[state])
  const tone = state === 'conflict' || state === 'refused' ? 'red' : state === 'offline' ? 'amber' : undefined
  return (
    <span className="z-save" role="status" data-tone={tone}>
      {text}
      {state === 'saved' && rebased ? `, ${say('also_changed')}` : ''}
    </span>
  )
}
