/** Alarms that a process rings by itself, as long as it rings them. */
export const ALARMS = [
  'audit_seal_lag',
  'audit_fork_suspected',
  'audit_signing_key_missing',
  'audit_notary_stale',
  'audit_foreign_cluster',
  'audit_head_tampered',
] as const
export type Alarm = (typeof ALARMS)[number]
