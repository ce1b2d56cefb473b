import { writeZip } from '../package-zip.ts'
import { escapeXml, ROOT_NAMESPACES } from '../xml.ts'

/** Word draws Calibri; LibreOffice draws the metric-compatible Carlito, which has the rupee sign too. */
export const FONT = 'Calibri'
/** Width between the margins of 20 mm on A4, in twentieths of a point. */
export const TEXT_WIDTH = 9638

export interface ParagraphLook {
  style?: string
  bold?: boolean
  italic?: boolean
  align?: 'left' | 'center' | 'right' | 'both'
  /** Half points. */
  size?: number
  before?: number
  after?: number
  keepNext?: boolean
  pageBreakBefore?: boolean
  indent?: number
}

export interface Cell {
  lines: readonly string[]
  span?: number
  shade?: boolean
  look?: ParagraphLook
  /** Ready paragraphs or runs that take the place of the lines. */
  xml?: string
}

export interface Row {
  cells: readonly Cell[]
  head?: boolean
}

export interface DocxPlan {
  title: string
  body: string
  header: string
  footer: string
}

export function paragraph(content: string, look: ParagraphLook = {}): string {
  return `<w:p>${paragraphProperties(look)}${content === '' ? '' : run(content, look)}</w:p>`
}

export function paragraphProperties(look: ParagraphLook): string {
  const spacing = look.before !== undefined || look.after !== undefined
  const parts = [
    look.style ? `<w:pStyle w:val="${look.style}"/>` : '',
    look.keepNext ? '<w:keepNext/>' : '',
    look.pageBreakBefore ? '<w:pageBreakBefore/>' : '',
    spacing ? `<w:spacing w:before="${look.before ?? 0}" w:after="${look.after ?? 0}"/>` : '',
    look.indent ? `<w:ind w:left="${look.indent}" w:hanging="${look.indent}"/>` : '',
    look.align ? `<w:jc w:val="${look.align}"/>` : '',
  ].join('')
  return parts ? `<w:pPr>${parts}</w:pPr>` : ''
}

export function run(content: string, look: ParagraphLook = {}): string {
  const properties = [
    look.bold ? '<w:b/>' : '',
    look.italic ? '<w:i/>' : '',
    look.size ? `<w:sz w:val="${look.size}"/>` : '',
  ].join('')
  return `<w:r>${properties ? `<w:rPr>${properties}</w:rPr>` : ''}<w:t xml:space="preserve">${escapeXml(content)}</w:t></w:r>`
}

/** A bordered table of fixed columns; head rows repeat on each page and no row is torn apart. */
export function table(widths: readonly number[], rows: readonly Row[], border: 'all' | 'none' = 'all'): string {
  const look = border === 'all' ? '<w:tblStyle w:val="FormTable"/>' : ''
  const grid = widths.map((width) => `<w:gridCol w:w="${width}"/>`).join('')
  const total = widths.reduce((sum, width) => sum + width, 0)
  return `<w:tbl><w:tblPr>${look}<w:tblW w:w="${total}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>${grid}</w:tblGrid>${rows.map((row) => rowXml(row, widths)).join('')}</w:tbl>`
}

function rowXml(row: Row, widths: readonly number[]): string {
  let at = 0
  const cells = row.cells.map((cell) => {
    const span = cell.span ?? 1
    const width = widths.slice(at, at + span).reduce((sum, each) => sum + each, 0)
    at += span
    return cellXml(cell, { span, width, head: row.head ?? false })
  })
  return `<w:tr><w:trPr><w:cantSplit/>${row.head ? '<w:tblHeader/>' : ''}</w:trPr>${cells.join('')}</w:tr>`
}

function cellXml(cell: Cell, at: { span: number; width: number; head: boolean }): string {
  const span = at.span > 1 ? `<w:gridSpan w:val="${at.span}"/>` : ''
  const shade = cell.shade || at.head ? '<w:shd w:val="clear" w:color="auto" w:fill="E7E6E6"/>' : ''
  const look: ParagraphLook = { style: 'TableText', ...(at.head ? { bold: true } : {}), ...cell.look }
  const content = cell.xml ?? cell.lines.map((line) => paragraph(line, look)).join('')
  return `<w:tc><w:tcPr><w:tcW w:w="${at.width}" w:type="dxa"/>${span}${shade}</w:tcPr>${content || paragraph('', look)}</w:tc>`
}

/** A field that Word and LibreOffice compute: PAGE or NUMPAGES. */
export function field(name: 'PAGE' | 'NUMPAGES'): string {
  return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ${name} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

export function sectionProperties(options: { margin: number; header: boolean }): string {
  const references = options.header ? '<w:headerReference w:type="default" r:id="rId2"/>' : ''
  return `<w:sectPr>${references}<w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="${options.margin}" w:right="${options.margin}" w:bottom="${options.margin}" w:left="${options.margin}" w:header="567" w:footer="454" w:gutter="0"/></w:sectPr>`
}

/** Packs a document; equal plans give equal bytes. */
export function buildDocx(plan: DocxPlan): Uint8Array {
  const encoder = new TextEncoder()
  const parts: Record<string, string> = {
    '[Content_Types].xml': CONTENT_TYPES,
    '_rels/.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/_rels/document.xml.rels': DOCUMENT_RELS,
    'word/document.xml': `<w:document ${ROOT_NAMESPACES}><w:body>${plan.body}</w:body></w:document>`,
    'word/header1.xml': `<w:hdr ${ROOT_NAMESPACES}>${plan.header}</w:hdr>`,
    'word/footer1.xml': `<w:ftr ${ROOT_NAMESPACES}>${plan.footer}</w:ftr>`,
    'word/styles.xml': STYLES,
    'word/settings.xml': `<w:settings ${ROOT_NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`,
  }
  return writeZip(new Map(Object.entries(parts).map(([name, xml]) => [name, encoder.encode(`${DECLARATION}${xml}`)])))
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml'

const CONTENT_TYPES = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${WORD_TYPE}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${WORD_TYPE}.styles+xml"/><Override PartName="/word/settings.xml" ContentType="${WORD_TYPE}.settings+xml"/><Override PartName="/word/header1.xml" ContentType="${WORD_TYPE}.header+xml"/><Override PartName="/word/footer1.xml" ContentType="${WORD_TYPE}.footer+xml"/></Types>`

const DOCUMENT_RELS = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${OFFICE}/styles" Target="styles.xml"/><Relationship Id="rId2" Type="${OFFICE}/header" Target="header1.xml"/><Relationship Id="rId3" Type="${OFFICE}/footer" Target="footer1.xml"/><Relationship Id="rId4" Type="${OFFICE}/settings" Target="settings.xml"/></Relationships>`

function style(id: string, name: string, properties: string): string {
  return `<w:style w:type="paragraph" w:customStyle="1" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/>${properties}</w:style>`
}

const EDGES = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
  .map((side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
  .join('')

const STYLES = `<w:styles ${ROOT_NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="${FONT}" w:hAnsi="${FONT}" w:cs="${FONT}" w:eastAsia="${FONT}"/><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="en-IN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="80" w:line="252" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>${style('FormTitle', 'Form Title', '<w:pPr><w:keepNext/><w:spacing w:before="60" w:after="60"/><w:jc w:val="center"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/></w:rPr>')}${style('SectionHead', 'Section Head', '<w:pPr><w:keepNext/><w:spacing w:before="220" w:after="80"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="24"/></w:rPr>')}${style('TableText', 'Table Text', '<w:pPr><w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="20"/></w:rPr>')}${style('TableSmall', 'Table Small', '<w:pPr><w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="17"/></w:rPr>')}${style('LetterHead', 'Letter Head', '<w:pPr><w:spacing w:before="0" w:after="0"/><w:jc w:val="center"/></w:pPr>')}${style('RunningHead', 'Running Head', '<w:pPr><w:pBdr><w:bottom w:val="single" w:sz="4" w:space="2" w:color="7F7F7F"/></w:pBdr><w:tabs><w:tab w:val="right" w:pos="9638"/></w:tabs><w:spacing w:before="0" w:after="0"/></w:pPr><w:rPr><w:color w:val="404040"/><w:sz w:val="17"/></w:rPr>')}${style('RunningFoot', 'Running Foot', '<w:pPr><w:pBdr><w:top w:val="single" w:sz="4" w:space="2" w:color="7F7F7F"/></w:pBdr><w:tabs><w:tab w:val="right" w:pos="9638"/></w:tabs><w:spacing w:before="0" w:after="0"/></w:pPr><w:rPr><w:color w:val="404040"/><w:sz w:val="17"/></w:rPr>')}<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style><w:style w:type="table" w:customStyle="1" w:styleId="FormTable"><w:name w:val="Form Table"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>${EDGES}</w:tblBorders></w:tblPr></w:style></w:styles>`
