import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALERT_RULES } from '@zenops/contracts/alert-rules'
import { SWITCH_KEYS } from '@zenops/contracts/ops-actions'
import { en } from './messages.en.ts'
import { change, duration, noticeWord, percent, switchName } from './words.ts'

test('figures in words', () => {
  assert.deepEqual(
    [duration(null), duration(3.4), duration(1_234), duration(45_000), duration(600_000), duration(5_400_000)],
    ['–', '3 ms', '1.2 s', '45 s', '10 min', '1.5 h'],
  )
  assert.deepEqual([percent(0), percent(0.0123), percent(0.5)], ['0.0 %', '1.23 %', '50.0 %'])
  assert.deepEqual(
    [change(5, 5), change(5, 0), change(6, 4), change(3, 4)],
    ['as before', 'nothing before', '50 % more than before', '25 % less than before'],
  )
})

test('every switch, threshold and notice has its words', () => {
  for (const key of SWITCH_KEYS) assert.notEqual(switchName(key).toLowerCase(), key.replaceAll('.', ' '), key)
  assert.equal(switchName('llm.provider.acme'), 'Model provider acme')
  const names = new Set(Object.values(ALERT_RULES).flatMap((rule) => Object.keys(rule.thresholds)))
  for (const name of names) assert.ok(Object.hasOwn(en, `threshold_${name}`), name)
  assert.deepEqual([noticeWord('escalated:2'), noticeWord('fired')], ['Nobody acknowledged', 'Fired'])
})
