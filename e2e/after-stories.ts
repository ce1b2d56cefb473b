// After the last story and before the server goes: what it tells of itself has kept its contracts (AU-37).
import { readFileSync } from 'node:fs'
import type { FullConfig } from '@playwright/test'
import { lineFaults, metricFaults } from '../apps/server/test/laws/observed.ts'
import { canariesIn } from '../apps/server/test/laws/canaries.ts'
import { logFile } from './product-log.ts'

/** Everything that is wrong, each once. */
async function faults({ home, metricsPort }: { home: string; metricsPort: number }): Promise<string[]> {
  const scrape = await fetch(`http://127.0.0.1:${metricsPort}/metrics`)
  const told = readFileSync(logFile(home), 'utf8').split('\n').filter(Boolean)
  // Until it is ready the product also talks to who started it: addresses, sign-ins, how to stop it.
  const ready = told.findIndex((line) => line.startsWith('ready'))
  const lines = told.filter((line, at) => at > ready || line.startsWith('{'))
  const found = [
    ...metricFaults(await scrape.text()),
    ...(ready === -1 ? ['it was never ready'] : []),
    ...(lines.some((line) => line.includes('"event":"request"')) ? [] : ['no request was logged']),
    ...lines.flatMap(lineFaults),
    ...lines.flatMap(canariesIn).map((name) => `the canary ${name} was logged`),
  ]
  return [...new Set(found)]
}

export default async function afterStories({ metadata }: FullConfig): Promise<void> {
  const found = await faults(metadata as { home: string; metricsPort: number }) // written by playwright.config.ts
  if (found.length > 0)
    throw new Error(`the stories are over, and the product told of itself:\n  ${found.join('\n  ')}`)
}
