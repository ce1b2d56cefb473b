import { CLASSIFICATIONS, type Classification, type Document } from '@zenops/contracts/document-records'
import { messagesOf } from '@zenops/client/messages'
import { en } from './messages.en.ts'

export const t = messagesOf('documents', en)

export const KIND_OPTIONS = CLASSIFICATIONS.map((value) => ({ value, label: t(`c_${value}`) }))

/** What a site photo shows; kept as the tag `category`. */
export const CATEGORIES = [
  'exterior',
  'interior',
  'surroundings',
  'gps',
  'google_map',
  'route_map',
  'guideline',
  'document',
  'other',
] as const
export const CATEGORY_TAG = 'category'
export const CATEGORY_OPTIONS = CATEGORIES.map((value) => ({ value, label: t(`k_${value}`) }))

export const categoryOf = (document: Document): (typeof CATEGORIES)[number] | null => {
  const tag = document.tags.find((one) => one.key === CATEGORY_TAG)
  return CATEGORIES.find((category) => category === tag?.value) ?? null
}

export const kindOf = (value: string | null): Classification | null =>
  CLASSIFICATIONS.find((one) => one === value) ?? null

export const nameOf = (document: Document): string =>
  document.original_filename ?? t(document.restricted ? 'restricted_name' : 'document')

export const isPhoto = (document: Document): boolean => document.content_type.startsWith('image/')

/** A preview is on its way: worth asking again soon, as long as the file is young. */
export const isBeingDrawn = (document: Document): boolean =>
  document.thumb_status === 'pending' && Date.now() - Date.parse(document.created_at) < DRAWN_WITHIN_MS
const DRAWN_WITHIN_MS = 5 * 60 * 1000
export const PICTURE_WAIT_MS = 2_000
