import { readZip, TEMPLATE_LIMITS, writeZip, type ZipLimits } from './package-zip.ts'
import { TemplateError } from './template-error.ts'
import { type Document, type Element, elements, parseXml, R, rootOf, serializeXml } from './xml.ts'

export const DOCUMENT = 'word/document.xml'
const CONTENT_TYPES = '[Content_Types].xml'
const CT = 'http://schemas.openxmlformats.org/package/2006/content-types'
const RELS = 'http://schemas.openxmlformats.org/package/2006/relationships'

/** A Word file in work: its parts as bytes, and those that were read or made as XML. */
export interface OpenPackage {
  parts: Map<string, Uint8Array>
  xml: Map<string, Document>
}

export interface Relationship {
  id: string
  type: string
  target: string
  external: boolean
}

/** @throws TemplateError when the file is no Word document, too large, or carries what may not be opened */
export function openPackage(bytes: Uint8Array, limits: ZipLimits = TEMPLATE_LIMITS): OpenPackage {
  const pkg: OpenPackage = { parts: readZip(bytes, limits), xml: new Map() }
  if (!pkg.parts.has(DOCUMENT) || !pkg.parts.has(CONTENT_TYPES)) {
    throw new TemplateError('NOT_A_DOCX', 'The file is not a Word document')
  }
  const root = rootOf(partXml(pkg, DOCUMENT), DOCUMENT)
  if (root.localName !== 'document') throw new TemplateError('NOT_A_DOCX', 'The file is not a Word document')
  return pkg
}

export function closePackage(pkg: OpenPackage): Uint8Array {
  const parts = new Map(pkg.parts)
  for (const [name, document] of pkg.xml) parts.set(name, serializeXml(document))
  return writeZip(parts)
}

export function hasPart(pkg: OpenPackage, name: string): boolean {
  return pkg.parts.has(name) || pkg.xml.has(name)
}

/** The part as a tree; changes to it are written when the package is closed. */
export function partXml(pkg: OpenPackage, name: string): Document {
  const open = pkg.xml.get(name)
  if (open) return open
  const bytes = pkg.parts.get(name)
  if (!bytes) throw new TemplateError('NOT_A_DOCX', 'A part is missing', { location: name })
  const document = parseXml(bytes, name)
  pkg.xml.set(name, document)
  return document
}

export function partRoot(pkg: OpenPackage, name: string): Element {
  return rootOf(partXml(pkg, name), name)
}

export function setPart(pkg: OpenPackage, name: string, content: string | Uint8Array): void {
  pkg.xml.delete(name)
  pkg.parts.set(name, typeof content === 'string' ? new TextEncoder().encode(content) : content)
}

export function dropPart(pkg: OpenPackage, name: string): void {
  pkg.xml.delete(name)
  pkg.parts.delete(name)
}

/** Document, headers, footers, notes: the parts in which people write. */
export function writtenParts(pkg: OpenPackage): string[] {
  const names = [...pkg.parts.keys()].filter((name) => /^word\/(header|footer)\d*\.xml$/.test(name)).sort()
  const notes = ['word/footnotes.xml', 'word/endnotes.xml'].filter((name) => pkg.parts.has(name))
  return [DOCUMENT, ...names, ...notes]
}

// ── relations ──

export function relsName(part: string): string {
  const slash = part.lastIndexOf('/')
  return `${part.slice(0, slash + 1)}_rels/${part.slice(slash + 1)}.rels`
}

export function relationships(pkg: OpenPackage, part: string): Relationship[] {
  const name = relsName(part)
  if (!hasPart(pkg, name)) return []
  return elements(partRoot(pkg, name), 'Relationship').map((element) => ({
    id: element.getAttribute('Id') ?? '',
    type: element.getAttribute('Type') ?? '',
    target: element.getAttribute('Target') ?? '',
    external: element.getAttribute('TargetMode') === 'External',
  }))
}

/** Adds a relation with the next free number and gives its id. */
export function addRelationship(pkg: OpenPackage, part: string, relation: Omit<Relationship, 'id'>): string {
  const name = relsName(part)
  if (!hasPart(pkg, name)) setPart(pkg, name, `<Relationships xmlns="${RELS}"/>`)
  const root = partRoot(pkg, name)
  const taken = elements(root, 'Relationship').map((each) =>
    Number(/^rId(\d+)$/.exec(each.getAttribute('Id') ?? '')?.[1] ?? 0),
  )
  const id = `rId${Math.max(0, ...taken) + 1}`
  const element = partXml(pkg, name).createElementNS(RELS, 'Relationship')
  element.setAttribute('Id', id)
  element.setAttribute('Type', relation.type.startsWith('http') ? relation.type : `${R}/${relation.type}`)
  element.setAttribute('Target', relation.target)
  if (relation.external) element.setAttribute('TargetMode', 'External')
  root.appendChild(element)
  return id
}

/** Name of the part to which a relation leads. */
export function targetPart(part: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1)
  const steps = part.split('/').slice(0, -1)
  for (const step of target.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '.') steps.push(step)
  }
  return steps.join('/')
}

// ── content types ──

export function declareType(
  pkg: OpenPackage,
  entry: { part: string; type: string } | { extension: string; type: string },
): void {
  const root = partRoot(pkg, CONTENT_TYPES)
  const [tag, key, value] =
    'part' in entry ? ['Override', 'PartName', `/${entry.part}`] : ['Default', 'Extension', entry.extension]
  const known = elements(root, tag).find((each) => each.getAttribute(key)?.toLowerCase() === value.toLowerCase())
  if (known) return
  const element = partXml(pkg, CONTENT_TYPES).createElementNS(CT, tag)
  element.setAttribute(key, value)
  element.setAttribute('ContentType', entry.type)
  const firstOverride = elements(root, 'Override')[0]
  if (tag === 'Default' && firstOverride) root.insertBefore(element, firstOverride)
  else root.appendChild(element)
}

export function contentTypes(pkg: OpenPackage): { name: string; type: string }[] {
  return elements(partRoot(pkg, CONTENT_TYPES)).map((element) => ({
    name: element.getAttribute('PartName') ?? element.getAttribute('Extension') ?? '',
    type: element.getAttribute('ContentType') ?? '',
  }))
}

export function undeclareMissing(pkg: OpenPackage): void {
  const root = partRoot(pkg, CONTENT_TYPES)
  for (const element of elements(root, 'Override')) {
    const name = (element.getAttribute('PartName') ?? '').slice(1)
    if (!hasPart(pkg, name)) root.removeChild(element)
  }
}
