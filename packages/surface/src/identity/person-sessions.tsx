import { useQuery } from '@tanstack/react-query'
import { getUser, listUserSessions, revokeUserSessions } from '@zenops/contracts/identity-people'
import type { OutputOf } from '@zenops/contracts/kit'
import { Button } from '@zenops/ui/button'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { SkeletonRows } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { deviceName } from '../device-name.ts'
import { FailureCard } from '../failures.tsx'
import { useAct } from '../queries.ts'
import { useSession, useSurface } from '../surface-context.tsx'
import type { Person } from './change-jobs-dialog.tsx'
import { inFirmOf } from './firm-names.ts'
import { t } from './words.ts'

type SessionRow = OutputOf<typeof listUserSessions>['items'][number]

/** As the device was named, or as its browser introduced itself, put short. */
const deviceOf = ({ device_name: name }: SessionRow): string =>
  (name?.startsWith('Mozilla/') ? deviceName(name) : name) ?? t('unknown_device')

function SessionLine({ row, person }: { readonly row: SessionRow; readonly person: Person }) {
  const act = useAct(revokeUserSessions, { stale: [listUserSessions, getUser] })
  return (
    <li>
      <span>
        <strong>{deviceOf(row)}</strong>
        <span className="z-secondary"> {t(`aud_${row.aud}`)}</span>
        <span className="z-meta z-block">
          {row.last_ip ?? row.created_ip ?? ''} · {t('last_seen').toLowerCase()}{' '}
          <Instant at={row.last_seen_at} relative />
        </span>
      </span>
      <Button
        compact
        busy={act.isPending}
        aria-label={t('end_session_of', { device: deviceOf(row) })}
        onClick={() =>
          act.mutate({ params: { id: person.id }, query: inFirmOf(person), body: { session_id: row.session_id } })
        }
      >
        {t('end_session')}
      </Button>
      {act.isError && <FailureCard error={act.error} />}
    </li>
  )
}

function EndAllDialog({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const act = useAct(revokeUserSessions, { stale: [listUserSessions, getUser], onDone: onClose })
  return (
    <ConfirmDialog
      title={t('end_all_of', { name: person.name })}
      consequence={t('consequence_end_all')}
      changes={[{ label: t('sessions'), before: person.sessions, after: 0 }]}
      verb={t('end_all')}
      tone="danger"
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: person.id }, query: inFirmOf(person), body: {} })}
      onClose={onClose}
    />
  )
}

/** Where the person is signed in; one or all can be ended. */
export function PersonSessions({ person }: { readonly person: Person }) {
  const { ask } = useSurface()
  const self = useSession().user.id === person.id
  const [ending, setEnding] = useState(false)
  const query = useQuery(ask(listUserSessions, { params: { id: person.id }, query: inFirmOf(person) }))
  const items = query.data?.items ?? []
  return (
    <section className="z-card">
      <h2>{t('sessions')}</h2>
      {query.isPending && <SkeletonRows rows={2} columns={2} />}
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <p className="z-secondary">{t('no_sessions')}</p>}
      <ul className="z-list">
        {items.map((row) => (
          <SessionLine key={row.session_id} row={row} person={person} />
        ))}
      </ul>
      {items.length > 1 && (
        <div className="z-under-field">
          <Button kind="danger" compact unmet={self ? t('self_change') : null} onClick={() => setEnding(true)}>
            {t('end_all')}
          </Button>
        </div>
      )}
      {ending && <EndAllDialog person={person} onClose={() => setEnding(false)} />}
    </section>
  )
}
