import { useId, useState, type DragEvent, type ReactNode } from 'react'
import { Button, IconButton } from './button.tsx'
import {
  Icon,
  IconCircle,
  IconCircleCheck,
  IconCircleX,
  IconFile,
  IconLock,
  IconPhoto,
  IconRefresh,
  IconTrash,
  IconUpload,
  IconX,
} from './icons.tsx'
import { Meter } from './values.tsx'
import { useWords } from './words.tsx'
import './files.css'

/** Bytes for people: `4.2 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`
  if (bytes < 1_000_000_000) return `${Math.round(bytes / 100_000) / 10} MB`
  return `${Math.round(bytes / 100_000_000) / 10} GB`
}

export interface DropZoneProps {
  readonly label: string
  /** As in an input's `accept`. */
  readonly accept: string
  readonly maxBytes: number
  readonly multiple?: boolean
  readonly onFiles: (files: readonly File[]) => void
  readonly disabled?: boolean
}

/** Drop, choose or paste files; a real file input lies underneath, so keys and readers find it. */
export function DropZone({ label, accept, maxBytes, multiple = true, onFiles, disabled }: DropZoneProps) {
  const say = useWords()
  const id = useId()
  const [over, setOver] = useState(false)
  const drag = (inside: boolean) => (event: DragEvent) => {
    event.preventDefault()
    setOver(inside && !disabled)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const files = [...event.dataTransfer.files]
    if (!disabled && files.length > 0) onFiles(multiple ? files : files.slice(0, 1))
  }
  return (
    <label
      className="z-drop"
      htmlFor={id}
      data-over={over || undefined}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={drop}
    >
      <Icon of={IconUpload} size={20} />
      <span>{label}</span>
      <strong>{say('drop_here')}</strong>
      <span className="z-meta">{say('up_to', { size: fileSize(maxBytes) })}</span>
      <input
        id={id}
        className="z-hidden"
        type="file"
        accept={accept}
        multiple={multiple}
        disabled={disabled}
        aria-label={`${label}: ${say('choose_files')}`}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          event.target.value = ''
          if (files.length > 0) onFiles(files)
        }}
      />
    </label>
  )
}

export type UploadState = 'waiting' | 'sending' | 'checking' | 'done' | 'failed'
export interface UploadItem {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly sent: number
  readonly state: UploadState
  /** Why it failed, or that it is a duplicate and of what. */
  readonly note?: ReactNode
  /** The file itself is at fault; trying again would not help. */
  readonly refused?: boolean
}
export interface UploadTrayProps {
  readonly label: string
  readonly items: readonly UploadItem[]
  readonly onRetry: (id: string) => void
  readonly onRemove: (id: string) => void
}

const UPLOAD_ICON = {
  waiting: IconFile,
  sending: IconUpload,
  checking: IconUpload,
  done: IconCircleCheck,
  failed: IconCircleX,
} as const

/** One row per file on its way: progress, what went wrong, try again. */
export function UploadTray({ label, items, onRetry, onRemove }: UploadTrayProps) {
  const say = useWords()
  if (items.length === 0) return null
  return (
    <ul className="z-tray" aria-label={label}>
      {items.map((item) => {
        const running = item.state === 'sending' || item.state === 'checking'
        const share = item.size > 0 ? Math.floor((item.sent * 100) / item.size) : 0
        return (
          <li key={item.id} data-state={item.state}>
            <Icon of={UPLOAD_ICON[item.state]} />
            <span className="z-tray-name" title={item.name}>
              {item.name}
              <small>{item.note ?? fileSize(item.size)}</small>
            </span>
            {running ? <Meter label={item.name} value={share} max={100} text={`${share} %`} /> : <span />}
            <span className="z-row">
              {item.state === 'failed' && !item.refused && (
                <IconButton
                  icon={IconRefresh}
                  compact
                  label={say('again', { name: item.name })}
                  onClick={() => onRetry(item.id)}
                />
              )}
              <IconButton
                icon={running ? IconX : IconTrash}
                compact
                label={say(running ? 'stop' : 'remove', { name: item.name })}
                onClick={() => onRemove(item.id)}
              />
            </span>
          </li>
        )
      })}
    </ul>
  )
}

export interface FileTileProps {
  readonly name: string
  readonly line?: ReactNode
  /** 256 px picture; absent for files without one. */
  readonly picture?: string | undefined
  readonly kind: 'photo' | 'file'
  /** Why this person may not see it. */
  readonly restricted?: string | undefined
  readonly pressed?: boolean
  readonly onOpen: () => void
}

export function FileTile({ name, line, picture, kind, restricted, pressed, onOpen }: FileTileProps) {
  return (
    <button type="button" className="z-tile" aria-pressed={pressed} onClick={onOpen} title={restricted ?? name}>
      <span className="z-tile-picture">
        {picture && !restricted ? (
          <img src={picture} alt="" width={256} height={192} loading="lazy" decoding="async" />
        ) : (
          <Icon of={restricted ? IconLock : kind === 'photo' ? IconPhoto : IconFile} size={24} />
        )}
      </span>
      <span className="z-tile-text">
        <strong>{name}</strong>
        {line && <span>{line}</span>}
      </span>
    </button>
  )
}

/** Photos side by side, as a list. */
export function PhotoGrid({
  label,
  photos,
}: {
  readonly label: string
  readonly photos: readonly (FileTileProps & { readonly id: string })[]
}) {
  return (
    <ul className="z-photos" aria-label={label}>
      {photos.map(({ id, ...photo }) => (
        <li key={id}>
          <FileTile {...photo} />
        </li>
      ))}
    </ul>
  )
}

export interface JobStep {
  readonly key: string
  readonly label: string
  readonly state: 'waiting' | 'active' | 'done' | 'failed'
}

/** Steps of a job in order, each with its state in words for readers. */
export function ProgressSteps({ steps }: { readonly steps: readonly JobStep[] }) {
  return (
    <ol className="z-steps">
      {steps.map((step) => (
        <li key={step.key} data-state={step.state} aria-current={step.state === 'active' ? 'step' : undefined}>
          {step.state === 'active' ? (
            <span className="z-busy" aria-hidden />
          ) : (
            <Icon of={step.state === 'done' ? IconCircleCheck : step.state === 'failed' ? IconCircleX : IconCircle} />
          )}
          {step.label}
        </li>
      ))}
    </ol>
  )
}

export interface JobCardProps {
  readonly name: string
  readonly state: ReactNode
  /** `12,400 of 177,000`, with the time left once it is known. */
  readonly progress?: { readonly done: number; readonly total: number; readonly text: string } | undefined
  readonly steps?: readonly JobStep[]
  /** Result or error, when it is over. */
  readonly result?: ReactNode
  readonly onCancel?: (() => void) | undefined
}

/** A long job: name, state, how far, and its result. Leaving the page does not stop it. */
export function JobCard({ name, state, progress, steps, result, onCancel }: JobCardProps) {
  const say = useWords()
  return (
    <section className="z-job" aria-label={name}>
      <div className="z-job-head">
        <strong>{name}</strong>
        {state}
        {onCancel && (
          <Button compact onClick={onCancel}>
            {say('cancel')}
          </Button>
        )}
      </div>
      {progress && <Meter label={name} value={progress.done} max={progress.total} text={progress.text} />}
      {steps && <ProgressSteps steps={steps} />}
      {result}
    </section>
  )
}
