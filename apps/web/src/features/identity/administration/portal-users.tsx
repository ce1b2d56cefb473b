import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { MEMBERSHIP_FAMILY } from '@zenops/contracts/identity'
import { listPortalUsers } from '@zenops/contracts/identity-people'
import { stringifySearch } from '@zenops/surface/address.ts'
import { LISTED_STATES } from '@zenops/surface/identity/searches.ts'
import { stateOptions } from '@zenops/surface/identity/words.ts'
import { ListExport } from '@zenops/surface/list-export.tsx'
import { ListPage } from '@zenops/surface/list-page.tsx'
import { rowsOf, type ItemOf } from '@zenops/surface/queries.ts'
import { withoutPreview } from '@zenops/surface/search-params.ts'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { useCan } from '@zenops/surface/surface-context.tsx'
import { Button } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import type { FilterField } from '@zenops/ui/filters'
import { IconUserPlus } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useCallback, useMemo, useState } from 'react'
import { askList } from '../../../lib/queries.ts'
import { partyName, partyNames, partyOptions } from './parties.tsx'
import { ChangePartiesDialog, InvitePortalUserDialog, UnlinkDialog } from './portal-user-dialogs.tsx'
import type { PortalUsersSearch } from './searches.ts'
import { t } from './texts.ts'

export type PortalUser = ItemOf<typeof listPortalUsers>

const fields: readonly FilterField[] = [
  { key: 'status', label: t('state'), options: stateOptions(MEMBERSHIP_FAMILY, LISTED_STATES) },
  { key: 'party_kind', label: t('acts_for'), options: partyOptions() },
]
const BESIDE_PANEL = 3

const columnsFor = (hrefOf: (row: PortalUser) => string): readonly GridColumn<PortalUser>[] => [
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
  { key: 'state', header: t('state'), width: 110, cell: (row) => <StateBadge face={MEMBERSHIP_FAMILY[row.status]} /> },
  { key: 'parties', header: t('acts_for'), width: 300, cell: (row) => <span>{partyNames(row.parties)}</span> },
  { key: 'email', header: t('email'), width: 240, from: 1024, cell: (row) => <span>{row.email}</span> },
  {
    key: 'seen',
    header: t('last_seen'),
    width: 140,
    from: 900,
    cell: (row) => <Instant at={row.last_seen_at} relative />,
  },
]

const card = (row: PortalUser) => (
  <>
    <span className="z-row">
      <strong>{row.name}</strong>
      <StateBadge face={MEMBERSHIP_FAMILY[row.status]} />
    </span>
    <span className="z-secondary z-clip">{partyNames(row.parties)}</span>
    <span className="z-tertiary z-clip">{row.email}</span>
  </>
)

function PortalUserPanel({ user, onClose }: { readonly user: PortalUser; readonly onClose: () => void }) {
  const mayInvite = useCan('users.invite')
  const [dialog, setDialog] = useState<'parties' | 'unlink' | null>(null)
  const close = () => setDialog(null)
  return (
    <SidePanel title={user.name} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <StateBadge face={MEMBERSHIP_FAMILY[user.status]} />
        </div>
        {mayInvite && user.status !== 'ended' && (
          <div className="z-row">
            <Button kind="primary" onClick={() => setDialog('parties')}>
              {t('change_parties')}
            </Button>
            <Button kind="danger" onClick={() => setDialog('unlink')}>
              {t('unlink')}
            </Button>
          </div>
        )}
        <RecordFacts
          facts={[
            {
              label: t('acts_for'),
              value: (
                <ul>
                  {user.parties.map((party) => (
                    <li key={`${party.kind}${party.id ?? ''}`}>{partyName(party)}</li>
                  ))}
                </ul>
              ),
            },
            { label: t('email'), value: user.email },
            { label: t('phone'), value: user.phone },
            { label: t('last_seen'), value: <Instant at={user.last_seen_at} relative /> },
            { label: t('linked_since'), value: <Instant at={user.created_at} /> },
          ]}
        />
      </div>
      {dialog === 'parties' && <ChangePartiesDialog user={user} onClose={close} />}
      {dialog === 'unlink' && <UnlinkDialog user={user} onClose={close} />}
    </SidePanel>
  )
}

/** People outside the firm who see its requests on the portal, and for whom they act. */
export function PortalUsersPage({ search }: { readonly search: PortalUsersSearch }) {
  const navigate = useNavigate()
  const [inviting, setInviting] = useState(false)
  const mayInvite = useCan('users.invite')
  const query = useInfiniteQuery(askList(listPortalUsers, withoutPreview(search)))
  const rows = rowsOf(query.data)
  const preview = useCallback(
    (id: string | undefined) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, preview: id }), replace: true }),
    [navigate],
  )
  const hrefOf = useCallback(
    (row: PortalUser) => `/portal-users${stringifySearch({ ...search, preview: row.id })}`,
    [search],
  )
  const columns = useMemo(() => columnsFor(hrefOf), [hrefOf])
  const shown = rows.find((row) => row.id === search.preview)
  const invite = mayInvite && (
    <Button kind="primary" icon={IconUserPlus} onClick={() => setInviting(true)}>
      {t('invite_portal_user')}
    </Button>
  )
  return (
    <>
      <ListPage<PortalUser>
        title={t('portal_users')}
        query={query}
        search={search}
        columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        hrefOf={hrefOf}
        searchLabel={t('search_portal_users')}
        fields={fields}
        acts={
          <>
            <ListExport
              title={t('portal_users')}
              rows={rows}
              rowKey={(row) => row.id}
              columns={[
                { header: t('name'), text: (row) => row.name },
                { header: t('email'), text: (row) => row.email ?? '' },
                { header: t('state'), text: (row) => MEMBERSHIP_FAMILY[row.status].label.en },
                { header: t('acts_for'), text: (row) => partyNames(row.parties) },
                { header: t('last_seen'), text: (row) => row.last_seen_at ?? '' },
              ]}
            />
            {invite}
          </>
        }
        empty={<EmptyState title={t('no_portal_users')} reason={t('no_portal_users_why')} action={invite} />}
        card={card}
        onPreview={(row) => preview(search.preview === row.id ? undefined : row.id)}
        panel={shown && <PortalUserPanel key={shown.id} user={shown} onClose={() => preview(undefined)} />}
      />
      {inviting && <InvitePortalUserDialog onClose={() => setInviting(false)} />}
    </>
  )
}
