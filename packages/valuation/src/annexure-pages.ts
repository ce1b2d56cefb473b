import type { AnnexureGrouping } from '@zenops/contracts/report-ruleset'
import { byAnnexureOrder, categoryOf, documentRank, type EvidenceItem } from './evidence-order.ts'

/** An image that may be printed: an evidence item, or one page of its PDF. Pixels after EXIF rotation. */
export interface AnnexureImage extends EvidenceItem {
  readonly width: number
  readonly height: number
  /** Page of a PDF, from 1. */
  readonly page?: number | undefined
  /** Images a page, as wished for this item. */
  readonly group_hint?: Partial<AnnexureGrouping> | undefined
}
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface AnnexureCell {
  readonly evidence_item_id: string
  readonly page?: number | undefined
  /** Millimetres from the page's upper left corner. */
  readonly box_mm: Box
}
export type AnnexureLayout = 'ONE' | 'TWO_ROWS' | 'TWO_COLUMNS' | 'THREE_ROWS' | 'ONE_OVER_TWO' | 'FOUR'
export interface AnnexurePage {
  readonly layout: AnnexureLayout
  readonly cells: readonly AnnexureCell[]
}
export interface AnnexureSection {
  readonly heading: string
  readonly pages: readonly AnnexurePage[]
}

/** A4 upright; the heading stands at the top of the printed area. */
export const ANNEXURE_SHEET = { width: 210, height: 297, margin: 18, heading: 12, gap: 5 } as const
const HEADINGS = ['SITE IMAGES', 'GUIDELINE VALUE', 'GOOGLE MAP', 'DOCUMENTS'] as const
const SITE_ORDER = ['exterior', 'interior', 'surroundings', 'gps']
const MAP_ORDER = ['google_map', 'route_map']
const MM_PER_PIXEL = 25.4 / 96

type Orientation = 'P' | 'L' | 'W'
/** Upright up to a ratio of 0.95, wide from 2.0 on, else landscape. */
export function orientationOf({ width, height }: { readonly width: number; readonly height: number }): Orientation {
  const ratio = width / height
  if (ratio <= 0.95) return 'P'
  return ratio >= 2 ? 'W' : 'L'
}

// ---- which page size next ----

const shape = (images: readonly AnnexureImage[], count: number): string =>
  images.slice(0, count).map(orientationOf).toSorted().join('')

const FITS: Record<2 | 3 | 4, (next: string, preferred: number) => boolean> = {
  4: (next, preferred) => next === 'PPPP' || (next.length === 4 && !next.includes('W') && preferred === 4),
  3: (next) => next === 'WWW' || next === 'LPP',
  2: (next) => next.length === 2,
}

/** The largest size that suits the next images and strands none; else three. */
function nextSize(images: readonly AnnexureImage[], { min, max, preferred }: AnnexureGrouping): number {
  const left = images.length
  if (left === 1) return 1
  const size = ([4, 3, 2] as const).find(
    (count) => count <= max && FITS[count](shape(images, count), preferred) && !(min >= 2 && left - count === 1),
  )
  return size ?? Math.min(3, left)
}

/** Cuts images of one section into pages, greedily and in order. */
export function paginate<T extends AnnexureImage>(images: readonly T[], grouping: AnnexureGrouping): T[][] {
  const pages: T[][] = []
  let rest = images
  while (rest.length > 0) {
    const size = nextSize(rest, { ...grouping, ...rest[0]?.group_hint })
    pages.push(rest.slice(0, size))
    rest = rest.slice(size)
  }
  return pages
}

// ---- where they stand ----

const AREA: Box = {
  x: ANNEXURE_SHEET.margin,
  y: ANNEXURE_SHEET.margin + ANNEXURE_SHEET.heading,
  width: ANNEXURE_SHEET.width - 2 * ANNEXURE_SHEET.margin,
  height: ANNEXURE_SHEET.height - 2 * ANNEXURE_SHEET.margin - ANNEXURE_SHEET.heading,
}
const tenthOfMicron = (value: number): number => Math.round(value * 10_000) / 10_000

/** Equal parts of a box side by side or one above the other, with the gap between them. */
function parts(box: Box, count: number, along: 'width' | 'height'): Box[] {
  const size = (box[along] - (count - 1) * ANNEXURE_SHEET.gap) / count
  return Array.from({ length: count }, (_, index) => {
    const offset = index * (size + ANNEXURE_SHEET.gap)
    const moved = along === 'width' ? { x: box.x + offset, width: size } : { y: box.y + offset, height: size }
    return { ...box, ...moved }
  })
}
const rowsOf = (count: number, box = AREA): Box[] => parts(box, count, 'height')
const columnsOf = (count: number, box = AREA): Box[] => parts(box, count, 'width')

const BOXES: Record<AnnexureLayout, () => Box[]> = {
  ONE: () => [AREA],
  TWO_ROWS: () => rowsOf(2),
  TWO_COLUMNS: () => columnsOf(2),
  THREE_ROWS: () => rowsOf(3),
  ONE_OVER_TWO: () => rowsOf(2).flatMap((row, index) => (index === 0 ? [row] : columnsOf(2, row))),
  FOUR: () => rowsOf(2).flatMap((row) => columnsOf(2, row)),
}

function layoutOf(images: readonly AnnexureImage[]): AnnexureLayout {
  const next = shape(images, images.length)
  if (images.length === 1) return 'ONE'
  if (images.length === 2) return next === 'PP' ? 'TWO_COLUMNS' : 'TWO_ROWS'
  if (images.length === 3) return next === 'LPP' ? 'ONE_OVER_TWO' : 'THREE_ROWS'
  return 'FOUR'
}

/** Places the images of one page; the landscape one of three lies across the top, the others keep their order. */
export function layOut(images: readonly AnnexureImage[]): AnnexurePage {
  const layout = layoutOf(images)
  const placed =
    layout === 'ONE_OVER_TWO'
      ? images.toSorted((a, b) => Number(orientationOf(a) === 'P') - Number(orientationOf(b) === 'P'))
      : images
  const boxes = BOXES[layout]()
  const cells = placed.map(({ id, page }, index) => {
    const { x, y, width, height } = boxes[index] ?? AREA
    const box_mm = {
      x: tenthOfMicron(x),
      y: tenthOfMicron(y),
      width: tenthOfMicron(width),
      height: tenthOfMicron(height),
    }
    return { evidence_item_id: id, ...(page === undefined ? {} : { page }), box_mm }
  })
  return { layout, cells }
}

/** The box an image fills inside its cell: centred, whole, never above 96 dpi. */
export function fitImage(cell: Box, image: { readonly width: number; readonly height: number }): Box {
  const natural = { width: image.width * MM_PER_PIXEL, height: image.height * MM_PER_PIXEL }
  const scale = Math.min(1, cell.width / natural.width, cell.height / natural.height)
  const width = tenthOfMicron(natural.width * scale)
  const height = tenthOfMicron(natural.height * scale)
  return {
    x: tenthOfMicron(cell.x + (cell.width - width) / 2),
    y: tenthOfMicron(cell.y + (cell.height - height) / 2),
    width,
    height,
  }
}

// ---- which section ----

function sectionOf(image: AnnexureImage): number {
  const category = categoryOf(image) ?? ''
  if (category === 'guideline' || image.doc_type === 'GUIDELINE_SHEET') return 1
  if (MAP_ORDER.includes(category)) return 2
  if (image.evidence_type === 'PHOTO' || image.evidence_type === 'GEO') return 0
  return image.evidence_type === 'SCREENSHOT' ? 2 : 3
}

const placeIn = (order: readonly string[], category: string | undefined): number => {
  const place = order.indexOf(category ?? '')
  return place < 0 ? order.length : place
}

const WITHIN: readonly ((image: AnnexureImage) => number)[] = [
  (image) => placeIn(SITE_ORDER, categoryOf(image)),
  () => 0,
  (image) => placeIn(MAP_ORDER, categoryOf(image)),
  (image) => documentRank(image.doc_type),
]

export interface AnnexureOptions {
  readonly grouping: AnnexureGrouping
  /** The template asks for the section DOCUMENTS. */
  readonly documents?: boolean
}

/** The image pages of a report: sections under their headings, each on pages of its own; empty ones are left out. */
export function annexurePages(
  images: readonly AnnexureImage[],
  { grouping, documents = false }: AnnexureOptions,
): AnnexureSection[] {
  return HEADINGS.flatMap((heading, index) => {
    if (heading === 'DOCUMENTS' && !documents) return []
    const within = WITHIN[index] ?? (() => 0)
    const own = images
      .filter((image) => sectionOf(image) === index)
      .toSorted((a, b) => within(a) - within(b) || byAnnexureOrder(a, b) || (a.page ?? 0) - (b.page ?? 0))
    return own.length === 0 ? [] : [{ heading, pages: paginate(own, grouping).map(layOut) }]
  })
}
