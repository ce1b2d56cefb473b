import type { listBlocks } from '@zenops/contracts/identity-blocks'
import { StatusBadge } from '@zenops/ui/status'
import type { ItemOf } from '../queries.ts'
import { t } from './words.ts'

export type Block = ItemOf<typeof listBlocks>

export const targetOf = (block: Block): string => block.user?.name ?? block.value ?? ''
export const byWhom = (block: Block): string => (block.automatic ? t('automatic') : (block.created_by?.name ?? '–'))

/** How a block stands: at work, lifted by hand, or run out. */
export const blockState = (block: Block): { family: 'red' | 'grey'; key: 'blocked' | 'lifted' | 'run_out' } => {
  if (block.active) return { family: 'red', key: 'blocked' }
  return { family: 'grey', key: block.lifted_at ? 'lifted' : 'run_out' }
}

export function BlockBadge({ block }: { readonly block: Block }) {
  const { family, key } = blockState(block)
  return <StatusBadge family={family} text={t(key)} icon={block.active ? 'lock' : 'ban'} final={!block.active} />
}
