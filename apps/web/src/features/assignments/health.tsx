import type { AssignmentRow } from '@zenops/contracts/assignment-records'
import { Meter } from '@zenops/ui/values'
import { t } from './words.ts'

/** How much of the header is there, and what is not. */
export function Health({ job }: { readonly job: Pick<AssignmentRow, 'completeness'> }) {
  const { passed, total, missing } = job.completeness
  return (
    <div>
      <Meter
        label={t('completeness')}
        value={passed}
        max={total}
        text={t('passed_of', { passed, total })}
        tone={missing.length === 0 ? 'green' : 'orange'}
      />
      {missing.length > 0 && (
        <p className="z-meta">{t('still_missing', { list: missing.map((check) => t(`check_${check}`)).join(', ') })}</p>
      )}
    </div>
  )
}
