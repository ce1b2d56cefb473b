import { listDeadJobs, listJobs, listQueues, settleDeadJob } from '@zenops/contracts/ops-queue'
import { Button } from '@zenops/ui/button'
import { useState } from 'react'
import { useAct } from '../queries.ts'
import type { DeadJob } from './badges.tsx'
import { ConfirmedAct } from './confirmed-act.tsx'
import { t } from './words.ts'

/** What whoever asked the other side can say of a call, and what becomes of the job then. */
const WORDS = {
  call_done: { outcome: 'done', action: 'replay' },
  call_again: { outcome: 'not_done', action: 'replay' },
  call_dropped: { outcome: 'not_done', action: 'discard' },
} as const
type Word = keyof typeof WORDS
const ORDER: readonly Word[] = ['call_done', 'call_again', 'call_dropped']

interface CallProps {
  readonly dead: DeadJob
  readonly effectKey: string
}

function Call({ dead, effectKey }: CallProps) {
  const [word, setWord] = useState<Word | null>(null)
  const close = () => setWord(null)
  const settle = useAct(settleDeadJob, { stale: [listDeadJobs, listJobs, listQueues], onDone: close })
  return (
    <div className="z-stack">
      <span className="z-code" style={{ overflowWrap: 'anywhere' }}>
        {effectKey}
      </span>
      <div className="z-row">
        {ORDER.map((one) => (
          <Button key={one} onClick={() => setWord(one)}>
            {t(one)}
          </Button>
        ))}
      </div>
      {word && (
        <ConfirmedAct
          title={t('settle_title', { queue: dead.queue })}
          effect={t(`${word}_effect`)}
          verb={t(word)}
          danger
          about={{ action: `effect_${WORDS[word].outcome}`, target: effectKey }}
          busy={settle.isPending}
          error={settle.error}
          onConfirm={(given) =>
            settle.mutate({ params: { id: dead.id }, body: { effect_key: effectKey, ...WORDS[word], ...given } })
          }
          onClose={close}
        />
      )}
    </div>
  )
}

/** Calls to the outside of which nobody knows whether they happened: somebody asks there, and says it here. */
export function OpenCalls({ dead }: { readonly dead: DeadJob }) {
  if (dead.unknown_effects.length === 0 || dead.state !== 'DEAD') return null
  return (
    <section className="z-stack" aria-label={t('open_calls')}>
      <h3>{t('open_calls')}</h3>
      <p className="z-help">{t('open_calls_note')}</p>
      {dead.unknown_effects.map((effectKey) => (
        <Call key={effectKey} dead={dead} effectKey={effectKey} />
      ))}
    </section>
  )
}
