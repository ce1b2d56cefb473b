import { FILE_TYPES, type Classification } from '@zenops/contracts/document-records'
import { t } from './texts.ts'

/** What a firm takes unless it set another limit: 50 MB. */
export const MAX_FILE_BYTES = 50_000_000

/** Ending → content type; the first family that names an ending has it. */
const TYPE_BY_ENDING = new Map<string, string>()
for (const { types, endings } of Object.values(FILE_TYPES))
  for (const ending of endings) if (!TYPE_BY_ENDING.has(ending)) TYPE_BY_ENDING.set(ending, types[0])

/** For the file chooser: every ending that may be stored. */
export const ACCEPT = [...TYPE_BY_ENDING.keys()].map((ending) => `.${ending}`).join(',')

const endingOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase()

/** By the ending, as the server judges it; browsers do not know HEIC and guess office files. */
export const contentTypeOf = (name: string): string | null => TYPE_BY_ENDING.get(endingOf(name)) ?? null

/** Why this file is not even tried; null when it may be. */
export function refusalOf(file: { readonly name: string; readonly size: number }): string | null {
  if (file.size === 0) return t('empty_file')
  if (file.size > MAX_FILE_BYTES) return t('too_large', { size: `${MAX_FILE_BYTES / 1_000_000} MB` })
  return contentTypeOf(file.name) === null ? t('wrong_type') : null
}

/** Without a choice a picture is a site photo and everything else something else. */
export const guessedKind = (name: string, chosen: Classification | null): Classification =>
  chosen ?? (contentTypeOf(name)?.startsWith('image/') ? 'site_photo' : 'other')

export const purposeOf = (kind: Classification): 'photo' | 'evidence' => (kind === 'site_photo' ? 'photo' : 'evidence')

/** `4b2f…` of the bytes; null where the browser cannot compute it (no secure address). */
export async function sha256Of(file: Blob): Promise<string | null> {
  if (!globalThis.crypto.subtle) return null
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
