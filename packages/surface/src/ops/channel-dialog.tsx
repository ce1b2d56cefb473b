import { SEVERITIES, type Severity } from '@zenops/contracts/alert-rules'
import { CHANNEL_KINDS, createAlertChannel, listAlertChannels } from '@zenops/contracts/ops-alerts'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { SecretOnce } from '@zenops/ui/secret'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { useFormFaults } from '../form-state.ts'
import { useAct } from '../queries.ts'
import { t, word } from './words.ts'

type Kind = (typeof CHANNEL_KINDS)[number]
interface Draft {
  readonly kind: Kind
  readonly name: string
  readonly url: string
  readonly to: string
  readonly min_severity: Severity
  readonly level: '1' | '2' | '3'
}
const EMPTY: Draft = { kind: 'webhook', name: '', url: '', to: '', min_severity: 'warning', level: '1' }
const LEVELS = ['1', '2', '3'] as const
const isOne = <T extends string>(values: readonly T[], value: string | null): value is T =>
  values.some((one) => one === value)

const mailboxesOf = (text: string): string[] =>
  text
    .split(/[,;\s]+/)
    .map((part) => part.trim())
    .filter(Boolean)

function faultsOf({ kind, name, url, to }: Draft): Record<string, string> {
  return {
    ...(name.trim() === '' ? { name: t('name_needed') } : {}),
    ...(kind !== 'email' && url.trim() === '' ? { url: t('url_needed') } : {}),
    ...(kind === 'email' && mailboxesOf(to).length === 0 ? { to: t('mailboxes_needed') } : {}),
  }
}

function bodyOf({ kind, name, url, to, min_severity, level }: Draft) {
  const common = { name: name.trim(), min_severity, level: Number(level) }
  if (kind === 'email') return { kind, to: mailboxesOf(to), ...common }
  if (kind === 'slack') return { kind, url: url.trim(), ...common }
  return { kind, url: url.trim(), ...common }
}

/** A new channel; the key of a webhook is shown once. */
export function ChannelDialog({ onClose }: { readonly onClose: () => void }) {
  const [draft, setDraft] = useState(EMPTY)
  const faults = useFormFaults('channel', ['kind', 'name', 'url', 'to', 'min_severity', 'level'])
  const act = useAct(createAlertChannel, {
    stale: [listAlertChannels],
    onDone: (made) => {
      if (made.secret === null) onClose()
    },
  })
  const change = (patch: Partial<Draft>) => setDraft((before) => ({ ...before, ...patch }))
  const title = t('title_add_channel')
  const secret = act.data?.secret ?? null
  if (secret !== null)
    return (
      <Dialog
        title={title}
        opened
        sealed
        onClose={onClose}
        foot={
          <Button kind="primary" onClick={onClose}>
            {t('done')}
          </Button>
        }
      >
        <SecretOnce label={t('signing_key')} value={secret} help={t('secret_once')} />
      </Dialog>
    )
  return (
    <Dialog title={title} opened busy={act.isPending} onClose={onClose}>
      <Form
        label={title}
        onSubmit={() => {
          if (faults.check(faultsOf(draft)))
            // Cast: the type of a union of bodies is that of its last member; the contract checks the one that is sent.
            act.mutate({ body: bodyOf(draft) as never }, { onError: faults.refuse })
        }}
      >
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <ChoiceField
          label={t('kind')}
          value={draft.kind}
          inline
          options={CHANNEL_KINDS.map((value) => ({ value, label: word('kind', value) }))}
          onChange={(next) => isOne(CHANNEL_KINDS, next) && change({ kind: next })}
        />
        <TextField
          label={t('name')}
          id={faults.idOf('name')}
          value={draft.name}
          error={faults.faults['name']}
          onChange={(name) => change({ name })}
        />
        {draft.kind === 'email' ? (
          <TextField
            label={t('mailboxes')}
            id={faults.idOf('to')}
            value={draft.to}
            error={faults.faults['to']}
            onChange={(to) => change({ to })}
          />
        ) : (
          <TextField
            label={t('url')}
            id={faults.idOf('url')}
            value={draft.url}
            error={faults.faults['url']}
            onChange={(url) => change({ url })}
          />
        )}
        <ChoiceField
          label={t('hears_from')}
          value={draft.min_severity}
          inline
          options={SEVERITIES.map((value) => ({ value, label: word('severity', value) }))}
          onChange={(next) => isOne(SEVERITIES, next) && change({ min_severity: next })}
        />
        <ChoiceField
          label={t('hears_at')}
          value={draft.level}
          inline
          options={LEVELS.map((value) => ({ value, label: word('level', value) }))}
          onChange={(next) => isOne(LEVELS, next) && change({ level: next })}
        />
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending}>
            {t('save')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
