/** What a spreadsheet would read as a formula, also in its full-width form, behind blanks of any kind: as `audit.csv_guard`. */
const FORMULA =
  /^[\s\p{Cc}\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]/u

/** One cell of RFC 4180: always quoted, neutral in spreadsheets. Null is an empty cell. */
export function csvCell(value: string | number | null): string {
  if (value === null) return '""'
  const text = String(value)
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}
