import { useInfiniteQuery } from '@tanstack/react-query'
import { listCheckpoints } from '@zenops/contracts/audit-chain'
import { useAnnounce } from '@zenops/ui/announcer'
import { Button } from '@zenops/ui/button'
import { IconCopy } from '@zenops/ui/icons'
import { EmptyState, SkeletonRows } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { FailureCard } from '../failures.tsx'
import { rowsOf, type ItemOf } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { t, wordOf } from './words.ts'

type Checkpoint = ItemOf<typeof listCheckpoints>
const SHOWN = 10

function CheckpointRow({ checkpoint }: { readonly checkpoint: Checkpoint }) {
  const announce = useAnnounce()
  const copy = () => navigator.clipboard.writeText(checkpoint.note).then(() => announce(t('note_copied')))
  const sinks = checkpoint.published.map((one) => wordOf('sink', one.sink)).join(', ')
  return (
    <li>
      <div>
        <strong className="z-num">{checkpoint.size}</strong>
        <span className="z-secondary">
          <Instant at={checkpoint.created_at} /> · {t('published_to')}: {sinks || t('not_published')}
        </span>
        <span className="z-code z-wrap z-tertiary">{checkpoint.root}</span>
      </div>
      <Button compact icon={IconCopy} onClick={() => void copy()} aria-label={`${t('copy_note')} ${checkpoint.size}`}>
        {t('copy_note')}
      </Button>
    </li>
  )
}

/** The newest signed heads with where each was published. */
export function Checkpoints({ inFirm }: { readonly inFirm: { readonly tenant_id?: string } }) {
  const { askList } = useSurface()
  const query = useInfiniteQuery(askList(listCheckpoints, inFirm))
  const rows = rowsOf(query.data).slice(0, SHOWN)
  return (
    <section className="z-card">
      <h2>{t('checkpoints')}</h2>
      {query.isPending && <SkeletonRows rows={4} columns={2} />}
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && (
        <EmptyState title={t('no_checkpoints')} reason={t('no_checkpoints_why')} />
      )}
      {rows.length > 0 && (
        <ul className="z-rows" aria-label={t('checkpoints')}>
          {rows.map((row) => (
            <CheckpointRow key={`${row.epoch}-${row.size}`} checkpoint={row} />
          ))}
        </ul>
      )}
    </section>
  )
}
