import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { ALERT_RULE_KEYS, ruleOf } from '@zenops/contracts/alert-rules'
import { runbookOf } from '../../src/modules/alerts/index.ts'

const ROOT = path.join(import.meta.dirname, '../../../..')
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

test('every rule of alerts has a runbook of the four parts that names it', async () => {
  for (const key of ALERT_RULE_KEYS) {
    const text = await readFile(path.join(ROOT, runbookOf(key)), 'utf8')
    assert.deepEqual(faultsOf(text, key), [], runbookOf(key))
  }
})

test('no runbook is left over, and the index names them all', async () => {
  const files = (await readdir(path.join(ROOT, 'docs/runbooks'))).filter((name) => name !== 'README.md')
  const named = new Set<string>(ALERT_RULE_KEYS.map((key) => `${ruleOf(key).runbook}.md`))
  assert.deepEqual(
    files.filter((name) => !named.has(name)),
    [],
  )
  const index = await readFile(path.join(ROOT, 'docs/runbooks/README.md'), 'utf8')
  for (const name of files) assert.ok(index.includes(`(${name})`), name)
})

test('the texts that the scheduler and the chain show have the four parts too', async () => {
  for (const name of ['runbook_scheduler_lock.md', 'runbook_audit_chain.md'])
    assert.deepEqual(faultsOf(await readFile(path.join(ROOT, 'docs/ops', name), 'utf8')), [], name)
})

test('a runbook without a part, or with an empty one, is found', () => {
  assert.deepEqual(faultsOf('# X\n\n## Signal\nlong enough to say something\n'), ['its parts are Signal'])
  assert.ok(faultsOf('## Signal\n\n## Check\n\n## Act\n\n## Close\n', 'x').length === 5)
})
