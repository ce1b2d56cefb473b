import { type AnnexureSection, ANNEXURE_HEADINGS } from './annexures.ts'
import { type BuiltInKey, BUILT_IN_TICK_TABLES, builtInTemplate } from './build/builtin.ts'
import { BUILT_IN_CLAUSES } from './build/clauses.ts'
import { fillPackage, type FillOptions, type TemplateData } from './fill.ts'
import type { Images } from './media.ts'
import { mergePackages } from './merge.ts'
import { closePackage, type OpenPackage, openPackage } from './open-package.ts'
import { type DocumentProperties, writeProperties } from './properties.ts'
import { TemplateError } from './template-error.ts'
import { verifyPack } from './verify-pack.ts'
import { addWatermark } from './watermark.ts'

export type PackFamily =
  | 'SBI_FORMAT_A'
  | 'BOI_PSU_GENERIC'
  | 'COOP_GENERIC'
  | 'AGRI_GENERIC'
  | 'STAGE_PROGRESS'
  | 'DPR'
  | 'TEV'

export type PackStep = 'fill' | 'images' | 'annexures' | 'assemble' | 'verify'
export type CoverKind = 'TWO_PAGES' | 'LETTER' | 'NONE'

export interface PackRequest {
  family: PackFamily
  variant: 'LAND_BUILDING' | 'UNIT'
  bankType: string
  /** Resolved template versions; where one is not given, the built-in one is used. */
  templates?: { cover?: Uint8Array; form?: Uint8Array; annexures?: Uint8Array }
  data: TemplateData
  options?: Pick<FillOptions, 'blankMark' | 'words' | 'clauses' | 'tickTables' | 'localUnits'>
  /** Every image that templates or annexures name, by id. */
  images?: Images
  annexures?: readonly AnnexureSection[]
  draft?: boolean
  properties: DocumentProperties
  /** Told when a step begins; awaited, so that a worker can publish it and breathe. */
  onProgress?: (step: PackStep) => void | Promise<void>
}

export interface RenderedPack {
  docx: Uint8Array
  cover: CoverKind
  images: number
}

/**
 * Cover, form and annexures of one revision as one DOCX. Equal requests give equal bytes.
 * @throws TemplateError with placeholder and place; VERIFY_FAILED when the result is not fit to leave
 */
export async function renderPack(request: PackRequest): Promise<RenderedPack> {
  const begin = async (step: PackStep) => request.onProgress?.(step)
  const cover = coverOf(request.family, request.bankType)
  const options = fillOptions(request)
  const sections = options.annexures
  await begin('fill')
  const form = openPackage(request.templates?.form ?? builtInTemplate(formTemplate(request)))
  const filledForm = fillPackage(form, request.data, options)
  const packages = cover === 'NONE' ? [form] : [filledCover(request, { cover, options }), form]
  await begin('images')
  checkImages(sections, options.images)
  await begin('annexures')
  // An uploaded form may place the annexures itself.
  if (sections.length > 0 && !filledForm.annexures) {
    const pages = openPackage(request.templates?.annexures ?? builtInTemplate('ANNEXURES_V1'))
    fillPackage(pages, request.data, options)
    packages.push(pages)
  }
  await begin('assemble')
  const docx = assemble(packages, request)
  await begin('verify')
  const verdict = verifyPack(docx, expectationOf(sections))
  if (!verdict.ok) throw new TemplateError('VERIFY_FAILED', verdict.problems.slice(0, 5).join('; '))
  return { docx, cover, images: verdict.images }
}

type PackFill = FillOptions & { images: Images; annexures: readonly AnnexureSection[] }

function fillOptions(request: PackRequest): PackFill {
  return {
    ...request.options,
    clauses: { ...BUILT_IN_CLAUSES, ...request.options?.clauses },
    tickTables: { ...BUILT_IN_TICK_TABLES, ...request.options?.tickTables },
    images: request.images ?? {},
    annexures: inOrder(request.annexures ?? []),
  }
}

/** Sections in the fixed order, without those that would print nothing. */
function inOrder(given: readonly AnnexureSection[]): AnnexureSection[] {
  const rank = ({ heading }: AnnexureSection) => {
    const at = ANNEXURE_HEADINGS.findIndex((each) => each === heading)
    return at < 0 ? ANNEXURE_HEADINGS.length : at
  }
  return given
    .map((section) => ({ ...section, pages: section.pages.filter((page) => page.cells.length > 0) }))
    .filter((section) => section.pages.length > 0)
    .toSorted((a, b) => rank(a) - rank(b))
}

function expectationOf(sections: readonly AnnexureSection[]): { order: string[]; images: number } {
  const pages = sections.flatMap((section) => section.pages.map(() => section.heading))
  const images = sections.flatMap((section) => section.pages).reduce((sum, page) => sum + page.cells.length, 0)
  return { order: pages, images }
}

/** Which cover a pack begins with. */
export function coverOf(family: PackFamily, bankType: string): CoverKind {
  switch (family) {
    case 'SBI_FORMAT_A':
    case 'BOI_PSU_GENERIC':
      return 'TWO_PAGES'
    case 'COOP_GENERIC':
      return 'NONE'
    case 'AGRI_GENERIC':
      return bankType === 'COOP' ? 'NONE' : 'TWO_PAGES'
    case 'STAGE_PROGRESS':
    case 'DPR':
    case 'TEV':
      return 'LETTER'
  }
}

/** The built-in form of a family. */
export function formTemplate({ family, variant }: Pick<PackRequest, 'family' | 'variant'>): BuiltInKey {
  switch (family) {
    case 'SBI_FORMAT_A':
      return variant === 'UNIT' ? 'SBI_UNDER_5CR_FLAT_V1' : 'SBI_UNDER_5CR_V1'
    case 'BOI_PSU_GENERIC':
      return 'PSU_GENERIC_OVER_5CR_V1'
    case 'COOP_GENERIC':
      return 'COOP_LB_V1'
    case 'AGRI_GENERIC':
      return 'AGRI_GENERIC_V1'
    case 'STAGE_PROGRESS':
      return 'STAGE_PROGRESS_GENERIC_V1'
    case 'DPR':
      return 'DPR_GENERIC_V1'
    case 'TEV':
      return 'TEV_GENERIC_V1'
  }
}

function filledCover(
  request: PackRequest,
  { cover, options }: { cover: CoverKind; options: FillOptions },
): OpenPackage {
  const report = typeof request.data.report === 'object' ? request.data.report : null
  const data = { ...request.data, report: { ...report, letter_only: cover === 'LETTER' } }
  const pkg = openPackage(request.templates?.cover ?? builtInTemplate('COVER_V1'))
  fillPackage(pkg, data, options)
  return pkg
}

function checkImages(annexures: readonly AnnexureSection[], images: Images): void {
  for (const section of annexures) {
    for (const cell of section.pages.flatMap((page) => page.cells)) {
      if (Object.hasOwn(images, cell.image_id)) continue
      throw new TemplateError('IMAGE_MISSING', `The image ${cell.image_id} was not given`, {
        location: section.heading,
      })
    }
  }
}

function assemble(packages: readonly OpenPackage[], request: PackRequest): Uint8Array {
  const pack = mergePackages(packages)
  if (request.draft) addWatermark(pack, 'DRAFT')
  writeProperties(pack, request.properties)
  return closePackage(pack)
}

export { verifyPack } from './verify-pack.ts'
