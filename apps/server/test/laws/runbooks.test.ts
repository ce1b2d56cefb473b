import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { ALERT_RULE_KEYS, ruleOf } from '@zenops/contracts/alert-rules'

const ROOT = path.join(import.meta.dirname, '../../../..')
const FOLDER = path.join(ROOT, 'docs/ops')
const fileOf = (name: string): string => `runbook_${name}.md`
const PARTS = ['Signal', 'Check', 'Act', 'Close']

/** What is missing of a runbook; empty when it is whole. */
function faultsOf(text: string, rule?: string): string[] {
  const parts = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1])
  const bodies = text.split(/^## .+$/m).slice(1)
  return [
    ...(parts.join() === PARTS.join() ? [] : [`its parts are ${parts.join()}`]),
    ...bodies.flatMap((body, at) => (body.trim().length > 20 ? [] : [`${PARTS[at]} says nothing`])),
    ...(rule === undefined || text.includes(`\`${rule}\``) ? [] : [`it does not name ${rule}`]),
  ]
}

test('AU-32 every rule of alerts has a runbook of the four parts that names it', async () => {
  for (const key of ALERT_RULE_KEYS) {
    const name = fileOf(ruleOf(key).runbook)
    assert.deepEqual(faultsOf(await readFile(path.join(FOLDER, name), 'utf8'), key), [], name)
  }
})

test('no runbook is left over, the index names them all, and none stands twice', async () => {
  const files = (await readdir(FOLDER)).filter((name) => name !== 'README.md').sort()
  assert.deepEqual(files, [...new Set(ALERT_RULE_KEYS.map((key) => fileOf(ruleOf(key).runbook)))].sort())
  const index = await readFile(path.join(FOLDER, 'README.md'), 'utf8')
  const titles = new Set<string>()
  for (const name of files) {
    assert.ok(index.includes(`(${name})`), name)
    const text = await readFile(path.join(FOLDER, name), 'utf8')
    titles.add(text.split('\n', 1)[0] ?? '')
    for (const [, cited = ''] of text.matchAll(/\]\(([^)]+)\)/g))
      assert.ok(files.includes(cited), `${name} cites ${cited}`)
  }
  assert.equal(titles.size, files.length)
})

test('a runbook without a part, or with an empty one, is found', () => {
  assert.deepEqual(faultsOf('# X\n\n## Signal\nlong enough to say something\n'), ['its parts are Signal'])
  assert.ok(faultsOf('## Signal\n\n## Check\n\n## Act\n\n## Close\n', 'x').length === 5)
})
