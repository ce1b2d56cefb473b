import type { RETENTION_RUN_STATES } from '@zenops/contracts/retention'
import type { REQUEST_STATES } from '@zenops/contracts/privacy'
import { StatusBadge } from '@zenops/ui/status'
import { familyOf, t } from './words.ts'

type State = (typeof RETENTION_RUN_STATES)[number] | (typeof REQUEST_STATES)[number]
const FINAL: ReadonlySet<State> = new Set(['SKIPPED', 'EXPIRED'])

/** Where a run or a request stands: colour, sign and word. */
export const StateMark = ({ state }: { readonly state: State }) => (
  <StatusBadge family={familyOf(state)} text={t(`state_${state}`)} final={FINAL.has(state)} />
)
