import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import type { OutputOf } from '@zenops/contracts/kit'
import {
  createDataExport,
  dataExportLink,
  getErasure,
  listDataExports,
  requestErasure,
} from '@zenops/contracts/privacy'
import { Button } from '@zenops/ui/button'
import { useFormats } from '@zenops/ui/formats'
import { SkeletonRows } from '@zenops/ui/states'
import { Meter } from '@zenops/ui/values'
import { useState } from 'react'
import { AccountPage, t } from './account-page.tsx'
import { KeptList } from './custody/kept-list.tsx'
import { saveLink } from './custody/save-link.ts'
import { StateMark } from './custody/state-mark.tsx'
import { FailureCard } from './failures.tsx'
import { TypedConfirmation } from './identity/typed-confirmation.tsx'
import { rowsOf, useAct } from './queries.ts'
import type { Surface } from './surface.ts'
import { SurfaceProvider, useSession, useSurface } from './surface-context.tsx'

type File = OutputOf<typeof listDataExports>['items'][number]

const FOLLOW_MS = 1_500
const KIB = 1024

function FileRow({ file }: { readonly file: File }) {
  const formats = useFormats()
  const link = useAct(dataExportLink, { onDone: ({ url }) => saveLink(url) })
  return (
    <li>
      <div>
        <strong>
          {t('file_of', { time: formats.instant(file.created_at) })} <StateMark state={file.status} />
        </strong>
        <span className="z-meta">
          {file.status === 'DONE' && file.expires_at !== null && file.total_bytes !== null
            ? t('file_ready', { size: Math.ceil(file.total_bytes / KIB), time: formats.instant(file.expires_at) })
            : (file.error_message ?? '')}
        </span>
        {(file.status === 'PENDING' || file.status === 'RUNNING') && (
          <Meter
            label={t('file_progress')}
            value={file.progress_percent}
            max={100}
            text={`${file.progress_percent} %`}
          />
        )}
        {link.isError && <FailureCard error={link.error} />}
      </div>
      {file.status === 'DONE' && (
        <Button compact busy={link.isPending} onClick={() => link.mutate({ params: { id: file.export_id } })}>
          {t('download')}
        </Button>
      )}
    </li>
  )
}

function OwnFiles() {
  const { askList } = useSurface()
  const query = useInfiniteQuery({
    ...askList(listDataExports, {}),
    refetchInterval: ({ state }) =>
      rowsOf<File>(state.data).some((row) => row.status === 'PENDING' || row.status === 'RUNNING') ? FOLLOW_MS : false,
  })
  const ask = useAct(createDataExport, { stale: [listDataExports] })
  const rows = rowsOf<File>(query.data)
  return (
    <section className="z-card z-stack" aria-label={t('my_file')}>
      <h2>{t('my_file')}</h2>
      <p className="z-secondary">{t('my_file_text')}</p>
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonRows rows={1} columns={2} />}
      {rows.length > 0 && (
        <ul className="z-rows">
          {rows.map((file) => (
            <FileRow key={file.export_id} file={file} />
          ))}
        </ul>
      )}
      {ask.isError && <FailureCard error={ask.error} />}
      <div className="z-row">
        <Button kind="primary" busy={ask.isPending} onClick={() => ask.mutate({})}>
          {t('ask_file')}
        </Button>
      </div>
    </section>
  )
}

function Erase() {
  const { ask, client } = useSurface()
  const own = useSession().user.id
  const [asking, setAsking] = useState(false)
  const plan = useQuery(ask(getErasure, {}))
  const confirmation = useAct(createConfirmation, { onDone: () => setAsking(true) })
  // The session has ended with the answer: what follows is the way in.
  const act = useAct(requestErasure, { onDone: () => client.session.forget() })
  const blocked = plan.data?.blocked_by ?? []
  return (
    <section className="z-card z-stack" aria-label={t('erase_me')}>
      <h2>{t('erase_me')}</h2>
      <p className="z-secondary">{t('erase_me_text')}</p>
      {plan.isError && <FailureCard error={plan.error} onRetry={() => void plan.refetch()} />}
      {plan.isPending && <SkeletonRows rows={2} columns={1} />}
      {plan.data && <KeptList bare kept={plan.data.would_keep} />}
      {blocked.map((reason) => (
        <p key={reason} role="note">
          <strong>{t(`blocked_${reason}`)}</strong>
        </p>
      ))}
      {confirmation.isError && <FailureCard error={confirmation.error} />}
      <div className="z-row">
        <Button
          kind="danger"
          busy={confirmation.isPending}
          unmet={blocked[0] === undefined ? null : t(`blocked_${blocked[0]}`)}
          onClick={() => confirmation.mutate({ body: { action: 'erase_me', target: own } })}
        >
          {t('erase_me')}
        </Button>
      </div>
      {asking && confirmation.data && (
        <TypedConfirmation
          title={t('erase_me')}
          effect={t('erase_me_effect')}
          phrase={confirmation.data.phrase}
          verb={t('erase_me')}
          busy={act.isPending}
          error={act.error}
          onConfirm={(phrase) =>
            act.mutate({ body: { confirmation: { confirmation_id: confirmation.data.confirmation_id, phrase } } })
          }
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  )
}

/** `/me/data`: a file of all that is kept about oneself, and the way to be forgotten. */
export function MyData({ surface }: { readonly surface: Surface }) {
  return (
    <SurfaceProvider surface={surface}>
      <AccountPage title={t('my_data')}>
        <OwnFiles />
        <Erase />
      </AccountPage>
    </SurfaceProvider>
  )
}
