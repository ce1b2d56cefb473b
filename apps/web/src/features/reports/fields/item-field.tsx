import { AppLink } from '@zenops/ui/links'
import { valueAt } from '@zenops/valuation/field-registry'
import { memo, useCallback } from 'react'
import { answerPath, fieldId, nodeAt, rowsPath, type FormItem } from '../model/form-sections.ts'
import { ruleOf } from '../model/measure.ts'
import { useDraft, useField, useForm } from '../model/use-draft.ts'
import { rowsOf, withoutRow } from '../sheet/rows-model.ts'
import { isSheetPart, SheetPart, useRupees, type SheetPartKey } from '../sheet/sheet-parts.tsx'
import { t, word } from '../texts.ts'
import { AnswerField, PartsAnswer } from './answer-fields.tsx'
import { LiveMoney } from './live-inputs.tsx'
import { NodeField } from './node-field.tsx'
import { ReasonInline } from './reason-inline.tsx'
import { SidesField } from './sides-field.tsx'

const MONEY_NAMES = /percent|years|dscr|areas/

/** A value of the rules, where the bank's form prints it. */
function ComputedLine({
  label,
  path,
  wordsPath,
}: {
  readonly label: string
  readonly path: string
  readonly wordsPath: string | null
}) {
  const value = useDraft((draft) => valueAt(draft.derived(), path))
  const words = useDraft((draft) => (wordsPath ? valueAt(draft.derived(), wordsPath) : null))
  const rupees = useRupees()
  const unit = path.includes('percent') ? ' %' : ''
  const text =
    typeof value !== 'number' ? t('not_computed') : MONEY_NAMES.test(path) ? `${value}${unit}` : rupees(value)
  return (
    <div className="rp-computed-line">
      <span className="z-label">{label}</span>
      <output className="z-num" aria-label={label}>
        {text}
      </output>
      {typeof words === 'string' && <p className="z-meta">{words}</p>}
    </div>
  )
}

/** The amount of one named row of the sheet; other rows of the part stay as they are. */
function RowAmount({ item, path }: { readonly item: FormItem; readonly path: string }) {
  const { locked } = useForm()
  const list = rowsPath(path)
  const { value, set, preview } = useField(list)
  const rows = rowsOf(value)
  const at = rows.findIndex((row) => row['key'] === item.rowKey)
  const withAmount = (amount: typeof value) => {
    if (amount === null) return at < 0 ? rows : withoutRow(rows, at)
    const row = { key: item.rowKey ?? item.key, label: item.label, ...rows[at], amount }
    return at < 0 ? [...rows, row] : rows.map((one, index) => (index === at ? row : one))
  }
  return (
    <div className="rp-field">
      <LiveMoney
        label={item.label}
        id={fieldId(`${list}-${item.rowKey}`)}
        value={rows[at]?.['amount'] ?? null}
        disabled={locked}
        rule={ruleOf('money')}
        preview={(amount) => preview(amount === undefined ? undefined : withAmount(amount))}
        set={(amount) => {
          const next = withAmount(amount)
          set(next.length > 0 ? next : null)
        }}
      />
      <ReasonInline path={list} label={item.label} />
    </div>
  )
}

const NOTES: Readonly<Record<string, Parameters<typeof t>[0]>> = {
  clause: 'printed_clause',
  signature: 'printed_signature',
  tick: 'printed_unticked',
  tick_table: 'printed_unticked',
  manual_blank: 'printed_blank',
}

function NoteLine({ item }: { readonly item: FormItem }) {
  const { reportId } = useForm()
  const evidence = item.type === 'evidence'
  const note = NOTES[item.type]
  return (
    <div className="rp-note-line">
      <span className="z-label">{item.label}</span>
      <span className="z-help">
        {evidence ? (
          <AppLink href={`/reports/${reportId}/evidence?category=${item.category ?? ''}`}>
            {t('filled_by_evidence', { category: word(item.category ?? 'document') })}
          </AppLink>
        ) : (
          note && t(note)
        )}
      </span>
    </div>
  )
}

function Answer({
  item,
  path,
  columns,
}: {
  readonly item: FormItem
  readonly path: string
  readonly columns: readonly string[]
}) {
  if (item.rowKey !== null) return <RowAmount item={item} path={path} />
  if (isSheetPart(path))
    // Cast: isSheetPart has just found the key among the parts.
    return <SheetPart part={path.slice('cost_sheet.'.length) as SheetPartKey} label={item.label} />
  if (path === 'property.boundaries' || path === 'property.dimensions')
    return <SidesField path={path} label={item.label} columns={item.columns} />
  const node = nodeAt(path)
  if (node) return <NodeField node={node} path={path} label={item.label} />
  if (item.type === 'pair' || item.type === 'group') return <PartsAnswer item={item} path={path} columns={columns} />
  return (
    <div className="rp-field">
      <AnswerField item={item} path={path} />
      <ReasonInline path={path} label={item.label} />
    </div>
  )
}

/** Further paths that the same line prints. */
function Also({ path }: { readonly path: string }) {
  const node = nodeAt(path)
  if (node) return <NodeField node={node} path={path} />
  return <ComputedLine label={t('per_sqm_printed')} path={path} wordsPath={null} />
}

function Body({ item, columns }: { readonly item: FormItem; readonly columns: readonly string[] }) {
  const path = answerPath(item)
  if (item.type === 'heading') return <h3 className="rp-heading">{item.label}</h3>
  if (item.path?.startsWith('computed_values.'))
    return <ComputedLine label={item.label} path={item.path} wordsPath={item.wordsPath} />
  if (path === null) return <NoteLine item={item} />
  return <Answer item={item} path={path} columns={columns} />
}

/** Whether the condition under which the bank asks this line holds; what is answered stays visible. */
function useAsked(item: FormItem): boolean {
  return useDraft(
    useCallback(
      (draft) =>
        item.shownWhen === null ||
        valueAt(draft.derived(), item.shownWhen) === true ||
        (item.path !== null && draft.at(item.path) !== null),
      [item],
    ),
  )
}

export interface ItemFieldProps {
  readonly item: FormItem
  readonly columns: readonly string[]
}

/** One line of the bank's form with its number. */
export const ItemField = memo(function ItemLine({ item, columns }: ItemFieldProps) {
  const asked = useAsked(item)
  if (!asked) return null
  return (
    <div className="rp-item" data-type={item.type}>
      <span className="rp-no">{item.no}</span>
      <div className="rp-item-body">
        <Body item={item} columns={columns} />
        {item.also.map((path) => (
          <Also key={path} path={path} />
        ))}
      </div>
    </div>
  )
})
