import { CAPABILITIES } from '@zenops/contracts/capabilities'
import { createServiceToken, isTokenCapability, listServiceTokens } from '@zenops/contracts/identity-platform'
import { useFormFaults, type FormFaults } from '@zenops/surface/form-state.ts'
import { useFirms } from '@zenops/surface/identity/firm-names.ts'
import { byArea, capabilityName } from '@zenops/surface/identity/words.ts'
import { useAct } from '@zenops/surface/queries.ts'
import { Button } from '@zenops/ui/button'
import { CheckField, ChoiceField } from '@zenops/ui/choice-fields'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Field, Form } from '@zenops/ui/field'
import { SecretOnce } from '@zenops/ui/secret'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { t } from './texts.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const DAYS = ['30', '90', '180', '365'] as const
type Days = (typeof DAYS)[number]
const isDays = (value: string | null): value is Days => DAYS.some((days) => days === value)

/** A minute less, so that the way to the server does not carry the longest over the limit. */
const endOf = (days: Days): string => new Date(Date.now() + Number(days) * DAY_MS - MINUTE_MS).toISOString()

const offered = byArea(CAPABILITIES.filter(isTokenCapability).map((capability) => ({ capability, scope: 'all' })))

const toggled = (chosen: readonly string[], one: string, on: boolean): readonly string[] =>
  on ? [...chosen, one] : chosen.filter((other) => other !== one)

interface CapabilitiesProps {
  readonly faults: FormFaults
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

/** Rights by area, folded; the heading counts what is chosen in it. */
function Capabilities({ faults, chosen, onChange }: CapabilitiesProps) {
  return (
    <Field
      group
      id={faults.idOf('capabilities')}
      label={t('capabilities')}
      help={t('capabilities_help')}
      error={faults.faults['capabilities']}
    >
      {() =>
        offered.map(({ area, rights }) => {
          const count = rights.filter(({ capability }) => chosen.includes(capability)).length
          return (
            <details key={area} className="z-fold">
              <summary>
                {area}
                {count > 0 && <span className="z-count z-num">{count}</span>}
              </summary>
              <div>
                {rights.map(({ capability }) => (
                  <CheckField
                    key={capability}
                    label={capabilityName(capability)}
                    checked={chosen.includes(capability)}
                    onChange={(on) => onChange(toggled(chosen, capability, on))}
                  />
                ))}
              </div>
            </details>
          )
        })
      }
    </Field>
  )
}

function Firms({ chosen, onChange }: Omit<CapabilitiesProps, 'faults'>) {
  const firms = useFirms()
  return (
    <Field group label={t('firms')}>
      {() => (
        <>
          <CheckField label={t('everywhere')} checked={chosen.length === 0} onChange={() => onChange([])} />
          {firms.map(({ id, name }) => (
            <CheckField
              key={id}
              label={name}
              checked={chosen.includes(id)}
              onChange={(on) => onChange(toggled(chosen, id, on))}
            />
          ))}
        </>
      )}
    </Field>
  )
}

/** A token for a program: what it may do, where, and until when. The token itself is shown once. */
export function CreateTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [capabilities, setCapabilities] = useState<readonly string[]>([])
  const [firms, setFirms] = useState<readonly string[]>([])
  const [days, setDays] = useState<Days>('90')
  // Fixed while the dialog stands, so that another try is the same wish.
  const [ends, setEnds] = useState(() => endOf('90'))
  const faults = useFormFaults('token', ['name', 'capabilities', 'tenant_ids', 'expires_at'])
  const act = useAct(createServiceToken, { stale: [listServiceTokens] })
  const submit = () => {
    const found = {
      ...(name.trim() === '' ? { name: t('name_needed') } : {}),
      ...(capabilities.length === 0 ? { capabilities: t('capability_needed') } : {}),
    }
    if (!faults.check(found)) return
    const body = { name, capabilities: [...capabilities], tenant_ids: [...firms], expires_at: ends }
    act.mutate({ body }, { onError: faults.refuse })
  }
  if (act.data)
    return (
      <Dialog title={t('token_made')} opened onClose={onClose} foot={<Button onClick={onClose}>{t('close')}</Button>}>
        <SecretOnce label={t('token_secret')} value={act.data.token} help={t('token_once')} />
      </Dialog>
    )
  return (
    <Dialog title={t('new_token')} opened wide busy={act.isPending} onClose={onClose}>
      <Form label={t('new_token')} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <TextField
          id={faults.idOf('name')}
          label={t('token_name')}
          autoComplete="off"
          value={name}
          error={faults.faults['name']}
          onChange={setName}
        />
        <Capabilities faults={faults} chosen={capabilities} onChange={setCapabilities} />
        <Firms chosen={firms} onChange={setFirms} />
        <ChoiceField
          inline
          id={faults.idOf('expires_at')}
          label={t('expiry')}
          options={DAYS.map((value) => ({ value, label: t(`days_${value}`) }))}
          value={days}
          error={faults.faults['expires_at']}
          onChange={(next) => {
            if (!isDays(next)) return
            setDays(next)
            setEnds(endOf(next))
          }}
        />
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending}>
            {t('create_token')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
