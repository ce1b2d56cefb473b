import { useInfiniteQuery } from '@tanstack/react-query'
import { ASSIGNMENT_STATUSES } from '@zenops/contracts/assignment-states'
import { listActivities } from '@zenops/contracts/assignments'
import type { InputOf, OutputOf } from '@zenops/contracts/kit'
import { useFormats, type Formats } from '@zenops/ui/formats'
import {
  IconBan,
  IconFile,
  IconFileText,
  IconPencil,
  IconPlayerPlay,
  IconPlus,
  IconUser,
  type IconType,
} from '@zenops/ui/icons'
import { Timeline, type TimelineEntry } from '@zenops/ui/record'
import { EmptyState, SkeletonRows } from '@zenops/ui/states'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { client } from '../../lib/client.ts'
import { FailureCard } from '../../lib/failures.tsx'
import { fieldLabel, fieldText } from './job-changes.tsx'
import { known, statusWord, t } from './words.ts'

type Activity = OutputOf<typeof listActivities>['items'][number]
const PAGE = 50

export const askActivities = (id: string) =>
  infiniteQueryOptions({
    queryKey: [listActivities.id, id],
    initialPageParam: undefined as string | undefined, // the first page has no cursor
    queryFn: async ({ signal, pageParam }) => {
      const query: InputOf<typeof listActivities>['query'] = {
        limit: PAGE,
        ...(pageParam ? { cursor: pageParam } : {}),
      }
      return await client.call(listActivities, { params: { id }, query }, { signal })
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

const ICONS: Readonly<Record<string, IconType>> = {
  created: IconPlus,
  status_changed: IconPlayerPlay,
  field_updated: IconPencil,
  assignee: IconUser,
  document: IconFile,
  report: IconFileText,
  cancelled: IconBan,
}
const iconOf = (kind: string): IconType | undefined => ICONS[kind] ?? ICONS[kind.split('_')[0] ?? '']

const part = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value
    ? (value as Readonly<Record<string, unknown>>)[name] // checked on the line above
    : undefined

function textOf({ kind, actor, after }: Activity): string {
  const who = actor.name
  const to = ASSIGNMENT_STATUSES.find((status) => status === part(after, 'status'))
  if (kind === 'status_changed' && to) return t('ev_status_changed', { who, to: statusWord(to) })
  const key = `ev_${kind}`
  return known(key) ? t(key, { who }) : t('ev_other', { who, kind: kind.replaceAll('_', ' ') })
}

function changesOf({ kind, before, after }: Activity, formats: Formats): TimelineEntry['changes'] {
  const field = part(after, 'field')
  if (kind !== 'field_updated' || typeof field !== 'string') return undefined
  const show = (value: unknown): string => fieldText(field, part(value, 'value'), formats)
  return [{ label: fieldLabel(field), before: show(before), after: show(after) }]
}

function entryOf(activity: Activity, formats: Formats, base: string): TimelineEntry {
  const icon = iconOf(activity.kind)
  const changes = changesOf(activity, formats)
  return {
    id: activity.id,
    text: activity.reason ? `${textOf(activity)}: “${activity.reason}”` : textOf(activity),
    at: activity.at,
    when: formats.instant(activity.at),
    href: `${base}/timeline#entry-${activity.id}`,
    ...(icon ? { icon } : {}),
    ...(changes ? { changes } : {}),
  }
}

/** Everything that happened to the job, newest first. */
export function TimelineTab({ id }: { readonly id: string }) {
  const query = useInfiniteQuery(askActivities(id))
  const formats = useFormats()
  const entries = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section className="z-card" aria-label={t('timeline')}>
      {query.isPending && <SkeletonRows rows={6} columns={2} />}
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && entries.length === 0 && <EmptyState title={t('no_events')} />}
      {entries.length > 0 && (
        <Timeline
          label={t('timeline')}
          entries={entries.map((activity) => entryOf(activity, formats, `/assignments/${id}`))}
          onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
      )}
    </section>
  )
}
