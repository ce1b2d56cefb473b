import type { createAssignment } from '@zenops/contracts/assignments'
import type { OutputOf } from '@zenops/contracts/kit'
import { ButtonLink } from '@zenops/ui/button'
import { Page } from '@zenops/ui/page'
import { Banner } from '@zenops/ui/states'
import { t, word } from './words.ts'

/** After opening: jobs that look like the same one, each with a way there. */
export function PossibleDuplicates({ job }: { readonly job: OutputOf<typeof createAssignment> }) {
  const title = t('opened_title', { code: job.code })
  return (
    <Page title={title} documentTitle={title}>
      <div className="z-stack z-narrow">
        <Banner inset>{t('opened_text')}</Banner>
        <ul className="z-card z-list" aria-label={t('duplicate')}>
          {job.possible_duplicates.map((other) => (
            <li key={other.id}>
              <span>
                <strong>{other.code}</strong>{' '}
                <span className="z-secondary">
                  {other.reasons.map((reason) => word(`dup_${reason}`, reason.replaceAll('_', ' '))).join(', ')}
                </span>
              </span>
              <ButtonLink compact href={`/assignments/${other.id}/overview`}>
                {t('go_existing', { code: other.code })}
              </ButtonLink>
            </li>
          ))}
        </ul>
        <div>
          <ButtonLink kind="primary" href={`/assignments/${job.id}/overview`}>
            {t('go_new', { code: job.code })}
          </ButtonLink>
        </div>
      </div>
    </Page>
  )
}
