import { changeBlock, liftBlock, listBlocks } from '@zenops/contracts/identity-blocks'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { useAct } from '../queries.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import { BlockBadge, byWhom, targetOf, type Block } from './block-words.tsx'
import { endAfter, isLength, lengthOptions, type Length } from './ends.ts'
import { useFirmNames } from './firm-names.ts'
import { t } from './words.ts'

interface BlockDialogProps {
  readonly block: Block
  readonly onClose: () => void
}

function ExtendDialog({ block, onClose }: BlockDialogProps) {
  const [length, setLength] = useState<Length>('7d')
  const [from] = useState(() => Date.now())
  const act = useAct(changeBlock, { stale: [listBlocks], onDone: onClose })
  const expires_at = endAfter(length, from)
  return (
    <ConfirmDialog
      title={t('title_extend', { whom: targetOf(block) })}
      consequence={t('consequence_extend')}
      changes={[{ label: t('ends'), before: <Instant at={block.expires_at} />, after: <Instant at={expires_at} /> }]}
      verb={t('act_extend')}
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: block.id }, body: { expires_at } })}
      onClose={onClose}
    >
      <div className="z-under-field">
        <ChoiceField
          label={t('from_now')}
          options={lengthOptions()}
          value={length}
          onChange={(next) => next !== null && isLength(next) && setLength(next)}
        />
      </div>
    </ConfirmDialog>
  )
}

function LiftDialog({ block, onClose }: BlockDialogProps) {
  const act = useAct(liftBlock, { stale: [listBlocks], onDone: onClose })
  return (
    <ConfirmDialog
      title={t('title_lift', { whom: targetOf(block) })}
      consequence={t('consequence_lift')}
      changes={[{ label: t('ends'), before: <Instant at={block.expires_at} />, after: t('now') }]}
      verb={t('act_lift')}
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: block.id } })}
      onClose={onClose}
    />
  )
}

function BlockFacts({ block }: { readonly block: Block }) {
  const studio = useSurface().aud === 'studio'
  const firmName = useFirmNames()
  const where = studio ? firmName(block.tenant_id) : t(block.tenant_id ? 'this_firm' : 'everywhere')
  const lifted = [
    { label: t('lifted'), value: <Instant at={block.lifted_at} /> },
    { label: t('lifted_by'), value: block.lifted_by?.name },
  ]
  return (
    <RecordFacts
      facts={[
        { label: t('kind'), value: t(`block_${block.kind}`) },
        { label: t('where'), value: where },
        { label: t('reason'), value: block.reason },
        { label: t('set_by'), value: byWhom(block) },
        { label: t('set_at'), value: <Instant at={block.created_at} /> },
        { label: t('ends'), value: <Instant at={block.expires_at} /> },
        ...(block.lifted_at ? lifted : []),
      ]}
    />
  )
}

/** One block beside the list: whom, why, until when; extend or lift it. */
export function BlockPanel({ block, onClose }: BlockDialogProps) {
  const studio = useSurface().aud === 'studio'
  const mayWrite = useCan('ops.blocks.write')
  const [dialog, setDialog] = useState<'extend' | 'lift' | null>(null)
  // A firm sees the platform's blocks that touch it, and leaves them to the platform.
  const foreign = !studio && block.tenant_id === null ? t('platform_block') : null
  const close = () => setDialog(null)
  return (
    <SidePanel title={targetOf(block)} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <BlockBadge block={block} />
        </div>
        {block.active && mayWrite && (
          <div className="z-row">
            <Button kind="primary" unmet={foreign} onClick={() => setDialog('lift')}>
              {t('act_lift')}
            </Button>
            <Button unmet={foreign} onClick={() => setDialog('extend')}>
              {t('act_extend')}
            </Button>
          </div>
        )}
        <BlockFacts block={block} />
      </div>
      {dialog === 'extend' && <ExtendDialog block={block} onClose={close} />}
      {dialog === 'lift' && <LiftDialog block={block} onClose={close} />}
    </SidePanel>
  )
}
