/** A part of a line: words, or words that stand out. */
export interface Span {
  readonly kind: 'text' | 'code' | 'link'
  readonly text: string
  /** Of a link: the runbook it leads to. */
  readonly to?: string
}
export type Line = readonly Span[]
export type Block =
  | { readonly kind: 'title' | 'heading' | 'paragraph'; readonly line: Line }
  | { readonly kind: 'list' | 'steps'; readonly items: readonly Line[] }
  | { readonly kind: 'table'; readonly head: readonly Line[]; readonly rows: readonly (readonly Line[])[] }

const SPAN = /`([^`]+)`|\[([^\]]+)\]\(runbook_([a-z_]+)\.md\)/g

export function spansOf(text: string): Line {
  const spans: Span[] = []
  let at = 0
  for (const match of text.matchAll(SPAN)) {
    if (match.index > at) spans.push({ kind: 'text', text: text.slice(at, match.index) })
    const [whole, code, words, to] = match
    spans.push(code === undefined ? { kind: 'link', text: words ?? '', to: to ?? '' } : { kind: 'code', text: code })
    at = match.index + whole.length
  }
  return at < text.length ? [...spans, { kind: 'text', text: text.slice(at) }] : spans
}

const ITEM = /^(?:\*|\d+\.) /
const cellsOf = (row: string): Line[] =>
  row
    .replaceAll(/^\||\|$/g, '')
    .split('|')
    .map((cell) => spansOf(cell.trim()))

/** Lines of a list that go on in the next line belong together. */
function itemsOf(lines: readonly string[]): Line[] {
  const items: string[] = []
  for (const line of lines) {
    if (ITEM.test(line)) items.push(line.replace(ITEM, ''))
    else items.push(`${items.pop() ?? ''} ${line.trim()}`)
  }
  return items.map(spansOf)
}

function blockOf(lines: readonly string[]): Block {
  const [first = ''] = lines
  if (first.startsWith('| ')) {
    const [head = '', , ...rows] = lines
    return { kind: 'table', head: cellsOf(head), rows: rows.map(cellsOf) }
  }
  if (ITEM.test(first)) return { kind: first.startsWith('*') ? 'list' : 'steps', items: itemsOf(lines) }
  return { kind: 'paragraph', line: spansOf(lines.map((line) => line.trim()).join(' ')) }
}

/** The few forms that runbooks are written in: headings, paragraphs, lists, steps, tables, code and links to each other. */
export function blocksOf(text: string): Block[] {
  return text.split(/\n\s*\n|\n(?=#)|(?<=^#.*)\n/m).flatMap((part): Block[] => {
    const trimmed = part.trim()
    if (trimmed === '') return []
    if (trimmed.startsWith('# ')) return [{ kind: 'title', line: spansOf(trimmed.slice(2)) }]
    if (trimmed.startsWith('## ')) return [{ kind: 'heading', line: spansOf(trimmed.slice(3)) }]
    return [blockOf(trimmed.split('\n'))]
  })
}
