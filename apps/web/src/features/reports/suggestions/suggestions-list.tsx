import { useInfiniteQuery } from '@tanstack/react-query'
import { ApiError } from '@zenops/client/api-error'
import type { Json } from '@zenops/client/merge-patch'
import type { OutputOf } from '@zenops/contracts/kit'
import { acceptSuggestion, listSuggestions, rejectSuggestion } from '@zenops/contracts/reports-evidence'
import { SUGGESTION_FAMILY } from '@zenops/contracts/reports-evidence-records'
import { Button } from '@zenops/ui/button'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { Icon, IconFile, IconPhoto } from '@zenops/ui/icons'
import { ReasonField, TextField } from '@zenops/ui/text-fields'
import { EmptyState, SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { fieldLabel } from '@zenops/valuation/field-registry'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../lib/client.ts'
import { FailureCard } from '../../../lib/failures.tsx'
import { rowsOf, useAct } from '../../../lib/queries.ts'
import { useCan } from '../../../lib/session.tsx'
import { useShown } from '../record/conflict.tsx'
import { usePictured } from '../record/pictured.ts'
import { useRefresh, type ReportDetail } from '../record/report-query.ts'
import { t, word } from '../texts.ts'

type Suggestion = OutputOf<typeof listSuggestions>['items'][number]

const LOW = 0.6
const HIGH = 0.9
const MIN_REASON = 5

const suggestionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [listSuggestions.id, { params: { id } }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      client.call(
        listSuggestions,
        { params: { id }, query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

const tone = (confidence: number): 'green' | 'amber' | 'red' =>
  confidence >= HIGH ? 'green' : confidence >= LOW ? 'amber' : 'red'

function useValueText(): (value: unknown, unit: string | null) => string {
  const shown = useShown()
  return (value, unit) => {
    // Casts: suggested values are plain JSON.
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.values(value)
        .map((one) => shown(one as Json))
        .join('unit' in value ? ' ' : ', ')
    const text = shown(value as Json)
    return unit === null || text === '–' ? text : `${text} ${unit}`
  }
}

/** The picture a value was read from. */
function Source({ suggestion, detail }: { readonly suggestion: Suggestion; readonly detail: ReportDetail }) {
  const item = detail.evidence_items?.find(({ id }) => id === suggestion.evidence_item_id)
  const box = suggestion.box
  return (
    <figure className="rp-source">
      <div className="rp-source-picture">
        {item?.thumb_url && !item.restricted ? (
          <img src={item.thumb_url} alt={item.original_filename ?? t('source')} loading="lazy" />
        ) : (
          <Icon of={item ? IconPhoto : IconFile} size={24} />
        )}
        {box && (
          <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
            <rect x={box.x} y={box.y} width={box.width} height={box.height} />
          </svg>
        )}
      </div>
      {suggestion.raw_text && <figcaption className="z-meta">“{suggestion.raw_text}”</figcaption>}
    </figure>
  )
}

type Ask = 'edit' | 'overwrite' | 'reason'

function useDecisions(suggestion: Suggestion, detail: ReportDetail) {
  const { id, contract_version } = detail.work_order
  const refresh = useRefresh(id)
  const [asking, setAsking] = useState<Ask | null>(null)
  const [confirmed, setConfirmed] = useState(false)
  const done = () => {
    setAsking(null)
    refresh()
  }
  const accept = useAct(acceptSuggestion, { onDone: done })
  const reject = useAct(rejectSuggestion, { onDone: done })
  const params = { id, sid: suggestion.id }
  const send = (more: { value?: unknown; reason?: string; confirm_overwrite?: boolean }) => {
    if (more.confirm_overwrite) setConfirmed(true)
    accept.mutate(
      { params, body: { expected_version: contract_version, confirm_overwrite: confirmed, ...more } },
      {
        onError(error) {
          if (!(error instanceof ApiError)) return
          if (error.is('CONFIRMATION_REQUIRED')) setAsking('overwrite')
          else if (error.is('REASON_REQUIRED')) setAsking('reason')
        },
      },
    )
  }
  return { asking, setAsking, send, accept, reject: () => reject.mutate({ params }), rejecting: reject.isPending }
}

/** One value that a photo or paper offers, beside what stands in the form. */
function SuggestionCard({ suggestion, detail }: { readonly suggestion: Suggestion; readonly detail: ReportDetail }) {
  const text = useValueText()
  const writes = useCan('reports.write')
  const decide = useDecisions(suggestion, detail)
  const open = suggestion.status === 'PENDING'
  const face = SUGGESTION_FAMILY[suggestion.status]
  const percent = `${Math.round(suggestion.confidence * 100)} %`
  const error = decide.accept.error
  const asked = error instanceof ApiError && error.is('CONFIRMATION_REQUIRED', 'REASON_REQUIRED')
  return (
    <li className="z-card rp-suggestion">
      <Source suggestion={suggestion} detail={detail} />
      <div className="rp-suggestion-body">
        <div className="z-row">
          <h2>{fieldLabel(suggestion.field_key)}</h2>
          {!open && <StatusBadge family={face.family} text={face.label.en} final={face.final} />}
          {suggestion.out_of_range && <StatusBadge family="red" text={t('out_of_range')} />}
        </div>
        <dl className="rp-figures" data-strong>
          <div>
            <dt>{t('suggested')}</dt>
            <dd className="z-num">{text(suggestion.value, suggestion.unit)}</dd>
          </div>
          <div>
            <dt>{t('present_value')}</dt>
            <dd className="z-num">{text(suggestion.present_value, null)}</dd>
          </div>
        </dl>
        <p className="z-row">
          <StatusBadge family={tone(suggestion.confidence)} text={t('confidence', { percent })} />
          <span className="z-meta">{word(suggestion.method)}</span>
        </p>
        {error !== null && !asked && <FailureCard error={error} />}
        {open && writes && (
          <div className="z-row">
            <Button
              compact
              kind="primary"
              busy={decide.accept.isPending}
              unmet={suggestion.out_of_range ? t('out_of_range_text') : null}
              onClick={() => decide.send({})}
            >
              {t('accept')}
            </Button>
            <Button compact onClick={() => decide.setAsking('edit')}>
              {t('edit')}
            </Button>
            <Button compact kind="quiet" busy={decide.rejecting} onClick={decide.reject}>
              {t('reject')}
            </Button>
          </div>
        )}
      </div>
      {decide.asking && <AskDialog key={decide.asking} ask={decide.asking} suggestion={suggestion} decide={decide} />}
    </li>
  )
}

interface AskDialogProps {
  readonly ask: Ask
  readonly suggestion: Suggestion
  readonly decide: ReturnType<typeof useDecisions>
}

/** Edited text as the kind of value that was suggested. */
const asSuggested = (text: string, like: unknown): unknown =>
  typeof like === 'number' && /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text.trim()) : text.trim()

function AskDialog({ ask, suggestion, decide }: AskDialogProps) {
  const text = useValueText()
  const plain =
    typeof suggestion.value === 'object' ? '' : String((suggestion.value ?? '') as string | number | boolean)
  const [value, setValue] = useState(plain)
  const [reason, setReason] = useState('')
  const short = ask === 'reason' && reason.trim().length < MIN_REASON
  const because = reason.trim().length >= MIN_REASON ? { reason: reason.trim() } : {}
  return (
    <ConfirmDialog
      title={t(`ask_${ask}`)}
      consequence={t(`ask_${ask}_text`)}
      verb={t(ask === 'edit' ? 'accept_edited' : 'accept')}
      changes={
        ask === 'overwrite'
          ? [
              {
                label: fieldLabel(suggestion.field_key),
                before: text(suggestion.present_value, null),
                after: text(suggestion.value, suggestion.unit),
              },
            ]
          : []
      }
      opened
      busy={decide.accept.isPending}
      unmet={short ? t('reason_short', { min: MIN_REASON }) : null}
      onClose={() => decide.setAsking(null)}
      onConfirm={() =>
        decide.send({
          ...because,
          ...(ask === 'overwrite' ? { confirm_overwrite: true } : {}),
          ...(ask === 'edit' ? { value: asSuggested(value, suggestion.value) } : {}),
        })
      }
    >
      {ask === 'edit' && (
        <TextField label={fieldLabel(suggestion.field_key)} value={value} onChange={setValue} autoFocus />
      )}
      {ask !== 'edit' && <ReasonField value={reason} min={MIN_REASON} onChange={setReason} />}
    </ConfirmDialog>
  )
}

/** Values read from photos and papers; nothing enters the report without a person's act. */
export function SuggestionsList({ detail: plain }: { readonly detail: ReportDetail }) {
  const detail = usePictured(plain)
  const query = useInfiniteQuery(suggestionsQuery(detail.work_order.id))
  if (query.isError) return <FailureCard error={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows rows={4} columns={3} />
  const rows = rowsOf(query.data).toSorted((a, b) => Number(b.status === 'PENDING') - Number(a.status === 'PENDING'))
  if (rows.length === 0) return <EmptyState title={t('no_suggestions')} reason={t('no_suggestions_text')} />
  return (
    <>
      <ul className="rp-suggestions">
        {rows.map((suggestion) => (
          <SuggestionCard key={suggestion.id} suggestion={suggestion} detail={detail} />
        ))}
      </ul>
      {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>{t('load_more')}</Button>}
    </>
  )
}
