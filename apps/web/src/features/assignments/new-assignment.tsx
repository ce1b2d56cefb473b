import { useBlocker, useRouter } from '@tanstack/react-router'
import { LOAN_PRODUCTS, PRIORITIES, SERVICE_LINES } from '@zenops/contracts/assignment-records'
import { createAssignment, listAssignments, summarizeAssignments } from '@zenops/contracts/assignments'
import { getBankBranch } from '@zenops/contracts/directory'
import type { OutputOf } from '@zenops/contracts/kit'
import { todayIn } from '@zenops/client/dates'
import { Button, ButtonLink } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { DateField } from '@zenops/ui/date-field'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { MoneyField } from '@zenops/ui/number-fields'
import { Page } from '@zenops/ui/page'
import { RecordPicker, type RecordOption } from '@zenops/ui/record-picker'
import { StatusBadge } from '@zenops/ui/status'
import { ParagraphField, TextField } from '@zenops/ui/text-fields'
import { useRef, useState, type ComponentType } from 'react'
import { client } from '../../lib/client.ts'
import { useFormFaults, type FormFaults } from '@zenops/surface/form-state.ts'
import { useAct } from '../../lib/queries.ts'
import {
  READERS,
  searchBanks,
  searchBranches,
  searchClients,
  searchPeople,
  searchProperties,
} from '../../lib/record-search.ts'
import { useCan, useSession } from '../../lib/session.tsx'
import { PossibleDuplicates } from './duplicates.tsx'
import { bodyOf, EMPTY_JOB, faultsOf, madeTitle, suggestedDays, type JobForm } from './job-form.ts'
import { options, t } from './words.ts'

export type InlineKind = 'banks' | 'branches' | 'clients' | 'properties'
/** The dialog that makes a record on the spot; the route hands it over. */
export type InlineCreate = ComponentType<{
  readonly kind: InlineKind
  readonly preset: Readonly<Record<string, string | null>>
  readonly onDone: (record: { readonly id: string }) => void
  readonly onClose: () => void
}>

interface PartProps {
  readonly form: JobForm
  readonly set: (patch: Partial<JobForm>) => void
  readonly faults: FormFaults
  readonly onCreate: (kind: InlineKind, text: string) => void
  /** A branch brings its bank and its client. */
  readonly onBranch: (id: string) => void
}

const FIELDS = [
  'bank_id',
  'bank_branch_id',
  'client_org_id',
  'property_id',
  'borrower_name',
  'borrower_phone',
  'title',
  'fee_paise',
  'due_date',
  'lead_user_id',
  'summary',
  'loan_product',
] as const
const NOTES_MAX = 4000
const readerOf = { banks: 'bank', branches: 'branch', clients: 'client', properties: 'property' } as const
const TEXT_OF = { banks: 'name', branches: 'branch_name', clients: 'name', properties: 'name' } as const

/** The badge of a record that no approver has seen yet. */
const marked = (option: RecordOption): RecordOption =>
  option.verified === false ? { ...option, badge: <StatusBadge family="violet" text={t('pending_mark')} /> } : option
const pending = (option: RecordOption | null) =>
  option?.verified === false ? <StatusBadge family="violet" text={t('pending_mark')} /> : null
const withMarks =
  (search: (text: string, signal: AbortSignal) => Promise<readonly RecordOption[]>) =>
  async (text: string, signal: AbortSignal) =>
    (await search(text, signal)).map(marked)

function BankPart({ form, set, faults, onCreate, onBranch }: PartProps) {
  return (
    <>
      <RecordPicker
        id={faults.idOf('bank_id')}
        label={t('bank')}
        error={faults.faults['bank_id']}
        value={form.bank}
        search={withMarks(searchBanks)}
        onChange={(bank) => set({ bank, ...(bank?.id === form.bank?.id ? {} : { branch: null }) })}
        onCreate={(text) => onCreate('banks', text)}
      />
      {pending(form.bank)}
      <RecordPicker
        id={faults.idOf('bank_branch_id')}
        label={t('branch')}
        help={t('branch_help')}
        optional
        error={faults.faults['bank_branch_id']}
        value={form.branch}
        search={withMarks(searchBranches(form.bank?.id ?? null))}
        onChange={(branch) => {
          set({ branch })
          if (branch) onBranch(branch.id)
        }}
        onCreate={(text) => onCreate('branches', text)}
      />
      {pending(form.branch)}
    </>
  )
}

function ClientPart({ form, set, faults, onCreate }: PartProps) {
  return (
    <>
      <RecordPicker
        id={faults.idOf('client_org_id')}
        label={t('client')}
        optional
        error={faults.faults['client_org_id']}
        value={form.client}
        search={withMarks(searchClients)}
        onChange={(client) => set({ client })}
        onCreate={(text) => onCreate('clients', text)}
      />
      {pending(form.client)}
    </>
  )
}

function JobPart({ form, set, faults, onCreate }: PartProps) {
  return (
    <>
      <TextField
        id={faults.idOf('borrower_name')}
        label={t('borrower_name')}
        optional
        error={faults.faults['borrower_name']}
        value={form.borrower}
        onChange={(borrower) => set({ borrower })}
      />
      <TextField
        id={faults.idOf('borrower_phone')}
        label={t('borrower_phone')}
        help={t('phone_help')}
        type="tel"
        optional
        error={faults.faults['borrower_phone']}
        value={form.phone}
        onChange={(phone) => set({ phone })}
      />
      <RecordPicker
        id={faults.idOf('property_id')}
        label={t('property')}
        help={t('property_help')}
        optional
        error={faults.faults['property_id']}
        value={form.property}
        search={searchProperties}
        onChange={(property) => set({ property })}
        onCreate={(text) => onCreate('properties', text)}
      />
      <TextField
        id={faults.idOf('title')}
        label={t('title')}
        help={t('title_help')}
        error={faults.faults['title']}
        value={form.title ?? madeTitle(form)}
        onChange={(title) => set({ title: title === '' ? null : title })}
      />
    </>
  )
}

function TermsPart({ form, set, faults }: PartProps) {
  const { tenant } = useSession()
  const people = useCan('users.read')
  const [days] = useState(() => suggestedDays(todayIn(tenant.time_zone, Date.now())))
  const pick = <V extends string>(values: readonly V[], next: string | null): V | null =>
    values.find((value) => value === next) ?? null
  return (
    <>
      <ChoiceField
        label={t('service_line')}
        inline
        value={form.serviceLine}
        options={options(SERVICE_LINES, 'sl')}
        onChange={(next) => set({ serviceLine: pick(SERVICE_LINES, next) ?? form.serviceLine })}
      />
      <ChoiceField
        id={faults.idOf('loan_product')}
        label={t('loan_product')}
        optional
        value={form.loanProduct}
        options={options(LOAN_PRODUCTS, 'lp')}
        onChange={(next) => set({ loanProduct: pick(LOAN_PRODUCTS, next) })}
      />
      <MoneyField
        id={faults.idOf('fee_paise')}
        label={t('fee')}
        help={t('fee_help')}
        unit="paise"
        optional
        error={faults.faults['fee_paise']}
        value={form.fee}
        onChange={(fee) => set({ fee })}
      />
      <div>
        <DateField
          id={faults.idOf('due_date')}
          label={t('due')}
          help={t('due_help')}
          optional
          error={faults.faults['due_date']}
          value={form.due}
          onChange={(due) => set({ due })}
        />
        <div className="z-row z-under-field" role="group" aria-label={t('due_suggest')}>
          {days.map(({ day, label }) => (
            <button
              key={day}
              type="button"
              className="z-chip"
              aria-pressed={form.due === day}
              onClick={() => set({ due: day })}
            >
              {label}
            </button>
          ))}
        </div>
      </div>
      <ChoiceField
        label={t('priority')}
        inline
        value={form.priority}
        options={options(PRIORITIES, 'p')}
        onChange={(next) => set({ priority: pick(PRIORITIES, next) ?? form.priority })}
      />
      {people && (
        <RecordPicker
          id={faults.idOf('lead_user_id')}
          label={t('lead')}
          optional
          error={faults.faults['lead_user_id']}
          value={form.lead}
          search={searchPeople}
          onChange={(lead) => set({ lead })}
        />
      )}
      <ParagraphField
        id={faults.idOf('summary')}
        label={t('summary')}
        optional
        max={NOTES_MAX}
        error={faults.faults['summary']}
        value={form.summary}
        onChange={(summary) => set({ summary })}
      />
    </>
  )
}

/** What a record that was made on the spot fills in. */
const filledBy = (kind: InlineKind, option: RecordOption): Partial<JobForm> =>
  ({
    banks: { bank: option, branch: null },
    branches: { branch: option },
    clients: { client: option },
    properties: { property: option },
  })[kind]

/** Opens a job: who sends it, whom and what it is about, on which terms. */
export function NewAssignment({ Create }: { readonly Create: InlineCreate }) {
  const router = useRouter()
  const [form, setForm] = useState<JobForm>(EMPTY_JOB)
  const [creating, setCreating] = useState<{ kind: InlineKind; text: string } | null>(null)
  const [opened, setOpened] = useState<OutputOf<typeof createAssignment> | null>(null)
  // Read when the page is left, which may be before the next render.
  const dirty = useRef(false)
  const faults = useFormFaults('job', FIELDS)
  const set = (patch: Partial<JobForm>) => {
    dirty.current = true
    setForm((before) => ({ ...before, ...patch }))
  }
  const act = useAct(createAssignment, { stale: [listAssignments, summarizeAssignments] })
  const blocker = useBlocker({
    shouldBlockFn: () => dirty.current,
    enableBeforeUnload: () => dirty.current,
    withResolver: true,
  })
  const submit = () => {
    if (!faults.check(faultsOf(form))) return
    act.mutate(
      { body: bodyOf(form) },
      {
        onError: faults.refuse,
        onSuccess(job) {
          dirty.current = false
          if (job.possible_duplicates.length > 0) setOpened(job)
          else router.history.push(`/assignments/${job.id}/overview`)
        },
      },
    )
  }
  const fillFrom = async (branchId: string) => {
    const branch = await client.call(getBankBranch, { params: { id: branchId } })
    const bank: RecordOption = form.bank ?? (await READERS.bank(branch.bank_id))
    const org = form.client ?? (branch.client_org_id === null ? null : await READERS.client(branch.client_org_id))
    set({ bank: marked(bank), client: org && marked(org) })
  }
  const made = async (kind: InlineKind, id: string) => {
    setCreating(null)
    const option = marked(await READERS[readerOf[kind]](id))
    set(filledBy(kind, option))
    if (kind === 'branches') await fillFrom(id)
    requestAnimationFrame(() =>
      document.getElementById(faults.idOf(kind === 'banks' ? 'bank_branch_id' : 'borrower_name'))?.focus(),
    )
  }
  if (opened) return <PossibleDuplicates job={opened} />
  const part: PartProps = {
    form,
    set,
    faults,
    onCreate: (kind, text) => setCreating({ kind, text }),
    onBranch: (id) => void fillFrom(id),
  }
  return (
    <Page title={t('new_assignment')} documentTitle={t('new_assignment')}>
      <Form label={t('new_assignment')} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <section className="z-card" aria-label={t('from')}>
          <h2>{t('from')}</h2>
          <ChoiceField
            label={t('who_sends')}
            help={t('who_sends_channel')}
            inline
            value={form.source}
            options={options(['bank', 'direct'] as const, 'st')}
            onChange={(next) => set({ source: next === 'direct' ? 'direct' : 'bank' })}
          />
          {form.source === 'bank' && <BankPart {...part} />}
          <ClientPart {...part} />
        </section>
        <section className="z-card" aria-label={t('the_job')}>
          <h2>{t('the_job')}</h2>
          <JobPart {...part} />
        </section>
        <section className="z-card" aria-label={t('terms')}>
          <h2>{t('terms')}</h2>
          <TermsPart {...part} />
        </section>
        <div className="z-row">
          <Button kind="primary" submit busy={act.isPending}>
            {t('open_assignment')}
          </Button>
          <ButtonLink href="/assignments">{t('cancel')}</ButtonLink>
        </div>
      </Form>
      {creating && (
        <Create
          kind={creating.kind}
          preset={{
            [TEXT_OF[creating.kind]]: creating.text,
            ...(creating.kind === 'branches' && form.bank ? { bank_id: form.bank.id } : {}),
          }}
          onDone={(record) => void made(creating.kind, record.id)}
          onClose={() => setCreating(null)}
        />
      )}
      {blocker.status === 'blocked' && (
        <ConfirmDialog
          title={t('leave_title')}
          opened
          consequence={t('leave_text')}
          cancel={t('stay')}
          verb={t('leave')}
          onConfirm={() => blocker.proceed()}
          onClose={() => blocker.reset()}
        />
      )}
    </Page>
  )
}
