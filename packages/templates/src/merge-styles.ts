import { XMLSerializer } from '@xmldom/xmldom'
import { hasPart, type OpenPackage, partRoot, partXml } from './open-package.ts'
import { cloneElement, descendants, type Element, elements, firstChild, isElement, w } from './xml.ts'

const STYLES = 'word/styles.xml'
const NUMBERING = 'word/numbering.xml'

export interface Renaming {
  styles: ReadonlyMap<string, string>
  numbers: ReadonlyMap<string, string>
  /** Style of paragraphs that name none, when the two documents differ in their default. */
  plain: string | null
}

/** Brings the styles of a document into another: equal ones are shared, different ones of one name get a new id. */
export function mergeStyles(base: OpenPackage, other: OpenPackage, order: number): Renaming {
  const numbers = mergeNumbering(base, other, order)
  if (!hasPart(base, STYLES) || !hasPart(other, STYLES)) return { styles: new Map(), numbers, plain: null }
  const target = partRoot(base, STYLES)
  const incoming = elements(partRoot(other, STYLES), 'style')
  const defaultsDiffer = defaultsOf(base) !== defaultsOf(other)
  const known = new Map(elements(target, 'style').map((style) => [idOf(style), textOf(style)]))
  const differs = (style: Element): boolean => {
    const twin = known.get(idOf(style))
    return twin !== undefined && (twin !== textOf(style) || (defaultsDiffer && isPlain(style)))
  }
  const renamed = new Map(incoming.filter(differs).map((style) => [idOf(style), `${idOf(style)}_${order}`]))
  for (const style of incoming) {
    if (known.has(idOf(style)) && !renamed.has(idOf(style))) continue
    target.appendChild(adopted(style, { base, other, renamed, order, defaultsDiffer }))
  }
  const plain = incoming.find(isPlain)
  return { styles: renamed, numbers, plain: plain ? (renamed.get(idOf(plain)) ?? null) : null }
}

function defaultsOf(pkg: OpenPackage): string {
  return textOf(firstChild(partRoot(pkg, STYLES), 'docDefaults'))
}

interface Adoption {
  base: OpenPackage
  other: OpenPackage
  renamed: ReadonlyMap<string, string>
  order: number
  defaultsDiffer: boolean
}

function adopted(style: Element, adoption: Adoption): Element {
  const node = partXml(adoption.base, STYLES).importNode(style, true)
  if (!isElement(node)) return style
  for (const tag of ['basedOn', 'next', 'link']) {
    const reference = firstChild(node, tag)
    const renamed = adoption.renamed.get(reference?.getAttribute('w:val') ?? '')
    if (renamed) reference?.setAttribute('w:val', renamed)
  }
  const id = adoption.renamed.get(idOf(style))
  if (id) giveId(node, id, adoption.order)
  if (id && isPlain(style) && adoption.defaultsDiffer) bakeDefaults(node, adoption.other)
  return node
}

function giveId(style: Element, id: string, order: number): void {
  style.setAttribute('w:styleId', id)
  style.removeAttribute('w:default')
  const name = firstChild(style, 'name')
  name?.setAttribute('w:val', `${name.getAttribute('w:val') ?? id} ${order}`)
}

/** Writes the other document's defaults into its renamed default style, which is where they go on to apply. */
function bakeDefaults(style: Element, other: OpenPackage): void {
  const defaults = firstChild(partRoot(other, STYLES), 'docDefaults')
  if (!defaults || !style.ownerDocument) return
  for (const name of ['pPr', 'rPr']) {
    const given = descendants(defaults, name)[0]
    if (!given) continue
    const own = firstChild(style, name) ?? style.appendChild(w(style.ownerDocument, name))
    for (const property of elements(given)) {
      if (!firstChild(own, property.localName ?? '')) own.appendChild(style.ownerDocument.importNode(property, true))
    }
  }
}

function mergeNumbering(base: OpenPackage, other: OpenPackage, order: number): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>()
  // Documents without lists have nothing to renumber; the first one's lists stay as they are.
  if (!hasPart(other, NUMBERING) || !hasPart(base, NUMBERING)) return renamed
  const target = partRoot(base, NUMBERING)
  const shift = (value: string | null) => String(Number(value ?? 0) + order * 10_000)
  const firstNumber = elements(target, 'num')[0] ?? null
  for (const element of elements(partRoot(other, NUMBERING))) {
    const copy = partXml(base, NUMBERING).importNode(cloneElement(element, true), true)
    if (!isElement(copy)) continue
    if (copy.localName === 'abstractNum') {
      copy.setAttribute('w:abstractNumId', shift(copy.getAttribute('w:abstractNumId')))
      target.insertBefore(copy, firstNumber)
    } else if (copy.localName === 'num') {
      renamed.set(copy.getAttribute('w:numId') ?? '', shift(copy.getAttribute('w:numId')))
      copy.setAttribute('w:numId', shift(copy.getAttribute('w:numId')))
      const reference = firstChild(copy, 'abstractNumId')
      reference?.setAttribute('w:val', shift(reference.getAttribute('w:val')))
      target.appendChild(copy)
    }
  }
  return renamed
}

function idOf(style: Element): string {
  return style.getAttribute('w:styleId') ?? ''
}

function isPlain(style: Element): boolean {
  return style.getAttribute('w:type') === 'paragraph' && /^(1|true)$/.test(style.getAttribute('w:default') ?? '')
}

function textOf(element: Element | null): string {
  return element ? new XMLSerializer().serializeToString(element) : ''
}
