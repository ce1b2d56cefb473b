import { messagesOf } from './messages.ts'

/** Sentences for reasons that say more than their code. */
export const en = {
  self_change: 'Somebody else has to do this: nobody changes his own access.',
  grant_exceeds_own: 'This grants more than you have yourself. Ask an owner of the firm.',
  mixed_roles: 'These jobs belong to different roles and cannot stand together.',
  member: 'This person belongs to the firm already.',
  accepted: 'The invitation was accepted already.',
  request_pending: 'A request about this waits for a decision already.',
  not_overridable: 'This right is the same in every firm and cannot be changed.',
  self_approval_not_allowed: 'You asked for this yourself; others decide it.',
  duplicated_approver: 'You have decided this already.',
  approver_not_entitled: 'Only owners of the firm and stand-ins of the platform decide this.',
  request_not_pending: 'This was decided meanwhile.',
  base_changed: 'Something else changed here since this was asked. The request was closed; ask again.',
  not_requester: 'Only the person who asked can withdraw this.',
  already_paused: 'This is paused already.',
  not_paused: 'This is not paused.',
  resolved: 'Somebody has resolved this already.',
  count_changed: 'There are not as many any more as you have seen. Look again.',
  job_gone: 'The job is not kept any more and cannot be asked for again.',
  is_a_loop: 'A loop turns by itself.',
  idle: 'Nobody holds it; there is nothing to recover.',
  running: 'This is at work already.',
  self_block: 'This would block yourself.',
  already_blocked: 'This is blocked already. Change the end of that block instead.',
  block_ended: 'This block has ended already.',
  tenant_protected: 'A fixed lane cannot be suspended, closed or removed.',
  slug_taken: 'Another firm has this short name.',
  support_open: 'You have a support session open. End it first.',
  capability_not_allowed: 'Programs are never given this right.',
  in_the_past: 'This time is over.',
  too_late: 'This is too far away.',
  audience_not_allowed: 'This is not possible on this surface.',
} as const

const t = messagesOf('reasons', en)

const isKnown = (reason: string): reason is keyof typeof en => Object.hasOwn(en, reason)

/** The sentence of a reason, or null when its code says enough. */
export const reasonText = (reason: string): string | null => (isKnown(reason) ? t(reason) : null)
