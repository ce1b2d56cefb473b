import type { TableLaw } from '../model.ts'
import { assignmentsLaws } from './assignments.ts'
import { alertsLaws } from './alerts.ts'
import { auditLaws } from './audit.ts'
import { directoryLaws } from './directory.ts'
import { documentsLaws } from './documents.ts'
import { identityLaws } from './identity.ts'
import { opsLaws } from './ops.ts'
import { notificationsLaws } from './notifications.ts'
import { platformLaws } from './platform.ts'
import { queueLaws } from './queue.ts'
import { reportsLaws } from './reports.ts'

/** Every table of the product. A table that is missing here fails the matrix; so does one that is only here. */
export const declaredLaws: readonly TableLaw[] = [
  ...platformLaws,
  ...auditLaws,
  ...opsLaws,
  ...alertsLaws,
  ...queueLaws,
  ...notificationsLaws,
  ...identityLaws,
  ...directoryLaws,
  ...assignmentsLaws,
  ...documentsLaws,
  ...reportsLaws,
]
