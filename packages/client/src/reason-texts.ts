import { messagesOf } from './messages.ts'

/** Sentences for reasons that say more than their code. */
export const en = {
  range_exceeded: 'This time is longer than one export may cover.',
  invalid_time_range: 'Give both ends of the time, the first before the last.',
  value_out_of_range: 'This is more or less than it may be.',
  row_estimate_exceeded: 'There are more events than one export may hold. Choose a shorter time.',
  active_jobs: 'As many exports as may run at a time are running. Wait until one is ready.',
  created_jobs: 'As many exports as may be created in this time were created.',
  spool_full: 'The room for exports is used up. Delete one that is no longer needed.',
  not_in_a_bundle: 'A bundle does not take this.',
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
  effect_unknown: 'It is not known whether a call of this job happened. Say that first.',
  effect_known: 'This job has no such call any more. Look again.',
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
