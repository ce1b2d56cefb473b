/** What a change changes: the fields whose new value differs, before and after; null when none does. */
export function changedFields<T extends object>(
  now: T,
  wanted: { readonly [K in keyof T]?: T[K] | undefined },
): { before: Partial<T>; after: Partial<T> } | null {
  const [before, after]: [Partial<T>, Partial<T>] = [{}, {}]
  // Cast: Object.keys is typed string[]; the keys are those of the change.
  for (const key of Object.keys(wanted) as (keyof T)[]) {
    const value = wanted[key]
    if (value === undefined || JSON.stringify(value) === JSON.stringify(now[key])) continue
    before[key] = now[key]
    after[key] = value
  }
  return Object.keys(after).length > 0 ? { before, after } : null
}
