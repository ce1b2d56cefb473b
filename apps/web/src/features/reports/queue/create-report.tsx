import { createReport, listReports } from '@zenops/contracts/reports'
import { REPORT_TYPES, type ReportType } from '@zenops/contracts/report-enums'
import { fieldErrors } from '@zenops/client/error-texts'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { TextField } from '@zenops/ui/text-fields'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { FailureCard } from '../../../lib/failures.tsx'
import { useAct } from '../../../lib/queries.ts'
import { t, word } from '../texts.ts'

/** Opens a report; without an assignment the server opens a draft one of the same title. */
export function CreateReport({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter()
  const [type, setType] = useState<ReportType>('VALUATION')
  const [title, setTitle] = useState('')
  const [bank, setBank] = useState('')
  const act = useAct(createReport, {
    stale: [listReports],
    onDone: ({ work_order_id }) => router.history.push(`/reports/${work_order_id}`),
  })
  const errors = fieldErrors(act.error)
  return (
    <ConfirmDialog
      title={t('new_report')}
      consequence={<p className="z-secondary">{t('new_report_text')}</p>}
      verb={t('create_report')}
      opened
      busy={act.isPending}
      unmet={title.trim() === '' ? t('title_missing') : null}
      error={act.isError && <FailureCard error={act.error} />}
      onClose={onClose}
      onConfirm={() =>
        act.mutate({
          body: {
            source_type: 'TENANT',
            report_type: type,
            title: title.trim(),
            ...(bank.trim() === '' ? {} : { bank_name: bank.trim() }),
          },
        })
      }
    >
      <div className="z-form rp-dialog-form">
        <TextField label={t('title')} value={title} onChange={setTitle} error={errors['title']} autoFocus />
        <ChoiceField
          label={t('type')}
          value={type}
          options={REPORT_TYPES.map((value) => ({ value, label: word(value) }))}
          onChange={(value) => setType(REPORT_TYPES.find((one) => one === value) ?? 'VALUATION')}
        />
        <TextField
          label={t('bank_name')}
          help={t('bank_name_help')}
          optional
          value={bank}
          onChange={setBank}
          error={errors['bank_name']}
        />
      </div>
    </ConfirmDialog>
  )
}
