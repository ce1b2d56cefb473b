import type { DerivedValues } from '@zenops/contracts/report-outputs'
import { Banner } from '@zenops/ui/states'
import { useRupees } from '../sheet/sheet-parts.tsx'
import { t, word } from '../texts.ts'
import { useDraft } from '../model/use-draft.ts'
import { SheetBar, VarianceBar } from './bars.tsx'

type Figure = readonly [label: string, value: string]

function extraFigures(derived: DerivedValues, rupees: (value: number | undefined) => string): readonly Figure[] {
  const { computed_values: values } = derived
  const money = (label: string, value: number | undefined): Figure[] =>
    value === undefined ? [] : [[label, rupees(value)]]
  const percent = (label: string, value: number | undefined): Figure[] =>
    value === undefined ? [] : [[label, `${value} %`]]
  return [
    ...money(t('land_effective'), values.land_value_effective),
    ...money(t('building_effective'), values.building_value_effective),
    ...money(t('extras_total'), values.extras_total),
    ...money(t('coop_market'), values.rounded_market_total),
    ...money(t('coop_adopted'), values.rounded_adopted_total),
    ...percent(t('depreciation_percent'), values.depreciation_percent),
    ...percent(t('completion'), values.completion_percent),
    ...money(t('stage_completed'), values.stage_completed_value),
    ...money(t('insurable'), values.insurable_value),
    ...money(t('project_gap'), values.project?.gap),
  ]
}

function Figures({ figures, strong = false }: { readonly figures: readonly Figure[]; readonly strong?: boolean }) {
  return (
    <dl className="rp-figures" data-strong={strong || undefined}>
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="z-num">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What the rules make of the form at this moment, from the engine that the server runs too. */
export function ComputedPanel() {
  const derived = useDraft((draft) => draft.derived())
  const disagrees = useDraft((draft) => draft.disagrees())
  const rupees = useRupees()
  const { computed_values: values } = derived
  const say = values.fmv_say !== undefined && values.fmv_say !== values.FMV ? values.fmv_say : null
  return (
    <section className="z-card rp-computed-panel" aria-labelledby="rp-computed-title">
      <h2 id="rp-computed-title">{t('live_values')}</h2>
      {disagrees && <Banner tone="red">{t('disagrees')}</Banner>}
      <div className="rp-fmv">
        <span>{t('fmv')}</span>
        <output className="z-num" aria-label={t('fmv')} data-testid="fmv">
          {rupees(values.FMV)}
        </output>
        {say !== null && (
          <p className="z-num">
            {t('say')} <strong>{rupees(say)}</strong>
          </p>
        )}
        <p className="z-meta">{values.value_in_words?.fmv ?? t('fmv_none')}</p>
      </div>
      <Figures
        strong
        figures={[
          [t('realisable'), rupees(values.realizable_value)],
          [t('distress'), rupees(values.distress_value)],
          [t('book'), values.book_value === undefined ? 'NA' : rupees(values.book_value)],
        ]}
      />
      <VarianceBar values={values} />
      <Figures figures={extraFigures(derived, rupees)} />
      <SheetBar values={values} />
      <p className="rp-form-line">
        <span>{word(derived.value_slab === 'UNKNOWN' ? 'SLAB_UNKNOWN' : derived.value_slab)}</span>
        <span>{derived.template_selector === 'UNKNOWN' ? t('form_unknown') : word(derived.template_selector)}</span>
        <span>{t('rules', { version: derived.ruleset_version })}</span>
      </p>
    </section>
  )
}
