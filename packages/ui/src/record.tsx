import { Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Icon, IconChevronDown, IconCircle, type IconType } from './icons.tsx'
import { AppLink } from './links.tsx'
import { useWords } from './words.tsx'
import './record.css'

export interface Move {
  readonly key: string
  /** A verb with its object. */
  readonly label: string
  readonly allowed: boolean
  /** Unmet guards in words, with a link that mends each where there is one. */
  readonly unmet?: readonly { readonly text: string; readonly href?: string }[]
  readonly danger?: boolean
}

export interface NextActionProps {
  /** The first is the next action; the others stand in the menu. */
  readonly moves: readonly Move[]
  readonly onChoose: (key: string) => void
  readonly busy?: boolean
}

function MoveItem({ move, onChoose }: { readonly move: Move; readonly onChoose: (key: string) => void }) {
  return (
    <Menu.Item
      aria-disabled={!move.allowed || undefined}
      {...(move.danger && move.allowed ? { color: 'var(--z-danger)' } : {})}
      closeMenuOnClick={move.allowed}
      onClick={() => {
        if (move.allowed) onChoose(move.key)
      }}
    >
      <span className={move.allowed ? '' : 'z-tertiary'}>{move.label}</span>
      {!move.allowed && move.unmet?.map((guard) => <Guard key={guard.text} {...guard} />)}
    </Menu.Item>
  )
}

function Guard({ text, href }: { readonly text: string; readonly href?: string }) {
  return <span className="z-guard">{href ? <AppLink href={href}>{text}</AppLink> : text}</span>
}

/** The record's one filled button and the other legal moves; illegal ones say which guard is unmet. */
export function NextAction({ moves, onChoose, busy = false }: NextActionProps) {
  const say = useWords()
  const [next, ...others] = moves
  if (!next) return null
  const unmet = next.allowed ? null : (next.unmet?.map((guard) => guard.text).join(' ') ?? '')
  return (
    <span className="z-split">
      <Button kind="primary" busy={busy} unmet={unmet} onClick={() => onChoose(next.key)}>
        {next.label}
      </Button>
      {others.length > 0 && (
        <Menu
          position="bottom-end"
          transitionProps={{ duration: 120 }}
          withinPortal={false}
          zIndex="var(--z-layer-menu)"
        >
          <Menu.Target>
            <button
              type="button"
              className="z-button z-split-more"
              data-kind="primary"
              data-icon
              aria-label={say('other_moves')}
            >
              <Icon of={IconChevronDown} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((move) => (
              <MoveItem key={move.key} move={move} onChoose={onChoose} />
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </span>
  )
}

export interface Fact {
  readonly label: string
  readonly value: ReactNode
}

/** Label–value pairs. An empty value is a dash. */
export function RecordFacts({ facts, columns = 1 }: { readonly facts: readonly Fact[]; readonly columns?: 1 | 2 }) {
  return (
    <dl className="z-facts" data-columns={columns}>
      {facts.map(({ label, value }) => [
        <dt key={`${label}-term`}>{label}</dt>,
        <dd key={`${label}-value`}>
          {value === null || value === undefined || value === '' ? <span className="z-tertiary">–</span> : value}
        </dd>,
      ])}
    </dl>
  )
}

export interface TimelineEntry {
  readonly id: string
  /** Who did what, as a sentence. */
  readonly text: ReactNode
  readonly at: string
  /** Already written: `20 Nov 2026, 18:04`. */
  readonly when: string
  readonly icon?: IconType
  readonly changes?: readonly { readonly label: string; readonly before: string; readonly after: string }[]
  readonly href?: string
}

export interface TimelineProps {
  readonly label: string
  readonly entries: readonly TimelineEntry[]
  readonly onMore?: (() => void) | undefined
  readonly loadingMore?: boolean
}

/** Newest first, before → after in words, each entry with its own address. */
export function Timeline({ label, entries, onMore, loadingMore = false }: TimelineProps) {
  const say = useWords()
  return (
    <div>
      <ol className="z-timeline" aria-label={label}>
        {entries.map((entry) => (
          <li key={entry.id} id={`entry-${entry.id}`}>
            <span className="z-timeline-dot">
              <Icon of={entry.icon ?? IconCircle} />
            </span>
            <span>{entry.text}</span>
            <time dateTime={entry.at}>
              {entry.href ? <AppLink href={entry.href}>{entry.when}</AppLink> : entry.when}
            </time>
            {entry.changes && (
              <ul className="z-timeline-more">
                {entry.changes.map((change) => (
                  <li key={change.label}>
                    {change.label}: <del>{change.before}</del> → <ins>{change.after}</ins>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
      {onMore && (
        <Button compact busy={loadingMore} onClick={onMore}>
          {say('load_more')}
        </Button>
      )}
    </div>
  )
}
