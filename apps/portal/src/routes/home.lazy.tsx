import { createLazyRoute } from '@tanstack/react-router'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState } from '@zenops/ui/states'
import { useEffect } from 'react'
import { surface } from '../lib/surface.ts'
import { t } from '../lib/texts.ts'

export const Route = createLazyRoute('/frame/')({ component: HomePage })

/** Who one is, with which firm, and that requests come here. */
function HomePage() {
  const { user, tenant } = surface.useSession()
  useEffect(() => {
    document.title = `${t('requests')} · ZenOps`
  }, [])
  const facts = [
    { label: t('name'), value: user.name },
    { label: t('email'), value: user.email },
    { label: t('firm'), value: tenant.name },
  ]
  return (
    <div className="z-stack">
      <h1 className="z-column-title">{t('requests')}</h1>
      <section className="z-card z-card-flush">
        <EmptyState title={t('none_title')} reason={t('none_text', { firm: tenant.name })} />
      </section>
      <section className="z-card">
        <h2>{t('you')}</h2>
        <RecordFacts facts={facts} />
      </section>
    </div>
  )
}
