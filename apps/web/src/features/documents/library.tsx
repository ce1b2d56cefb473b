import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import {
  DOCUMENT_SOURCES,
  REVIEW_FAMILY,
  REVIEW_STATES,
  SENSITIVITIES,
  type Document,
} from '@zenops/contracts/document-records'
import { listDocuments } from '@zenops/contracts/documents'
import { ButtonLink } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import { fileSize } from '@zenops/ui/files'
import type { FilterField } from '@zenops/ui/filters'
import { Icon, IconFile, IconLock, IconPhoto } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { EmptyState } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { useCallback, useMemo } from 'react'
import { stringifySearch } from '@zenops/surface/address.ts'
import type { TextColumn } from '@zenops/surface/csv.ts'
import { ListExport } from '@zenops/surface/list-export.tsx'
import { ListPage } from '@zenops/surface/list-page.tsx'
import { askList, rowsOf } from '../../lib/queries.ts'
import { withoutPreview } from '@zenops/surface/search-params.ts'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { DocumentPanel } from './document-panel.tsx'
import type { LibrarySearch } from './library-search.ts'
import { isPhoto, KIND_OPTIONS, nameOf, t } from './words.ts'

const askLibrary = (search: LibrarySearch) => askList(listDocuments, withoutPreview(search))

const FIELDS: readonly FilterField[] = [
  { key: 'classification', label: t('class'), options: KIND_OPTIONS },
  {
    key: 'review_state',
    label: t('review'),
    options: REVIEW_STATES.map((value) => ({ value, label: REVIEW_FAMILY[value].label.en })),
  },
  {
    key: 'sensitivity',
    label: t('sensitivity'),
    options: SENSITIVITIES.map((value) => ({ value, label: t(`s_${value}`) })),
  },
  { key: 'source', label: t('source'), options: DOCUMENT_SOURCES.map((value) => ({ value, label: t(`d_${value}`) })) },
  { key: 'has_gps', label: t('f_has_gps'), options: [{ value: 'true', label: t('with_gps') }] },
  { key: 'unlinked', label: t('f_unlinked'), options: [{ value: 'true', label: t('without_link') }] },
]

const columnsFor = (hrefOf: (row: Document) => string): readonly GridColumn<Document>[] => [
  {
    key: 'filename',
    header: t('name'),
    width: 260,
    grow: true,
    sortable: true,
    cell: (row) => (
      <span className="z-cell-row">
        <Icon of={row.restricted ? IconLock : isPhoto(row) ? IconPhoto : IconFile} />
        <AppLink href={hrefOf(row)} tabIndex={-1}>
          {nameOf(row)}
        </AppLink>
      </span>
    ),
  },
  { key: 'class', header: t('class'), width: 120, cell: (row) => <span>{t(`c_${row.classification}`)}</span> },
  {
    key: 'review',
    header: t('review'),
    width: 150,
    cell: (row) => <StateBadge face={REVIEW_FAMILY[row.review_state]} />,
  },
  {
    key: 'signs',
    header: t('signs'),
    width: 180,
    from: 1280,
    cell: (row) => (
      <span className="z-cell-row">
        {row.warnings.map((warning) => (
          <StatusBadge key={warning} family="amber" text={t(`w_${warning}`)} />
        ))}
      </span>
    ),
  },
  {
    key: 'captured_at',
    header: t('captured'),
    width: 150,
    from: 1024,
    sortable: true,
    cell: (row) => <Instant at={row.captured_at} />,
  },
  {
    key: 'created_at',
    header: t('added'),
    width: 150,
    sortable: true,
    descFirst: true,
    cell: (row) => <Instant at={row.created_at} relative />,
  },
  {
    key: 'size',
    header: t('size'),
    width: 84,
    align: 'end',
    from: 900,
    cell: (row) => <span>{fileSize(row.size_bytes)}</span>,
  },
]

const TEXTS: readonly TextColumn<Document>[] = [
  { header: t('name'), text: nameOf },
  { header: t('class'), text: (row) => t(`c_${row.classification}`) },
  { header: t('review'), text: (row) => REVIEW_FAMILY[row.review_state].label.en },
  { header: t('sensitivity'), text: (row) => t(`s_${row.sensitivity}`) },
  { header: t('captured'), text: (row) => row.captured_at ?? '' },
  { header: t('added'), text: (row) => row.created_at },
  { header: t('size'), text: (row) => fileSize(row.size_bytes), align: 'end' },
]

/** Columns that stay while the document takes its room. */
const BESIDE_PREVIEW: ReadonlySet<string> = new Set(['filename', 'class', 'review', 'created_at'])

/** Every document one may see, with its details beside the list. */
export function Library({ search }: { readonly search: LibrarySearch }) {
  const navigate = useNavigate()
  const query = useInfiniteQuery(askLibrary(search))
  const rows = rowsOf(query.data)
  const preview = (id: string | undefined) =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, preview: id }), replace: true })
  const hrefOf = useCallback(
    (row: Document) => `/documents${stringifySearch({ ...search, preview: row.id })}`,
    [search],
  )
  const columns = useMemo(() => columnsFor(hrefOf), [hrefOf])
  return (
    <ListPage<Document>
      title={t('documents')}
      query={query}
      search={{ ...search }}
      columns={search.preview ? columns.filter((column) => BESIDE_PREVIEW.has(column.key)) : columns}
      rowKey={(row) => row.id}
      rowName={nameOf}
      hrefOf={hrefOf}
      searchLabel={t('search')}
      fields={FIELDS}
      acts={<ListExport title={t('documents')} columns={TEXTS} rows={rows} rowKey={(row) => row.id} />}
      empty={
        <EmptyState
          title={t('empty')}
          reason={t('empty_reason')}
          action={<ButtonLink href="/assignments">{t('to_queue')}</ButtonLink>}
        />
      }
      card={(row) => (
        <>
          <span className="z-row">
            <Icon of={row.restricted ? IconLock : isPhoto(row) ? IconPhoto : IconFile} />
            <strong className="z-clip">{nameOf(row)}</strong>
          </span>
          <span className="z-cell-row">
            {t(`c_${row.classification}`)} <StateBadge face={REVIEW_FAMILY[row.review_state]} />
          </span>
          <span className="z-secondary">
            <Instant at={row.created_at} relative /> · {fileSize(row.size_bytes)}
          </span>
        </>
      )}
      onPreview={(row) => preview(search.preview === row.id ? undefined : row.id)}
      panel={search.preview && <DocumentPanel id={search.preview} onClose={() => preview(undefined)} />}
    />
  )
}
