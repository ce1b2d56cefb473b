import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contentDisposition, servedType } from './disposition.ts'
import { isKey, safeName } from './port.ts'

const shown = (contentType: string) =>
  contentDisposition({ filename: 'a', contentType, disposition: 'inline' }).startsWith('inline')

test('only images, PDF and plain text are shown in place', () => {
  for (const type of ['image/jpeg', 'image/heic', 'IMAGE/PNG', 'application/pdf', 'text/plain; charset=utf-8']) {
    assert.equal(shown(type), true, type)
  }
  for (const type of ['text/html', 'image/svg+xml', 'text/csv', 'application/msword', 'video/mp4', '', 'x']) {
    assert.equal(shown(type), false, type)
  }
  const saved = contentDisposition({ filename: 'a.pdf', contentType: 'application/pdf', disposition: 'attachment' })
  assert.match(saved, /^attachment/)
})

test('types that browsers run are served as plain bytes', () => {
  const active = [
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'application/xml',
    'application/javascript',
    'text/javascript',
    'multipart/x-mixed-replace',
    'no type',
    'text/plain\r\nx: y',
  ]
  for (const type of active)
    assert.match(servedType(type), /^(application\/octet-stream|text\/plain; charset=utf-8)$/, type)
  assert.equal(servedType('text/html; charset=x'), 'application/octet-stream')
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  assert.equal(servedType(word), word)
  assert.equal(servedType('text/csv'), 'text/csv; charset=utf-8')
})

test('a name cannot leave its header, and survives in UTF-8', () => {
  const of = (filename: string) => contentDisposition({ filename, contentType: 'x/y', disposition: 'attachment' })
  assert.equal(of('a"b.txt'), `attachment; filename="a_b.txt"; filename*=UTF-8''a%22b.txt`)
  assert.match(of('मकान.jpg'), /filename="_+\.jpg"; filename\*=UTF-8''%E0%A4/)
  assert.match(of('x\u202egpj.exe'), /filename="x_gpj\.exe"/)
  assert.match(of(''), /filename="file"/)
  const safe = /^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]*"; filename\*=UTF-8''[A-Za-z0-9%._~!-]+$/
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => safe.test(of(name))))
})

test('a safe name is always the last segment of a key', () => {
  assert.equal(safeName('Sale deed (copy).pdf'), 'Sale_deed_copy_.pdf')
  assert.equal(safeName('../../etc/passwd'), '__.._etc_passwd')
  assert.equal(safeName(`${'x'.repeat(300)}.jpeg`).length, 120)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => isKey(`t/documents/${safeName(name)}`)),
  )
})
