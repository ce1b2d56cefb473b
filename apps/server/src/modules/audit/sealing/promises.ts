/** Figures that readers of the log are told, and that alarms hold the sealer to. */

/** p99 from a commit to its seal. */
export const SEAL_PROMISE_SECONDS = 2
/** A sink that has not answered for this long is stale. */
export const STALE_SECONDS = 900
/** Owners are mailed once in this time. */
export const MAIL_SECONDS = 86_400
