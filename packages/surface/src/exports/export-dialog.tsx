import { useQuery } from '@tanstack/react-query'
import { createExportJob, estimateExport, EXPORT_FORMATS, listExportJobs } from '@zenops/contracts/exports'
import type { OutputOf } from '@zenops/contracts/kit'
import { Button } from '@zenops/ui/button'
import { CheckField, ChoiceField } from '@zenops/ui/choice-fields'
import { DateField } from '@zenops/ui/date-field'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { useState } from 'react'
import { useFormFaults } from '../form-state.ts'
import { useAct } from '../queries.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import { EMPTY_DRAFT, estimateOf, type ExportDraft, faultsOf, requestOf } from './export-draft.ts'
import { t } from './words.ts'

export interface ExportDialogProps {
  /** What is settled already: filters of the list, an export to create again, the format of a bundle. */
  readonly draft?: Partial<ExportDraft>
  /** Studio: the firm that is looked at. */
  readonly tenantId?: string | undefined
  readonly onMade: (jobId: string) => void
  readonly onClose: () => void
}

const isFormat = (value: string | null): value is ExportDraft['format'] => EXPORT_FORMATS.some((one) => one === value)
const filterText = ({ filters }: ExportDraft): string => Object.values(filters).filter(Boolean).join(', ')

/** How many events the file would hold, as far as the days are told. */
function Estimate({ draft, tenantId }: Pick<ExportDialogProps, 'tenantId'> & { readonly draft: ExportDraft }) {
  const { ask } = useSurface()
  const isWhole = Object.keys(faultsOf(draft)).length === 0
  const { data, isFetching } = useQuery({
    ...ask(estimateExport, { query: estimateOf(draft, tenantId) }),
    enabled: isWhole,
    retry: false,
  })
  if (!isWhole || (!data && !isFetching)) return null
  return (
    <p className="z-help" role="status">
      {data ? estimateText(data) : t('estimating')}
    </p>
  )
}

function estimateText({ rows_estimate: rows, row_limit: most }: OutputOf<typeof estimateExport>): string {
  const n = rows.toLocaleString()
  if (rows === 0) return t('would_hold_none')
  return most !== null && rows > most
    ? t('would_hold_newest', { n, most: most.toLocaleString() })
    : t('would_hold', { n })
}

/** Asks for a file of the audit log: time, format, how much. */
export function ExportDialog({ draft: given = {}, tenantId, onMade, onClose }: ExportDialogProps) {
  const [draft, setDraft] = useState<ExportDraft>({ ...EMPTY_DRAFT, ...given })
  const mayReveal = useCan('documents.pii')
  const faults = useFormFaults('export', ['format', 'from_utc', 'to_utc'])
  const act = useAct(createExportJob, { stale: [listExportJobs], onDone: ({ job_id }) => onMade(job_id) })
  const set = (patch: Partial<ExportDraft>) => setDraft((before) => ({ ...before, ...patch }))
  const isBundle = draft.format === 'bundle'
  const submit = () => {
    const found = Object.entries(faultsOf(draft)).map(([path, key]) => [path, t(key)])
    if (!faults.check(Object.fromEntries(found) as Record<string, string>)) return // pairs of texts
    act.mutate({ body: requestOf(draft, tenantId) }, { onError: faults.refuse })
  }
  return (
    <Dialog title={t('export_log')} opened busy={act.isPending} onClose={onClose}>
      <Form label={t('export_log')} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <ChoiceField
          id={faults.idOf('format')}
          label={t('format')}
          options={EXPORT_FORMATS.map((value) => ({ value, label: t(`format_${value}`) }))}
          value={draft.format}
          error={faults.faults['format']}
          {...(isBundle ? { help: t('bundle_help') } : {})}
          onChange={(next) => isFormat(next) && set({ format: next })}
        />
        <DateField
          id={faults.idOf('from_utc')}
          label={t('from_day')}
          value={draft.from}
          optional
          help={t('days_help')}
          error={faults.faults['from_utc']}
          onChange={(from) => set({ from })}
        />
        <DateField
          id={faults.idOf('to_utc')}
          label={t('to_day')}
          value={draft.to}
          optional
          error={faults.faults['to_utc']}
          onChange={(to) => set({ to })}
        />
        <ChoiceField
          label={t('how_much')}
          options={(['quick', 'all'] as const).map((value) => ({ value, label: t(`much_${value}`) }))}
          value={draft.much}
          onChange={(next) => set({ much: next === 'all' ? 'all' : 'quick' })}
        />
        {draft.format === 'csv' && (
          <ChoiceField
            label={t('columns')}
            options={(['base', 'full'] as const).map((value) => ({ value, label: t(`columns_${value}`) }))}
            value={draft.columns}
            onChange={(next) => set({ columns: next === 'full' ? 'full' : 'base' })}
          />
        )}
        {!isBundle && mayReveal && (
          <div>
            <CheckField
              label={t('with_personal')}
              checked={draft.personal}
              onChange={(personal) => set({ personal })}
            />
            {draft.personal && <p className="z-help">{t('personal_help')}</p>}
          </div>
        )}
        {!isBundle && filterText(draft) !== '' && (
          <p className="z-help z-wrap">{t('only_matching', { filters: filterText(draft) })}</p>
        )}
        <Estimate draft={draft} tenantId={tenantId} />
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending}>
            {t('start')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
