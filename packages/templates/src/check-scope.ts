import { ExpressionError, type FilterCall, type Path, type Tag } from './expression.ts'
import { FILTERS } from './filters.ts'
import type { KnownPaths, PathKind } from './known-paths.ts'

const NUMBERS: readonly PathKind[] = ['number', 'area', 'rate', 'open', 'text']
/** Kinds that need no filter. */
const PLAIN: readonly PathKind[] = ['text', 'number', 'date', 'bool', 'image', 'open']
/** Kinds that a filter can print; filters that are not named print any single value. */
const FITS: Readonly<Record<string, readonly PathKind[]>> = {
  inr: ['number', 'area', 'rate', 'open'],
  inr0: ['number', 'area', 'rate', 'open'],
  rs: ['number', 'area', 'rate', 'open'],
  num: NUMBERS,
  pct: ['number', 'open'],
  words: ['number', 'open'],
  sqm: ['number', 'area', 'rate', 'range', 'open'],
  sqft: ['number', 'area', 'rate', 'range', 'open'],
  date: ['date', 'open'],
  date_long: ['date', 'open'],
  dms: ['number', 'geo', 'open'],
}

const MEASURE = { value: 'number', unit: 'text' } as const
const PARTS: Readonly<Partial<Record<PathKind, Readonly<Record<string, PathKind>>>>> = {
  area: MEASURE,
  rate: MEASURE,
  range: { from: 'number', to: 'number', unit: 'text' },
}

/** What paths mean inside the loops that are open at a place of the template. */
export class CheckScope {
  private readonly known: KnownPaths
  private readonly names: ReadonlyMap<string, string>

  constructor(known: KnownPaths, open: readonly Tag[]) {
    this.known = known
    const names = new Map<string, string>()
    for (const tag of open) {
      if (tag.kind !== 'each') continue
      names.set(tag.name, `${full(tag.path, names)}[]`)
      names.set(`${tag.name}_no`, '#')
    }
    this.names = names
  }

  fullPath(path: Path): string {
    return full(path, this.names)
  }

  /** Kind of what a path names; null when there is no such path. */
  kindOf(path: Path): PathKind | null {
    const name = this.fullPath(path)
    if (name === '#') return 'number'
    const exact = this.kindAt(name) ?? this.partOf(name)
    if (exact) return exact
    return steps(name).reduce<PathKind | null>((kind, prefix) => kind ?? this.belowOf(prefix), null)
  }

  /** Lists also answer by place or key: `rows.portico.amount` is the amount of the row "portico". */
  private kindAt(name: string): PathKind | null {
    if (Object.hasOwn(this.known, name)) return this.known[name] ?? null
    const parts = name.split('.')
    for (let index = 1; index < parts.length; index++) {
      const head = parts.slice(0, index).join('.')
      if (this.known[head] !== 'list') continue
      const tail = parts.slice(index + 1)
      const row = [`${head}[]`, ...tail].join('.')
      if (row !== name && this.kindAt(row)) return this.kindAt(row)
    }
    return null
  }

  /** The inside of a composite value: figure and unit of an area, ends of a range. */
  private partOf(name: string): PathKind | null {
    const dot = name.lastIndexOf('.')
    const kind = dot < 0 ? null : this.kindAt(name.slice(0, dot))
    return (kind && PARTS[kind]?.[name.slice(dot + 1)]) ?? null
  }

  /** What a prefix leaves open for everything below it. */
  private belowOf(prefix: string): PathKind | null {
    if (this.known[prefix] === 'open') return 'open'
    if (!prefix.endsWith('[]')) return null
    const list = this.kindAt(prefix.slice(0, -2))
    // Rows of a list without declared columns may be anything, as may lines of a text.
    return (list === 'list' || list === 'text') && !Object.hasOwn(this.known, prefix) ? 'open' : null
  }

  valueProblem(path: Path, filters: readonly FilterCall[]): string | null {
    const kind = this.kindOf(path)
    const unknown = filters.find((filter) => !Object.hasOwn(FILTERS, filter.name))
    if (unknown) throw new ExpressionError(`There is no filter "${unknown.name}"`)
    const first = filters.find((filter) => filter.name !== 'default')
    if (!kind) return null
    const fits = first ? FITS[first.name] : undefined
    if (first && fits) return fits.includes(kind) ? null : `"${first.name}" does not print a ${kind}`
    return PLAIN.includes(kind) ? null : `A ${kind} is used as a value`
  }

  imageProblem(path: Path): string | null {
    const kind = this.kindOf(path)
    return kind === 'image' || kind === 'open' ? null : 'An image is expected'
  }

  listProblem(path: Path): string | null {
    const kind = this.kindOf(path)
    return kind === 'list' || kind === 'object' || kind === 'open' || kind === 'text' ? null : `A ${kind} is no list`
  }
}

function full(path: Path, names: ReadonlyMap<string, string>): string {
  const [first = '', ...rest] = path
  return [names.get(first) ?? first, ...rest].join('.')
}

function steps(name: string): string[] {
  const parts = name.split('.')
  return parts.flatMap((part, index) => {
    const prefix = parts.slice(0, index).concat(part)
    const whole = prefix.join('.')
    return whole.endsWith('[]') ? [whole.slice(0, -2), whole] : [whole]
  })
}
