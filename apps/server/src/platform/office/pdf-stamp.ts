/**
 * Makes a PDF say the given time and identity instead of the moment of its making, so equal input gives equal bytes.
 * Only values of unchanged length are overwritten: offsets of the file stay true.
 * @param created ISO time in UTC
 * @param hash hex, at least 32 characters
 */
export function stampPdf(pdf: Uint8Array, { created, hash }: { created: string; hash: string }): Uint8Array {
  const text = Buffer.from(pdf).toString('latin1')
  const digits = created.replace(/\D/g, '').slice(0, 14).padEnd(14, '0')
  const identity = hash
    .replace(/[^0-9a-f]/gi, '')
    .slice(0, 32)
    .toUpperCase()
    .padEnd(32, '0')
  const stamped = text
    .replace(/\/(CreationDate|ModDate)(\s*)\(D:[^)]*\)/g, (whole, key: string, space: string) => {
      const room = whole.length - `/${key}${space}(D:)`.length
      return `/${key}${space}(D:${`${digits}Z`.padEnd(room, ' ').slice(0, room)})`
    })
    .replace(/\/ID(\s*)\[(\s*)<([0-9A-Fa-f]+)>(\s*)<([0-9A-Fa-f]+)>(\s*)\]/g, (whole, ...parts: string[]) => {
      const [a = '', b = '', first = '', c = '', second = '', d = ''] = parts
      const fit = (old: string) => identity.repeat(Math.ceil(old.length / 32)).slice(0, old.length)
      return `/ID${a}[${b}<${fit(first)}>${c}<${fit(second)}>${d}]`.padEnd(whole.length, ' ')
    })
    .replace(
      /\/DocChecksum(\s*)\/([0-9A-Fa-f]+)/g,
      (_whole, space: string, old: string) =>
        `/DocChecksum${space}/${identity.slice(0, old.length).padEnd(old.length, '0')}`,
    )
    .replace(
      /<xmp:(CreateDate|ModifyDate|MetadataDate)>([^<]*)</g,
      (_whole, key: string, old: string) =>
        `<xmp:${key}>${`${created.slice(0, 19)}Z`.padEnd(old.length, ' ').slice(0, old.length)}<`,
    )
  return new Uint8Array(Buffer.from(stamped, 'latin1'))
}
