import {
  DOCUMENT,
  hasPart,
  type OpenPackage,
  openPackage,
  partRoot,
  relationships,
  targetPart,
  writtenParts,
} from './open-package.ts'
import { PACK_LIMITS } from './package-zip.ts'
import { paragraphs } from './placeholders.ts'
import { TemplateError } from './template-error.ts'
import { descendants, type Element, R } from './xml.ts'

export interface PackExpectation {
  /** Texts that must stand in the document in this order, each as a paragraph of its own. */
  order?: readonly string[]
  /** How many pictures the document must show at least. */
  images?: number
}

export interface PackVerdict {
  ok: boolean
  problems: string[]
  images: number
  sections: number
}

/** Opens a finished pack as a reader would: no placeholder left, sections in order, all images inside. */
export function verifyPack(docx: Uint8Array, expected: PackExpectation = {}): PackVerdict {
  try {
    return judge(openPackage(docx, PACK_LIMITS), expected)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    return { ok: false, problems: [error.message], images: 0, sections: 0 }
  }
}

function judge(pkg: OpenPackage, expected: PackExpectation): PackVerdict {
  const problems: string[] = []
  let images = 0
  for (const part of writtenParts(pkg)) {
    const root = partRoot(pkg, part)
    const left = paragraphs(root)
      .map(textOf)
      .find((text) => text.includes('{{'))
    if (left !== undefined) problems.push(`${part}: a placeholder is left: ${left.slice(0, 80)}`)
    images += countImages(pkg, { part, root }, problems)
  }
  const document = partRoot(pkg, DOCUMENT)
  missingOf(expected.order ?? [], document).forEach((text) => problems.push(`"${text}" is missing or out of order`))
  if (images < (expected.images ?? 0)) problems.push(`${images} of ${expected.images} images are embedded`)
  return { ok: problems.length === 0, problems, images, sections: descendants(document, 'sectPr').length }
}

function countImages(pkg: OpenPackage, at: { part: string; root: Element }, problems: string[]): number {
  const targets = new Map(relationships(pkg, at.part).map((relation) => [relation.id, relation]))
  const pictures = descendants(at.root, 'blip')
  for (const picture of pictures) {
    const relation = targets.get(picture.getAttributeNS(R, 'embed') ?? '')
    if (!relation || relation.external || !hasPart(pkg, targetPart(at.part, relation.target))) {
      problems.push(`${at.part}: an image is not embedded`)
    }
  }
  return pictures.length
}

function missingOf(order: readonly string[], root: Element): string[] {
  const texts = paragraphs(root).map((paragraph) => textOf(paragraph).trim())
  let from = 0
  return order.filter((wanted) => {
    const at = texts.indexOf(wanted, from)
    if (at >= 0) from = at + 1
    return at < 0
  })
}

export function textOf(paragraph: Element): string {
  return descendants(paragraph, 't', (element) => element.localName === 'p')
    .map((piece) => piece.textContent ?? '')
    .join('')
}
