import { CLASSIFICATIONS, DOCUMENT_SOURCES, REVIEW_STATES, SENSITIVITIES } from '@zenops/contracts/document-records'
import { DOCUMENT_SORTS } from '@zenops/contracts/documents'
import { z } from 'zod'
import { idParam, onParam, oneOf, textParam } from '@zenops/surface/search-params.ts'

/** The address of the library. */
export const LibrarySearch = z.object({
  q: textParam,
  classification: oneOf(CLASSIFICATIONS),
  review_state: oneOf(REVIEW_STATES),
  sensitivity: oneOf(SENSITIVITIES),
  source: oneOf(DOCUMENT_SOURCES),
  has_gps: onParam,
  unlinked: onParam,
  sort: oneOf(DOCUMENT_SORTS),
  preview: idParam,
})
export type LibrarySearch = z.infer<typeof LibrarySearch>
