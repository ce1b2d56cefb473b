import type { Disposition } from './port.ts'

/** What a browser may show in place; everything else is saved. SVG and HTML are not here on purpose: they run scripts. */
const SHOWN_IN_PLACE = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/heic',
  'image/heif',
  'image/tiff',
  'application/pdf',
  'text/plain',
])
const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,127}$/
const ACTIVE =
  /^(?:text\/(?!plain$|csv$)|application\/(?:.*\+xml$|xml$|xhtml|.*script|x-httpd|wasm$)|multipart\/|message\/)/

const bareType = (contentType: string): string => (contentType.split(';')[0] ?? '').trim().toLowerCase()

/** The `Content-Type` that stored bytes are served with: active or malformed types become `application/octet-stream`. */
export const servedType = (contentType: string): string => {
  const type = bareType(contentType)
  if (!TYPE.test(type) || ACTIVE.test(type)) return 'application/octet-stream'
  if (type.startsWith('image/') && !SHOWN_IN_PLACE.has(type)) return 'application/octet-stream'
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}

/** `Content-Disposition` by RFC 6266: an ASCII name for old readers and the true one as UTF-8; no control characters. */
export const contentDisposition = (file: {
  filename: string
  contentType: string
  disposition: Disposition
}): string => {
  const shown = file.disposition === 'inline' && SHOWN_IN_PLACE.has(bareType(file.contentType))
  const name = cleanName(file.filename)
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_')
  const utf8 = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${shown ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${utf8}`
}

const cleanName = (filename: string): string => {
  const name = filename
    .toWellFormed()
    .normalize('NFC')
    // Separators, controls and the marks that turn the reading direction would disguise the true extension.
    .replace(/[/\\]|\p{Cc}|[\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '_')
    .trim()
  return [...name].slice(0, 200).join('') || 'file'
}
