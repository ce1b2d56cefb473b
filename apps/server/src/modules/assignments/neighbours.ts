import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import type { RawBuilder } from 'kysely'
import type { ChargeFact, ReportFact } from './rules/moves.ts'

type Line<K extends 'documents' | 'reports'> = NonNullable<AssignmentDetail[K]>['items'][number]

/** One job of one tenant. */
export interface JobKey {
  readonly tenantId: string
  readonly id: string
}

/**
 * What the modules that stand on this one tell about a job, as statements that run in the caller's transaction, under
 * the lock of the row. They are given in `app.ts`; where one is absent there is nothing to tell.
 */
export interface Neighbours {
  /** Live reports: guards of the lifecycle. */
  reportFacts?(job: JobKey): RawBuilder<ReportFact>
  /** Live charges. With it DELIVERED settles by itself; without it people set BILLED and PAID. */
  chargeFacts?(job: JobKey): RawBuilder<ChargeFact>
  /** Newest reports for the detail. */
  reportLines?(job: JobKey, limit: number): RawBuilder<Line<'reports'>>
  /** Newest documents for the detail. */
  documentLines?(job: JobKey, limit: number): RawBuilder<Line<'documents'>>
  /** How many documents and reports a job has. */
  counts?(job: JobKey): RawBuilder<{ documents: number; reports: number }>
}
