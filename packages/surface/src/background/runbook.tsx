import { RunbookLink } from '../ops/runbook-link.tsx'
import { t } from './words.ts'

/** What to look at and to do, beside the lock it is about. */
export const Runbook = () => (
  <section aria-label={t('runbook')} className="z-stack">
    <h3>{t('runbook')}</h3>
    <p className="z-help">{t('runbook_signal')}</p>
    <p className="z-help">{t('runbook_check')}</p>
    <p className="z-help">{t('runbook_act')}</p>
    <p className="z-help">{t('runbook_close')}</p>
    <p className="z-help">
      {t('runbook_file')} <RunbookLink name="scheduler_lock" />
    </p>
  </section>
)
