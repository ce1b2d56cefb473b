type Filters = Readonly<Record<string, unknown>>
const withoutWords = (filters: Filters): string =>
  JSON.stringify(
    Object.entries(filters)
      .filter(([name, value]) => name !== 'q' && value !== undefined)
      .sort(),
  )

/** Two questions to one list that differ in nothing but the words searched for. */
export const isSameButWords = (before: unknown, now: Filters): boolean =>
  typeof before === 'object' && before !== null && withoutWords({ ...before }) === withoutWords(now)
