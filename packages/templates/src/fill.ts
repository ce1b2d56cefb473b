import { type AnnexureSection, annexurePages, imageOf } from './annexures.ts'
import { expand, mendTables } from './blocks.ts'
import { applyFilters, ExpressionError, isAbsent, resolve, type Scope, type Tag } from './expression.ts'
import { type FilterContext, FilterError } from './filters.ts'
import { drawing, type Images, type MediaShelf, mediaShelf } from './media.ts'
import { closePackage, DOCUMENT, type OpenPackage, openPackage, partRoot, writtenParts } from './open-package.ts'
import { type FoundTag, isolatePlaceholders, locate, tagError, textElement, unmark } from './placeholders.ts'
import { type DocumentProperties, writeProperties } from './properties.ts'
import { refuseUnsafe } from './safety.ts'
import { TemplateError } from './template-error.ts'
import { type TickTable, tickTableXml } from './tick-tables.ts'
import { addWatermark } from './watermark.ts'
import {
  ancestor,
  cloneElement,
  type Element,
  elements,
  firstChild,
  fragment,
  insertBefore,
  is,
  remove,
  stripControls,
  w,
} from './xml.ts'

export type TemplateData = Readonly<Record<string, unknown>>

export interface FillOptions extends FilterContext {
  /** Printed for an absent value; the ruleset's blank mark. Default `NA`. */
  blankMark?: string
  clauses?: Readonly<Record<string, string>>
  tickTables?: Readonly<Record<string, TickTable>>
  images?: Images
  annexures?: readonly AnnexureSection[]
  /** Prints DRAFT across each page. */
  draft?: boolean
  properties?: DocumentProperties
}

/** Missing, these print NA whatever the blank mark is. */
const PRINT_NA =
  /^(valuation_inputs\.guideline_(rate_per_sqm|rate_input|total_value)|computed\.(guideline_total|book_value|value_in_words\.book|standardized_rates\.guideline_rate_per_sqm))(\.|$)/
const IMAGE_BOX = { width_mm: 160, height_mm: 100 }
const DEEPEST_CLAUSE = 3

/**
 * Fills a template. Equal template, data and options give equal bytes.
 * @param data roots: contract sections, computed, report, assignment, firm, signatory, bank, form
 * @throws TemplateError with placeholder and place
 */
export function fillTemplate(template: Uint8Array, data: TemplateData, options: FillOptions = {}): Uint8Array {
  const pkg = openPackage(template)
  fillPackage(pkg, data, options)
  if (options.draft) addWatermark(pkg, 'DRAFT')
  if (options.properties) writeProperties(pkg, options.properties)
  return closePackage(pkg)
}

/** Fills an open package in place, headers, footers and notes included. */
export function fillPackage(pkg: OpenPackage, data: TemplateData, options: FillOptions = {}): Filled {
  refuseUnsafe(pkg)
  const shelf = mediaShelf(pkg)
  const spent = { clones: 0, annexures: false }
  for (const name of writtenParts(pkg)) {
    const root = partRoot(pkg, name)
    const work: Work = { options, shelf, name, part: partLabel(name), spent }
    isolatePlaceholders(root)
    expand(root, { data, names: new Map() }, expansionOf(work, 0))
    mendTables(root)
  }
  return { annexures: spent.annexures }
}

export interface Filled {
  /** The template has a place for the annexures, and they stand there. */
  annexures: boolean
}

export function partLabel(name: string): string {
  return name.replace(/^word\//, '').replace(/\.xml$/, '')
}

interface Work {
  options: FillOptions
  shelf: MediaShelf
  name: string
  part: string
  spent: { clones: number; annexures: boolean }
}

function expansionOf(work: Work, clauseDepth: number) {
  const print = (found: FoundTag, scope: Scope): void => {
    try {
      printTag(found, { work, scope, clauseDepth })
    } catch (error) {
      throw describe(error, found, work.part)
    }
  }
  return { part: work.part, print, spent: work.spent }
}

function describe(error: unknown, found: FoundTag, part: string): unknown {
  if (error instanceof FilterError) {
    const at = { placeholder: `{{${found.source}}}`, location: locate(found.run, part) }
    return new TemplateError('TYPE_ERROR', error.message, at)
  }
  if (error instanceof TemplateError && error.location === null) {
    return new TemplateError(error.code, error.message, {
      placeholder: error.placeholder ?? `{{${found.source}}}`,
      location: locate(found.run, part),
    })
  }
  return error instanceof ExpressionError ? tagError(error, { ...found, part }) : error
}

interface Printing {
  work: Work
  scope: Scope
  clauseDepth: number
}

function printTag(found: FoundTag, printing: Printing): void {
  const { tag } = found
  switch (tag.kind) {
    case 'value':
      return writeText(found.run, valueText(tag, printing))
    case 'image':
      return writeImage(found.run, tag, printing)
    case 'clause':
      return writeClause(found, tag.key, printing)
    case 'tick_table':
      return writeTickTable(found, tag.key, printing)
    case 'annexures':
      return writeAnnexures(found.run, printing)
    case 'each':
    case 'if':
    case 'else':
    case 'end':
      throw new TemplateError('UNBALANCED', 'A block mark is left over')
  }
}

function valueText(tag: Extract<Tag, { kind: 'value' }>, { work, scope }: Printing): string {
  const value = resolve(tag.path, scope)
  if (!isAbsent(value)) return applyFilters(value, tag.filters, work.options)
  if (PRINT_NA.test(tag.path.join('.'))) return 'NA'
  const fallback = tag.filters.find((filter) => filter.name === 'default')
  return fallback ? fallback.arg : (work.options.blankMark ?? 'NA')
}

/** Writes text with its line breaks into the placeholder's run. */
function writeText(run: Element, content: string): void {
  unmark(run)
  for (const piece of elements(run, 't')) remove(piece)
  // Braces of the data are no placeholder: parted, they can never be mistaken for one that was left over.
  const lines = stripControls(content)
    .replaceAll('{{', '{ {')
    .split(/\r\n?|\n/)
  for (const [index, line] of lines.entries()) {
    if (index > 0 && run.ownerDocument) run.appendChild(w(run.ownerDocument, 'br'))
    if (line !== '') run.appendChild(textElement(run, line))
  }
}

function writeImage(run: Element, tag: Extract<Tag, { kind: 'image' }>, { work, scope }: Printing): void {
  const value = resolve(tag.path, scope)
  const document = run.ownerDocument
  if (isAbsent(value) || !document) return remove(run)
  if (typeof value !== 'string') throw new TemplateError('TYPE_ERROR', 'The id of an image is expected')
  const image = imageOf(work.options.images ?? {}, value)
  const fit = /^(\d{1,3})x(\d{1,3})$/.exec(tag.filters.find((filter) => filter.name === 'fit')?.arg ?? '')
  const box = fit ? { width_mm: Number(fit[1]), height_mm: Number(fit[2]) } : IMAGE_BOX
  const [picture] = fragment(document, `<w:r>${drawing(work.shelf, work.name, { image, box })}</w:r>`)
  if (picture) insertBefore([picture], run)
  remove(run)
}

/** A clause alone in its paragraph becomes paragraphs like that one, else one line; its placeholders are filled too. */
function writeClause(found: FoundTag, key: string, printing: Printing): void {
  const { work, scope, clauseDepth } = printing
  const clause = ownEntry(work.options.clauses, key)
  if (clause === undefined) throw new TemplateError('CLAUSE_MISSING', `There is no clause "${key}"`)
  if (clauseDepth >= DEEPEST_CLAUSE) throw new TemplateError('UNBALANCED', `The clause "${key}" contains itself`)
  const paragraph = found.run.parentNode
  const document = found.run.ownerDocument
  if (!is(paragraph, 'p') || !document) return writeText(found.run, clause)
  const alone = elements(paragraph).every((child) => child === found.run || child.localName === 'pPr')
  const parts = clause.split(/\r\n?|\n/).filter((each) => each.trim() !== '')
  const stage = document.createElement('stage')
  for (const line of alone ? parts : [parts.join(' ')]) {
    const copy = cloneElement(paragraph, alone)
    if (!alone) copy.appendChild(cloneElement(found.run, true))
    const run = elements(copy, 'r')[0]
    if (run) writeClauseLine(run, line)
    stage.appendChild(copy)
  }
  isolatePlaceholders(stage)
  expand(stage, scope, expansionOf(work, clauseDepth + 1))
  insertBefore(
    alone ? elements(stage) : elements(stage).flatMap((copy) => elements(copy)),
    alone ? paragraph : found.run,
  )
  remove(alone ? paragraph : found.run)
}

function writeClauseLine(run: Element, line: string): void {
  unmark(run)
  for (const piece of elements(run, 't')) remove(piece)
  run.appendChild(textElement(run, stripControls(line)))
}

function writeTickTable(found: FoundTag, key: string, { work }: Printing): void {
  const table = ownEntry(work.options.tickTables, key)
  if (!table) throw new TemplateError('UNKNOWN_PLACEHOLDER', `There is no tick table "${key}"`)
  writeBlocks(found.run, tickTableXml(table))
}

function writeAnnexures(run: Element, { work }: Printing): void {
  const { annexures = [], images = {} } = work.options
  work.spent.annexures = true
  if (work.name !== DOCUMENT) throw new TemplateError('TYPE_ERROR', 'Annexures belong into the text, not into a header')
  const paragraph = ancestor(run, 'p')
  const atTop = elements(paragraph?.parentNode ?? run)[0] === paragraph
  writeBlocks(run, annexurePages(annexures, { images, shelf: work.shelf, part: work.name, atTop }))
}

/** Puts tables and paragraphs in the place of the placeholder's paragraph. */
function writeBlocks(run: Element, xml: string): void {
  const paragraph = ancestor(run, 'p')
  const document = run.ownerDocument
  if (!paragraph || !document) return
  insertBefore(fragment(document, xml), paragraph)
  remove(run)
  const rest = elements(paragraph).filter((child) => child.localName !== 'pPr')
  const closesSection = firstChild(paragraph, 'pPr') && firstChild(firstChild(paragraph, 'pPr') ?? paragraph, 'sectPr')
  if (rest.length === 0 && !closesSection) remove(paragraph)
}

function ownEntry<T>(entries: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return entries && Object.hasOwn(entries, key) ? entries[key] : undefined
}
