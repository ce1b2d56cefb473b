import { buildDocx, sectionProperties } from './build/docx-builder.ts'
import { DOCUMENT, openPackage, partRoot } from './open-package.ts'
import { PACK_LIMITS, readZip, writeZip } from './package-zip.ts'
import { paragraphs } from './placeholders.ts'
import { textOf } from './verify-pack.ts'

/** A small document with the given body, for tests. */
export function docx(body: string, header = '<w:p/>'): Uint8Array {
  return buildDocx({
    title: 'Test',
    body: body + sectionProperties({ margin: 1134, header: true }),
    header,
    footer: '<w:p/>',
  })
}

/** Paragraphs of plain text, each one run. */
export function lines(...texts: string[]): string {
  return texts.map((text) => `<w:p>${runs(text)}</w:p>`).join('')
}

export function runs(...texts: string[]): string {
  return texts.map((text) => `<w:r><w:t xml:space="preserve">${text.replaceAll('<', '&lt;')}</w:t></w:r>`).join('')
}

export function rows(...cells: string[][]): string {
  const grid = (cells[0] ?? []).map(() => '<w:gridCol w:w="1000"/>').join('')
  const body = cells.map((row) => `<w:tr>${row.map((text) => `<w:tc>${lines(text)}</w:tc>`).join('')}</w:tr>`).join('')
  return `<w:tbl><w:tblPr/><w:tblGrid>${grid}</w:tblGrid>${body}</w:tbl>`
}

/** Texts of the paragraphs of a part, in order. */
export function textsOf(bytes: Uint8Array, part = DOCUMENT): string[] {
  return paragraphs(partRoot(openPackage(bytes, PACK_LIMITS), part)).map(textOf)
}

export function xmlOf(bytes: Uint8Array, part = DOCUMENT): string {
  return new TextDecoder().decode(readZip(bytes, PACK_LIMITS).get(part))
}

/** The document with parts added or replaced. */
export function withParts(bytes: Uint8Array, parts: Record<string, string>): Uint8Array {
  const entries = readZip(bytes)
  for (const [name, content] of Object.entries(parts)) entries.set(name, new TextEncoder().encode(content))
  return writeZip(entries)
}
