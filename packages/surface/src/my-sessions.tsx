import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  listSessions,
  logoutAll,
  revokeOtherSessions,
  revokeSession,
  type SessionRow,
} from '@zenops/contracts/identity-entry'
import { Button } from '@zenops/ui/button'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { EntryNotices } from '@zenops/ui/entry-page'
import { useFormats } from '@zenops/ui/formats'
import { Icon, IconDeviceDesktop, IconDeviceMobile } from '@zenops/ui/icons'
import { SkeletonRows } from '@zenops/ui/states'
import { useState } from 'react'
import { AccountPage, t } from './account-page.tsx'
import { deviceName } from './device-name.ts'
import { FailureCard } from './failures.tsx'
import type { Surface } from './surface.ts'
import { useAttempt } from './use-attempt.ts'

/** As the device was named, or as its browser introduced itself, put short. */
function nameOf({ device_name: name, client_type }: SessionRow): string {
  const told = name?.startsWith('Mozilla/') ? deviceName(name) : name
  return told ?? t(`client_${client_type}`)
}
const isPhone = (row: SessionRow): boolean =>
  row.client_type === 'mobile' || /Android|iPhone|iPad/.test(row.device_name ?? '')

interface RowProps {
  readonly row: SessionRow
  readonly busy: boolean
  readonly onEnd: () => void
}

function Row({ row, busy, onEnd }: RowProps) {
  const formats = useFormats()
  const when = (instant: string) => formats.relative(instant) ?? formats.instant(instant)
  const ip = row.last_ip ?? row.created_ip
  return (
    <li data-current={row.current || undefined}>
      <Icon of={isPhone(row) ? IconDeviceMobile : IconDeviceDesktop} size={20} />
      <div>
        <strong>
          {nameOf(row)} · {t(`surface_${row.aud}`)}
          {row.current && (
            <span className="z-mark" data-tone="green">
              {t('this_session')}
            </span>
          )}
        </strong>
        <span className="z-meta" title={formats.instant(row.last_seen_at)}>
          {t('active', { time: when(row.last_seen_at) })} · {ip === null ? t('no_ip') : t('ip', { ip })} ·{' '}
          {t('since', { time: formats.instant(row.created_at) })}
        </span>
      </div>
      {!row.current && (
        <Button compact busy={busy} onClick={onEnd} aria-label={t('end_named', { name: nameOf(row) })}>
          {t('end')}
        </Button>
      )}
    </li>
  )
}

/** Where one is signed in, and the ways to end it. */
export function MySessions({ surface }: { readonly surface: Surface }) {
  const { client, ask } = surface
  const cache = useQueryClient()
  const rows = useQuery(ask(listSessions, {}))
  const attempt = useAttempt()
  const [told, setTold] = useState<string | null>(null)
  const [ending, setEnding] = useState(false)
  const act = (work: () => Promise<string>) =>
    attempt.run(async () => {
      setTold(await work())
      await cache.invalidateQueries({ queryKey: [listSessions.id] })
    })
  const end = (row: SessionRow) =>
    act(async () => {
      await client.call(revokeSession, { params: { id: row.session_id } })
      return t('ended')
    })
  const endOthers = () =>
    act(async () => t('others_ended', { n: (await client.call(revokeOtherSessions, {})).revoked }))
  const endAll = () =>
    attempt.run(async () => {
      await client.call(logoutAll, {})
      client.session.forget()
    })
  const hasOthers = rows.data?.items.some((row) => !row.current) ?? false
  return (
    <AccountPage title={t('sessions')}>
      <p className="z-lead">{t('sessions_text')}</p>
      <EntryNotices
        notice={told === null ? null : { text: told, tone: 'green' }}
        fault={ending ? null : attempt.fault}
      />
      {rows.isError ? (
        <FailureCard error={rows.error} onRetry={() => void rows.refetch()} />
      ) : rows.data ? (
        <ul className="z-card z-rows">
          {rows.data.items.map((row) => (
            <Row key={row.session_id} row={row} busy={attempt.busy} onEnd={() => end(row)} />
          ))}
        </ul>
      ) : (
        <SkeletonRows rows={3} columns={3} />
      )}
      <div className="z-row">
        {hasOthers && (
          <Button busy={attempt.busy} onClick={endOthers}>
            {t('end_others')}
          </Button>
        )}
        <Button kind="danger" onClick={() => setEnding(true)}>
          {t('end_all')}
        </Button>
      </div>
      <ConfirmDialog
        title={t('end_all')}
        consequence={t('end_all_text')}
        verb={t('end_all')}
        tone="danger"
        opened={ending}
        busy={attempt.busy}
        error={<EntryNotices fault={attempt.fault} />}
        onConfirm={endAll}
        onClose={() => setEnding(false)}
      />
    </AccountPage>
  )
}
