import { applyBlock, createConfirmation, listBlocks } from '@zenops/contracts/identity-blocks'
import { getUser } from '@zenops/contracts/identity-people'
import { listUsers } from '@zenops/contracts/identity'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import type { RecordOption } from '@zenops/ui/record-picker'
import { ReasonField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { useFormFaults } from '../form-state.ts'
import { useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { readAddress } from './addresses.ts'
import { BlockTarget, type Target } from './block-target.tsx'
import { endAfter, isLength, lengthOptions, type Length } from './ends.ts'
import { TypedConfirmation } from './typed-confirmation.tsx'
import { useFormats } from '@zenops/ui/formats'
import { t } from './words.ts'

/** The shortest reason that the contract takes. */
const MIN_REASON = 5

export interface BlockDraft {
  readonly target: Target
  readonly person: RecordOption | null
  readonly address: string
  readonly length: Length
  readonly reason: string
  /** Studio: one firm, or everywhere. */
  readonly tenantId: string | null
}

const EMPTY: BlockDraft = { target: 'person', person: null, address: '', length: '1d', reason: '', tenantId: null }

/** Sentences for what is missing before anybody is blocked. */
function faultsOf({ target, person, address, reason }: BlockDraft): Record<string, string> {
  const read = readAddress(address)
  return {
    ...(target === 'person' && person === null ? { user_id: t('person_needed') } : {}),
    ...(target === 'address' && 'fault' in read ? { value: t(read.fault) } : {}),
    ...(reason.trim().length < MIN_REASON ? { reason: t('reason_needed', { n: MIN_REASON }) } : {}),
  }
}

/** The block as it is sent; a range waits for its typed confirmation. */
function bodyOf({ target, person, address, reason, tenantId }: BlockDraft, expires_at: string) {
  const read = readAddress(address)
  const common = { reason, expires_at, ...(tenantId === null ? {} : { tenant_id: tenantId }) }
  if (target === 'person') return { kind: 'ACCOUNT' as const, user_id: person?.id ?? '', ...common }
  return { kind: 'kind' in read ? read.kind : ('IP' as const), value: address.trim(), ...common }
}

/** Blocks a person or an address until a time; a range asks for typed words first. */
export function AddBlockDialog({ onClose }: { readonly onClose: () => void }) {
  const studio = useSurface().aud === 'studio'
  const formats = useFormats()
  const [draft, setDraft] = useState(EMPTY)
  const [from] = useState(() => Date.now())
  const [confirming, setConfirming] = useState(false)
  const faults = useFormFaults('block', ['user_id', 'value', 'reason', 'expires_at'])
  const act = useAct(applyBlock, { stale: [listBlocks, listUsers, getUser], onDone: onClose })
  const confirmation = useAct(createConfirmation, { onDone: () => setConfirming(true) })
  const expires_at = endAfter(draft.length, from)
  const body = bodyOf(draft, expires_at)
  const change = (patch: Partial<BlockDraft>) => setDraft((before) => ({ ...before, ...patch }))
  const submit = () => {
    if (!faults.check(faultsOf(draft))) return
    if (body.kind === 'CIDR')
      confirmation.mutate({ body: { action: 'block_apply', target: draft.address.trim() } }, { onError: faults.refuse })
    else act.mutate({ body }, { onError: faults.refuse })
  }
  if (confirming && confirmation.data)
    return (
      <TypedConfirmation
        title={t('block_range', { range: draft.address.trim() })}
        effect={t('block_range_effect', { until: formats.instant(expires_at) })}
        phrase={confirmation.data.phrase}
        verb={t('act_block')}
        busy={act.isPending}
        error={act.error}
        onConfirm={(phrase) =>
          act.mutate({
            body: { ...body, confirmation: { confirmation_id: confirmation.data.confirmation_id, phrase } },
          })
        }
        onClose={() => setConfirming(false)}
      />
    )
  const busy = act.isPending || confirmation.isPending
  return (
    <Dialog title={t('add_block')} opened busy={busy} onClose={onClose}>
      <Form label={t('add_block')} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <BlockTarget draft={draft} faults={faults} studio={studio} onChange={change} />
        <ChoiceField
          id={faults.idOf('expires_at')}
          label={t('how_long')}
          help={t('ends_at', { time: formats.instant(expires_at) })}
          options={lengthOptions()}
          value={draft.length}
          error={faults.faults['expires_at']}
          onChange={(next) => next !== null && isLength(next) && change({ length: next })}
        />
        <ReasonField
          min={MIN_REASON}
          value={draft.reason}
          error={faults.faults['reason'] ?? null}
          onChange={(reason) => change({ reason })}
        />
        <p className="z-help">{t('block_effect')}</p>
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="danger" submit busy={busy}>
            {t('act_block')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
