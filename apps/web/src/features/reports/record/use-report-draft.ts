import { useQuery, useQueryClient } from '@tanstack/react-query'
import { todayIn } from '@zenops/client/dates'
import { deviceDrafts } from '@zenops/client/draft-store'
import { getReport, patchContract } from '@zenops/contracts/reports'
import { getRuleset } from '@zenops/contracts/reports-rules'
import { STD_1 } from '@zenops/valuation/ruleset'
import { useEffect, useMemo, useState } from 'react'
import { client } from '../../../lib/client.ts'
import { ask } from '../../../lib/queries.ts'
import { useCan, useSession } from '../../../lib/session.tsx'
import { inputsOf, ReportDraft, type ReportFace } from '../model/report-draft.ts'
import { reportQuery, takeChange, type ReportDetail } from './report-query.ts'

const store = deviceDrafts()
/** Forms with something unsaved survive a change of tab; the others are opened anew from what is stored. */
const open = new Map<string, ReportDraft>()

const faceOf = ({ work_order: header }: ReportDetail): ReportFace => ({
  report_type: header.report_type,
  bank_type: header.bank_type,
  bank_id: header.bank_id,
  ready: header.status === 'READY_FOR_RENDER',
})

const storedOf = (detail: ReportDetail) => ({
  value: inputsOf(detail.contract ?? {}),
  version: detail.work_order.contract_version,
})

/** The rules of the report; those every firm begins with where nobody may read them. */
function useRuleset(id: string) {
  const may = useCan('profiles.read')
  const query = useQuery({
    ...ask(getRuleset, { params: { id } }),
    enabled: may,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return may && query.isPending ? null : (query.data ?? STD_1)
}

/** What is typed leaves with the tab: told to the server on hiding, kept on the device, asked about when it is not. */
function useKeeping(draft: ReportDraft | null): void {
  useEffect(() => {
    if (!draft) return
    void draft.autosave.restore()
    const hide = () => {
      if (document.visibilityState === 'hidden') draft.flush()
    }
    const online = () => draft.autosave.online()
    const leave = (event: BeforeUnloadEvent) => {
      draft.flush()
      if (draft.autosave.isAtRisk()) event.preventDefault()
    }
    document.addEventListener('visibilitychange', hide)
    window.addEventListener('online', online)
    window.addEventListener('beforeunload', leave)
    return () => {
      document.removeEventListener('visibilitychange', hide)
      window.removeEventListener('online', online)
      window.removeEventListener('beforeunload', leave)
      draft.flush()
    }
  }, [draft])
}

/** The draft of a report's form; null while its rules are loading. */
export function useReportDraft(detail: ReportDetail): ReportDraft | null {
  const cache = useQueryClient()
  const session = useSession()
  const ruleset = useRuleset(detail.work_order.ruleset_id)
  const { id } = detail.work_order
  const [today] = useState(() => todayIn(session.tenant.time_zone, Date.now()))
  const key = `${session.user.id}:report:${id}`
  const draft = useMemo(() => {
    const kept = open.get(key)
    if (kept?.hasOpenChanges()) return kept
    if (ruleset === null) return null
    const made = new ReportDraft({
      key,
      ruleset,
      store,
      face: faceOf(detail),
      initial: storedOf(detail),
      today,
      send: (body) => client.call(patchContract, { params: { id }, body }),
      async load() {
        const fresh = await client.call(getReport, { params: { id } })
        cache.setQueryData(reportQuery(id).queryKey, fresh)
        return storedOf(fresh)
      },
      onSaved: (change) => takeChange(cache, id, change),
    })
    open.set(key, made)
    return made
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- later versions come to the draft itself; only another report or its rules make another draft
  }, [key, ruleset])
  const { report_type, bank_type, bank_id, status } = detail.work_order
  useEffect(() => {
    draft?.refreshFace({ report_type, bank_type, bank_id, ready: status === 'READY_FOR_RENDER' })
  }, [draft, report_type, bank_type, bank_id, status])
  useKeeping(draft)
  return draft
}
