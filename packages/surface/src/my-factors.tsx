import { useQuery, useQueryClient } from '@tanstack/react-query'
import { errorText } from '@zenops/client/error-texts'
import {
  listPasskeys,
  MAX_PASSKEYS,
  regenerateRecoveryCodes,
  removePasskey,
  removeTotp,
  renamePasskey,
  type mfaStatus,
} from '@zenops/contracts/identity-factors'
import type { OutputOf } from '@zenops/contracts/kit'
import { Button } from '@zenops/ui/button'
import { ConfirmDialog, Dialog } from '@zenops/ui/dialog'
import { EntryNotices } from '@zenops/ui/entry-page'
import { useFormats } from '@zenops/ui/formats'
import { InlineField } from '@zenops/ui/inline-field'
import { RecoveryCodes } from '@zenops/ui/recovery-codes'
import { SkeletonRows } from '@zenops/ui/states'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { t } from './account-page.tsx'
import { t as entry } from './entry-texts.ts'
import { FailureCard } from './failures.tsx'
import { PasskeySetUp } from './passkey-set-up.tsx'
import { hasPasskeys } from './passkeys.ts'
import type { Surface } from './surface.ts'
import { TotpSetUp } from './totp-set-up.tsx'
import { useAttempt } from './use-attempt.ts'

/** A factor has changed: what happened where it is to be told, and recovery codes where new ones came with it. */
export type Changed = (text: string | null, codes?: readonly string[]) => void

interface PartProps {
  readonly surface: Surface
  readonly onChanged: Changed
}

interface RemovalProps {
  readonly title: string
  readonly text: string
  readonly work: () => Promise<void>
  readonly onClose: () => void
}

/** Takes a factor away, asked once. */
function Removal({ title, text, work, onClose }: RemovalProps) {
  const attempt = useAttempt()
  return (
    <ConfirmDialog
      title={title}
      consequence={text}
      verb={title}
      tone="danger"
      opened
      busy={attempt.busy}
      error={<EntryNotices fault={attempt.fault} />}
      onConfirm={() =>
        attempt.run(async () => {
          await work()
          onClose()
        })
      }
      onClose={onClose}
    />
  )
}

/** The authenticator app: one, or none. */
export function AppCard({ surface, has, onChanged }: PartProps & { readonly has: boolean }) {
  const [opened, setOpened] = useState(false)
  const close = () => setOpened(false)
  const remove = async () => {
    await surface.client.call(removeTotp, {})
    onChanged(t('app_removed'))
  }
  return (
    <section className="z-card z-part">
      <div>
        <h2>
          {t('app')}{' '}
          <span className="z-mark" data-tone={has ? 'green' : undefined}>
            {t(has ? 'app_on' : 'app_off')}
          </span>
        </h2>
        <p className="z-secondary">{t('app_text')}</p>
      </div>
      <Button onClick={() => setOpened(true)}>{t(has ? 'remove_app' : 'add_app')}</Button>
      {opened && has && <Removal title={t('remove_app')} text={t('remove_app_text')} work={remove} onClose={close} />}
      {opened && !has && (
        <Dialog title={t('add_app')} opened onClose={close}>
          <TotpSetUp
            surface={surface}
            onDone={(answer) => {
              close()
              onChanged(t('app_added'), answer.recovery_codes)
            }}
          />
        </Dialog>
      )}
    </section>
  )
}

type PasskeyRow = OutputOf<typeof listPasskeys>['items'][number]

interface PasskeyItemProps extends PartProps {
  readonly row: PasskeyRow
}

function PasskeyItem({ surface, row, onChanged }: PasskeyItemProps) {
  const formats = useFormats()
  const cache = useQueryClient()
  const [removing, setRemoving] = useState(false)
  const params = { id: row.id }
  const rename = async (nickname: string): Promise<string | null> => {
    if (nickname.trim() === '') return entry('passkey_name_missing')
    try {
      await surface.client.call(renamePasskey, { params, body: { nickname: nickname.trim() } })
      await cache.invalidateQueries({ queryKey: [listPasskeys.id] })
      return null
    } catch (error) {
      return errorText(error)
    }
  }
  const remove = async () => {
    await surface.client.call(removePasskey, { params })
    onChanged(t('passkey_removed'))
  }
  const used = row.last_used_at === null ? t('never_used') : t('last_used', { time: formats.instant(row.last_used_at) })
  return (
    <li>
      <div>
        <InlineField
          label={entry('passkey_name')}
          shown={<strong>{row.nickname}</strong>}
          value={row.nickname}
          editor={(draft, onChange) => (
            <TextField label={entry('passkey_name')} value={draft} onChange={(value) => onChange(value.slice(0, 60))} />
          )}
          onSave={rename}
        />
        <span className="z-meta">
          {t('added_on', { time: formats.instant(row.created_at) })} · {used}
        </span>
        {row.backed_up && <span className="z-meta">{t('synced')}</span>}
        {row.suspended && <span className="z-field-error">{t('suspended')}</span>}
      </div>
      <Button compact aria-label={t('remove_named', { name: row.nickname })} onClick={() => setRemoving(true)}>
        {t('remove')}
      </Button>
      {removing && (
        <Removal
          title={t('remove_passkey')}
          text={t('remove_passkey_text', { name: row.nickname })}
          work={remove}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  )
}

/** Passkeys: at most ten, each with a name of one's own. */
export function PasskeysCard({ surface, onChanged }: PartProps) {
  const rows = useQuery(surface.ask(listPasskeys, {}))
  const [adding, setAdding] = useState(false)
  const full = (rows.data?.items.length ?? 0) >= MAX_PASSKEYS
  const unmet = hasPasskeys() ? (full ? t('passkey_limit') : null) : t('no_browser_passkeys')
  return (
    <section className="z-card">
      <div className="z-part">
        <div>
          <h2>{t('passkeys')}</h2>
          <p className="z-secondary">{t('passkeys_text')}</p>
        </div>
        <Button unmet={unmet} onClick={() => setAdding(true)}>
          {t('add_passkey')}
        </Button>
      </div>
      {rows.isError && <FailureCard error={rows.error} onRetry={() => void rows.refetch()} />}
      {rows.isPending && <SkeletonRows rows={2} columns={2} />}
      {rows.data && rows.data.items.length > 0 && (
        <ul className="z-rows">
          {rows.data.items.map((row) => (
            <PasskeyItem key={row.id} surface={surface} row={row} onChanged={onChanged} />
          ))}
        </ul>
      )}
      {adding && (
        <Dialog title={t('add_passkey')} opened onClose={() => setAdding(false)}>
          <PasskeySetUp
            surface={surface}
            onDone={(answer) => {
              setAdding(false)
              onChanged(t('passkey_added'), answer.recovery_codes)
            }}
          />
        </Dialog>
      )}
    </section>
  )
}

export interface RecoveryCardProps extends PartProps {
  readonly status: OutputOf<typeof mfaStatus>
}

/** How many recovery codes are left; there are some once there is a factor that they stand in for. */
export function RecoveryCard({ surface, status, onChanged }: RecoveryCardProps) {
  const [opened, setOpened] = useState(false)
  const attempt = useAttempt()
  if (!status.totp && status.passkeys === 0) return null
  const draw = () =>
    attempt.run(async () => {
      const { recovery_codes } = await surface.client.call(regenerateRecoveryCodes, {})
      setOpened(false)
      onChanged(null, recovery_codes)
    })
  return (
    <section className="z-card z-part">
      <div>
        <h2>
          {t('recovery')}{' '}
          <span className="z-mark" data-tone={status.recovery_left < 3 ? 'amber' : undefined}>
            {t('recovery_left', { n: status.recovery_left })}
          </span>
        </h2>
        <p className="z-secondary">{t('recovery_text')}</p>
      </div>
      <Button onClick={() => setOpened(true)}>{t('regenerate')}</Button>
      <ConfirmDialog
        title={t('regenerate')}
        consequence={t('regenerate_text')}
        verb={t('regenerate')}
        opened={opened}
        busy={attempt.busy}
        error={<EntryNotices fault={attempt.fault} />}
        onConfirm={draw}
        onClose={() => setOpened(false)}
      />
    </section>
  )
}

export interface CodesDialogProps {
  readonly codes: readonly string[]
  readonly owner: string
  readonly onStored: () => void
}

/** New recovery codes; nothing but "Done" closes it, for nobody can see them again. */
export function CodesDialog({ codes, owner, onStored }: CodesDialogProps) {
  return (
    <Dialog title={t('codes_title')} opened sealed onClose={onStored}>
      <RecoveryCodes codes={codes} owner={owner} verb={t('done')} onStored={onStored} />
    </Dialog>
  )
}
