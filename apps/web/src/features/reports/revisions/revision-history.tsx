import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Json } from '@zenops/client/merge-patch'
import type { OutputOf } from '@zenops/contracts/kit'
import { diffRevisions, listRevisions, verifyRevisions } from '@zenops/contracts/reports'
import { Button } from '@zenops/ui/button'
import { Field } from '@zenops/ui/field'
import { Icon, IconCircleCheck } from '@zenops/ui/icons'
import { Banner, EmptyState, SkeletonRows } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { client } from '../../../lib/client.ts'
import { FailureCard } from '../../../lib/failures.tsx'
import { ask, rowsOf } from '../../../lib/queries.ts'
import { labelOf, useShown } from '../record/conflict.tsx'
import { t, word } from '../texts.ts'

type RevisionRow = OutputOf<typeof listRevisions>['items'][number]
type Diff = OutputOf<typeof diffRevisions>

const SHOWN_PATHS = 4

const revisionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [listRevisions.id, { params: { id } }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      client.call(
        listRevisions,
        { params: { id }, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** Recomputes every hash; a broken chain stays on the page. */
function Chain({ id }: { readonly id: string }) {
  const query = useQuery({ ...ask(verifyRevisions, { params: { id } }), enabled: false })
  const result = query.data
  return (
    <div className="rp-chain">
      <Button compact busy={query.isFetching} onClick={() => void query.refetch()}>
        {t('verify')}
      </Button>
      {result?.ok && (
        <span className="rp-all-there" role="status">
          <Icon of={IconCircleCheck} />
          {t('chain_ok', { n: result.checked })}
        </span>
      )}
      {result && !result.ok && (
        <Banner tone="red" inset>
          {t('chain_broken', { n: result.first_bad ?? 0 })}
        </Banner>
      )}
      {query.isError && <FailureCard error={query.error} />}
    </div>
  )
}

function Changes({ label, rows }: { readonly label: string; readonly rows: Diff['contract'] }) {
  const shown = useShown()
  if (rows.length === 0) return null
  return (
    <div className="rp-scroll">
      <table className="z-changes rp-diff">
        <caption className="z-label">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{t('field')}</th>
            <th scope="col">{t('before')}</th>
            <th scope="col">{t('after')}</th>
            <th scope="col">{t('reason')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.path}>
              <th scope="row">{labelOf(row.path, [])}</th>
              {/* Casts: revisions hold plain JSON. */}
              <td>
                <del>{shown(row.before as Json)}</del>
              </td>
              <td>
                <ins>{shown(row.after as Json)}</ins>
              </td>
              <td className="z-secondary">{row.reason ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function DiffView({ diff }: { readonly diff: Diff }) {
  const { added, removed, moved, replaced } = diff.evidence
  const evidence = [
    [t('added'), added.length],
    [t('removed'), removed.length],
    [t('moved_items'), moved.length],
    [t('replaced'), replaced.length],
  ] as const
  const computed = diff.computed.map((row) => ({ ...row, reason: null, author: null }))
  return (
    <div className="z-stack">
      <p className="z-secondary">{t('score_change', { before: diff.readiness.before, after: diff.readiness.after })}</p>
      <Changes label={t('changed_values')} rows={diff.contract} />
      <Changes label={t('changed_figures')} rows={computed} />
      <p className="z-secondary">
        {t('tab_evidence')}:{' '}
        {evidence
          .filter(([, count]) => count > 0)
          .map(([label, count]) => `${count} ${label}`)
          .join(', ') || t('unchanged')}
      </p>
    </div>
  )
}

interface Pair {
  readonly from: number
  readonly to: number
}

function Compare({
  id,
  newest,
  pair,
  onPair,
}: {
  readonly id: string
  readonly newest: number
  readonly pair: Pair
  readonly onPair: (pair: Pair) => void
}) {
  const query = useQuery(ask(diffRevisions, { params: { id }, query: pair }))
  const numbers = Array.from({ length: newest + 1 }, (_, n) => newest - n)
  const choose = (which: keyof Pair) => (
    <Field label={t(which === 'from' ? 'diff_from' : 'diff_to')}>
      {(control) => (
        <div className="z-box">
          <select
            {...control}
            required={false}
            value={pair[which]}
            onChange={(event) => onPair({ ...pair, [which]: Number(event.target.value) })}
          >
            {numbers.map((n) => (
              <option key={n} value={n}>
                {n === 0 ? t('empty_report') : t('revision_no', { n })}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  )
  return (
    <section className="z-card" aria-labelledby="rp-diff-title">
      <h2 id="rp-diff-title">{t('compare')}</h2>
      <div className="z-pair rp-diff-pair">
        {choose('from')}
        {choose('to')}
      </div>
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonRows rows={4} columns={4} />}
      {query.data && <DiffView diff={query.data} />}
    </section>
  )
}

function Paths({ row }: { readonly row: RevisionRow }) {
  const shown = row.changed_paths.slice(0, SHOWN_PATHS).map((path) => labelOf(path, []))
  const more = row.changed_paths.length - shown.length
  if (shown.length === 0) return <span className="z-tertiary">{word(row.kind)}</span>
  return (
    <>
      {shown.join(', ')}
      {more > 0 && ` ${t('and_more', { n: more })}`}
    </>
  )
}

/** Every revision with who, when, what and why; any two can be compared. */
export function RevisionHistory({ id }: { readonly id: string }) {
  const query = useInfiniteQuery(revisionsQuery(id))
  const [pair, setPair] = useState<Pair | null>(null)
  if (query.isError) return <FailureCard error={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows rows={8} columns={4} />
  const rows = rowsOf(query.data)
  const newest = rows[0]?.revision ?? 0
  if (newest === 0) return <EmptyState title={t('no_revisions')} reason={t('no_revisions_text')} />
  const present = pair ?? { from: newest - 1, to: newest }
  return (
    <div className="rp-revisions">
      <Chain id={id} />
      <div className="rp-revision-columns">
        <ol className="rp-revision-list" aria-label={t('tab_revisions')}>
          {rows.map((row) => (
            <li key={row.revision} data-chosen={row.revision === present.to || undefined}>
              <div className="z-row">
                <button
                  type="button"
                  className="rp-revision-no z-num"
                  aria-pressed={row.revision === present.to}
                  onClick={() => setPair({ from: row.revision - 1, to: row.revision })}
                >
                  {t('revision_no', { n: row.revision })}
                </button>
                <span className="z-meta">
                  {row.author?.name ?? t('system')} · <Instant at={row.created_at} relative /> · {row.readiness_score} %
                </span>
              </div>
              <p>
                <Paths row={row} />
              </p>
              {row.reason && <p className="z-secondary">“{row.reason}”</p>}
              <p className="z-meta z-code" title={row.content_hash}>
                {row.content_hash.slice(0, 16)}
              </p>
            </li>
          ))}
          {query.hasNextPage && (
            <li>
              <Button compact busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t('load_more')}
              </Button>
            </li>
          )}
        </ol>
        <Compare id={id} newest={newest} pair={present} onPair={setPair} />
      </div>
    </div>
  )
}
