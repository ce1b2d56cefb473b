import { messagesOf } from '@zenops/client/messages'
import type { Session } from '@zenops/client/session'
import { Page } from '@zenops/ui/page'
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

/** Who one is here, and what one may do. */
export function Profile({ session }: { readonly session: Session }) {
  const { user, tenant } = session
  return (
    <Page title={t('profile')} documentTitle={t('profile')}>
      <div className="z-stack">
        <section className="z-card">
          <h2>{t('you')}</h2>
          <RecordFacts
            columns={2}
            facts={[
              { label: t('name'), value: user.name },
              { label: t('firm'), value: tenant.name },
              { label: t('email'), value: user.email },
              { label: t('zone'), value: tenant.time_zone },
              { label: t('job'), value: session.job_templates.map((job) => t(job)).join(', ') },
              { label: t('language'), value: new Intl.DisplayNames(['en'], { type: 'language' }).of(user.locale) },
            ]}
          />
        </section>
        <section className="z-card">
          <h2>{t('rights')}</h2>
          <p className="z-lead">{t('rights_note', { n: session.capabilities.length })}</p>
          <RecordFacts facts={rightsByArea(session).map(([label, value]) => ({ label, value }))} />
        </section>
      </div>
    </Page>
  )
}
