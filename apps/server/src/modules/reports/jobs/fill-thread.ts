import { parentPort, workerData } from 'node:worker_threads'
import { renderPack } from '@zenops/templates/pack'
import { TemplateError } from '@zenops/templates/template-error'
import { amountInWords } from '@zenops/valuation/words'
import type { FillMessage, FillRequest } from './fill-pack.ts'

const request = workerData as FillRequest // written by fillPack alone
const tell = (message: FillMessage, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(message, transfer)

function failure(error: unknown): FillMessage {
  if (error instanceof TemplateError) {
    const { code, message, placeholder, location } = error
    return { kind: 'refused', code, message, placeholder, location }
  }
  return { kind: 'broken', message: error instanceof Error ? error.message : String(error) }
}

const { blankMark, localUnits, ...rest } = request
try {
  const pack = await renderPack({
    ...rest,
    options: {
      blankMark,
      localUnits: Object.fromEntries(localUnits.map(({ key, label, sqft }) => [key, { label, sqft: String(sqft) }])),
      words: (amount) => amountInWords(Number(amount)),
    },
    onProgress: (step) => tell({ kind: 'step', step }),
  })
  tell({ kind: 'done', pack })
} catch (error) {
  tell(failure(error))
}
