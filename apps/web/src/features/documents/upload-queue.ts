import type { Classification, UploadTarget } from '@zenops/contracts/document-records'
import { attachDocument, confirmUpload, presignUpload } from '@zenops/contracts/documents'
import type { InputOf, OutputOf } from '@zenops/contracts/kit'
import { ApiError, isAbort } from '@zenops/client/api-error'
import { errorText } from '@zenops/client/error-texts'
import { putFile } from '@zenops/client/upload'
import { client } from '../../lib/client.ts'
import { CATEGORY_TAG, t } from './words.ts'
import { contentTypeOf, guessedKind, purposeOf, refusalOf, sha256Of } from '../../lib/upload-rules.ts'

type Duplicate = OutputOf<typeof presignUpload>['duplicates'][number]

export interface UploadWish {
  /** Null: by the type of each file. */
  readonly kind: Classification | null
  readonly category: string | null
}
export interface Upload {
  readonly id: string
  readonly file: File
  readonly kind: Classification
  readonly category: string | null
  readonly state: 'waiting' | 'sending' | 'checking' | 'asking' | 'done' | 'failed'
  readonly sent: number
  readonly note: string | null
  readonly duplicate: Duplicate | null
}

/** Files on their way at the same time. */
const AT_ONCE = 2
/** How often a confirm is repeated while the store does not show the bytes yet. */
const CONFIRM_TRIES = 3

const running = (upload: Upload): boolean => upload.state === 'sending' || upload.state === 'checking'

/**
 * The uploads of one assignment: hash, presign, PUT, confirm, two files at a time. It outlives the page that shows it,
 * so that one may go on working; `client_ref` makes every step repeatable.
 */
export class UploadQueue {
  readonly #assignmentId: string
  readonly #onKept: () => void
  readonly #listeners = new Set<() => void>()
  readonly #stops = new Map<string, AbortController>()
  /** Uploads whose duplicate was accepted as one. */
  readonly #both = new Set<string>()
  #uploads: readonly Upload[] = []

  constructor(assignmentId: string, onKept: () => void) {
    this.#assignmentId = assignmentId
    this.#onKept = onKept
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  readonly snapshot = (): readonly Upload[] => this.#uploads

  add(files: readonly File[], wish: UploadWish): void {
    const added = files.map((file): Upload => {
      const refusal = refusalOf(file)
      const kind = guessedKind(file.name, wish.kind)
      return {
        id: crypto.randomUUID(),
        file,
        kind,
        category: kind === 'site_photo' ? wish.category : null,
        state: refusal === null ? 'waiting' : 'failed',
        sent: 0,
        note: refusal,
        duplicate: null,
      }
    })
    this.#show([...added, ...this.#uploads])
    this.#go()
  }
  retry(id: string): void {
    const upload = this.#uploads.find((one) => one.id === id)
    if (!upload || refusalOf(upload.file) !== null) return
    this.#change(id, { state: 'waiting', sent: 0, note: null })
    this.#go()
  }
  /** Stops one that runs; takes one that rests off the list. */
  remove(id: string): void {
    this.#stops.get(id)?.abort()
    this.#show(this.#uploads.filter((one) => one.id !== id))
    this.#go()
  }
  /** Takes what has arrived off the list. */
  clearDone(): void {
    this.#show(this.#uploads.filter((upload) => upload.state !== 'done'))
  }
  keepBoth(id: string): void {
    this.#both.add(id)
    this.retry(id)
  }
  /** The file that is kept already is linked instead; ours is never sent. */
  async takeExisting(id: string): Promise<void> {
    const upload = this.#uploads.find((one) => one.id === id)
    if (!upload?.duplicate) return
    try {
      const body = { document_id: upload.duplicate.document_id, purpose: purposeOf(upload.kind) }
      if (!upload.duplicate.linked_here) await client.call(attachDocument, { params: { id: this.#assignmentId }, body })
      this.#change(id, { state: 'done', note: t('linked') })
      this.#onKept()
    } catch (error) {
      this.#change(id, { state: 'failed', note: errorText(error) })
    }
  }

  #go(): void {
    const free = AT_ONCE - this.#uploads.filter(running).length
    const next = this.#uploads.filter((upload) => upload.state === 'waiting').slice(-free)
    for (const upload of free > 0 ? next.toReversed() : []) void this.#run(upload)
  }
  async #run(upload: Upload): Promise<void> {
    const stop = new AbortController()
    this.#stops.set(upload.id, stop)
    this.#change(upload.id, { state: 'sending', note: null })
    try {
      await this.#send(upload, stop.signal)
    } catch (error) {
      this.#change(upload.id, { state: 'failed', note: isAbort(error) ? t('stopped') : errorText(error) })
    } finally {
      this.#stops.delete(upload.id)
      this.#go()
    }
  }
  async #send(upload: Upload, signal: AbortSignal): Promise<void> {
    const made = await client.call(presignUpload, { body: await this.#announce(upload) }, { signal })
    const [duplicate] = made.duplicates
    if (duplicate && !this.#both.has(upload.id)) {
      const name = duplicate.filename ?? t('a_document')
      this.#change(upload.id, {
        state: 'asking',
        duplicate,
        note: t(duplicate.linked_here ? 'duplicate_here' : 'duplicate', { name }),
      })
      return
    }
    if (made.upload) await this.#put(upload, made.upload, signal)
    this.#change(upload.id, { state: 'checking', sent: upload.file.size })
    await this.#confirm(made.document_id, signal)
    this.#change(upload.id, { state: 'done', note: t('kept') })
    this.#onKept()
  }
  async #announce(upload: Upload): Promise<InputOf<typeof presignUpload>['body']> {
    const { file, kind, category } = upload
    const sha256 = await sha256Of(file)
    return {
      purpose: purposeOf(kind),
      assignment_id: this.#assignmentId,
      filename: file.name,
      content_type: contentTypeOf(file.name) ?? file.type,
      size_bytes: file.size,
      classification: kind,
      client_ref: upload.id,
      ...(sha256 === null ? {} : { sha256 }),
      ...(category === null ? {} : { tags: [{ key: CATEGORY_TAG, value: category }] }),
    }
  }
  async #put(upload: Upload, target: UploadTarget, signal: AbortSignal): Promise<void> {
    if (target.mode !== 'single') throw new Error('parts were not asked for')
    const onProgress = (sent: number) => this.#change(upload.id, { sent })
    await putFile({ url: target.url, headers: target.headers }, upload.file, { onProgress, signal })
  }
  async #confirm(documentId: string, signal: AbortSignal, tries = 1): Promise<void> {
    try {
      await client.call(confirmUpload, { body: { document_id: documentId } }, { signal })
    } catch (error) {
      const early = error instanceof ApiError && error.is('UPLOAD_NOT_FOUND')
      if (!early || tries >= CONFIRM_TRIES) throw error
      await this.#confirm(documentId, signal, tries + 1)
    }
  }
  #change(id: string, patch: Partial<Upload>): void {
    this.#show(this.#uploads.map((upload) => (upload.id === id ? { ...upload, ...patch } : upload)))
  }
  #show(uploads: readonly Upload[]): void {
    this.#uploads = uploads
    for (const listener of this.#listeners) listener()
  }
}
