import { useInfiniteQuery } from '@tanstack/react-query'
import {
  deleteAlertChannel,
  listAlertChannels,
  listAlertDeliveries,
  testAlertChannel,
  updateAlertChannel,
} from '@zenops/contracts/ops-alerts'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import { useAnnounce } from '@zenops/ui/announcer'
import { Button } from '@zenops/ui/button'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { IconPlus } from '@zenops/ui/icons'
import { Page } from '@zenops/ui/page'
import { EmptyState, SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { TypedConfirmation } from '../identity/typed-confirmation.tsx'
import { type ItemOf, rowsOf, useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { AlertTabs, SeverityBadge } from './alert-words.tsx'
import { ChannelDialog } from './channel-dialog.tsx'
import { t, word } from './words.ts'
import './ops.css'

type Channel = ItemOf<typeof listAlertChannels>

const isFailing = (one: Channel): boolean =>
  one.last_error_at !== null && (one.last_ok_at === null || one.last_error_at > one.last_ok_at)

function RemoveDialog({
  one,
  last,
  onClose,
}: {
  readonly one: Channel
  readonly last: boolean
  readonly onClose: () => void
}) {
  const draw = useAct(createConfirmation)
  const act = useAct(deleteAlertChannel, { stale: [listAlertChannels], onDone: onClose })
  const params = { id: one.id }
  const title = t('title_delete', { name: one.name })
  const { data: drawn } = draw
  if (last && drawn)
    return (
      <TypedConfirmation
        title={title}
        effect={t('effect_delete_last')}
        phrase={drawn.phrase}
        verb={t('act_delete').replace('…', '')}
        busy={act.isPending}
        error={act.error}
        onConfirm={(phrase) =>
          act.mutate({ params, body: { confirmation: { confirmation_id: drawn.confirmation_id, phrase } } })
        }
        onClose={onClose}
      />
    )
  const failure = act.error ?? draw.error
  return (
    <ConfirmDialog
      title={title}
      consequence={t(last ? 'effect_delete_last' : 'effect_delete')}
      verb={t('act_delete').replace('…', '')}
      tone="danger"
      opened
      busy={act.isPending || draw.isPending}
      error={failure && <FailureCard error={failure} />}
      onConfirm={() =>
        last
          ? draw.mutate({ body: { action: 'alert_channel_delete', target: one.id } })
          : act.mutate({ params, body: {} })
      }
      onClose={onClose}
    />
  )
}

function ChannelActs({ one, onRemove }: { readonly one: Channel; readonly onRemove: () => void }) {
  const announce = useAnnounce()
  const [sent, setSent] = useState(false)
  const test = useAct(testAlertChannel, {
    stale: [listAlertDeliveries],
    onDone: () => {
      setSent(true)
      announce(t('test_sent'))
    },
  })
  const turn = useAct(updateAlertChannel, { stale: [listAlertChannels] })
  const params = { id: one.id }
  return (
    <>
      <span className="z-row">
        <Button compact busy={test.isPending} onClick={() => test.mutate({ params })}>
          {t('act_test')}
        </Button>
        <Button
          compact
          busy={turn.isPending}
          onClick={() => turn.mutate({ params, body: { enabled: !one.enabled, expected_version: one.version } })}
        >
          {t(one.enabled ? 'act_turn_off' : 'act_turn_on')}
        </Button>
        <Button compact kind="danger" onClick={onRemove}>
          {t('act_delete')}
        </Button>
      </span>
      {sent && <span className="z-secondary">{t('test_sent')}</span>}
      {(test.isError || turn.isError) && <FailureCard error={test.error ?? turn.error} />}
    </>
  )
}

/** Where alerts are sent. */
export function ChannelsPage() {
  const { askList } = useSurface()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Channel | null>(null)
  const query = useInfiniteQuery(askList(listAlertChannels, {}))
  const rows = rowsOf(query.data)
  const add = (
    <Button kind="primary" icon={IconPlus} onClick={() => setAdding(true)}>
      {t('add_channel')}
    </Button>
  )
  return (
    <Page title={t('alerts')} documentTitle={t('tab_channels')} acts={add} bar={<AlertTabs />}>
      {query.isPending && <SkeletonRows rows={4} columns={4} />}
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && (
        <EmptyState title={t('no_channels')} reason={t('no_channels_why')} action={add} />
      )}
      {rows.length > 0 && (
        <section className="z-card">
          <table className="z-ops-table">
            <thead>
              <tr>
                <th scope="col">{t('channel')}</th>
                <th scope="col">{t('state')}</th>
                <th scope="col">{t('hears_from')}</th>
                <th scope="col">{t('last_ok')}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <tr key={one.id}>
                  <th scope="row">
                    <strong>{one.name}</strong> <span className="z-tertiary">{word('kind', one.kind)}</span>
                    <br />
                    <span className="z-code z-secondary">{one.address}</span>
                  </th>
                  <td>
                    <StatusBadge
                      family={isFailing(one) ? 'red' : one.enabled ? 'green' : 'grey'}
                      text={
                        isFailing(one)
                          ? t('failing', { code: one.last_error_code ?? '' })
                          : t(one.enabled ? 'enabled' : 'disabled')
                      }
                    />
                  </td>
                  <td>
                    <span className="z-row">
                      <SeverityBadge severity={one.min_severity} />
                      <span className="z-secondary">{word('level', String(one.level))}</span>
                    </span>
                  </td>
                  <td>
                    <Instant at={one.last_ok_at} relative />
                  </td>
                  <td>
                    <ChannelActs one={one} onRemove={() => setRemoving(one)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {adding && <ChannelDialog onClose={() => setAdding(false)} />}
      {removing && <RemoveDialog one={removing} last={rows.length === 1} onClose={() => setRemoving(null)} />}
    </Page>
  )
}
