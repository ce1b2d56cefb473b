import type { KeptRecord } from '@zenops/contracts/privacy'
import { useFormats } from '@zenops/ui/formats'
import type { z } from 'zod'
import { t } from './words.ts'

/** What stays after an erasure, why, and until when. */
export function KeptList({ kept }: { readonly kept: readonly z.infer<typeof KeptRecord>[] }) {
  const formats = useFormats()
  if (kept.length === 0) return null
  return (
    <>
      <h3>{t('kept')}</h3>
      <ul className="z-plain">
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
