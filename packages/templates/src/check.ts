import { CheckScope } from './check-scope.ts'
import { type Condition, ExpressionError, parseTag, type Path, type Tag } from './expression.ts'
import { partLabel } from './fill.ts'
import type { KnownPaths } from './known-paths.ts'
import { DOCUMENT, type OpenPackage, openPackage, partRoot, writtenParts } from './open-package.ts'
import { isolatePlaceholders, locate, paragraphs, rawTags } from './placeholders.ts'
import { unsafeParts } from './safety.ts'
import { TemplateError } from './template-error.ts'
import { textOf } from './verify-pack.ts'
import { descendants, type Element, elements, firstChild } from './xml.ts'

export interface Demands {
  /** One of `any` must be printed; `|name` asks for a filter. */
  required: readonly { any: readonly string[]; severity: 'error' | 'warning' }[]
  annexures?: boolean
  /** Clauses and tick tables that exist; without them their keys are not judged. */
  keys?: Keys
}

export interface Finding {
  placeholder: string
  location: string
  message: string
}

export interface TemplateCheck {
  valid: boolean
  unknown: Finding[]
  missing: { path: string; severity: 'error' | 'warning' }[]
  unbalanced: Finding[]
  type_errors: Finding[]
  warnings: Finding[]
  pages_estimate: number
}

export interface Keys {
  clauses?: ReadonlySet<string>
  tickTables?: ReadonlySet<string>
}

const LINES_PER_PAGE = 46
const FONTS =
  /^(Calibri|Carlito|Cambria|Caladea|Times New Roman|Arial|Courier New|Liberation (Serif|Sans|Mono)|Wingdings|Symbol)$/

/** Reads a template as the filler would and says everything that is wrong with it; never throws for its content. */
export function checkTemplate(bytes: Uint8Array, known: KnownPaths, demands: Demands): TemplateCheck {
  const check: TemplateCheck = {
    valid: false,
    unknown: [],
    missing: [],
    unbalanced: [],
    type_errors: [],
    warnings: [],
    pages_estimate: 0,
  }
  try {
    inspect(openPackage(bytes), check, { known, demands, keys: demands.keys ?? {} })
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    check.type_errors.push({
      placeholder: error.placeholder ?? error.code,
      location: error.location ?? 'file',
      message: error.message,
    })
  }
  const blocking = check.missing.some((missing) => missing.severity === 'error')
  check.valid = check.unknown.length + check.unbalanced.length + check.type_errors.length === 0 && !blocking
  return check
}

interface Wanted {
  known: KnownPaths
  demands: Demands
  keys: Keys
}

function inspect(pkg: OpenPackage, check: TemplateCheck, wanted: Wanted): void {
  for (const part of unsafeParts(pkg)) {
    check.type_errors.push({
      placeholder: part.name,
      location: part.location,
      message: `The template carries a ${part.what}`,
    })
  }
  const printed = new Set<string>()
  for (const name of writtenParts(pkg)) {
    const root = partRoot(pkg, name)
    isolatePlaceholders(root)
    inspectTags(root, { part: partLabel(name), check, wanted, printed })
    warnOfFonts(root, partLabel(name), check)
    if (/notes/.test(name))
      warn(check, { placeholder: name, location: name, message: 'Notes are not carried into packs' })
  }
  for (const { any, severity } of wanted.demands.required) {
    if (!any.some((path) => printed.has(path))) check.missing.push({ path: any[0] ?? '', severity })
  }
  if (wanted.demands.annexures && !printed.has('annexures'))
    check.missing.push({ path: 'annexures', severity: 'error' })
  check.pages_estimate = estimatePages(partRoot(pkg, DOCUMENT))
}

interface Visit {
  part: string
  check: TemplateCheck
  wanted: Wanted
  printed: Set<string>
}

interface Opened {
  tag: Extract<Tag, { kind: 'each' | 'if' }>
  finding: Finding
  inElse: boolean
}

function inspectTags(root: Element, visit: Visit): void {
  const { part, check, wanted } = visit
  const stack: Opened[] = []
  for (const { run, source } of rawTags(root)) {
    const finding = { placeholder: `{{${source}}}`, location: locate(run, part), message: '' }
    try {
      const tag = parseTag(source)
      const scope = new CheckScope(
        wanted.known,
        stack.map((opened) => opened.tag),
      )
      if (!balance(tag, stack, { finding, check })) continue
      judgeTag(tag, { scope, finding, visit, inElse: stack.some((opened) => opened.inElse) })
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      check.unknown.push({ ...finding, message: error.message })
    }
  }
  for (const { finding } of stack) check.unbalanced.push({ ...finding, message: 'The block is not closed' })
  for (const paragraph of paragraphs(root)) {
    const rest = stray(paragraph)
    if (rest)
      check.unbalanced.push({
        placeholder: rest,
        location: locate(paragraph, part),
        message: 'Braces without a partner',
      })
  }
}

/** Keeps the stack of open blocks; false when the tag has no place on it. */
function balance(tag: Tag, stack: Opened[], { finding, check }: { finding: Finding; check: TemplateCheck }): boolean {
  const top = stack.at(-1)
  if (tag.kind === 'each' || tag.kind === 'if') stack.push({ tag, finding, inElse: false })
  if (tag.kind === 'else') {
    if (!top || top.inElse)
      check.unbalanced.push({ ...finding, message: 'There is no block to which this else belongs' })
    else top.inElse = true
  }
  if (tag.kind === 'end') {
    if (top?.tag.kind === tag.of) stack.pop()
    else check.unbalanced.push({ ...finding, message: 'This end has no beginning' })
  }
  return tag.kind !== 'else' && tag.kind !== 'end'
}

interface Judging {
  scope: CheckScope
  finding: Finding
  visit: Visit
  inElse: boolean
}

function judgeTag(tag: Tag, judging: Judging): void {
  const { finding, visit } = judging
  if (tag.kind === 'annexures') visit.printed.add('annexures')
  if (tag.kind === 'clause' || tag.kind === 'tick_table') return judgeKey(tag, judging)
  if (tag.kind === 'if') return pathsOf(tag.test).forEach((path) => named(path, judging))
  if (tag.kind !== 'value' && tag.kind !== 'image' && tag.kind !== 'each') return
  if (tag.kind === 'value') for (const filter of tag.filters) visit.printed.add(`|${filter.name}`)
  const message = named(tag.path, judging) ? problemOf(tag, judging) : null
  if (message) visit.check.type_errors.push({ ...finding, message })
}

function problemOf(tag: Extract<Tag, { kind: 'value' | 'image' | 'each' }>, { scope, inElse }: Judging): string | null {
  if (tag.kind === 'image') return scope.imageProblem(tag.path)
  if (tag.kind === 'each') return scope.listProblem(tag.path)
  // In an else branch the value is absent: a list there prints the blank mark.
  return inElse ? null : scope.valueProblem(tag.path, tag.filters)
}

function named(path: Path, { scope, finding, visit }: Judging): boolean {
  const full = scope.fullPath(path)
  visit.printed.add(full)
  if (scope.kindOf(path)) return true
  visit.check.unknown.push({ ...finding, message: `There is no "${path.join('.')}"` })
  return false
}

function judgeKey(tag: Extract<Tag, { kind: 'clause' | 'tick_table' }>, { finding, visit }: Judging): void {
  const { clauses, tickTables } = visit.wanted.keys
  const keys = tag.kind === 'clause' ? clauses : tickTables
  if (keys && !keys.has(tag.key))
    visit.check.unknown.push({ ...finding, message: `There is no ${tag.kind} "${tag.key}"` })
}

function pathsOf(condition: Condition): Path[] {
  switch (condition.kind) {
    case 'path':
      return [condition.path]
    case 'literal':
      return []
    case 'not':
      return pathsOf(condition.of)
    case 'and':
    case 'or':
    case 'compare':
      return [...pathsOf(condition.left), ...pathsOf(condition.right)]
  }
}

/** Opening braces that no placeholder took, also in field codes. */
function stray(paragraph: Element): string | null {
  const whole = descendants(paragraph, 't', (element) => element.localName === 'p')
    .filter((piece) => !/^\{\{[^{}]+\}\}$/.test(piece.textContent ?? ''))
    .concat(descendants(paragraph, 'instrText'))
    .map((piece) => piece.textContent ?? '')
    .join('')
  const at = whole.search(/\{\{|\}\}/)
  return at < 0 ? null : whole.slice(at, at + 60)
}

function warnOfFonts(root: Element, part: string, check: TemplateCheck): void {
  const names = new Set(descendants(root, 'rFonts').map((fonts) => fonts.getAttribute('w:ascii') ?? ''))
  for (const name of names) {
    if (name === '' || FONTS.test(name)) continue
    warn(check, {
      placeholder: name,
      location: part,
      message: `The font "${name}" is not shipped; another takes its place`,
    })
  }
}

function warn(check: TemplateCheck, finding: Finding): void {
  const known = check.warnings.some(
    (each) => each.placeholder === finding.placeholder && each.location === finding.location,
  )
  if (!known) check.warnings.push(finding)
}

/** Lines of text at the usual size, and the breaks that somebody has set. */
function estimatePages(root: Element): number {
  const body = firstChild(root, 'body')
  if (!body) return 1
  let lines = 0
  for (const block of elements(body)) {
    if (block.localName === 'p') lines += Math.max(1, Math.ceil(textOf(block).length / 95))
    for (const row of block.localName === 'tbl' ? descendants(block, 'tr') : []) {
      const heights = elements(row, 'tc').map((cell) =>
        paragraphs(cell).reduce((sum, each) => sum + Math.max(1, Math.ceil(textOf(each).length / 42)), 0),
      )
      lines += Math.max(1, ...heights)
    }
  }
  const breaks = descendants(body, 'br').filter((element) => element.getAttribute('w:type') === 'page').length
  const forced = breaks + descendants(body, 'pageBreakBefore').length + descendants(body, 'sectPr').length - 1
  return Math.max(1, Math.ceil(lines / LINES_PER_PAGE) + Math.max(0, forced))
}
