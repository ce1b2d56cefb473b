import { holds, isAbsent, resolve, type Scope } from './expression.ts'
import { type Block, findTags, type FoundTag, hasTags, locate, outermostBlocks } from './placeholders.ts'
import { TemplateError } from './template-error.ts'
import {
  ancestor,
  cloneElement,
  descendants,
  type Element,
  elements,
  insertBefore,
  is,
  isElement,
  remove,
} from './xml.ts'

const MOST_ROWS = 2_000
const DEEPEST = 12
/** Runs that loops may add to a part: a bound on what a template can make of small data. */
const MOST_CLONES = 60_000

export interface Expansion {
  part: string
  /** Prints one placeholder that is not a block. */
  print: (found: FoundTag, scope: Scope) => void
  spent: { clones: number }
  /** How many blocks enclose this one. */
  depth?: number
}

/** Resolves all blocks below `root`, then prints the other placeholders in the scope they stand in. */
export function expand(root: Element, scope: Scope, expansion: Expansion): void {
  const depth = expansion.depth ?? 0
  if (depth > DEEPEST) throw new TemplateError('UNBALANCED', `Blocks are nested more than ${DEEPEST} deep`)
  for (;;) {
    const blocks = outermostBlocks(findTags(root, expansion.part), expansion.part)
    if (blocks.length === 0) break
    for (const block of blocks) {
      if (isBelow(block.open.run, root)) expandBlock(block, { root, scope, expansion })
    }
  }
  for (const found of findTags(root, expansion.part)) expansion.print(found, scope)
}

interface Place {
  root: Element
  scope: Scope
  expansion: Expansion
}

interface Extent {
  main: Element[]
  otherwise: Element[]
  /** The node before which results are inserted. */
  anchor: Element
}

function expandBlock(block: Block, place: Place): void {
  const paragraph = ancestor(block.open.run, 'p', place.root)
  const extent = measureExtent(block, place)
  const rounds = roundsOf(block, place)
  const template = rounds.length > 0 ? extent.main : extent.otherwise
  const scopes = rounds.length > 0 ? rounds : [place.scope]
  for (const scope of scopes) insertBefore(round(template, scope, place), extent.anchor)
  for (const node of [...extent.main, ...extent.otherwise]) remove(node)
  remove(extent.anchor)
  if (paragraph) dropIfEmptied(paragraph)
}

/** One scope per round of the block; none when its else branch is due. */
function roundsOf(block: Block, { scope, expansion }: Place): Scope[] {
  const { tag } = block.open
  if (tag.kind === 'if') return holds(tag.test, scope) ? [scope] : []
  if (tag.kind !== 'each') return []
  const rows = rowsOf(resolve(tag.path, scope))
  if (rows.length > MOST_ROWS) throw at(block.open, expansion.part, 'TOO_MANY_ROWS')
  return rows.map((row, index) => ({
    data: scope.data,
    names: new Map([...scope.names, [tag.name, row], [`${tag.name}_no`, index + 1]]),
  }))
}

/** A list as it is, lines of a text, entries of an object as {key, value}. */
export function rowsOf(value: unknown): unknown[] {
  if (isAbsent(value)) return []
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return value.split('\n').filter((line) => line.trim() !== '')
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([key, entry]) => ({ key, value: entry }))
  }
  return [value]
}

function round(template: readonly Element[], scope: Scope, { expansion }: Place): Element[] {
  const first = template[0]
  if (!first?.ownerDocument) return []
  const stage = first.ownerDocument.createElement('stage')
  for (const node of template) stage.appendChild(cloneElement(node, true))
  expansion.spent.clones += descendants(stage, 'r').length
  if (expansion.spent.clones > MOST_CLONES) {
    throw new TemplateError('TOO_MANY_ROWS', 'The loops of the template make too long a document')
  }
  expand(stage, scope, { ...expansion, depth: (expansion.depth ?? 0) + 1 })
  return elements(stage)
}

// ── what a block covers ──

function measureExtent(block: Block, place: Place): Extent {
  const row = soleCellRow(block, place.root)
  if (row) return rowExtent(block, { first: row, last: row, place })
  const shared = commonAncestor(block.open.run, block.close.run)
  const first = childOf(shared, block.open.run)
  const last = childOf(shared, block.close.run)
  if (is(shared, 'tr')) return rowExtent(block, { first: shared, last: shared, place })
  if (is(first, 'tr') && is(last, 'tr')) return rowExtent(block, { first, last, place })
  if (is(first, 'p') && is(last, 'p') && first !== last) return paragraphExtent(block, place)
  if (first === block.open.run && last === block.close.run) return siblingExtent(block, place)
  throw at(block.open, place.expansion.part, 'UNBALANCED')
}

/** `#each` in the only cell of a row repeats the row, as it does when it spans cells. */
function soleCellRow(block: Block, root: Element): Element | null {
  if (block.open.tag.kind !== 'each') return null
  const row = ancestor(block.open.run, 'tr', root)
  if (!row || elements(row, 'tc').length !== 1) return null
  return ancestor(block.close.run, 'tr', root) === row ? row : null
}

function rowExtent(block: Block, { first, last, place }: { first: Element; last: Element; place: Place }): Extent {
  const covered = siblings(first, last)
  const divider = block.otherwise
    ? covered.findIndex((row) => isBelow(block.otherwise?.run ?? row, row))
    : covered.length
  if (block.otherwise && covered.length < 3) throw at(block.otherwise, place.expansion.part, 'UNBALANCED')
  const main = covered.slice(0, divider)
  const otherwise = covered.slice(divider)
  const anchor = anchorBefore(first)
  const rows = [block.open, block.otherwise, block.close].map((found) => (found ? rowOf(found.run, covered) : null))
  removeTags(block)
  // A row that held nothing but a block mark is scaffolding of the template.
  const bare = new Set(rows.filter((row) => row && covered.length > 1 && isBareRow(row)))
  const kept = (row: Element) => !bare.has(row)
  for (const row of bare) if (row) remove(row)
  return { main: main.filter(kept), otherwise: otherwise.filter(kept), anchor }
}

function rowOf(run: Element, rows: readonly Element[]): Element | null {
  return rows.find((row) => isBelow(run, row)) ?? null
}

function isBareRow(row: Element): boolean {
  return !hasTags(row) && descendants(row, 't').every((piece) => (piece.textContent ?? '').trim() === '')
}

function paragraphExtent(block: Block, place: Place): Extent {
  for (const found of [block.open, block.otherwise, block.close]) {
    if (found && !is(found.run.parentNode, 'p')) throw at(found, place.expansion.part, 'UNBALANCED')
  }
  const marks = [block.open, block.otherwise, block.close].map((found) => (found ? standAlone(found.run) : null))
  const [open, otherwise, close] = marks
  if (!open || !close || (otherwise && otherwise.parentNode !== open.parentNode)) {
    throw at(block.open, place.expansion.part, 'UNBALANCED')
  }
  return between({ open, otherwise: otherwise ?? null, close })
}

/** Splits the paragraph so that the mark has one of its own, and gives that back. */
function standAlone(run: Element): Element {
  const paragraph = run.parentNode
  if (!is(paragraph, 'p')) throw new TemplateError('UNBALANCED', 'A block mark stands outside a paragraph')
  const properties = elements(paragraph, 'pPr')[0]
  const content = elements(paragraph).filter((child) => child !== properties)
  const index = content.indexOf(run)
  const side = (nodes: Element[], position: 'before' | 'after'): void => {
    if (!nodes.some((node) => node.localName !== 'bookmarkStart' && node.localName !== 'bookmarkEnd')) return
    const half = cloneElement(paragraph, false)
    if (properties) half.appendChild(properties.cloneNode(true))
    for (const node of nodes) half.appendChild(node)
    paragraph.parentNode?.insertBefore(half, position === 'before' ? paragraph : paragraph.nextSibling)
  }
  side(content.slice(0, index), 'before')
  side(content.slice(index + 1), 'after')
  return paragraph
}

function siblingExtent(block: Block, place: Place): Extent {
  const { open, otherwise, close } = block
  if (otherwise && otherwise.run.parentNode !== open.run.parentNode)
    throw at(otherwise, place.expansion.part, 'UNBALANCED')
  return between({ open: open.run, otherwise: otherwise?.run ?? null, close: close.run })
}

function between(marks: { open: Element; otherwise: Element | null; close: Element }): Extent {
  const covered = siblings(marks.open, marks.close).slice(1, -1)
  const divider = marks.otherwise ? covered.indexOf(marks.otherwise) : covered.length
  const extent = {
    main: covered.slice(0, divider),
    otherwise: covered.slice(divider + 1),
    anchor: anchorBefore(marks.open),
  }
  for (const mark of [marks.open, marks.otherwise, marks.close]) if (mark) remove(mark)
  return extent
}

function removeTags(block: Block): void {
  for (const found of [block.open, block.otherwise, block.close]) if (found) remove(found.run)
}

function anchorBefore(node: Element): Element {
  const anchor = node.ownerDocument?.createElement('anchor')
  if (!anchor) throw new TemplateError('BROKEN_XML', 'The element has no document')
  node.parentNode?.insertBefore(anchor, node)
  return anchor
}

/** A line that consisted of a block which printed nothing is no line. */
function dropIfEmptied(paragraph: Element): void {
  const content = elements(paragraph).filter((child) => child.localName !== 'pPr')
  const breaksSection = descendants(paragraph, 'sectPr').length > 0
  if (content.length === 0 && !breaksSection && paragraph.parentNode) remove(paragraph)
}

function siblings(first: Element, last: Element): Element[] {
  const found: Element[] = []
  for (let node: Element['nextSibling'] = first; node; node = node.nextSibling) {
    if (isElement(node)) found.push(node)
    if (node === last) break
  }
  return found
}

function commonAncestor(a: Element, b: Element): Element {
  for (let up = a.parentNode; up; up = up.parentNode) if (isElement(up) && isBelow(b, up)) return up
  throw new TemplateError('UNBALANCED', 'The block begins and ends in different parts')
}

function childOf(parent: Element, node: Element): Element {
  let child = node
  for (let up = node.parentNode; up && up !== parent; up = up.parentNode) if (isElement(up)) child = up
  return child
}

export function isBelow(node: Element, root: Element): boolean {
  for (let up: Element['parentNode'] = node; up; up = up.parentNode) if (up === root) return true
  return false
}

function at(found: FoundTag, part: string, code: 'UNBALANCED' | 'TOO_MANY_ROWS'): TemplateError {
  const message =
    code === 'UNBALANCED'
      ? 'The block begins and ends at places that do not belong together'
      : `The list has more than ${MOST_ROWS} rows`
  return new TemplateError(code, message, { placeholder: `{{${found.source}}}`, location: locate(found.run, part) })
}

/** Word refuses cells without a paragraph at their end and tables without rows. */
export function mendTables(root: Element): void {
  for (const table of descendants(root, 'tbl')) {
    if (descendants(table, 'tr', (element) => is(element, 'tr')).length === 0) remove(table)
  }
  for (const cell of descendants(root, 'tc')) {
    if (is(elements(cell).at(-1), 'p') || !cell.ownerDocument) continue
    cell.appendChild(cell.ownerDocument.createElementNS(cell.namespaceURI, 'w:p'))
  }
}
