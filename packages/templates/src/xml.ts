import { DOMParser, type Document, type Element, type Node, XMLSerializer } from '@xmldom/xmldom'
import { TemplateError } from './template-error.ts'

export type { Document, Element, Node }

export const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
export const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
export const WP = 'http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing'
const NAMESPACES = `xmlns:w="${W}" xmlns:r="${R}" xmlns:wp="${WP}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"`
export const ROOT_NAMESPACES = NAMESPACES

/** Parses a part. Document types are refused, so no entity can swell or point outside. */
export function parseXml(bytes: Uint8Array | string, name: string): Document {
  const source = typeof bytes === 'string' ? bytes : decode(bytes)
  if (/<!DOCTYPE/i.test(source)) {
    throw new TemplateError('UNSAFE_CONTENT', 'The part carries a document type', { location: name })
  }
  try {
    return new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message)
      },
    }).parseFromString(source, 'text/xml')
  } catch {
    throw new TemplateError('BROKEN_XML', 'The part is not well-formed XML', { location: name })
  }
}

function decode(bytes: Uint8Array): string {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
  return new TextDecoder(wide ?? 'utf-8').decode(bytes)
}

export function serializeXml(document: Document): Uint8Array {
  const body = new XMLSerializer().serializeToString(document.documentElement ?? document)
  return new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${body}`)
}

export function rootOf(document: Document, name: string): Element {
  if (!document.documentElement) throw new TemplateError('BROKEN_XML', 'The part is empty', { location: name })
  return document.documentElement
}

/** Elements written as text, made part of a document. */
export function fragment(document: Document, xml: string): Element[] {
  const parsed = parseXml(`<x ${NAMESPACES}>${xml}</x>`, 'fragment')
  return elements(rootOf(parsed, 'fragment')).map((element) => asElement(document.importNode(element, true)))
}

export function isElement(node: Node | null | undefined): node is Element {
  return node?.nodeType === 1
}

function asElement(node: Node): Element {
  if (!isElement(node)) throw new TemplateError('BROKEN_XML', 'An element is expected')
  return node
}

export function cloneElement(element: Element, deep: boolean): Element {
  return asElement(element.cloneNode(deep))
}

export function is(node: Node | null | undefined, name: string): node is Element {
  return isElement(node) && node.localName === name
}

export function elements(parent: Node, name?: string): Element[] {
  const found: Element[] = []
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (isElement(node) && (name === undefined || node.localName === name)) found.push(node)
  }
  return found
}

export function firstChild(parent: Node, name: string): Element | null {
  for (let node = parent.firstChild; node; node = node.nextSibling) if (is(node, name)) return node
  return null
}

/** Descendants of a local name in document order; `prune` stops the descent below an element. */
export function descendants(root: Node, name: string, prune?: (element: Element) => boolean): Element[] {
  const found: Element[] = []
  const visit = (parent: Node): void => {
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      if (!isElement(node)) continue
      if (node.localName === name) found.push(node)
      if (!prune?.(node)) visit(node)
    }
  }
  visit(root)
  return found
}

export function ancestor(node: Node, name: string, root?: Node): Element | null {
  for (let up = node.parentNode; up && up !== root; up = up.parentNode) if (is(up, name)) return up
  return null
}

export function remove(node: Node): void {
  node.parentNode?.removeChild(node)
}

export function insertBefore(nodes: readonly Node[], anchor: Node): void {
  for (const node of nodes) anchor.parentNode?.insertBefore(node, anchor)
}

export function w(document: Document, name: string, attributes: Readonly<Record<string, string>> = {}): Element {
  const element = document.createElementNS(W, `w:${name}`)
  for (const [key, value] of Object.entries(attributes)) element.setAttributeNS(W, `w:${key}`, value)
  return element
}

export function escapeXml(value: string): string {
  return stripControls(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** XML 1.0 has no place for control characters; one of them would make the whole file unreadable. */
export function stripControls(value: string): string {
  // oxlint-disable-next-line no-control-regex -- the characters are named to be removed
  return value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').toWellFormed()
}
