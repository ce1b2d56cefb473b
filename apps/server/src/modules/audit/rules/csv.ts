/** What a spreadsheet would read as a formula, also in its full-width form, behind blanks of any kind. */
const FORMULA = /^[\s\u00a0\u3000]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** One cell of RFC 4180: always quoted, neutral in spreadsheets. Null is an empty cell. */
export function csvCell(value: string | number | null): string {
  if (value === null) return '""'
  const text = String(value)
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}
