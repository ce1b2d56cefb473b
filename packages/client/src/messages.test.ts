import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMessage, language, messagesOf, speak } from './messages.ts'

test('names are filled, plurals chosen, and a missing value stays visible', () => {
  const text = '{n, plural, =0 {no rows} one {# row} other {# rows}} of {name}'
  assert.equal(formatMessage(text, { n: 0, name: 'A' }), 'no rows of A')
  assert.equal(formatMessage(text, { n: 1, name: 'A' }), '1 row of A')
  assert.equal(formatMessage(text, { n: 5 }), '5 rows of {name}')
})

test('a loaded language is spoken, and English stands in for what it lacks', () => {
  const t = messagesOf('greeting', { hello: 'Hello {name}', bye: 'Bye' })
  speak('hi', { greeting: { hello: 'नमस्ते {name}' } })
  assert.equal(t('hello', { name: 'A' }), 'नमस्ते A')
  assert.equal(t('bye'), 'Bye')
  speak('en')
  assert.equal(language(), 'en')
  assert.equal(t('hello', { name: 'A' }), 'Hello A')
})
