import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { VERIFICATION_FAMILY, VERIFICATIONS } from '@zenops/contracts/states'
import { Button } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import type { FilterField } from '@zenops/ui/filters'
import { IconPlus } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { EmptyState } from '@zenops/ui/states'
import { useCallback, useMemo, useState } from 'react'
import { stringifySearch } from '@zenops/surface/address.ts'
import { ListExport } from '@zenops/surface/list-export.tsx'
import { ListPage } from '@zenops/surface/list-page.tsx'
import { askList, rowsOf } from '../../lib/queries.ts'
import { useCan } from '../../lib/session.tsx'
import { withoutPreview } from '@zenops/surface/search-params.ts'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { CreateDialog } from './create-dialog.tsx'
import { KINDS, nameOf, t, textOf, type DirectoryRecord, type Kind, type KindKey } from './kinds.ts'
import { RecordPanel } from './record-panel.tsx'
import type { DirectorySearch } from './search.ts'

interface ColumnSpec {
  readonly name: string
  readonly label: Parameters<typeof t>[0]
  readonly width: number
  readonly from?: number
}
const COLUMNS: Readonly<Record<KindKey, readonly ColumnSpec[]>> = {
  banks: [
    { name: 'code', label: 'f_code', width: 120 },
    { name: 'ifsc_prefix', label: 'f_ifsc_prefix', width: 120, from: 900 },
    { name: 'bank_type', label: 'f_bank_type', width: 180, from: 1024 },
  ],
  branches: [
    { name: 'bank_name', label: 'f_bank_id', width: 220 },
    { name: 'city', label: 'f_city', width: 150 },
    { name: 'ifsc', label: 'f_ifsc', width: 130, from: 900 },
    { name: 'phone', label: 'f_phone', width: 150, from: 1300 },
  ],
  clients: [
    { name: 'city', label: 'f_city', width: 180 },
    { name: 'type', label: 'f_type', width: 180, from: 900 },
    { name: 'gstin', label: 'f_gstin', width: 170, from: 1024 },
  ],
  properties: [
    { name: 'property_type_name', label: 'f_property_type_id', width: 160 },
    { name: 'survey_no', label: 'f_survey_no', width: 140, from: 900 },
    { name: 'city', label: 'f_city', width: 150 },
    { name: 'postal_code', label: 'f_postal_code', width: 90, from: 1024 },
  ],
}

const shownText = (record: DirectoryRecord, name: string): string => {
  const text = textOf(record, name)
  const type = name === 'bank_type' ? KINDS.banks.fields.find((field) => field.name === name) : undefined
  const option = type?.options?.find((one) => one.value === text)
  return option ? t(option.label) : text
}

function columnsFor(kind: Kind, hrefOf: (row: DirectoryRecord) => string): readonly GridColumn<DirectoryRecord>[] {
  const state: GridColumn<DirectoryRecord> = {
    key: 'verification',
    header: t('verification'),
    width: 120,
    cell: (row) => row.verification && <StateBadge face={VERIFICATION_FAMILY[row.verification]} />,
  }
  return [
    {
      key: kind.title,
      header: t(`f_${kind.title === 'branch_name' ? 'branch_name' : 'name'}`),
      width: 240,
      grow: true,
      cell: (row) => (
        <AppLink href={hrefOf(row)} tabIndex={-1}>
          {nameOf(kind, row)}
        </AppLink>
      ),
    },
    ...(kind.approve ? [state] : []),
    ...COLUMNS[kind.key].map(
      (column): GridColumn<DirectoryRecord> => ({
        key: column.name,
        header: t(column.label),
        width: column.width,
        ...(column.from ? { from: column.from } : {}),
        cell: (row) => <span>{shownText(row, column.name)}</span>,
      }),
    ),
  ]
}

/** Columns that stay while the record takes its room. */
const BESIDE_PREVIEW = 4

const verifications = VERIFICATIONS.map((value) => ({ value, label: t(`v_${value}`) }))
const activity = ['true', 'false'].map((value) => ({
  value,
  label: t(value === 'true' ? 'is_active_true' : 'is_active_false'),
}))

/** One list per kind, the record beside it, create in a dialog. */
export function DirectoryList({ kind: key, search }: { readonly kind: KindKey; readonly search: DirectorySearch }) {
  const kind: Kind = KINDS[key]
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  const propose = useCan('masterdata.propose')
  const query = useInfiniteQuery(askList(kind.list, withoutPreview(search)))
  const rows = rowsOf(query.data) as readonly DirectoryRecord[] // rows of a directory list
  const preview = useCallback(
    (id: string | undefined) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, preview: id }), replace: true }),
    [navigate],
  )
  const hrefOf = useCallback(
    (row: DirectoryRecord) => `/${kind.key}${stringifySearch({ ...search, preview: row.id })}`,
    [kind, search],
  )
  const columns = useMemo(() => columnsFor(kind, hrefOf), [kind, hrefOf])
  const fields: readonly FilterField[] = [
    ...(kind.approve ? [{ key: 'verification', label: t('verification'), options: verifications }] : []),
    { key: 'is_active', label: t('active'), options: activity },
  ]
  const create = propose && (
    <Button kind="primary" icon={IconPlus} onClick={() => setCreating(true)}>
      {t(`new_${kind.key}`)}
    </Button>
  )
  const texts = [
    { header: t('f_name'), text: (row: DirectoryRecord) => nameOf(kind, row) },
    ...COLUMNS[kind.key].map((column) => ({
      header: t(column.label),
      text: (row: DirectoryRecord) => shownText(row, column.name),
    })),
    { header: t('verification'), text: (row: DirectoryRecord) => row.verification ?? '' },
  ]
  return (
    <>
      <ListPage<DirectoryRecord>
        title={t(kind.key)}
        // Cast: the list of a kind answers pages of its records.
        query={query as unknown as Parameters<typeof ListPage<DirectoryRecord>>[0]['query']}
        search={{ ...search }}
        columns={search.preview ? columns.slice(0, BESIDE_PREVIEW) : columns}
        rowKey={(row) => row.id}
        rowName={(row) => nameOf(kind, row)}
        hrefOf={hrefOf}
        searchLabel={t(`search_${kind.key}`)}
        fields={fields}
        acts={
          <>
            <ListExport title={t(kind.key)} columns={texts} rows={rows} rowKey={(row) => row.id} />
            {create}
          </>
        }
        empty={<EmptyState title={t(`empty_${kind.key}`)} reason={t('empty_why')} action={create} />}
        card={(row) => (
          <>
            <span className="z-row">
              <strong>{nameOf(kind, row)}</strong>
              {row.verification && <StateBadge face={VERIFICATION_FAMILY[row.verification]} />}
            </span>
            <span className="z-secondary">
              {COLUMNS[kind.key]
                .map((column) => shownText(row, column.name))
                .filter((text) => text !== '')
                .join(' · ')}
            </span>
          </>
        )}
        onPreview={(row) => preview(search.preview === row.id ? undefined : row.id)}
        panel={search.preview && <RecordPanel kind={key} id={search.preview} onClose={() => preview(undefined)} />}
      />
      {creating && (
        <CreateDialog
          kind={key}
          onClose={() => setCreating(false)}
          onDone={(record) => {
            setCreating(false)
            preview(record.id)
          }}
        />
      )}
    </>
  )
}
