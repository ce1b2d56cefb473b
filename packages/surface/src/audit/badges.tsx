import type { AUDIT_OUTCOMES } from '@zenops/contracts/audit'
import { StatusBadge, type StatusFamily } from '@zenops/ui/status'
import { t } from './words.ts'

type Outcome = (typeof AUDIT_OUTCOMES)[number]
const FAMILY: Readonly<Record<Outcome, StatusFamily>> = { ok: 'green', denied: 'amber', failed: 'red' }

export const OutcomeBadge = ({ outcome }: { readonly outcome: Outcome }) => (
  <StatusBadge family={FAMILY[outcome]} text={t(`outcome_${outcome}`)} />
)

/** Its number in the chain; an event that waits is told so. */
export const SealedBadge = ({ seq }: { readonly seq: number | null }) => (
  <StatusBadge family={seq === null ? 'grey' : 'blue'} text={seq === null ? t('waiting') : `${t('seq')} ${seq}`} />
)
