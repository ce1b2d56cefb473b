import { listControlTenants, onboard } from '@zenops/contracts/identity-platform'
import { email as emailShape } from '@zenops/contracts/values'
import { useFormFaults } from '@zenops/surface/form-state.ts'
import { useAct } from '@zenops/surface/queries.ts'
import { Button, ButtonLink } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { Page } from '@zenops/ui/page'
import { Banner, EmptyState, SkeletonRows } from '@zenops/ui/states'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { useMultiTenant } from './tenants.tsx'
import { t } from './texts.ts'

const FIRST_ZONE = 'Asia/Kolkata'
const zones = (): readonly { value: string; label: string }[] =>
  [...new Set([FIRST_ZONE, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((value) => ({
    value,
    label: value.replaceAll('_', ' '),
  }))

const EMPTY = { tenant_name: '', owner_email: '', display_name: '', owner_phone: '' }
type Draft = typeof EMPTY

function OnboardForm({ off }: { readonly off: boolean }) {
  const [draft, setDraft] = useState<Draft>(EMPTY)
  const [zone, setZone] = useState(FIRST_ZONE)
  const faults = useFormFaults('onboard', [...Object.keys(EMPTY), 'time_zone'])
  const act = useAct(onboard, { stale: [listControlTenants] })
  const submit = () => {
    if (off) return
    const found = {
      ...(draft.tenant_name.trim() === '' ? { tenant_name: t('name_needed') } : {}),
      ...(emailShape.safeParse(draft.owner_email).success ? {} : { owner_email: t('email_needed') }),
    }
    if (!faults.check(found)) return
    const { owner_phone, display_name, ...named } = draft
    const body = {
      ...named,
      time_zone: zone,
      ...(display_name.trim() ? { display_name } : {}),
      ...(owner_phone.trim() ? { owner_phone } : {}),
    }
    act.mutate({ body }, { onError: faults.refuse })
  }
  if (act.data)
    return (
      <EmptyState
        title={t('onboarded')}
        reason={t('onboarded_text', { name: draft.tenant_name, slug: act.data.tenant_slug })}
        action={
          <ButtonLink kind="primary" href={`/tenants/${act.data.tenant_id}`}>
            {t('go_to_tenant')}
          </ButtonLink>
        }
      />
    )
  const field = (name: keyof Draft, label: string, type?: 'email' | 'tel') => (
    <TextField
      id={faults.idOf(name)}
      label={label}
      autoComplete="off"
      disabled={off}
      optional={name === 'display_name' || name === 'owner_phone'}
      {...(type ? { type } : {})}
      value={draft[name]}
      error={faults.faults[name]}
      onChange={(text) => setDraft((before) => ({ ...before, [name]: text }))}
    />
  )
  return (
    <Form label={t('onboard')} onSubmit={submit}>
      <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
      {field('tenant_name', t('tenant_name'))}
      {field('owner_email', t('owner_email'), 'email')}
      {field('display_name', t('owner_name'))}
      {field('owner_phone', t('owner_phone'), 'tel')}
      <ChoiceField
        id={faults.idOf('time_zone')}
        label={t('time_zone')}
        help={t('time_zone_help')}
        disabled={off}
        options={zones()}
        value={zone}
        error={faults.faults['time_zone']}
        onChange={(next) => setZone(next ?? FIRST_ZONE)}
      />
      <p className="z-help">{t('onboard_effect')}</p>
      <div>
        <Button kind="primary" submit busy={act.isPending} unmet={off ? t('onboard_off') : null}>
          {t('onboard')}
        </Button>
      </div>
    </Form>
  )
}

/** Takes in a firm. In single-tenant mode the form stands there and says why it is off. */
export function OnboardPage() {
  const multi = useMultiTenant()
  return (
    <Page title={t('onboard')} documentTitle={t('onboard')}>
      {multi === undefined ? (
        <SkeletonRows rows={6} columns={2} />
      ) : (
        <div className="z-stack z-narrow">
          {!multi && (
            <Banner inset>
              <strong>{t('onboard_off_title')}.</strong> {t('onboard_off')}
            </Banner>
          )}
          <OnboardForm off={!multi} />
        </div>
      )}
    </Page>
  )
}
