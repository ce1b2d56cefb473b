import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ASSIGNMENT_FAMILY,
  ASSIGNMENT_GUARDS,
  ASSIGNMENT_MOVES,
  ASSIGNMENT_STAGES,
  ASSIGNMENT_STATUSES,
  BADGE_FAMILY,
  DUE_FAMILY,
  findMove,
  isLocked,
  isOpen,
  movesFrom,
} from './assignment-states.ts'
import { CAPABILITIES } from './capabilities.ts'
import { DOCUMENT_FAMILY, REVIEW_FAMILY } from './document-records.ts'
import { MEMBERSHIP_FAMILY } from './identity.ts'
import { PROFILE_FAMILY, RULESET_FAMILY, SUGGESTION_FAMILY } from './reports-evidence-records.ts'
import { JOB_FAMILY, PACK_FAMILY } from './reports-pack-records.ts'
import { QC_FAMILY, REPORT_FAMILY } from './reports-shapes.ts'
import { FAMILIES, VERIFICATION_FAMILY } from './states.ts'

test('OP-29 the pairs of states between which a move exists', () => {
  const table = Object.fromEntries(
    ASSIGNMENT_STATUSES.map((from) => [
      from,
      movesFrom(from)
        .map(({ to }) => to)
        .toSorted(),
    ]),
  )
  assert.deepEqual(table, {
    DRAFT: ['CANCELLED', 'COLLECTING'],
    COLLECTING: ['CANCELLED', 'QC_PENDING'],
    QC_PENDING: ['CANCELLED', 'CHANGES_REQUESTED', 'QC_APPROVED'],
    CHANGES_REQUESTED: ['CANCELLED', 'COLLECTING', 'QC_PENDING'],
    QC_APPROVED: ['CANCELLED', 'CHANGES_REQUESTED', 'DELIVERED', 'FINALIZED'],
    FINALIZED: ['CANCELLED', 'CHANGES_REQUESTED', 'DELIVERED'],
    DELIVERED: ['BILLED', 'COLLECTING'],
    BILLED: ['COLLECTING', 'PAID'],
    PAID: ['CLOSED', 'COLLECTING'],
    CLOSED: ['COLLECTING'],
    CANCELLED: [],
  })
  const pairs = ASSIGNMENT_MOVES.map(({ from, to }) => `${from} ${to}`)
  assert.equal(new Set(pairs).size, pairs.length)
})

test('OP-30 every guard key stands at a move', () => {
  const used = new Set(ASSIGNMENT_MOVES.flatMap(({ guards }) => guards))
  assert.deepEqual([...used].toSorted(), Object.keys(ASSIGNMENT_GUARDS).toSorted())
})

test('who may move: an assigned valuer hands in, approvers decide, nobody revives a cancelled job', () => {
  assert.deepEqual(findMove('COLLECTING', 'QC_PENDING')?.scopes, ['all', 'assigned'])
  assert.deepEqual(findMove('CHANGES_REQUESTED', 'QC_PENDING')?.scopes, ['all'])
  assert.equal(findMove('QC_PENDING', 'QC_APPROVED')?.fourEyes, true)
  assert.equal(findMove('QC_PENDING', 'CHANGES_REQUESTED')?.noteMin, 10)
  assert.equal(findMove('FINALIZED', 'CHANGES_REQUESTED')?.capability, null)
  assert.equal(findMove('CLOSED', 'COLLECTING')?.needsDueDate, true)
  for (const move of ASSIGNMENT_MOVES) {
    assert.ok(move.capability === null ? move.system : CAPABILITIES.includes(move.capability))
    assert.ok(isOpen(move.from) || move.to !== 'CANCELLED')
  }
  assert.equal(isLocked('FINALIZED'), false)
  assert.equal(isLocked('DELIVERED'), true)
})

test('OP-66 every stage name maps both ways', () => {
  assert.equal(new Set(Object.values(ASSIGNMENT_STAGES)).size, ASSIGNMENT_STATUSES.length)
})

test('SC-03 every state has a family, an icon and an English word', () => {
  const faces = [
    ASSIGNMENT_FAMILY,
    BADGE_FAMILY,
    DUE_FAMILY,
    DOCUMENT_FAMILY,
    REVIEW_FAMILY,
    MEMBERSHIP_FAMILY,
    PROFILE_FAMILY,
    RULESET_FAMILY,
    SUGGESTION_FAMILY,
    JOB_FAMILY,
    PACK_FAMILY,
    QC_FAMILY,
    REPORT_FAMILY,
    VERIFICATION_FAMILY,
  ].flatMap((table) => Object.entries(table))
  assert.ok(faces.length > 70)
  for (const [state, { family, icon, label }] of faces) {
    assert.ok(FAMILIES.includes(family), state)
    assert.ok(icon.length > 2 && label.en.length > 2, state)
  }
})
