import { useNavigate } from '@tanstack/react-router'
import { ApiError } from '@zenops/client/api-error'
import { fieldErrors } from '@zenops/client/error-texts'
import { Banner, SkeletonRows } from '@zenops/ui/states'
import { ButtonLink } from '@zenops/ui/button'
import { memo, useEffect, useMemo, useSyncExternalStore } from 'react'
import { useCan } from '../../../lib/session.tsx'
import { ItemField } from '../fields/item-field.tsx'
import { fieldId, formKeyOf, OWN_SECTIONS, type FormSection } from '../model/form-sections.ts'
import type { ReportDraft } from '../model/report-draft.ts'
import { FormContext, useForm } from '../model/use-draft.ts'
import { ComputedPanel } from '../panel/computed-panel.tsx'
import { SheetSection } from '../sheet/sheet-section.tsx'
import { t } from '../texts.ts'
import { Conflict } from './conflict.tsx'
import { LiveReadinessCard } from './live-readiness-card.tsx'
import { formsQuery, useSections, type ReportDetail } from './report-query.ts'
import { SaveStrip } from './save-strip.tsx'
import { SectionNav } from './section-nav.tsx'
import { useReportDraft } from './use-report-draft.ts'
import { useQuery } from '@tanstack/react-query'

const LOCKED: ReadonlySet<string> = new Set(['CLOSED', 'CANCELLED'])
const NO_ERRORS: Readonly<Record<string, string>> = {}

/** What the server did not accept, by contract path. */
function useErrors(draft: ReportDraft): Readonly<Record<string, string>> {
  const error = useSyncExternalStore(draft.subscribe, () => draft.state().error)
  return useMemo(() => {
    if (!(error instanceof ApiError)) return NO_ERRORS
    return Object.fromEntries(
      Object.entries(fieldErrors(error)).map(([path, reason]) => [path.replace(/^patch\./, ''), faultText(reason)]),
    )
  }, [error])
}

const FAULTS = /^[A-Z][A-Z_]+$/
const faultText = (reason: string): string =>
  // Cast: unknown reasons have no text and show themselves.
  FAULTS.test(reason) ? t(`fault_${reason}` as 'fault_INVALID') : reason

export interface FormPageProps {
  readonly detail: ReportDetail
  readonly section: string
  /** Contract path of the field to stand on. */
  readonly field: string | undefined
}

export function FormPage({ detail, section, field }: FormPageProps) {
  const draft = useReportDraft(detail)
  if (!draft) return <SkeletonRows rows={10} columns={3} />
  return <OpenForm detail={detail} draft={draft} section={section} field={field} />
}

/** Another form fits the value typed meanwhile: said, never switched under the hand. */
function OtherForm({ draft, detail }: { readonly draft: ReportDraft; readonly detail: ReportDetail }) {
  const forms = useQuery(formsQuery())
  const live = useSyncExternalStore(draft.subscribe, draft.derived)
  const { report_type, template_selector, template_variant } = detail.work_order
  const items = forms.data?.items ?? []
  const present = formKeyOf(items, { report_type, selector: template_selector, variant: template_variant })
  const next = formKeyOf(items, { report_type, selector: live.template_selector, variant: live.template_variant })
  if (next === null || next === present) return null
  const title = items.find((form) => form.form_key === next)?.title ?? next
  return (
    <Banner tone="blue" inset>
      {t('other_form', { form: title })}
    </Banner>
  )
}

function OpenForm({ detail, draft, section, field }: FormPageProps & { readonly draft: ReportDraft }) {
  const { work_order: header } = detail
  const locked = LOCKED.has(header.status) || !useCan('reports.write')
  const errors = useErrors(draft)
  const form = useSections(header)
  const access = useMemo(() => ({ draft, locked, errors, reportId: header.id }), [draft, locked, errors, header.id])
  if (!form) return <SkeletonRows rows={10} columns={3} />
  const present = form.sections.find(({ key }) => key === section) ?? form.sections[0]
  if (!present) return null
  return (
    <FormContext value={access}>
      <div className="rp-form-page" data-wide={present.key === OWN_SECTIONS.sheet || undefined}>
        <SectionNav sections={form.sections} present={present.key} />
        <div className="rp-main">
          <SaveStrip detail={detail} formTitle={form.title} />
          <OtherForm draft={draft} detail={detail} />
          {header.status === 'READY_FOR_RENDER' && !locked && <Banner inset>{t('editing_ready')}</Banner>}
          <SectionBody section={present} />
          <Neighbours sections={form.sections} present={present.key} />
        </div>
        <aside className="rp-panel" aria-label={t('panel')}>
          <ComputedPanel />
          <LiveReadinessCard detail={detail} sections={form.sections} />
        </aside>
      </div>
      <Conflict sections={form.sections} />
      <FocusField field={field} section={present.key} />
    </FormContext>
  )
}

/** Stands on the field that an address names. */
function FocusField({ field, section }: { readonly field: string | undefined; readonly section: string }) {
  const navigate = useNavigate()
  useEffect(() => {
    if (!field) return
    const place = document.getElementById(fieldId(field)) ?? document.querySelector(`[id^="${fieldId(field)}"]`)
    place?.scrollIntoView({ block: 'center' })
    if (place instanceof HTMLElement) (place.querySelector<HTMLElement>('input, textarea, select') ?? place).focus()
    // The wish is fulfilled; the same link works again later.
    void navigate({ to: '.', search: {}, replace: true })
  }, [field, section, navigate])
  return null
}

const SectionBody = memo(function Section({ section }: { readonly section: FormSection }) {
  return (
    <section className="rp-section" aria-labelledby="rp-section-title">
      <h2 id="rp-section-title" tabIndex={-1}>
        {section.number && <span className="rp-section-no">{section.number}</span>}
        {section.title}
      </h2>
      {section.key === OWN_SECTIONS.sheet ? (
        <SheetSection />
      ) : (
        <div className="rp-items">
          {section.items.map((item) => (
            <ItemField key={`${item.no ?? ''}${item.key}`} item={item} columns={section.columns} />
          ))}
        </div>
      )}
    </section>
  )
})

function Neighbours({ sections, present }: { readonly sections: readonly FormSection[]; readonly present: string }) {
  const { reportId } = useForm()
  const at = sections.findIndex(({ key }) => key === present)
  const link = (section: FormSection | undefined, text: string) =>
    section && <ButtonLink href={`/reports/${reportId}/form/${section.key}`}>{`${text}: ${section.title}`}</ButtonLink>
  return (
    <nav className="rp-neighbours" aria-label={t('neighbours')}>
      {link(sections[at - 1], t('previous'))}
      {link(sections[at + 1], t('next'))}
    </nav>
  )
}
