import { drawing, type Images, type MediaShelf, type PackImage } from './media.ts'
import { TemplateError } from './template-error.ts'
import { escapeXml } from './xml.ts'

/** A cell of an annexure page; the corner is measured from the top left corner of the A4 page. */
export interface AnnexureCell {
  image_id: string
  x_mm: number
  y_mm: number
  width_mm: number
  height_mm: number
}

export interface AnnexurePage {
  layout: string
  cells: readonly AnnexureCell[]
}

export interface AnnexureSection {
  heading: string
  pages: readonly AnnexurePage[]
}

/** Pages as the paginator gives them: boxes in millimetres from the corner of the page, images by evidence item. */
export interface PaginatedSection {
  heading: string
  pages: readonly {
    layout: string
    cells: readonly {
      evidence_item_id: string
      page?: number | undefined
      box_mm: { x: number; y: number; width: number; height: number }
    }[]
  }[]
}

/** Key under which the image of an evidence item, or of one page of its PDF, is given to a pack. */
export function annexureImageId(item: { evidence_item_id: string; page?: number | undefined }): string {
  return item.page === undefined ? item.evidence_item_id : `${item.evidence_item_id}#${item.page}`
}

export function annexureSections(paginated: readonly PaginatedSection[]): AnnexureSection[] {
  return paginated.map(({ heading, pages }) => ({
    heading,
    pages: pages.map(({ layout, cells }) => ({
      layout,
      cells: cells.map((cell) => ({
        image_id: annexureImageId(cell),
        x_mm: cell.box_mm.x,
        y_mm: cell.box_mm.y,
        width_mm: cell.box_mm.width,
        height_mm: cell.box_mm.height,
      })),
    })),
  }))
}

export const ANNEXURE_HEADINGS = ['SITE IMAGES', 'GUIDELINE VALUE', 'GOOGLE MAP', 'DOCUMENTS'] as const
export const ANNEXURE_MARGIN_MM = 18

const PAGE_HEIGHT_MM = 297
/** Twentieths of a point of a millimetre. */
const TWIPS = 1440 / 25.4
/** Room that the line of a picture takes besides the picture. */
const LINE_MM = 1
const HEADING_MM = 8
/** Left free below the last row, so that the closing paragraph of the section stays on the page. */
const FOOT_MM = 2
const MOST_PAGES = 500

/**
 * Image pages as in-flow tables of fixed columns and exact rows: nothing floats, so Word and LibreOffice agree on the
 * places. A heading on each page, no captions; a section without pages prints nothing.
 * @param given.atTop nothing stands on the page yet: the first heading needs no new page
 */
export function annexurePages(
  sections: readonly AnnexureSection[],
  given: Omit<Given, 'first'> & { atTop: boolean },
): string {
  const pages = sections.flatMap((section) => section.pages.map((page) => ({ heading: section.heading, page })))
  if (pages.length > MOST_PAGES) throw new TemplateError('TOO_LARGE', `More than ${MOST_PAGES} annexure pages`)
  return pages
    .filter(({ page }) => page.cells.length > 0)
    .map(({ heading, page }, index) => pageXml(heading, page, { ...given, first: given.atTop && index === 0 }))
    .join('')
}

interface Given {
  images: Images
  shelf: MediaShelf
  part: string
  first: boolean
}

function pageXml(heading: string, page: AnnexurePage, given: Given): string {
  const top = Math.min(...page.cells.map((cell) => cell.y_mm))
  return headingXml(heading, { room: top - ANNEXURE_MARGIN_MM, first: given.first }) + gridXml(page, given)
}

function headingXml(heading: string, { room, first }: { room: number; first: boolean }): string {
  const line = Math.max(5, Math.min(HEADING_MM, room))
  const after = Math.max(0, room - line)
  const breakBefore = first ? '' : '<w:pageBreakBefore/>'
  return `<w:p><w:pPr>${breakBefore}<w:spacing w:before="0" w:after="${twips(after)}" w:line="${twips(line)}" w:lineRule="exact"/><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/><w:sz w:val="28"/></w:rPr><w:t>${escapeXml(heading)}</w:t></w:r></w:p>`
}

/** The page's cells on the grid that their edges draw; what no cell covers stays an empty cell. */
function gridXml(page: AnnexurePage, given: Given): string {
  const limit = PAGE_HEIGHT_MM - ANNEXURE_MARGIN_MM - FOOT_MM
  const xs = edges(page.cells.flatMap((cell) => [cell.x_mm, cell.x_mm + cell.width_mm]).concat(ANNEXURE_MARGIN_MM))
  const ys = edges(page.cells.flatMap((cell) => [cell.y_mm, Math.min(limit, cell.y_mm + cell.height_mm)]))
  const columns = xs.slice(1).map((x, index) => twips(x) - twips(xs[index] ?? 0))
  const rows = ys.slice(1).map((bottom, index) => rowXml({ top: ys[index] ?? 0, bottom, xs, columns }, page, given))
  const grid = columns.map((width) => `<w:gridCol w:w="${width}"/>`).join('')
  const width = columns.reduce((sum, column) => sum + column, 0)
  return `<w:tbl><w:tblPr><w:tblW w:w="${width}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>${grid}</w:tblGrid>${rows.join('')}</w:tbl>`
}

interface Band {
  top: number
  bottom: number
  xs: readonly number[]
  columns: readonly number[]
}

function rowXml(band: Band, page: AnnexurePage, given: Given): string {
  const cells: string[] = []
  for (let index = 0; index < band.columns.length; ) {
    const left = band.xs[index] ?? 0
    const cell = page.cells.find(
      (each) => near(each.x_mm, left) && each.y_mm <= band.top + 0.01 && each.y_mm + each.height_mm > band.top + 0.01,
    )
    const span = cell ? Math.max(1, band.xs.findIndex((x) => near(x, cell.x_mm + cell.width_mm)) - index) : 1
    const width = band.columns.slice(index, index + span).reduce((sum, column) => sum + column, 0)
    const picture = cell && near(cell.y_mm, band.top) ? pictureXml(cell, band, given) : ''
    cells.push(cellXml({ width, span, picture }))
    index += span
  }
  const height = twips(band.bottom) - twips(band.top)
  return `<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="${height}" w:hRule="exact"/></w:trPr>${cells.join('')}</w:tr>`
}

function cellXml({ width, span, picture }: { width: number; span: number; picture: string }): string {
  const gridSpan = span > 1 ? `<w:gridSpan w:val="${span}"/>` : ''
  return `<w:tc><w:tcPr><w:tcW w:w="${width}" w:type="dxa"/>${gridSpan}<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/><w:rPr><w:sz w:val="2"/></w:rPr></w:pPr>${picture}</w:p></w:tc>`
}

function pictureXml(cell: AnnexureCell, band: Band, { images, shelf, part }: Given): string {
  const image = imageOf(images, cell.image_id)
  const height_mm = Math.max(1, Math.min(cell.height_mm, band.bottom - band.top) - LINE_MM)
  return `<w:r><w:rPr><w:sz w:val="2"/></w:rPr>${drawing(shelf, part, { image, box: { width_mm: cell.width_mm, height_mm } })}</w:r>`
}

export function imageOf(images: Images, id: string): PackImage {
  const image = Object.hasOwn(images, id) ? images[id] : undefined
  if (!image) throw new TemplateError('IMAGE_MISSING', `The image ${id} was not given`, { placeholder: id })
  return image
}

function edges(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted.filter((value, index) => index === 0 || !near(value, sorted[index - 1] ?? 0))
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.05
}

function twips(mm: number): number {
  return Math.round(mm * TWIPS)
}
