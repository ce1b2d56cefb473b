import type { EvidenceItem } from '@zenops/contracts/reports-evidence-records'
import { Icon, IconCircleCheck, IconDots, IconFile, IconLock, IconPhoto, IconUpload } from '@zenops/ui/icons'
import { StatusBadge } from '@zenops/ui/status'
import { useRef, useState, type DragEvent, type KeyboardEvent } from 'react'
import { t, word } from '../texts.ts'
import { ACCEPT } from '../../../lib/upload-rules.ts'
import type { BoardColumn } from './columns.ts'

const DRAG_TYPE = 'application/x-zenops-evidence'

export interface BoardColumnProps {
  readonly column: BoardColumn
  readonly columns: readonly BoardColumn[]
  /** The one column of a phone. */
  readonly shown: boolean
  readonly locked: boolean
  readonly onFiles: (files: readonly File[]) => void
  readonly onMove: (item: EvidenceItem, to: BoardColumn) => void
  readonly onStep: (item: EvidenceItem, by: -1 | 1) => void
  readonly onUnlink: (item: EvidenceItem) => void
}

function Count({ column }: { readonly column: BoardColumn }) {
  if (column.needed === 0) return <span className="z-meta z-num">{column.items.length}</span>
  const there = column.found >= column.needed
  return (
    <span className="rp-count z-num" data-there={there || undefined} data-severity={column.severity}>
      {there && <Icon of={IconCircleCheck} />}
      {t('count_of', { found: column.found, needed: column.needed })}
    </span>
  )
}

/** One requirement: what lies under it, and a place to drop more. */
export function BoardColumnView(props: BoardColumnProps) {
  const { column, locked, onFiles, columns, onMove } = props
  const [over, setOver] = useState(false)
  const label = column.label || t('others')
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    if (locked) return
    const id = event.dataTransfer.getData(DRAG_TYPE)
    const item = columns.flatMap(({ items }) => items).find((one) => one.id === id)
    if (item) onMove(item, column)
    else if (event.dataTransfer.files.length > 0) onFiles([...event.dataTransfer.files])
  }
  return (
    <section
      className="rp-column"
      id={`column-${column.key}`}
      tabIndex={-1}
      aria-label={label}
      data-over={over || undefined}
      data-shown={props.shown || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(!locked)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <header>
        <h2>{label}</h2>
        {column.severity === 'WARNING' && <span className="z-meta">{t('wished')}</span>}
        <Count column={column} />
      </header>
      <ul>
        {column.items.map((item) => (
          <Card key={item.id} {...props} item={item} />
        ))}
      </ul>
      {!locked && (
        <label className="rp-drop">
          <Icon of={IconUpload} />
          <span>{t('drop_or_choose')}</span>
          <input
            type="file"
            accept={ACCEPT}
            multiple
            className="z-hidden"
            aria-label={t('upload_to', { column: label })}
            onChange={(event) => {
              const files = [...(event.target.files ?? [])]
              event.target.value = ''
              onFiles(files)
            }}
          />
        </label>
      )}
    </section>
  )
}

function Standing({ item }: { readonly item: EvidenceItem }) {
  if (item.document_status === 'quarantined') return <StatusBadge family="red" text={t('quarantined')} />
  if (item.document_status === 'pending') return <StatusBadge family="cyan" text={t('processing')} />
  if (item.newer_version_id !== null) return <StatusBadge family="amber" text={t('newer_version')} />
  if (!item.counts) return <StatusBadge family="orange" text={t('does_not_count')} />
  return null
}

const nameOf = (item: EvidenceItem): string => item.label ?? item.original_filename ?? t('paper_seen')

/** One piece of evidence; keys 1–9 put it under a requirement, Alt and arrows move it. */
function Card(props: BoardColumnProps & { readonly item: EvidenceItem }) {
  const { item, columns, locked, onMove, onStep } = props
  const press = (event: KeyboardEvent) => {
    if (locked || event.target !== event.currentTarget) return
    const to = /^[1-9]$/.test(event.key) ? columns[Number(event.key) - 1] : undefined
    const step = event.altKey ? { ArrowUp: -1 as const, ArrowDown: 1 as const }[event.key] : undefined
    if (to) onMove(item, to)
    if (step) onStep(item, step)
    if (to || step) event.preventDefault()
  }
  const category = item.tags['category'] ?? item.doc_type
  return (
    <li
      className="rp-card"
      tabIndex={0}
      aria-label={nameOf(item)}
      draggable={!locked}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAG_TYPE, item.id)
        event.dataTransfer.effectAllowed = 'move'
      }}
      onKeyDown={press}
    >
      <span className="rp-thumb">
        {item.thumb_url && !item.restricted ? (
          <img src={item.thumb_url} alt="" loading="lazy" decoding="async" width={56} height={42} />
        ) : (
          <Icon of={item.restricted ? IconLock : item.evidence_type === 'DOCUMENT' ? IconFile : IconPhoto} size={20} />
        )}
      </span>
      <span className="rp-card-text">
        <strong>{item.restricted ? t('restricted') : nameOf(item)}</strong>
        <span className="z-meta">
          {category ? word(category) : word(item.evidence_type)}
          {item.annexure_order !== null && ` · ${t('place_no', { n: item.annexure_order })}`}
        </span>
        <Standing item={item} />
      </span>
      {!locked && <CardMenu {...props} />}
    </li>
  )
}

/** Closes when something is chosen, on Esc, and when the focus leaves. */
function CardMenu({
  item,
  columns,
  column,
  onMove,
  onStep,
  onUnlink,
}: BoardColumnProps & { readonly item: EvidenceItem }) {
  const menu = useRef<HTMLDetailsElement>(null)
  const close = () => menu.current?.removeAttribute('open')
  const choose = (act: () => void) => () => {
    close()
    act()
  }
  const entry = (label: string, act: () => void, danger = false) => (
    <button key={label} type="button" data-danger={danger || undefined} onClick={choose(act)}>
      {label}
    </button>
  )
  return (
    <details
      className="rp-menu"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close()
      }}
    >
      <summary
        className="z-button"
        data-kind="quiet"
        data-icon
        data-compact
        aria-label={t('acts_of', { name: nameOf(item) })}
      >
        <Icon of={IconDots} />
      </summary>
      <div className="rp-menu-list">
        {entry(t('step_up'), () => onStep(item, -1))}
        {entry(t('step_down'), () => onStep(item, 1))}
        <span className="z-meta">{t('move_label')}</span>
        {columns
          .filter(({ key }) => key !== column.key)
          .map((to) => entry(to.label || t('others'), () => onMove(item, to)))}
        {entry(t('unlink'), () => onUnlink(item), true)}
      </div>
    </details>
  )
}
