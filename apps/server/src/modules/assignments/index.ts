import type { Bound } from '../../platform/operations.ts'
import { addAssigneeOperation, removeAssigneeOperation } from './commands/assignees.ts'
import { createAssignmentOperation } from './commands/create-assignment.ts'
import { moveAssignmentOperation } from './commands/move-assignment.ts'
import { putFloorsOperation } from './commands/put-floors.ts'
import { restoreFloorOperation } from './commands/restore-floor.ts'
import { updateAssignmentOperation } from './commands/update-assignment.ts'
import type { Neighbours } from './neighbours.ts'
import { getAssignmentOperation, getFloorsOperation } from './queries/get-assignment.ts'
import { listActivitiesOperation, listStatusHistoryOperation } from './queries/histories.ts'
import { listAssignmentsOperation } from './queries/list-assignments.ts'
import { summarizeAssignmentsOperation } from './queries/summarize-assignments.ts'

export { createDraftAssignment, type Draft } from './commands/draft-assignment.ts'
export { lockAssignment, type LockedJob } from './commands/job-lock.ts'
export { advance, reportLeftReady, setMissingDocuments, settle, startCollecting } from './commands/system-moves.ts'
export type { Act } from './commands/transition.ts'
export { assignmentConstraints } from './constraints.ts'
export type { JobKey, Neighbours } from './neighbours.ts'
export { type AssignmentFacts, assignmentFacts } from './queries/assignment-facts.ts'
export { unseen } from './queries/visible.ts'
export type { ChargeFact, ReportFact } from './rules/moves.ts'

/** The operations of assignments, in the order of the contract. */
export const assignmentOperations = (neighbours: Neighbours): Bound[] => [
  listAssignmentsOperation,
  summarizeAssignmentsOperation,
  createAssignmentOperation,
  getAssignmentOperation(neighbours),
  updateAssignmentOperation(neighbours),
  moveAssignmentOperation(neighbours),
  listStatusHistoryOperation,
  listActivitiesOperation,
  addAssigneeOperation,
  removeAssigneeOperation,
  getFloorsOperation,
  putFloorsOperation,
  restoreFloorOperation,
]
