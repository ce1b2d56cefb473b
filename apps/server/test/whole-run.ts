// What a run of all tests has shown, judged when it is over: `tools/test.mjs` runs this file as its last test.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { gatheredIn, readProofs } from './harness/proofs.ts'
import { canariesIn } from './laws/canaries.ts'
import { unansweredEndpoints, uncountedKeys, unprovenActions } from './laws/whole-run.ts'

const folder = gatheredIn() ?? assert.fail('the runner names the folder of its proofs')
const proofs = readProofs(folder)
const ROOT = path.join(import.meta.dirname, '../../..')
/** What a run leaves behind for people to look at. */
const ARTIFACTS = ['e2e/test-results', 'e2e/playwright-report', 'artifacts', 'coverage'].map((name) =>
  path.join(ROOT, name),
)
const MOST_BYTES = 64 * 1024 * 1024

const filesIn = (place: string): string[] =>
  existsSync(place)
    ? readdirSync(place, { recursive: true, encoding: 'utf8' })
        .map((name) => path.join(place, name))
        .filter((name) => statSync(name).isFile() && statSync(name).size <= MOST_BYTES)
    : []

test('AU-01 each action of the catalogue was produced, about its target, with its fields and no others', () => {
  assert.deepEqual(unprovenActions(proofs), [])
})
test('AU-23 each metric key was counted', () => {
  assert.deepEqual(uncountedKeys(proofs), [])
})
test('AU-44 each endpoint of section 14 has answered with success and with each of its listed errors', () => {
  assert.deepEqual(unansweredEndpoints(proofs), [])
})
test('AU-37 what a run prints and leaves behind holds no canary', () => {
  const files = [folder, ...ARTIFACTS].flatMap(filesIn)
  assert.ok(files.includes(path.join(folder, 'output.log')), 'the output of the tests is there')
  assert.deepEqual(
    files.flatMap((file) => canariesIn(readFileSync(file, 'latin1')).map((name) => `${name} in ${file}`)),
    [],
  )
})
