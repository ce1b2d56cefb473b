import { MEMBERSHIP_FAMILY, listUsers } from '@zenops/contracts/identity'
import { getUser, setJobTemplates } from '@zenops/contracts/identity-people'
import { listApprovalRequests } from '@zenops/contracts/identity-rights'
import type { InputOf, OutputOf } from '@zenops/contracts/kit'
import { Button } from '@zenops/ui/button'
import { ChangesTable, Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { ParagraphField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { useFormFaults } from '../form-state.ts'
import { useAct } from '../queries.ts'
import { inFirmOf } from './firm-names.ts'
import { changesOfRights, unionOf } from './grants.ts'
import { JobPicker, useStaffTemplates } from './job-picker.tsx'
import { PendingNote } from './pending-note.tsx'
import { capabilityName, jobNames, reachWord, t } from './words.ts'

export type Person = OutputOf<typeof getUser>
type Jobs = InputOf<typeof setJobTemplates>['body']['job_templates']

/** More lines than this say less. */
const SHOWN = 8
const MAX_REASON = 500

/** Before → after: the jobs, then each right that becomes different. */
function Effect({ person, jobs }: { readonly person: Person; readonly jobs: readonly string[] }) {
  const { data = [] } = useStaffTemplates(person.tenant_id)
  const rightsOf = (keys: readonly string[]) => unionOf(data.filter((template) => keys.includes(template.key)))
  const changes = changesOfRights(rightsOf(person.job_templates), rightsOf(jobs))
  const rows = changes.slice(0, SHOWN).map(({ capability, before, after }) => ({
    label: capabilityName(capability),
    before: reachWord(before ?? 'none'),
    after: reachWord(after ?? 'none'),
  }))
  return (
    <section aria-label={t('effect')}>
      <ChangesTable
        changes={[{ label: t('jobs'), before: jobNames(person.job_templates), after: jobNames(jobs) }, ...rows]}
      />
      {changes.length > SHOWN && <p className="z-meta">{t('more_rights', { n: changes.length - SHOWN })}</p>}
      <p className="z-help">{t('jobs_effect')}</p>
    </section>
  )
}

const sameJobs = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((job) => b.includes(job))

/** Other jobs for a person: chosen, shown as before → after, confirmed once. */
export function ChangeJobsDialog({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const [jobs, setJobs] = useState<readonly string[]>(person.job_templates)
  const [reason, setReason] = useState('')
  const faults = useFormFaults('jobs', ['job_templates', 'reason'])
  const act = useAct(setJobTemplates, {
    stale: [getUser, listUsers, listApprovalRequests],
    onDone(answer) {
      if (answer.result === 'applied') onClose()
    },
  })
  const submit = () => {
    if (!faults.check(jobs.length === 0 ? { job_templates: t('job_needed') } : {})) return
    const body = {
      job_templates: [...jobs] as Jobs, // the picker offers job templates only
      ...(reason.trim() ? { reason } : {}),
      expected_version: person.version,
    }
    act.mutate({ params: { id: person.id }, query: inFirmOf(person), body }, { onError: faults.refuse })
  }
  const title = t('change_jobs_of', { name: person.name })
  if (act.data?.result === 'pending')
    return (
      <Dialog title={title} opened onClose={onClose} foot={<Button onClick={onClose}>{t('close')}</Button>}>
        <PendingNote answer={act.data} />
      </Dialog>
    )
  const unchanged = sameJobs(jobs, person.job_templates)
  return (
    <Dialog title={title} opened wide busy={act.isPending} onClose={onClose}>
      <Form label={title} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <JobPicker
          id={faults.idOf('job_templates')}
          tenantId={person.tenant_id}
          value={jobs}
          onChange={setJobs}
          error={faults.faults['job_templates']}
        />
        {!unchanged && jobs.length > 0 && <Effect person={person} jobs={jobs} />}
        <ParagraphField
          id={faults.idOf('reason')}
          label={t('reason')}
          optional
          max={MAX_REASON}
          value={reason}
          error={faults.faults['reason']}
          onChange={setReason}
        />
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending} unmet={unchanged ? t('same_jobs') : null}>
            {t('act_jobs')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}

export const stateLabel = (status: Person['status']): string => MEMBERSHIP_FAMILY[status].label.en
