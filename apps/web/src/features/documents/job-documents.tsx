import { useInfiniteQuery } from '@tanstack/react-query'
import { listDocuments } from '@zenops/contracts/documents'
import type { Document } from '@zenops/contracts/document-records'
import { useNavigate } from '@tanstack/react-router'
import { Button } from '@zenops/ui/button'
import { fileSize, PhotoGrid } from '@zenops/ui/files'
import { useFormats, type Formats } from '@zenops/ui/formats'
import { EmptyState, SkeletonRows } from '@zenops/ui/states'
import { FailureCard } from '../../lib/failures.tsx'
import { askList, rowsOf } from '../../lib/queries.ts'
import { useCan } from '../../lib/session.tsx'
import { DocumentPanel } from './document-panel.tsx'
import { Uploads } from './uploads.tsx'
import { categoryOf, isBeingDrawn, isPhoto, KIND_OPTIONS, nameOf, PICTURE_WAIT_MS, t } from './words.ts'

export const askJobDocuments = (assignmentId: string) => askList(listDocuments, { assignment_id: assignmentId })

/** The second line of a tile: what it shows, when it was taken, else how large it is. */
function lineOf(document: Document, formats: Formats): string {
  const category = categoryOf(document)
  const taken = document.captured_at ?? document.suggestions?.captured_at ?? null
  return [
    category ? t(`k_${category}`) : '',
    taken === null ? '' : formats.instant(taken),
    category === null && taken === null ? fileSize(document.size_bytes) : '',
  ]
    .filter((text) => text !== '')
    .join(' · ')
}

export interface JobDocumentsProps {
  readonly assignmentId: string
  /** The document whose details are open, from the address. */
  readonly opened: string | undefined
}

/** Documents of one job: upload, then everything by kind; a tile opens its details. */
export function JobDocuments({ assignmentId, opened }: JobDocumentsProps) {
  const navigate = useNavigate()
  const formats = useFormats()
  const write = useCan('documents.write')
  const query = useInfiniteQuery({
    ...askJobDocuments(assignmentId),
    refetchInterval: ({ state }) => (rowsOf(state.data).some(isBeingDrawn) ? PICTURE_WAIT_MS : false),
  })
  const rows = rowsOf(query.data)
  const open = (id: string | undefined) =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, document: id }), replace: true })
  const kinds = KIND_OPTIONS.map((kind) => ({
    ...kind,
    documents: rows.filter((document) => document.classification === kind.value),
  })).filter((kind) => kind.documents.length > 0)
  return (
    <div className="z-beside">
      <div className="z-stack">
        {write && <Uploads assignmentId={assignmentId} />}
        {query.isPending && <SkeletonRows rows={4} />}
        {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
        {query.isSuccess && rows.length === 0 && (
          <EmptyState title={t('empty_job')} reason={write ? t('empty_job_reason') : t('read_only')} />
        )}
        {kinds.map((kind) => (
          <section key={kind.value} aria-label={kind.label}>
            <h2 className="z-section-title">
              {kind.label} <span className="z-tertiary">{t('files_n', { n: kind.documents.length })}</span>
            </h2>
            <PhotoGrid
              label={kind.label}
              photos={kind.documents.map((document) => ({
                id: document.id,
                name: nameOf(document),
                line: lineOf(document, formats),
                picture: document.thumb_url ?? undefined,
                kind: isPhoto(document) ? 'photo' : 'file',
                restricted: document.restricted ? t('restricted') : undefined,
                pressed: document.id === opened,
                onOpen: () => open(document.id),
              }))}
            />
          </section>
        ))}
        {query.hasNextPage && (
          <div>
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('more_documents')}
            </Button>
          </div>
        )}
      </div>
      {opened && <DocumentPanel id={opened} withinJob onClose={() => open(undefined)} />}
    </div>
  )
}
