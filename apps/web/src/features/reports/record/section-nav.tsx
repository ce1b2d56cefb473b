import { AppLink } from '@zenops/ui/links'
import { Icon, IconCircle, IconCircleCheck } from '@zenops/ui/icons'
import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { countAnswers, OWN_SECTIONS, type FormSection } from '../model/form-sections.ts'
import { useDraft, useForm } from '../model/use-draft.ts'
import { t } from '../texts.ts'

const nameOf = ({ number, title }: FormSection): string => (number ? `${number} ${title}` : title)

/** One text, so that the list is drawn again only when a count changes. */
function useCounts(sections: readonly FormSection[]): readonly string[] {
  const text = useDraft(
    useCallback(
      (draft) =>
        sections
          .map((section) => {
            const { done, total } = countAnswers(section, draft.contract())
            return total === 0 ? '' : `${done}/${total}`
          })
          .join('|'),
      [sections],
    ),
  )
  return text.split('|')
}

const isComplete = (count: string): boolean => {
  const [done, total] = count.split('/')
  return count !== '' && done === total
}

/** The form's sections at the left, ticked when complete; a select on narrow screens. */
export function SectionNav({
  sections,
  present,
}: {
  readonly sections: readonly FormSection[]
  readonly present: string
}) {
  const { reportId } = useForm()
  const navigate = useNavigate()
  const counts = useCounts(sections)
  return (
    <nav className="rp-sections" aria-label={t('sections')}>
      <div className="rp-section-select">
        <div className="z-box">
          <select
            aria-label={t('sections')}
            value={present}
            onChange={(event) =>
              void navigate({ to: '/reports/$id/form/$section', params: { id: reportId, section: event.target.value } })
            }
          >
            {sections.map((section, at) => (
              <option key={section.key} value={section.key}>
                {nameOf(section)} {counts[at] ? `(${counts[at]})` : ''}
              </option>
            ))}
          </select>
        </div>
      </div>
      <ol>
        {sections.map((section, at) => {
          const count = counts[at] ?? ''
          const complete = isComplete(count)
          return (
            <li key={section.key} data-own={section.key in OWN_SECTIONS || undefined}>
              <AppLink
                href={`/reports/${reportId}/form/${section.key}`}
                {...(section.key === present ? { 'aria-current': 'page' as const } : {})}
              >
                <span className="rp-section-tick" data-done={complete || undefined}>
                  <Icon of={complete ? IconCircleCheck : IconCircle} />
                </span>
                <span className="rp-section-name">{nameOf(section)}</span>
                <span className="z-meta z-num">
                  {complete ? <span className="z-hidden">{t('complete')}</span> : count}
                </span>
              </AppLink>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
