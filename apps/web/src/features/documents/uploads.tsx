import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { getAssignment, listActivities } from '@zenops/contracts/assignments'
import { listDocuments } from '@zenops/contracts/documents'
import { useAnnounce } from '@zenops/ui/announcer'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { DropZone, UploadTray, type UploadItem, type UploadState } from '@zenops/ui/files'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { UploadQueue, type Upload, type UploadWish } from './upload-queue.ts'
import { ACCEPT, MAX_FILE_BYTES, refusalOf } from '../../lib/upload-rules.ts'
import { CATEGORY_OPTIONS, kindOf, KIND_OPTIONS, t } from './words.ts'

/** One queue an assignment, kept while the app is open. */
const queues = new Map<string, UploadQueue>()

function queueOf(assignmentId: string, cache: QueryClient): UploadQueue {
  const found = queues.get(assignmentId)
  if (found) return found
  const made = new UploadQueue(assignmentId, () => {
    for (const stale of [listDocuments, getAssignment, listActivities])
      void cache.invalidateQueries({ queryKey: [stale.id] })
  })
  queues.set(assignmentId, made)
  return made
}

const SHOWN_AS: Readonly<Record<Upload['state'], UploadState>> = {
  waiting: 'waiting',
  asking: 'waiting',
  sending: 'sending',
  checking: 'checking',
  done: 'done',
  failed: 'failed',
}

function Question({ upload, queue }: { readonly upload: Upload; readonly queue: UploadQueue }) {
  return (
    <span className="z-stack-tight">
      {upload.note}
      <span className="z-row">
        <Button compact onClick={() => void queue.takeExisting(upload.id)}>
          {t('use_existing')}
        </Button>
        <Button compact kind="quiet" onClick={() => queue.keepBoth(upload.id)}>
          {t('upload_anyway')}
        </Button>
      </span>
    </span>
  )
}

const itemOf = (upload: Upload, queue: UploadQueue): UploadItem => {
  const note = upload.state === 'asking' ? <Question upload={upload} queue={queue} /> : upload.note
  return {
    id: upload.id,
    name: upload.file.name,
    size: upload.file.size,
    sent: upload.sent,
    state: SHOWN_AS[upload.state],
    refused: refusalOf(upload.file) !== null,
    ...(note === null ? {} : { note }),
  }
}

/** Stands for "no choice" in the list of kinds. */
const BY_TYPE = 'by_type'

/** Drop, say what it is, watch it arrive. */
export function Uploads({ assignmentId }: { readonly assignmentId: string }) {
  const cache = useQueryClient()
  const announce = useAnnounce()
  const queue = queueOf(assignmentId, cache)
  const uploads = useSyncExternalStore(queue.subscribe, queue.snapshot)
  const [wish, setWish] = useState<UploadWish>({ kind: null, category: null })
  const done = uploads.filter((upload) => upload.state === 'done').length
  useEffect(() => {
    if (done > 0) announce(t('uploaded_n', { n: done }))
  }, [done, announce])
  return (
    <div className="z-stack">
      <div className="z-two">
        <ChoiceField
          label={t('kind')}
          value={wish.kind ?? BY_TYPE}
          options={[{ value: BY_TYPE, label: t('by_type') }, ...KIND_OPTIONS]}
          onChange={(next) => setWish((before) => ({ ...before, kind: kindOf(next) }))}
        />
        {(wish.kind === null || wish.kind === 'site_photo') && (
          <ChoiceField
            label={t('category')}
            optional
            value={wish.category}
            options={CATEGORY_OPTIONS}
            onChange={(category) => setWish((before) => ({ ...before, category }))}
          />
        )}
      </div>
      <DropZone
        label={t('drop')}
        accept={ACCEPT}
        maxBytes={MAX_FILE_BYTES}
        onFiles={(files) => queue.add(files, wish)}
      />
      <UploadTray
        label={t('uploads')}
        items={uploads.map((upload) => itemOf(upload, queue))}
        onRetry={(id) => queue.retry(id)}
        onRemove={(id) => queue.remove(id)}
      />
      {done > 1 && (
        <div>
          <Button compact kind="quiet" onClick={() => queue.clearDone()}>
            {t('clear_done')}
          </Button>
        </div>
      )}
    </div>
  )
}
