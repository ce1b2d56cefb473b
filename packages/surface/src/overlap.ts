/** Fields of the patch that somebody else changed meanwhile, to something else than we want. */
export function overlap(
  patch: Readonly<Record<string, unknown>>,
  base: Readonly<Record<string, unknown>>,
  theirs: Readonly<Record<string, unknown>>,
): readonly string[] {
  const text = (value: unknown): string => JSON.stringify(value ?? null)
  return Object.keys(patch).filter(
    (path) => text(base[path]) !== text(theirs[path]) && text(theirs[path]) !== text(patch[path]),
  )
}
