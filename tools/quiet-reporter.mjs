// The reporter of `npm test`: one line per test file, failures in full, Node's own counts at the end.
import { relative } from 'node:path'
import { Readable } from 'node:stream'
import { spec as Spec } from 'node:test/reporters'

const TOLD_BY_SPEC = new Set(['test:fail', 'test:stderr', 'test:diagnostic', 'test:summary', 'test:interrupted'])

/** Counts the tests of each file as they end. */
function count(counts, { type, data }) {
  if (data.nesting !== 0 || !data.file) return
  const seen = counts.get(data.file) ?? { passed: 0, failed: 0 }
  if (type === 'test:pass') seen.passed += 1
  if (type === 'test:fail') seen.failed += 1
  counts.set(data.file, seen)
}

/** The line of a file that is through. */
function fileLine({ file, success, duration_ms }, { passed, failed } = { passed: 0, failed: 0 }) {
  const seconds = (duration_ms / 1000).toFixed(1).padStart(6)
  const verdict = failed > 0 ? `${passed} passed, ${failed} failed` : `${passed} passed`
  return `${success ? '✔' : '✖'}${seconds} s  ${relative(process.cwd(), file)}  ${verdict}\n`
}

async function* told(source) {
  const counts = new Map()
  for await (const event of source) {
    count(counts, event)
    const through = event.type === 'test:summary' && event.data.file
    // Written past the spec reporter, which keeps its own text back until it is worth a line.
    if (through) process.stdout.write(fileLine(event.data, counts.get(event.data.file)))
    if (TOLD_BY_SPEC.has(event.type)) yield event
  }
}

export default async function* quiet(source) {
  yield* Readable.from(told(source)).pipe(new Spec())
}
