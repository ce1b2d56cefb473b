import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { OutputOf } from '@zenops/contracts/kit'
import { listReports } from '@zenops/contracts/reports'
import { BANK_TYPES, QC_STATES, REPORT_MOVES, REPORT_STATUSES, REPORT_TYPES } from '@zenops/contracts/report-enums'
import { STALE_FACE } from '@zenops/contracts/reports-pack-records'
import { QC_FAMILY, REPORT_FAMILY } from '@zenops/contracts/reports-shapes'
import { Button, ButtonLink } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import type { FilterField } from '@zenops/ui/filters'
import { IconPlus } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Instant, Meter, Money, Score } from '@zenops/ui/values'
import { useFormats } from '@zenops/ui/formats'
import { useState } from 'react'
import { ListPage } from '@zenops/surface/list-page.tsx'
import { askList, rowsOf } from '../../../lib/queries.ts'
import { useCan } from '../../../lib/session.tsx'
import { plainText } from '../model/measure.ts'
import { t, word } from '../texts.ts'
import { CreateReport } from './create-report.tsx'

export type ReportRow = OutputOf<typeof listReports>['items'][number]

function Status({ row }: { readonly row: ReportRow }) {
  const face = REPORT_FAMILY[row.status]
  return <StatusBadge family={face.family} text={face.label.en} final={face.final} />
}

function Value({ row, compact = true }: { readonly row: ReportRow; readonly compact?: boolean }) {
  const formats = useFormats()
  const values = row.derived_values?.computed_values
  const value = values?.fmv_say ?? values?.FMV
  return <Money paise={value === undefined ? null : formats.rupeesToPaise(plainText(value))} compact={compact} />
}

function Pack({ row }: { readonly row: ReportRow }) {
  if (row.released_at !== null) return <StatusBadge family="green" text={t('released')} final />
  if (row.pack_stale) return <StatusBadge family={STALE_FACE.family} text={STALE_FACE.label.en} />
  return row.latest_pack_id === null ? (
    <span className="z-tertiary">–</span>
  ) : (
    <StatusBadge family="green" text={t('pack_there')} />
  )
}

const missingOf = (row: ReportRow): number => row.missing_fields_count + row.missing_evidence_count

/** What would bring the report on. */
function nextOf(row: ReportRow): string {
  const [next] = REPORT_MOVES[row.status]
  if (row.status === 'READY_FOR_RENDER') return t('open_packs')
  if (next === undefined || row.status === 'CLOSED') return '–'
  if (next === 'READY_FOR_RENDER' && missingOf(row) > 0) return t('next_missing', { n: missingOf(row) })
  return t(next === 'EVIDENCE_PENDING' ? 'move_evidence' : next === 'DATA_PENDING' ? 'move_data' : 'move_ready')
}

const COLUMNS: readonly GridColumn<ReportRow>[] = [
  {
    key: 'report_no',
    header: t('col_no'),
    width: 120,
    cell: (row) => (
      <AppLink href={`/reports/${row.id}`} tabIndex={-1} className="z-code">
        {row.report_no}
      </AppLink>
    ),
  },
  { key: 'title', header: t('col_title'), width: 180, grow: true, cell: (row) => row.title },
  { key: 'status', header: t('col_status'), width: 160, cell: (row) => <Status row={row} /> },
  {
    key: 'readiness_score',
    header: t('col_score'),
    width: 112,
    sortable: true,
    from: 900,
    cell: (row) => (
      <Meter
        label={t('readiness')}
        value={row.readiness_score}
        max={100}
        text={String(row.readiness_score)}
        tone={row.readiness_score >= 100 ? 'green' : 'orange'}
      />
    ),
  },
  {
    key: 'missing',
    header: t('col_missing'),
    width: 80,
    align: 'end',
    from: 1000,
    cell: (row) =>
      missingOf(row) === 0 ? (
        <span className="z-tertiary">–</span>
      ) : (
        <span className="z-num rp-missing-count">{missingOf(row)}</span>
      ),
  },
  { key: 'bank', header: t('col_bank'), width: 160, from: 1600, cell: (row) => row.bank_name ?? '–' },
  { key: 'value', header: t('col_value'), width: 100, align: 'end', cell: (row) => <Value row={row} /> },
  { key: 'pack', header: t('col_pack'), width: 106, from: 1100, cell: (row) => <Pack row={row} /> },
  { key: 'next', header: t('col_next'), width: 200, from: 1300, cell: nextOf },
  {
    key: 'updated_at',
    header: t('col_changed'),
    width: 110,
    sortable: true,
    from: 1800,
    cell: (row) => <Instant at={row.updated_at} relative />,
  },
]

const options = (values: readonly string[]) => values.map((value) => ({ value, label: word(value) }))
const FIELDS: readonly FilterField[] = [
  {
    key: 'status',
    label: t('col_status'),
    options: REPORT_STATUSES.map((value) => ({ value, label: REPORT_FAMILY[value].label.en })),
  },
  { key: 'report_type', label: t('type'), options: options(REPORT_TYPES) },
  { key: 'bank_type', label: t('bank_type'), options: options(BANK_TYPES) },
  { key: 'qc_state', label: t('qc'), options: QC_STATES.map((value) => ({ value, label: QC_FAMILY[value].label.en })) },
]

function Preview({ row, onClose }: { readonly row: ReportRow; readonly onClose: () => void }) {
  const values = row.derived_values?.computed_values
  return (
    <SidePanel title={row.report_no} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <Status row={row} />
          <Pack row={row} />
        </div>
        <p>{row.title}</p>
        <Score label={t('ready_word')} value={row.readiness_score} />
        <RecordFacts
          facts={[
            { label: t('col_next'), value: nextOf(row) },
            { label: t('type'), value: word(row.report_type) },
            { label: t('col_bank'), value: row.bank_name },
            { label: t('borrower'), value: row.borrower_name },
            { label: t('col_value'), value: <Value row={row} compact={false} /> },
            { label: t('in_words'), value: values?.value_in_words?.fmv },
            { label: t('tab_evidence'), value: String(row.evidence_count) },
            { label: t('col_changed'), value: <Instant at={row.updated_at} relative /> },
          ]}
        />
        <div className="z-row">
          <ButtonLink kind="primary" href={`/reports/${row.id}`}>
            {t('open_report')}
          </ButtonLink>
          <ButtonLink href={`/reports/${row.id}/evidence`}>{t('tab_evidence')}</ButtonLink>
        </div>
      </div>
    </SidePanel>
  )
}

export type QueueSearch = Readonly<Record<string, string | undefined>>

/** Every report that one may see, by state, type, bank and check. */
export function ReportQueue({ search }: { readonly search: QueueSearch }) {
  const { preview } = search
  const query = useInfiniteQuery(askList(listReports, { ...search, preview: undefined }))
  const navigate = useNavigate()
  const writes = useCan('reports.write')
  const [creating, setCreating] = useState(false)
  const show = (id: string | undefined) =>
    void navigate({ to: '/reports', search: { ...search, preview: id }, replace: true })
  const shown = rowsOf(query.data).find((row) => row.id === preview)
  const create = writes && (
    <Button kind="primary" icon={IconPlus} onClick={() => setCreating(true)}>
      {t('new_report')}
    </Button>
  )
  return (
    <>
      <ListPage
        title={t('reports')}
        query={query}
        search={search}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        rowName={(row) => `${row.report_no} ${row.title}`}
        hrefOf={(row) => `/reports/${row.id}`}
        searchLabel={t('search_reports')}
        fields={FIELDS}
        acts={create}
        empty={<EmptyState title={t('no_reports')} reason={t('no_reports_text')} action={create} />}
        onPreview={(row) => show(row.id === preview ? undefined : row.id)}
        panel={shown && <Preview row={shown} onClose={() => show(undefined)} />}
        card={(row) => (
          <>
            <div className="z-row">
              <span className="z-code">{row.report_no}</span>
              <Status row={row} />
            </div>
            <div className="rp-card-line">{row.title}</div>
            <div className="rp-card-line z-secondary">
              {row.readiness_score} % · <Value row={row} />
            </div>
          </>
        )}
      />
      {creating && <CreateReport onClose={() => setCreating(false)} />}
    </>
  )
}
