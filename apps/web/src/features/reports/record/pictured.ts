import { useQuery } from '@tanstack/react-query'
import { listDocuments } from '@zenops/contracts/documents'
import { useMemo } from 'react'
import { ask } from '../../../lib/queries.ts'
import { useCan } from '../../../lib/session.tsx'
import type { ReportDetail } from './report-query.ts'

/** Pictures of so many documents are looked up at once; the others show their kind. */
const MOST = 200

/** A report whose evidence carries the thumbnails of its documents, which the registry signs for a short while. */
export function usePictured(detail: ReportDetail): ReportDetail {
  const { assignment_id } = detail.work_order
  const reads = useCan('documents.read')
  const lacking = detail.evidence_items?.some((item) => item.thumb_url === null && item.document_id !== null) === true
  const query = useQuery({
    ...ask(listDocuments, { query: { assignment_id, limit: MOST } }),
    enabled: reads && lacking,
  })
  const documents = query.data?.items
  return useMemo(() => {
    if (!documents || !detail.evidence_items) return detail
    const thumbs = new Map(documents.map((document) => [document.id, document.thumb_url]))
    const pictured = detail.evidence_items.map((item) => ({
      ...item,
      thumb_url: item.thumb_url ?? thumbs.get(item.document_id ?? '') ?? null,
    }))
    return { ...detail, evidence_items: pictured }
  }, [detail, documents])
}
