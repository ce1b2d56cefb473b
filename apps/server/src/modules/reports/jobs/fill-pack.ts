import { Worker } from 'node:worker_threads'
import type { LocalUnit } from '@zenops/contracts/report-ruleset'
import type { PackRequest, PackStep, RenderedPack } from '@zenops/templates/pack'
import { TemplateError } from '@zenops/templates/template-error'

/** A pack request as it crosses into a thread: without functions. */
export interface FillRequest extends Omit<PackRequest, 'onProgress' | 'options'> {
  readonly blankMark: string
  readonly localUnits: readonly LocalUnit[]
}
export type FillMessage =
  | { readonly kind: 'step'; readonly step: PackStep }
  | { readonly kind: 'done'; readonly pack: RenderedPack }
  | {
      readonly kind: 'refused'
      readonly code: TemplateError['code']
      readonly message: string
      readonly placeholder: string | null
      readonly location: string | null
    }
  | { readonly kind: 'broken'; readonly message: string }

export interface FillWatch {
  readonly signal: AbortSignal
  onStep(step: PackStep): void
}

/** Memory of the thread; forty photos are 20 MB. */
const HEAP_MB = 512

/** Fills and assembles a pack in a thread of its own, so that the process goes on answering. @throws TemplateError */
export function fillPack(request: FillRequest, { signal, onStep }: FillWatch): Promise<RenderedPack> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./fill-thread.ts', import.meta.url), {
      workerData: request,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    })
    const stop = (): void => void thread.terminate()
    signal.addEventListener('abort', stop, { once: true })
    thread.on('message', (message: FillMessage) => {
      if (message.kind === 'step') onStep(message.step)
      else if (message.kind === 'done') resolve(message.pack)
      else if (message.kind === 'refused') reject(templateError(message))
      else reject(new Error(message.message))
    })
    thread.once('error', reject)
    thread.once('exit', () => {
      signal.removeEventListener('abort', stop)
      reject(new Error('the filling ended without a result'))
    })
  })
}

function templateError(message: Extract<FillMessage, { kind: 'refused' }>): TemplateError {
  const at = {
    ...(message.placeholder === null ? {} : { placeholder: message.placeholder }),
    ...(message.location === null ? {} : { location: message.location }),
  }
  return new TemplateError(message.code, message.message, at)
}
