import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { authConfig, LANES } from '@zenops/contracts/identity'
import { listControlTenants, TENANT_FAMILY, TENANT_STATES } from '@zenops/contracts/identity-platform'
import { stateOptions } from '@zenops/surface/identity/words.ts'
import { ListExport } from '@zenops/surface/list-export.tsx'
import { ListPage } from '@zenops/surface/list-page.tsx'
import { rowsOf, type ItemOf } from '@zenops/surface/queries.ts'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { useCan } from '@zenops/surface/surface-context.tsx'
import { ButtonLink } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import { ChipToggle, type FilterField } from '@zenops/ui/filters'
import { Icon, IconLock, IconPlus } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { surface } from '../../lib/surface.ts'
import type { TenantsSearch } from './searches.ts'
import { t } from './texts.ts'

export type Tenant = ItemOf<typeof listControlTenants>

const hrefOf = (row: Tenant): string => `/tenants/${row.id}`
const peopleText = (row: Tenant): string => (row.people === null ? '–' : String(row.people))

const columns: readonly GridColumn<Tenant>[] = [
  {
    key: 'name',
    header: t('name'),
    width: 220,
    grow: true,
    cell: (row) => (
      <AppLink href={hrefOf(row)} tabIndex={-1}>
        {row.name}
      </AppLink>
    ),
  },
  { key: 'state', header: t('state'), width: 120, cell: (row) => <StateBadge face={TENANT_FAMILY[row.status]} /> },
  {
    key: 'lane',
    header: t('lane'),
    width: 160,
    cell: (row) => (
      <span className="z-cell-row">
        {t(`lane_${row.lane}`)}
        {row.protected && (
          <span title={t('protected')} className="z-tertiary">
            <Icon of={IconLock} />
            <span className="z-hidden">{t('protected')}</span>
          </span>
        )}
      </span>
    ),
  },
  { key: 'slug', header: t('slug'), width: 160, from: 900, cell: (row) => <span className="z-code">{row.slug}</span> },
  { key: 'people', header: t('people'), width: 90, align: 'end', cell: (row) => <span>{peopleText(row)}</span> },
  {
    key: 'zone',
    header: t('time_zone'),
    width: 160,
    from: 1024,
    cell: (row) => <span>{row.time_zone}</span>,
  },
  { key: 'since', header: t('since'), width: 170, from: 1200, cell: (row) => <Instant at={row.created_at} /> },
]

const fields: readonly FilterField[] = [
  { key: 'status', label: t('state'), options: stateOptions(TENANT_FAMILY, TENANT_STATES) },
  { key: 'lane', label: t('lane'), options: LANES.map((value) => ({ value, label: t(`lane_${value}`) })) },
]

const card = (row: Tenant) => (
  <>
    <span className="z-row">
      <strong>{row.name}</strong>
      <StateBadge face={TENANT_FAMILY[row.status]} />
    </span>
    <span className="z-secondary">{t(`lane_${row.lane}`)}</span>
    <span className="z-tertiary z-code">{row.slug}</span>
  </>
)

/** Whether other firms than the house firm may exist here. */
export function useMultiTenant(): boolean | undefined {
  return useQuery({ ...surface.ask(authConfig, { query: { aud: 'studio' } }), staleTime: 60_000 }).data?.multi_tenant
}

/** Firms and the two fixed lanes. */
export function TenantsPage({ search }: { readonly search: TenantsSearch }) {
  const navigate = useNavigate()
  const query = useInfiniteQuery(surface.askList(listControlTenants, search))
  const rows = rowsOf(query.data)
  const multi = useMultiTenant()
  const mayMake = useCan('control.tenants.write')
  const onboard = mayMake && (
    <ButtonLink href="/onboard" kind={multi ? 'primary' : 'default'} icon={IconPlus}>
      {t('onboard')}
    </ButtonLink>
  )
  return (
    <ListPage<Tenant>
      title={t('tenants')}
      query={query}
      search={search}
      columns={columns}
      rowKey={(row) => row.id}
      rowName={(row) => row.name}
      hrefOf={hrefOf}
      searchLabel={t('search_tenants')}
      fields={fields}
      chips={
        <ChipToggle
          label={t('include_removed')}
          pressed={search.deleted === 'true'}
          onToggle={() =>
            void navigate({
              to: '.',
              search: (before: object) => ({ ...before, deleted: search.deleted ? undefined : 'true' }),
              replace: true,
            })
          }
        />
      }
      acts={
        <>
          <ListExport
            title={t('tenants')}
            rows={rows}
            rowKey={(row) => row.id}
            columns={[
              { header: t('name'), text: (row) => row.name },
              { header: t('slug'), text: (row) => row.slug },
              { header: t('state'), text: (row) => TENANT_FAMILY[row.status].label.en },
              { header: t('lane'), text: (row) => t(`lane_${row.lane}`) },
              { header: t('people'), text: peopleText, align: 'end' },
              { header: t('since'), text: (row) => row.created_at },
            ]}
          />
          {onboard}
        </>
      }
      empty={<EmptyState title={t('no_tenants')} reason={t('no_tenants_why')} action={onboard} />}
      card={card}
    />
  )
}
