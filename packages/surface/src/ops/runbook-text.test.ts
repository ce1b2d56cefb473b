import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { type Block, blocksOf, type Line, spansOf } from './runbook-text.ts'

const FOLDER = path.join(import.meta.dirname, '../../../../docs/ops')
const words = (line: Line): string => line.map((span) => span.text).join('')
const linesOf = (block: Block): readonly Line[] => {
  if ('line' in block) return [block.line]
  return 'items' in block ? block.items : [...block.head, ...block.rows.flat()]
}

test('AU-44 a runbook is read into title, headings, paragraphs, lists, steps and tables', () => {
  const text =
    '# Locks\n\nRules: `a`.\n\n## Signal\n* one\n  goes on\n* two\n\n## Check\n1. first\n2. see [b](runbook_b.md)\n\n| x | y |\n|---|---|\n| `1` | 2 |\n'
  assert.deepEqual(
    blocksOf(text).map((block) => [block.kind, linesOf(block).map(words)]),
    [
      ['title', ['Locks']],
      ['paragraph', ['Rules: a.']],
      ['heading', ['Signal']],
      ['list', ['one goes on', 'two']],
      ['heading', ['Check']],
      ['steps', ['first', 'see b']],
      ['table', ['x', 'y', '1', '2']],
    ],
  )
  assert.deepEqual(spansOf('see [b c](runbook_b_c.md), `x | y`'), [
    { kind: 'text', text: 'see ' },
    { kind: 'link', text: 'b c', to: 'b_c' },
    { kind: 'text', text: ', ' },
    { kind: 'code', text: 'x | y' },
  ])
})

test('AU-44 no sign of the way they are written is left in any runbook', () => {
  const files = readdirSync(FOLDER).filter((name) => name.startsWith('runbook_'))
  assert.ok(files.length >= 15)
  for (const name of files) {
    const blocks = blocksOf(readFileSync(path.join(FOLDER, name), 'utf8'))
    assert.deepEqual([blocks[0]?.kind, blocks.filter((block) => block.kind === 'heading').length], ['title', 4], name)
    for (const line of blocks.flatMap(linesOf))
      for (const span of line.filter((one) => one.kind === 'text'))
        assert.doesNotMatch(span.text, /[`[\]#]|^\s*[*|]|\|---/, name)
  }
})
