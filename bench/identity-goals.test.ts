import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goals as asvs } from './goals/asvs.ts'
import { goals as refresh } from './goals/auth.ts'
import { goals as enumeration } from './goals/auth-enum.ts'
import { goals as revoke } from './goals/auth-revoke.ts'
import { goals as mfa } from './goals/mfa.ts'

for (const goal of [...refresh, ...enumeration, ...mfa, ...revoke, ...asvs]) {
  test(`the goal ${goal.name} fails on its planted defect`, async () => {
    const planted = await goal.run({ full: false, planted: true })
    assert.equal(planted.ok, false, JSON.stringify(planted.figures))
  })
}
