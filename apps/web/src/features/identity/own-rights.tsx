import { messagesOf } from '@zenops/client/messages'
import type { Session } from '@zenops/client/session'
import { RecordFacts } from '@zenops/ui/record'
import { en } from './messages.en.ts'

const t = messagesOf('identity', en)

/** `assignments.read` → area `assignments`, right `read`. */
function rightsByArea(session: Session): readonly (readonly [string, string])[] {
  const areas = new Map<string, string[]>()
  for (const { capability, scope } of session.capabilities) {
    const [word = '', ...rest] = capability.split('.')
    const area = word.charAt(0).toUpperCase() + word.slice(1)
    const right = `${rest.join(' ')} (${t(`scope_${scope}`)})`
    areas.set(area, [...(areas.get(area) ?? []), right])
  }
  return [...areas].map(([area, rights]) => [area, rights.join(', ')] as const)
}

/** What one may do here. */
export function OwnRights({ session }: { readonly session: Session }) {
  return (
    <section className="z-card">
      <h2>{t('rights')}</h2>
      <p className="z-lead">{t('rights_note', { n: session.capabilities.length })}</p>
      <RecordFacts facts={rightsByArea(session).map(([label, value]) => ({ label, value }))} />
    </section>
  )
}
