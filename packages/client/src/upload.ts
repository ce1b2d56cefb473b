import { ApiError, NetworkError, readRetryAfter } from './api-error.ts'

/** The part of XMLHttpRequest that is used: `fetch` still tells nothing about bytes on their way up. */
export interface UploadRequest {
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null }
  readonly status: number
  readonly responseText: string
  onload: (() => void) | null
  onerror: (() => void) | null
  onabort: (() => void) | null
  ontimeout: (() => void) | null
  timeout: number
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getResponseHeader(name: string): string | null
  send(body: unknown): void
  abort(): void
}

export interface UploadTarget {
  /** Signed address, as the presign operation gave it. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface UploadOptions {
  /** Bytes sent so far, of how many. */
  readonly onProgress?: (sent: number, total: number) => void
  readonly signal?: AbortSignal
  readonly newRequest?: () => UploadRequest
}

/** 30 minutes: 100 MB over a bad mobile line. */
const TIMEOUT_MS = 30 * 60 * 1000

function newBrowserRequest(): UploadRequest {
  // Cast: XMLHttpRequest is looked for in whatever runtime this is; UploadRequest names the standard members used here.
  const Constructor = (globalThis as { XMLHttpRequest?: new () => UploadRequest }).XMLHttpRequest
  if (!Constructor) throw new Error('uploads need a browser')
  return new Constructor()
}

function refusal(request: UploadRequest): ApiError {
  let body: { error_code?: string; message?: string; trace_id?: string } = {}
  try {
    // Cast: every member is optional and replaced below when it is missing.
    body = JSON.parse(request.responseText) as typeof body
  } catch {
    // Object stores answer in XML; the status alone is told then.
  }
  const message = body.message ?? `HTTP ${request.status}`
  const shaped = {
    error_code: body.error_code ?? 'DEPENDENCY_UNAVAILABLE',
    message,
    trace_id: body.trace_id ?? '',
    details: [],
  }
  return new ApiError(request.status, shaped, readRetryAfter(request.getResponseHeader('retry-after'), Date.now()))
}

/** PUTs one file to its signed address. Throws ApiError, NetworkError, or AbortError when `signal` fires. */
export function putFile(target: UploadTarget, body: Blob, options: UploadOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const { signal } = options
    if (signal?.aborted) return reject(new DOMException('stopped', 'AbortError'))
    const request = (options.newRequest ?? newBrowserRequest)()
    const stop = () => request.abort()
    const settle = (act: () => void) => () => {
      signal?.removeEventListener('abort', stop)
      act()
    }
    request.open('PUT', target.url)
    for (const [name, value] of Object.entries(target.headers ?? {})) request.setRequestHeader(name, value)
    request.timeout = TIMEOUT_MS
    request.upload.onprogress = ({ loaded, total }) => options.onProgress?.(loaded, total)
    request.onload = settle(() =>
      request.status >= 200 && request.status < 300 ? resolve() : reject(refusal(request)),
    )
    request.onerror = settle(() => reject(new NetworkError()))
    request.ontimeout = settle(() => reject(new NetworkError()))
    request.onabort = settle(() => reject(new DOMException('stopped', 'AbortError')))
    signal?.addEventListener('abort', stop, { once: true })
    request.send(body)
  })
}
