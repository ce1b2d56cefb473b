import { useQuery } from '@tanstack/react-query'
import { ApiError } from '@zenops/client/api-error'
import { errorText, fieldErrors } from '@zenops/client/error-texts'
import { me, type Me } from '@zenops/contracts/identity'
import { updateMe } from '@zenops/contracts/identity-people'
import type { InputOf } from '@zenops/contracts/kit'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { InlineField } from '@zenops/ui/inline-field'
import { RecordFacts } from '@zenops/ui/record'
import { SkeletonRows } from '@zenops/ui/states'
import { TextField } from '@zenops/ui/text-fields'
import type { ReactNode } from 'react'
import { AccountPage, t } from './account-page.tsx'
import { FailureCard } from './failures.tsx'
import { jobName } from './jobs.ts'
import type { Surface } from './surface.ts'

type Changes = Omit<InputOf<typeof updateMe>['body'], 'expected_version'>

const LANGUAGES = ['en', 'hi', 'ko'] as const
const languageOf = (locale: string) => LANGUAGES.find((one) => one === locale) ?? 'en'

/** Saves one field; null when it is saved, else the sentence. The next try goes by the newer version. */
function useSave(surface: Surface, version: number): (changes: Changes) => Promise<string | null> {
  const { client, queryClient, ask } = surface
  return async (changes) => {
    try {
      const now = await client.call(updateMe, { body: { ...changes, expected_version: version } })
      queryClient.setQueryData(ask(me, {}).queryKey, now)
      client.session.rename({ name: now.user.name, locale: now.user.locale })
      return null
    } catch (error) {
      const [field] = Object.values(fieldErrors(error))
      if (!(error instanceof ApiError && error.is('REVISION_MISMATCH'))) return field ?? errorText(error)
      await queryClient.invalidateQueries({ queryKey: [me.id] })
      return t('elsewhere')
    }
  }
}

function Fields({ surface, mine }: { readonly surface: Surface; readonly mine: Me }) {
  const save = useSave(surface, mine.version)
  const { user, tenant } = mine
  const facts = [
    {
      label: t('name'),
      value: (
        <InlineField
          label={t('name')}
          shown={user.name}
          value={user.name}
          editor={(draft, onChange) => (
            <TextField label={t('name')} name="name" autoComplete="name" value={draft} onChange={onChange} />
          )}
          onSave={async (name) => (name.trim() === '' ? t('name_missing') : await save({ name: name.trim() }))}
        />
      ),
    },
    { label: t('email'), value: user.email },
    {
      label: t('phone'),
      value: (
        <InlineField
          label={t('phone')}
          shown={mine.phone ?? '–'}
          value={mine.phone ?? ''}
          editor={(draft, onChange) => (
            <TextField
              label={t('phone')}
              type="tel"
              name="phone"
              autoComplete="tel"
              optional
              value={draft}
              onChange={onChange}
            />
          )}
          onSave={(phone) => save({ phone: phone.trim() === '' ? null : phone.trim() })}
        />
      ),
    },
    {
      label: t('language'),
      value: (
        <InlineField
          label={t('language')}
          shown={t(languageOf(user.locale))}
          value={languageOf(user.locale)}
          editor={(draft, onChange) => (
            <ChoiceField
              label={t('language')}
              help={t('language_note')}
              value={draft}
              options={LANGUAGES.map((value) => ({ value, label: t(value) }))}
              onChange={(next) => onChange(languageOf(next ?? ''))}
            />
          )}
          onSave={(locale) => save({ locale })}
        />
      ),
    },
    { label: t('job'), value: mine.job_templates.map(jobName).join(', ') },
    { label: t('firm'), value: tenant.name },
    { label: t('zone'), value: tenant.time_zone },
  ]
  return (
    <section className="z-card">
      <h2>{t('you')}</h2>
      <RecordFacts facts={facts} />
    </section>
  )
}

export interface MyProfileProps {
  readonly surface: Surface
  /** What an app adds: rights, parties. */
  readonly children?: ReactNode
}

/** Who one is here; name, phone and language are one's own to change. */
export function MyProfile({ surface, children }: MyProfileProps) {
  const mine = useQuery(surface.ask(me, {}))
  return (
    <AccountPage title={t('profile')}>
      {mine.isError ? (
        <FailureCard error={mine.error} onRetry={() => void mine.refetch()} />
      ) : mine.data ? (
        <Fields surface={surface} mine={mine.data} />
      ) : (
        <SkeletonRows rows={7} columns={2} />
      )}
      {children}
    </AccountPage>
  )
}
