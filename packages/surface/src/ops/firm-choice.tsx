import { useFirms } from '../identity/firm-names.ts'
import { useSurface } from '../surface-context.tsx'
import { t } from './words.ts'

interface FirmChoiceProps {
  readonly value: string | undefined
  /** What no firm means. */
  readonly none: string
  readonly onChange: (firm: string | undefined) => void
}

/** On Studio: which firm a page is about. */
export function FirmChoice({ value, none, onChange }: FirmChoiceProps) {
  const { aud } = useSurface()
  const firms = useFirms()
  if (aud !== 'studio' || firms.length === 0) return null
  return (
    <label className="z-row z-ops-firm">
      <span className="z-secondary">{t('firm')}</span>
      <select value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>
        <option value="">{none}</option>
        {firms.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  )
}
