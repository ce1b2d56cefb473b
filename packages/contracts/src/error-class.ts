/** What kind of failure an answer is, by its status (`chat.md` 4.4). */
export const ERROR_CLASSES = ['UPSTREAM', 'SERVER', 'VALIDATION', 'RLIMIT', 'AUTH'] as const
export type ErrorClass = (typeof ERROR_CLASSES)[number]

export function errorClassOf(status: number): ErrorClass {
  if (status === 401 || status === 403) return 'AUTH'
  if (status === 429) return 'RLIMIT'
  if (status === 502 || status === 504) return 'UPSTREAM'
  return status >= 500 ? 'SERVER' : 'VALIDATION'
}
