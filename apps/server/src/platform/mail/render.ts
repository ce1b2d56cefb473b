import type { MailTemplate, MailVariables } from './port.ts'
import { wordingOf } from './templates.ts'

export interface Rendered {
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The language it came out in. */
  readonly locale: string
}

const SUBJECT_MAX = 200
const VALUE_MAX = 300
const FOOTER = 'ZenOps sends this mail because of something that happened in your account or your firm.'

/** A value as one line: no line breaks (headers!), no control or direction marks, bounded. Blank is an error. */
function oneLine(name: string, value: string): string {
  const line = value
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .trim()
    .toWellFormed()
  if (line === '') throw new Error(`a mail without ${name} is not sent`)
  const points = [...line]
  return points.length <= VALUE_MAX ? line : `${points.slice(0, VALUE_MAX - 1).join('')}…`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)

const instantIn = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone })
  return (value: string): string => `${format.format(new Date(value))} (${timeZone})`
}

export interface Rendering<K extends MailTemplate> {
  readonly template: K
  readonly variables: MailVariables[K]
  readonly url?: string | undefined
  readonly locale: string
  readonly timeZone: string
}

/** Subject, plain text and simple HTML of a mail. Throws when a value is blank: half a mail is not sent. */
export function render<K extends MailTemplate>({ template, variables, url, locale, timeZone }: Rendering<K>): Rendered {
  const lines = Object.entries<string>(variables).map(([name, value]) => [name, oneLine(name, value)])
  // Cast: the same names, each value made one line.
  const clean = Object.fromEntries(lines) as MailVariables[K]
  const formats = { instant: instantIn(timeZone) }
  const { wording, locale: language } = wordingOf(template, clean, { locale, formats })
  const { paragraphs, action } = wording
  const link = url === undefined ? null : { url, label: action ?? 'Open ZenOps' }
  const text = [...paragraphs, ...(link ? [`${link.label}:\n${link.url}`] : []), `-- \n${FOOTER}`].join('\n\n')
  const html = [
    `<!doctype html><html lang="${language}"><body style="font-family:sans-serif;line-height:1.5;max-width:36em">`,
    ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    ...(link ? [`<p><a href="${escapeHtml(link.url)}"><b>${escapeHtml(link.label)}</b></a></p>`] : []),
    ...(link ? [`<p><small>${escapeHtml(link.url)}</small></p>`] : []),
    `<p><small>${escapeHtml(FOOTER)}</small></p></body></html>`,
  ].join('\n')
  return { subject: [...wording.subject].slice(0, SUBJECT_MAX).join(''), text: `${text}\n`, html, locale: language }
}
