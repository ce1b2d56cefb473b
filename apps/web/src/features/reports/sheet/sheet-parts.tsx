import { CONTRACT_TREE, type ContractInputs } from '@zenops/contracts/report-contract'
import type { Fields, Rows } from '@zenops/contracts/report-nodes'
import type { ComputedValues } from '@zenops/contracts/report-outputs'
import { rowAmount } from '@zenops/valuation/cost-sheet'
import { dec, round } from '@zenops/valuation/decimal'
import { useFormats } from '@zenops/ui/formats'
import { unitTable } from '@zenops/valuation/units'
import { NodeField } from '../fields/node-field.tsx'
import { ReasonInline } from '../fields/reason-inline.tsx'
import { plainText } from '../model/measure.ts'
import { useDraft } from '../model/use-draft.ts'
import { t } from '../texts.ts'
import { RowsEditor, type ComputedColumn } from './rows-editor.tsx'

const SHEET = CONTRACT_TREE.cost_sheet.fields

export const SHEET_PARTS = [
  { key: 'land', letter: 'a', node: SHEET.land.fields.rows },
  { key: 'building', letter: 'b', node: SHEET.building.fields.rows },
  { key: 'extra_items', letter: 'c', node: SHEET.extra_items.fields.rows },
  { key: 'amenities', letter: 'd', node: SHEET.amenities.fields.rows },
  { key: 'miscellaneous', letter: 'e', node: SHEET.miscellaneous.fields.rows },
  { key: 'services', letter: 'f', node: SHEET.services.fields.rows },
] as const
export type SheetPartKey = (typeof SHEET_PARTS)[number]['key']

export const isSheetPart = (path: string): boolean => SHEET_PARTS.some(({ key }) => path === `cost_sheet.${key}`)

/** Rupees in full, or a dash. */
export function useRupees(): (value: number | undefined) => string {
  const formats = useFormats()
  return (value) => (value === undefined ? '–' : formats.money(formats.rupeesToPaise(plainText(value))))
}

const partTotal = (values: ComputedValues, letter: string): number | undefined =>
  // Cast: the six letters name members of the sheet.
  values.sheet?.[`part_${letter}` as 'part_a']

const units = unitTable()

/** What a row without a typed amount comes to. */
function useRowAmounts(part: SheetPartKey): (at: number) => number | undefined {
  const sheet = useDraft((draft) => draft.contract().cost_sheet)
  return (at) => AMOUNTS[part](sheet, at)?.toNumber()
}

type Sheet = ContractInputs['cost_sheet']
type Amount = (sheet: Sheet, at: number) => ReturnType<typeof rowAmount>

const itemAmount =
  (part: 'extra_items' | 'amenities' | 'miscellaneous' | 'services'): Amount =>
  (sheet, at) => {
    const row = sheet?.[part]?.rows?.[at]
    const each = dec(row?.unit_rate)
    const product = each && dec(row?.quantity)?.times(each)
    return product && round(product)
  }

const AMOUNTS: Readonly<Record<SheetPartKey, Amount>> = {
  land: (sheet, at) => rowAmount({ ...sheet?.land?.rows?.[at], amount: undefined }, units),
  building(sheet, at) {
    const row = sheet?.building?.rows?.[at]
    return rowAmount({ area: row?.plinth_area, rate: row?.replacement_rate }, units)
  },
  extra_items: itemAmount('extra_items'),
  amenities: itemAmount('amenities'),
  miscellaneous: itemAmount('miscellaneous'),
  services: itemAmount('services'),
}

function useFloorColumns(part: SheetPartKey): readonly ComputedColumn[] {
  const rows = useDraft((draft) => draft.derived().computed_values.sheet?.building_rows)
  const rupees = useRupees()
  if (part !== 'building') return []
  return [
    { key: 'depreciation', label: t('depreciation'), text: (at) => rupees(rows?.[at]?.depreciation) },
    { key: 'net', label: t('net'), text: (at) => rupees(rows?.[at]?.net) },
  ]
}

/** One part of the sheet: rows, what the rules make of them, and its total. */
export function SheetPart({ part, label }: { readonly part: SheetPartKey; readonly label?: string }) {
  const entry = SHEET_PARTS.find(({ key }) => key === part)
  const letter = entry?.letter ?? 'a'
  const total = useDraft((draft) => partTotal(draft.derived().computed_values, letter))
  const amounts = useRowAmounts(part)
  const computed = useFloorColumns(part)
  const formats = useFormats()
  const rupees = useRupees()
  if (!entry) return null
  const path = `cost_sheet.${part}.rows`
  const placeholder = (column: string, at: number) => {
    const amount = column === 'amount' ? amounts(at) : undefined
    return amount === undefined ? undefined : formats.decimal(plainText(amount))
  }
  // Cast: each part is a list of fields; the union of their column types is read through the common shape.
  const node = entry.node as Rows<Fields>
  return (
    <div className="rp-field">
      <RowsEditor
        node={node}
        path={path}
        label={label ?? t(`part_${letter}`)}
        computed={computed}
        placeholder={placeholder}
        addLabel={t(`add_${part}`)}
        foot={
          <output className="rp-total">
            {t('part_total', { part: letter.toUpperCase() })} <strong className="z-num">{rupees(total)}</strong>
          </output>
        }
      />
      <ReasonInline path={path} label={label ?? t(`part_${letter}`)} />
    </div>
  )
}

const UNIT = SHEET.unit

/** The sheet of a flat, shop or office: rates, composite rate after depreciation, items. */
export function UnitSheet() {
  const unit = useDraft((draft) => draft.derived().computed_values.sheet?.unit)
  const rupees = useRupees()
  const per = unit?.rate_unit ? t('per_unit', { unit: unit.rate_unit }) : ''
  const facts = [
    [t('unit_depreciation'), unit?.depreciation_percent === undefined ? '–' : `${unit.depreciation_percent} %`],
    [t('unit_depreciated_rate'), `${rupees(unit?.depreciated_building_rate)} ${per}`],
    [t('unit_composite'), `${rupees(unit?.composite_rate)} ${per}`],
    [t('unit_value'), rupees(unit?.value)],
    [t('unit_total'), rupees(unit?.total)],
  ] as const
  return (
    <section className="rp-part" aria-label={t('unit_sheet')}>
      <h3>{t('unit_sheet')}</h3>
      <div className="rp-group-fields">
        {Object.entries(UNIT.fields).map(([key, node]) => (
          <NodeField key={key} node={node} path={`cost_sheet.unit.${key}`} />
        ))}
      </div>
      <dl className="rp-figures">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="z-num">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
