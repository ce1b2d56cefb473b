import { errorText } from '@zenops/client/error-texts'
import { Button } from '@zenops/ui/button'
import { AutosaveStatus } from '@zenops/ui/dialog'
import { ReasonField } from '@zenops/ui/text-fields'
import { Banner } from '@zenops/ui/states'
import { REASON_LENGTH } from '@zenops/valuation/reasons'
import { useState } from 'react'
import { ReasonMissing } from '../model/report-draft.ts'
import { useDraft, useForm } from '../model/use-draft.ts'
import { useRupees } from '../sheet/sheet-parts.tsx'
import { t } from '../texts.ts'
import type { ReportDetail } from './report-query.ts'

/** In READY every change asks for a reason: one for all, right where the state of saving stands. */
function CommonReason() {
  const { draft } = useForm()
  const count = useDraft((one) => one.missing().length)
  const ready = useDraft((one) => one.isReady())
  const [text, setText] = useState('')
  if (count === 0) return null
  if (!ready)
    return (
      <p className="rp-waits" role="status">
        {t('waits_for_reason', { n: count })}
      </p>
    )
  const short = text.trim().length < REASON_LENGTH.min
  return (
    <div className="rp-reason">
      <ReasonField label={t('reason_ready', { n: count })} value={text} min={REASON_LENGTH.min} onChange={setText} />
      <Button
        compact
        kind="primary"
        unmet={short ? t('reason_short', { min: REASON_LENGTH.min }) : null}
        onClick={() => {
          draft.giveCommonReason(text)
          setText('')
        }}
      >
        {t('save_with_reason')}
      </Button>
    </div>
  )
}

function Refused() {
  const { draft } = useForm()
  const error = useDraft((one) => (one.state().phase === 'refused' ? one.state().error : null))
  if (error === null || error instanceof ReasonMissing) return null
  return (
    <Banner tone="red" inset>
      {errorText(error)}{' '}
      <Button compact onClick={() => draft.autosave.discard()}>
        {t('discard_typed')}
      </Button>
    </Banner>
  )
}

/** Value and readiness in one line, where the panel lies below the form. */
function Brief() {
  const fmv = useDraft((one) => one.derived().computed_values.FMV)
  const rupees = useRupees()
  return (
    <span className="rp-brief">
      {t('fmv')} <strong className="z-num">{rupees(fmv)}</strong>
    </span>
  )
}

/** Which form this is and where the typed words are. */
export function SaveStrip({ detail, formTitle }: { readonly detail: ReportDetail; readonly formTitle: string }) {
  const phase = useDraft((one) => one.state().phase)
  const savedAt = useDraft((one) => one.state().savedAt)
  const rebased = useDraft((one) => one.state().rebased)
  const waiting = useDraft((one) => one.state().error instanceof ReasonMissing && one.state().phase === 'refused')
  return (
    <div className="rp-strip">
      <div className="rp-strip-line">
        <span className="z-secondary">{formTitle}</span>
        <span className="rp-strip-state">
          {waiting ? null : <AutosaveStatus state={phase} savedAt={savedAt} rebased={rebased} />}
          {detail.work_order.contract_version > 0 && (
            <span className="z-meta z-num">{t('revision_no', { n: detail.work_order.latest_revision })}</span>
          )}
        </span>
      </div>
      <Brief />
      <CommonReason />
      <Refused />
    </div>
  )
}
