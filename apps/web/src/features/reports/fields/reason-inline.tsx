import { Button } from '@zenops/ui/button'
import { ReasonField } from '@zenops/ui/text-fields'
import { REASON_LENGTH } from '@zenops/valuation/reasons'
import { useState } from 'react'
import { t } from '../texts.ts'
import { useDraft, useForm } from '../model/use-draft.ts'

const touches = (path: string, other: string): boolean =>
  other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`)

/** Right under a field whose change needs a reason: asked once, kept with the change. */
export function ReasonInline({ path, label }: { readonly path: string; readonly label: string }) {
  const { draft } = useForm()
  const asked = useDraft((one) => one.missing().find((missing) => touches(path, missing)) ?? null)
  const many = useDraft((one) => one.missing().length)
  const [text, setText] = useState('')
  // In READY every field asks; one common reason at the top is enough then.
  const ready = useDraft((one) => one.isReady())
  if (asked === null || ready) return null
  const short = text.trim().length < REASON_LENGTH.min
  const give = () => {
    draft.giveReason(asked, text)
    setText('')
  }
  const forAll = () => {
    draft.giveCommonReason(text)
    setText('')
  }
  return (
    <div className="rp-reason">
      <ReasonField label={t('reason_for', { field: label })} value={text} min={REASON_LENGTH.min} onChange={setText} />
      <div className="z-row">
        <Button
          compact
          kind="primary"
          unmet={short ? t('reason_short', { min: REASON_LENGTH.min }) : null}
          onClick={give}
        >
          {t('save_with_reason')}
        </Button>
        {many > 1 && (
          <Button compact unmet={short ? t('reason_short', { min: REASON_LENGTH.min }) : null} onClick={forAll}>
            {t('reason_for_all', { n: many })}
          </Button>
        )}
      </div>
    </div>
  )
}
