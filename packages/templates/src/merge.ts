import { mergeStyles, type Renaming } from './merge-styles.ts'
import {
  addRelationship,
  contentTypes,
  declareType,
  DOCUMENT,
  hasPart,
  type OpenPackage,
  partRoot,
  partXml,
  type Relationship,
  relationships,
  setPart,
  targetPart,
} from './open-package.ts'
import { TemplateError } from './template-error.ts'
import { emptyHeader } from './watermark.ts'
import { descendants, type Element, elements, firstChild, is, isElement, R, serializeXml, w } from './xml.ts'

/** Puts documents one behind the other into the first; each begins on a new page and keeps its page setup. */
export function mergePackages(packages: readonly OpenPackage[]): OpenPackage {
  const [base, ...others] = packages
  if (!base) throw new TemplateError('NOT_A_DOCX', 'There is no document to assemble')
  for (const [index, other] of others.entries()) append(base, other, index + 2)
  renumberDrawings(base)
  return base
}

function bodyOf(pkg: OpenPackage): Element {
  const body = firstChild(partRoot(pkg, DOCUMENT), 'body')
  if (!body) throw new TemplateError('BROKEN_XML', 'The document has no body', { location: DOCUMENT })
  return body
}

function append(base: OpenPackage, other: OpenPackage, order: number): void {
  const renaming = mergeStyles(base, other, order)
  rename(partRoot(other, DOCUMENT), renaming, order)
  const relations = copyRelations({ base, other, from: DOCUMENT, to: DOCUMENT }, renaming, order)
  relink(partRoot(other, DOCUMENT), relations)
  const body = bodyOf(base)
  closeSection(base, body)
  const document = partXml(base, DOCUMENT)
  const imported = elements(bodyOf(other)).map((element) => document.importNode(element, true))
  for (const node of imported) body.appendChild(node)
  const sections = imported
    .filter(isElement)
    .flatMap((node) => (is(node, 'sectPr') ? [node] : descendants(node, 'sectPr')))
  if (sections[0]) separate(base, sections[0])
}

/** The section that ends the document becomes that of its last paragraph. */
function closeSection(base: OpenPackage, body: Element): void {
  const document = partXml(base, DOCUMENT)
  const section = elements(body, 'sectPr').at(-1) ?? w(document, 'sectPr')
  if (section.parentNode) body.removeChild(section)
  const last = elements(body).at(-1)
  const reusable = is(last, 'p') && descendants(last, 'sectPr').length === 0
  const paragraph = reusable ? last : body.appendChild(thinParagraph(base))
  const properties = firstChild(paragraph, 'pPr') ?? paragraph.insertBefore(w(document, 'pPr'), paragraph.firstChild)
  const change = firstChild(properties, 'pPrChange')
  properties.insertBefore(section, change)
}

/** A paragraph so low that it finds room below a table which fills its page. */
function thinParagraph(base: OpenPackage): Element {
  const document = partXml(base, DOCUMENT)
  const paragraph = w(document, 'p')
  const properties = paragraph.appendChild(w(document, 'pPr'))
  properties.appendChild(w(document, 'spacing', { before: '0', after: '0', line: '20', lineRule: 'exact' }))
  return paragraph
}

/** Without headers of its own a section shows those of the one before: it gets empty ones. */
function separate(base: OpenPackage, section: Element): void {
  const kinds = ['default', ...(firstChild(section, 'titlePg') ? ['first'] : [])]
  for (const kind of kinds) {
    const has = elements(section, 'headerReference').some((each) => (each.getAttribute('w:type') ?? 'default') === kind)
    if (!has) emptyHeader(base, section, kind)
  }
}

// ── references ──

interface Route {
  base: OpenPackage
  other: OpenPackage
  from: string
  to: string
}

function copyRelations(route: Route, renaming: Renaming, order: number): Map<string, string> {
  const ids = new Map<string, string>()
  for (const relation of relationships(route.other, route.from)) {
    const kind = relation.type.slice(relation.type.lastIndexOf('/') + 1)
    const target = copyTarget(relation, kind, { route, renaming, order })
    if (target === null) continue
    ids.set(
      relation.id,
      addRelationship(route.base, route.to, { type: relation.type, target, external: relation.external }),
    )
  }
  return ids
}

/** Target of the copied relation, seen from `word/`; null for parts of which a document has only one. */
function copyTarget(
  relation: Relationship,
  kind: string,
  copy: { route: Route; renaming: Renaming; order: number },
): string | null {
  const { base, other, from } = copy.route
  if (relation.external) return kind === 'hyperlink' ? relation.target : null
  const source = targetPart(from, relation.target)
  if (!hasPart(other, source)) return null
  if (kind === 'image') return copyImage(base, other, source)
  return kind === 'header' || kind === 'footer' ? copyWritten(copy, { source, kind }) : null
}

function copyImage(base: OpenPackage, other: OpenPackage, source: string): string {
  const extension = source.slice(source.lastIndexOf('.') + 1).toLowerCase()
  let n = 1
  while (hasPart(base, `word/media/image${n}.${extension}`)) n++
  setPart(base, `word/media/image${n}.${extension}`, other.parts.get(source) ?? new Uint8Array())
  const type = contentTypes(other).find((each) => each.name.toLowerCase() === extension)?.type
  declareType(base, { extension, type: type ?? `image/${extension === 'jpg' ? 'jpeg' : extension}` })
  return `media/image${n}.${extension}`
}

function copyWritten(
  copy: { route: Route; renaming: Renaming; order: number },
  part: { source: string; kind: string },
): string {
  const { base, other } = copy.route
  let n = 1
  while (hasPart(base, `word/${part.kind}${n}.xml`)) n++
  const name = `word/${part.kind}${n}.xml`
  const root = partRoot(other, part.source)
  rename(root, copy.renaming, copy.order)
  // The part has to stand before relations can be added to it; its links are set right afterwards.
  setPart(base, name, serializeXml(partXml(other, part.source)))
  declareType(base, {
    part: name,
    type: `application/vnd.openxmlformats-officedocument.wordprocessingml.${part.kind}+xml`,
  })
  const ids = copyRelations({ base, other, from: part.source, to: name }, copy.renaming, copy.order)
  relink(partRoot(base, name), ids)
  return `${part.kind}${n}.xml`
}

function everyElement(root: Element, visit: (element: Element) => void): void {
  visit(root)
  for (const element of elements(root)) everyElement(element, visit)
}

function relink(root: Element, ids: ReadonlyMap<string, string>): void {
  everyElement(root, (element) => {
    for (const name of ['id', 'embed', 'link', 'pict']) {
      const id = ids.get(element.getAttributeNS(R, name) ?? '')
      if (id) element.setAttributeNS(R, `r:${name}`, id)
    }
  })
}

const STYLE_TAGS = new Set(['pStyle', 'rStyle', 'tblStyle'])

function rename(root: Element, renaming: Renaming, order: number): void {
  everyElement(root, (element) => {
    const name = element.localName ?? ''
    const value = element.getAttribute('w:val') ?? ''
    if (STYLE_TAGS.has(name)) element.setAttribute('w:val', renaming.styles.get(value) ?? value)
    if (name === 'numId') element.setAttribute('w:val', renaming.numbers.get(value) ?? value)
    if (name === 'bookmarkStart' || name === 'bookmarkEnd') {
      element.setAttribute('w:id', String(Number(element.getAttribute('w:id') ?? 0) + order * 100_000))
    }
    if (name === 'p' && renaming.plain !== null) nameStyle(element, renaming.plain)
  })
}

function nameStyle(paragraph: Element, style: string): void {
  const document = paragraph.ownerDocument
  if (!document) return
  const properties = firstChild(paragraph, 'pPr') ?? paragraph.insertBefore(w(document, 'pPr'), paragraph.firstChild)
  if (!firstChild(properties, 'pStyle'))
    properties.insertBefore(w(document, 'pStyle', { val: style }), properties.firstChild)
}

/** Drawing ids count through the whole document. */
function renumberDrawings(pkg: OpenPackage): void {
  let next = 1
  const names = [
    DOCUMENT,
    ...[...pkg.xml.keys(), ...pkg.parts.keys()].filter((name) => /^word\/(header|footer)\d+\.xml$/.test(name)).sort(),
  ]
  for (const name of new Set(names)) {
    for (const drawing of descendants(partRoot(pkg, name), 'drawing')) {
      const id = String(next++)
      const named = [...descendants(drawing, 'docPr'), ...descendants(drawing, 'cNvPr')]
      for (const element of named) element.setAttribute('id', id)
    }
  }
}
