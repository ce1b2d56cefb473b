import type { Json } from '@zenops/client/merge-patch'
import type { ContractNode, Group, Fields, Leaf } from '@zenops/contracts/report-nodes'
import { isNumberKind, numberRule } from '@zenops/contracts/report-nodes'
import { ChoiceField, YesNoField } from '@zenops/ui/choice-fields'
import { DateField } from '@zenops/ui/date-field'
import type { ReactNode } from 'react'
import { fieldId } from '../model/form-sections.ts'
import { useField, useForm } from '../model/use-draft.ts'
import { unitOptions } from '../model/measure.ts'
import { RowsEditor } from '../sheet/rows-editor.tsx'
import { t, word } from '../texts.ts'
import { GeoField } from './geo-field.tsx'
import { LiveMoney, LiveNumber, LiveText, type LiveProps } from './live-inputs.tsx'
import { MeasureField, RangeField } from './measure-fields.tsx'
import { ReasonInline } from './reason-inline.tsx'
import { TextsField } from './answer-fields.tsx'

export interface NodeFieldProps {
  readonly node: ContractNode
  readonly path: string
  /** The bank's wording; the contract's own label else. */
  readonly label?: string
}

/** One field of the contract, by its kind. */
export function NodeField({ node, path, label = node.label }: NodeFieldProps) {
  if (path === 'property.geo') return <GeoField label={label} />
  if (node.node === 'group' && node.kind === 'group') return <GroupFields node={node} path={path} label={label} />
  return (
    <div className="rp-field">
      {node.node === 'rows' ? (
        <RowsEditor node={node} path={path} label={label} />
      ) : (
        <ValueField node={node} path={path} label={label} />
      )}
      <ReasonInline path={path} label={label} />
    </div>
  )
}

/** Several fields under one legend. */
function GroupFields({
  node,
  path,
  label,
}: {
  readonly node: Group<Fields>
  readonly path: string
  readonly label: string
}) {
  return (
    <fieldset className="rp-group" id={fieldId(path)} tabIndex={-1}>
      <legend className="z-label">{label}</legend>
      <div className="rp-group-fields">
        {Object.entries(node.fields).map(([key, child]) => (
          <NodeField key={key} node={child} path={`${path}.${key}`} />
        ))}
      </div>
    </fieldset>
  )
}

function ValueField({
  node,
  path,
  label,
}: {
  readonly node: Leaf<unknown> | Group<Fields>
  readonly path: string
  readonly label: string
}) {
  const { locked, errors } = useForm()
  const { value, set, preview } = useField(path)
  const live: LiveProps = {
    label,
    id: fieldId(path),
    value,
    disabled: locked,
    error: errorUnder(errors, path),
    set,
    preview,
  }
  if (node.node === 'group')
    return node.kind === 'rate_range' ? (
      <RangeField {...live} />
    ) : (
      <MeasureField {...live} kind={node.kind === 'rate' ? 'rate' : 'area'} />
    )
  return LEAVES[node.kind](live, node)
}

const errorUnder = (errors: Readonly<Record<string, string>>, path: string): string | null => {
  const found = Object.entries(errors).find(([at]) => at === path || at.startsWith(`${path}.`))
  return found ? found[1] : null
}

type Draw = (live: LiveProps, node: Leaf<unknown>) => ReactNode

const number: Draw = (live, node) => {
  if (!isNumberKind(node.kind)) return null
  return <LiveNumber {...live} rule={numberRule(node, node.kind)} suffix={node.unit ?? null} />
}
const money: Draw = (live, node) => {
  if (!isNumberKind(node.kind)) return null
  const suffix = node.kind === 'rate_per_sqm' ? { suffix: t('per_unit', { unit: 'sqm' }) } : {}
  return <LiveMoney {...live} rule={numberRule(node, node.kind)} {...suffix} />
}
const line: Draw = (live) => <LiveText {...live} />
const day: Draw = ({ value, set, ...live }) => (
  <DateField {...live} value={typeof value === 'string' ? value : null} optional onChange={(next: Json) => set(next)} />
)
const options = (live: LiveProps, values: readonly { value: string; label: string }[]) => (
  <ChoiceField
    {...live}
    inline
    value={typeof live.value === 'string' ? live.value : null}
    options={values}
    onChange={live.set}
  />
)

const LEAVES: Readonly<Record<Leaf<unknown>['kind'], Draw>> = {
  text: line,
  id: line,
  mark: line,
  phone: (live) => <LiveText {...live} inputMode="tel" />,
  pin: (live) => <LiveText {...live} inputMode="numeric" />,
  paragraph: (live) => <LiveText {...live} lines />,
  money,
  rate_per_sqm: money,
  number,
  count: number,
  percent: number,
  latitude: number,
  longitude: number,
  date: day,
  past_date: day,
  bool: ({ value, set, ...live }) => (
    <YesNoField {...live} value={typeof value === 'boolean' ? value : undefined} withUnknown={false} onChange={set} />
  ),
  enum: (live, node) =>
    options(
      live,
      (node.options ?? []).map((value) => ({ value, label: word(value) })),
    ),
  unit: (live) => options(live, live.id === fieldId(INPUT_UNITS) ? SWITCH : unitOptions('sqm')),
  texts: (live) => <TextsField {...live} />,
  json: () => null,
}

const INPUT_UNITS = 'valuation_inputs.user_input_units'
/** The two units between which offices switch; others are chosen at their field. */
const SWITCH = [
  { value: 'sqm', label: 'sqm' },
  { value: 'sqft', label: 'sqft' },
]
