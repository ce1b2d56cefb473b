import { fieldId } from '../model/form-sections.ts'
import { useField, useForm } from '../model/use-draft.ts'
import { t, word } from '../texts.ts'
import { Cell } from '../sheet/cells.tsx'
import type { Column } from '../sheet/rows-model.ts'
import { ReasonInline } from './reason-inline.tsx'

const SIDES = ['north', 'south', 'east', 'west'] as const
const AS = ['deed', 'plan', 'actual'] as const

const column = (key: string, label: string): Column => ({
  key,
  label,
  kind: 'text',
  rule: null,
  options: [],
  suffix: null,
})

function Side(props: { readonly path: string; readonly side: string; readonly column: Column }) {
  const { locked } = useForm()
  const { value, set, preview } = useField(`${props.path}.${props.side}.${props.column.key}`)
  return (
    <Cell
      column={props.column}
      name={t('side_name', { side: word(props.side), column: props.column.label })}
      value={value}
      disabled={locked}
      set={set}
      preview={preview}
    />
  )
}

/** Four sides, each as the papers say and as seen. */
export function SidesField(props: {
  readonly path: string
  readonly label: string
  readonly columns: readonly string[]
}) {
  const keys = props.columns.length === 3 ? AS : (['deed', 'actual'] as const)
  const columns = keys.map((key, at) => column(key, props.columns[at] ?? t(`as_${key}`)))
  return (
    <div className="rp-field rp-rows" id={fieldId(props.path)} tabIndex={-1}>
      <div className="z-label">{props.label}</div>
      <div className="rp-scroll">
        <table className="rp-sheet rp-sides" aria-label={props.label}>
          <thead>
            <tr>
              <td />
              {columns.map(({ key, label }) => (
                <th key={key} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {SIDES.map((side) => (
              <tr key={side}>
                <th scope="row">{word(side)}</th>
                {columns.map((one) => (
                  <td key={one.key} data-label={one.label}>
                    <Side path={props.path} side={side} column={one} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ReasonInline path={props.path} label={props.label} />
    </div>
  )
}
