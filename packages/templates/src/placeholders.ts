import { ExpressionError, parseTag, type Tag } from './expression.ts'
import { TemplateError } from './template-error.ts'
import { ancestor, cloneElement, descendants, type Element, elements, firstChild, is, remove, w } from './xml.ts'

/** Marks a run that holds exactly one placeholder; taken away before the document is written. */
const MARK = 'zen-tag'
const PLACEHOLDER = /\{\{([^{}]{1,1100})\}\}/g

export interface FoundTag {
  run: Element
  source: string
  tag: Tag
}

export interface Block {
  open: FoundTag
  otherwise: FoundTag | null
  close: FoundTag
}

/**
 * Gives each placeholder below `root` a run of its own, however many runs Word has split it over. The new run keeps
 * the formatting of the run in which the placeholder begins.
 */
export function isolatePlaceholders(root: Element): void {
  for (const paragraph of paragraphs(root)) isolateIn(paragraph)
}

export function paragraphs(root: Element): Element[] {
  return is(root, 'p') ? [root, ...descendants(root, 'p')] : descendants(root, 'p')
}

/** Text pieces of one paragraph, without those of text boxes that are anchored in it. */
function pieces(paragraph: Element): Element[] {
  return descendants(paragraph, 't', (element) => element.localName === 'p').filter(
    (piece) => is(piece.parentNode, 'r') && ancestor(piece, 'p') === paragraph,
  )
}

function isolateIn(paragraph: Element): void {
  const all = pieces(paragraph)
  const whole = all.map((piece) => piece.textContent ?? '').join('')
  if (!whole.includes('{{')) return
  const matches = [...whole.matchAll(PLACEHOLDER)].reverse()
  for (const match of matches) gather(all, match.index, match.index + match[0].length)
  for (const piece of all) {
    if (piece.textContent === '') dropEmpty(piece)
    else splitRun(piece)
  }
}

/** Moves the characters start..end, which may lie in several pieces, into the piece in which they begin. */
function gather(all: readonly Element[], start: number, end: number): void {
  let offset = 0
  let first: Element | null = null
  for (const piece of all) {
    const content = piece.textContent ?? ''
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, content.length)
    offset += content.length
    if (to <= from) continue
    if (!first) {
      first = piece
      continue
    }
    first.textContent = (first.textContent ?? '') + content.slice(from, to)
    piece.textContent = content.slice(0, from) + content.slice(to)
  }
}

function dropEmpty(piece: Element): void {
  const run = piece.parentNode
  remove(piece)
  if (is(run, 'r') && elements(run).every((child) => child.localName === 'rPr')) remove(run)
}

function splitRun(piece: Element): void {
  const run = piece.parentNode
  const content = piece.textContent ?? ''
  if (!is(run, 'r') || !content.includes('{{')) return
  const document = run.ownerDocument
  const parts = content.split(/(\{\{[^{}]{1,1100}\}\})/).filter((part) => part !== '')
  if (!document || !parts.some((part) => part.startsWith('{{'))) return
  const properties = firstChild(run, 'rPr')
  const newRun = (): Element => {
    const fresh = cloneElement(run, false)
    if (properties) fresh.appendChild(properties.cloneNode(true))
    run.parentNode?.insertBefore(fresh, run)
    return fresh
  }
  const before = elements(run).filter((child) => child !== properties)
  const at = before.indexOf(piece)
  if (at > 0) {
    const head = newRun()
    for (const child of before.slice(0, at)) head.appendChild(child)
  }
  for (const part of parts) {
    const fresh = newRun()
    fresh.appendChild(textElement(fresh, part))
    if (/^\{\{[^{}]+\}\}$/.test(part)) fresh.setAttribute(MARK, part.slice(2, -2))
  }
  remove(piece)
  if (elements(run).every((child) => child.localName === 'rPr')) remove(run)
  else splitRest(run)
}

function splitRest(run: Element): void {
  const next = elements(run, 't').find((piece) => (piece.textContent ?? '').includes('{{'))
  if (next) splitRun(next)
}

export function textElement(near: Element, content: string): Element {
  const document = near.ownerDocument
  if (!document) throw new TemplateError('BROKEN_XML', 'The element has no document')
  const element = w(document, 't')
  element.setAttribute('xml:space', 'preserve')
  element.appendChild(document.createTextNode(content))
  return element
}

export function isTagRun(element: Element): boolean {
  return element.localName === 'r' && element.hasAttribute(MARK)
}

export function hasTags(root: Element): boolean {
  return isTagRun(root) || descendants(root, 'r').some(isTagRun)
}

export function unmark(run: Element): void {
  run.removeAttribute(MARK)
}

/** Isolated placeholders below `root` in document order. @throws TemplateError for one that cannot be read */
export function findTags(root: Element, part: string): FoundTag[] {
  return rawTags(root).map(({ run, source }) => {
    try {
      return { run, source, tag: parseTag(source) }
    } catch (error) {
      throw tagError(error, { source, run, part })
    }
  })
}

export function rawTags(root: Element): { run: Element; source: string }[] {
  const runs = isTagRun(root) ? [root] : descendants(root, 'r').filter(isTagRun)
  return runs.map((run) => ({ run, source: run.getAttribute(MARK) ?? '' }))
}

export function tagError(error: unknown, at: { source: string; run: Element; part: string }): unknown {
  if (!(error instanceof ExpressionError)) return error
  const place = { placeholder: `{{${at.source}}}`, location: locate(at.run, at.part) }
  return new TemplateError('UNKNOWN_PLACEHOLDER', error.message, place)
}

/** Outermost blocks of a list of tags. @throws TemplateError UNBALANCED */
export function outermostBlocks(tags: readonly FoundTag[], part: string): Block[] {
  const blocks: Block[] = []
  const stack: { open: FoundTag; otherwise: FoundTag | null }[] = []
  const wrong = (tag: FoundTag, message: string): never => {
    const at = { placeholder: `{{${tag.source}}}`, location: locate(tag.run, part) }
    throw new TemplateError('UNBALANCED', message, at)
  }
  for (const found of tags) {
    const { tag } = found
    const top = stack.at(-1)
    if (tag.kind === 'each' || tag.kind === 'if') stack.push({ open: found, otherwise: null })
    else if (tag.kind === 'else') {
      if (!top || top.otherwise) wrong(found, 'There is no block to which this else belongs')
      else top.otherwise = found
    } else if (tag.kind === 'end') {
      if (!top || top.open.tag.kind !== tag.of) return [wrong(found, 'This end has no beginning')]
      stack.pop()
      if (stack.length === 0) blocks.push({ ...top, close: found })
    }
  }
  const open = stack.at(-1)
  if (open) wrong(open.open, 'The block is not closed')
  return blocks
}

/** Where a node stands, for people: "document, table 2, row 5, cell 1" or "header1, paragraph 3". */
export function locate(node: Element, part: string): string {
  const top = topOf(node)
  const table = ancestor(node, 'tbl')
  const row = ancestor(node, 'tr')
  const cell = ancestor(node, 'tc')
  if (table && row && cell) {
    const place = [nth(top, table, 'tbl'), nth(table, row, 'tr'), nth(row, cell, 'tc')]
    return `${part}, table ${place[0]}, row ${place[1]}, cell ${place[2]}`
  }
  const paragraph = is(node, 'p') ? node : ancestor(node, 'p')
  return paragraph ? `${part}, paragraph ${nth(top, paragraph, 'p')}` : part
}

function topOf(node: Element): Element {
  let top = node
  for (let up = node.parentNode; up; up = up.parentNode) if (up.nodeType === 1) top = up as Element // nodeType 1 is an element
  return top
}

function nth(within: Element, element: Element, name: string): number {
  const stop = name === 'p' ? undefined : (candidate: Element) => candidate.localName === name && name !== 'tbl'
  return descendants(within, name, stop).indexOf(element) + 1
}
