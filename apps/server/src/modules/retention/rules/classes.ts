import type { RetentionClass } from '@zenops/contracts/retention'
import { RETENTION, type TableRetention } from './register.ts'

const entriesOf = (name: RetentionClass): [string, TableRetention][] =>
  Object.entries(RETENTION).filter(([, entry]) => {
    if ('rows' in entry) return entry.rows.some((one) => one.class === name)
    return 'class' in entry && entry.class === name
  })

/** Tables whose rows end under a class. */
export const tablesOf = (name: RetentionClass): string[] => entriesOf(name).map(([table]) => table)

/** Ends as whole months. */
export const isMonthly = (name: RetentionClass): boolean => entriesOf(name).some(([, entry]) => 'months' in entry)

/** A turn has something to do for it; other classes have jobs of their own. */
export const isRemovable = (name: RetentionClass): boolean =>
  entriesOf(name).some(([, entry]) => 'rows' in entry || 'months' in entry)

/** Its tables belong to no firm: only the house firm's turn clears them. */
export const isPlatformOnly = (name: RetentionClass): boolean =>
  entriesOf(name).every(([, entry]) => 'months' in entry || ('rows' in entry && entry.platform === true))
