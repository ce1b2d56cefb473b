import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useNavigate, useRouter, useRouterState } from '@tanstack/react-router'
import { DataGrid, type DataGridProps, type GridSort } from '@zenops/ui/data-grid'
import { Button } from '@zenops/ui/button'
import { FilterBar, type FilterField } from '@zenops/ui/filters'
import { Page } from '@zenops/ui/page'
import { EmptyState } from '@zenops/ui/states'
import { useAnnounce } from '@zenops/ui/announcer'
import { useWords } from '@zenops/ui/words'
import { useCallback, useEffect, type ReactNode } from 'react'
import { FailureCard } from './failures.tsx'
import { rowsOf, type ListAnswer } from './queries.ts'
import { t } from './texts.ts'

type Value = string | readonly string[] | undefined

export interface ListPageProps<Row>
  extends Pick<
    DataGridProps<Row>,
    'columns' | 'rowKey' | 'rowName' | 'card' | 'onPreview' | 'selection' | 'onSelection' | 'bulk' | 'onKey'
  > {
  readonly title: string
  /** `useInfiniteQuery(askList(listBanks, search))`. */
  readonly query: UseInfiniteQueryResult<InfiniteData<ListAnswer<Row>>, Error>
  /** The route's checked search: `Route.useSearch()`. */
  readonly search: Readonly<Record<string, Value>>
  readonly hrefOf: (row: Row) => string
  /** Label of the text search; absent where the list has no `q`. */
  readonly searchLabel?: string
  readonly fields?: readonly FilterField[]
  readonly chips?: ReactNode
  readonly kpis?: ReactNode
  /** The create button and others. */
  readonly acts?: ReactNode
  /** What belongs here and why it is empty. */
  readonly empty: ReactNode
  readonly panel?: ReactNode
}

/** Last row opened of each list, so that Back stands on it again. Memory only. */
const openedFrom = new Map<string, string>()

const sortOf = (text: Value): GridSort | undefined => {
  if (typeof text !== 'string' || text === '') return undefined
  return text.startsWith('-') ? { key: text.slice(1), direction: 'desc' } : { key: text, direction: 'asc' }
}

const stateOf = (query: { readonly isError: boolean; readonly isPending: boolean }): 'error' | 'loading' | 'ready' => {
  if (query.isError) return 'error'
  return query.isPending ? 'loading' : 'ready'
}

const textOf = (value: Value): string => (typeof value === 'string' ? value : '')

/** Parameters that are no filter: clearing leaves them. */
const NO_FILTER: ReadonlySet<string> = new Set(['sort', 'preview'])

/** The list page: title row, filter bar, grid, side panel. All of its state stands in the address. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { title, query, search, hrefOf, rowKey, fields = [], searchLabel } = props
  const navigate = useNavigate()
  const router = useRouter()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const announce = useAnnounce()
  const say = useWords()
  const rows = rowsOf(query.data)
  const filters = Object.keys(search).filter((name) => !NO_FILTER.has(name) && search[name] !== undefined)
  const filtered = filters.length > 0
  const change = useCallback(
    (patch: Readonly<Record<string, Value>>) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
  const clear = () =>
    change(
      Object.fromEntries(
        Object.keys(search)
          .filter((name) => !NO_FILTER.has(name))
          .map((name) => [name, undefined]),
      ),
    )
  const count = query.isSuccess ? rows.length : null
  useEffect(() => {
    if (count === null) return
    const timer = setTimeout(() => announce(say('results', { n: count })), 500)
    return () => clearTimeout(timer)
  }, [count, announce, say])
  const noMatch = (
    <EmptyState
      title={t('no_match')}
      reason={t('no_match_text')}
      action={<Button onClick={clear}>{t('clear_filters')}</Button>}
    />
  )
  const onSearch = useCallback((text: string) => change({ q: text || undefined }), [change])
  return (
    <Page
      title={title}
      documentTitle={title}
      fill
      acts={props.acts}
      panel={props.panel}
      bar={
        <>
          {props.kpis}
          <FilterBar
            {...(searchLabel ? { search: { label: searchLabel, value: textOf(search['q']), onSearch } } : {})}
            chips={props.chips}
            fields={fields}
            activeCount={filters.filter((name) => name !== 'q').length}
            value={Object.fromEntries(
              fields.map(({ key }) => [key, typeof search[key] === 'string' ? search[key] : undefined]),
            )}
            onChange={(key, value) => change({ [key]: value })}
            onClear={filtered ? clear : undefined}
          />
        </>
      }
    >
      <DataGrid
        label={title}
        columns={props.columns}
        rows={rows}
        rowKey={rowKey}
        rowName={props.rowName}
        state={stateOf(query)}
        error={<FailureCard error={query.error} onRetry={() => void query.refetch()} />}
        empty={filtered ? noMatch : props.empty}
        sort={sortOf(search['sort'])}
        onSort={({ key, direction }) => change({ sort: direction === 'desc' ? `-${key}` : key })}
        onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        loadingMore={query.isFetchingNextPage}
        activeKey={openedFrom.get(pathname) ?? null}
        onOpen={(row) => {
          openedFrom.set(pathname, rowKey(row))
          router.history.push(hrefOf(row))
        }}
        {...(props.card ? { card: props.card } : {})}
        onPreview={props.onPreview}
        previewKey={textOf(search['preview']) || null}
        selection={props.selection}
        onSelection={props.onSelection}
        bulk={props.bulk}
        onKey={props.onKey}
      />
    </Page>
  )
}
