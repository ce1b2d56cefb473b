// `npm run demo`: every published valuation through the public API, from sign-in to the pack on disk. Prints computed
// against expected figures; ends with 1 where one differs or a document does not open.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { authConfig, login } from '@zenops/contracts/identity'
import { callerAt, type Caller } from './demo/api.ts'
import { namedFigures, placeOf, typedContract, valuationCases, type ValuationCase } from './demo/cases.ts'
import { openDocument } from './demo/check-documents.ts'
import { findServer } from './demo/server.ts'
import { makePack } from './demo/valuation.ts'

const OUT = path.join(import.meta.dirname, '../demo-output')
const say = (line = ''): void => void process.stdout.write(`${line}\n`)

async function signIn(url: string): Promise<Caller> {
  const anybody = callerAt(url)
  const { demo } = await anybody.does(authConfig, { query: { aud: 'web' } })
  const owner = demo?.find((person) => person.key === 'owner')
  if (!owner) throw new Error(`the server at ${url} has no demo people: start it in demo mode`)
  const session = await anybody.does(login, { body: { aud: 'web', email: owner.email, password: owner.password } })
  if (session.result !== 'accepted') throw new Error('the demo owner needs a second factor')
  return callerAt(url, session.access_token)
}

interface Line {
  readonly id: string
  readonly figure: string
  readonly expected: string
  readonly computed: string
  readonly ok: boolean
}

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '–')
  return text.length > 46 ? `${text.slice(0, 45)}…` : text
}

const compare = (one: ValuationCase, derived: Record<string, unknown>): Line[] => {
  const figures = namedFigures(derived)
  return Object.entries(one.expected).map(([figure, expected]) => ({
    id: one.id,
    figure,
    expected: shown(expected),
    computed: shown(figures[figure]),
    ok: isDeepStrictEqual(figures[figure], expected),
  }))
}

const row = (line: Line): string =>
  `${line.id.padEnd(6)} ${line.figure.padEnd(24)} ${line.expected.padEnd(47)} ${line.computed.padEnd(47)} ${line.ok ? 'ok' : 'DIFFERS'}`

async function runCase(caller: Caller, one: ValuationCase, index: number): Promise<Line[]> {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' }).format(new Date(Date.now() - 86_400_000))
  say(`${one.id}  ${one.title}`)
  const made = await makePack(caller, {
    one,
    seed: index * 100,
    place: placeOf(index),
    day,
    contract: typedContract(one, day),
    tell: (text) => say(`       ${text}`),
  })
  const lines = compare(one, made.derived)
  const docx = path.join(OUT, `${one.id}.docx`)
  for (const file of made.files) {
    if (file.kind === 'docx' || file.kind === 'pdf')
      await writeFile(path.join(OUT, `${one.id}.${file.kind}`), file.bytes)
  }
  const opened = await openDocument(docx, OUT)
  say(`       ${made.reference_no}: ${opened.pages} pages, ${opened.words} words`)
  const whole = opened.pages > 0 && opened.words > 300
  return [
    ...lines,
    { id: one.id, figure: 'document opens', expected: 'pages > 0', computed: `${opened.pages} pages`, ok: whole },
  ]
}

const server = await findServer(process.env['DEMO_URL'] ?? 'http://localhost:3000', process.env)
try {
  say(`server: ${server.url}`)
  await rm(OUT, { recursive: true, force: true })
  await mkdir(OUT, { recursive: true })
  const caller = await signIn(server.url)
  const lines: Line[] = []
  for (const [index, one] of valuationCases().entries()) lines.push(...(await runCase(caller, one, index)))
  say()
  say(`${'case'.padEnd(6)} ${'figure'.padEnd(24)} ${'expected'.padEnd(47)} ${'computed'.padEnd(47)} ok`)
  for (const line of lines) say(row(line))
  const wrong = lines.filter((line) => !line.ok).length
  say()
  say(
    wrong === 0
      ? `all ${lines.length} figures as published; documents in demo-output/`
      : `${wrong} of ${lines.length} differ`,
  )
  process.exitCode = wrong === 0 ? 0 : 1
} finally {
  await server.stop()
}
