import { useQueryClient } from '@tanstack/react-query'
import { isAbort } from '@zenops/client/api-error'
import { errorText } from '@zenops/client/error-texts'
import { putFile } from '@zenops/client/upload'
import { confirmUpload, presignUpload } from '@zenops/contracts/documents'
import { linkEvidence } from '@zenops/contracts/reports-evidence'
import type { UploadItem } from '@zenops/ui/files'
import { useCallback, useRef, useState } from 'react'
import { client } from '../../../lib/client.ts'
import { contentTypeOf, refusalOf, sha256Of } from '../../../lib/upload-rules.ts'
import { refreshReport, type Header } from '../record/report-query.ts'
import { t } from '../texts.ts'
import type { BoardColumn } from './columns.ts'

interface Running {
  readonly id: string
  readonly file: File
  readonly column: BoardColumn
  readonly stop: AbortController
}
type Report = (change: Partial<UploadItem>) => void

/** Files at once; phones lose more with many. */
const AT_ONCE = 3

async function send(header: Header, { id, file, column, stop }: Running, report: Report): Promise<void> {
  const { signal } = stop
  const sha256 = await sha256Of(file)
  const signed = await client.call(
    presignUpload,
    {
      body: {
        purpose: 'evidence',
        assignment_id: header.assignment_id,
        filename: file.name.slice(0, 200),
        content_type: contentTypeOf(file.name) ?? file.type,
        size_bytes: file.size,
        ...(sha256 === null ? {} : { sha256 }),
        client_ref: id,
      },
    },
    { signal },
  )
  const target = signed.upload
  if (target?.mode === 'single')
    await putFile(target, file, { signal, onProgress: (sent) => report({ state: 'sending', sent }) })
  report({ state: 'checking', sent: file.size })
  const { duplicates } = await client.call(confirmUpload, { body: { document_id: signed.document_id } }, { signal })
  const { takes } = column
  await client.call(linkEvidence, {
    params: { id: header.id },
    body: { items: [{ document_id: signed.document_id, ...takes, ...(takes ? { tags: takes.tags } : {}) }] },
  })
  const twin = duplicates[0]
  report({
    state: 'done',
    sent: file.size,
    ...(twin ? { note: t('duplicate_of', { name: twin.filename ?? '' }) } : {}),
  })
}

/** Files on their way under a requirement: registered, sent with progress, checked, linked. */
export function useUploads(header: Header) {
  const cache = useQueryClient()
  const [items, setItems] = useState<readonly UploadItem[]>([])
  const running = useRef(new Map<string, Running>())
  const waiting = useRef<Running[]>([])
  const busy = useRef(0)
  const change = useCallback(
    (id: string, part: Partial<UploadItem>) =>
      setItems((before) => before.map((item) => (item.id === id ? { ...item, ...part } : item))),
    [],
  )
  const run = async (one: Running): Promise<void> => {
    change(one.id, { state: 'sending', sent: 0, note: undefined })
    try {
      await send(header, one, (part) => change(one.id, part))
      refreshReport(cache, header.id)
    } catch (error) {
      if (!isAbort(error)) change(one.id, { state: 'failed', note: errorText(error) })
    }
  }
  /** Works off the queue; at most so many of these run side by side. */
  const work = async (): Promise<void> => {
    if (busy.current >= AT_ONCE) return
    busy.current += 1
    for (let one = waiting.current.shift(); one; one = waiting.current.shift()) await run(one)
    busy.current -= 1
  }
  const start = (one: Running) => {
    running.current.set(one.id, one)
    waiting.current.push(one)
    void work()
  }
  return {
    items,
    add(files: readonly File[], column: BoardColumn) {
      for (const file of files) {
        const one = { id: crypto.randomUUID(), file, column, stop: new AbortController() }
        const shown = { id: one.id, name: file.name, size: file.size, sent: 0 }
        const refusal = refusalOf(file)
        if (refusal === null) {
          setItems((before) => [...before, { ...shown, state: 'waiting' }])
          start(one)
        } else setItems((before) => [...before, { ...shown, state: 'failed', note: refusal, refused: true }])
      }
    },
    retry(id: string) {
      const one = running.current.get(id)
      if (one) start({ ...one, stop: new AbortController() })
    },
    remove(id: string) {
      running.current.get(id)?.stop.abort()
      waiting.current = waiting.current.filter((one) => one.id !== id)
      setItems((before) => before.filter((item) => item.id !== id))
    },
  }
}
