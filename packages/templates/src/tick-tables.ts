import { escapeXml } from './xml.ts'

/** First column names the rows; the others are boxes that always print empty. */
export interface TickTable {
  columns: readonly string[]
  rows: readonly string[]
}

/** An empty box of the symbol font that every Word has and that LibreOffice draws with its own. */
export const BOX = '<w:sym w:font="Wingdings" w:char="F0A8"/>'

const WIDTH = 9638
const BOX_WIDTH = 1300
const NUMBER_WIDTH = 650

/** Whatever the internal checklist says, nothing is ticked here. */
export function tickTableXml(table: TickTable): string {
  const boxes = Math.max(1, table.columns.length - 1)
  const label = WIDTH - NUMBER_WIDTH - boxes * BOX_WIDTH
  const widths = [NUMBER_WIDTH, label, ...Array.from({ length: boxes }, () => BOX_WIDTH)]
  const head = ['No.', ...table.columns].map((text, index) =>
    cell(widths[index] ?? BOX_WIDTH, { text, head: true, box: index > 1 }),
  )
  const rows = table.rows.map((text, index) => {
    const cells = [cell(NUMBER_WIDTH, { text: String(index + 1) }), cell(label, { text })]
    for (let box = 0; box < boxes; box++) cells.push(cell(BOX_WIDTH, { box: true }))
    return `<w:tr><w:trPr><w:cantSplit/></w:trPr>${cells.join('')}</w:tr>`
  })
  const border = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
    .map((side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
    .join('')
  return `<w:tbl><w:tblPr><w:tblW w:w="${WIDTH}" w:type="dxa"/><w:tblBorders>${border}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>${widths.map((width) => `<w:gridCol w:w="${width}"/>`).join('')}</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>${head.join('')}</w:tr>${rows.join('')}</w:tbl><w:p><w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr></w:p>`
}

function cell(width: number, content: { text?: string; head?: boolean; box?: boolean }): string {
  const shade = content.head ? '<w:shd w:val="clear" w:color="auto" w:fill="E7E6E6"/>' : ''
  const bold = content.head ? '<w:rPr><w:b/></w:rPr>' : ''
  const run =
    content.text === undefined
      ? `<w:r>${BOX}</w:r>`
      : `<w:r>${bold}<w:t xml:space="preserve">${escapeXml(content.text)}</w:t></w:r>`
  return `<w:tc><w:tcPr><w:tcW w:w="${width}" w:type="dxa"/>${shade}</w:tcPr><w:p><w:pPr><w:spacing w:before="20" w:after="20"/>${content.box ? '<w:jc w:val="center"/>' : ''}</w:pPr>${run}</w:p></w:tc>`
}
