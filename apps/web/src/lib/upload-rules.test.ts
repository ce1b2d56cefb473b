import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentTypeOf, guessedKind, purposeOf, refusalOf, sha256Of } from './upload-rules.ts'

test('files are judged by their ending before a byte is sent', () => {
  assert.equal(contentTypeOf('IMG_2041.JPG'), 'image/jpeg')
  assert.equal(contentTypeOf('scan.heic'), 'image/heic')
  assert.equal(contentTypeOf('virus.exe'), null)
  assert.equal(contentTypeOf('no-ending'), null)
  assert.equal(refusalOf({ name: 'a.pdf', size: 10 }), null)
  assert.equal(refusalOf({ name: 'a.pdf', size: 0 }), 'This file is empty.')
  assert.equal(refusalOf({ name: 'a.html', size: 10 }), 'Files of this type are not taken.')
  assert.match(refusalOf({ name: 'a.pdf', size: 60 * 1024 * 1024 }) ?? '', /50 MB/)
})

test('a picture is a site photo unless somebody says otherwise', () => {
  assert.equal(guessedKind('a.jpg', null), 'site_photo')
  assert.equal(guessedKind('a.jpg', 'legal'), 'legal')
  assert.equal(guessedKind('a.pdf', null), 'other')
  assert.equal(purposeOf('site_photo'), 'photo')
  assert.equal(purposeOf('legal'), 'evidence')
})

test('the hash is that of the bytes', async () => {
  assert.equal(await sha256Of(new Blob(['abc'])), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
