import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  deleteTenant,
  getTenant,
  listControlTenants,
  restoreTenant,
  TENANT_FAMILY,
  updateTenant,
  type TenantState,
} from '@zenops/contracts/identity-platform'
import { FailureCard } from '@zenops/surface/failures.tsx'
import { useAct } from '@zenops/surface/queries.ts'
import { useRecordChanges } from '@zenops/surface/record-changes.tsx'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { useCan } from '@zenops/surface/surface-context.tsx'
import { Button } from '@zenops/ui/button'
import { ChoiceCards } from '@zenops/ui/choice-cards'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { InlineField } from '@zenops/ui/inline-field'
import { AppLink } from '@zenops/ui/links'
import { Page } from '@zenops/ui/page'
import { NextAction, RecordFacts } from '@zenops/ui/record'
import { Banner, SkeletonRows } from '@zenops/ui/states'
import { TextField } from '@zenops/ui/text-fields'
import { Code, Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { surface } from '../../lib/surface.ts'
import { OpenSupportDialog } from './open-support.tsx'
import { TENANT_ACTS, tenantMoves, type TenantAct } from './tenant-moves.ts'
import { useMultiTenant, type Tenant } from './tenants.tsx'
import { t } from './texts.ts'

const { ask, client } = surface
const STALE = [getTenant, listControlTenants]
const AFTER: Readonly<Record<Exclude<TenantAct, 'remove' | 'restore'>, TenantState>> = {
  suspend: 'suspended',
  activate: 'active',
  close: 'closed',
}
const isAct = (key: string): key is TenantAct => TENANT_ACTS.some((act) => act === key)
const stateLabel = (status: TenantState): string => TENANT_FAMILY[status].label.en

interface ActProps {
  readonly tenant: Tenant
  readonly onClose: () => void
}

function StateDialog({ tenant, onClose, act: key }: ActProps & { readonly act: keyof typeof AFTER }) {
  const act = useAct(updateTenant, { stale: STALE, onDone: onClose })
  return (
    <ConfirmDialog
      title={`${t(`act_${key}`)}: ${tenant.name}`}
      consequence={t(`effect_${key}`)}
      changes={[{ label: t('state'), before: stateLabel(tenant.status), after: stateLabel(AFTER[key]) }]}
      verb={t(`act_${key}`)}
      tone={key === 'activate' ? 'normal' : 'danger'}
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() =>
        act.mutate({ params: { id: tenant.id }, body: { status: AFTER[key], expected_version: tenant.version } })
      }
      onClose={onClose}
    />
  )
}

function EndDialog({ tenant, onClose, act: key }: ActProps & { readonly act: 'remove' | 'restore' }) {
  const remove = useAct(deleteTenant, { stale: STALE, onDone: onClose })
  const restore = useAct(restoreTenant, { stale: STALE, onDone: onClose })
  const act = key === 'remove' ? remove : restore
  return (
    <ConfirmDialog
      title={`${t(`act_${key}`)}: ${tenant.name}`}
      consequence={t(`effect_${key}`)}
      verb={t(`act_${key}`)}
      tone={key === 'remove' ? 'danger' : 'normal'}
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: tenant.id } })}
      onClose={onClose}
    />
  )
}

function ApprovalsDialog({ tenant, onClose }: ActProps) {
  const [number, setNumber] = useState(tenant.rbac_approvals)
  const act = useAct(updateTenant, { stale: STALE, onDone: onClose })
  const same = number === tenant.rbac_approvals
  return (
    <ConfirmDialog
      title={t('change_approvals')}
      consequence={t('approvals_effect')}
      changes={
        same
          ? []
          : [
              {
                label: t('approvals_number'),
                before: t('approvals_n', { n: tenant.rbac_approvals }),
                after: t('approvals_n', { n: number }),
              },
            ]
      }
      verb={t('change_approvals')}
      opened
      busy={act.isPending}
      unmet={same ? t('same_number') : null}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() =>
        act.mutate({
          params: { id: tenant.id },
          body: { rbac_approvals: number === 1 ? 1 : 2, expected_version: tenant.version },
        })
      }
      onClose={onClose}
    >
      <div className="z-under-field">
        <ChoiceCards
          single
          label={t('approvals_number')}
          options={[2, 1].map((n) => ({
            value: String(n),
            label: t('approvals_n', { n }),
            line: t(n === 2 ? 'approvals_line_2' : 'approvals_line_1'),
          }))}
          value={[String(number)]}
          onChange={([next]) => setNumber(Number(next))}
        />
      </div>
    </ConfirmDialog>
  )
}

function About({ tenant }: { readonly tenant: Tenant }) {
  const mayWrite = useCan('control.tenants.write', 'ops.settings.write')
  const cache = useQueryClient()
  const params = { id: tenant.id }
  const changes = useRecordChanges<Tenant & { readonly version: number }>({
    read: () => client.call(getTenant, { params }),
    send: (patch, version) => client.call(updateTenant, { params, body: { ...patch, expected_version: version } }),
    onSaved(saved) {
      cache.setQueryData(ask(getTenant, { params }).queryKey, saved)
      void cache.invalidateQueries({ queryKey: [listControlTenants.id] })
    },
    labelOf: (path) => t(path === 'time_zone' ? 'time_zone' : 'name'),
    show: (_, value) => String(value as string), // both fields are text
  })
  const editable = (field: 'name' | 'time_zone') =>
    mayWrite && tenant.deleted_at === null ? (
      <InlineField<string>
        label={t(field)}
        shown={tenant[field]}
        value={tenant[field]}
        editor={(draft, onChange) => <TextField label={t(field)} value={draft} onChange={onChange} />}
        onSave={(text) => changes.tryChange({ [field]: text }, tenant)}
      />
    ) : (
      tenant[field]
    )
  return (
    <section className="z-card">
      <h2>{t('about')}</h2>
      <RecordFacts
        facts={[
          { label: t('name'), value: editable('name') },
          { label: t('slug'), value: <Code code={tenant.slug} /> },
          { label: t('lane'), value: t(`lane_${tenant.lane}`) },
          { label: t('time_zone'), value: editable('time_zone') },
          { label: t('people'), value: tenant.people },
          { label: t('since'), value: <Instant at={tenant.created_at} /> },
          ...(tenant.deleted_at ? [{ label: t('removed'), value: <Instant at={tenant.deleted_at} /> }] : []),
        ]}
      />
      {changes.dialog}
    </section>
  )
}

function Approvals({ tenant, onChange }: { readonly tenant: Tenant; readonly onChange: () => void }) {
  const mayChange = useCan('control.rbac')
  return (
    <section className="z-card">
      <h2>{t('approvals_number')}</h2>
      <p className="z-lead">
        <strong>{t('approvals_n', { n: tenant.rbac_approvals })}</strong>.{' '}
        {t(tenant.rbac_approvals === 2 ? 'approvals_line_2' : 'approvals_line_1')}
      </p>
      <div className="z-row">
        {mayChange && <Button onClick={onChange}>{t('change_approvals')}</Button>}
        <AppLink href="/approvals">{t('see_approvals')}</AppLink>
      </div>
    </section>
  )
}

type Opened = TenantAct | 'approvals' | 'support' | null

function TenantDialog({ opened, tenant, onClose }: ActProps & { readonly opened: Opened }) {
  const props = { tenant, onClose }
  switch (opened) {
    case null:
      return null
    case 'approvals':
      return <ApprovalsDialog {...props} />
    case 'support':
      return <OpenSupportDialog tenant={tenant} onClose={onClose} />
    case 'remove':
    case 'restore':
      return <EndDialog act={opened} {...props} />
    case 'suspend':
    case 'activate':
    case 'close':
      return <StateDialog act={opened} {...props} />
  }
}

function TenantRecord({ tenant }: { readonly tenant: Tenant }) {
  const multi = useMultiTenant() ?? false
  const mayWrite = useCan('control.tenants.write')
  const maySupport = useCan('control.support')
  const [opened, setOpened] = useState<Opened>(null)
  const moves = mayWrite ? tenantMoves(tenant, multi) : []
  const choose = (key: string) => isAct(key) && setOpened(key)
  return (
    <Page
      title={tenant.name}
      documentTitle={tenant.name}
      state={<StateBadge face={TENANT_FAMILY[tenant.status]} size="large" />}
      acts={
        <>
          {maySupport && tenant.lane === 'tenant' && (
            <Button onClick={() => setOpened('support')}>{t('open_support')}</Button>
          )}
          {/* What takes a firm away is never the filled button. */}
          {moves
            .filter((move) => move.danger)
            .map((move) => (
              <Button
                key={move.key}
                kind="danger"
                unmet={move.unmet?.[0]?.text ?? null}
                onClick={() => choose(move.key)}
              >
                {move.label}
              </Button>
            ))}
          <NextAction moves={moves.filter((move) => !move.danger)} onChoose={choose} />
        </>
      }
    >
      <div className="z-stack z-narrow">
        {tenant.protected && (
          <Banner tone="blue" inset>
            {t(tenant.lane === 'external' ? 'protected_external' : 'protected_internal')}
          </Banner>
        )}
        <About tenant={tenant} />
        {tenant.lane !== 'external' && <Approvals tenant={tenant} onChange={() => setOpened('approvals')} />}
        <p>
          <AppLink href={`/users?tenant_id=${tenant.id}`}>{t('see_users')}</AppLink>
        </p>
      </div>
      <TenantDialog opened={opened} tenant={tenant} onClose={() => setOpened(null)} />
    </Page>
  )
}

/** One firm: its state, how many approve changes of rights, and why a fixed lane offers nothing. */
export function TenantPage({ id }: { readonly id: string }) {
  const query = useQuery(ask(getTenant, { params: { id } }))
  if (query.data) return <TenantRecord tenant={query.data} />
  return (
    <Page title={t('tenant')} documentTitle={t('tenant')}>
      {query.isError ? (
        <FailureCard error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonRows rows={6} columns={2} />
      )}
    </Page>
  )
}
