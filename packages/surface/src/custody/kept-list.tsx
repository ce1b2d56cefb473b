import type { KeptRecord } from '@zenops/contracts/privacy'
import { useFormats } from '@zenops/ui/formats'
import type { z } from 'zod'
import { t } from './words.ts'

export interface KeptListProps {
  readonly kept: readonly z.infer<typeof KeptRecord>[]
  /** The sentence in front of it is its heading. */
  readonly bare?: boolean
}

/** What stays after an erasure, why, and until when. */
export function KeptList({ kept, bare = false }: KeptListProps) {
  const formats = useFormats()
  if (kept.length === 0) return null
  return (
    <>
      {!bare && <h3>{t('kept')}</h3>}
      <ul className="z-list">
        {kept.map((one) => (
          <li key={one.class}>
            {one.reason}{' '}
            <span className="z-tertiary">
              {one.until === null ? t('kept_for_ever') : t('kept_until', { time: formats.instant(one.until) })}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
