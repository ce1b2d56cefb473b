import { useQuery } from '@tanstack/react-query'
import { REVIEW_FAMILY, type Document } from '@zenops/contracts/document-records'
import {
  acceptDocumentSuggestions,
  addDocumentTags,
  getDocument,
  listDocuments,
  presignDownload,
  removeDocumentTag,
  updateDocument,
} from '@zenops/contracts/documents'
import { getProperty } from '@zenops/contracts/directory'
import { errorText } from '@zenops/client/error-texts'
import { Button, ButtonLink } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { fileSize } from '@zenops/ui/files'
import { useFormats } from '@zenops/ui/formats'
import { IconDownload } from '@zenops/ui/icons'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { Banner, SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { client } from '../../lib/client.ts'
import { FailureCard } from '../../lib/failures.tsx'
import { ask, useAct } from '../../lib/queries.ts'
import { useCan } from '../../lib/session.tsx'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import {
  CATEGORY_OPTIONS,
  CATEGORY_TAG,
  categoryOf,
  isBeingDrawn,
  kindOf,
  KIND_OPTIONS,
  nameOf,
  PICTURE_WAIT_MS,
  t,
} from './words.ts'

const DOCUMENT_ANSWERS = [getDocument, listDocuments] as const
/** Addresses live 900 s; a fresh one is asked for well before. */
const PICTURE_FRESH_MS = 10 * 60 * 1000

function Picture({ document }: { readonly document: Document }) {
  const ready = document.thumb_status === 'ready'
  const picture = useQuery({
    ...ask(presignDownload, { params: { id: document.id }, query: { variant: 'preview', disposition: 'inline' } }),
    enabled: ready && !document.restricted,
    staleTime: PICTURE_FRESH_MS,
  })
  if (document.restricted) return <Banner inset>{t('restricted')}</Banner>
  if (document.thumb_status === 'pending') return <p className="z-secondary">{t('pending_preview')}</p>
  if (!ready || picture.isError) return <p className="z-secondary">{t('no_preview')}</p>
  return (
    <div className="z-preview">
      {picture.data && <img src={picture.data.url} alt={t('preview_of', { name: nameOf(document) })} />}
    </div>
  )
}

type Said = NonNullable<Document['suggestions']>

/** Where the photo says it was taken, how exactly, and how far that is from the property. */
function Whereabouts({ said }: { readonly said: Said }) {
  if (!said.gps) return null
  const { latitude, longitude, accuracy_m } = said.gps
  const notes = [
    accuracy_m === null ? '' : t('says_accuracy', { metres: Math.round(accuracy_m) }),
    said.distance_to_property_m === null ? '' : t('says_distance', { metres: Math.round(said.distance_to_property_m) }),
  ].filter((text) => text !== '')
  return (
    <span className="z-stack-tight">
      <span>{t('says_place', { place: `${latitude.toFixed(6)}, ${longitude.toFixed(6)}` })}</span>
      {notes.length > 0 && <span className="z-meta">{notes.join(', ')}</span>}
    </span>
  )
}

const saysNothing = (said: Said): boolean => said.captured_at === null && said.gps === null && said.device === null

function Suggestions({ document }: { readonly document: Document }) {
  const formats = useFormats()
  const write = useCan('documents.write')
  const act = useAct(acceptDocumentSuggestions, { stale: [...DOCUMENT_ANSWERS, getProperty] })
  const said = document.suggestions
  if (!said || saysNothing(said)) return null
  const take = (field: 'captured_at' | 'property_coordinates') =>
    act.mutate({ params: { id: document.id }, body: { fields: [field] } })
  const button = (field: 'captured_at' | 'property_coordinates', label: string) =>
    said.accepted.includes(field) ? (
      <StatusBadge family="green" text={t('accepted')} final />
    ) : (
      write && (
        <Button compact busy={act.isPending} onClick={() => take(field)}>
          {label}
        </Button>
      )
    )
  return (
    <section className="z-note" aria-label={t('suggestions')}>
      <h3>{t('suggestions')}</h3>
      <ul className="z-list">
        {said.captured_at && (
          <li>
            <span>{t('says_time', { time: formats.instant(said.captured_at) })}</span>
            {button('captured_at', t('accept_time'))}
          </li>
        )}
        {said.gps && (
          <li>
            <Whereabouts said={said} />
            {button('property_coordinates', t('accept_place'))}
          </li>
        )}
        {said.device && <li className="z-secondary">{t('says_device', { device: said.device })}</li>}
      </ul>
      {act.isError && <p role="alert">{errorText(act.error)}</p>}
    </section>
  )
}

function KindFields({ document }: { readonly document: Document }) {
  const write = useCan('documents.write')
  const change = useAct(updateDocument, { stale: DOCUMENT_ANSWERS })
  const tag = useAct(addDocumentTags, { stale: DOCUMENT_ANSWERS })
  const untag = useAct(removeDocumentTag, { stale: DOCUMENT_ANSWERS })
  const final = document.review_state === 'FINAL'
  const params = { id: document.id }
  const category = categoryOf(document)
  const setCategory = async (next: string | null) => {
    if (category !== null) await untag.mutateAsync({ params, query: { key: CATEGORY_TAG, value: category } })
    if (next !== null) await tag.mutateAsync({ params, body: { tags: [{ key: CATEGORY_TAG, value: next }] } })
  }
  const failed = [change, tag, untag].find((act) => act.isError)
  return (
    <>
      {(final || !write) && <p className="z-help">{t(final ? 'locked' : 'read_only')}</p>}
      <ChoiceField
        label={t('kind')}
        disabled={final || !write}
        value={document.classification}
        options={KIND_OPTIONS}
        onChange={(next) => {
          const classification = kindOf(next)
          if (classification) change.mutate({ params, body: { classification, expected_version: document.version } })
        }}
      />
      {document.classification === 'site_photo' && (
        <ChoiceField
          label={t('category')}
          optional
          disabled={final || !write}
          value={category}
          options={CATEGORY_OPTIONS}
          // A failure of either step shows below through the act itself.
          onChange={(next) => void setCategory(next).catch(() => null)}
        />
      )}
      {failed && <p role="alert">{errorText(failed.error)}</p>}
    </>
  )
}

function DownloadButton({ document }: { readonly document: Document }) {
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const download = async () => {
    setBusy(true)
    setFault(null)
    try {
      const query = { variant: 'original', disposition: 'attachment' } as const
      const { url } = await client.call(presignDownload, { params: { id: document.id }, query })
      window.location.assign(url)
    } catch (error) {
      setFault(errorText(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        icon={IconDownload}
        busy={busy}
        unmet={document.restricted ? t('restricted') : null}
        onClick={() => void download()}
      >
        {t('download')}
      </Button>
      {fault && <p role="alert">{fault}</p>}
    </>
  )
}

function DocumentView({ document, withinJob }: { readonly document: Document; readonly withinJob: boolean }) {
  const job = document.links.find((link) => link.assignment_id !== null)?.assignment_id
  return (
    <div className="z-stack">
      <Picture document={document} />
      <div className="z-row">
        <StateBadge face={REVIEW_FAMILY[document.review_state]} />
        {document.warnings.map((warning) => (
          <StatusBadge key={warning} family="amber" text={t(`w_${warning}`)} />
        ))}
      </div>
      <div className="z-row">
        <DownloadButton document={document} />
        {!withinJob && job && <ButtonLink href={`/assignments/${job}/documents`}>{t('go_job')}</ButtonLink>}
      </div>
      {!document.restricted && <KindFields document={document} />}
      <Suggestions document={document} />
      <RecordFacts
        facts={[
          { label: t('sensitivity'), value: t(`s_${document.sensitivity}`) },
          { label: t('size'), value: fileSize(document.size_bytes) },
          { label: t('captured'), value: <Instant at={document.captured_at} /> },
          { label: t('added'), value: <Instant at={document.created_at} /> },
          { label: t('by'), value: document.owner?.name },
          { label: t('source'), value: t(`d_${document.source}`) },
          {
            label: t('sha'),
            value: document.sha256 && <span className="z-code">{document.sha256.slice(0, 16)}…</span>,
          },
        ]}
      />
    </div>
  )
}

export interface DocumentPanelProps {
  readonly id: string
  readonly onClose: () => void
  /** Within the job's own page the way there is not offered. */
  readonly withinJob?: boolean
}

/** One document: picture, what it is, what the file says of itself, download. */
export function DocumentPanel({ id, onClose, withinJob = false }: DocumentPanelProps) {
  const query = useQuery({
    ...ask(getDocument, { params: { id } }),
    refetchInterval: ({ state }) => (state.data && isBeingDrawn(state.data) ? PICTURE_WAIT_MS : false),
  })
  const document = query.data
  return (
    <SidePanel title={document ? nameOf(document) : t('document')} onClose={onClose}>
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonRows rows={6} columns={2} />}
      {document && <DocumentView document={document} withinJob={withinJob} />}
    </SidePanel>
  )
}
