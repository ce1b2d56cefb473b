import { useDraft } from '../model/use-draft.ts'
import { t } from '../texts.ts'
import { SHEET_PARTS, SheetPart, UnitSheet, useRupees } from './sheet-parts.tsx'

/** The whole valuation sheet: Parts A to F, or that of a unit, with the abstract beneath. */
export function SheetSection() {
  const unit = useDraft((draft) => draft.derived().template_variant === 'UNIT')
  const values = useDraft((draft) => draft.derived().computed_values)
  const rupees = useRupees()
  return (
    <div className="rp-items">
      <p className="z-lead">{t('sheet_help')}</p>
      {unit && <UnitSheet />}
      {SHEET_PARTS.map(({ key }) => (
        <section key={key} className="rp-part" aria-label={key}>
          <SheetPart part={key} />
        </section>
      ))}
      <output className="rp-total rp-grand">
        {t('sheet_total')} <strong className="z-num">{rupees(values.sheet?.total)}</strong>
      </output>
    </div>
  )
}
