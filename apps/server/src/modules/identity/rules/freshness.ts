/** What a process remembers of a principal or a block is trusted this long, and dropped earlier when a notice comes. */
export const FRESH_MS = 5_000
