import { useInfiniteQuery } from '@tanstack/react-query'
import { MEMBERSHIP_FAMILY, listUsers } from '@zenops/contracts/identity'
import { Button } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import type { FilterField } from '@zenops/ui/filters'
import { IconUserPlus } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useMemo, useState } from 'react'
import { stringifySearch } from '../address.ts'
import { ListExport } from '../list-export.tsx'
import { ListPage } from '../list-page.tsx'
import { rowsOf, type ItemOf } from '../queries.ts'
import { StateBadge } from '../state-badge.tsx'
import { useCan, useSurface } from '../surface-context.tsx'
import { useFirmNames, useFirms } from './firm-names.ts'
import { InviteDialog } from './invite-dialog.tsx'
import { LISTED_STATES, PERSON_ROLES, STAFF_JOBS, type UsersSearch } from './searches.ts'
import { jobName, jobNames, stateOptions, t } from './words.ts'

export type UserRow = ItemOf<typeof listUsers>

const hrefOf = (row: UserRow): string => `/users/${row.id}${stringifySearch({ firm: row.tenant_id })}`
const factorText = (row: UserRow): string => t(row.mfa ? 'factor_on' : 'factor_off')

const baseColumns: readonly GridColumn<UserRow>[] = [
  {
    key: 'name',
    header: t('name'),
    width: 200,
    grow: true,
    cell: (row) => (
      <AppLink href={hrefOf(row)} tabIndex={-1}>
        {row.name}
      </AppLink>
    ),
  },
  {
    key: 'status',
    header: t('state'),
    width: 120,
    cell: (row) => <StateBadge face={MEMBERSHIP_FAMILY[row.status]} />,
  },
  { key: 'jobs', header: t('jobs'), width: 220, cell: (row) => <span>{jobNames(row.job_templates)}</span> },
  { key: 'email', header: t('email'), width: 260, from: 1024, cell: (row) => <span>{row.email}</span> },
  {
    key: 'mfa',
    header: t('factor'),
    width: 120,
    from: 900,
    cell: (row) => <span className={row.mfa ? undefined : 'z-tertiary'}>{factorText(row)}</span>,
  },
  {
    key: 'last_seen_at',
    header: t('last_seen'),
    width: 150,
    cell: (row) =>
      row.last_seen_at ? <Instant at={row.last_seen_at} relative /> : <span className="z-tertiary">{t('never')}</span>,
  },
]

const fields: readonly FilterField[] = [
  { key: 'status', label: t('state'), options: stateOptions(MEMBERSHIP_FAMILY, LISTED_STATES) },
  { key: 'role', label: t('role'), options: PERSON_ROLES.map((value) => ({ value, label: t(`role_${value}`) })) },
  { key: 'job_template', label: t('job'), options: STAFF_JOBS.map((value) => ({ value, label: jobName(value) })) },
]

const card = (row: UserRow) => (
  <>
    <span className="z-row">
      <strong>{row.name}</strong>
      <StateBadge face={MEMBERSHIP_FAMILY[row.status]} />
    </span>
    <span className="z-secondary z-clip">{jobNames(row.job_templates)}</span>
    <span className="z-tertiary z-clip">{row.email}</span>
  </>
)

/** People of the firm; on Studio those of every firm. */
export function UsersPage({ search }: { readonly search: UsersSearch }) {
  const { aud, askList } = useSurface()
  const [inviting, setInviting] = useState(false)
  const mayInvite = useCan('users.invite')
  const query = useInfiniteQuery(askList(listUsers, search))
  const rows = rowsOf(query.data)
  const firmName = useFirmNames()
  const firms = useFirms()
  const firmField = {
    key: 'tenant_id',
    label: t('firm'),
    options: firms.map(({ id, name }) => ({ value: id, label: name })),
  }
  const columns = useMemo(() => {
    if (aud !== 'studio') return baseColumns
    const firm: GridColumn<UserRow> = {
      key: 'tenant_id',
      header: t('firm'),
      width: 160,
      cell: (row) => <span>{firmName(row.tenant_id)}</span>,
    }
    // One column more than the Workspace: the e-mail waits for a wider window.
    const rest = baseColumns.slice(3).map((column) => (column.key === 'email' ? { ...column, from: 1600 } : column))
    return [...baseColumns.slice(0, 3), firm, ...rest]
  }, [aud, firmName])
  const invite = mayInvite && (
    <Button kind="primary" icon={IconUserPlus} onClick={() => setInviting(true)}>
      {t('invite')}
    </Button>
  )
  return (
    <>
      <ListPage<UserRow>
        title={t('users')}
        query={query}
        search={search}
        columns={columns}
        rowKey={(row) => `${row.tenant_id ?? ''}${row.id}`}
        rowName={(row) => row.name}
        hrefOf={hrefOf}
        searchLabel={t('search_users')}
        fields={aud === 'studio' ? [...fields, firmField] : fields}
        acts={
          <>
            <ListExport
              title={t('users')}
              rows={rows}
              rowKey={(row) => row.id}
              columns={[
                { header: t('name'), text: (row) => row.name },
                { header: t('email'), text: (row) => row.email ?? '' },
                { header: t('state'), text: (row) => MEMBERSHIP_FAMILY[row.status].label.en },
                { header: t('jobs'), text: (row) => jobNames(row.job_templates) },
                { header: t('factor'), text: factorText },
                { header: t('last_seen'), text: (row) => row.last_seen_at ?? '' },
              ]}
            />
            {invite}
          </>
        }
        empty={<EmptyState title={t('no_users')} reason={t('no_users_why')} action={invite} />}
        card={card}
      />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  )
}
