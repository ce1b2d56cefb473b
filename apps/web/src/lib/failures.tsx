export { FailureCard, FailurePage, NotFoundPage } from '@zenops/surface/failures.tsx'
