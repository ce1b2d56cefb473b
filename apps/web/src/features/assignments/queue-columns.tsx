import { ASSIGNMENT_FAMILY, DUE_FAMILY } from '@zenops/contracts/assignment-states'
import type { AssignmentRow } from '@zenops/contracts/assignment-records'
import { formatPaise } from '@zenops/client/money'
import type { GridColumn } from '@zenops/ui/data-grid'
import { AppLink } from '@zenops/ui/links'
import { StatusBadge } from '@zenops/ui/status'
import { Money } from '@zenops/ui/values'
import type { TextColumn } from '@zenops/surface/csv.ts'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { Due, Signs } from './signs.tsx'
import { branchFirst, senderOf, statusWord, t } from './words.ts'

export const hrefOf = (row: { readonly id: string }): string => `/assignments/${row.id}`

export const QUEUE_COLUMNS: readonly GridColumn<AssignmentRow>[] = [
  {
    key: 'code',
    header: t('code'),
    width: 110,
    sortable: true,
    cell: (row) => (
      <AppLink href={hrefOf(row)} tabIndex={-1}>
        {row.code}
      </AppLink>
    ),
  },
  {
    key: 'status',
    header: t('state'),
    width: 172,
    sortable: true,
    cell: (row) => <StateBadge face={ASSIGNMENT_FAMILY[row.status]} />,
  },
  {
    key: 'borrower',
    header: t('borrower'),
    width: 130,
    grow: true,
    cell: (row) => <span title={row.title}>{row.borrower_name ?? row.title}</span>,
  },
  {
    key: 'bank',
    header: t('branch_bank'),
    width: 150,
    grow: true,
    from: 900,
    cell: (row) => <span title={senderOf(row)}>{branchFirst(row) || '–'}</span>,
  },
  {
    key: 'lead',
    header: t('lead'),
    width: 116,
    from: 1024,
    cell: (row) =>
      row.lead_name === null ? <StatusBadge family="amber" text={t('unassigned')} /> : <span>{row.lead_name}</span>,
  },
  { key: 'due_at', header: t('due'), width: 158, sortable: true, cell: (row) => <Due row={row} /> },
  { key: 'signs', header: t('signs'), width: 140, from: 1400, cell: (row) => <Signs row={row} /> },
  {
    key: 'complete',
    header: t('complete'),
    width: 76,
    align: 'end',
    from: 1200,
    cell: (row) => <span>{row.completeness.score} %</span>,
  },
  {
    key: 'fee',
    header: t('fee'),
    width: 90,
    align: 'end',
    from: 900,
    cell: (row) => <Money paise={row.fee_paise} compact />,
  },
]

/** What stays while the preview takes its room. */
const BESIDE_PREVIEW: ReadonlySet<string> = new Set(['code', 'status', 'borrower', 'bank', 'due_at'])
export const NARROW_COLUMNS = QUEUE_COLUMNS.filter((column) => BESIDE_PREVIEW.has(column.key))

/** The same on paper and in CSV; amounts in rupees, days as ISO dates. */
export const QUEUE_TEXTS: readonly TextColumn<AssignmentRow>[] = [
  { header: t('code'), text: (row) => row.code },
  { header: t('state'), text: (row) => statusWord(row.status) },
  { header: t('borrower'), text: (row) => row.borrower_name ?? '' },
  { header: t('title'), text: (row) => row.title },
  { header: t('bank'), text: (row) => row.bank_name ?? '' },
  { header: t('branch'), text: (row) => row.bank_branch_name ?? '' },
  { header: t('lead'), text: (row) => row.lead_name ?? '' },
  { header: t('due'), text: (row) => row.due_date ?? '' },
  {
    header: t('signs'),
    text: (row) => (row.due_state === 'OK' || row.due_state === 'NONE' ? '' : DUE_FAMILY[row.due_state].label.en),
  },
  { header: t('complete'), text: (row) => `${row.completeness.score} %`, align: 'end' },
  { header: t('fee'), text: (row) => (row.fee_paise === null ? '' : formatPaise(row.fee_paise)), align: 'end' },
]

/** The phone's card: identity and state, who, when. */
export function QueueCard({ row }: { readonly row: AssignmentRow }) {
  return (
    <>
      <span className="z-row">
        <strong>{row.code}</strong>
        <StateBadge face={ASSIGNMENT_FAMILY[row.status]} />
      </span>
      <span className="z-clip">{[row.borrower_name ?? row.title, senderOf(row)].filter(Boolean).join(' · ')}</span>
      <span className="z-cell-row z-secondary">
        <Due row={row} />
        {row.lead_name === null && <StatusBadge family="amber" text={t('unassigned')} />}
      </span>
    </>
  )
}
