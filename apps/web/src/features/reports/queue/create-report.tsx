import { listAssignments } from '@zenops/contracts/assignments'
import { createReport, listReports } from '@zenops/contracts/reports'
import { REPORT_TYPES, type ReportType } from '@zenops/contracts/report-enums'
import { fieldErrors } from '@zenops/client/error-texts'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { RecordPicker, type RecordOption } from '@zenops/ui/record-picker'
import { TextField } from '@zenops/ui/text-fields'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../../lib/client.ts'
import { FailureCard } from '../../../lib/failures.tsx'
import { useAct } from '../../../lib/queries.ts'
import type { RecordSearch } from '../../../lib/record-search.ts'
import { useCan } from '../../../lib/session.tsx'
import { t, word } from '../texts.ts'

const searchAssignments: RecordSearch = async (text, signal) => {
  const query = { limit: 12, ...(text === '' ? {} : { q: text }) }
  const { items } = await client.call(listAssignments, { query }, { signal })
  return items.map(({ id, code, title }) => ({ id, name: code, line: title }))
}

/** Opens a report; without an assignment the server opens a draft one of the same title. */
export function CreateReport({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter()
  const [type, setType] = useState<ReportType>('VALUATION')
  const [title, setTitle] = useState('')
  const [bank, setBank] = useState('')
  const [job, setJob] = useState<RecordOption | null>(null)
  const opensJobs = useCan('assignments.create')
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
      unmet={title.trim() === '' ? t('title_missing') : job === null && !opensJobs ? t('assignment_missing') : null}
      error={act.isError && <FailureCard error={act.error} />}
      onClose={onClose}
      onConfirm={() =>
        act.mutate({
          body: {
            source_type: 'TENANT',
            report_type: type,
            title: title.trim(),
            ...(job === null ? {} : { assignment_id: job.id }),
            ...(bank.trim() === '' || job !== null ? {} : { bank_name: bank.trim() }),
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
        <RecordPicker
          label={t('to_assignment')}
          help={opensJobs ? t('assignment_help') : undefined}
          optional={opensJobs}
          value={job}
          onChange={setJob}
          search={searchAssignments}
        />
        {job === null && opensJobs && (
          <TextField
            label={t('bank_name')}
            help={t('bank_name_help')}
            optional
            value={bank}
            onChange={setBank}
            error={errors['bank_name']}
          />
        )}
      </div>
    </ConfirmDialog>
  )
}
