import type { Json } from '@zenops/client/merge-patch'
import { useFormats } from '@zenops/ui/formats'
import { Button } from '@zenops/ui/button'
import { ConflictDialog } from '@zenops/ui/dialog'
import { ReasonField } from '@zenops/ui/text-fields'
import { fieldRegistry } from '@zenops/valuation/field-registry'
import { REASON_LENGTH } from '@zenops/valuation/reasons'
import { useState } from 'react'
import { nodeAt, type FormSection } from '../model/form-sections.ts'
import { plainText } from '../model/measure.ts'
import { useDraft, useForm } from '../model/use-draft.ts'
import { t, word } from '../texts.ts'

/** The bank's wording of a path, else the contract's own. */
export function labelOf(path: string, sections: readonly FormSection[]): string {
  const whole = path.replace(/\.(value|unit)$/, '')
  const item = sections.flatMap(({ items }) => items).find((one) => one.path === whole && one.rowKey === null)
  const own = item?.label ?? fieldRegistry().get(whole)?.label ?? nodeAt(whole)?.label ?? whole
  return path.endsWith('.unit') ? t('unit_of', { name: own }) : own
}

/** A word of a closed list, as the contract spells them. */
const CLOSED_WORD = /^[A-Z][A-Z]*(_[A-Z]+)+$|^[A-Z]{4,}$/

export function useShown(): (value: Json | undefined) => string {
  const formats = useFormats()
  return (value) => {
    if (value === null || value === undefined) return '–'
    if (typeof value === 'number') return formats.decimal(plainText(value))
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
    if (typeof value === 'string') return CLOSED_WORD.test(value) ? word(value) : value
    if (Array.isArray(value)) return t('rows', { n: value.length })
    return JSON.stringify(value)
  }
}

/** Figures stay in one piece, sentences may break. */
function Value({ text }: { readonly text: string }) {
  return <span className={text.length <= 24 ? 'rp-whole z-num' : 'z-num'}>{text}</span>
}

/** Somebody else changed the same fields: one row each, and a reason where the rules demand one. */
export function Conflict({ sections }: { readonly sections: readonly FormSection[] }) {
  const { draft } = useForm()
  const rows = useDraft((one) => (one.state().phase === 'conflict' ? one.state().rows : null))
  const needsReason = useDraft((one) => one.conflictNeedsReason())
  const shown = useShown()
  const [reason, setReason] = useState('')
  const [put, setPut] = useState<readonly unknown[] | null>(null)
  if (rows === null) return null
  if (put === rows)
    return (
      <div className="rp-conflict-kept" role="status">
        {t('conflict_kept')}{' '}
        <Button compact onClick={() => setPut(null)}>
          {t('conflict_choose')}
        </Button>
      </div>
    )
  const short = needsReason && reason.trim().length < REASON_LENGTH.min
  return (
    <ConflictDialog
      opened
      rows={rows.map((row) => ({
        path: row.path,
        label: labelOf(row.path, sections),
        theirs: <Value text={shown(row.theirs)} />,
        yours: <Value text={shown(row.yours)} />,
        before: <Value text={shown(row.before)} />,
      }))}
      reason={
        needsReason && (
          <ReasonField label={t('conflict_reason')} value={reason} min={REASON_LENGTH.min} onChange={setReason} />
        )
      }
      unmet={short ? t('reason_short', { min: REASON_LENGTH.min }) : null}
      onChoose={(choices) => {
        if (reason.trim() !== '') draft.giveCommonReason(reason)
        draft.autosave.resolve(choices)
        setReason('')
      }}
      onClose={() => setPut(rows)}
    />
  )
}
