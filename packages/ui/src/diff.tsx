import { StatusBadge } from './status.tsx'
import './diff.css'

export interface DiffEntry {
  /** JSON Pointer, such as `/name`. */
  readonly path: string
  readonly op: 'add' | 'remove' | 'replace'
  readonly before?: unknown
  readonly after?: unknown
}
export interface DiffWords {
  readonly add: string
  readonly remove: string
  readonly replace: string
  /** Name of the whole value, whose path is empty. */
  readonly whole: string
}

const FAMILY = { add: 'green', remove: 'red', replace: 'amber' } as const

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2))

function Line({
  line,
  mark,
  value,
}: {
  readonly line: 'before' | 'after'
  readonly mark: string
  readonly value: unknown
}) {
  return (
    <p className="z-diff-line" data-line={line}>
      <span aria-hidden>{mark}</span>
      <span>{textOf(value)}</span>
    </p>
  )
}

/** What changed, member by member: coloured, and told by words and marks for who sees no colours. */
export function DiffList({
  label,
  entries,
  words,
}: {
  readonly label: string
  readonly entries: readonly DiffEntry[]
  readonly words: DiffWords
}) {
  return (
    <ul className="z-diff" aria-label={label}>
      {entries.map(({ path, op, before, after }) => (
        <li key={path}>
          <div className="z-diff-path">
            <span>{path === '' ? words.whole : path.slice(1)}</span>
            <StatusBadge family={FAMILY[op]} text={words[op]} />
          </div>
          {op !== 'add' && <Line line="before" mark="−" value={before} />}
          {op !== 'remove' && <Line line="after" mark="+" value={after} />}
        </li>
      ))}
    </ul>
  )
}
