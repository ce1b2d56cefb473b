/** More cells than this are not taken from one paste. */
const MAX_ROWS = 200
const MAX_COLUMNS = 40

/**
 * Cells copied from a spreadsheet: tabs between cells, line ends between rows; a cell in quotes may hold both, with
 * quotes doubled. Empty for text that is no table.
 */
export function readTable(text: string): string[][] {
  if (!/\t|\n[^\n]*\S/.test(text)) return []
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length && rows.length < MAX_ROWS) {
    const cell = /^(?:"((?:[^"]|"")*)"(?=\t|\r?\n|$)|([^\t\n]*))/.exec(text.slice(at))
    const quoted = cell?.[1]
    if (row.length < MAX_COLUMNS) row.push((quoted?.replaceAll('""', '"') ?? cell?.[2] ?? '').trim())
    at += cell?.[0].length ?? 0
    if (text[at] === '\t') {
      at += 1
      if (at === text.length) row.push('')
      continue
    }
    rows.push(row)
    row = []
    if (text[at] === '\r') at += 1
    at += 1
  }
  if (row.length > 0) rows.push(row)
  return rows.filter((cells) => cells.some((cell) => cell !== ''))
}
