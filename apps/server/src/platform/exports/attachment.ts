const NAME = /^[\w.-]{1,200}$/

/** `Content-Disposition` of a file that the product named itself. */
export function attachment(filename: string): string {
  if (!NAME.test(filename)) throw new RangeError('a name of letters, digits, dots and dashes')
  return `attachment; filename="${filename}"`
}
