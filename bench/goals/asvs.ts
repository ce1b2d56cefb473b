import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Goal, GoalResult } from '../goal-kit.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const PAGE = 'docs/security.md'
/** How many requirements of level 1 and 2 the three chapters and the tokens have. */
const REQUIREMENTS = { V6: 35, V7: 18, V8: 7, V9: 7 } as const

/** One line of the table: the requirement, its level, how it is met, and what proves it. */
interface Item {
  readonly id: string
  readonly level: string
  readonly how: string
  readonly proof: string
}

const LINE = /^\| (V\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+?) \|$/gm

const itemsOf = (page: string): Item[] =>
  [...page.matchAll(LINE)].map(([, id = '', level = '', how = '', proof = '']) => ({ id, level, how, proof }))

async function titles(folder: string): Promise<string> {
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!/\.(test|story)\.tsx?$/.test(entry.name) || entry.parentPath.includes('node_modules')) continue
    const text = await readFile(path.join(entry.parentPath, entry.name), 'utf8')
    found.push(...[...text.matchAll(/\b(?:test|it|story)\(\s*[`'"]([^`'"]+)/g)].map((match) => match[1] ?? ''))
  }
  return found.join('\n')
}

/** A proof holds when a test's title names it, or when it gives a reason why the requirement has no object here. */
function unproven({ proof }: Item, known: string): string[] {
  if (proof.startsWith('not applicable: ')) return proof.length > 40 ? [] : ['a reason of a sentence']
  const named = proof.split(', ').map((one) => one.replaceAll('`', ''))
  return named.filter((one) => !known.includes(one))
}

async function asvs({ planted }: { readonly planted: boolean }): Promise<GoalResult> {
  const page = await readFile(path.join(ROOT, PAGE), 'utf8')
  const items = itemsOf(page)
  const folders = ['apps', 'packages', 'e2e', 'tools'].map((one) => path.join(ROOT, one))
  const known = (await Promise.all(folders.map(titles))).join('\n')
  // The planted defect names a test that nobody wrote.
  const judged = planted ? [...items, { id: 'V6.0.0', level: '1', how: 'planted', proof: 'ID-00' }] : items
  const open = judged.flatMap((item) => unproven(item, known).map((one) => `${item.id}: ${one}`))
  const repeated = items.filter((item, place) => items.findIndex(({ id }) => id === item.id) !== place)
  const counted = Object.fromEntries(
    Object.keys(REQUIREMENTS).map((chapter) => [
      chapter,
      items.filter(({ id }) => id.startsWith(`${chapter}.`)).length,
    ]),
  )
  const whole = Object.entries(REQUIREMENTS).every(([chapter, count]) => counted[chapter] === count)
  const reasoned = items.filter(({ proof }) => proof.startsWith('not applicable')).length
  return {
    ok: open.length === 0 && repeated.length === 0 && whole,
    figures: {
      requirements: items.length,
      chapters: counted,
      proven_by_tests: items.length - reasoned,
      not_applicable: reasoned,
      unproven: open,
    },
  }
}

export const goals: readonly Goal[] = [{ name: 'asvs', correctness: true, run: asvs }]
