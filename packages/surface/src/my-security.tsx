import { useQuery, useQueryClient } from '@tanstack/react-query'
import { listPasskeys, mfaStatus } from '@zenops/contracts/identity-factors'
import type { OutputOf } from '@zenops/contracts/kit'
import { EntryNotices } from '@zenops/ui/entry-page'
import { useFormats } from '@zenops/ui/formats'
import { Banner, SkeletonRows } from '@zenops/ui/states'
import { useState } from 'react'
import { AccountPage, t } from './account-page.tsx'
import { FailureCard } from './failures.tsx'
import { EmailCard, PasswordCard } from './my-credentials.tsx'
import { AppCard, CodesDialog, PasskeysCard, RecoveryCard, type Changed } from './my-factors.tsx'
import type { Surface } from './surface.ts'

type Status = OutputOf<typeof mfaStatus>

/** What the firm's policy asks of this person, while it is not met. */
function Duty({ status }: { readonly status: Status }) {
  const formats = useFormats()
  if (status.totp || status.passkeys > 0) return null
  if (status.grace_until !== null)
    return (
      <Banner tone="amber" inset>
        {t('grace', { time: formats.instant(status.grace_until) })}
      </Banner>
    )
  return (
    <Banner tone={status.required ? 'amber' : 'blue'} inset>
      {t(status.required ? 'factors_required' : 'factors_missing')}
    </Banner>
  )
}

/** Password, e-mail and second factors of oneself. */
export function MySecurity({ surface }: { readonly surface: Surface }) {
  const { ask } = surface
  const session = surface.useSession()
  const cache = useQueryClient()
  const status = useQuery(ask(mfaStatus, {}))
  const [told, setTold] = useState<string | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const changed: Changed = (text, shown) => {
    setTold(text)
    if (shown) setCodes(shown)
    void cache.invalidateQueries({ queryKey: [mfaStatus.id] })
    void cache.invalidateQueries({ queryKey: [listPasskeys.id] })
  }
  return (
    <AccountPage title={t('security')}>
      <EntryNotices notice={told === null ? null : { text: told, tone: 'green' }} fault={null} />
      {status.data && <Duty status={status.data} />}
      <PasswordCard surface={surface} email={session.user.email} onChanged={setTold} />
      <EmailCard surface={surface} email={session.user.email} onChanged={setTold} />
      {status.isError ? (
        <FailureCard error={status.error} onRetry={() => void status.refetch()} />
      ) : status.data ? (
        <>
          <AppCard surface={surface} has={status.data.totp} onChanged={changed} />
          <PasskeysCard surface={surface} onChanged={changed} />
          <RecoveryCard surface={surface} status={status.data} onChanged={changed} />
        </>
      ) : (
        <SkeletonRows rows={6} columns={2} />
      )}
      {codes && (
        <CodesDialog
          codes={codes}
          owner={`${session.user.email ?? session.user.name} · ${session.tenant.name}`}
          onStored={() => setCodes(null)}
        />
      )}
    </AccountPage>
  )
}
