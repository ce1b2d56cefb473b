import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import { Dialog } from './dialog.tsx'
import { Icon, type IconType } from './icons.tsx'
import { useWords } from './words.tsx'
import './palette.css'
import './fields.css'

export interface PaletteItem {
  readonly key: string
  readonly label: string
  /** Other words by which people look for it. */
  readonly synonyms?: readonly string[]
  readonly icon?: IconType
  readonly hint?: string
  readonly onChoose: () => void
}
export interface PaletteGroup {
  readonly label: string
  readonly items: readonly PaletteItem[]
}

/** How well a text answers a query: 0 not at all, more is better. Letters must come in order; starts of words count more. */
export function fuzzyScore(query: string, text: string): number {
  const sought = query.toLowerCase().replace(/\s+/g, '')
  const within = text.toLowerCase()
  if (within.includes(query.toLowerCase().trim())) return 100 - Math.min(within.indexOf(query.toLowerCase().trim()), 50)
  let at = 0
  let score = 1
  for (const letter of sought) {
    const found = within.indexOf(letter, at)
    if (found < 0) return 0
    if (found === 0 || within[found - 1] === ' ') score += 3
    at = found + 1
  }
  return score
}

const scoreOf = (query: string, item: PaletteItem): number =>
  Math.max(fuzzyScore(query, item.label), ...(item.synonyms ?? []).map((word) => fuzzyScore(query, word)))

function ranked(groups: readonly PaletteGroup[], query: string): readonly PaletteGroup[] {
  if (query.trim() === '') return groups
  return groups
    .map((group) => ({
      label: group.label,
      items: group.items
        .map((item) => ({ item, score: scoreOf(query, item) }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score)
        .map(({ item }) => item),
    }))
    .filter((group) => group.items.length > 0)
}

/** One input over everything one may go to or do; Enter acts. */
export function Palette({
  groups,
  opened,
  onClose,
}: {
  readonly groups: readonly PaletteGroup[]
  readonly opened: boolean
  readonly onClose: () => void
}) {
  const say = useWords()
  return (
    <Dialog title={say('search')} opened={opened} onClose={onClose}>
      <PaletteBody groups={groups} onClose={onClose} />
    </Dialog>
  )
}

function PaletteBody({ groups, onClose }: { readonly groups: readonly PaletteGroup[]; readonly onClose: () => void }) {
  const say = useWords()
  const list = useId()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const shown = useMemo(() => ranked(groups, query), [groups, query])
  const flat = shown.flatMap((group) => group.items)
  const choose = (item: PaletteItem | undefined) => {
    if (!item) return
    onClose()
    item.onChoose()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') choose(flat[active])
    else if (event.key === 'ArrowDown') setActive(Math.min(active + 1, flat.length - 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0))
    else return
    event.preventDefault()
  }
  return (
    <div className="z-palette">
      <div className="z-box">
        <input
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={flat.length > 0 ? `${list}-${active}` : undefined}
          aria-label={say('palette_hint')}
          placeholder={say('palette_hint')}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setActive(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div role="listbox" id={list} aria-label={say('palette_hint')}>
        {shown.map((group) => (
          <div key={group.label} role="group" aria-label={group.label}>
            <h3 aria-hidden>{group.label}</h3>
            {group.items.map((item) => {
              const index = flat.indexOf(item)
              return (
                <div
                  key={item.key}
                  id={`${list}-${index}`}
                  role="option"
                  className="z-option"
                  aria-selected={index === active}
                  onClick={() => choose(item)}
                >
                  {item.icon && <Icon of={item.icon} />}
                  <span>{item.label}</span>
                  {item.hint && <small>{item.hint}</small>}
                </div>
              )
            })}
          </div>
        ))}
        {flat.length === 0 && <p className="z-option z-tertiary">{say('no_results')}</p>}
      </div>
    </div>
  )
}
