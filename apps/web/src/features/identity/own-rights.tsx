import { messagesOf } from '@zenops/client/messages'
import type { Session } from '@zenops/client/session'
import { RightsList } from '@zenops/surface/identity/job-picker.tsx'
import { en } from './messages.en.ts'

const t = messagesOf('identity', en)

/** What one may do here. */
export function OwnRights({ session }: { readonly session: Session }) {
  return (
    <section className="z-card">
      <h2>{t('rights')}</h2>
      <p className="z-lead">{t('rights_note', { n: session.capabilities.length })}</p>
      <RightsList rights={session.capabilities} />
    </section>
  )
}
