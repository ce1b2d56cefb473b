import { useQuery } from '@tanstack/react-query'
import type { OutputOf } from '@zenops/contracts/kit'
import { listRoleTemplates } from '@zenops/contracts/identity-people'
import { ChoiceCards, type CardOption } from '@zenops/ui/choice-cards'
import { SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { FailureCard } from '../failures.tsx'
import { useSession, useSurface } from '../surface-context.tsx'
import { useInFirm } from './firm-names.ts'
import { missingToGrant, type Grant } from './grants.ts'
import { STAFF_JOBS } from './searches.ts'
import { byArea, capabilityName, jobLine, jobName, scopeWord, t } from './words.ts'

export type RoleTemplate = OutputOf<typeof listRoleTemplates>['items'][number]

const isStaff = (template: RoleTemplate): boolean => STAFF_JOBS.some((job) => job === template.key)

/** What most people get first; what others have to approve last. */
const offered = ({ items }: { readonly items: readonly RoleTemplate[] }): readonly RoleTemplate[] =>
  items.filter(isStaff).sort((a, b) => Number(a.needs_approval) - Number(b.needs_approval))

/** The jobs that people of this surface may hold, with what they grant here. */
export function useStaffTemplates(tenantId?: string) {
  const { ask } = useSurface()
  return useQuery({
    ...ask(listRoleTemplates, { query: useInFirm(tenantId) }),
    select: offered,
  })
}

/** What a set of rights allows, by area. */
export function RightsList({ rights }: { readonly rights: readonly Grant[] }) {
  return (
    <dl className="z-rights">
      {byArea(rights).map(({ area, rights: list }) => [
        <dt key={area}>{area}</dt>,
        <dd key={`${area}-rights`}>
          {list.map(({ capability, scope }) => (
            <div key={capability} title={capability}>
              {capabilityName(capability)} <span className="z-tertiary">{scopeWord(scope)}</span>
            </div>
          ))}
        </dd>,
      ])}
    </dl>
  )
}

/** Why this job cannot be added to those chosen. */
function unmetOf(template: RoleTemplate, chosenRole: string | undefined, own: readonly Grant[]): string | null {
  if (chosenRole !== undefined && chosenRole !== template.role) return t('mixed_roles')
  const missing = missingToGrant(own, template)
  return missing && t('grants_more', { right: capabilityName(missing.capability), scope: scopeWord(missing.scope) })
}

export interface JobPickerProps {
  readonly id: string
  /** Studio: the firm of the person. */
  readonly tenantId?: string | undefined
  readonly value: readonly string[]
  readonly onChange: (value: readonly string[]) => void
  readonly error: string | undefined
}

/** Jobs with what each grants; those of another role or beyond one's own reach say why not. */
export function JobPicker({ id, tenantId, value, onChange, error }: JobPickerProps) {
  const own = useSession().capabilities
  const { isPending, isError, error: failure, data = [], refetch } = useStaffTemplates(tenantId)
  if (isPending) return <SkeletonRows rows={6} columns={2} />
  if (isError) return <FailureCard error={failure} onRetry={() => void refetch()} />
  const chosenRole = data.find((template) => value.includes(template.key))?.role
  const options = data.map((template): CardOption => {
    const chosen = value.includes(template.key)
    const unmet = chosen ? null : unmetOf(template, chosenRole, own)
    return {
      value: template.key,
      label: jobName(template.key),
      badge: template.needs_approval && <StatusBadge family="violet" text={t('needs_approval')} />,
      line: unmet === null && jobLine(template.key),
      unmet,
      more: {
        label: t('what_it_grants', { n: template.capabilities.length }),
        content: <RightsList rights={template.capabilities} />,
      },
    }
  })
  return (
    <ChoiceCards
      id={id}
      label={t('jobs')}
      help={t('jobs_help')}
      error={error}
      options={options}
      value={value}
      onChange={onChange}
    />
  )
}
