import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Mail } from '../../platform/mail/port.ts'
import { tellNewAddressHandler } from './jobs/tell-new-address.ts'

export const accessJobs = (mail: Mail): JobHandler[] => [tellNewAddressHandler(mail)]

export { type Aim, aimOf, lastFirm, type NamedTenant } from './aim.ts'
export { blockAddress } from './automatic-block.ts'
export { createPrincipals, type PrincipalParts, type Principals } from './principals.ts'
export { noteAddress } from './jobs/tell-new-address.ts'
export {
  admit,
  type LimitedAct,
  limitOf,
  mayMail,
  type ProofAct,
  proofLimits,
  signInLimit,
  underLimits,
} from './limits.ts'
export { tellPerson } from './notices.ts'
export type { DemoPerson, IdentityParts } from './parts.ts'
export { type Principal, principalOf, type SessionState, surfaceOf } from './principal.ts'
export { isGated, laneOf, type LoginGate, tenantOfSignIn } from './rules/gate.ts'
export {
  assertAddressFree,
  barred,
  barrier,
  blocked,
  closed,
  findStanding,
  lookStanding,
  type Place,
} from './standing.ts'
