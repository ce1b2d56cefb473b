import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Mail } from '../../platform/mail/port.ts'
import { tellNewAddressHandler } from './jobs/tell-new-address.ts'

export const accessJobs = (mail: Mail): JobHandler[] => [tellNewAddressHandler(mail)]

export { aimOf, lastFirm } from './aim.ts'
export { blockAddress } from './automatic-block.ts'
export { createPrincipals, type Principals } from './principals.ts'
export { noteAddress } from './jobs/tell-new-address.ts'
export {
  admit,
  limitOf,
  mayMail,
  type ProofAct,
  proofLimits,
  signInLimit,
  underLimits,
} from './limits.ts'
export { tellPerson } from './notices.ts'
export type { DemoPerson, IdentityParts } from './parts.ts'
export { type Principal, principalOf, surfaceOf } from './principal.ts'
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
