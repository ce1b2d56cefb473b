import type { TenantState } from '@zenops/contracts/identity-platform'

/** Where a firm's state may go; a closed firm stays closed. */
const MOVES: Readonly<Record<TenantState, readonly TenantState[]>> = {
  active: ['suspended', 'closed'],
  suspended: ['active', 'closed'],
  closed: [],
}

export const mayMove = (from: TenantState, to: TenantState): boolean => MOVES[from].includes(to)

const SLUG_MAX = 48

/** A short name out of a firm's name: ASCII, at most 48 signs. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, '')
  return plain.length >= 2 ? plain : `firm-${plain || '1'}`
}

/** The first of `slug`, `slug-2`, `slug-3` … that is not taken. */
export function freeSlug(slug: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const suffix = n === 1 ? '' : `-${n}`
    const candidate = slug.slice(0, SLUG_MAX - suffix.length).replace(/-+$/, '') + suffix
    if (!taken.has(candidate)) return candidate
  }
}
