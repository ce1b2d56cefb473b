import { useQuery } from '@tanstack/react-query'
import { mfaStatus } from '@zenops/contracts/identity-factors'
import { useFormats } from '@zenops/ui/formats'
import { AppLink } from '@zenops/ui/links'
import { Banner } from '@zenops/ui/states'
import { useEffect, useState } from 'react'
import type { Surface } from './surface.ts'
import { t } from './texts.ts'

/** Asked for once the first page stands: it is no part of what one waits for. */
const LATER_MS = 3_000

/** While a firm's new policy still lets people in without a second factor: until when, and the way to set one up. */
export function GraceBanner({ surface }: { readonly surface: Surface }) {
  const formats = useFormats()
  const [later, setLater] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), LATER_MS)
    return () => clearTimeout(timer)
  }, [])
  const status = useQuery({ ...surface.ask(mfaStatus, {}), enabled: later, staleTime: 3_600_000, retry: false })
  const until = status.data?.grace_until
  if (!status.data || !until || status.data.totp || status.data.passkeys > 0) return null
  return (
    <Banner tone="amber">
      {t('grace', { time: formats.instant(until) })} <AppLink href="/me/security">{t('grace_act')}</AppLink>
    </Banner>
  )
}
