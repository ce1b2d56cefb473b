import * as shared from '@zenops/surface/failures.tsx'
import { MissingRight, useMaybeSession } from './session.tsx'
import { t } from './texts.ts'

export { NotFoundPage } from '@zenops/surface/failures.tsx'

/** Who runs the firm or the platform can look a trace up. */
function useWholeTrace(): boolean {
  const session = useMaybeSession()
  return session?.role === 'ADMIN' || session?.role === 'OPS'
}

/** A failure inside a page or panel: sentence, trace id, another try. */
export function FailureCard(props: Omit<shared.FailureCardProps, 'wholeTrace'>) {
  return <shared.FailureCard {...props} wholeTrace={useWholeTrace()} />
}

/** What a route shows when its loader or its page failed; a missing right is explained. */
export function FailurePage({ error, reset }: Omit<shared.FailurePageProps, 'wholeTrace'>) {
  const wholeTrace = useWholeTrace()
  if (error instanceof MissingRight) {
    const { capability } = error
    return (
      <shared.ExplainedPage
        title={t('no_right')}
        reason={t('no_right_text', { capability, grantor: t('grantor_owner') })}
      />
    )
  }
  return <shared.FailurePage error={error} reset={reset} wholeTrace={wholeTrace} />
}
