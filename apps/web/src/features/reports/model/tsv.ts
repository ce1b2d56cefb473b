/** More cells than this are not taken from one paste. */
const MAX_ROWS = 200
const MAX_COLUMNS = 40

/** One cell and what ends it: a quoted one may hold tabs and line ends, with its quotes doubled. */
const CELL = /(?:"((?:[^"]|"")*)"|([^\t\n]*?))(\t|\r?\n|$)/y

/** Cells copied from a spreadsheet: tabs between cells, line ends between rows. Empty for text that is no table. */
export function readTable(text: string): string[][] {
  if (!/\t|\n[^\n]*\S/.test(text)) return []
  const rows: string[][] = [[]]
  CELL.lastIndex = 0
  for (let cell = CELL.exec(text); cell !== null && rows.length <= MAX_ROWS; cell = CELL.exec(text)) {
    const [, quoted, plain = '', end = ''] = cell
    rows.at(-1)?.push((quoted?.replaceAll('""', '"') ?? plain).trim())
    if (end === '') break
    if (end !== '\t') rows.push([])
  }
  return rows
    .filter((cells) => cells.some((cell) => cell !== ''))
    .slice(0, MAX_ROWS)
    .map((cells) => cells.slice(0, MAX_COLUMNS))
}
