import { ApiError } from '@zenops/client/api-error'
import { faultOf } from '@zenops/client/error-texts'
import { ButtonLink } from '@zenops/ui/button'
import { Page } from '@zenops/ui/page'
import { EmptyState, ErrorCard } from '@zenops/ui/states'
import { useState } from 'react'
import { t } from './texts.ts'
import { MissingRight, useMaybeSession } from './session.tsx'

const toStart = () => <ButtonLink href="/">{t('to_start')}</ButtonLink>

/** A failure inside a page or panel: sentence, trace id, another try. */
export function FailureCard({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const session = useMaybeSession()
  const [seenAt] = useState(() => Date.now())
  const { text, until, traceId } = faultOf(error, seenAt)
  const whole = session?.role === 'ADMIN' || session?.role === 'OPS'
  return <ErrorCard text={text} traceId={traceId} wholeTrace={whole} until={until} {...(onRetry ? { onRetry } : {})} />
}

export function NotFoundPage() {
  return (
    <Page title={t('not_found')} documentTitle={t('not_found')}>
      <EmptyState reason={t('not_found_text')} action={toStart()} />
    </Page>
  )
}

/** What a route shows when its loader or its page failed; the frame around it survives. */
export function FailurePage({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  if (error instanceof ApiError && error.status === 404) return <NotFoundPage />
  if (error instanceof MissingRight)
    return (
      <Page title={t('no_right')} documentTitle={t('no_right')}>
        <EmptyState
          reason={t('no_right_text', { capability: error.capability, grantor: t('grantor_owner') })}
          action={toStart()}
        />
      </Page>
    )
  return (
    <Page title={t('failed')} documentTitle={t('failed')}>
      <FailureCard error={error} onRetry={reset} />
    </Page>
  )
}
