import { SecretOnce } from '@zenops/ui/secret'
import { Instant } from '@zenops/ui/values'
import { useMails } from '../mails.ts'
import { useSurface } from '../surface-context.tsx'
import { t } from './words.ts'

export interface InvitationSentProps {
  readonly email: string
  /** Only where the link is handed on by oneself. */
  readonly url: string | undefined
  readonly expiresAt?: string
}

/** Where the invitation went, or its link, once. */
export function InvitationSent({ email, url, expiresAt }: InvitationSentProps) {
  const mails = useMails(useSurface())
  return (
    <div className="z-stack">
      <p>{t(url === undefined ? `invitation_${mails}` : 'invitation_by_hand', { email })}</p>
      {url !== undefined && <SecretOnce label={t('invitation_link')} value={url} help={t('once_link')} />}
      {expiresAt !== undefined && (
        <p className="z-secondary">
          {t('link_until')} <Instant at={expiresAt} />
        </p>
      )}
    </div>
  )
}
