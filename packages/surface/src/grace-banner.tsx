import { useQuery } from '@tanstack/react-query'
import { mfaStatus } from '@zenops/contracts/identity-factors'
import { useFormats } from '@zenops/ui/formats'
import { AppLink } from '@zenops/ui/links'
import { Banner } from '@zenops/ui/states'
import type { Surface } from './surface.ts'
import { t } from './texts.ts'

/** While a firm's new policy still lets people in without a second factor: until when, and the way to set one up. */
export default function GraceBanner({ surface }: { readonly surface: Surface }) {
  const formats = useFormats()
  const status = useQuery({ ...surface.ask(mfaStatus, {}), staleTime: 3_600_000, retry: false })
  const until = status.data?.grace_until
  if (!status.data || !until || status.data.totp || status.data.passkeys > 0) return null
  return (
    <Banner tone="amber">
      {t('grace', { time: formats.instant(until) })} <AppLink href="/me/security">{t('grace_act')}</AppLink>
    </Banner>
  )
}
